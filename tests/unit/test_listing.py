"""ITI-38 at a member state: what is listed, for whom, and what is said beside it."""

import pytest

from mock_member_states.call import Service
from ncp.wire.document_classes import Level
from ncp.wire.errors import Severity
from ncp.wire.iti38 import ListResponse, pairs
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.registry import Status
from tests.support.chain import RICH, TWINS, body_of


def test_a_shared_number_gives_nobody_a_document(asker):
    ask = asker("PT")
    shared, own = TWINS["PT"]
    listed = ask.list(shared)
    assert listed.entries == ()
    for extension in own:
        entries = ask.list(PatientId(RICH["PT"].root, extension)).entries
        assert len(entries) == 1 and extension in entries[0].patient.extension


def test_the_pair_of_pdf_and_structured_document_is_joined(asker):
    listed = asker("PT").list(RICH["PT"])
    assert {entry.level for entry in listed.entries} == {Level.L1, Level.L3}
    by_uuid = {entry.uuid: entry for entry in listed.entries}
    (link,) = listed.associations
    assert by_uuid[link.source].level is Level.L1
    assert by_uuid[link.target].level is Level.L3
    (pair,) = pairs(listed.entries, listed.associations)
    assert pair.l1 and pair.l3


def test_the_list_tells_what_the_document_says(asker):
    ask = asker("FI")
    (entry,) = ask.list(RICH["FI"]).entries
    assert entry.home == "urn:oid:1.2.246.556.12001.4.1000.990.1"
    assert entry.repository == ask.country.repository
    assert entry.language in ("fi-FI", "sv-FI")
    assert entry.title == "Patient Summary"
    assert entry.facility.code == "FI"
    assert len(entry.hash) == 40 and len(entry.created) == 14


@pytest.mark.parametrize(("country", "code"), [("PT", "1102"), ("FI", "ERROR_PS_NOT_FOUND")])
def test_checklist_9_7_no_summary_is_a_success_with_a_warning(asker, country, code):
    patient = {"PT": PatientId(RICH["PT"].root, "900000066"), "FI": PatientId("1.2.246.21", "020119A953R")}[
        country
    ]
    listed = asker(country).list(patient)
    assert (listed.status, listed.entries) == (Status.SUCCESS, ())
    assert [(error.code, error.severity) for error in listed.errors] == [(code, Severity.WARNING)]


@pytest.mark.parametrize("profile", [Profile.W7, Profile.W9])
def test_checklist_9_7_several_classes_in_both_ways_of_quoting(asker, profile):
    ask = asker("PT", services=("PS",))
    listed = ask.list(RICH["PT"], ("60591-5", "57833-6"), profile=profile)
    assert listed.status is Status.SUCCESS and len(listed.entries) == 2
    assert [error.code for error in listed.errors] == ["ERROR_GENERIC_SERVICE_SIGNIFIER_UNKNOWN"]


def test_a_class_that_is_not_offered(asker):
    listed = asker("CZ").list(RICH["CZ"], ("11502-2",))
    assert (listed.status, listed.entries) == (Status.SUCCESS, ())
    (error,) = listed.errors
    assert (error.code, error.severity) == ("ERROR_GENERIC_SERVICE_SIGNIFIER_UNKNOWN", Severity.ERROR)


def test_the_patient_id_is_compared_by_root_and_extension(asker):
    ask, patient = asker("PT"), RICH["PT"]
    short = ask.list_bytes(patient).replace(b"&amp;ISO'", b"'")  # in the question, outside the assertions
    listed = ListResponse.from_xml(body_of(ask.call(Service.XCA, short)))
    assert listed.entries
