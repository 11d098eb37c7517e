"""Saying that there is nothing, and saying that nothing is known: two statements that never look alike."""

from enum import StrEnum

from .datatypes import Coded
from .record import record

IPS_ABSENT = "2.16.840.1.113883.5.1150.1"
SNOMED = "2.16.840.1.113883.6.96"


class AbsenceState(StrEnum):
    """What a coded absence claims."""

    NONE_KNOWN = "none_known"
    NOT_STATED = "not_stated"
    FLAVOUR = "flavour"  # a bare null flavour where the coded value belongs: only the flavour is certain


# To Wave 2 absence was said in SNOMED CT. Source: cda.md 9, legacy forms.
_LEGACY = {
    "160244002": AbsenceState.NONE_KNOWN,
    "716186003": AbsenceState.NONE_KNOWN,
    "160245001": AbsenceState.NONE_KNOWN,
    "182849000": AbsenceState.NONE_KNOWN,
    "182904002": AbsenceState.NOT_STATED,
}
# Codes that deny one class only, so that the rest stays open.
_ONE_CLASS = frozenset(
    {
        "no-known-medication-allergies",
        "no-known-food-allergies",
        "no-known-environmental-allergies",
    }
)


@record
class Absence:
    """An entry that says there is nothing to list, in the code it used."""

    state: AbsenceState
    coded: Coded
    partial: bool = False  # denies one class only
    legacy: bool = False


def absence(coded: Coded | None) -> Absence | None:
    """The absence that a code states; None for a code that names something. Source: cda.md 9."""
    if coded is None or not coded.code:
        return None
    code = coded.code
    if coded.system == IPS_ABSENT or coded.system is None:
        if code.startswith("no-known-"):
            return Absence(AbsenceState.NONE_KNOWN, coded, code in _ONE_CLASS)
        if code.startswith("no-") and code.endswith("-info"):
            return Absence(AbsenceState.NOT_STATED, coded)
    if coded.system == SNOMED and code in _LEGACY:
        return Absence(_LEGACY[code], coded, legacy=True)
    return None
