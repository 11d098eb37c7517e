"""What goes into `answer` and what comes out: bytes with the little of HTTP that SOAP needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509

from mock_member_states.audit_trail import Entry


class Service(StrEnum):
    """A service address of a contact point; the value is the last part of its path."""

    XCPD = "XCPD_Service"
    XCA = "XCA_Service"
    XDR = "XDR_Service"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in."""

    service: Service
    content_type: str
    soap_action: str | None  # the SOAPAction header, for senders that leave `action` off the content type
    body: bytes
    certificate: x509.Certificate  # the leaf that the client proved to hold


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with what is to be written down before it leaves."""

    status: int
    content_type: str
    body: bytes
    entry: Entry
