"""The WSDLs alone are enough for a client we did not write: typed arguments in, typed answers out."""

from types import SimpleNamespace

import pytest
import requests
import zeep
from lxml import etree

from ncp.wire.iti41 import ProvideRequest
from ncp.wire.profile import Profile
from ncp.wire.submission_kinds import SubmissionKind
from schemas.namespaces import ENV, WSA, WSSE, XSD, q
from schemas.validate import Schema, violations, wsdl_path
from schemas.xml import parse
from tests.support import registry_messages as registry
from tests.support import wire_messages as wire
from tests.support.envelopes import FAULT, response_envelope
from tests.support.submissions import submission, typed
from tests.support.typed_client import (
    IDENTIFY,
    LIST,
    PROVIDE,
    PROVIDE_ACTION,
    QUERY_ACTION,
    RETRIEVE,
    RETRIEVE_ACTION,
    XCPD_ACTION,
    client,
    headers,
    identify,
    list_documents,
    retrieve,
)

NORWAY, PORTUGAL = "2.16.578.1.12.4.5.10.1", "2.16.17.710.820.1000.990.1"
HCP, TRC = wire.HCP.encode(), wire.TRC.encode()
NAME = {
    "value": {"_value_1": [{"family": "Sintra"}, {"given": "Ana"}]},
    "semanticsText": "LivingSubject.name",
}
CALLS = {
    IDENTIFY: (
        "XCPD",
        XCPD_ACTION,
        (HCP,),
        identify(PORTUGAL, NORWAY, "2.16.620.1", "1", livingSubjectName=NAME),
    ),
    LIST: ("XCA", QUERY_ACTION, (HCP, TRC), list_documents("1^^^&2.16.620.1&ISO")),
    RETRIEVE: (
        "XCA",
        RETRIEVE_ACTION,
        (HCP, TRC),
        retrieve(f"urn:oid:{PORTUGAL}", "2.16.620.2", "2.16.620.1^1L3"),
    ),
    PROVIDE: ("XDR", PROVIDE_ACTION, (HCP, TRC), typed(submission().to_xml(Profile.W9))),
}


class Canned(zeep.Transport):
    """Answers every call with the same bytes and keeps what was sent."""

    def __init__(self, answer: str, status: int = 200) -> None:
        super().__init__()
        self.answer, self.status, self.sent, self.headers = answer, status, b"", {}

    def post(self, address, message, headers):
        self.sent, self.headers = message, headers
        response = requests.Response()
        response.status_code, response._content = self.status, self.answer.encode()
        response.headers["Content-Type"] = "application/soap+xml; charset=UTF-8"
        return response


def call(operation: str, answer: str, status: int = 200) -> SimpleNamespace:
    service, action, assertions, arguments = CALLS[operation]
    transport = Canned(answer, status)
    proxy = client(service, transport).service[operation]
    result = proxy(_soapheaders=headers("https://localhost/x", action, *assertions), **arguments)
    return SimpleNamespace(
        result=result, sent=parse(transport.sent), headers=transport.headers, raw=transport.sent
    )


ANSWERS = {
    IDENTIFY: wire.XCPD_MATCH,
    LIST: registry.ADHOC_QUERY_RESPONSE,
    RETRIEVE: registry.RETRIEVE_RESPONSE,
    PROVIDE: registry.REGISTRY_RESPONSE,
}


@pytest.mark.parametrize("operation", CALLS)
def test_a_typed_call_makes_a_complete_valid_request(operation):
    sent = call(operation, response_envelope(ANSWERS[operation])).sent
    assert violations(sent, Schema.REQUEST_ENVELOPE) == []
    names = [etree.QName(each).localname for each in sent[0]]
    assert names == ["To", "Action", "MessageID", "ReplyTo", "Security"]


@pytest.mark.parametrize("operation", CALLS)
def test_the_action_is_that_of_the_operation_in_header_and_media_type(operation):
    made = call(operation, response_envelope(ANSWERS[operation]))
    action = CALLS[operation][1]
    assert made.sent.findtext(f"{q(ENV, 'Header')}/{q(WSA, 'Action')}") == action
    assert made.headers["Content-Type"] == f'application/soap+xml; charset=utf-8; action="{action}"'


@pytest.mark.parametrize("operation", CALLS)
def test_assertions_are_sent_as_they_stand(operation):
    made = call(operation, response_envelope(ANSWERS[operation]))
    security = made.sent.find(f"{q(ENV, 'Header')}/{q(WSSE, 'Security')}")
    canonical = [etree.tostring(each, method="c14n", exclusive=True, with_tail=False) for each in security]
    given = [
        etree.tostring(etree.fromstring(each), method="c14n", exclusive=True) for each in CALLS[operation][2]
    ]
    assert canonical == given


