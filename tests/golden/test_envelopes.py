"""Assertions, headers and faults as they leave, against the files kept here; `make golden` writes them."""

from dataclasses import replace

import pytest
from lxml import etree

from ncp.wire import soap
from ncp.wire.profile import Profile
from ncp.wire.roles import CLERK, Purpose
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC
from tests.support.soap_messages import request, response

ASSERTIONS = {
    "hcp": HCP,
    "hcp-on-behalf-of": replace(HCP, role=CLERK, on_behalf_of="221", purpose=Purpose.EMERGENCY),
    "trc": TRC,
    "trc-with-pin": replace(TRC, pin_code="4711", prescription_id="RX-1"),
    "nok": NOK,
}


@pytest.mark.parametrize("name", ASSERTIONS)
def test_assertion(golden, name):
    golden.check(f"saml/{name}.xml", ASSERTIONS[name].to_xml())


@pytest.mark.parametrize("profile", Profile)
def test_request(golden, profile):
    """The assertions stand for signed ones, whose bytes differ from run to run."""
    assertions = [etree.tostring(each.to_xml(), encoding="UTF-8") for each in (HCP, TRC)]
    golden.check(f"soap/request-{profile}.xml", parse(request(*assertions, profile=profile)))


@pytest.mark.parametrize("profile", Profile)
def test_response(golden, profile):
    golden.check(f"soap/response-{profile}.xml", parse(response(profile=profile)))


@pytest.mark.parametrize(
    ("name", "code", "subcode"),
    [
        ("fault", soap.FaultCode.RECEIVER, None),
        ("fault-addressing", soap.FaultCode.SENDER, "wsa:InvalidAddressingHeader"),
    ],
)
def test_fault(golden, name, code, subcode):
    data = soap.fault(
        code=code, reason="what is wrong", message_id="urn:uuid:3", relates_to="urn:uuid:1", subcode=subcode
    )
    golden.check(f"soap/{name}.xml", parse(data))
