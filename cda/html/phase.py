"""When within each period a repeated dose is taken: first time, hours, weekdays. Source: cda.md 5.4."""

import re
from dataclasses import replace
from datetime import date as Date

from ..datatypes import Period, Periodic
from . import figures
from .values import period, time
from .writer import Writer

_ZONE = re.compile(r"[+-]\d{4}$", re.ASCII)


def phase_html(w: Writer, value: Periodic) -> str:
    """The days of the week, if the dose has some, and the time stated; empty without a phase."""
    if value.phase is None:
        return ""
    phase, day = _phase(w, _as_written(value.phase)), _weekday(w, value)
    return f"{day} ({phase})" if phase and day else phase


def _phase(w: Writer, phase: Period) -> str:
    """When it is taken for the first time, or from when to when."""
    start = phase.start
    if start is None or not start.value or phase.high or phase.width or phase.null:
        shown = period(w, phase)
        return f"{w.words['dose.phase']} {shown}" if shown else ""
    return w.words.fill("dose.phase_first", date=time(w, start))


def _weekday(w: Writer, value: Periodic) -> str:
    """The day or days of the week of a dose that is given every so many weeks; empty where there is none."""
    every, start = value.period, value.phase.start if value.phase is not None else None
    digits = (start.value or "")[:8] if start is not None else ""
    if every is None or every.unit not in ("wk", "d") or len(digits) != 8 or not digits.isdecimal():
        return ""
    length = figures.exact(every.value)
    if length is None or length <= 0 or (length if every.unit == "wk" else length / 7) % 1:
        return ""
    try:
        number = Date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoweekday()
    except ValueError:
        return ""
    days = _days(value.phase)
    if days == 1:
        return w.words[f"dose.weekday.{number}"]
    first, last = (w.words[f"dose.day.{day}"] for day in (number, (number + days - 2) % 7 + 1))
    return w.words.fill("dose.days", first=first, last=last)


def _days(phase: Period | None) -> int:
    """How many days in a row a weekly dose is taken on: 1 unless the phase says 2 to 6 whole days."""
    width = phase.width if phase is not None else None
    length = figures.exact(width.value) if width is not None and width.unit == "d" else None
    return int(length) if length is not None and 1 < length < 7 and length % 1 == 0 else 1


def _as_written(phase: Period) -> Period:
    """A dosing time is the patient's own clock: eight in the morning stays eight in the morning."""
    ends = {
        name: replace(end, value=_ZONE.sub("", end.value))
        for name in ("at", "low", "high", "center")
        if (end := getattr(phase, name)) is not None and end.value
    }
    return replace(phase, **ends) if ends else phase
