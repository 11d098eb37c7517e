"""Codes that the templates fix: they name what an element is about, in words of the page.

The message catalogue holds a text `fixed.<code>` for each of them. Source: cda.md 4 to 7.
"""

from collections.abc import Mapping
from typing import Final

_ACTS = frozenset(
    {
        None,  # a fixed code often comes without its system
        "2.16.840.1.113883.5.4",  # HL7 ActCode
        "2.16.840.1.113883.5.6",  # HL7 ActClass
        "1.3.6.1.4.1.19376.1.5.3.2",  # IHE ActCode, and how the template of immunisations misprints it
        "1.3.5.1.4.1.19376.1.5.3.2",
    }
)
_LOINC = frozenset({None, "2.16.840.1.113883.6.1"})
_SNOMED = frozenset({None, "2.16.840.1.113883.6.96"})

# By code the systems that it is fixed in: the same letters in a national list mean something else.
FIXED: Final[Mapping[str, frozenset[str | None]]] = {
    **dict.fromkeys(
        ("SEV", "CONC", "ASSERTION", "DRUG", "IMMUNIZ", "PINSTRUCT", "FINSTRUCT", "SUBST"), _ACTS
    ),
    "PCP": frozenset({"2.16.840.1.113883.5.88"}),  # HL7 ParticipationFunction
    **dict.fromkeys(
        (
            "82606-5",
            "66455-7",
            "33999-4",
            "11323-3",
            "85847-2",
            "30973-2",
            "93857-1",
            "34530-6",
            "82810-3",
            "48767-8",
        ),
        _LOINC,
    ),
    **dict.fromkeys(("272741003", "46680005"), _SNOMED),
}


def is_fixed(code: str | None, system: str | None) -> bool:
    """Whether a template fixes this code of this system."""
    return code is not None and code in FIXED and (system or None) in FIXED[code]
