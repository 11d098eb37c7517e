"""SOAP messages to change and to read, and what a reader says about them."""

from __future__ import annotations

import pytest
from lxml import etree

from ncp.wire import soap
from ncp.wire.errors import NotValid
from ncp.wire.profile import Profile
from schemas.namespaces import ENV, q
from schemas.xml import parse

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
