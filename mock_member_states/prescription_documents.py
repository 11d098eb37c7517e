"""A country's prescriptions as documents that cross the border, with what a list says of them; made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cda.build import prescription_of
from cda.datatypes import Coded as CdaCoded
from cda.parse import parse
from cda.product import Product
from mock_member_states import cda_header
from mock_member_states.cda_header import Header
from mock_member_states.country import COUNTRIES
from mock_member_states.national import mappings, pivot
from mock_member_states.prescription_standing import key
from mock_member_states.prescriptions import Prescribed, friendly, load, printed
from ncp.wire.coded import Coded
from ncp.wire.event_codes import ATC, EDQM, EventCodes, strength
from ncp.wire.patient_id import PatientId
from terminology.code_systems import SUBSTITUTION


@dataclass(frozen=True, slots=True)
class Made:
    """One document as it is handed out."""

    header: Header
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """One prescription with its documents. `events`: of the list, without the state, which changes."""

    prescribed: Prescribed
    structured: Made
    printed: Made | None
    events: EventCodes
    name: str  # of the product, with its strength

    @property
    def key(self) -> str:
        """Of the prescription, as a dispensation names it."""
        return key(self.prescribed.content.id)

    @property
    def patient(self) -> PatientId:
        """Whose it is, by the identifier that the document names first."""
        return self.structured.header.patients[0]

    @property
    def documents(self) -> tuple[Made, ...]:
        """The PDF last."""
        return tuple(one for one in (self.structured, self.printed) if one is not None)


@cache
def held(code: str, folder: Path = COUNTRIES) -> tuple[Held, ...]:
    """Every prescription of a country.  Raises: BadCountry: its definitions or mappings are wrong."""
    codes = mappings(code, folder)
    found = []
    for one in load(code, folder):
        crossing = pivot(friendly(one), codes)
        items = prescription_of(parse(crossing)).items
        products = [item.product for item in items]
        substitutions = tuple(_coded(item.substitution, SUBSTITUTION) for item in items if item.substitution)
        found.append(
            Held(
                prescribed=one,
                structured=_made(crossing),
                printed=_made(printed(one)) if one.printed else None,
                events=_events(products, substitutions),
                name=", ".join(_name(product) for product in products),
            )
        )
    return tuple(found)


def _made(content: bytes) -> Made:
    return Made(cda_header.read(content), content)


def _events(products: list[Product], substitutions: tuple[Coded, ...]) -> EventCodes:
    forms = [form for each in products for form in each.forms if form.system == EDQM and form.code]
    kinds = [kind for each in products for kind in each.kinds if kind.system == ATC and kind.code]
    return EventCodes(
        products=tuple(_coded(kind, ATC) for kind in kinds),
        dose_forms=tuple(_coded(form, EDQM) for form in forms),
        strengths=tuple(strength(text.text) for each in products for text in each.descriptions if text.text),
        substitutions=substitutions,
    )


def _coded(one: CdaCoded, scheme: str) -> Coded:
    return Coded(one.code or "", scheme, one.display or one.code)


def _name(product: Product) -> str:
    said = (*product.names[:1], *product.descriptions[:1])
    return " ".join(text.text for text in said if text.text)
