"""When a dose is taken, in words: how often, at which event, how several times join. Source: cda.md 5.4."""

from collections.abc import Sequence
from decimal import Decimal

from ..datatypes import Combination, EventBound, Moment, Periodic, Quantity, Timing
from ..escape import e
from . import figures
from .event import event_html
from .figures import NBSP
from .phase import phase_html, repeats, share
from .values import period, quantity
from .writer import Writer

_DAY = {"h": Decimal(24), "min": Decimal(1440), "d": Decimal(1), "s": Decimal(86400)}
_EVERY = {"h": "hours", "d": "days", "wk": "weeks", "mo": "months"}
_CUTS = frozenset({"E", "H", "P"})  # operators that change what the times before them mean


def timings(w: Writer, times: Sequence[Timing]) -> str:
    """The dosing times of one administration in their order, an exception said as an exception."""
    html = ""
    for time in times:
        operator = time.operator or ""
        if not (shown := _whole(w, time, alone=len(times) == 1 and operator not in _CUTS)):
            continue
        if operator in _CUTS or (operator == "I" and html):
            word = w.words[f"dose.operator.{operator}"]
            html = f"{html} {word} {shown}".lstrip()
        else:
            html = f"{html}, {shown}" if html else shown
    return html


def _whole(w: Writer, value: Timing, *, alone: bool) -> str:
    """A time in words; several as one stand in brackets where something joins them, or takes them away."""
    shown = timing(w, value)
    several = isinstance(value, Combination) and len(value.parts) > 1
    return f"({shown})" if several and shown and not alone else shown


def timing(w: Writer, value: Timing) -> str:
    """One dosing time of any type."""
    match value:
        case Moment():
            return period(w, value.period)
        case Periodic():
            return _periodic(w, value)
        case EventBound():
            return event_html(w, value)
        case Combination():
            return _combination(w, value)


def _periodic(w: Writer, value: Periodic) -> str:
    words = w.words
    every, phase = value.period, value.phase
    parts = []
    if every is not None and phase is not None and repeats(phase):
        parts = [period(w, phase), words.fill("dose.repeated", frequency=_often(w, every, counted=False))]
    elif every is not None and phase is not None and (part := share(w, every, phase)):
        parts = [part]
    else:
        if every is not None:
            parts.append(_often(w, every, counted=value.counted))
        if phase is not None:
            parts.append(phase_html(w, every, phase))
    if value.null:
        parts.append(w.flavour(value.null, value.fact))
    elif every is None:
        parts.append(words["dose.frequency_not_stated"])
    return ", ".join(filter(None, parts))


def _often(w: Writer, every: Quantity, *, counted: bool) -> str:
    """How often, with the mark of the period; in its own words too where it brings some."""
    text = frequency(w, every, counted=counted)
    if not text:
        return quantity(w, every, trim=True)
    html = w.mark(every.fact, text)
    return f"{html} ({quantity(w, every, trim=True)})" if every.translations else html


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
    if unit in ("", "1"):
        return words.fill("dose.once_per", period=f"{e(number)} ({words['dose.no_unit']})")
    shown = f"{number}{NBSP}{figures.unit(unit, words, one=figures.is_one(every.value))}"
    return e(words("dose.once_per", period=shown))


def _combination(w: Writer, value: Combination) -> str:
    html = ""
    for part in value.parts:
        operator = part.operator or "I"
        if not (shown := _whole(w, part, alone=len(value.parts) == 1 and operator not in _CUTS)):
            continue
        word = w.words.find(f"dose.operator.{operator}") or e(operator)
        if html or operator in _CUTS:  # the first one only where it takes something away
            shown = f"{word} {shown}"
        html = f"{html} {shown}".lstrip()
    if value.null:
        html = f"{html} {w.flavour(value.null, value.fact)}".strip()
    return html
