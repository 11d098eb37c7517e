"""ITI-38 and ITI-39 at a member state, for prescriptions: what is listed of them, and who is given them."""

from dataclasses import replace

import pytest

from cda.parse import parse
from mock_member_states.dispensation_store import DispensationStore
from mock_member_states.prescription_register import PrescriptionRegister
from ncp.wire.document_classes import Level
from ncp.wire.errors import Severity
from ncp.wire.iti38 import pairs
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.registry import Status
from tests.support.chain import RICH

EP = ("57833-6",)
NOBODY = {"PT": PatientId(RICH["PT"].root, "900000066"), "FI": PatientId("1.2.246.21", "020119A953R")}


def by_id(listed):
    return {entry.unique_id.rpartition("^")[2]: entry for entry in listed.entries}


def test_every_prescription_is_listed_once_with_its_pdf_beside_it(asker):
    listed = asker("PT").list(RICH["PT"], EP)
    assert (listed.status, listed.errors, listed.findings) == (Status.SUCCESS, (), ())
    found = pairs(listed.entries, listed.associations)
    assert [(bool(pair.l3), bool(pair.l1)) for pair in found] == [(True, False), (True, True), (True, True)]
    assert [pair.l3.unique_id.rpartition("^")[2] for pair in found] == [
        "2011000260003-L3",
        "2011000260002-L3",
        "2011000260001-L3",
    ]


def test_the_list_says_what_a_pharmacist_must_know(asker):
    entries = by_id(asker("PT").list(RICH["PT"], EP))
    first = entries["2011000260001-L3"]
    codes = first.event_codes
    assert (first.title, first.description) == ("eHDSI - ePrescription", "Tiroxal 100 µg (2/2)")
    assert (codes.dispensable, codes.substitution_forbidden) == (True, True)
    assert [one.code for one in (*codes.products, *codes.dose_forms, *codes.strengths)] == [
        "H03AA01",
        "10219000",
        "100 µg",
    ]
    assert (first.class_code, first.format_code) == ("57833-6", "urn:epsos:ep:pre:2010")
    assert entries["2011000260001-L1"].level is Level.L1
    assert not entries["2011000260002-L3"].event_codes.substitution_forbidden


@pytest.mark.parametrize(
    ("country", "patient", "closed"),
    [
        ("PT", "900000022", {"2022000260004-L3", "2022000260005-L3", "2022000260007-L3"}),
        ("FI", "090451-911K", {"FI-2026-0002-L3", "FI-2026-0002-L1", "FI-2026-0003-L3", "FI-2026-0007-L3"}),
        ("CZ", "SYN900022", {"CZRX0005-L3"}),
    ],
)
def test_what_is_dispensed_expired_cancelled_or_narcotic_is_listed_as_closed(asker, country, patient, closed):
    listed = asker(country).list(PatientId(RICH[country].root, patient), EP)
    states = {name: entry.event_codes.dispensable for name, entry in by_id(listed).items()}
    assert {name for name, dispensable in states.items() if not dispensable} == closed


@pytest.mark.parametrize(("country", "code"), [("PT", "1101"), ("FI", "ERROR_EP_NOT_FOUND")])
def test_checklist_9_7_no_prescription_is_a_failure_with_a_warning(asker, country, code):
    listed = asker(country).list(NOBODY[country], EP)
    assert (listed.status, listed.entries) == (Status.FAILURE, ())
    assert [(error.code, error.severity) for error in listed.errors] == [(code, Severity.WARNING)]


def test_two_classes_in_one_query_give_both(asker):
    listed = asker("FI").list(RICH["FI"], ("60591-5", *EP))
    assert {entry.class_code for entry in listed.entries} == {"60591-5", "57833-6"}
    assert (listed.status, listed.errors) == (Status.SUCCESS, ())


def test_a_register_that_cannot_be_reached_is_said(asker):
    ask = asker("FI")
    (ask.member.data / "fi" / "dispensations.sqlite").write_bytes(b"no database" * 500)
    listed = ask.list(RICH["FI"], EP)
    assert (listed.status, listed.entries) == (Status.FAILURE, ())
    assert [(error.code, error.severity) for error in listed.errors] == [("4103", Severity.WARNING)]
    assert ask.is_served()