def test_a_match_is_read():
    answer = call(IDENTIFY, response_envelope(wire.XCPD_MATCH)).result
    patient = answer.body.controlActProcess.subject[0].registrationEvent.subject1.patient
    assert (patient.id[0].root, patient.id[0].extension) == ("2.16.620.1.101.10.1.1", "123456789")
    assert patient.patientPerson.birthTime.value == "19600101"
    assert patient.subjectOf1.queryMatchObservation.value.value == 100
    assert answer.header.RelatesTo._value_1 == "urn:uuid:67e2f278-6f1c-4dcf-9c21-c1d0392f079e"


def test_a_refusal_is_read():
    answer = call(IDENTIFY, response_envelope(wire.XCPD_REFUSAL)).result.body
    issue = answer.controlActProcess.reasonOf.detectedIssueEvent
    assert issue.mitigatedBy[0].detectedIssueManagement.code.code == "AnswerNotAvailable"
    assert answer.acknowledgement.acknowledgementDetail.code.code == "ERROR_PI_NO_MATCH"


def test_a_list_is_read():
    answer = call(LIST, response_envelope(registry.ADHOC_QUERY_RESPONSE)).result.body
    objects = answer.RegistryObjectList._value_1
    listed = [each["ExtrinsicObject"].id for each in objects if "ExtrinsicObject" in each]
    assert listed == [registry.XML, registry.PDF]
    assert objects[2]["Association"].targetObject == registry.XML
    assert answer.RegistryErrorList.RegistryError[0].errorCode == "ERROR_PS_NOT_FOUND"


def test_a_document_is_read():
    answer = call(RETRIEVE, response_envelope(registry.RETRIEVE_RESPONSE)).result.body
    assert answer.DocumentResponse[0].Document == b"<ClinicalDocument/>"
    assert answer.RegistryResponse.status == registry.SUCCESS


def test_an_answer_to_a_submission_is_read():
    answer = call(PROVIDE, response_envelope(registry.REGISTRY_RESPONSE)).result.body
    assert answer.status == registry.FAILURE
    assert answer.RegistryErrorList.RegistryError[0].errorCode == "4202"


@pytest.mark.parametrize("kind", SubmissionKind)
def test_a_typed_submission_is_read_as_it_was_meant(kind):
    service, action, assertions, _ = CALLS[PROVIDE]
    transport = Canned(response_envelope(registry.REGISTRY_RESPONSE))
    request = submission(kind)
    proxy = client(service, transport).service[PROVIDE]
    arguments = typed(request.to_xml(Profile.W9))
    proxy(_soapheaders=headers("https://localhost/x", action, *assertions), **arguments)
    body = parse(transport.sent).find(f"{q(ENV, 'Body')}/*")
    assert ProvideRequest.from_xml(body) == request


def test_a_fault_is_raised():
    with pytest.raises(zeep.exceptions.Fault, match="two actions"):
        call(LIST, response_envelope(FAULT), status=400)


@pytest.mark.parametrize(
    ("operation", "missing"),
    [
        (IDENTIFY, "receiver"),
        (LIST, "AdhocQuery"),
        (RETRIEVE, "DocumentRequest"),
        (PROVIDE, "SubmitObjectsRequest"),
        (PROVIDE, "Document"),
    ],
)
def test_the_client_itself_refuses_an_incomplete_request(operation, missing):
    service, action, assertions, arguments = CALLS[operation]
    less = {name: value for name, value in arguments.items() if name != missing}
    made = client(service)
    with pytest.raises(zeep.exceptions.ValidationError, match=missing):
        made.create_message(
            made.service, operation, _soapheaders=headers("urn:x", action, *assertions), **less
        )


@pytest.mark.parametrize(
    "schema",
    [
        Schema.XCPD_REQUEST,
        Schema.ADHOC_QUERY_REQUEST,
        Schema.RETRIEVE_REQUEST,
        Schema.PROVIDE_REQUEST,
        Schema.REGISTRY_RESPONSE,
    ],
)
def test_no_payload_schema_has_a_wildcard(schema):
    for file in included(schema.file, set()):
        assert not {each for each in etree.parse(file).iter(q(XSD, "any"), q(XSD, "anyAttribute"))}, file


def included(file, seen):
    """The file and all that it includes or imports."""
    if file not in seen:
        seen.add(file)
        for each in etree.parse(file).iter(q(XSD, "include"), q(XSD, "import")):
            included(file.parent / each.get("schemaLocation"), seen)
    return seen


def test_an_unknown_service_has_no_wsdl():
    with pytest.raises(KeyError):
        wsdl_path("../xsd/xml")
