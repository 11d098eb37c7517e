"""What an answer to a document query means. Source: wire specification 4.3, 6.3, 6.7."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ncp.wire.document_entry import DocumentEntry
from ncp.wire.document_pairs import DocumentPair, pairs
from ncp.wire.errors import ErrorCode, NotValid, NotValidKind, Severity
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import RegistryError, Status, stopping

if TYPE_CHECKING:
    from ncp.wire.iti38 import ListResponse


@dataclass(frozen=True, slots=True)
class Listed:
    """The documents, with what the country remarks about them.

    Attributes:
        unreadable: how many more there are that could not be read; to be told, never just left out.
    """

    documents: tuple[DocumentPair, ...]
    notices: tuple[RegistryError, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class ListRefused:
    """No list. `error.not_found` tells "has none" from "was refused or failed"."""

    error: RegistryError


Outcome: TypeAlias = Listed | ListRefused


def outcome(answer: "ListResponse") -> Outcome:
    """Interpret an answer.

    "Not found" beside documents is a notice: hiding them behind "has none" would be the graver error.

    Raises:  NotValid: no known status and neither objects nor errors, or objects of which none is readable.
    """
    error = stopping(answer.errors)
    if error is not None and (error.severity is Severity.ERROR or not (answer.entries or answer.unreadable)):
        return ListRefused(error)
    if answer.unreadable and not answer.entries:
        raise NotValid("no document can be read", where="RegistryObjectList", kind=NotValidKind.VALUE)
    if answer.status is None and not answer.entries and not answer.errors:
        raise NotValid("neither status nor documents", where="AdhocQueryResponse", kind=NotValidKind.VALUE)
    # A failure without an error that stops (4103 is a warning) must not look like an empty list.
    if answer.status is Status.FAILURE or not (answer.entries or answer.status is Status.SUCCESS):
        unexplained = RegistryError(ErrorCode.GENERIC.value, "no reason given", Severity.ERROR)
        return ListRefused(next(iter(answer.errors), unexplained))
    return Listed(pairs(answer.entries, answer.associations), answer.errors, answer.unreadable)


def foreign_entries(answer: "ListResponse", patient: PatientId) -> tuple[DocumentEntry, ...]:
    """The entries that are stated to be another patient's; such a list is not to be used."""
    return tuple(
        entry
        for entry in answer.entries
        if entry.source_patient not in (None, patient) or entry.patient not in (None, patient)
    )
