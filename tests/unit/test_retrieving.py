"""ITI-39 at a member state: which document is given out, and in which form."""

from dataclasses import replace

import pytest

from mock_member_states.call import Service
from ncp.wire import iti39, mtom
from ncp.wire.iti39 import RetrieveRequest, RetrieveResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.registry import Status
from tests.support.chain import RICH, body_of


@pytest.mark.parametrize(("country", "is_mtom"), [("PT", True), ("FI", False), ("CZ", False)])
def test_checklist_9_8_only_profile_7_moves_the_document_out_of_the_envelope(asker, country, is_mtom):
    ask, patient = asker(country), RICH[country]
    unique = ask.list(patient).entries[0].unique_id
    answered = ask.call(Service.XCA, ask.retrieve_bytes(ask.wanted(unique), patient))
    assert answered.content_type.startswith("multipart/related") is is_mtom
    assert (b"Include" in answered.body) is is_mtom
    assert (b"<ClinicalDocument" in answered.body) is is_mtom
    listed = ask.call(Service.XCA, ask.list_bytes(patient))
    assert listed.content_type.startswith("application/soap+xml")


def test_a_request_may_come_as_mtom_too(asker):
    ask, patient = asker("PT"), RICH["PT"]
    unique = ask.list(patient).entries[0].unique_id
    envelope = ask.retrieve_bytes(ask.wanted(unique), patient)
    content_type, body = mtom.pack(envelope, boundary="part", action=iti39.ACTION)
    answered = ask.call(Service.XCA, body, content_type=content_type)
    assert RetrieveResponse.from_xml(body_of(answered)).documents


@pytest.mark.parametrize(
    "changes",
    [{"document": "1.2.3^none"}, {"repository": "1.2.3"}, {"home": "urn:oid:1.2.208"}],
)
def test_checklist_9_8_an_unknown_document_is_partial_success_without_a_document(asker, changes):
    ask, patient = asker("PT"), RICH["PT"]
    unique = ask.list(patient).entries[0].unique_id
    got = ask.retrieve(replace(ask.wanted(unique), **changes), patient)
    assert (got.status, got.documents) == (Status.PARTIAL_SUCCESS, ())
    (error,) = got.errors
    assert error.code == "XDSMissingDocument" and "ERROR_GENERIC_DOCUMENT_MISSING" in error.context
    assert ask.member.audit[-1]["outcome"] == "refused"


def test_a_request_without_home_community_is_served(asker):
    ask, patient = asker("CZ"), RICH["CZ"]
    unique = ask.list(patient).entries[0].unique_id
    got = ask.retrieve(ask.wanted(unique, home=None), patient)
    assert got.documents[0].home == f"urn:oid:{ask.country.home_community}"


def test_of_several_documents_the_first_is_given(asker):
    ask, patient = asker("PT"), RICH["PT"]
    first, second = (ask.wanted(entry.unique_id) for entry in ask.list(patient).entries)
    body = RetrieveRequest((first, second)).to_xml(Profile.W7)
    answered = ask.call(Service.XCA, ask.envelope(body, iti39.ACTION, ask.assertions(patient)))
    got = RetrieveResponse.from_xml(body_of(answered))
    assert [document.document for document in got.documents] == [first.document]


def test_a_summary_of_another_patient_is_refused(asker):
    ask = asker("PT")
    mine = ask.list(RICH["PT"]).entries[0].unique_id
    got = ask.retrieve(ask.wanted(mine), PatientId(RICH["PT"].root, "900000022"))
    assert (got.status, got.documents) == (Status.FAILURE, ())
    assert [error.code for error in got.errors] == ["4206"]
