"""When within each period a repeated dose is taken: hours, days of the week, so many days of so many.

A phase is one occurrence of many, and fixes where in time they lie. It is not the first one: the treatment
may have begun before or after it. Source: cda.md 5.4; HL7 v3 Data Types R1, PIVL.
"""

import re
from dataclasses import replace
from datetime import date as Date
from decimal import Decimal

from ..datatypes import Period, Quantity, Time
from . import figures
from .values import period, quantity, time
from .writer import Writer

_ZONE = re.compile(r"[+-]\d{4}$", re.ASCII)
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800}
_CALENDAR = ("mo", "a")  # no fixed number of days


def repeats(phase: Period) -> bool:
    """Whether a phase states beginning and end: then these are what is repeated."""
    start, end = phase.low, phase.high
    return start is not None and end is not None and bool(start.value and end.value) and not phase.width


def share(w: Writer, every: Quantity, phase: Period) -> str:
    """`i 21 dager av hver periode på 28 dager`, empty unless the phase lasts some days of the period.

    How often within these days is not said by it, so no frequency stands beside it.
    """
    width = phase.width
    if width is None or phase.high or phase.at or phase.null or every.null or width.null:
        return ""
    week, days = _is_week(every), figures.exact(width.value)
    if days is None or days <= 0 or _length(every) is None or (_length(width) or 0) < _SECONDS["d"]:
        return ""
    words = w.words
    lasting, start = quantity(w, width, trim=True), phase.low
    number = _weekday(start)
    if week and number and width.unit == "d" and days == 1:
        return ""  # `hver uke, på mandager` says it better
    if week:
        html = w.mark(every.fact, words.fill("dose.share_week", days=lasting)) + _more(w, every)
    else:
        whole = quantity(w, every, trim=True)
        html = words.fill("dose.share", days=lasting, period=whole)
    if week and number and width.unit == "d" and days % 1 == 0 and days < 7:
        first, last = (words[f"dose.day.{day}"] for day in (number, (number + int(days) - 2) % 7 + 1))
        html += ", " + words.fill("dose.days", first=first, last=last)
    if start is not None and start.value and not w.exclusive(start.fact) and not phase.center:
        return f"{html} ({words.fill('dose.phase_from', date=_clock(w, start))})"
    rest = period(w, _as_written(replace(phase, width=None)))
    return f"{html} ({words['dose.phase']} {rest})" if rest else html


def phase_html(w: Writer, every: Quantity | None, phase: Period) -> str:
    """The day of the week, if the dose has one, and what the period counts from."""
    start = phase.at or phase.low
    plain = start is not None and start.value and not (phase.high or phase.center or phase.null)
    if start is None or not plain or w.exclusive(start.fact):
        shown = period(w, _as_written(phase))
        return f"{w.words['dose.phase']} {shown}" if shown else ""
    html = w.words.fill("dose.phase_from", date=_clock(w, start))
    if (lasting := phase.width) is not None:
        long = _length(lasting) or 0
        key = "dose.each_time" if 0 < long < _SECONDS["d"] else "dose.for_duration"
        html += ", " + w.words.fill(key, duration=quantity(w, lasting, trim=True))
    number = _weekday(start) if every is not None and _weeks(every) else 0
    return f"{w.words[f'dose.weekday.{number}']} ({html})" if number else html


def _more(w: Writer, every: Quantity) -> str:
    """What a period says besides its length."""
    return f" ({quantity(w, every, trim=True)})" if every.translations else ""


def _length(value: Quantity) -> Decimal | None:
    """Seconds, those of a month and a year about right: enough to tell hours from days."""
    number = figures.exact(value.value)
    unit = value.unit or ""
    if number is None or number <= 0:
        return None
    if unit in _CALENDAR:
        return number * _SECONDS["d"] * (30 if unit == "mo" else 365)
    return number * _SECONDS[unit] if unit in _SECONDS else None


def _is_week(every: Quantity) -> bool:
    return _length(every) == _SECONDS["wk"]


def _weeks(every: Quantity) -> bool:
    """Whether a dose comes back on the same day of the week, in a period that says so by its unit."""
    length = figures.exact(every.value)
    return _is_week(every) or (every.unit == "wk" and length is not None and length > 0 and length % 1 == 0)


def _weekday(start: Time | None) -> int:
    """1 Monday to 7 Sunday; 0 without a whole date."""
    digits = (start.value or "")[:8] if start is not None else ""
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return 0
    try:
        return Date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoweekday()
    except ValueError:
        return 0


def _clock(w: Writer, start: Time) -> str:
    """A dosing time is the patient's own clock: eight in the morning stays eight in the morning."""
    return time(w, replace(start, value=_ZONE.sub("", start.value or "")))


def _as_written(phase: Period) -> Period:
    ends = {
        name: replace(end, value=_ZONE.sub("", end.value))
        for name in ("at", "low", "high", "center")
        if (end := getattr(phase, name)) is not None and end.value
    }
    return replace(phase, **ends) if ends else phase
