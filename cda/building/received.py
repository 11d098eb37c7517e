"""From a document that was read to the content it could be written from: the way back of building.

Whoever answers a prescription needs its items as content: their ids, products and dosing go into the answer
as they came. Numbers of facts and references into the narrative stay behind: they belong to the document.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from ..datatypes import Coded, Identifier, Quantity, Range, Ratio, Text
from ..document import Document, Kind
from ..header import Header
from ..sections.medication import Dosing, Medication
from .content import (
    NORMAL,
    Dispensation,
    DispensedItem,
    Frame,
    Posology,
    PrescribedItem,
    Prescription,
)
from .medicine import NO_TIME, NOT_KNOWN
from .refusal import Unwritable

T = TypeVar("T")


def plain(value: T) -> T:
    """The same value without the numbers of its facts, and with its narrative words inline."""
    if isinstance(value, Text):
        return replace(value, fact=0, reference_fact=0, reference=None)
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if "fact" in changed:
        changed["fact"] = 0
    return replace(value, **changed)


def prescription_of(document: Document) -> Prescription:
    """What an ePrescription of level 3 says, as content.

    Raises: Unwritable: not an ePrescription of level 3, or without what identifies it.
    """
    section_id, found = _section(document, Kind.EPRESCRIPTION, "57828-6")
    return Prescription(frame_of(document), section_id, tuple(_item(one) for one in found))


def dispensation_of(document: Document) -> Dispensation:
    """What an eDispensation says, as content.

    Raises: Unwritable: not an eDispensation, or without what links it to its prescription.
    """
    section_id, found = _section(document, Kind.EDISPENSATION, "60590-7")
    orders = [one for one in document.header.related if one.kind == "inFulfillmentOf"]
    order = _first(plain(orders[0].ids) if orders else (), "document.inFulfillmentOf")
    return Dispensation(frame_of(document), section_id, order, tuple(_dispensed(one) for one in found))


def frame_of(document: Document) -> Frame:
    """The header as content.  Raises: Unwritable: without id, time, custodian or authenticator."""
    head = plain(document.header)
    keepers = [org for one in head.of("custodian") for org in one.organisations]
    if head.created is None:
        raise Unwritable("document.effectiveTime", "missing")
    return Frame(
        id=_first(head.ids, "document.id"),
        title=head.title.text if head.title else "",
        created=head.created,
        language=head.language_code or "",
        patient=head.patient,
        authors=head.of("author"),
        custodian=_one(keepers, "document.custodian"),
        authenticator=_one(head.of("legalAuthenticator"), "document.legalAuthenticator"),
        parents=_parents(head),
        set_id=next(iter(head.set_ids), None),
        version=int(head.version.text) if head.version and head.version.text.isdigit() else None,
        confidentiality=head.confidentiality or NORMAL,
        contacts=head.of("participant"),
        event=next(iter(head.events), None),
    )


def _parents(head: Header) -> tuple[Identifier, ...]:
    found = (one for one in head.related if one.kind == "relatedDocument" and one.type_code == "XFRM")
    return tuple(one_id for one in found for one_id in one.ids)


def _section(document: Document, kind: Kind, loinc: str) -> tuple[Identifier, list[Medication]]:
    section = document.section(loinc)
    if document.kind is not kind or section is None:
        raise Unwritable("document", f"no {kind.name} of level 3")
    found = [item for entry in section.entries for item in entry.items if isinstance(item, Medication)]
    return _first(plain(section.ids), "section.id"), found


def _item(one: Medication) -> PrescribedItem:
    supplied = (amount for supply in one.supplies for amount in supply.amounts)
    reasons = [value for why in one.reasons for value in why.values if isinstance(value, Coded)]
    return plain(
        PrescribedItem(
            id=_first(one.statement.ids, "item.id"),
            product=_one(one.products, "item.product"),
            posology=_posology(one.dosing),
            steps=tuple(_posology(step) for step in one.steps),
            route=next(iter(one.dosing.routes), None),
            packages=next((count for each in supplied if (count := _count(each)) is not None), None),
            substitution=next((code for code in one.substitution if isinstance(code, Coded)), None),
            reason=next(iter(reasons), None),
            patient_instructions=_said(one.patient_instructions),
            dispenser_instructions=_said(one.dispenser_instructions),
            status=(one.status.code if one.status else None) or "active",
        )
    )


def _dispensed(one: Medication) -> DispensedItem:
    amounts = (each for name, each in one.statement.amounts if name == "quantity")
    counts = [count for each in amounts if (count := _count(each)) is not None]
    if not counts:
        raise Unwritable("item.quantity", "no whole number of packages")
    acts = [s for s in one.statement.related("COMP") if s.kind == "act"]
    return plain(
        DispensedItem(
            id=_first(one.statement.ids, "item.id"),
            packages=counts[0],
            product=_one(one.products, "item.product"),
            dispenser=_one([p for p in one.statement.parties if p.kind == "performer"], "item.performer"),
            prescribed=_item(_one(one.prescribed, "item.prescribed")),
            substituted=one.substituted,
            reason=_said(tuple(text for act in acts for text in act.texts)) if one.substituted else None,
        )
    )


def _posology(one: Dosing) -> Posology:
    return Posology(
        None if plain(one.period) == NOT_KNOWN else one.period,
        tuple(each for each in one.timings if plain(each) != NO_TIME),
        next((each for each in one.doses if isinstance(each, Quantity | Range)), None),
        next((each for each in one.rates if isinstance(each, Quantity | Range)), None),
        next((each for each in one.maximums if isinstance(each, Ratio)), None),
        next((said.text for said in one.conditions if isinstance(said, Text)), None),
    )


def _count(amount: object) -> int | None:
    value = amount.value if isinstance(amount, Quantity) else None
    return int(value) if value is not None and value.isascii() and value.isdigit() else None


def _said(texts: tuple[Text, ...]) -> str | None:
    return next((text.text for text in texts if text.text), None)


def _first(ids: tuple[Identifier, ...], place: str) -> Identifier:
    return _one([one for one in ids if one.root is not None], place)


def _one(found: Sequence[T], place: str) -> T:
    if not found:
        raise Unwritable(place, "missing")
    return found[0]
