"""A draft is tried on documents: what they gain, what changes, what they lose."""

import json
import shutil
from dataclasses import replace

import pytest

from cda.parse import parse
from ncp.kept import keeping
from ncp.kept_documents import kept_documents
from ncp.patient_summary import patient_summary
from ncp.settings import Settings
from ncp.trial import Kind, tried
from terminology.catalogue import Catalogue, Entry
from terminology.code_systems import ICD_10, CodeSystem
from terminology.first_release import ensure
from terminology.release import Content, Release
from terminology.store.engine import open_store, store_url
from terminology.workspace.edit import propose
from terminology.workspace.rows import designations_of, find_concept
from tests.support.cda_documents import problem, section, summary
from tests.support.command_line import ncp  # noqa: F401 -- a fixture
from tests.support.desk import office
from tests.support.fhir import NOON, text
from tests.support.terminology_store import KARI

SYSTEM = CodeSystem(ICD_10, "ICD-10", ("2019",))


def catalogue(name, **words):
    """A release with ICD-10 codes; None is a code without Norwegian words."""
    entries = [
        Entry(SYSTEM, "2019", code, (text("x", "en"), *([text(norwegian, "nb-NO")] if norwegian else [])))
        for code, norwegian in words.items()
    ]
    return Catalogue.of(Release(name, NOON.date(), Content.TEST, name), [], entries)


def value(code):
    return f'<value xsi:type="CD" code="{code}" codeSystem="{ICD_10}" displayName="original {code}"/>'


def document(*codes):
    return summary(section("11450-4", *(problem(value(code)) for code in codes)))


BEFORE = catalogue("gammel", A00="kolera", B01=None, C01="kreft", D01="samme")
AFTER = catalogue("ny", A00="Kolera", B01="vannkopper", C01=None, D01="samme")


def test_every_change_is_told_with_its_place_before_and_after():
    data = document("A00", "B01", "C01", "D01")
    (found,) = tried([("one", data)], BEFORE, AFTER)
    told = {each.code: (each.kind, each.before, each.after) for each in found.changes}
    assert told == {
        "A00": (Kind.CHANGED, "kolera", "Kolera"),
        "B01": (Kind.GAINED, None, "vannkopper"),
        "C01": (Kind.LOST, "kreft", None),
    }
    change = found.changes[0]
    assert (change.element, change.original, change.system) == ("observation/value", "original A00", ICD_10)
    (el,) = parse(data).tree.getroottree().xpath(change.path)
    assert el.get("code") == "A00"
    assert found.same == 1


def test_same_release_changes_nothing():
    (found,) = tried([("one", document("A00", "B01"))], BEFORE, BEFORE)
    assert (found.changes, found.same) == ((), 1)


def test_what_is_no_document_is_told_and_the_next_one_tried():
    bad, good = tried([("bad", b"<x/>"), ("good", document("A00"))], BEFORE, AFTER)
    assert bad.problem and not bad.changes
    assert good.problem is None and len(good.changes) == 1


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A data folder whose draft gains, changes and loses a text against its first release."""
    folder = tmp_path_factory.mktemp("filled")
    engine = open_store(store_url(folder))
    ensure(engine, now=NOON)
    concept = find_concept(engine, ICD_10, "J45.9")
    (row,) = [each for each in designations_of(engine, concept.id) if each.language == "nb-NO"]
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM designation WHERE id = {row.id}")
    propose(engine, KARI, concept.id, "nb-NO", "astma, uspesifisert", now=NOON)
    gone = find_concept(engine, ICD_10, "J45.0")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"DELETE FROM designation WHERE concept_id = {gone.id} AND language = 'nb-NO'"
        )
    engine.dispose()
    return folder


@pytest.fixture
def trying(ncp, filled, tmp_path, monkeypatch):  # noqa: F811
    shutil.copytree(filled, tmp_path / "data")
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("NCP_TERMINOLOGY_STORE", raising=False)
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.xml").write_bytes(document("J45.9"))
    (folder / "b.xml").write_bytes(document("J45.0"))
    return lambda *arguments: ncp("terminology", "try", *arguments), folder


def test_draft_is_shown_before_and_after_with_its_sums(trying):
    run, folder = trying
    ran = run("--draft", "utkast", folder / "a.xml")
    assert ran.code == 0
    assert "Uspesifisert astma" in ran.out and "astma, uspesifisert" in ran.out
    assert ran.out.splitlines()[-1].startswith("1 documents: 0 gained, 1 changed, 0 lost, ")


def test_lost_words_end_with_1_and_are_named_for_a_machine(trying):
    run, folder = trying
    ran = run("--draft", "utkast", folder, "--json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert (found["before"], found["after"]) == ("testinnhold 8.1.0", "utkast")
    assert (found["gained"], found["changed"], found["lost"]) == (0, 1, 1)
    assert [each["changes"][0]["code"] for each in found["documents"]] == ["J45.9", "J45.0"]


def test_release_against_itself_changes_nothing(trying):
    run, folder = trying
    ran = run("--draft", "testinnhold 8.1.0", folder, "--json")
    assert ran.code == 0 and json.loads(ran.out)["changed"] == 0


def test_bad_input_is_one_sentence_each(trying, tmp_path):
    run, folder = trying
    assert run().code == 2
    assert run(tmp_path / "none").code == 2
    assert run(folder, "--lang", "norsk bokmål").code == 2
    refused = run(folder, "--draft", "ukjent")
    assert (refused.code, refused.out) == (3, "")
    (folder / "c.xml").write_bytes(b"<nothing/>")
    ran = run(folder)
    assert ran.code == 5 and "c.xml: " in ran.out and "a.xml: " in ran.out


def test_kept_documents_are_tried_too(trying, tmp_path, capsys):
    run, _ = trying
    settings = Settings(data=tmp_path / "data", keep_messages=True)
    with office(tmp_path / "europe", "PT") as made:
        desk = replace(made.desk, send=keeping(made.desk.send, settings, made.now))
        patient_summary(made.traits("PT", "900000011"), made.peers["PT"], made.login(), desk)
    found = list(kept_documents(settings.kept_folder))
    assert len(found) == 1 and parse(found[0][1]).tree is not None
    capsys.readouterr()  # the log of the job
    ran = run("--kept", "--json")
    assert len(json.loads(ran.out)["documents"]) == 1


def test_kept_answers_without_a_document_are_passed_over(tmp_path):
    day = tmp_path / "2026-11-22"
    day.mkdir()
    (day / "091502-0a0b0c0d-PT-retrieve-request.xml").write_bytes(b"<x/>")
    for name, content in (("0a0b0c0d", b"<html/>"), ("0a0b0c0e", b"--x\r\nrubbish"), ("0a0b0c0f", b"")):
        (day / f"091502-{name}-PT-retrieve-request.xml").write_bytes(b"<x/>")
        (day / f"091502-{name}-PT-retrieve-response.bin").write_bytes(content)
    assert list(kept_documents(tmp_path)) == []
