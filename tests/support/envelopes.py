"""Envelopes round the hand-written messages, as an NCP-B and an NCP-A send them."""

from tests.support.registry_messages import ADHOC_QUERY_RESPONSE
from tests.support.wire_messages import HCP, TRC

ENV = "http://www.w3.org/2003/05/soap-envelope"
_NS = f'xmlns:env="{ENV}" xmlns:wsa="http://www.w3.org/2005/08/addressing"'
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous"


def request_envelope(body: str, *, assertions: str = HCP + TRC, action: str = "urn:x:action") -> str:
    """A request with every header block in the order of the profile."""
    return f"""<env:Envelope {_NS}>
  <env:Header>
    <wsa:To env:mustUnderstand="1">https://localhost:9441/XCA_Service</wsa:To>
    <wsa:Action env:mustUnderstand="1">{action}</wsa:Action>
    <wsa:MessageID>urn:uuid:67e2f278-6f1c-4dcf-9c21-c1d0392f079e</wsa:MessageID>
    <wsa:ReplyTo><wsa:Address>{ANONYMOUS}</wsa:Address></wsa:ReplyTo>
    <wsse:Security xmlns:wsse="{_WSSE}">{assertions}</wsse:Security>
  </env:Header>
  <env:Body>{body}</env:Body>
</env:Envelope>"""


def response_envelope(body: str = ADHOC_QUERY_RESPONSE) -> str:
    """A response: action, message id and what it relates to."""
    return f"""<env:Envelope {_NS}>
  <env:Header>
    <wsa:Action env:mustUnderstand="1">urn:ihe:iti:2007:CrossGatewayQueryResponse</wsa:Action>
    <wsa:MessageID>urn:uuid:77e2f278-6f1c-4dcf-9c21-c1d0392f079e</wsa:MessageID>
    <wsa:RelatesTo>urn:uuid:67e2f278-6f1c-4dcf-9c21-c1d0392f079e</wsa:RelatesTo>
  </env:Header>
  <env:Body>{body}</env:Body>
</env:Envelope>"""


FAULT = f"""<env:Fault xmlns:env="{ENV}" xmlns:wsa="http://www.w3.org/2005/08/addressing">
  <env:Code>
    <env:Value>env:Sender</env:Value>
    <env:Subcode><env:Value>wsa:InvalidAddressingHeader</env:Value></env:Subcode>
  </env:Code>
  <env:Reason><env:Text xml:lang="en">two actions</env:Text></env:Reason>
</env:Fault>"""
