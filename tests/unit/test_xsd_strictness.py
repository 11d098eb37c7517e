"""A message with one element or attribute left out, doubled or moved is refused, but for those listed."""

import re

import pytest

from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support import registry_messages as registry
from tests.support import wire_messages as wire
from tests.support.envelopes import FAULT, request_envelope, response_envelope
from tests.support.xml_mutants import mutants

_PARAMETERS = "controlActProcess/queryByParameter/parameterList"
_PERSON = "controlActProcess/subject/registrationEvent/subject1/patient/patientPerson"
_ATTRIBUTE = "saml:AttributeStatement/saml:Attribute"

_POSITION = re.compile(r"\[\d+\]")

# What the profile leaves open. `-` may be left out, `+` may be repeated, `>` may stand in another order.
_SIGNATURE = {
    "- ds:Signature/ds:SignedInfo/ds:Reference/ds:Transforms/ds:Transform",
    "- ds:Signature/ds:SignedInfo/ds:Reference/ds:Transforms/ds:Transform/ec:InclusiveNamespaces",
}
# Which attributes are present, and whether a value is text or coded, is checked by name, not by the schema.
_ASSERTION = _SIGNATURE | {
    "- saml:Conditions/saml:AudienceRestriction",
    "+ saml:Conditions/saml:AudienceRestriction/saml:Audience",
    f"- {_ATTRIBUTE}/@FriendlyName",
    f"+ {_ATTRIBUTE}/saml:AttributeValue",
}
_PURPOSE = {
    f"{how} {_ATTRIBUTE}/saml:AttributeValue/PurposeOfUse{part}"
    for how, part in (
        ("-", ""),
        ("+", ""),
        ("-", "/@codeSystem"),
        ("-", "/@codeSystemName"),
        ("-", "/@displayName"),
    )
}
_ROLE = {rule.replace("PurposeOfUse", "Role") for rule in _PURPOSE}
_SEARCH = {
    *(f"- {_PARAMETERS}/livingSubject{name}" for name in ("AdministrativeGender", "BirthTime", "Name")),
    f"+ {_PARAMETERS}/livingSubjectId",
    f"+ {_PARAMETERS}/livingSubjectId/value",
    f"- {_PARAMETERS}/patientAddress",
    *(f"{how} {_PARAMETERS}/livingSubjectName/value/family" for how in "-+>"),
    *(f"{how} {_PARAMETERS}/livingSubjectName/value/given" for how in "-+"),
    *(f"{how} {_PARAMETERS}/patientAddress/value/{part}" for how in "-+>" for part in ("streetName", "city")),
    *(f"{how} {_PARAMETERS}/patientAddress/value/country" for how in "-+"),
}
_ANSWER = _SEARCH | {
    "- acknowledgement/targetMessage/id/@extension",
    "- controlActProcess/queryAck/statusCode",
    "- controlActProcess/queryByParameter",
    f"- {_PARAMETERS}/livingSubjectId",
}
_ERRORS = {
    "- rs:RegistryErrorList",
    "- rs:RegistryErrorList/rs:RegistryError/@severity",
    "- rs:RegistryErrorList/rs:RegistryError/@location",
    "+ rs:RegistryErrorList/rs:RegistryError",
}
_OBJECT = "rim:RegistryObjectList/rim:ExtrinsicObject"
_SUBMITTED = f"lcm:SubmitObjectsRequest/{_OBJECT}"
_PACKAGE = "lcm:SubmitObjectsRequest/rim:RegistryObjectList/rim:RegistryPackage"
_MEMBER = "lcm:SubmitObjectsRequest/rim:RegistryObjectList/rim:Association"


def _described(owner: str) -> set[str]:
    """Slots hold several values, names several languages; an author has slots, any other class a name."""
    return {
        f"+ {owner}/rim:Slot/rim:ValueList/rim:Value",
        f"- {owner}/rim:Classification/rim:Slot",
        f"+ {owner}/rim:Classification/rim:Slot",
        f"+ {owner}/rim:Classification/rim:Slot/rim:ValueList/rim:Value",
        f"- {owner}/rim:Classification/rim:Name",
        f"+ {owner}/rim:Classification/rim:Name/rim:LocalizedString",
        f"+ {owner}/rim:ExternalIdentifier/rim:Name/rim:LocalizedString",
    }


