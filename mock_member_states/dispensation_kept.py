"""A dispensation as a country keeps it, why one is not kept, and that nothing can be kept at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ncp.wire.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something is not done, in a code of the list and in words that name no person."""

    code: ErrorCode
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One dispensation in the store. `items`: key of the prescription's item, and packages."""

    document_id: str
    submission_id: str
    prescription: str
    patient: str
    received: datetime
    country: str
    organisation: str
    professional: str
    items: tuple[tuple[str, int], ...]
    content: bytes = field(repr=False)
    discarded: datetime | None = None
    discard_id: str | None = None


class NotAvailable(Exception):
    """The register of prescriptions cannot be reached; the text is for the operator."""


class StoreDamaged(NotAvailable):
    """The database cannot be opened; the text says why."""


REPEATED: Final = Rejection(ErrorCode.ALREADY_DISPENSED, "this dispensation has been received before")
UNKNOWN: Final = Rejection(ErrorCode.NO_MATCHING_EP, "there is no dispensation of this id")
