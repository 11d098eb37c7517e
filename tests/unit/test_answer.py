"""A member state's answers to requests that it accepts, in each profile."""

import pytest
from lxml import etree

from mock_member_states.call import Service
from ncp.wire import iti38, iti39, mtom, soap
from ncp.wire.iti38 import pairs
from ncp.wire.iti55 import DiscoveryResponse, Match, XcpdReason
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import Status
from schemas.validate import Schema, violations
from tests.support.chain import COUNTRIES, NOW, RICH, body_of, fault_of, new_id


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


@pytest.mark.parametrize(
    ("country", "patient", "xcpd", "xca"),
    [
        ("PT", PatientId(RICH["PT"].root, "900000055"), "ERROR_PI_GENERIC", "4701"),
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
