"""Documents in a folder: what is dropped in is found, rubbish is skipped with a line that names nobody."""

import os
import shutil
from pathlib import Path

import pytest

from mock_member_states.cda_header import NotADocument, read
from mock_member_states.country import COUNTRIES
from mock_member_states.documents import DocumentStore, masked, twins
from mock_member_states.register import snapshot
from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId
from schemas.xml import XmlRefused
from tests.support.chain import Asker, MemberStateForTests

PT = COUNTRIES / "pt" / "documents"
RICH = PT / "900000011-ps-l3.xml"


def cda(
    ids='<id root="1.2.3" extension="P1"/>', head="", code='<code code="60591-5"/>', body="structuredBody"
):
    return f"""<ClinicalDocument xmlns="urn:hl7-org:v3">
  <id root="2.16.1" extension="D1"/>{code}<title>Title</title>{head}
  <recordTarget><patientRole>{ids}<patient/></patientRole></recordTarget>
  <component><{body}/></component></ClinicalDocument>""".encode()


@pytest.fixture
def store(tmp_path):
    said = []
    found = DocumentStore([tmp_path], said.append)
    found.said = said
    return found


def drop(store, name, content):
    path = store.folders[0] / name
    path.write_bytes(content)
    return path


def test_a_dropped_document_is_there_at_the_next_look(store):
    assert store.all() == ()
    drop(store, "a.xml", cda())
    (document,) = store.all()
    assert document.header.patients == (PatientId("1.2.3", "P1"),)
    assert document.content() == cda()
    (store.folders[0] / "a.xml").unlink()
    assert store.all() == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not-well-formed"),
        (b"rubbish", "not-well-formed"),
        (b"<!DOCTYPE x><x/>", "doctype"),
        (b"<x/>", "not ClinicalDocument"),
        (cda(code=""), "no document type"),
        (cda(ids=""), "no patient identifier"),
        (cda(ids='<id root="1.2.3" nullFlavor="UNK"/>'), "no patient identifier"),
        (cda(ids='<id root="not-an-oid" extension="1"/>'), "no patient identifier"),
        (cda(ids='<id root="1.2.3" extension="a^b"/>'), "no patient identifier"),
    ],
)
def test_rubbish_is_skipped_once_with_a_line(store, content, why):
    drop(store, "good.xml", cda())
    drop(store, "12345678901-x.xml", content)
    assert len(store.all()) == 1
    store.all()
    assert len(store.said) == 1 and why in store.said[0]
    assert "12345678901" not in store.said[0] and "###########-x.xml" in store.said[0]


def test_a_file_that_is_completed_later_is_read_again(store):
    path = drop(store, "late.xml", cda()[:100])
    assert store.all() == ()
    path.write_bytes(cda())
    assert len(store.all()) == 1


def test_a_file_that_is_too_large_is_skipped(store, monkeypatch):
    monkeypatch.setattr("mock_member_states.documents.MAX_BYTES", 50)
    drop(store, "big.xml", cda())
    assert store.all() == () and "larger than" in store.said[0]


def test_other_files_are_left_alone(store):
    for name in ("notes.txt", ".hidden.xml", "x.xml.part"):
        drop(store, name, cda())
    (store.folders[0] / "folder.xml").mkdir()
    assert store.all() == ()
    assert all("folder" in line for line in store.said)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert DocumentStore([tmp_path / "none"], print).all() == ()


def test_of_two_files_with_one_id_and_patient_the_newer_counts(store):
    old, new = drop(store, "a.xml", cda()), drop(store, "b.xml", cda(head="<languageCode code='pt-PT'/>"))
    os.utime(old, ns=(1, 1))
    assert [document.path for document in store.all()] == [new]
    assert store.said == ["document file a.xml gives way to b.xml"]
    os.utime(new, ns=(0, 0))
    assert [document.path for document in store.all()] == [old]


def test_one_id_used_for_two_patients_loses_neither(store):
    drop(store, "a.xml", cda())
    drop(store, "b.xml", cda(ids='<id root="1.2.3" extension="P2"/>'))
    assert len(store.all()) == 2


