"""Dosing times as XML: TS, IVL_TS, PIVL_TS, EIVL_TS and SXPR_TS, in every combination. Source: cda.md 5.4."""

from ..datatypes import Combination, EventBound, Moment, Periodic, Timing
from . import values
from .space import CDA, Element


def timing(tag: str, when: Timing) -> Element:
    """One dosing time, with its xsi:type: without one it is a bare point in time."""
    if isinstance(when, Combination):
        made = CDA.el(
            tag, *(timing("comp", part) for part in when.parts), type="SXPR_TS", nullFlavor=when.null
        )
    elif isinstance(when, EventBound):
        offset = values.range_("offset", when.offset) if when.offset else None
        event = values.coded("event", when.event)
        made = CDA.el(tag, event, offset, type="EIVL_TS", nullFlavor=when.null)
    elif isinstance(when, Periodic):
        made = CDA.el(
            tag,
            values.period("phase", when.phase),
            values.quantity("period", when.period),
            type="PIVL_TS",
            nullFlavor=when.null,
            institutionSpecified="true" if when.counted else None,
        )
    else:
        made = _moment(tag, when)
    if when.operator is not None:
        made.set("operator", when.operator)
    return made


def _moment(tag: str, when: Moment) -> Element:
    """A point or an interval; a null flavour alone is written as an interval."""
    span = when.period
    point = span.at is not None and not (span.low or span.high or span.width or span.center)
    # A point goes without a type: TS, which says no more, may not stand where the schema wants SXCM_TS.
    made = values.period(tag, span, CDA, None if point else "IVL_TS")
    assert made is not None
    return made
