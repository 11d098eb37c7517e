"""`ncp cda facts`: every fact with its place, everything else with its reason, and exit codes."""

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cda.display
from ncp.__main__ import command_line
from tests.support.cda_documents import document, rich, section, summary

SAMPLES = os.environ.get("NCP_SAMPLES")
FACT = {"number", "kind", "section", "entry", "element", "said", "shown", "where", "panel", "raw", "reason"}


def run(*arguments, given=None):
    """Exit code and standard output."""
    result = CliRunner().invoke(command_line(), ["cda", "facts", *map(str, arguments)], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.fixture
def file(tmp_path):
    """A rich summary in a file."""
    path = tmp_path / "rich.xml"
    path.write_bytes(rich())
    return path


def test_every_fact_says_what_it_is_and_where_it_is_shown(file):
    code, said = run(file, "--json")
    found = json.loads(said)
    counts = found["counts"]
    assert (code, found["file"], found["type"]) == (0, str(file), "PS")
    assert counts["facts"] == counts["shown"] == len(found["facts"]) > 80
    assert counts["lost"] == counts["uncounted"] == counts["unplaced"] == 0
    assert all(set(fact) == FACT and fact["shown"] and fact["reason"] is None for fact in found["facts"])
    kiwi = next(fact for fact in found["facts"] if fact["said"].get("code") == "260176001")
    assert kiwi["kind"] == "code" and kiwi["element"] == "code" and kiwi["panel"] == "row"
    assert (kiwi["section"], kiwi["entry"], kiwi["where"]) == ("48765-2", 1, "e1")
    family = [fact["where"] for fact in found["facts"] if fact["element"] == "family"]
    assert "banner" in family and {fact["panel"] for fact in found["facts"]} >= {"row", "details", "banner"}


def test_what_is_no_fact_has_a_reason(file):
    found = json.loads(run(file, "--json")[1])
    assert sum(found["reasons"].values()) == len(found["left_out"]) == found["counts"]["left_out"]
    assert {each["reason"] for each in found["left_out"]} == {"rules", "narrative", "timing"}


def test_reading_text(file):
    code, said = run(file, "--lang", "en")
    assert code == 0 and said.startswith(f"{file}: PS: ")
    assert re.search(r"48765-2 e1 · code · code code=260176001 .* · in the open #e1", said)
    assert "names the rules that the document was made by" in said
    brief = run(file, "--lang", "en", "--brief")[1]
    assert "260176001" not in brief and brief.startswith(f"{file}: PS: ")


@pytest.mark.parametrize(("language", "word"), [("nb", "opplysninger"), ("nn", "opplysningar")])
def test_in_norwegian(file, language, word):
    code, said = run(file, "--lang", language)
    assert code == 0 and word in said and "facts" not in said.replace(str(file), "")


def test_a_fact_that_the_page_does_not_show_ends_with_1(file, monkeypatch):
    made = cda.display.page

    def without_marks(*args, **options):
        shown = made(*args, **options)
        html = shown.html.replace('data-fact="7"', "")
        return type(shown)(html, shown.fragment, shown.banner, shown.counts, shown.raw, shown.missing)

    monkeypatch.setattr(cda.display, "page", without_marks)
    code, said = run(file, "--json", "--brief")
    (lost,) = json.loads(said)["facts"]
    assert (code, lost["number"], lost["shown"], lost["where"], lost["reason"]) == (
        1,
        7,
        False,
        None,
        "no-mark",
    )
    code, said = run(file, "--brief", "--lang", "en")
    assert code == 1 and "Not shown: 1" in said and "the page has no mark of it" in said


def test_several_files_a_folder_and_standard_input(file, tmp_path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "other.XML").write_bytes(summary(section("48765-2")))
    (tmp_path / "notes.txt").write_text("no document", encoding="utf-8")
    code, said = run(tmp_path, "--json", "--brief")
    assert code == 0
    assert [Path(each["file"]).name for each in json.loads(said)] == ["other.XML", "rich.xml"]
    code, said = run(tmp_path, "--brief", "--lang", "en")
    assert code == 0 and said.splitlines()[-1].startswith("PS: 2 documents: ")
    code, said = run("-", "--json", given=rich())
    assert code == 0 and json.loads(said)["file"] == "-"


@pytest.mark.parametrize("content", [b"", b"no xml", b"<html/>", b"\x00\x01\xff", b"<!DOCTYPE a []><a/>"])
def test_what_is_no_cda_ends_with_2(tmp_path, file, content):
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    code, said = run(path, file, "--json", "--brief")
    other, good = json.loads(said)
    assert code == 2 and other["problem"] and other["type"] is None and good["counts"]["facts"]
    code, said = run(path, "--lang", "nb")
    assert code == 2 and "Dette er ikke et CDA-dokument." in said


def test_nothing_to_read_ends_with_2(tmp_path):
    assert run(tmp_path / "nowhere.xml")[0] == 2
    assert run(tmp_path)[0] == 2
    assert run()[0] == 2


def test_kinds_have_the_names_of_the_checker(tmp_path):
    pdf = '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody>'
    for code, body, kind in (("60591-5", pdf, "PS-L1"), ("57833-6", "<structuredBody/>", "eP")):
        path = tmp_path / f"{code}.xml"
        path.write_bytes(document(body, code=code))
        assert json.loads(run(path, "--json")[1])["type"] == kind


@pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
def test_all_public_samples_are_shown_whole():
    code, said = run(Path(SAMPLES, "cda"), "--json", "--brief")
    found = json.loads(said)
    assert code == 0 and len(found) == 61
    assert all(each["counts"]["facts"] == each["counts"]["shown"] > 0 for each in found)