CASES = {
    "hcp": (Schema.HCP_ASSERTION, wire.MINIMAL_HCP, _ASSERTION | _PURPOSE | _ROLE),
    "trc": (Schema.TRC_ASSERTION, wire.TRC, _ASSERTION | _PURPOSE),
    "nok": (Schema.NOK_ASSERTION, wire.NOK, _ASSERTION),
    "xcpd-request": (
        Schema.XCPD_REQUEST,
        wire.XCPD_REQUEST,
        _SEARCH
        | {
            "- id/@extension",
            "- controlActProcess/code/@codeSystem",
            "- controlActProcess/code/@codeSystemName",
        },
    ),
    "xcpd-match": (
        Schema.XCPD_RESPONSE,
        wire.XCPD_MATCH,
        _ANSWER
        | {f"{how} controlActProcess/subject" for how in "-+"}
        | {"+ controlActProcess/subject/registrationEvent/subject1/patient/id"}
        | {f"{how} {_PERSON}/{part}" for how in "-+" for part in ("telecom", "addr")}
        | {f"- {_PERSON}/{part}" for part in ("telecom/@use", "administrativeGenderCode", "birthTime")}
        | {f"+ {_PERSON}/name", f"> {_PERSON}/name/family"}
        | {f"{how} {_PERSON}/name/{part}" for how in "-+" for part in ("family", "given")}
        | {
            f"{how} {_PERSON}/addr/{part}"
            for how in "-+>"
            for part in ("city", "postalCode", "streetAddressLine", "country")
            if (how, part) != (">", "country")
        },
    ),
    "xcpd-refusal": (
        Schema.XCPD_RESPONSE,
        wire.XCPD_REFUSAL,
        _ANSWER
        | {f"- acknowledgement/acknowledgementDetail{part}" for part in ("", "/text", "/location")}
        | {"- controlActProcess/reasonOf"}
        | {
            f"{how} controlActProcess/reasonOf/detectedIssueEvent/{branch}"
            for how in "-+"
            for branch in ("mitigatedBy", "triggerFor")
        },
    ),
    "list-request": (
        Schema.ADHOC_QUERY_REQUEST,
        registry.ADHOC_QUERY_REQUEST,
        {"+ rim:AdhocQuery/rim:Slot/rim:ValueList/rim:Value"},
    ),
    "list-response": (
        Schema.ADHOC_QUERY_RESPONSE,
        registry.ADHOC_QUERY_RESPONSE,
        _ERRORS
        | _described(_OBJECT)
        | {f"- {_OBJECT}", f"> {_OBJECT}", "- rim:RegistryObjectList/rim:Association"}
        | {f"+ {_OBJECT}/{part}/rim:LocalizedString" for part in ("rim:Name", "rim:Description")},
    ),
    "retrieve-request": (
        Schema.RETRIEVE_REQUEST,
        registry.RETRIEVE_REQUEST,
        {"- xdsb:DocumentRequest/xdsb:HomeCommunityId"},
    ),
    "retrieve-response": (
        Schema.RETRIEVE_RESPONSE,
        registry.RETRIEVE_RESPONSE,
        {rule[:2] + "rs:RegistryResponse/" + rule[2:] for rule in _ERRORS}
        | {"- xdsb:DocumentResponse", "- xdsb:DocumentResponse/xdsb:HomeCommunityId"},
    ),
    "provide-request": (
        Schema.PROVIDE_REQUEST,
        registry.PROVIDE_REQUEST,
        _described(_SUBMITTED)
        | _described(_PACKAGE)
        | {f"- {_SUBMITTED}/rim:Slot"}
        | {f"- {_PACKAGE}/@objectType", f"- {_PACKAGE}/rim:Description"}
        | {f"+ {_PACKAGE}/{part}/rim:LocalizedString" for part in ("rim:Name", "rim:Description")}
        | {f"- {_MEMBER}/rim:Slot", f"+ {_MEMBER}/rim:Slot", f"+ {_MEMBER}/rim:Slot/rim:ValueList/rim:Value"},
    ),
    "registry-response": (Schema.REGISTRY_RESPONSE, registry.REGISTRY_RESPONSE, _ERRORS),
    "request-header": (
        Schema.REQUEST_ENVELOPE,
        request_envelope(registry.RETRIEVE_REQUEST),
        {"- env:Header/wsa:To", "- env:Header/wsa:ReplyTo", "- env:Header/wsse:Security/saml:Assertion"}
        | {f"> env:Header/wsa:{name}" for name in ("To", "Action", "MessageID", "ReplyTo")},
    ),
    "response-header": (
        Schema.RESPONSE_ENVELOPE,
        response_envelope(FAULT),
        {"- env:Header/wsa:RelatesTo", "> env:Header/wsa:Action", "> env:Header/wsa:MessageID"}
        | {"- env:Body/env:Fault/env:Code/env:Subcode", "+ env:Body/env:Fault/env:Reason/env:Text"},
    ),
}


def _rule(mutant) -> str:
    return f"{mutant.how} " + _POSITION.sub("", mutant.where)


def _mutants(name: str):
    for mutant in mutants(parse(CASES[name][1].encode())):
        # An envelope's contents have a case of their own.
        if "header" not in name or not re.search(r"saml:Assertion.*/|env:Body/xdsb:\w+/", mutant.where):
            yield mutant


@pytest.mark.parametrize("name", CASES)
def test_the_message_itself_is_valid(name):
    schema, text, _ = CASES[name]
    assert violations(parse(text.encode()), schema) == []


@pytest.mark.parametrize(
    ("name", "mutant"),
    [
        pytest.param(name, each, id=f"{name}{each.how}{each.where}")
        for name in CASES
        for each in _mutants(name)
    ],
)
def test_one_element_left_out_doubled_or_moved(name, mutant):
    schema, _, open_ = CASES[name]
    valid = violations(mutant.tree, schema, explain=False) == []
    assert valid == (_rule(mutant) in open_)


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_listed_as_open_that_is_not_tried(name):
    assert CASES[name][2] - {_rule(mutant) for mutant in _mutants(name)} == set()
