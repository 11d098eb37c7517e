"""What an answer to a patient discovery means.

Decided by patients, reason and error code, never by the acknowledgement or `queryAck` alone: OpenNCP
writes AE into both codes of `queryAck` also when it has found the patient.
Source: wire specification 5.3, 5.4, 7.1.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ncp.wire.errors import ErrorCode, NotValid, NotValidKind, canonical
from ncp.wire.xcpd_reasons import Reason, XcpdReason

if TYPE_CHECKING:
    from ncp.wire.iti55_answer import DiscoveryResponse
    from ncp.wire.iti55_candidate import Candidate


@dataclass(frozen=True, slots=True)
class Match:
    """One or more people; with several, a human being chooses."""

    candidates: tuple["Candidate", ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nobody has these traits. `code` is always ERROR_PI_NO_MATCH; `text` is the country's own words."""

    text: str | None = None
    code: str = ErrorCode.NO_MATCH


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """The country did not answer the question.

    Attributes:
        code:   eHDSI code, aliases resolved; an unknown one verbatim.
        text:   the country's own words, for testers.
        reason: what the country asks for or objects to, if it says so.
    """

    code: str
    text: str | None
    reason: Reason | None


Outcome: TypeAlias = Match | NoMatch | RefusedBy


def outcome(answer: "DiscoveryResponse") -> Outcome:
    """Interpret an answer.

    Raises:  NotValid: neither patient nor reason nor code, and not marked as an error or as `NF`.
    """
    if answer.candidates:
        return Match(answer.candidates)
    text, reason = answer.detail_text, answer.reason
    code = canonical(answer.detail_code) if answer.detail_code else _code_of(answer)
    # A refusal is never passed off as "nobody": a contradicting reason outranks the code.
    nobody = reason is None or reason.known is XcpdReason.ANSWER_NOT_AVAILABLE
    if code == ErrorCode.NO_MATCH:
        return NoMatch(text) if nobody else RefusedBy(_by_reason(reason), text, reason)
    return RefusedBy(code, text, reason)


def _code_of(answer: "DiscoveryResponse") -> str:
    """The code of an answer that names none."""
    if answer.reason is not None:
        return _by_reason(answer.reason)
    # By IHE, nobody found is AA with NF and no reason at all. NF is believed only here, where the
    # answer holds nobody anyhow.
    if answer.query_response == "NF":
        return ErrorCode.NO_MATCH
    if answer.ack_code in ("AE", "AR"):
        return ErrorCode.PI_GENERIC
    raise NotValid("neither a patient nor a reason", where="controlActProcess", kind=NotValidKind.VALUE)


def _by_reason(reason: Reason | None) -> str:
    match reason and reason.known:
        case XcpdReason.ANSWER_NOT_AVAILABLE:
            return ErrorCode.NO_MATCH
        case XcpdReason.INSUFFICIENT_RIGHTS:
            return ErrorCode.INSUFFICIENT_RIGHTS
        case _:
            return ErrorCode.PI_GENERIC
