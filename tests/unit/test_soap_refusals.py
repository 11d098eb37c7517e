"""Envelopes that are refused, each with the kind that decides the fault."""

import pytest
from lxml import etree

from ncp.wire import soap
from ncp.wire.errors import NotValidKind
from ncp.wire.soap import FaultCode
from schemas.namespaces import ENV, SAML, WSA, WSSE, q
from tests.support.assertions import HCP, TRC, signed
from tests.support.soap_messages import add_header, changed, refused, request, response


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
