"""libxml2 decides, xmlschema explains: both must agree, and both must name the place."""

import threading

import pytest
import xmlschema
from lxml import etree

from schemas.validate import MAX_VIOLATIONS, Schema, path_of, violations
from schemas.xml import parse
from tests.support import registry_messages as registry
from tests.support import wire_messages as wire
from tests.support.envelopes import ENV, FAULT, request_envelope, response_envelope

VALID = {
    Schema.SOAP_ENVELOPE: request_envelope(wire.XCPD_REQUEST),
    Schema.REQUEST_ENVELOPE: request_envelope(wire.XCPD_REQUEST, assertions=wire.HCP),
    Schema.RESPONSE_ENVELOPE: response_envelope(wire.XCPD_MATCH),
    Schema.SAML_ASSERTION: wire.TRC,
    Schema.HCP_ASSERTION: wire.HCP,
    Schema.TRC_ASSERTION: wire.TRC,
    Schema.NOK_ASSERTION: wire.NOK,
    Schema.XCPD_REQUEST: wire.XCPD_REQUEST,
    Schema.XCPD_RESPONSE: wire.XCPD_REFUSAL,
    Schema.ADHOC_QUERY_REQUEST: registry.ADHOC_QUERY_REQUEST,
    Schema.ADHOC_QUERY_RESPONSE: registry.ADHOC_QUERY_RESPONSE,
    Schema.RETRIEVE_REQUEST: registry.RETRIEVE_REQUEST,
    Schema.RETRIEVE_RESPONSE: registry.RETRIEVE_RESPONSE,
    Schema.PROVIDE_REQUEST: registry.PROVIDE_REQUEST,
    Schema.REGISTRY_RESPONSE: registry.REGISTRY_RESPONSE,
}
ERROR = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"
BAD_BIRTH_TIME = wire.XCPD_REQUEST.replace('value="19600101"', 'value="1 January"')


@pytest.mark.parametrize("schema", VALID)
def test_a_hand_written_message_is_valid_for_both_validators(schema):
    root = parse(VALID[schema].encode())
    assert violations(root, schema) == []
    assert xmlschema.XMLSchema10(str(schema.file)).is_valid(root)


@pytest.mark.parametrize("schema", VALID)
def test_another_root_is_refused_by_name(schema):
    other = parse(b'<Role xmlns="urn:hl7-org:v3" code="1"/>')
    [only] = violations(other, schema)
    assert only.path == "/hl7:Role[1]" and "found hl7:Role" in only.message


def test_the_answer_is_no_request():
    [only] = violations(parse(wire.XCPD_MATCH.encode()), Schema.XCPD_REQUEST)
    assert only.message == "expected hl7:PRPA_IN201305UV02, found hl7:PRPA_IN201306UV02"


@pytest.mark.parametrize("explain", [True, False])
def test_a_violation_names_line_path_and_reason(explain):
    [first, *_] = violations(parse(BAD_BIRTH_TIME.encode()), Schema.XCPD_REQUEST, explain=explain)
    line = BAD_BIRTH_TIME[: BAD_BIRTH_TIME.index("1 January")].count("\n") + 1
    assert first.line == line
    assert first.path == (
        "/hl7:PRPA_IN201305UV02[1]/hl7:controlActProcess[1]/hl7:queryByParameter[1]/hl7:parameterList[1]"
        "/hl7:livingSubjectBirthTime[1]/hl7:value[1]"
    )
    assert "pattern" in first.message


@pytest.mark.parametrize("explain", [True, False])
def test_an_element_inside_a_message_is_validated_where_it_stands(explain):
    envelope = parse(request_envelope(BAD_BIRTH_TIME).encode())
    found = violations(envelope[1][0], Schema.XCPD_REQUEST, explain=explain)
    assert found[0].path.startswith("/env:Envelope[1]/env:Body[1]/hl7:PRPA_IN201305UV02[1]/")
    assert found[0].path.endswith("/hl7:livingSubjectBirthTime[1]/hl7:value[1]")


@pytest.mark.parametrize("explain", [True, False])
def test_prefixes_of_the_sender_do_not_matter(explain):
    text = registry.ADHOC_QUERY_RESPONSE.replace("xmlns:rim", "xmlns:ns4")
    text = text.replace("<rim:", "<ns4:").replace("</rim:", "</ns4:")
    text = text.replace('<ns4:VersionInfo versionName="1.1"/>', "")
    found = violations(parse(text.encode()), Schema.ADHOC_QUERY_RESPONSE, explain=explain)
    assert len(found) == 2
    assert "/rim:RegistryObjectList[1]/rim:ExtrinsicObject[2]" in found[1].path


