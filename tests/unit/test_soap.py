"""Envelopes: written as the profile says, read tolerantly where it is tolerant and strictly elsewhere."""

import pytest
from lxml import etree

from ncp.wire import soap
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.profile import Profile
from ncp.wire.saml import HcpAssertion, TrcAssertion
from ncp.wire.soap import FaultCode, FaultReceived
from schemas.namespaces import ENV, SAML, WSA, WSSE, q
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC, signed
from tests.support.outside import samples

ACTION = "urn:ihe:iti:2007:CrossGatewayRetrieve"
BODY = '<p:RetrieveDocumentSetRequest xmlns:p="urn:ihe:iti:xds-b:2007"/>'


def request(*assertions: bytes, profile=Profile.W9, **more) -> bytes:
    values = {"action": ACTION, "to": "https://ncp.pt.test/XCA?a=1&b=2", "message_id": "urn:uuid:1"} | more
    return soap.request(assertions=assertions, body=etree.fromstring(BODY), profile=profile, **values)


def response(relates_to="urn:uuid:1", **more) -> bytes:
    values = {"action": ACTION + "Response", "message_id": "urn:uuid:2", "profile": Profile.W9} | more
    return soap.response(relates_to=relates_to, body=etree.fromstring(BODY), **values)


def changed(data: bytes, change) -> bytes:
    tree = parse(data)
    change(tree)
    return etree.tostring(tree)


def refused(data: bytes, **more) -> NotValid:
    with pytest.raises(NotValid) as caught:
        soap.read(data, **more)
    return caught.value


def add_header(tree, tag, text=None, **attributes):
    el = etree.SubElement(tree[0], tag)
    el.text = text
    for name, value in attributes.items():
        el.set(q(ENV, name), value)


# --- writing


@pytest.mark.parametrize("profile", Profile)
def test_a_request_is_read_back(profile):
    data = request(signed(HCP), signed(TRC), profile=profile)
    message = soap.read(data)
    assert (message.action, message.message_id) == (ACTION, "urn:uuid:1")
    assert message.to == "https://ncp.pt.test/XCA?a=1&b=2"
    assert message.reply_to == soap.ANONYMOUS
    assert message.relates_to is None
    assert message.body.tag == "{urn:ihe:iti:xds-b:2007}RetrieveDocumentSetRequest"
    assert message.has_security
    assert message.findings == ()
    hcp, trc = map(parse, message.assertions)
    assert HcpAssertion.from_xml(hcp) == HCP
    assert TrcAssertion.from_xml(trc) == TRC


def test_headers_stand_in_order_and_demand_understanding():
    header = parse(request(signed(HCP)))[0]
    assert [etree.QName(el).localname for el in header] == [
        "To",
        "Action",
        "MessageID",
        "ReplyTo",
        "Security",
    ]
    assert [el.get(q(ENV, "mustUnderstand")) for el in header] == ["1", "1", None, None, "false"]


def test_profile_7_leaves_must_understand_off_the_security_header():
    security = parse(request(signed(HCP), profile=Profile.W7)).find(f".//{q(WSSE, 'Security')}")
    assert security.attrib == {}


@pytest.mark.parametrize("profile", Profile)
def test_assertions_leave_byte_for_byte_and_in_order(profile):
    assertions = [signed(NOK), signed(HCP), signed(TRC)]
    assert b"".join(assertions) in request(*assertions, profile=profile)


@pytest.mark.parametrize("bad", [b"", b"text", b"<?xml version='1.0'?><a/>", b"<!--x--><a/>", b"<a/>\n"])
def test_only_bare_assertions_are_put_in(bad):
    with pytest.raises(ValueError, match="bare bytes"):
        request(bad)


def test_the_place_of_the_assertions_cannot_be_forged_by_a_header():
    message = soap.read(request(signed(HCP), to="<assertions/>", message_id="<assertions/>"))
    assert (message.to, message.message_id, len(message.assertions)) == ("<assertions/>", "<assertions/>", 1)


def test_a_response_names_the_request_and_carries_no_security():
    message = soap.read(response(), answer_to="urn:uuid:1")
    assert (message.relates_to, message.message_id) == ("urn:uuid:1", "urn:uuid:2")
    assert not message.has_security
    assert message.assertions == ()
    assert message.findings == ()


