"""What can go wrong between two contact points, named as the standard names it.

`NotValid` is role-neutral: bytes break the profile, whoever sent them. The contact point turns it into
`Malformed` (the peer is wrong), a simulated country into a SOAP fault (the caller is wrong). `NcpError`
and its subclasses carry an eHDSI code; the class says who has to act.
"""

from enum import StrEnum
from typing import ClassVar

from ncp.wire.error_codes import ErrorCode
from ncp.wire.error_table import (
    ALIASES,
    ERRORS,
    ErrorInfo,
    Severity,
    Where,
    canonical,
)
from ncp.wire.transformation_codes import TRANSFORMATION, Transformation, is_transformation

__all__ = [
    "ALIASES",
    "ERRORS",
    "TRANSFORMATION",
    "Actor",
    "ErrorCode",
    "ErrorInfo",
    "Malformed",
    "NcpError",
    "NotValid",
    "NotValidKind",
    "PeerFault",
    "Refused",
    "Severity",
    "Transformation",
    "Unreachable",
    "Untrusted",
    "Where",
    "canonical",
    "is_transformation",
]


class NotValidKind(StrEnum):
    """What part of the profile the bytes break; a server picks its fault by it."""

    XML = "xml"  # not well-formed, DOCTYPE, too large, too deep
    MIME = "mime"  # content type or multipart structure
    SOAP_VERSION = "soap-version"  # SOAP, but not 1.2
    ENVELOPE = "envelope"  # SOAP 1.2, but not one Header and one Body with one payload
    HEADER_MISSING = "header-missing"  # a required addressing header is absent
    HEADER_DUPLICATE = "header-duplicate"  # an addressing header occurs twice
    HEADER_INVALID = "header-invalid"  # an addressing header has an impossible value
    MUST_UNDERSTAND = "must-understand"  # an unknown header demands to be understood
    SECURITY_MISSING = "security-missing"  # no wsse:Security
    ASSERTION = "assertion"  # an assertion cannot be read or does not fit its kind
    SIGNATURE = "signature"  # the signature does not hold
    XSD = "xsd"  # the schema refuses the message
    VALUE = "value"  # a single value has the wrong form
    UNKNOWN_OPERATION = "unknown-operation"  # no such payload or action


class NotValid(Exception):
    """Bytes that break the profile; role-neutral.

    Attributes:
        what:  what is wrong, in words that hold no patient data.
        where: the header, element or part concerned; "" if it is the whole message.
        kind:  the part of the profile that is broken.
    """

    def __init__(self, what: str, *, where: str = "", kind: NotValidKind = NotValidKind.VALUE) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.what, self.where, self.kind = what, where, kind


class Actor(StrEnum):
    """Who has to act on a failure."""

    REQUESTER = "requester"  # the clinician or the calling system
    OPERATIONS = "operations"  # the operators of this contact point
    PEER = "peer"  # the other country


class NcpError(Exception):
    """A failure that the portal shows and the audit trail records.

    Attributes:
        context: what happened, for testers and operators; no patient data.
        code:    eHDSI code; an unknown code of a peer is kept verbatim.
    """

    actor: ClassVar[Actor] = Actor.OPERATIONS

    reference: str | None = None  # where it is recorded; whoever records it sets this

    def __init__(self, context: str, code: str = ErrorCode.GENERIC) -> None:
        super().__init__(f"{code}: {context}")
        self.context, self.code = context, code


class Refused(NcpError):
    """Our side: an input or a right is missing; nothing was sent."""

    actor = Actor.REQUESTER


class Unreachable(NcpError):
    """No complete answer within the timeout."""

    actor = Actor.OPERATIONS

    def __init__(self, context: str, code: str = ErrorCode.NO_CONNECTION) -> None:
        super().__init__(context, code)


class Malformed(NcpError):
    """Bytes from the peer that break SOAP, the schema or the IHE profile."""

    actor = Actor.PEER


class Untrusted(NcpError):
    """A signature, a certificate or the conditions of an assertion fail.

    Attributes:
        reason: stable reason word for audit and operator, e.g. `CERT_EXPIRED` or `SIGNATURE_DIGEST`.
    """

    actor = Actor.OPERATIONS

    def __init__(
        self,
        context: str,
        code: str = ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED,
        *,
        reason: str = "UNTRUSTED",
    ) -> None:
        super().__init__(context, code)
        self.reason = reason


class PeerFault(NcpError):
    """A trusted, well-formed answer that reports an error."""

    actor = Actor.PEER
