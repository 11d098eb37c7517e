"""A release: one immutable state of the catalogue, named in every display and audit row that used it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Content(StrEnum):
    """Who vouches for a release."""

    TEST = "test"  # nobody: designations that no one has approved are shown, marked as test content
    APPROVED = "approved"  # only designations that a reviewer has approved are shown


@dataclass(frozen=True, slots=True)
class Release:
    """Identity of a catalogue. `hash` is the SHA-256 (hexadecimal) of the content it was made from."""

    name: str
    date: date
    content: Content
    hash: str