def test_a_violation_at_the_root_has_its_path():
    text = registry.REGISTRY_RESPONSE.replace(f' status="{registry.FAILURE}"', "")
    for explain in (True, False):
        [only] = violations(parse(text.encode()), Schema.REGISTRY_RESPONSE, explain=explain)
        assert (only.path, "status" in only.message) == ("/rs:RegistryResponse[1]", True)


def test_a_very_broken_message_is_not_explained_without_end():
    broken = registry.REGISTRY_RESPONSE.replace("errorCode", "code")
    start, end = broken.index("<rs:RegistryError "), broken.index("</rs:RegistryErrorList>")
    many = broken[:start] + broken[start:end] * 500 + broken[end:]
    for explain in (True, False):
        assert (
            len(violations(parse(many.encode()), Schema.REGISTRY_RESPONSE, explain=explain)) == MAX_VIOLATIONS
        )


def test_an_element_built_in_memory_is_validated_too():
    el = etree.Element("{urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0}RegistryResponse")
    assert [each.line for each in violations(el, Schema.REGISTRY_RESPONSE)] == [0]


def test_validation_changes_nothing():
    root = parse(wire.HCP.encode())
    before = etree.tostring(root)
    violations(root, Schema.HCP_ASSERTION)
    assert etree.tostring(root) == before


def test_threads_get_their_own_findings():
    bad = {
        "status": registry.REGISTRY_RESPONSE.replace(f' status="{registry.FAILURE}"', ""),
        "errorCode": registry.REGISTRY_RESPONSE.replace('errorCode="4202"', ""),
    }
    wrong: list[str] = []

    def work(word: str) -> None:
        for _ in range(40):
            found = violations(parse(bad[word].encode()), Schema.REGISTRY_RESPONSE, explain=False)
            if len(found) != 1 or word not in found[0].message:
                wrong.append(str(found))

    threads = [threading.Thread(target=work, args=(word,)) for word in [*bad, *bad]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_paths_count_elements_of_the_same_name_only():
    root = parse(
        b'<a xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:x="urn:x"><b/><s:c/><b/><x:d/></a>'
    )
    assert [path_of(each) for each in root] == [
        "/a[1]/b[1]",
        "/a[1]/saml:c[1]",
        "/a[1]/b[2]",
        "/a[1]/{urn:x}d[1]",
    ]


# What the schema of a received envelope leaves to others, and what it does not.


def test_a_received_envelope_may_have_foreign_header_blocks_in_any_order():
    text = request_envelope(wire.XCPD_REQUEST).replace(
        "<env:Header>", '<env:Header><t:trace xmlns:t="urn:trace"><t:x/></t:trace>'
    )
    assert violations(parse(text.encode()), Schema.SOAP_ENVELOPE) == []
    assert violations(parse(text.encode()), Schema.REQUEST_ENVELOPE) != []


def test_a_received_envelope_is_judged_without_its_payload_and_assertions():
    text = request_envelope("<x:any xmlns:x='urn:x'><bad/></x:any>", assertions="")
    assert violations(parse(text.encode()), Schema.SOAP_ENVELOPE) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<env:Body>", "<env:Body><x:one xmlns:x='urn:x'/>"),
        ("wsa:Address>", "wsa:Adress>"),
        ('env:mustUnderstand="1">urn', 'env:mustUnderstand="yes">urn'),
        (ENV, "http://schemas.xmlsoap.org/soap/envelope/"),
    ],
)
def test_a_received_envelope_is_refused(old, new):
    text = request_envelope(wire.XCPD_REQUEST).replace(old, new)
    assert violations(parse(text.encode()), Schema.SOAP_ENVELOPE) != []


def test_a_fault_is_a_valid_answer_with_an_unknown_subcode_but_not_with_an_unknown_code():
    assert violations(parse(response_envelope(FAULT).encode()), Schema.RESPONSE_ENVELOPE) == []
    odd = FAULT.replace("env:Sender", "env:Client")
    assert violations(parse(response_envelope(odd).encode()), Schema.RESPONSE_ENVELOPE) != []


def test_two_assertions_of_a_kind_are_not_sent():
    twice = wire.HCP + wire.HCP.replace(wire.HCP_ID, wire.TRC_ID)
    text = request_envelope(wire.XCPD_REQUEST, assertions=twice)
    assert violations(parse(text.encode()), Schema.REQUEST_ENVELOPE) != []


# Values.


