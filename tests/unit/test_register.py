"""Whose is a document that somebody dropped into a country's folder? Its first patient identifier decides."""

from itertools import permutations

import pytest

from mock_member_states.documents import DocumentStore
from mock_member_states.patients import Patient
from mock_member_states.register import snapshot
from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId
from tests.support.chain import Asker, MemberStateForTests

ROOT = "1.2.3"
SHARED, ANNA, BERIT, CARL, FREE = (PatientId(ROOT, name) for name in ("shared", "a", "b", "c", "free"))
SISTERS = (
    Patient((ANNA, SHARED), Demographics(given=("Anna",))),
    Patient((BERIT, SHARED), Demographics(given=("Berit",))),
)


def cda(*ids, given="New", name="D"):
    """A document about the person with these identifiers, in this order."""
    listed = "".join(f'<id root="{one.root}" extension="{one.extension}"/>' for one in ids)
    return f"""<ClinicalDocument xmlns="urn:hl7-org:v3">
  <id root="2.16.1" extension="{name}"/><code code="60591-5"/><title>Title</title>
  <recordTarget><patientRole>{listed}<patient><name><given>{given}</given></name></patient></patientRole></recordTarget>
  <component><structuredBody/></component></ClinicalDocument>""".encode()


@pytest.fixture
def register(tmp_path):
    def of(*documents, listed=SISTERS):
        for number, content in enumerate(documents):
            (tmp_path / f"{number}.xml").write_bytes(content)
        return snapshot(listed, DocumentStore([tmp_path], pytest.fail))

    return of


def owned(register):
    """First identifier of each patient -> names of the patient's documents."""
    return {
        patient.ids[0]: [one.header.unique_id.partition("^")[2] for one in register.documents_of(patient)]
        for patient in register.patients
    }


def found(register, one):
    return [patient.ids[0] for patient in register.search([one], Demographics())]


def test_the_first_identifier_decides(register):
    assert owned(register(cda(BERIT, FREE))) == {ANNA: [], BERIT: ["D"]}


def test_a_shared_number_beside_the_first_identifier_decides_nothing(register):
    known = register(cda(CARL, SHARED))
    assert owned(known) == {ANNA: [], BERIT: [], CARL: ["D"]}
    assert known.patients[2].demographics.given == ("New",)
    assert found(known, SHARED) == [ANNA, BERIT]
    assert found(known, CARL) == [CARL]
    assert known.patient(SHARED) is None


def test_a_shared_number_in_the_first_place_makes_a_patient_of_its_own(register):
    known = register(cda(SHARED, given="Third"))
    assert owned(known) == {ANNA: [], BERIT: [], SHARED: ["D"]}
    assert found(known, SHARED) == [ANNA, BERIT, SHARED]
    assert known.patient(SHARED).demographics.given == ("Third",)
    assert known.patient(ANNA).ids == (ANNA, SHARED)


def test_somebody_elses_own_identifier_beside_the_first_decides_nothing(register):
    known = register(cda(BERIT, ANNA))
    assert owned(known) == {ANNA: [], BERIT: ["D"]}
    assert found(known, ANNA) == [ANNA]
    new = register(cda(CARL, ANNA))
    assert owned(new) == {ANNA: [], BERIT: [], CARL: ["D"]}
    assert found(new, ANNA) == [ANNA]


def test_a_further_identifier_that_is_nobodys_finds_the_patient(register):
    known = register(cda(ANNA, FREE, FREE))
    assert known.patient(FREE) == known.patients[0]
    assert known.patients[0].ids == (ANNA, SHARED, FREE)


def test_an_identifier_that_the_register_gives_to_one_patient_alone_is_that_patients(register):
    alone = (Patient((ANNA, FREE), Demographics()), SISTERS[1])
    assert owned(register(cda(FREE), listed=alone)) == {ANNA: ["D"], BERIT: []}
    known = register(cda(BERIT, FREE, name="E"), listed=alone)
    assert known.patient(FREE).ids[0] == ANNA


def test_a_number_shared_by_two_documents_is_a_shared_number(register):
    known = register(cda(ANNA, FREE, name="1"), cda(BERIT, FREE, name="2"))
    assert owned(known) == {ANNA: ["1"], BERIT: ["2"]}
    assert found(known, FREE) == [ANNA, BERIT]
    assert known.patient(FREE) is None


def test_two_documents_of_a_new_patient_make_one_patient(register):
    known = register(cda(CARL, name="1"), cda(CARL, FREE, name="2"))
    assert sorted(owned(known)[CARL]) == ["1", "2"] and len(known.patients) == 3
    assert found(known, FREE) == [CARL]


def test_the_order_of_the_documents_changes_nothing(tmp_path):
    documents = [cda(CARL, FREE, name="1"), cda(FREE, name="2"), cda(ANNA, CARL, SHARED, name="3")]
    expected = {ANNA: ["3"], BERIT: [], CARL: ["1"], FREE: ["2"]}
    for number, order in enumerate(permutations(documents)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for place, content in enumerate(order):
            (folder / f"{place}.xml").write_bytes(content)
        assert owned(snapshot(SISTERS, DocumentStore([folder], pytest.fail))) == expected


def test_a_dropped_in_document_with_a_shared_number_reaches_nobody_else(tmp_path):
    """Over the wire: the pair of a country stays as it is, and the newcomer has the document."""
    ask = Asker(MemberStateForTests.load("PT", tmp_path))
    root = "2.16.620.1.101.10.1.1"
    shared, twins = PatientId(root, "900000099"), [PatientId(root, "900000033"), PatientId(root, "900000044")]
    new = PatientId(root, "900000077")
    before = {one: [entry.unique_id for entry in ask.list(one).entries] for one in twins}
    (ask.member.dropped / "new.xml").write_bytes(cda(new, shared, twins[0]))
    assert [each.ids[0] for each in ask.discover(shared).candidates] == twins
    assert [each.ids[0] for each in ask.discover(twins[0]).candidates] == twins[:1]
    assert {one: [entry.unique_id for entry in ask.list(one).entries] for one in twins} == before
    (entry,) = ask.list(new).entries
    wanted = ask.wanted(entry.unique_id)
    assert ask.retrieve(wanted, new).documents
    assert [error.code for error in ask.retrieve(wanted, twins[0]).errors] == ["4206"]
