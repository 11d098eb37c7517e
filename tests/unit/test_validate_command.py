"""`ncp cda validate`: JSON, JUnit, reading text and exit codes."""

import json
import os
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from ncp.__main__ import command_line
from schemas.xml import parse
from tests.support.country_documents import FOLDER

CLEAN = FOLDER / "cz" / "documents" / "SYN900022-ps-l3.xml"
FINDING = {"severity", "rule", "template", "location", "found", "expected", "message"}
SAMPLES = os.environ.get("NCP_SAMPLES")


def run(*arguments):
    """Exit code and standard output."""
    result = CliRunner().invoke(command_line(), ["cda", "validate", *map(str, arguments)])
    return result.exit_code, result.output


def with_title(path, attribute, value):
    """The clean document with one more attribute on its title."""
    root = parse(CLEAN.read_bytes())
    root.find("{urn:hl7-org:v3}title").set(attribute, value)
    path.write_bytes(etree.tostring(root))
    return path


@pytest.fixture
def broken(tmp_path):
    """A document whose title is null, which it must not be."""
    return with_title(tmp_path / "broken.xml", "nullFlavor", "UNK")


def test_json_of_one_document():
    code, said = run(CLEAN, "--json")
    assert code == 0
    assert json.loads(said) == {"file": str(CLEAN), "type": "PS", "wave": "W6", "rules": "W8", "findings": []}


def test_json_of_findings(broken):
    code, said = run(broken, "--json", "--lang", "nb")
    found = json.loads(said)["findings"]
    assert code == 1 and found
    assert all(set(each) == FINDING and each["severity"] in ("error", "warning") for each in found)
    row = next(each for each in found if each["rule"] == "19664f84")
    assert row["template"] == "1.3.6.1.4.1.12559.11.10.1.3.1.1.3"
    assert row["location"] == "/hl7:ClinicalDocument[1]"
    assert row["expected"] == "at least 1 hl7:title[!null]"
    assert row["message"].startswith("Et påkrevd underelement av hl7:ClinicalDocument")


def test_several_files_give_a_list_and_the_gravest_exit_code(broken, tmp_path):
    code, said = run(CLEAN, broken, "--json")
    assert code == 1 and [each["file"] for each in json.loads(said)] == [str(CLEAN), str(broken)]
    other = tmp_path / "page.html"
    other.write_text("<html/>", encoding="utf-8")
    code, said = run(CLEAN, other, broken, "--json")
    assert code == 2 and [len(each["findings"]) for each in json.loads(said)][:2] == [0, 1]


@pytest.mark.parametrize(
    "content", [b"", b"no xml", b"<html/>", b"<!DOCTYPE a []><ClinicalDocument/>", b"\xff\xfe"]
)
def test_what_is_no_cda_ends_with_2(tmp_path, content):
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    code, said = run(path, "--json")
    (finding,) = json.loads(said)["findings"]
    assert (code, finding["rule"], finding["severity"]) == (2, "own-not-cda", "error")
    assert run(path)[0] == 2


def test_a_missing_file_and_an_empty_folder_end_with_2(tmp_path):
    assert run(tmp_path / "nowhere.xml")[0] == 2
    assert run(tmp_path)[0] == 2
    assert run(CLEAN, tmp_path / "nowhere.xml", "--json")[0] == 2


def test_a_folder_stands_for_its_documents_and_gives_a_list(broken, tmp_path):
    (tmp_path / "notes.txt").write_text("no document", encoding="utf-8")
    code, said = run(tmp_path, "--json")
    assert code == 1 and [each["file"] for each in json.loads(said)] == [str(broken)]


def test_standard_input():
    result = CliRunner().invoke(command_line(), ["cda", "validate", "-", "--json"], input=CLEAN.read_bytes())
    assert result.exit_code == 0 and json.loads(result.output)["file"] == "-"
    assert run("-", "-")[0] == 2


def test_a_file_above_the_limit_is_refused_without_reading_it_whole(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)  # holds nothing, and takes no space
    code, said = run(path, "--json")
    (finding,) = json.loads(said)["findings"]
    assert (code, finding["rule"]) == (2, "own-not-cda") and "too-large" in finding["found"]


def test_reading_text(broken):
    code, said = run(broken, "--lang", "en")
    assert code == 1
    assert said.startswith(f"{broken}: PS, W6 (W8): ")
    assert "error 19664f84 /hl7:ClinicalDocument[1]" in said
    assert "A required child element of hl7:ClinicalDocument is missing or is null" in said


def test_junit(broken):
    code, said = run(CLEAN, broken, "--junit")
    suites = etree.fromstring(said.encode())
    clean, other = suites
    assert code == 1 and suites.tag == "testsuites"
    assert (clean.get("failures"), clean.get("tests")) == ("0", "1")
    assert int(other.get("failures")) == len(other.findall("testcase/failure")) >= 1
    assert int(other.get("tests")) == len(other)


@pytest.mark.parametrize("wave", ["8", "w8", "W3"])
def test_a_wave_may_be_named(wave):
    code, said = run(CLEAN, "--json", "--wave", wave)
    assert code == 0 and json.loads(said)["rules"] == "W8"


@pytest.mark.parametrize("wave", ["0", "9", "88", "x", ""])
def test_there_is_no_such_wave(wave):
    assert run(CLEAN, "--wave", wave)[0] == 2


def test_two_forms_at_once_are_refused():
    assert run(CLEAN, "--json", "--junit")[0] == 2


def test_the_schema_may_be_left_out(tmp_path):
    path = with_title(tmp_path / "x.xml", "wrong", "1")
    assert run(path)[0] == 1
    assert run(path, "--no-schema")[0] == 0


@pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
def test_public_dispensations_have_their_sixteen_errors():
    folder = Path(SAMPLES) / "cda" / "ed"
    for name, more in (
        ("dispensation1", 0),
        ("dispensation2", 0),
        ("dispensation_bad_1", 2),
        ("dispensation_bad_2", 2),
    ):
        code, said = run(folder / f"{name}.xml", "--json", "--no-schema")
        found = [each for each in json.loads(said)["findings"] if each["severity"] == "error"]
        assert code == 1
        assert sum(each["template"] is not None for each in found) == 16
        own = {each["rule"] for each in found if each["template"] is None}
        assert own == ({"own-package-quantity", "own-content-quantity"} if more else set())


@pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
def test_every_public_sample_gets_a_verdict():
    files = sorted((Path(SAMPLES) / "cda").rglob("*.xml"))
    assert len(files) == 61
    code, said = run(*files, "--json", "--no-schema")
    assert code == 1
    results = json.loads(said)
    assert sum(each["type"] == "OrCD" for each in results) == 7
    errors = [f for each in results for f in each["findings"] if f["severity"] == "error" and f["template"]]
    assert len(errors) == 577