@pytest.mark.parametrize(
    ("schema", "old", "new"),
    [
        (Schema.XCPD_REQUEST, 'root="2.16.620.1.101.10.1.1"', 'root="2.16.0620"'),
        (Schema.XCPD_REQUEST, 'root="2.16.620.1.101.10.1.1"', 'root="urn:oid:2.16.620"'),
        (Schema.XCPD_REQUEST, 'extension="123456789"', 'extension=""'),
        (Schema.XCPD_REQUEST, 'code="F"', 'code="female"'),
        (Schema.XCPD_REQUEST, 'ITSVersion="XML_1.0"', 'ITSVersion="XML_2.0"'),
        (Schema.XCPD_REQUEST, 'typeCode="RCV"', 'typeCode="SND"'),
        (Schema.XCPD_RESPONSE, 'code="AE"', 'code="XX"'),
        (Schema.ADHOC_QUERY_REQUEST, "LeafClass", "AllClasses"),
        (Schema.ADHOC_QUERY_RESPONSE, registry.SUCCESS, "Success"),
        (Schema.ADHOC_QUERY_RESPONSE, "ErrorSeverityType:Warning", "ErrorSeverityType:Notice"),
        (Schema.ADHOC_QUERY_RESPONSE, 'home="urn:oid:', 'home="'),
        (Schema.ADHOC_QUERY_RESPONSE, f'lid="{registry.XML}"', 'lid="1"'),
        (Schema.RETRIEVE_REQUEST, ">urn:oid:2.16", ">2.16"),
        (Schema.RETRIEVE_RESPONSE, "PENsaW5pY2FsRG9jdW1lbnQvPg==", "not base64!"),
        (Schema.RETRIEVE_RESPONSE, "PENsaW5pY2FsRG9jdW1lbnQvPg==", ""),
        (
            Schema.RETRIEVE_RESPONSE,
            "PENsaW5pY2FsRG9jdW1lbnQvPg==",
            '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:1"/>',
        ),
        (Schema.HCP_ASSERTION, 'Version="2.0"', 'Version="1.1"'),
        (Schema.HCP_ASSERTION, f'ID="{wire.HCP_ID}"', f'ID="urn:uuid:{wire.HCP_ID}"'),
        (Schema.HCP_ASSERTION, "ac:classes:SmartcardPKI", "ac:classes:Password"),
        (Schema.HCP_ASSERTION, "cm:sender-vouches", "cm:bearer"),
        (Schema.HCP_ASSERTION, "assertions:hcp", "assertions:trc"),
        (Schema.HCP_ASSERTION, 'NotBefore="2026-11-22T10', 'NotBefore="2026-11-22 10'),
        (Schema.TRC_ASSERTION, "ac:classes:PreviousSession", "ac:classes:X509"),
        (Schema.SAML_ASSERTION, f'ID="{wire.TRC_ID}"', 'ID="1"'),
    ],
)
def test_a_value_outside_its_type_is_refused(schema, old, new):
    assert old in VALID[schema]
    assert violations(parse(VALID[schema].replace(old, new).encode()), schema) != []


@pytest.mark.parametrize(
    ("schema", "old", "new"),
    [
        (Schema.XCPD_RESPONSE, 'code="aborted"', 'code="AE"'),
        (Schema.XCPD_RESPONSE, "<location/>", "<location>OK</location>"),
        (Schema.XCPD_REQUEST, 'value="19600101"', 'value="1960"'),
        (Schema.XCPD_REQUEST, 'value="19600101"', 'value="196001011200+0100"'),
        (Schema.HCP_ASSERTION, '10:00:00.000Z" NotOn', '11:00:00+01:00" NotOn'),
        (Schema.HCP_ASSERTION, "<Role xmlns", '<Role xsi:type="hl7:CE" xmlns:hl7="urn:hl7-org:v3" xmlns'),
        (Schema.HCP_ASSERTION, ' xsi:type="xsd:string"', ""),
        (Schema.SAML_ASSERTION, "ac:classes:PreviousSession", "ac:classes:Password"),
        (
            Schema.ADHOC_QUERY_RESPONSE,
            "<rs:RegistryErrorList>",
            f'<rs:RegistryErrorList highestSeverity="{ERROR}">',
        ),
    ],
)
def test_what_real_peers_write_is_accepted(schema, old, new):
    assert old in VALID[schema]
    assert violations(parse(VALID[schema].replace(old, new).encode()), schema) == []


def test_a_match_may_withhold_what_it_knows():
    text = wire.XCPD_MATCH.replace('<birthTime value="19600101"/>', '<birthTime nullFlavor="MSK"/>')
    text = text.replace(
        '<administrativeGenderCode code="F"/>', '<administrativeGenderCode nullFlavor="UNK"/>'
    )
    assert violations(parse(text.encode()), Schema.XCPD_RESPONSE) == []
    both = text.replace('nullFlavor="MSK"', 'nullFlavor="MSK" value="1960"')
    assert violations(parse(both.encode()), Schema.XCPD_RESPONSE) != []