@pytest.mark.parametrize(
    ("value", "utc"),
    [
        ("20240517103000+0200", "20240517083000"),
        ("20240517103000.123-0330", "20240517140000"),
        ("202405171030", "20240517103000"),
        ("20240517", "20240517000000"),
        ("2024", "20240101000000"),
        ("99999999", "19700101000000"),
        ("", "19700101000000"),
    ],
)
def test_the_time_of_creation(value, utc):
    assert read(cda(head=f'<effectiveTime value="{value}"/>')).created == utc


def test_what_is_not_there_is_not_guessed():
    header = read(cda())
    assert header.demographics == Demographics()
    assert (header.language, header.level, header.author) == ("en-GB", 3, "")
    assert read(cda(body="nonXMLBody")).level == 1
    without_id = read(cda().replace(b'<id root="2.16.1" extension="D1"/>', b""))
    assert without_id.unique_id.startswith("2.25.")
    assert read(cda()).uuid == read(cda()).uuid != without_id.uuid


def test_a_real_header():
    header = read(RICH.read_bytes())
    assert header.demographics.family == ("Sousa", "Tavares")
    assert header.demographics.birth_time == "19850312"
    assert header.class_code == "60591-5" and header.language.startswith("pt")
    assert header.author and header.institution


@pytest.mark.parametrize("content", [b"<x/>", b"<!DOCTYPE a><a/>"])
def test_reading_what_is_no_document(content):
    with pytest.raises((NotADocument, XmlRefused)):
        read(content)


def test_twins_are_joined_by_what_they_say_or_by_the_ending_of_their_ids(store):
    drop(store, "3.xml", cda().replace(b'"D1"', b'"77L3"'))
    drop(store, "1.xml", cda(body="nonXMLBody").replace(b'"D1"', b'"77L1"'))
    (pair,) = twins(store.all())
    assert [one.header.level for one in pair] == [1, 3]
    drop(store, "1.xml", cda(body="nonXMLBody").replace(b'"D1"', b'"88L1"'))
    assert twins(store.all()) == ()
    related = '<relatedDocument typeCode="XFRM"><parentDocument><id root="2.16.1" extension="77L3"/>'
    related += "</parentDocument></relatedDocument>"
    drop(store, "1.xml", cda(head=related, body="nonXMLBody").replace(b'extension="D1"', b'extension="x"'))
    assert len(twins(store.all())) == 1


def test_a_document_brings_its_patient(store):
    drop(store, "a.xml", cda())
    register = snapshot((), store)
    (patient,) = register.patients
    assert register.search([PatientId("1.2.3", "P1")], Demographics()) == (patient,)
    assert register.documents_of(patient) == store.all()


def test_names_of_files_are_masked():
    assert masked("1987121213412-L3.xml") == "#############-L#.xml"


@pytest.mark.parametrize("country", ["PT", "FI", "CZ"])
def test_a_sample_dropped_into_a_country_travels_the_whole_way(tmp_path, country):
    samples = os.environ.get("NCP_SAMPLES")
    if not samples:
        pytest.skip("NCP_SAMPLES is not set: no sample documents")
    ask = Asker(MemberStateForTests.load(country, tmp_path))
    sample = Path(samples) / "cda" / "ps" / "2-1234-W7.xml"
    patient = read(sample.read_bytes()).patients[0]
    assert not ask.discover(patient).candidates
    shutil.copy(sample, ask.member.dropped)
    (candidate,) = ask.discover(patient).candidates
    assert candidate.ids[0] == patient
    (entry,) = ask.list(patient).entries
    assert ask.retrieve(ask.wanted(entry.unique_id), patient).documents[0].content == sample.read_bytes()


def test_every_sample_summary_is_listed_or_skipped_by_name(tmp_path):
    samples = os.environ.get("NCP_SAMPLES")
    if not samples:
        pytest.skip("NCP_SAMPLES is not set: no sample documents")
    said = []
    folder = Path(samples) / "cda" / "ps"
    found = DocumentStore([folder], said.append).all()
    files = list(folder.glob("*.xml"))
    assert len(found) + len(said) <= len(files) and len(found) >= 20
