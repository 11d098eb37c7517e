"""Multipart bodies, well formed and not, for the tests of MTOM."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from ncp.wire import mtom, soap
from ncp.wire.errors import NotValid
from ncp.wire.profile import Profile
from schemas.namespaces import XDSB, q

ACTION = "urn:ihe:iti:2007:CrossGatewayRetrieveResponse"
DOCUMENT = "<ClinicalDocument>æøå\r\n--b\r\n</ClinicalDocument>".encode()
ROOT_TYPE = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'


def body(*contents: bytes):
    el = etree.Element(q(XDSB, "RetrieveDocumentSetResponse"), nsmap={"xdsb": XDSB})
    for content in contents:
        inner = etree.SubElement(etree.SubElement(el, q(XDSB, "DocumentResponse")), q(XDSB, "Document"))
        inner.text = base64.b64encode(content).decode()
    return el


def envelope(*contents: bytes) -> bytes:
    return soap.response(
        action=ACTION, message_id="m", relates_to="r", body=body(*contents), profile=Profile.W7
    )


def related(*parts, boundary="b1", close=True, line=b"\r\n") -> bytes:
    """A multipart body from (headers, content) pairs."""
    chunks = []
    for headers, content in parts:
        head = line.join(header.encode() for header in headers)
        chunks += [b"--", boundary.encode(), line, head, line, line, content, line]
    return b"".join(chunks) + (b"--" + boundary.encode() + b"--" + line if close else b"")


def root(content: bytes = b"<e/>", content_id="<r>", kind=ROOT_TYPE):
    return [f"Content-Type: {kind}", f"Content-ID: {content_id}"], content


def attachment(content: bytes = b"x", content_id="<d>", encoding="binary"):
    return [f"Content-ID: {content_id}", f"Content-Transfer-Encoding: {encoding}"], content


def refused(data: bytes, content_type='multipart/related; start="<r>"; boundary=b1') -> NotValid:
    with pytest.raises(NotValid) as caught:
        mtom.unpack(content_type, data)
    return caught.value
