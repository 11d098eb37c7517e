"""A document of 20 MB, the most that anybody will send, is read, shown, translated and checked in 400 MB."""

import subprocess
import sys

import pytest

JOB = """
import base64, re, sys
from pathlib import Path
from cda.check import check
from cda.display import DisplayContext, page
from cda.parse import parse
from cda.translate import translate
from terminology.seed import seed_catalogue
from tests.support.cda_documents import document, medication, section, summary

size = 20 * 1024 * 1024
paragraph = "<paragraph>" + "En lang setning om pasienten. " * 500 + "</paragraph>"
entries = [medication(material="<name>X</name>")] * 1500
if sys.argv[1] == "file":
    pdf = base64.b64encode(b"%PDF-" + b"x" * (size * 3 // 4)).decode()
    text = f'<text mediaType="application/pdf" representation="B64">{pdf}</text>'
    data = document(f"<nonXMLBody>{text}</nonXMLBody>")
else:
    many = entries if sys.argv[1] == "entries" else []
    data = summary(section("10160-0", *many, text=paragraph * (size // len(paragraph) + 1)))
assert len(data) > size
terms = seed_catalogue()
read = parse(data)
shown = page(read, terms, context=DisplayContext())
assert shown.missing == () and len(shown.html) > size * 0.9
translate(read.tree, terms)
assert check(read.tree, terms).cda
# Not ru_maxrss: it starts from what the process that started this one had in memory.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.parametrize("kind", ["file", "text", "entries"])
def test_20_megabytes_stay_under_400(kind):
    done = subprocess.run(
        [sys.executable, "-c", JOB, kind], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < 400
