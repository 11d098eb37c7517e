"""What an answer to a submission means: only what it proves is "stored" or "not stored".

An answer that contradicts itself proves neither. A dispensation that may have been stored must never be shown
as not dispensed: it stays unknown until the country has been asked.

Source: wire specification 6.7; ebRS 3.0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ncp.wire.errors import ErrorCode, Severity
from ncp.wire.registry import RegistryError, Status


@dataclass(frozen=True, slots=True)
class Accepted:
    """Stored, and the prescription counts it."""

    notices: tuple[RegistryError, ...] = ()


@dataclass(frozen=True, slots=True)
class PartlyAccepted:
    """Stored in part: which items were not, the errors say."""

    errors: tuple[RegistryError, ...]


@dataclass(frozen=True, slots=True)
class StoredOnly:
    """Stored, but the prescription may still look open."""

    error: RegistryError


@dataclass(frozen=True, slots=True)
class Refused:
    """Not stored, with the error that decided it first."""

    error: RegistryError
    further: tuple[RegistryError, ...] = ()


class Doubt(StrEnum):
    """Why an answer proves nothing."""

    NO_STATUS = "no status"
    SUCCESS_WITH_ERRORS = "success with errors"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can tell from this answer whether it is stored."""

    why: Doubt
    errors: tuple[RegistryError, ...] = ()


Outcome: TypeAlias = Accepted | PartlyAccepted | StoredOnly | Refused | Unclear


def outcome(status: Status | None, errors: Sequence[RegistryError]) -> Outcome:
    """Interpret an answer."""
    listed = tuple(errors)
    grave = [each for each in listed if each.severity is Severity.ERROR]
    match status:
        case None:
            return Unclear(Doubt.NO_STATUS, listed)
        case Status.SUCCESS:
            return Unclear(Doubt.SUCCESS_WITH_ERRORS, listed) if grave else Accepted(listed)
        case Status.PARTIAL_SUCCESS:
            return PartlyAccepted(listed)
        case Status.FAILURE:
            return _failed(listed, grave)


def _failed(listed: tuple[RegistryError, ...], grave: list[RegistryError]) -> Outcome:
    not_updated = ErrorCode.ED_EPRESCRIPTION_NOT_UPDATED
    for each in listed:
        if each.canonical_code == not_updated:
            return StoredOnly(each)
    error = next(iter(grave or listed), RegistryError(ErrorCode.ED_GENERIC.value, "failed without a reason"))
    return Refused(error, tuple(each for each in listed if each is not error))