@pytest.mark.parametrize("country", ["PT", "FI", "CZ"])
def test_what_is_listed_is_what_is_given(asker, country):
    ask, patient = asker(country), RICH[country]
    for entry in ask.list(patient, EP).entries:
        got = ask.retrieve(ask.wanted(entry.unique_id), patient)
        (document,) = got.documents
        assert (got.status, len(document.content)) == (Status.SUCCESS, entry.size)
        assert parse(document.content).level == (1 if entry.level is Level.L1 else 3)


def test_another_patients_prescription_is_not_given(asker):
    ask = asker("PT")
    unique = ask.list(RICH["PT"], EP).entries[0].unique_id
    got = ask.retrieve(ask.wanted(unique), PatientId(RICH["PT"].root, "900000022"))
    assert (got.documents, [error.code for error in got.errors]) == ((), ["4206"])


def test_a_prescription_that_has_disappeared_is_partial_success(asker):
    ask = asker("PT")
    got = ask.retrieve(ask.wanted("2.999.620.30^2011000269999-L3"), RICH["PT"])
    assert (got.status, got.documents) == (Status.PARTIAL_SUCCESS, ())
    assert [error.code for error in got.errors] == ["XDSMissingDocument"]


PHARMACIST = (Permission.REVIEW_ORDERS, Permission.PATIENT_LOOKUP, Permission.REVIEW_MEDICATIONS)


def test_a_pharmacist_reads_prescriptions_and_no_summaries(asker):
    ask = asker("PT")
    summary = ask.list(RICH["PT"]).entries[0].unique_id
    ask.hcp = replace(ask.hcp, permissions=PHARMACIST)
    entries = ask.list(RICH["PT"], EP).entries
    assert ask.retrieve(ask.wanted(entries[0].unique_id), RICH["PT"]).documents
    assert [error.code for error in ask.list(RICH["PT"]).errors] == ["4703"]
    assert [error.code for error in ask.retrieve(ask.wanted(summary), RICH["PT"]).errors] == ["4703"]
    gone = ask.retrieve(ask.wanted("2.999.620.30^gone"), RICH["PT"])
    assert [error.code for error in gone.errors] == ["XDSMissingDocument"]


@pytest.mark.parametrize("lacking", [Permission.REVIEW_ORDERS, Permission.REVIEW_MEDICATIONS])
def test_without_the_rights_no_prescription_is_listed_or_given(asker, lacking):
    ask = asker("PT")
    unique = ask.list(RICH["PT"], EP).entries[0].unique_id
    ask.hcp = replace(ask.hcp, permissions=tuple(set(Permission) - {lacking}))
    assert [error.code for error in ask.list(RICH["PT"], EP).errors] == ["4703"]
    assert [error.code for error in ask.retrieve(ask.wanted(unique), RICH["PT"]).errors] == ["4703"]


def test_a_country_without_the_service_says_so(asker):
    ask = asker("PT", services=("PS",))
    listed = ask.list(RICH["PT"], EP)
    assert [error.code for error in listed.errors] == ["ERROR_GENERIC_SERVICE_SIGNIFIER_UNKNOWN"]
    assert not ask.retrieve(ask.wanted("2.999.620.30^2011000260001-L3"), RICH["PT"]).documents


def test_what_was_dispensed_at_home_is_in_the_store_that_a_tester_reads(asker):
    ask = asker("CZ")
    ask.list(RICH["CZ"], EP)
    store = DispensationStore(ask.member.data / "cz" / "dispensations.sqlite")
    (one,) = store.all()
    assert (one.country, one.items, one.content[:5]) == ("CZ", (("2.999.203.30^CZRX0001-1", 2),), b"<?xml")
    store.close()


def test_the_register_opens_its_database_again_after_it_was_closed(asker):
    register: PrescriptionRegister = asker("CZ").member.state.prescriptions
    first = register.store()
    assert register.store() is first
    register.close()
    register.close()
    assert register.store() is not first
    register.close()
