"""Dosing in words of the document's language, for the narrative. Nothing is converted or rounded."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ..datatypes import (
    Combination,
    EventBound,
    Period,
    Periodic,
    Quantity,
    Range,
    Ratio,
    Timing,
    Value,
)
from .content import Posology
from .words import Words

_JOINING = {"I": "and", "A": "and", "E": "except", "H": "then", "P": "and"}


def dosing(one: Posology, words: Words) -> str:
    """One administration: dose, times, period, limits; empty when nothing is stated."""
    said = [
        amount(one.dose, words) if one.dose else "",
        *(_told(each, words) for each in one.timings),
        period(one.period, words) if one.period else "",
        words("rate", said=amount(one.rate, words)) if one.rate and one.rate.null is None else "",
        words("maximum", said=amount(one.maximum, words)) if one.maximum else "",
        one.condition or "",
    ]
    return ", ".join(part for part in said if part)


def amount(one: Value | None, words: Words) -> str:
    """A quantity, range or ratio with its units."""
    if isinstance(one, Range):
        low, high = amount(one.low, words), amount(one.high, words)
        if low and high and low != high:
            return words("between", low=low, high=high)
        return low or high or words("null")
    if isinstance(one, Ratio):
        if one.null is not None:
            return words("null")
        return words("per", n=amount(one.numerator, words), d=amount(one.denominator, words))
    if not isinstance(one, Quantity) or one.value is None:
        return words("null")
    return " ".join(filter(None, (words.number(one.value), unit(one, words))))


def unit(one: Quantity, words: Words) -> str:
    """The producer's word for the unit, else the unit; countable things without a word are units."""
    if one.word is not None and one.word.text:
        return one.word.text
    if one.unit in (None, "1"):
        return words("unit")
    stated = one.unit or ""
    key = f"unit.{stated}"
    return words(key) if words.has(key) else stated.strip("{}") or stated


def _told(one: Timing, words: Words) -> str:
    """A time of its own; one that is taken away from the others says so."""
    return f"{words('except')} {timing(one, words)}" if one.operator == "E" else timing(one, words)


def timing(one: Timing, words: Words) -> str:
    """One dosing time."""
    if isinstance(one, Combination):
        return _combined(one, words)
    if isinstance(one, EventBound):
        return _event(one, words)
    if isinstance(one, Periodic):
        return _periodic(one, words)
    return period(one.period, words)


def _combined(one: Combination, words: Words) -> str:
    said: list[str] = []
    for part in one.parts:
        phrase = timing(part, words)
        joining = words(_JOINING.get(part.operator or "I", "and")) if said else ""
        said.append(f"{joining} {phrase}".strip())
    return " ".join(said)


def _event(one: EventBound, words: Words) -> str:
    code = (one.event.code if one.event else None) or ""
    name = words(f"event.{code}") if words.has(f"event.{code}") else code or words("null")
    shift = one.offset.low if one.offset else None
    lasting = one.offset.width if one.offset else None
    said = [amount(shift, words) if shift and shift.value not in (None, "0") else "", name]
    if lasting is not None:
        said.append(words("for", n=words.number(lasting.value), unit=unit(lasting, words)))
    return " ".join(part for part in said if part)


def _periodic(one: Periodic, words: Words) -> str:
    return " ".join(_periodic_parts(one, words)) or words("null")


def _periodic_parts(one: Periodic, words: Words) -> Iterator[str]:
    phase = one.phase
    if phase is not None and (width := phase.width) is not None:  # so long of every period
        yield words("for", n=words.number(width.value), unit=unit(width, words))
    if one.period is not None and one.period.value is not None:
        times = _times_a_day(one.period) if one.counted else None
        if times is not None:
            yield words("daily", n=str(times))
        else:
            yield words("every", n=words.number(one.period.value), unit=unit(one.period, words))
    if phase is not None and (start := phase.start) is not None and start.value:
        yield words("from", said=words.date(start))


def _times_a_day(every: Quantity) -> int | None:
    """How often a day, if that is a whole number and the period no longer than a day."""
    day = {"h": Decimal(24), "d": Decimal(1), "min": Decimal(1440)}.get(every.unit or "")
    try:
        length = Decimal(every.value or "")
    except InvalidOperation:
        return None
    if day is None or length <= 0 or day % length:
        return None
    return int(day / length)


def period(one: Period | None, words: Words) -> str:
    """A point or an interval."""
    if one is None:
        return ""
    said = []
    if one.at is not None:
        said.append(words.date(one.at))
    if one.low is not None and one.low.value:
        said.append(words("from", said=words.date(one.low)))
    if one.high is not None and one.high.value:
        said.append(words("until", said=words.date(one.high)))
    if one.width is not None and one.width.value:
        said.append(words("for", n=words.number(one.width.value), unit=unit(one.width, words)))
    return " ".join(said)
