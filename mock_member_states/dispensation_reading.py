"""An eDispensation as it was received, read for what the prescribing country must judge.

Read leniently by names: quantities stay as they were written, so that a wrong one can be named.

Source: cda.md 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml.etree import _Element as Element

from cda.datatypes import Identifier, Quantity, Range, Ratio
from cda.document import Document, Kind
from cda.parse import NotCda, parse
from cda.product import Product
from cda.sections.medication import Medication
from mock_member_states.prescription_standing import key
from ncp.wire.patient_id import PatientId
from schemas.namespaces import HL7, q
from schemas.xml import XmlRefused
from schemas.xml import parse as parse_xml
from terminology.code_systems import ATC

_SECTION = "60590-7"
Size = tuple[Decimal | None, str | None]


class NotADispensation(ValueError):
    """Nothing that could be a dispensation. `structured`: it was one, but holds no structured body."""

    def __init__(self, text: str, *, structured: bool = True) -> None:
        super().__init__(text)
        self.structured = structured


@dataclass(frozen=True, slots=True)
class SuppliedProduct:
    """What was handed out. `sizes`: what each package level holds, of kits part by part."""

    atc: frozenset[str]
    sizes: tuple[Size, ...]
    amounts: tuple[str, ...]  # every number of the content, as written


@dataclass(frozen=True, slots=True)
class Supply:
    """One item handed out. `packages` and `unit` as written."""

    items: tuple[str, ...]  # keys of the prescription's items that it names
    packages: str | None
    unit: str | None
    substituted: bool
    product: SuppliedProduct | None

    @property
    def count(self) -> int:
        """The number of packages; 0 if it is none that could be handed out."""
        written = self.packages or ""
        whole = written.isascii() and written.isdigit() and len(written) < 10
        return int(written) if whole and self.unit in (None, "1") else 0


@dataclass(frozen=True, slots=True)
class Received:
    """One dispensation. `orders`: keys of the prescriptions that it answers."""

    document_id: str
    patients: tuple[PatientId, ...]
    orders: tuple[str, ...]
    supplies: tuple[Supply, ...]
    organisations: frozenset[str]  # keys of where it was dispensed


def read(content: bytes) -> Received:
    """Read a dispensation.

    Raises: NotADispensation: no CDA, of another kind, without an id or without a structured body.
    """
    try:
        document = parse(content)
    except NotCda as error:
        raise NotADispensation(f"not a CDA document: {error.reason}") from error
    if document.kind is not Kind.EDISPENSATION:
        raise NotADispensation("the document is no eDispensation")
    section = document.section(_SECTION)
    if section is None:
        raise NotADispensation("the document has no structured dispensation", structured=document.level != 1)
    if len(document.tree.findall(q(HL7, "recordTarget"))) > 1:  # the model reads the first one only
        raise NotADispensation("the document names several patients")
    ids = document.header.ids
    if not ids or not ids[0].root:  # a discard names the first id, so no other may stand for it
        raise NotADispensation("the document has no id")
    found = [item for entry in section.entries for item in entry.items if isinstance(item, Medication)]
    return Received(
        document_id=key(ids[0]),
        patients=_patients(document),
        orders=tuple(
            key(one) for each in document.header.related if each.kind == "inFulfillmentOf" for one in each.ids
        ),
        supplies=tuple(_supply(each) for each in found if each.dispensed),
        organisations=frozenset(_organisations(found)),
    )


def document_id(content: bytes) -> str | None:
    """The id of the document alone, which is all that a discard is read for; None if there is none."""
    try:
        root = parse_xml(content)
    except XmlRefused:
        return None
    found: Element | None = root.find(q(HL7, "id"))
    if found is None or not (found.get("root") or "").strip():
        return None
    return key(Identifier(found.get("root"), found.get("extension")))


def supplied(product: Product) -> SuppliedProduct:
    """The same facts of any product, also of the one prescribed."""
    return SuppliedProduct(
        atc=frozenset(one.code for one in product.kinds if one.code and one.system == ATC),
        sizes=tuple(_sizes(product)),
        amounts=tuple(written for each in _quantities(product) if (written := each.value) is not None),
    )


def _supply(one: Medication) -> Supply:
    amounts = [each for name, each in one.statement.amounts if name == "quantity"]
    quantity = next((each for each in amounts if isinstance(each, Quantity)), None)
    return Supply(
        items=tuple(key(each) for order in one.prescribed for each in order.statement.ids),
        packages=quantity.value if quantity else None,
        unit=quantity.unit if quantity else None,
        substituted=one.substituted,
        product=supplied(one.products[0]) if one.products else None,
    )


def _patients(document: Document) -> tuple[PatientId, ...]:
    ids = document.header.patient.ids
    return tuple(PatientId(one.root, one.extension) for one in ids if one.root and one.extension)


def _organisations(found: list[Medication]) -> Iterator[str]:
    for each in found:
        for party in each.statement.parties:
            for organisation in party.organisations:
                yield from (key(one) for one in organisation.ids if one.root)


def _quantities(product: Product) -> Iterator[Quantity]:
    """Every number that says how much there is: in packages, parts and ingredients."""
    for package in product.packages:
        yield from (part for each in package.amounts for part in _parts(each))
    for part in product.parts:
        yield from _parts(part.amount)
        yield from _quantities(part.product)
    for ingredient in product.ingredients:
        yield from (part for each in ingredient.strengths for part in _parts(each))


def _sizes(product: Product) -> Iterator[Size]:
    for package in product.packages:
        yield from (_size(part) for each in package.amounts for part in _parts(each))
    for part in product.parts:
        yield from _sizes(part.product)


def _parts(amount: object) -> tuple[Quantity, ...]:
    match amount:
        case Quantity():
            return (amount,)
        case Ratio():
            return (*_parts(amount.numerator), *_parts(amount.denominator))
        case Range():
            return tuple(one for one in (amount.low, amount.high) if one is not None)
        case _:
            return ()


def _size(one: Quantity) -> Size:
    return number(one.value), one.unit


def number(written: str | None) -> Decimal | None:
    """The value of a number as written; None if it is none."""
    try:
        found = Decimal(written or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