# --- reading what is tolerated


def test_to_and_reply_to_are_optional():
    def drop(tree):
        for name in ("To", "ReplyTo"):
            tree[0].remove(tree[0].find(q(WSA, name)))

    message = soap.read(changed(request(signed(HCP)), drop))
    assert (message.to, message.reply_to) == (None, None)


@pytest.mark.parametrize("message_id", ["uuid:7f2b", "urn:uuid:7f2b", " \n urn:uuid:7f2b \n"])
def test_message_ids_have_any_form_and_padding_is_dropped(message_id):
    assert soap.read(request(signed(HCP), message_id=message_id)).message_id == message_id.strip()


def test_an_unknown_header_that_demands_nothing_is_ignored():
    data = changed(request(signed(HCP)), lambda tree: add_header(tree, "{urn:x}Trace", mustUnderstand="0"))
    assert soap.read(data).findings == ()


def test_a_header_for_another_role_is_ignored():
    role = "http://www.w3.org/2003/05/soap-envelope/role/none"
    data = changed(
        request(signed(HCP)), lambda tree: add_header(tree, "{urn:x}Trace", mustUnderstand="1", role=role)
    )
    assert soap.read(data).action == ACTION


def test_comments_between_the_parts_are_ignored():
    def comment(tree):
        tree[0].addprevious(etree.Comment("x"))
        tree[-1].insert(0, etree.Comment("x"))

    assert soap.read(changed(request(signed(HCP)), comment)).action == ACTION


def test_an_empty_security_header_is_seen():
    message = soap.read(request())
    assert message.has_security
    assert message.assertions == ()


def test_other_tokens_in_the_security_header_are_no_assertions():
    data = changed(
        request(signed(HCP)), lambda tree: tree[0].find(q(WSSE, "Security")).append(etree.Element("{urn:x}T"))
    )
    assert len(soap.read(data).assertions) == 1


def test_an_answer_may_lack_addressing_headers():
    def drop(tree):
        tree.remove(tree[0])

    message = soap.read(changed(response(), drop), answer_to="urn:uuid:1")
    assert [finding.where for finding in message.findings] == ["wsa:Action", "wsa:MessageID", "wsa:RelatesTo"]
    assert (message.action, message.message_id, message.relates_to) == ("", "", None)


def test_an_answer_may_demand_headers_that_we_do_not_know():
    data = changed(response(), lambda tree: add_header(tree, "{urn:x}Trace", mustUnderstand="true"))
    assert [finding.where for finding in soap.read(data, answer_to="urn:uuid:1").findings] == ["Header/Trace"]


def test_an_answer_that_breaks_the_schema_is_read_with_a_finding():
    def break_it(tree):
        etree.SubElement(tree[0].find(q(WSA, "MessageID")), "{urn:x}y")

    message = soap.read(changed(response(), break_it), answer_to="urn:uuid:1")
    assert message.findings


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("iti55-request-template.xml", "urn:hl7-org:v3:PRPA_IN201305UV02:CrossGatewayPatientDiscovery"),
        ("iti38-request-ps-template.xml", "urn:ihe:iti:2007:CrossGatewayQuery"),
        ("iti38-request-ep-template.xml", "urn:ihe:iti:2007:CrossGatewayQuery"),
        ("iti39-request-ps-template.xml", ACTION),
        ("iti39-request-ep-template.xml", ACTION),
    ],
)
def test_the_request_templates_are_read(name, action):
    text = (samples() / "wire" / name).read_text("utf-8")
    text = text.replace("{{hcp-assertion|safe}}", signed(HCP).decode())
    text = text.replace("{{trc-assertion|safe}}", signed(TRC).decode())
    message = soap.read(text.encode())
    assert message.action == action
    assert message.message_id == "{{message-id}}"
    assert message.to is None
    kinds = [parse(assertion).get("ID") for assertion in message.assertions]
    assert kinds == ([HCP.id] if name.startswith("iti55") else [HCP.id, TRC.id])
    payload = parse(text.encode())[-1][0]
    assert etree.tostring(message.body, method="c14n") == etree.tostring(payload, method="c14n")


