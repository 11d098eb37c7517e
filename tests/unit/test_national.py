"""National documents: kept in national codes, listed and handed out in the pivot."""

import hashlib
import shutil

import pytest

from cda.check import check
from cda.parse import parse
from mock_member_states.country import COUNTRIES, BadCountry
from mock_member_states.documents import DocumentStore
from mock_member_states.national import FOLDER, mappings, pivot, transcoding
from ncp.wire.patient_id import PatientId
from schemas.xml import parse as parse_xml
from terminology.seed import seed_catalogue
from tests.support.cda_pages import Shown
from tests.support.chain import Asker, MemberStateForTests

KEPT = COUNTRIES / "cz" / FOLDER / "SYN900077-ps-l3.xml"


@pytest.fixture(scope="module")
def crossed():
    return pivot(KEPT.read_bytes(), mappings("cz"))


def test_what_is_kept_is_in_national_codes_and_words():
    kept = KEPT.read_text("utf-8")
    assert 'code="TBL-NOB"' in kept and "Esenciální hypertenze" in kept and "Synthetic" in kept
    assert "0.4.0.127.0.16.1.1.2.1" not in kept


def test_what_crosses_the_border_is_a_valid_pivot_document(crossed):
    verdict = check(parse_xml(crossed), seed_catalogue())
    assert [f"{f.rule} {f.location}" for f in verdict.findings if f.severity == "error"] == []


def test_the_norwegian_page_has_norwegian_the_original_and_the_unmapped(crossed):
    shown = Shown(crossed)
    assert shown.display.missing == ()
    for words in ("Tablett", "Essensiell (primær) hypertensjon", "kapky připravené v lékárně", "GTT-SPEC"):
        assert words in shown.text
    assert "Esenciální hypertenze" in shown.display.html


def test_the_list_describes_the_document_that_is_handed_out(crossed):
    said = []
    (document,) = DocumentStore([], said.append, transcoding("cz")).all()
    assert document.content() == crossed and said == []
    assert document.header.size == len(crossed)
    assert document.header.sha1 == hashlib.sha1(crossed, usedforsecurity=False).hexdigest()
    assert document.header.patients[0].extension == "SYN900077"


def test_documents_of_both_folders_are_served_together(tmp_path):
    plain = tmp_path / "documents"
    plain.mkdir()
    shutil.copy(COUNTRIES / "cz" / "documents" / "SYN900022-ps-l3.xml", plain)
    found = DocumentStore([plain], print, transcoding("cz")).all()
    assert {one.header.patients[0].extension for one in found} == {"SYN900022", "SYN900077"}
    (other,) = [one for one in found if one.header.patients[0].extension == "SYN900022"]
    assert other.content() == (plain / "SYN900022-ps-l3.xml").read_bytes()


def test_a_bad_national_file_is_skipped_with_a_line(tmp_path):
    folder = tmp_path / "cz" / FOLDER
    folder.mkdir(parents=True)
    shutil.copy(COUNTRIES / "cz" / "national.csv", tmp_path / "cz")
    (folder / "broken.xml").write_bytes(b"<ClinicalDocument")
    said = []
    assert DocumentStore([], said.append, transcoding("cz", tmp_path)).all() == ()
    assert len(said) == 1 and "not-well-formed" in said[0]


def test_a_country_without_national_documents_needs_no_mappings(tmp_path):
    (tmp_path / "xx").mkdir()
    assert transcoding("xx", tmp_path) == {}


def test_national_documents_without_mappings_are_refused_at_start(tmp_path):
    (tmp_path / "xx" / FOLDER).mkdir(parents=True)
    with pytest.raises(BadCountry, match="national.csv of XX"):
        transcoding("xx", tmp_path)


def test_the_member_state_lists_and_hands_out_the_pivot_document(tmp_path, crossed):
    ask = Asker(MemberStateForTests.load("CZ", tmp_path))
    patient = PatientId("2.16.17.710.804.1000.990.1", "SYN900077")
    (entry,) = ask.list(patient).entries
    (answered,) = ask.retrieve(ask.wanted(entry.unique_id), patient).documents
    assert answered.content == crossed
    assert (entry.size, entry.hash) == (
        len(crossed),
        hashlib.sha1(crossed, usedforsecurity=False).hexdigest(),
    )


def test_the_document_is_readable_as_it_is_kept_too():
    assert parse(KEPT.read_bytes()).language == "cs-CZ"
