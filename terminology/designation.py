"""A designation: the text of one concept in one language, where it comes from, and how far it is checked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terminology.release import Content


class Status(StrEnum):
    """Life of a designation, in this order."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    ACTIVE = "active"
    RETIRED = "retired"


_USABLE = {
    Content.TEST: frozenset({Status.DRAFT, Status.IN_REVIEW, Status.ACTIVE}),
    Content.APPROVED: frozenset({Status.ACTIVE}),
}


@dataclass(frozen=True, slots=True)
class Designation:
    """Text of a concept in a language, with its provenance."""

    text: str
    language: str  # tag as the source states it: nb-NO, nn-NO, no, en ...
    status: Status
    basis: str  # where the words come from, e.g. "cldr"; terminology/seed.py names them all
    origin: str  # the import or seed it came with
    preferred: bool = False
    approved_by: str | None = None  # None: nobody has approved it
    approved_on: date | None = None

    def usable(self, content: Content) -> bool:
        """Whether a release of this content may show it; a test release shows what nobody has approved."""
        return self.status in _USABLE[content]
