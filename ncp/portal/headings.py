"""The heading over a sentence that says no: what kind of answer it is, for whoever reads nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

from ncp.policy import NotPermitted
from ncp.wire.errors import ErrorCode, Malformed, NcpError, PeerFault, Refused, Unreachable, Untrusted
from ncp.wire.xcpd_reasons import XcpdReason

WRONG = "error.heading"  # something is broken; every other heading names an answer
_NOT_FOUND, _NO_DOCUMENTS, _NOT_SHARED = "heading.not_found", "heading.no_documents", "heading.not_shared"
_MORE, _NO_ACCESS, _NOT_ALLOWED = "heading.more_needed", "heading.no_access", "heading.not_allowed"
_NO_ANSWER, _NOT_OFFERED = "heading.no_answer", "heading.not_offered"
ORDINARY = frozenset({_NOT_FOUND, _NO_DOCUMENTS, _NOT_SHARED, _MORE, "heading.several"})
"""Headings of answers that belong to an ordinary day: nothing has failed."""

_BY_REASON: Mapping[str, str] = MappingProxyType(
    {
        XcpdReason.ANSWER_NOT_AVAILABLE: _NOT_FOUND,
        XcpdReason.RESPONDER_BUSY: _NO_ANSWER,
        XcpdReason.NATIONAL_INFRASTRUCTURE: _NO_ANSWER,
        XcpdReason.ADDITIONAL_DEMOGRAPHICS_REQUESTED: _MORE,
        XcpdReason.DEMOGRAPHICS_QUERY_NOT_ALLOWED: _MORE,
        XcpdReason.EHIC_DATA_REQUESTED: _MORE,
        XcpdReason.PATIENT_AUTHENTICATION_REQUIRED: _MORE,
        XcpdReason.PRIVACY_VIOLATION: _NOT_SHARED,
        XcpdReason.INSUFFICIENT_RIGHTS: _NOT_SHARED,
        XcpdReason.POLICY_VIOLATION: _NOT_ALLOWED,
    }
)
_BY_CODE: Mapping[str, str] = MappingProxyType(
    {
        ErrorCode.NO_MATCH: _NOT_FOUND,
        ErrorCode.PI_MULTIPLE_MATCHES: "heading.several",
        ErrorCode.PI_INCORRECT_FORMATTING: _MORE,
        ErrorCode.PI_MISSING_REQUIRED_FIELDS: _MORE,
        ErrorCode.WARNING_PI_NO_CONSENT: _NOT_SHARED,
        ErrorCode.PS_NO_CONSENT: _NOT_SHARED,
        "4701": _NOT_SHARED,
        ErrorCode.PS_NOT_FOUND: _NO_DOCUMENTS,
        "1100": _NO_DOCUMENTS,
        "1102": _NO_DOCUMENTS,
        "4703": _NO_ACCESS,
        "4705": _NOT_ALLOWED,
        ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN: _NOT_OFFERED,
        ErrorCode.NO_CONNECTION: _NO_ANSWER,
        ErrorCode.PI_REGISTRY_NOT_AVAILABLE: _NO_ANSWER,
        ErrorCode.PS_REGISTRY_NOT_AVAILABLE: _NO_ANSWER,
    }
)


def heading_of(error: NcpError, reason: str | None, *, vague: bool) -> str:
    """The key of the heading for a failure.

    Args: reason: of a refused patient discovery; it counts where the code beside it is `vague`.
    """
    if vague and reason is not None and reason in _BY_REASON:
        return _BY_REASON[reason]
    match error:
        case NotPermitted():
            return _NO_ACCESS
        case Unreachable():
            return _NO_ANSWER
        case Malformed():
            return "heading.unreadable"
        case Untrusted():
            return "heading.unsafe"
        case Refused():
            return _BY_CODE.get(error.code, "heading.not_sent")
        case PeerFault():
            return _BY_CODE.get(error.code, "heading.country_failed")
    return WRONG


def heading_over(key: str) -> str:
    """The key of the heading over a sentence of the portal's own, by the last part of its key."""
    return f"heading.{key.rpartition('.')[2]}"
