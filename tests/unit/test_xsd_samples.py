"""Messages that others wrote: the request templates and recorded headers of a national contact point."""

import re
from uuid import UUID

import pytest
from lxml import etree

from schemas.namespaces import ENV, SAML, WSSE, q
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support.outside import samples
from tests.support.wire_messages import SIGNATURE

REQUESTS = {
    "iti55-request-template.xml": Schema.XCPD_REQUEST,
    "iti38-request-ps-template.xml": Schema.ADHOC_QUERY_REQUEST,
    "iti38-request-ep-template.xml": Schema.ADHOC_QUERY_REQUEST,
    "iti39-request-ps-template.xml": Schema.RETRIEVE_REQUEST,
    "iti39-request-ep-template.xml": Schema.RETRIEVE_REQUEST,
}
ASSERTIONS = {
    "hcp-template-xcpd.xml": Schema.HCP_ASSERTION,
    "hcp-template-xca.xml": Schema.HCP_ASSERTION,
    "trc-template.xml": Schema.TRC_ASSERTION,
}
HEADERS = ["recorded-header-dk-2025.xml", "recorded-header-fi-2026.xml"]
HCP_ID = f"_{UUID(int=1)}"


def read(name: str) -> str:
    return (samples() / "wire" / name).read_text(encoding="utf-8")


def assertion(name: str) -> str:
    """An assertion template with its placeholders filled; unsigned, as it is stored."""
    values = {"assertion-id": f"_{UUID(int=sum(name.encode()))}", "hcp-assertion-id": HCP_ID}
    text = re.sub(r"\{\{(.*?)\}\}", lambda hole: values.get(hole[1], "2026-11-22T10:00:00.000Z"), read(name))
    return text[text.index("<saml:Assertion") :]


def signed(name: str) -> str:
    """The same with a signature where it belongs; the numbers in it are of no interest here."""
    return re.sub(r"(</saml:Issuer>)", lambda end: end[1] + SIGNATURE.format(id="_x"), assertion(name))


def request(name: str, *, trc: bool) -> etree._Element:
    text = read(name).replace("{{message-id}}", f"urn:uuid:{UUID(int=7)}")
    text = text.replace("{{hcp-assertion|safe}}", signed("hcp-template-xca.xml"))
    text = text.replace("{{trc-assertion|safe}}", signed("trc-template.xml") if trc else "")
    assert "{{" not in text
    return parse(text.encode())


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_template_is_valid_as_a_whole_and_in_its_parts(name):
    envelope = request(name, trc="iti55" not in name)
    assert violations(envelope, Schema.SOAP_ENVELOPE) == []
    assert violations(envelope, Schema.REQUEST_ENVELOPE) == []
    assert violations(envelope[1][0], REQUESTS[name]) == []


@pytest.mark.parametrize("name", ASSERTIONS)
def test_an_assertion_template_is_valid(name):
    assert violations(parse(assertion(name).encode()), Schema.SAML_ASSERTION) == []
    assert violations(parse(signed(name).encode()), ASSERTIONS[name]) == []


@pytest.mark.parametrize("name", HEADERS)
def test_a_recorded_header_is_valid_in_an_envelope(name):
    body = '<env:Body><any:thing xmlns:any="urn:any"/></env:Body>'
    envelope = f'<env:Envelope xmlns:env="{ENV}">{read(name)}{body}</env:Envelope>'
    assert violations(parse(envelope.encode()), Schema.SOAP_ENVELOPE) == []


@pytest.mark.parametrize("name", HEADERS)
def test_recorded_assertions_are_valid_where_they_stand_and_cut_out(name):
    header = parse(read(name).encode())
    found = header.findall(f"{q(WSSE, 'Security')}/{q(SAML, 'Assertion')}")
    kinds = [(each.findtext(q(SAML, "Issuer")) or "").split(":")[1] for each in found]
    assert kinds == ["idp", "initgw"]
    for each, profile in zip(found, (Schema.HCP_ASSERTION, Schema.TRC_ASSERTION), strict=True):
        assert violations(each, Schema.SAML_ASSERTION) == []
        assert violations(each, profile) == []
