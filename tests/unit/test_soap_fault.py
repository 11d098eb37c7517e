"""SOAP faults: written, read back, chosen by kind of error."""

import pytest

from ncp.wire import soap
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.soap import FaultCode, FaultReceived
from schemas.namespaces import ENV
from schemas.validate import Schema, violations
from schemas.xml import parse


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