@pytest.mark.parametrize("name", ["recorded-header-dk-2025.xml", "recorded-header-fi-2026.xml"])
def test_the_recorded_headers_are_read_without_loss(name):
    header = parse((samples() / "wire" / name).read_bytes())
    envelope = etree.Element(q(ENV, "Envelope"))
    envelope.append(header)
    etree.SubElement(envelope, q(ENV, "Body")).append(etree.fromstring(BODY))
    message = soap.read(etree.tostring(envelope))
    assert message.action == "urn:ihe:iti:2007:CrossGatewayQuery"
    assert message.message_id == "urn:uuid:67e2f278-6f1c-4dcf-9c21-c1d0392f079e"
    assert message.to.startswith("https://") and message.to.endswith("/XCA_Service")
    assert message.reply_to == soap.ANONYMOUS
    found = [etree.tostring(parse(data), method="c14n", exclusive=True) for data in message.assertions]
    security = header.find(q(WSSE, "Security"))
    sent = [
        etree.tostring(el, method="c14n", exclusive=True, with_tail=False)
        for el in security.iterchildren(q(SAML, "Assertion"))
    ]
    assert found == sent


# --- reading what is refused


@pytest.mark.parametrize(
    "data", [b"", b"<a", b"<!DOCTYPE x><x/>", b"rubbish", "<a/>".encode("utf-32")], ids=repr
)
def test_bytes_that_are_no_acceptable_xml(data):
    assert refused(data).kind is NotValidKind.XML


@pytest.mark.parametrize("namespace", ["http://schemas.xmlsoap.org/soap/envelope/", "urn:x"])
def test_another_soap_version(namespace):
    data = request(signed(HCP)).replace(ENV.encode(), namespace.encode())
    error = refused(data)
    assert error.kind is NotValidKind.SOAP_VERSION
    assert soap.fault_for(error) == (FaultCode.VERSION_MISMATCH, None)


def test_no_envelope_at_all():
    assert refused(b"<html/>").kind is NotValidKind.ENVELOPE


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.remove(tree[1]),
        lambda tree: tree.append(etree.Element(q(ENV, "Body"))),
        lambda tree: tree.insert(0, etree.Element(q(ENV, "Header"))),
        lambda tree: tree.append(tree[0]),
        lambda tree: tree.append(etree.Element("{urn:x}Extra")),
        lambda tree: tree[1].remove(tree[1][0]),
        lambda tree: tree[1].append(etree.Element("{urn:x}Second")),
        lambda tree: tree[0].append(etree.Element(q(WSSE, "Security"))),
    ],
    ids=["no body", "two bodies", "two headers", "header last", "extra", "empty", "two payloads", "security"],
)
def test_a_broken_envelope(change):
    error = refused(changed(request(signed(HCP)), change))
    assert error.kind is NotValidKind.ENVELOPE
    assert soap.fault_for(error) == (FaultCode.SENDER, None)


@pytest.mark.parametrize("name", ["To", "Action", "MessageID", "ReplyTo", "From", "FaultTo", "RelatesTo"])
def test_a_repeated_addressing_header(name):
    def repeat(tree):
        for _ in range(2):
            add_header(tree, q(WSA, name), "urn:x")

    error = refused(changed(request(signed(HCP)), repeat))
    assert (error.kind, error.where) == (NotValidKind.HEADER_DUPLICATE, f"wsa:{name}")
    assert soap.fault_for(error) == (FaultCode.SENDER, "InvalidAddressingHeader")


@pytest.mark.parametrize("name", ["Action", "MessageID"])
@pytest.mark.parametrize("blank", [True, False])
def test_a_missing_addressing_header(name, blank):
    def drop(tree):
        el = tree[0].find(q(WSA, name))
        if blank:
            el.text = " \n"
        else:
            tree[0].remove(el)

    error = refused(changed(request(signed(HCP)), drop))
    assert (error.kind, error.where) == (NotValidKind.HEADER_MISSING, f"wsa:{name}")
    assert soap.fault_for(error) == (FaultCode.SENDER, "MessageAddressingHeaderRequired")


def test_a_request_without_header():
    error = refused(changed(request(signed(HCP)), lambda tree: tree.remove(tree[0])))
    assert error.kind is NotValidKind.HEADER_MISSING


