"""Intervals of time and of quantities: IVL_TS, IVL_PQ."""

import re
from typing import Final

from ..tree import Node
from .named import UNITS_OF_TIME
from .parts import NULL, carries, end, has, kids
from .times import leading_digits, point

_NUMBER: Final = re.compile(r"\s*(-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF)\s*", re.ASCII)


def _common(node: Node, out: list[str], name: str) -> None:
    """What both intervals demand; `name` ends the rule identifiers."""
    if any(NULL in each.attrs and _has_content(each) for each in node.walk()):
        out.append(f"dtr1-2-{name}")
    low, high, width = has(node, "low"), has(node, "high"), has(node, "width")
    center = has(node, "center")
    if "value" in node.attrs and (low or high or width or center):
        out.append(f"dtr1-4-2-{name}")
    if center and (low or high or width):
        out.append(f"dtr1-4-3-{name}")
    if low and high and width:
        out.append(f"dtr1-4-4-{name}")
    if any(carries(kid, "updateMode") for kid in node.kids):
        out.append(f"dtr1-5-{name}")
    if width:
        widths = kids(node, "width")
        if any("unit" in each.attrs and "value" not in each.attrs for each in widths):
            out.append("dtr1-1-PQR")
        if any(has(each, "translation") for each in widths):
            out.append("dtr1-2-PQR")
    if any(kid.attrs.get(NULL) == "PINF" for kid in kids(node, "low")):
        out.append(f"dtr1-7-1-{name}")
    if any(kid.attrs.get(NULL) == "NINF" for kid in kids(node, "high")):
        out.append(f"dtr1-7-2-{name}")


def _has_content(node: Node) -> bool:
    return carries(node, "value", "unit") or has(node, "low", "center", "high", "width")


def ivl_ts(node: Node, out: list[str]) -> None:
    """Interval of time. Its `value` is that of TS: an interval may be written as one point."""
    if not node.kids:  # the one rule that a childless interval can break: null and a value
        if NULL in node.attrs and carries(node, "value", "unit"):
            out.append("dtr1-2-IVL_TS")
        return
    _common(node, out, "IVL_TS")
    if "value" in node.attrs:
        out.append("dtr1-3-IVL_TS")
    low, high = end(node, "low"), end(node, "high")
    if low is not None and low == high:
        out.append("dtr1-6-IVL_TS")
    if any(width.attrs.get("unit", "") not in UNITS_OF_TIME for width in kids(node, "width")):
        out.append("dtr1-8-IVL_TS")
    points = {}
    for name in ("low", "center", "high"):
        value = end(node, name)
        if value is None:
            continue
        if (at := point(value, four=True)) is None:
            out.append("dtr1-9-IVL_TS")
        else:
            points[name] = at
    if "low" in points and "high" in points and points["low"] > points["high"]:
        out.append("dtr1-7-IVL_TS")


def ivl_ts_epsos_tz_opt(node: Node, out: list[str]) -> None:
    """Interval of time of eHDSI: at least a year, better a day."""
    name = "IVL_TS.EPSOS.TZ.OPT"
    _precise(node.attrs.get("value"), f"dtr1-1-{name}.TZ", f"dtr1-2-{name}.TZ", out)
    if node.kids:
        _precise(end(node, "low"), f"dtr1-4-{name}", f"dtr1-5-{name}", out)
        _precise(end(node, "center"), f"dtr1-7-{name}", f"dtr1-8-{name}", out)
        _precise(end(node, "high"), f"dtr1-10-{name}", f"dtr1-11-{name}", out)


def _precise(value: str | None, year: str, day: str, out: list[str]) -> None:
    if value is not None:
        digits = leading_digits(value)
        if digits < 4:
            out.append(year)
        if digits < 8:
            out.append(day)


def ivl_pq(node: Node, out: list[str]) -> None:
    """Interval of quantities."""
    if not node.kids:
        if NULL in node.attrs and carries(node, "value", "unit"):
            out.append("dtr1-2-IVL_PQ")
        return
    _common(node, out, "IVL_PQ")
    translations = kids(node, "translation")
    if "value" in node.attrs and len(translations) != len(node.kids):
        out.append("dtr1-3-IVL_PQ")
    if translations and len(translations) != len(node.kids):
        out.append("dtr1-9-IVL_PQ")
    low, high = end(node, "low"), end(node, "high")
    if low is not None and high is not None:
        if not (_NUMBER.fullmatch(low) and _NUMBER.fullmatch(high) and float(low) <= float(high)):
            out.append("dtr1-7-IVL_PQ")
        units = {kid.attrs.get("unit") for kid in kids(node, "low", "high")}
        if len(units) > 1:
            out.append("dtr1-8-IVL_PQ")
