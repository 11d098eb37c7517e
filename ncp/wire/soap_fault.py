"""SOAP faults: written, read, and chosen by what is wrong with a request.

Business failures are never faults. The text of a fault is for testers; a clinician never sees it. Source:
SOAP 1.2 part 1, 5.4; WS-Addressing 1.0 SOAP binding, 6; wire specification 1.4.
"""

from enum import StrEnum

from lxml import etree
from lxml.etree import _Element as Element

from ncp.wire.errors import NotValid, NotValidKind
from schemas.namespaces import ENV, WSA, q
from schemas.xml import serialise

_ADDRESSING_ACTION = "http://www.w3.org/2005/08/addressing/fault"
_SOAP_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INVALID_ADDRESSING_HEADER = "InvalidAddressingHeader"
ADDRESSING_HEADER_REQUIRED = "MessageAddressingHeaderRequired"
ACTION_NOT_SUPPORTED = "ActionNotSupported"
_ADDRESSING_SUBCODES = (INVALID_ADDRESSING_HEADER, ADDRESSING_HEADER_REQUIRED, ACTION_NOT_SUPPORTED)


class FaultCode(StrEnum):
    """Whose fault it is."""

    SENDER = "Sender"
    RECEIVER = "Receiver"
    VERSION_MISMATCH = "VersionMismatch"
    MUST_UNDERSTAND = "MustUnderstand"


class FaultReceived(Exception):
    """The peer answered with a SOAP fault. `code` and `subcode` are local names, `reason` its text."""

    def __init__(self, code: str, subcode: str | None, reason: str) -> None:
        super().__init__(f"SOAP fault {code}" + (f"/{subcode}" if subcode else ""))
        self.code, self.subcode, self.reason = code, subcode, reason


def fault(
    *,
    code: FaultCode,
    reason: str,
    message_id: str,
    relates_to: str | None,
    subcode: str | None = None,
) -> bytes:
    """A fault message. `subcode` is the local name of a WS-Addressing subcode, with or without `wsa:`.

    Raises:  ValueError: no such subcode.
    """
    name = None if subcode is None else subcode.removeprefix("wsa:")
    if name is not None and name not in _ADDRESSING_SUBCODES:
        raise ValueError(f"not a WS-Addressing subcode: {subcode!r}")
    envelope = etree.Element(q(ENV, "Envelope"), nsmap={"env": ENV, "wsa": WSA})
    header = etree.SubElement(envelope, q(ENV, "Header"))
    _add(header, q(WSA, "Action"), _SOAP_ACTION if name is None else _ADDRESSING_ACTION)
    _add(header, q(WSA, "MessageID"), message_id)
    if relates_to is not None:
        _add(header, q(WSA, "RelatesTo"), relates_to)
    el = etree.SubElement(etree.SubElement(envelope, q(ENV, "Body")), q(ENV, "Fault"))
    code_el = etree.SubElement(el, q(ENV, "Code"))
    _add(code_el, q(ENV, "Value"), f"env:{code.value}")
    if name is not None:
        _add(etree.SubElement(code_el, q(ENV, "Subcode")), q(ENV, "Value"), f"wsa:{name}")
    text = _add(etree.SubElement(el, q(ENV, "Reason")), q(ENV, "Text"), reason)
    text.set(_XML_LANG, "en")
    return serialise(envelope)


_FAULTS: dict[NotValidKind, tuple[FaultCode, str | None]] = {
    NotValidKind.SOAP_VERSION: (FaultCode.VERSION_MISMATCH, None),
    NotValidKind.MUST_UNDERSTAND: (FaultCode.MUST_UNDERSTAND, None),
    NotValidKind.HEADER_DUPLICATE: (FaultCode.SENDER, INVALID_ADDRESSING_HEADER),
    NotValidKind.HEADER_INVALID: (FaultCode.SENDER, INVALID_ADDRESSING_HEADER),
    NotValidKind.HEADER_MISSING: (FaultCode.SENDER, ADDRESSING_HEADER_REQUIRED),
    NotValidKind.UNKNOWN_OPERATION: (FaultCode.SENDER, ACTION_NOT_SUPPORTED),
}


def fault_for(error: NotValid) -> tuple[FaultCode, str | None]:
    """The fault code and subcode with which a server answers a request that is not valid."""
    return _FAULTS.get(error.kind, (FaultCode.SENDER, None))


def received_fault(el: Element) -> FaultReceived:
    """Read an env:Fault as far as it goes; a malformed one is still a fault."""
    code = _local_name(el.findtext(f"{q(ENV, 'Code')}/{q(ENV, 'Value')}"))
    subcode = _local_name(el.findtext(f"{q(ENV, 'Code')}/{q(ENV, 'Subcode')}/{q(ENV, 'Value')}"))
    reason = el.findtext(f"{q(ENV, 'Reason')}/{q(ENV, 'Text')}")
    return FaultReceived(code or "unknown", subcode, (reason or "").strip())


def _local_name(qname: str | None) -> str | None:
    return (qname or "").strip().rpartition(":")[2] or None


def _add(parent: Element, tag: str, text: str) -> Element:
    el = etree.SubElement(parent, tag)
    el.text = text
    return el
