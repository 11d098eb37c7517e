"""Dosing in words: `1 tablett 3 ganger daglig i 7 dager`. Source: cda.md 5.4 and 12, F-1 to F-6."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

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
from .figures import NBSP
from .phase import phase_html
from .values import amount, period, quantity, quantity_range
from .writer import Writer

_DAY = {"h": Decimal(24), "min": Decimal(1440), "d": Decimal(1), "s": Decimal(86400)}
_EVERY = {"h": "hours", "d": "days", "wk": "weeks", "mo": "months"}
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
    return lines[0] if len(lines) == 1 else "<ol>" + "".join(f"<li>{line}</li>" for line in lines) + "</ol>"


def _step(w: Writer, step: Dosing, products: tuple[Product, ...]) -> str:
    """One step of a split dose with the dates that it is for; those of the whole stand behind the dose."""
    line = _line(w, step, products)
    dates = period(w, step.period) if step.period is not None else ""
    return f"{line} – {dates}" if line and dates else line or dates


def stated(steps: tuple[Dosing, ...]) -> bool:
    """Whether the structure says how much or how often, rather than only why it does not."""
    return any(_told(amount) for step in steps for amount in (*step.doses, *step.rates)) or any(
        _timed(time) for step in steps for time in step.timings
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
    parts = [_dose(w, dose, word) for dose in step.doses]
    parts += [timing(w, time) for time in step.timings]
    parts += [f"{w.words['dose.rate']} {amount(w, rate, trim=True)}" for rate in step.rates]
    parts += [f"{w.words['dose.maximum']} {amount(w, top, trim=True)}" for top in step.maximums]
    for condition in step.conditions:
        shown = w.text(condition) if isinstance(condition, Text) else w.coded(condition)
        parts.append(f"{w.words['dose.condition']} {shown}")
    html = " ".join(filter(None, parts[:2]))
    html = ", ".join(filter(None, (html, *parts[2:])))
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


def timing(w: Writer, value: Timing) -> str:
    """One dosing time of any type."""
    match value:
        case Moment():
            return period(w, value.period)
        case Periodic():
            return _periodic(w, value)
        case EventBound():
            return _event(w, value)
        case Combination():
            return _combination(w, value)


def _periodic(w: Writer, value: Periodic) -> str:
    words = w.words
    parts = []
    if value.period is not None:
        text = frequency(w, value.period, counted=value.counted)
        parts.append(w.mark(value.period.fact, text) if text else quantity(w, value.period, trim=True))
    if value.phase is not None:
        parts.append(phase_html(w, value))
    if value.null:
        parts.append(w.flavour(value.null, value.fact))
    elif value.period is None and value.phase is None:
        parts.append(words["dose.frequency_not_stated"])
    return ", ".join(filter(None, parts))


def frequency(w: Writer, every: Quantity, *, counted: bool) -> str:
    """How often, escaped: `3 ganger daglig` only where the day divides evenly, else the period itself.

    `counted` leaves the hours to ward or patient; without it the period is kept strictly.
    """
    words = w.words
    unit = every.unit or ""
    length = figures.exact(every.value)
    if every.null or length is None or not 0 < length < 1_000_000:
        return ""
    if unit in _DAY and counted:
        times = _DAY[unit] / length
        if times == times.to_integral_value() and 1 <= times <= 48:
            return e(words("dose.times_daily", count=int(times)))
    if unit == "wk" and counted and length <= 1 and (1 / length) == (1 / length).to_integral_value():
        return e(words("dose.times_weekly", count=int(1 / length)))
    if unit in _EVERY and length == length.to_integral_value() and length < 10_000:
        if unit == "d" and length == 2:
            return words["dose.every_other_day"]
        return e(words(f"dose.every_{_EVERY[unit]}", count=int(length)))
    number = figures.number(every.value or "", trim=True)
    shown = f"{number}{NBSP}{figures.unit(unit, words, one=figures.is_one(every.value))}" if unit else number
    return e(words("dose.once_per", period=shown))


def _event(w: Writer, value: EventBound) -> str:
    words = w.words
    code = (value.event.code if value.event is not None and not value.event.null else None) or ""
    shift = _offset(w, value.offset, code) if value.offset is not None else ""
    event = ""
    if value.event is not None:
        noun = words.find(f"timing.noun.{code}") if shift else None
        known = noun or (words.find(f"timing.{code}") if code else None)
        if known is not None:
            shown = w.choose(value.event)
            w.codes.append((words["display.timing"], value.event, shown))
            event = w.mark(value.event.fact, known)
        else:
            event = w.coded(value.event, words["display.timing"])
    html = " ".join(filter(None, (shift, event)))
    if value.offset is not None:
        html += _duration(w, value.offset)
    return f"{html} {w.flavour(value.null, value.fact)}".strip() if value.null else html


def _offset(w: Writer, offset: Range, event: str) -> str:
    """`1 time`, `30 minutter før`: how far from the event.

    The codes for before and after a meal carry the direction themselves; the sign then only repeats it.
    """
    start = offset.low or offset.center
    if start is None or figures.exact(start.value) is None:
        return quantity_range(w, replace(offset, width=None))
    before = (start.value or "").strip().startswith("-")
    bare = _unsigned(w, offset) if offset.high is not None else quantity(w, _plain(start), trim=True)
    if event.startswith("AC") or (event.startswith("PC") and not before):
        return bare
    key = "timing.offset_before" if before else "timing.offset_after"
    return w.words.fill(key, duration=bare)


def _unsigned(w: Writer, offset: Range) -> str:
    """`40 til 20 minutter`: the words before and after carry the sign of both ends."""
    low, high = (_plain(end) if end is not None else None for end in (offset.low, offset.high))
    return quantity_range(w, Range(low, high), trim=True)


def _plain(end: Quantity) -> Quantity:
    return replace(end, value=(end.value or "").strip().lstrip("+-"))


def _duration(w: Writer, offset: Range) -> str:
    """How long it lasts, and why the offset is missing."""
    html = ""
    if offset.width is not None:
        html = ", " + w.words.fill("dose.for_duration", duration=quantity(w, offset.width, trim=True))
    return f"{html} {w.flavour(offset.null, offset.fact)}" if offset.null else html


def _combination(w: Writer, value: Combination) -> str:
    html = ""
    for part in value.parts:
        shown = timing(w, part)
        if not shown:
            continue
        word = w.words.find(f"dose.operator.{part.operator or 'I'}") or e(part.operator or "")
        html = f"{html} {word} {shown}" if html else shown
    if value.null:
        html = f"{html} {w.flavour(value.null, value.fact)}".strip()
    return html


def route(w: Writer, codes: tuple[Coded, ...]) -> str:
    """How the medicine is given."""
    return ", ".join([w.coded(code, w.words["medication.route"]) for code in codes])
