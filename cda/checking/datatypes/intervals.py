"""Intervals of time and of quantities: IVL_TS, IVL_PQ."""

import re
from typing import Final

from ..tree import Node
from .named import UNITS_OF_TIME
from .parts import HL7_PREFIX, NULL, carries, end, has
from .times import leading_digits, point

_ENDS: Final = ("low", "center", "high", "width")
_NUMBER: Final = re.compile(r"\s*([-+]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF)\s*", re.ASCII)


Parts = dict[str, list[Node]]


def _parts(node: Node) -> Parts:
    """The children in the HL7 namespace by name."""
    found: Parts = {}
    for kid in node.kids:
        if kid.tag.startswith(HL7_PREFIX):
            found.setdefault(kid.name, []).append(kid)
    return found


def _value(parts: Parts, name: str) -> str | None:
    return parts[name][0].attrs.get("value") if name in parts else None


def _common(node: Node, parts: Parts, out: list[str], name: str) -> None:
    """What both intervals demand; `name` ends the rule identifiers."""
    if _is_null_and_full(node):
        out.append(f"dtr1-2-{name}")
    low, high, width, center = "low" in parts, "high" in parts, "width" in parts, "center" in parts
    if "value" in node.attrs and (low or high or width or center):
        out.append(f"dtr1-4-2-{name}")
    if center and (low or high or width):
        out.append(f"dtr1-4-3-{name}")
    if low and high and width:
        out.append(f"dtr1-4-4-{name}")
    for kid in node.kids:
        if "updateMode" in kid.attrs:
            out.append(f"dtr1-5-{name}")
            break
    if width:
        if any("unit" in each.attrs and "value" not in each.attrs for each in parts["width"]):
            out.append("dtr1-1-PQR")
        if any(has(each, "translation") for each in parts["width"]):
            out.append("dtr1-2-PQR")
    if low and any(each.attrs.get(NULL) == "PINF" for each in parts["low"]):
        out.append(f"dtr1-7-1-{name}")
    if high and any(each.attrs.get(NULL) == "NINF" for each in parts["high"]):
        out.append(f"dtr1-7-2-{name}")


def _is_null_and_full(node: Node) -> bool:
    """Whether the element or one inside is null and still holds a value, a unit or an end."""
    if NULL in node.attrs and (carries(node, "value", "unit") or has(node, *_ENDS)):
        return True
    for kid in node.kids:
        if (kid.kids or NULL in kid.attrs) and _is_null_and_full(kid):
            return True
    return False


def ivl_ts(node: Node, out: list[str]) -> None:
    """Interval of time. Its `value` is that of TS: an interval may be written as one point."""
    if not node.kids:  # the one rule that a childless interval can break: null and a value
        if NULL in node.attrs and carries(node, "value", "unit"):
            out.append("dtr1-2-IVL_TS")
        return
    parts = _parts(node)
    _common(node, parts, out, "IVL_TS")
    if "value" in node.attrs and parts:
        out.append("dtr1-3-IVL_TS")
    if "width" in parts and any(width.attrs.get("unit", "") not in UNITS_OF_TIME for width in parts["width"]):
        out.append("dtr1-8-IVL_TS")
    points = {}
    for name in ("low", "center", "high"):
        if (value := _value(parts, name)) is None:
            continue
        if (at := point(value, four=True)) is None:
            out.append("dtr1-9-IVL_TS")
        else:
            points[name] = at
    if "high" in parts and (low := _value(parts, "low")) is not None and low == _value(parts, "high"):
        out.append("dtr1-6-IVL_TS")
    if len(points) > 1 and "low" in points and "high" in points and points["low"] > points["high"]:
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
    parts = _parts(node)
    _common(node, parts, out, "IVL_PQ")
    if parts.keys() - {"translation"}:
        if "value" in node.attrs:
            out.append("dtr1-3-IVL_PQ")
        if "translation" in parts:
            out.append("dtr1-9-IVL_PQ")
    low, high = _value(parts, "low"), _value(parts, "high")
    if low is not None and high is not None:
        if not (_NUMBER.fullmatch(low) and _NUMBER.fullmatch(high) and float(low) <= float(high)):
            out.append("dtr1-7-IVL_PQ")
    lows, highs = _units(parts, "low"), _units(parts, "high")
    if lows and highs and lows.isdisjoint(highs):
        out.append("dtr1-8-IVL_PQ")


def _units(parts: Parts, name: str) -> set[str]:
    return {kid.attrs["unit"] for kid in parts.get(name, ()) if "unit" in kid.attrs}
