"""A member state's answers to requests that it accepts, in each profile."""

from dataclasses import replace

import pytest
from lxml import etree

from mock_member_states.call import Service
from ncp.wire import iti38, iti39, mtom, soap
from ncp.wire.document_classes import Level
from ncp.wire.errors import Severity
from ncp.wire.iti38 import ListResponse, pairs
from ncp.wire.iti39 import RetrieveRequest, RetrieveResponse
from ncp.wire.iti55 import Demographics, DiscoveryResponse, Match, NoMatch, RefusedBy, XcpdReason
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.registry import Status
from schemas.validate import Schema, violations
from tests.support.chain import COUNTRIES, NOW, RICH, Asker, MemberStateForTests, body_of, fault_of, new_id

PT_ID = "2.16.620.1.101.10.1.1"
TWINS = {
    "PT": (PatientId(PT_ID, "900000099"), ("900000033", "900000044")),
    "FI": (PatientId("1.2.246.21", "270204A9999"), ("270204A9357", "270204A9379")),
    "CZ": (PatientId("2.16.17.710.804.1000.990.1", "SYN900099"), ("SYN900033", "SYN900044")),
}


@pytest.fixture
def asker(tmp_path):
    def of(country="PT", **changes):
        return Asker(MemberStateForTests.load(country, tmp_path, **changes))

    return of


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_patient_travels_the_whole_way(asker, country):
    ask = asker(country)
    found = ask.discover(RICH[country])
    assert isinstance(found.outcome(), Match) and len(found.candidates) == 1
    patient = found.candidates[0].ids[0]
    assert patient == RICH[country]
    listed = ask.list(patient)
    assert listed.status is Status.SUCCESS and listed.entries
    summary = next(pair.l3 for pair in pairs(listed.entries, listed.associations) if pair.l3)
    got = ask.retrieve(ask.wanted(summary.unique_id), patient)
    assert got.status is Status.SUCCESS
    document = got.documents[0]
    assert document.document == summary.unique_id and len(document.content) == summary.size
    assert b"ClinicalDocument" in document.content
    lines = ask.member.audit
    assert [line["transaction"] for line in lines] == ["ITI-55", "ITI-38", "ITI-39"]
    assert {line["outcome"] for line in lines} == {"success"}
    assert {line["patient"] for line in lines} == {patient.cx()}
    assert {(line["sender"], line["professional"], line["role"]) for line in lines} == {
        ("NO", "900000111", "221")
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_answers_are_valid_and_name_their_request(asker, country):
    ask, patient = asker(country), RICH[country]
    unique = ask.list(patient).entries[0].unique_id
    cases = (
        (Service.XCPD, ask.discovery_bytes(patient, message_id="urn:uuid:1"), Schema.XCPD_RESPONSE),
        (Service.XCA, ask.list_bytes(patient, message_id="urn:uuid:2"), Schema.ADHOC_QUERY_RESPONSE),
        (
            Service.XCA,
            ask.retrieve_bytes(ask.wanted(unique), patient, message_id="urn:uuid:3"),
            Schema.RETRIEVE_RESPONSE,
        ),
    )
    for number, (service, body, schema) in enumerate(cases, start=1):
        answered = ask.call(service, body)
        message = mtom.message(answered.content_type, answered.body, answer_to=f"urn:uuid:{number}")
        assert answered.status == 200
        assert (message.relates_to, message.findings) == (f"urn:uuid:{number}", ())
        assert not message.has_security
        assert violations(message.body, schema) == []
        assert f'action="{message.action}"' in answered.content_type


@pytest.mark.parametrize(("country", "is_mtom"), [("PT", True), ("FI", False), ("CZ", False)])
def test_only_profile_7_moves_the_document_out_of_the_envelope(asker, country, is_mtom):
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


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_shared_number_finds_both_and_a_trait_tells_them_apart(asker, country):
    shared, own = TWINS[country]
    ask = asker(country)
    found = ask.discover(shared).candidates
    assert {candidate.ids[0].extension for candidate in found} == set(own)
    first = found[0]
    given = Demographics(given=first.demographics.given)
    only = ask.discover(shared, traits=given).candidates
    assert [candidate.ids[0] for candidate in only] == [first.ids[0]]


def test_a_shared_number_gives_nobody_a_document(asker):
    ask = asker("PT")
    shared, own = TWINS["PT"]
    listed = ask.list(shared)
    assert listed.entries == ()
    for extension in own:
        entries = ask.list(PatientId(PT_ID, extension)).entries
        assert len(entries) == 1 and extension in entries[0].patient.extension


def test_two_identifiers_must_both_be_the_patients(asker):
    ask = asker("PT")
    shared, own = TWINS["PT"]
    both = ask.discover(PatientId(PT_ID, own[1]), shared).candidates
    assert [candidate.ids[0].extension for candidate in both] == [own[1]]
    assert isinstance(ask.discover(RICH["PT"], shared).outcome(), NoMatch)


@pytest.mark.parametrize(
    ("traits", "matches"),
    [
        (Demographics(family=("sousa",)), True),
        (Demographics(family=("Tavares",), given=("LEONOR",)), True),
        (Demographics(birth_time="19850312"), True),
        (Demographics(birth_time="198503"), True),
        (Demographics(gender="F", city="coimbra"), True),
        (Demographics(gender="UN"), True),
        (Demographics(street="elsewhere"), True),
        (Demographics(gender="M"), False),
        (Demographics(birth_time="19850313"), False),
        (Demographics(family=("Souza",)), False),
        (Demographics(postal_code="1000-001"), False),
    ],
)
def test_traits_narrow_the_search(asker, traits, matches):
    assert bool(asker("PT").discover(RICH["PT"], traits=traits).candidates) is matches


def test_an_address_may_say_street_line_or_street_name(asker):
    ask = asker("PT")
    traits = Demographics(street="Rua da Azinheira 12", city="Coimbra")
    body = ask.discovery_bytes(RICH["PT"], traits=traits)
    assert b"streetName" in body
    answered = ask.call(Service.XCPD, body)
    assert b"streetAddressLine" in answered.body
    assert DiscoveryResponse.from_xml(body_of(answered)).asked.city == "Coimbra"


@pytest.mark.parametrize("country", COUNTRIES)
def test_nobody_is_told_as_nobody(asker, country):
    ask = asker(country)
    answer = ask.discover(PatientId(RICH[country].root, "000000000"))
    assert isinstance(answer.outcome(), NoMatch)
    assert (answer.ack_code, answer.query_response, answer.detail_code) == ("AA", "NF", "ERROR_PI_NO_MATCH")
    assert answer.reason.code == XcpdReason.ANSWER_NOT_AVAILABLE
    assert ask.member.audit[-1]["codes"] == ["ERROR_PI_NO_MATCH"]


def test_a_success_says_so_and_the_reference_says_ae(asker):
    honest = asker("PT").discover(RICH["PT"])
    assert (honest.ack_code, honest.query_status, honest.query_response) == ("AA", "deliveredResponse", "OK")
    exact = asker("PT", reference_exact=True).discover(RICH["PT"])
    assert (exact.ack_code, exact.query_status, exact.query_response) == ("AA", "AE", "AE")
    assert isinstance(exact.outcome(), Match)


def test_a_request_for_another_country_is_not_answered(asker):
    answer = asker("PT").discover(RICH["PT"], receiver="1.2.246.556.12001.4.1000.990.1")
    assert answer.candidates == ()
    assert answer.reason.code == XcpdReason.ANSWER_NOT_AVAILABLE
    assert isinstance(answer.outcome(), RefusedBy)


@pytest.mark.parametrize(
    ("country", "code"),
    [("PT", "ERROR_PI_GENERIC"), ("FI", "ERROR_PI_MISSING_REQUIRED_FIELDS")],
)
def test_a_search_without_identifier_is_not_allowed(asker, country, code):
    ask = asker(country)
    traits = Demographics(family=("Sousa",), birth_time="19850312")
    tree = etree.fromstring(ask.discovery_bytes(RICH[country], traits=traits))
    for el in list(tree.iter("{urn:hl7-org:v3}livingSubjectId")):
        el.getparent().remove(el)
    answer = DiscoveryResponse.from_xml(body_of(ask.call(Service.XCPD, etree.tostring(tree))))
    assert answer.candidates == ()
    assert (answer.ack_code, answer.detail_code) == ("AE", code)
    assert answer.reason.code == XcpdReason.DEMOGRAPHICS_QUERY_NOT_ALLOWED
    assert answer.reason.branch == "triggerFor"


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
def test_no_summary_is_a_success_with_a_warning(asker, country, code):
    patient = {"PT": PatientId(PT_ID, "900000066"), "FI": PatientId("1.2.246.21", "020119A953R")}[country]
    listed = asker(country).list(patient)
    assert (listed.status, listed.entries) == (Status.SUCCESS, ())
    assert [(error.code, error.severity) for error in listed.errors] == [(code, Severity.WARNING)]


@pytest.mark.parametrize("profile", [Profile.W7, Profile.W9])
def test_several_classes_in_both_ways_of_quoting(asker, profile):
    ask = asker("PT")
    listed = ask.list(RICH["PT"], ("60591-5", "57833-6"), profile=profile)
    assert listed.status is Status.SUCCESS and len(listed.entries) == 2
    assert [error.code for error in listed.errors] == ["ERROR_GENERIC_SERVICE_SIGNIFIER_UNKNOWN"]


def test_a_class_that_is_not_offered(asker):
    listed = asker("CZ").list(RICH["CZ"], ("11502-2",))
    assert (listed.status, listed.entries) == (Status.SUCCESS, ())
    (error,) = listed.errors
    assert (error.code, error.severity) == ("ERROR_GENERIC_SERVICE_SIGNIFIER_UNKNOWN", Severity.ERROR)


@pytest.mark.parametrize(
    "changes",
    [{"document": "1.2.3^none"}, {"repository": "1.2.3"}, {"home": "urn:oid:1.2.208"}],
)
def test_an_unknown_document_is_partial_success_without_a_document(asker, changes):
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


@pytest.mark.parametrize(
    ("country", "patient", "xcpd", "xca"),
    [
        ("PT", PatientId(PT_ID, "900000055"), "ERROR_PI_GENERIC", "4701"),
        ("FI", PatientId("1.2.246.21", "300843-944B"), "WARNING_PI_NO_CONSENT", "ERROR_PS_NO_CONSENT"),
    ],
)
def test_without_consent_nothing_is_given(asker, country, patient, xcpd, xca):
    ask = asker(country)
    found = ask.discover(patient)
    assert (found.candidates, found.detail_code) == ((), xcpd)
    assert found.reason.code == XcpdReason.INSUFFICIENT_RIGHTS
    listed = ask.list(patient)
    assert (listed.status, [error.code for error in listed.errors]) == (Status.FAILURE, [xca])
    got = ask.retrieve(ask.wanted("1.2.3"), patient)
    assert (got.status, [error.code for error in got.errors]) == (Status.FAILURE, [xca])
    assert [line["reason"] for line in ask.member.audit] == ["no consent"] * 3
    assert [line["outcome"] for line in ask.member.audit] == ["refused"] * 3


def test_a_summary_of_another_patient_is_refused(asker):
    ask = asker("PT")
    mine = ask.list(RICH["PT"]).entries[0].unique_id
    got = ask.retrieve(ask.wanted(mine), PatientId(PT_ID, "900000022"))
    assert (got.status, got.documents) == (Status.FAILURE, ())
    assert [error.code for error in got.errors] == ["4206"]


def test_the_patient_id_is_compared_by_root_and_extension(asker):
    ask, patient = asker("PT"), RICH["PT"]
    short = ask.list_bytes(patient).replace(b"&amp;ISO'", b"'")  # in the question, outside the assertions
    listed = ListResponse.from_xml(body_of(ask.call(Service.XCA, short)))
    assert listed.entries


@pytest.mark.parametrize("named", ["content type", "header", "neither"])
def test_the_action_may_stand_in_the_content_type_or_in_a_header(asker, named):
    ask = asker("PT")
    body = ask.list_bytes(RICH["PT"])
    kind = "application/soap+xml; charset=UTF-8"
    if named == "content type":
        kind += f'; action="{iti38.ACTION}"'
    header = f'"{iti38.ACTION}"' if named == "header" else None
    assert ask.call(Service.XCA, body, content_type=kind, soap_action=header).status == 200


def test_an_action_that_does_not_fit_is_a_fault(asker):
    ask = asker("PT")
    body = ask.list_bytes(RICH["PT"])
    for answered in (
        ask.call(Service.XCA, body, soap_action=iti39.ACTION),
        ask.call(Service.XCA, body.replace(iti38.ACTION.encode(), iti39.ACTION.encode())),
        ask.call(Service.XCPD, body),
    ):
        fault = fault_of(answered)
        assert (answered.status, fault.code, fault.subcode) == (400, "Sender", "ActionNotSupported")
    assert {line["outcome"] for line in ask.member.audit} == {"fault"}


def test_only_action_message_id_and_security_are_needed(asker):
    ask = asker("PT")
    tree = etree.fromstring(ask.discovery_bytes(RICH["PT"]))
    for name in ("To", "ReplyTo"):
        for el in tree.iter(f"{{http://www.w3.org/2005/08/addressing}}{name}"):
            el.getparent().remove(el)
    answered = ask.call(Service.XCPD, etree.tostring(tree))
    assert DiscoveryResponse.from_xml(body_of(answered)).candidates


def test_an_unexpected_failure_is_a_fault_that_says_nothing(asker, monkeypatch):
    ask = asker("PT")

    def broken(*_):
        raise RuntimeError("secret 900000011")

    monkeypatch.setattr("mock_member_states.transactions.identify", broken)
    answered = ask.call(Service.XCPD, ask.discovery_bytes(RICH["PT"]))
    assert answered.status == 500 and b"secret" not in answered.body
    assert fault_of(answered).code == "Receiver"
    monkeypatch.undo()
    assert ask.is_served()


def test_a_discovery_without_readable_sender_is_a_fault(asker):
    ask = asker("PT")
    body = etree.fromstring(ask.discovery_bytes(RICH["PT"]))
    for el in list(body.iter("{urn:hl7-org:v3}sender")):
        el.getparent().remove(el)
    answered = ask.call(Service.XCPD, etree.tostring(body))
    assert (answered.status, fault_of(answered).code) == (400, "Sender")


def test_the_answer_is_made_at_the_time_given(asker):
    ask = asker("PT")
    assert ask.discover(RICH["PT"]).created == NOW
    assert ask.member.audit[0]["at"] == NOW.isoformat(timespec="milliseconds")


def test_soap_request_ids_are_kept_in_the_audit_line(asker):
    ask, message_id = asker("PT"), new_id()
    ask.call(Service.XCPD, ask.discovery_bytes(RICH["PT"], message_id=message_id))
    assert ask.member.audit[0]["message_id"] == message_id
    assert isinstance(ask.member.audit[0]["sender_certificate"], str)


def test_a_fault_sent_as_a_request_is_a_fault(asker):
    ask = asker("PT")
    body = soap.fault(code=soap.FaultCode.SENDER, reason="x", message_id=new_id(), relates_to=None)
    assert fault_of(ask.call(Service.XCPD, body)).code == "Sender"
