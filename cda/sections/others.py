"""Devices (46264-8), procedures (47519-4) and immunisations (11369-6). Source: cda.md 4.3 to 4.5."""

from ..absence import Absence, absence
from ..datatypes import Coded, Identifier, Name, Period, Text, Value
from ..parts import Participant
from ..people import Party
from ..product import Product
from ..record import record
from ..statement import Statement
from . import common
from .common import Picked


@record
class Device:
    """A device or implant: what it is, its identifiers, when it came and went."""

    codes: tuple[Coded, ...]
    names: tuple[Name, ...]
    models: tuple[Text, ...]
    ids: tuple[Identifier, ...]
    period: Period | None
    status: Coded | None
    negated: bool
    absence: Absence | None
    statement: Statement
    picked: Picked

    @property
    def real(self) -> bool:
        """Whether it names a device."""
        return common.named(self.codes) or any(name.text for name in self.names) or bool(self.models)


@record
class Procedure:
    """A procedure with body site, side (as qualifier of the site), reason and performers."""

    code: Coded | None
    sites: tuple[Coded, ...]
    period: Period | None
    status: Coded | None
    performers: tuple[Party, ...]
    reasons: tuple[Value, ...]
    texts: tuple[Text, ...]
    negated: bool
    absence: Absence | None
    statement: Statement
    picked: Picked

    @property
    def real(self) -> bool:
        """Whether it names a procedure, in code or words."""
        return self.code is not None and common.named((self.code,))


@record
class Immunisation:
    """A vaccination, given or not; either the negation or the status can say that it was not."""

    products: tuple[Product, ...]
    given: bool
    period: Period | None
    diseases: tuple[Participant, ...]
    dose_numbers: tuple[Value, ...]
    performers: tuple[Party, ...]
    routes: tuple[Coded, ...]
    reactions: tuple[Value, ...]
    status: Coded | None
    texts: tuple[Text, ...]
    negated: bool
    absence: Absence | None
    statement: Statement
    picked: Picked

    @property
    def real(self) -> bool:
        """Whether it names a vaccine."""
        return any(common.named(p.codes) or p.named for p in self.products)


def devices(top: Statement) -> list[Device]:
    """One device per supply."""
    if top.kind != "supply":
        return []
    taking = [p for p in top.participants if p.type_code == "DEV"] or list(top.participants)
    codes = tuple(code for p in taking for code in p.codes)
    stated = next((found for code in (*codes, top.code) if (found := absence(code))), None)
    return [
        Device(
            tuple(code for code in codes if stated is None or code is not stated.coded),
            tuple(name for p in taking for name in p.names),
            tuple(text for p in taking for text in p.texts),
            tuple(identifier for p in taking for identifier in p.ids),
            top.period,
            top.status,
            top.negated,
            stated,
            top,
            Picked(top),
        )
    ]


def procedures(top: Statement) -> list[Procedure]:
    """One procedure per entry, whatever act class it was written as."""
    if top.kind not in ("procedure", "act", "observation"):
        return []
    picked = Picked(top)
    reasons = picked.take(top.related("RSON"))
    stated = absence(top.code)
    return [
        Procedure(
            None if stated else top.code,
            top.sites,
            top.period,
            top.status,
            tuple(party for party in top.parties if party.kind == "performer"),
            tuple(value for reason in reasons for value in reason.values),
            top.texts,
            top.negated,
            stated,
            top,
            picked,
        )
    ]


def immunisations(top: Statement) -> list[Immunisation]:
    """One vaccination per substanceAdministration."""
    if top.kind != "substanceAdministration":
        return []
    picked = Picked(top)
    reactions = picked.take(top.related("CAUS"))
    cancelled = top.status is not None and top.status.code in ("cancelled", "aborted", "nullified")
    planned = top.mood not in ("", "EVN")
    codes = [top.code, *(code for product in top.products for code in product.codes)]
    return [
        Immunisation(
            top.products,
            not (top.negated or cancelled or planned),
            top.period,
            tuple(p for p in top.participants if p.type_code == "IND"),
            picked.values(top, common.DOSE_NUMBER),
            tuple(party for party in top.parties if party.kind == "performer"),
            top.routes,
            tuple(value for reaction in reactions for value in reaction.values),
            top.status,
            top.texts,
            top.negated,
            next((found for code in codes if (found := absence(code))), None),
            top,
            picked,
        )
    ]
