"""Times of intake: PIVL_TS (periods), EIVL_TS (events), SXPR_TS (several together)."""

from collections.abc import Iterator
from typing import Final

from ..tree import Node
from .coded import TIMING_EVENT
from .parts import (
    NULL,
    carries,
    end,
    equally_long,
    has,
    inside,
    is_null,
    is_settled,
    is_unmixed,
    kids,
    typed,
)

_MOST_DECIMALS: Final = 4


def _is_fine(period: Node) -> bool:
    return len(period.attrs.get("value", "").partition(".")[2]) > _MOST_DECIMALS


def _good_width(width: Node) -> bool:
    return "unit" not in width.attrs or "value" in width.attrs


def pivl_ts(node: Node, out: list[str]) -> None:
    """Periodic interval."""
    if any(carries(kid, "updateMode") for kid in kids(node, "phase", "period")):
        out.append("dtr1-1-PIVL_TS")
    if not any(map(is_settled, node.walk())):
        out.append("dtr1-2-PIVL_TS")
    if not is_unmixed(node):
        out.append("dtr1-3-PIVL_TS")
    if any(map(_is_fine, kids(node, "period"))):
        out.append("dtr1-5-PIVL_TS")
    if widths := kids(node, "width"):
        if not any(map(_good_width, widths)):
            out.append("dtr1-6-PIVL_TS")
        if any(has(width, "translation") for width in widths):
            out.append("dtr1-7-PIVL_TS")


def eivl_ts(node: Node, out: list[str]) -> None:
    """Interval bound to an event such as a meal."""
    events, offsets = kids(node, "event"), kids(node, "offset")
    if not events and NULL not in node.attrs:
        out.append("dtr1-1-EIVL_TS")
    if events:
        _events(events, out)
    if offsets:
        _offsets(offsets, out)


def _events(events: list[Node], out: list[str]) -> None:
    if any(each.attrs.get("codeSystem", TIMING_EVENT) != TIMING_EVENT for each in events):
        out.append("dtr1-4-EIVL_TS")
    if any(each.attrs.get("codeSystemName", "TimingEvent") != "TimingEvent" for each in events):
        out.append("dtr1-5-EIVL_TS")
    for rule, attribute in (("dtr1-6-EIVL_TS", "codeSystemVersion"), ("dtr1-7-EIVL_TS", "displayName")):
        if any(attribute in each.attrs for each in events):
            out.append(rule)
    for rule, child in (
        ("dtr1-8-EIVL_TS", "originalText"),
        ("dtr1-9-EIVL_TS", "qualifier"),
        ("dtr1-10-EIVL_TS", "translation"),
    ):
        if any(has(each, child) for each in events):
            out.append(rule)


def _offsets(offsets: list[Node], out: list[str]) -> None:
    inner = [kid for offset in offsets for kid in offset.kids]
    if any(carries(offset, "updateMode") for offset in offsets):
        out.append("dtr1-2-EIVL_TS")
    if not any(map(is_settled, offsets)):
        out.append("dtr1-11-EIVL_TS")
    if any(is_null(kid) and carries(kid, "value", "unit") for kid in inner):
        out.append("dtr1-12-EIVL_TS")
    if not any(map(_says_something, offsets)):
        out.append("dtr1-13-EIVL_TS")
    if any(carries(kid, "updateMode") for kid in inner):
        out.append("dtr1-14-EIVL_TS")
    if any(equally_long(offset) is False for offset in offsets):
        out.append("dtr1-15-EIVL_TS")
    widths = [width for offset in typed(offsets, "IVL_TS") for width in kids(offset, "width")]
    if widths and not any(map(_good_width, widths)):
        out.append("dtr1-16-EIVL_TS")
    if any(has(width, "translation") for offset in offsets for width in kids(offset, "width")):
        out.append("dtr1-17-EIVL_TS")


def _says_something(offset: Node) -> bool:
    if is_null(offset) or "value" in offset.attrs:
        return is_null(offset) or not offset.kids
    return has(offset, "low", "center", "high", "width") or any(not is_null(kid) for kid in offset.kids)


def sxpr_ts(node: Node, out: list[str]) -> None:
    """Several times taken together."""
    comps = kids(node, "comp")
    if NULL not in node.attrs and len(comps) < 2:
        out.append("dtr1-1-SXPR_TS")
    below = list(inside(node, "comp"))
    nested, intervals, periodic = (typed(below, name) for name in ("SXPR_TS", "IVL_TS", "PIVL_TS"))
    if nested and not any(is_null(each) or len(kids(each, "comp")) >= 2 for each in nested):
        out.append("dtr1-2-SXPR_TS")
    if any(carries(each, "updateMode") for each in _below(node)):
        out.append("dtr1-3-SXPR_TS")
    if intervals:
        _interval_comps(intervals, (4, 5, 6, 7, 8), out)
    if periodic:
        _periods(periodic, out)
        _interval_comps(periodic, (11, 12, 13, 15, 16), out)


def _below(node: Node) -> Iterator[Node]:
    for kid in node.kids:
        yield from kid.walk()


def _interval_comps(comps: list[Node], numbers: tuple[int, int, int, int, int], out: list[str]) -> None:
    """The five rules that components typed IVL_TS and PIVL_TS share, under numbers of their own."""
    settled, mixed, long, width, translation = (f"dtr1-{number}-SXPR_TS" for number in numbers)
    if not any(map(is_settled, comps)):
        out.append(settled)
    inner = [comp for comp in comps if comp.kids]
    if inner and not any(is_unmixed(comp) for comp in comps if comp.kids or carries(comp, NULL, "value")):
        out.append(mixed)
    if any(equally_long(comp) is not None for comp in comps) and not any(map(_even, comps)):
        out.append(long)
    widths = [each for comp in comps for each in kids(comp, "width")]
    if widths and not any(map(_good_width, widths)):
        out.append(width)
    if any(has(each, "translation") for each in widths):
        out.append(translation)


def _even(comp: Node) -> bool:
    """Whether its ends are equally long; one that is not there has no length."""
    return len(end(comp, "low") or "") == len(end(comp, "high") or "")


def _periods(comps: list[Node], out: list[str]) -> None:
    periods = [each for comp in comps for each in kids(comp, "period")]
    valued = any(is_null(each) != ("value" in each.attrs) for each in periods)
    if not valued and not any(has(comp, "frequency") for comp in comps):
        out.append("dtr1-9-SXPR_TS")
    translated = [each for each in periods if has(each, "translation")]
    if translated and all(map(is_null, translated)):
        out.append("dtr1-10-SXPR_TS")
    if any(map(_is_fine, periods)):
        out.append("dtr1-14-SXPR_TS")
