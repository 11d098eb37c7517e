"""What a list of ePrescriptions says about each of them, coded as `eventCodeList` classifications.

Source: wire specification 6.3, table "eP list metadata".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from ncp.wire.coded import Coded

XDW: Final = "1.3.6.1.4.1.19376.1.2.3"
ATC: Final = "2.16.840.1.113883.6.73"
EDQM: Final = "0.4.0.127.0.16.1.1.2.1"
STRENGTH: Final = "eHDSI_Strength_CodeSystem"
SUBSTITUTION: Final = "2.16.840.1.113883.5.1070"
NO_SUBSTITUTION: Final = "N"
OPEN: Final = "urn:ihe:iti:xdw:2011:eventCode:open"
CLOSED: Final = "urn:ihe:iti:xdw:2011:eventCode:closed"


@dataclass(frozen=True, slots=True)
class EventCodes:
    """The event codes by what they mean, which only their coding scheme tells.

    Attributes:
        dispensable:  True open, False closed, None if neither is said or both are.
        products:     ATC; several for a combination.
        others:       codes of other schemes, such as OrCD's reason of hospitalisation.
    """

    dispensable: bool | None = None
    products: tuple[Coded, ...] = ()
    dose_forms: tuple[Coded, ...] = ()
    strengths: tuple[Coded, ...] = ()
    substitutions: tuple[Coded, ...] = ()
    others: tuple[Coded, ...] = ()

    @classmethod
    def of(cls, events: Iterable[Coded]) -> Self:
        """Sort the codes by scheme; only an unambiguous state counts."""
        by_scheme: dict[str, list[Coded]] = {}
        for event in events:
            by_scheme.setdefault(event.scheme, []).append(event)
        states = {event.code for event in by_scheme.pop(XDW, [])}
        products, forms, strengths, substitutions = (
            tuple(by_scheme.pop(scheme, [])) for scheme in (ATC, EDQM, STRENGTH, SUBSTITUTION)
        )
        return cls(
            dispensable={frozenset({OPEN}): True, frozenset({CLOSED}): False}.get(frozenset(states)),
            products=products,
            dose_forms=forms,
            strengths=strengths,
            substitutions=substitutions,
            others=tuple(event for group in by_scheme.values() for event in group),
        )

    @property
    def substitution_forbidden(self) -> bool:
        """Whether a code says so; one that forbids outweighs others. Without any, substitution is allowed."""
        return any(code.code.strip().upper() == NO_SUBSTITUTION for code in self.substitutions)

    def coded(self) -> tuple[Coded, ...]:
        """The codes in the order of the table, to be put into a document entry."""
        state: tuple[Coded, ...] = ()
        if self.dispensable is not None:
            state = (Coded(OPEN, XDW, "Open") if self.dispensable else Coded(CLOSED, XDW, "Closed"),)
        return state + self.products + self.dose_forms + self.strengths + self.substitutions + self.others


def strength(text: str) -> Coded:
    """The strength of a product as an event code."""
    return Coded(text, STRENGTH, "Strength of medication")
