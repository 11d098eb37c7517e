"""Envelopes: written as the profile says, read tolerantly where it is tolerant."""

import pytest
from lxml import etree

from ncp.wire import soap
from ncp.wire.profile import Profile
from ncp.wire.saml import HcpAssertion, TrcAssertion
from schemas.namespaces import ENV, SAML, WSA, WSSE, q
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC, signed
from tests.support.outside import samples
from tests.support.soap_messages import ACTION, BODY, add_header, changed, request, response

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


def test_a_comment_does_not_cut_a_message_id_short():
    data = request(signed(HCP), message_id="urn:uuid:1-2").replace(b"1-2<", b"1<!-- x -->-2<")
    assert soap.read(data).message_id == "urn:uuid:1-2"


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
