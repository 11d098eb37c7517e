"""Is this document about the patient who was asked for? Compared before anything is shown.

Source: cda.md 3.1; the rules for partial dates, several ids and unknown gender are the project's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .datatypes import parse_ts
from .document import Document

_UNKNOWN_GENDER = frozenset({"", "UN", "UNK", "NI"})


class Trait(StrEnum):
    """What can contradict."""

    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    PATIENTS = "patients"  # the document names none or several patients


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One trait that differs: what was asked for and what the document says."""

    trait: Trait
    asked: str
    received: str


@dataclass(frozen=True, slots=True)
class Match:
    """`same` is False for another patient's document: it is never shown. Contradictions are shown first."""

    same: bool
    contradictions: tuple[Contradiction, ...] = ()


def compare(
    document: Document, asked: Sequence[tuple[str, str]], birth: str | None = None, gender: str | None = None
) -> Match:
    """Compare the patient of a document with the one that was asked for.

    Args: asked: (root, extension) of the ids that the country returned; one of them must be in the document.
          birth: HL7 TS as confirmed, any precision. gender: F, M, UN or None.
    A birth date contradicts only in the precision that both have; a missing, unknown or UN gender never does.
    """
    patient = document.header.patient
    held = {(one.root or "", one.extension or "") for one in patient.ids if one.root or one.extension}
    wanted = {(root, extension) for root, extension in asked if root or extension}
    found = []
    if document.header.patients != 1:
        found.append(Contradiction(Trait.PATIENTS, "1", str(document.header.patients)))
    received = patient.birth.value if patient.birth else None
    if birth and received and _differs(birth, received):
        found.append(Contradiction(Trait.BIRTH_DATE, birth, received))
    stated = (patient.gender.code if patient.gender else None) or ""
    if not {gender or "", stated} & _UNKNOWN_GENDER and gender != stated:
        found.append(Contradiction(Trait.GENDER, gender or "", stated))
    same = bool(held & wanted) and document.header.patients == 1
    return Match(same, tuple(found))


def _differs(one: str, other: str) -> bool:
    """Whether two dates contradict at the precision both have; one that cannot be read contradicts."""
    try:
        first, second = parse_ts(one), parse_ts(other)
    except ValueError:
        return one != other
    digits = min(first.digits, second.digits, 8)
    return first.at.strftime("%Y%m%d")[:digits] != second.at.strftime("%Y%m%d")[:digits]
