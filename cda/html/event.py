"""A dose at a daily event: `1 time etter frokost`; an offset that has no plain words stands beside it.

Source: cda.md 5.4, EIVL_TS.
"""

from dataclasses import replace

from ..datatypes import EventBound, Quantity, Range
from . import figures
from .values import quantity, quantity_range
from .writer import Writer

_SYSTEMS = frozenset({None, "", "2.16.840.1.113883.5.139"})


def event_html(w: Writer, value: EventBound) -> str:
    """The event with its offset and how long it lasts."""
    code = _code(value)
    shift, beside = "", ""
    if value.offset is not None:
        shift, beside = _offset(w, value.offset, code)
    html = " ".join(filter(None, (shift, _event(w, value, code, shifted=bool(shift)), beside)))
    if value.offset is not None:
        html += _duration(w, value.offset)
    return f"{html} {w.flavour(value.null, value.fact)}".strip() if value.null else html


def _code(value: EventBound) -> str:
    """The code of the event in HL7's own list; empty for any other."""
    event = value.event
    if event is None or event.null or event.system not in _SYSTEMS:
        return ""
    return event.code or ""


def _event(w: Writer, value: EventBound, code: str, *, shifted: bool) -> str:
    if value.event is None:
        return ""
    words = w.words
    noun = words.find(f"timing.noun.{code}") if shifted else None
    known = noun or (words.find(f"timing.{code}") if code else None)
    if known is None:
        return w.coded(value.event, words["display.timing"])
    w.codes.append((words["display.timing"], value.event, w.choose(value.event)))
    return w.mark(value.event.fact, known)


def _offset(w: Writer, offset: Range, event: str) -> tuple[str, str]:
    """How far from the event: words that stand in front of it, or else as received in brackets behind it.

    The codes for before and after a meal carry the direction themselves; the sign then only repeats it.
    """
    ends = [end for end in (offset.low, offset.high) if end is not None]
    numbers = [figures.exact(end.value) for end in ends]
    signs = {number.compare(0) for number in numbers if number is not None}
    if not ends and offset.center is None:
        return "", ""
    odd = None in numbers or offset.center is not None or offset.low is None or len(signs) > 1
    if odd or any(w.exclusive(end.fact) for end in ends):
        return "", _beside(w, offset)
    if signs == {0}:
        w.asides += [(w.words["timing.offset"], quantity(w, end, trim=True)) for end in ends]
        return "", ""
    before = -1 in signs
    bare = _unsigned(w, offset, before=before)
    if event in ("AC", "ACM", "ACD", "ACV") or (event in ("PC", "PCM", "PCD", "PCV") and not before):
        return bare, ""
    if w.words.find(f"timing.noun.{event}") is None:
        return "", _beside(w, offset)
    key = "timing.offset_before" if before else "timing.offset_after"
    return w.words.fill(key, duration=bare), ""


def _beside(w: Writer, offset: Range) -> str:
    low = offset.low
    if low is not None and offset.high is None and offset.center is None and not w.exclusive(low.fact):
        shown = quantity(w, low, trim=True)
    else:
        shown = quantity_range(w, replace(offset, width=None, null=None), trim=True)
    return f"({w.words['timing.offset']} {shown})"


def _unsigned(w: Writer, offset: Range, *, before: bool) -> str:
    """`40 til 20 minutter`: the words before and after carry the sign of both ends."""
    if offset.high is None and offset.low is not None:
        return quantity(w, _plain(offset.low), trim=True)
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
