"""Medication in all three documents: in use (PS), prescribed (eP), dispensed (eD). Source: cda.md 5 to 7."""

from dataclasses import replace

from ..absence import Absence, absence
from ..datatypes import Coded, Moment, Period, Quantity, Range, Ratio, Text, Timing, Value
from ..product import Product
from ..record import record
from ..statement import Relation, Statement
from . import common
from .common import Picked


@record
class Dosing:
    """Dose, times and limits of one administration; `sequence` orders the steps of a split dose.

    `products`, `texts` and `instructions` are those of a step alone; the whole has its own in the medication.
    """

    period: Period | None
    timings: tuple[Timing, ...]
    doses: tuple[Quantity | Range | Ratio, ...]
    rates: tuple[Quantity | Range | Ratio, ...]
    maximums: tuple[Quantity | Range | Ratio, ...]
    routes: tuple[Coded, ...]
    conditions: tuple[Text | Coded, ...]
    sequence: Text | None
    statement: Statement
    steps: "tuple[Dosing, ...]" = ()
    products: tuple[Product, ...] = ()
    texts: tuple[Text, ...] = ()


@record
class Supply:
    """A number of packages; `independent` is False for the amount that belongs to the prescription."""

    amounts: tuple[Quantity | Range | Ratio, ...]
    statement: Statement


@record
class Medication:
    """One medication entry. `prescribed` is what a dispensation answers."""

    products: tuple[Product, ...]
    status: Coded | None
    dosing: Dosing
    steps: tuple[Dosing, ...]
    reasons: tuple[Statement, ...]
    patient_instructions: tuple[Text, ...]
    dispenser_instructions: tuple[Text, ...]
    supplies: tuple[Supply, ...]
    substitution: tuple[Value, ...]
    substituted: bool
    substituted_code: Coded | None
    prescribed: "tuple[Medication, ...]"
    texts: tuple[Text, ...]
    negated: bool
    absence: Absence | None
    statement: Statement
    picked: Picked

    @property
    def real(self) -> bool:
        """Whether it names a product, in code or words."""
        return any(product.named for product in self.products)

    @property
    def dispensed(self) -> bool:
        """A dispensation rather than a prescription or a medicine in use."""
        return self.statement.kind == "supply"


def medications(top: Statement) -> list[Medication]:
    """The medication of one entry: a substanceAdministration, or the supply of a dispensation."""
    return [medication(top)] if top.kind in ("substanceAdministration", "supply") else []


def medication(top: Statement, depth: int = 0) -> Medication:
    """Read one administration or supply with what hangs below it."""
    picked = Picked(top)
    reasons = picked.take(top.related("RSON"))
    supplies = picked.take(s for s in top.related("COMP") if s.kind == "supply")
    substitutions = picked.find(top, common.SUBSTITUTION)
    acts = [s for s in substitutions if s.kind == "act"]
    orders = top.related("REFR") if top.kind == "supply" and depth == 0 else []
    prescribed = tuple(medication(s, depth + 1) for s in orders if s.kind == "substanceAdministration")
    for order in prescribed:
        picked.merge(order.picked)
    codes = [top.code, *(code for product in top.products for code in product.codes)]
    return Medication(
        products=top.products,
        status=top.status,
        dosing=_dosing(top, None),
        steps=_steps(top, picked),
        reasons=tuple(reasons),
        patient_instructions=_texts(picked, top, common.PATIENT_INSTRUCTION),
        dispenser_instructions=_texts(picked, top, common.DISPENSER_INSTRUCTION),
        supplies=tuple(Supply(tuple(a for _, a in s.amounts), s) for s in supplies),
        substitution=tuple(v for s in substitutions if s.kind == "observation" for v in s.values),
        substituted=bool(acts),
        substituted_code=acts[0].code if acts else None,
        prescribed=prescribed,
        texts=top.texts,
        negated=top.negated,
        absence=next((found for code in codes if (found := absence(code))), None),
        statement=top,
        picked=picked,
    )


def _steps(top: Statement, picked: Picked) -> tuple[Dosing, ...]:
    """The steps of a split or tapered dose by their numbers, without all of them in the order given."""
    below = [
        r
        for r in top.relations
        if r.type_code == "COMP" and r.statement.kind == "substanceAdministration" and not r.statement.negated
    ]
    picked.take(relation.statement for relation in below)
    if all(_number(relation) is not None for relation in below):
        below.sort(key=lambda relation: _number(relation) or 0)
    return tuple(_step(relation, picked) for relation in below)


def _number(relation: Relation) -> int | None:
    text = relation.sequence.text if relation.sequence is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _step(relation: Relation, picked: Picked) -> Dosing:
    """One step with everything that holds for it alone, and its own steps."""
    s = relation.statement
    told = _texts(picked, s, common.PATIENT_INSTRUCTION)
    return replace(
        _dosing(s, relation.sequence),
        steps=_steps(s, picked),
        products=tuple(product for product in s.products if product.named),
        texts=(*s.texts, *told),
    )


def _texts(picked: Picked, top: Statement, codes: frozenset[str]) -> tuple[Text, ...]:
    return tuple(text for found in picked.find(top, codes) for text in found.texts)


def _dosing(statement: Statement, sequence: Text | None) -> Dosing:
    """Split the times into the treatment period (the first point or interval) and the dosing times.

    The first element is found by its type, not by its position. Source: cda.md 12, F-6.
    """
    times = list(statement.times)
    period = None
    for index, time in enumerate(times):
        if isinstance(time, Moment) and (time.operator or "I") == "I":
            period = time.period
            del times[index]
            break

    def amounts(name: str) -> tuple[Quantity | Range | Ratio, ...]:
        return tuple(amount for kind, amount in statement.amounts if kind == name)

    return Dosing(
        period,
        tuple(times),
        amounts("doseQuantity"),
        amounts("rateQuantity"),
        amounts("maxDoseQuantity"),
        statement.routes,
        statement.conditions,
        sequence,
        statement,
    )
