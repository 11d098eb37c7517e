"""Failures as Norwegian sentences: what happened, what the clinician can do, the EU code in small print."""

from dataclasses import dataclass

from ncp.connection import TimedOut
from ncp.declined import Declined
from ncp.directory import Peer
from ncp.error_tables import http_status
from ncp.policy import NotPermitted
from ncp.portal.headings import ORDINARY, heading_of
from ncp.wire.errors import ErrorCode, Malformed, NcpError, PeerFault, Refused, Unreachable, Untrusted
from terminology.pages.messages import Messages

WRONG_ANSWERS = {
    "WRONG_PATIENT": "error.wrong_patient",
    "WRONG_DOCUMENT": "error.wrong_document",
}
# Codes that say less than the reason beside them, where a country gives one (patient discovery).
VAGUE = frozenset({ErrorCode.GENERIC, ErrorCode.PI_GENERIC, ErrorCode.PI_INTERNAL_ERROR})
LONGEST_CODE = 80  # a country may call its error anything


@dataclass(frozen=True, slots=True)
class Failure:
    """What the error summary shows. `code` is the EU code, `reference` the audit row; no national detail.

    `ordinary`: the country answered, and the answer is no; nothing has failed.
    """

    sentence: str
    code: str
    status: int
    reference: str | None = None
    heading: str = ""
    ordinary: bool = False


def failure_of(error: NcpError, words: Messages, peer: Peer | None) -> Failure:
    """The sentence for an error. The text inside the error is for testers and logs, never for this page."""
    country = peer.name(words.language) if peer else words.text("portal.the_country")
    code = str(error.code)
    reason = error.reason if isinstance(error, Declined) else None
    shown = f"{code} ({reason})" if reason else code
    text = _sentence(error, code, words, country)
    heading = heading_of(error, reason, vague=code in VAGUE)
    return Failure(
        sentence=_capital(text),
        code=shown[:LONGEST_CODE],
        status=http_status(error),
        reference=error.reference,
        heading=_capital(words.text(heading, country=country)),
        ordinary=heading in ORDINARY,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(error: NcpError, code: str, words: Messages, country: str) -> str:
    """By class first, because the class knows who erred; a country's refusal by its code."""
    match error:
        case NotPermitted() if f"portal.{error.key}" in words:
            return words.text(f"portal.{error.key}")
        case Refused() if code == ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN:
            return words.text("error.service_not_offered", country=country)
        case Refused() if code == ErrorCode.GENERIC:
            return words.text("portal.error.refused")
        case TimedOut():
            return words.text("error.timeout", country=country)
        case Untrusted():
            return words.text(WRONG_ANSWERS.get(error.reason, "error.untrusted"), country=country)
        case Malformed():
            return words.text("error.malformed", country=country)
        case Declined() if code in VAGUE and f"portal.reason.{error.reason}" in words:
            return words.text(f"portal.reason.{error.reason}", country=country)
        case Refused() | Unreachable() | PeerFault():
            return words.error(code, country=country)
    return words.text("error.own_fault")  # ours, such as an audit trail that cannot be written
