"""Envelopes made to hurt: refused by name, at bounded cost, and the next one is read as if nothing was."""

import time

import pytest

from ncp.wire import mtom, soap
from ncp.wire.errors import NotValid, NotValidKind
from tests.support.assertions import HCP, signed
from tests.support.soap_messages import request

ENTITY = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>'
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
HOSTILE = {
    "doctype": b"<!DOCTYPE x>" + request(signed(HCP)).partition(b"?>")[2],
    "entity bomb": ENTITY,
    "external entity": EXTERNAL,
    "doctype after a comment": b"<?xml version='1.0'?><!-- --><!DOCTYPE x><x/>",
    "100,000 attributes": b"<x " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
    "depth": b"<x>" * 10_000 + b"</x>" * 10_000,
    "a million elements": b"<x>" + b"<y/>" * 1_000_000 + b"</x>",
    "over the limit": b"<x>" + b" " * (16 * 1024 * 1024) + b"</x>",
    "foreign encoding": b'<?xml version="1.0" encoding="utf-7"?><x/>',
    "null bytes": b"<x>\x00</x>",
    "cut off": request(signed(HCP))[:-20],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_envelope_is_refused_and_the_next_one_served(name):
    started = time.process_time()
    with pytest.raises(NotValid) as caught:
        soap.read(HOSTILE[name])
    assert time.process_time() - started < 2
    assert caught.value.kind is NotValidKind.XML
    assert len(str(caught.value)) < 200
    assert len(soap.read(request(signed(HCP))).assertions) == 1


def test_hundreds_of_assertions_cost_one_pass():
    one = signed(HCP)
    many = [one.replace(b'ID="_hcp"', b'ID="_%d"' % n) for n in range(700)]
    started = time.process_time()
    with pytest.raises(NotValid) as caught:
        soap.read(request(*many))
    assert caught.value.kind is NotValidKind.ASSERTION
    assert time.process_time() - started < 3


def test_one_attachment_cannot_be_multiplied_by_references():
    include = (
        '<xdsb:Document xmlns:xdsb="urn:ihe:iti:xds-b:2007"><i:Include href="cid:a" '
        'xmlns:i="http://www.w3.org/2004/08/xop/include"/></xdsb:Document>'
    )
    envelope = (
        f'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>'
        f'<x xmlns="urn:x">{include * 1000}</x></e:Body></e:Envelope>'
    ).encode()
    body = (
        b"--b\r\nContent-Type: application/xop+xml\r\n\r\n"
        + envelope
        + b"\r\n--b\r\nContent-ID: <a>\r\n\r\n"
        + b"x" * 1_000_000
        + b"\r\n--b--"
    )
    with pytest.raises(NotValid, match="used already"):
        mtom.message("multipart/related; boundary=b", body, answer_to="m")


def test_an_error_quotes_no_more_than_a_little_of_a_long_name():
    name = "n" * 50_000
    with pytest.raises(NotValid) as caught:
        soap.read(f"<{name}/>".encode())
    assert len(str(caught.value)) < 200
