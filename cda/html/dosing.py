"""Dosing in words: `1 tablett 3 ganger daglig i 7 dager`. Source: cda.md 5.4 and 12, F-1 to F-6."""

from collections.abc import Callable

from ..datatypes import (
    Coded,
    Combination,
    EventBound,
    Moment,
    Periodic,
    Quantity,
    Range,
    Ratio,
    Text,
    Timing,
)
from ..escape import e
from ..product import Product
from ..sections.medication import Dosing
from . import figures
from .product import headline
from .timing import timings
from .values import amount, period, quantity, quantity_range
from .writer import Writer

# The Norwegian name of a dose form begins with the word that is counted.
_COUNTED = (
    "tablett",
    "kapsel",
    "stikkpille",
    "plaster",
    "vagitorie",
    "depotplaster",
    "pastill",
    "dosepose",
    "sugetablett",
    "tyggetablett",
    "depottablett",
    "enterotablett",
    "brusetablett",
    "smeltetablett",
)
_BASES = ("tablett", "kapsel", "stikkpille", "plaster", "vagitorie", "pastill", "dosepose")


def dosing(w: Writer, steps: tuple[Dosing, ...], products: tuple[Product, ...]) -> str:
    """The dose line: how much, how often, how long; one line per step of a split dose."""
    first, *later = steps
    told = [_line(w, first, products), *(_step(w, step, products) for step in later)]
    if later and not stated((first,)):  # only why there is no common dose: the steps come first
        told.append(told.pop(0))
    lines = [line for line in told if line]
    if not lines:
        return ""
    return lines[0] if len(lines) == 1 else _list(lines)


def _list(lines: list[str]) -> str:
    """Lines without numbers of their own: those of the steps are the document's."""
    return "<ul>" + "".join([f"<li>{line}</li>" for line in lines if line]) + "</ul>"


def _step(w: Writer, step: Dosing, products: tuple[Product, ...]) -> str:
    """One step of a split dose with what holds for it alone: product, route, words, dates, own steps."""
    line = _line(w, step, step.products or products)
    parts = [" + ".join([headline(w, product) for product in step.products]), line, route(w, step.routes)]
    parts += [w.text(text) for text in step.texts]
    html = ", ".join(filter(None, parts))
    dates = period(w, step.period) if step.period is not None else ""
    html = f"{html} – {dates}" if html and dates else html or dates
    if step.steps:
        html += _list([_step(w, one, step.products or products) for one in step.steps])
    return html


def stated(steps: tuple[Dosing, ...]) -> bool:
    """Whether the structure says how much or how often, rather than only why it does not."""
    return any(
        any(_told(amount) for amount in (*step.doses, *step.rates))
        or any(_timed(time) for time in step.timings)
        or stated(step.steps)
        for step in steps
    )


def _told(value: Quantity | Range | Ratio) -> bool:
    match value:
        case Quantity():
            return value.value is not None
        case Range():
            return any(
                end is not None and end.value is not None for end in (value.low, value.high, value.center)
            )
        case Ratio():
            return value.numerator is not None


def _timed(value: Timing) -> bool:
    match value:
        case Moment():
            return value.period.start is not None or value.period.width is not None
        case Periodic():
            return value.period is not None and value.period.value is not None
        case EventBound():
            return value.event is not None and value.event.code is not None
        case Combination():
            return any(_timed(part) for part in value.parts)


def _line(w: Writer, step: Dosing, products: tuple[Product, ...]) -> str:
    word = _counted(w, products)
    doses = ", ".join(filter(None, [_dose(w, dose, word) for dose in step.doses]))
    parts = [" ".join(filter(None, (doses, timings(w, step.timings))))]
    parts += [f"{w.words['dose.rate']} {amount(w, rate, trim=True)}" for rate in step.rates]
    parts += [f"{w.words['dose.maximum']} {amount(w, top, trim=True)}" for top in step.maximums]
    for condition in step.conditions:
        shown = w.text(condition) if isinstance(condition, Text) else w.coded(condition)
        parts.append(f"{w.words['dose.condition']} {shown}")
    html = ", ".join(filter(None, parts))
    if step.sequence is not None:
        html = f"{w.words['dose.step']} {w.mark(step.sequence.fact, e(step.sequence.text))}: {html}"
    return html


def _dose(w: Writer, dose: Quantity | Range | object, word: Callable[[bool], str] | None) -> str:
    if isinstance(dose, Quantity):
        return quantity(w, dose, word(figures.is_one(dose.value)) if word else None, trim=True)
    if isinstance(dose, Range):
        end = dose.high or dose.low
        one = figures.is_one(end.value if end else None)
        return quantity_range(w, dose, word(one) if word else None, trim=True)
    return amount(w, dose, trim=True)  # type: ignore[arg-type]  # a ratio is the only other kind


def _counted(w: Writer, products: tuple[Product, ...]) -> Callable[[bool], str] | None:
    """The word for one countable unit, taken from the dose form where that is unmistakable."""
    forms = [form for product in products for form in product.forms if form.code]
    if len(forms) != 1:
        return None
    text = w.choose(forms[0]).text.lower()
    first = text.replace(",", " ").split(" ")[0] if text else ""
    if first not in _COUNTED:
        return None
    base = next(filter(first.endswith, _BASES), None)
    if base is None:
        return None
    return lambda one: w.words(f"unit.counted.{base}.{'one' if one else 'other'}")


def route(w: Writer, codes: tuple[Coded, ...]) -> str:
    """How the medicine is given."""
    return ", ".join([w.coded(code, w.words["medication.route"]) for code in codes])
