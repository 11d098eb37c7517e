"""Every refusal and finding of the terminology store has its sentence, and every sentence is used."""

import re
from pathlib import Path

from terminology import pages
from terminology.pages.messages import LANGUAGES, messages
from terminology.workspace.actor import Role

ROOT = Path(pages.__file__).parents[1]
KEY = re.compile(r'"(terminology\.(?:refused|finding|import)\.[a-z_]+)"')
OWN = ("terminology.refused.", "terminology.finding.", "terminology.import.")


def test_every_key_has_a_sentence_and_every_sentence_a_use():
    used = {f"terminology.refused.needs_{role.value}" for role in Role}
    for path in ROOT.rglob("*.py"):
        if "node_modules" not in path.parts:
            used |= set(KEY.findall(path.read_text(encoding="utf-8")))
    with (ROOT / "pages" / "messages" / "terminology_store.csv").open(encoding="utf-8") as file:
        written = {line.partition(",")[0] for line in file if line.startswith(OWN)}
    assert written <= used
    for language in LANGUAGES:
        assert not [key for key in used if key not in messages(language)]


def test_sentences_are_filled():
    said = messages("nb").text("terminology.finding.several_texts", code="NA", detail="nb-NO")
    assert said == "NA: flere aktive tekster på nb-NO, ingen eller flere foretrukne."