@pytest.mark.parametrize("value", ["1", "true"])
@pytest.mark.parametrize("role", [None, "http://www.w3.org/2003/05/soap-envelope/role/next"])
def test_an_unknown_header_that_must_be_understood(value, role):
    attributes = {"mustUnderstand": value} | ({"role": role} if role else {})
    error = refused(
        changed(request(signed(HCP)), lambda tree: add_header(tree, "{urn:x}Trace", **attributes))
    )
    assert (error.kind, error.where) == (NotValidKind.MUST_UNDERSTAND, "Header/Trace")
    assert soap.fault_for(error) == (FaultCode.MUST_UNDERSTAND, None)


def test_a_request_that_breaks_the_schema():
    def break_it(tree):
        etree.SubElement(tree[0].find(q(WSA, "MessageID")), "{urn:x}y")

    assert refused(changed(request(signed(HCP)), break_it)).kind is NotValidKind.XSD


def test_an_answer_to_another_request():
    error = refused(response(relates_to="urn:uuid:9"), answer_to="urn:uuid:1")
    assert (error.kind, error.where) == (NotValidKind.HEADER_INVALID, "wsa:RelatesTo")


def test_an_assertion_without_id():
    data = changed(
        request(signed(HCP)), lambda tree: tree.find(f".//{q(SAML, 'Assertion')}").attrib.pop("ID")
    )
    assert refused(data).kind is NotValidKind.SIGNATURE


def test_more_assertions_than_anybody_sends():
    assert len(soap.read(request(*[signed(HCP, id=f"_{n}") for n in range(8)])).assertions) == 8
    error = refused(request(*[signed(HCP, id=f"_{n}") for n in range(9)]))
    assert error.kind is NotValidKind.ASSERTION


def test_an_error_names_no_content():
    def drop(tree):
        tree[0].remove(tree[0].find(q(WSA, "Action")))

    assert TRC.patient.extension not in str(refused(changed(request(signed(HCP), signed(TRC)), drop)))


# --- faults


@pytest.mark.parametrize("code", FaultCode)
def test_a_fault_is_read_back(code):
    data = soap.fault(code=code, reason="why", message_id="urn:uuid:3", relates_to="urn:uuid:1")
    assert violations(parse(data), Schema.RESPONSE_ENVELOPE) == []
    with pytest.raises(FaultReceived) as caught:
        soap.read(data, answer_to="urn:uuid:1")
    assert (caught.value.code, caught.value.subcode, caught.value.reason) == (code.value, None, "why")
    assert b"http://www.w3.org/2005/08/addressing/soap/fault" in data


def test_an_addressing_fault_has_its_subcode_and_its_own_action():
    data = soap.fault(
        code=FaultCode.SENDER,
        reason="twice",
        message_id="urn:uuid:3",
        relates_to=None,
        subcode="wsa:InvalidAddressingHeader",
    )
    assert violations(parse(data), Schema.SOAP_ENVELOPE) == []
    assert b">http://www.w3.org/2005/08/addressing/fault<" in data
    with pytest.raises(FaultReceived) as caught:
        soap.read(data)
    assert caught.value.subcode == "InvalidAddressingHeader"
    assert str(caught.value) == "SOAP fault Sender/InvalidAddressingHeader"


def test_an_unknown_subcode_is_not_written():
    with pytest.raises(ValueError, match="subcode"):
        soap.fault(code=FaultCode.SENDER, reason="", message_id="m", relates_to=None, subcode="wsa:Nonsense")


def test_a_fault_without_anything_is_still_a_fault():
    data = f'<e:Envelope xmlns:e="{ENV}"><e:Body><e:Fault/></e:Body></e:Envelope>'.encode()
    with pytest.raises(FaultReceived) as caught:
        soap.read(data)
    assert (caught.value.code, caught.value.subcode, caught.value.reason) == ("unknown", None, "")
    assert str(caught.value) == "SOAP fault unknown"


@pytest.mark.parametrize("kind", NotValidKind)
def test_every_kind_of_error_has_a_fault_that_can_be_written(kind):
    code, subcode = soap.fault_for(NotValid("x", kind=kind))
    assert soap.fault(code=code, reason="x", message_id="m", relates_to=None, subcode=subcode)


def test_the_text_of_a_fault_stays_out_of_the_exception_text():
    assert "secret" not in str(FaultReceived("Receiver", None, "secret"))
