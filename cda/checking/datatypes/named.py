"""Names and postal addresses: AD, EN, ON, PN."""

from collections.abc import Sequence
from typing import Final

from ..tree import XML_SPACE, Node, all_text, has_text
from .parts import NULL, carries, end, equally_long, has, is_null, kids, siblings

UNITS_OF_TIME: Final = frozenset({"us", "ms", "s", "min", "h", "d", "wk", "mo", "a", ""})
_HL7: Final = "{urn:hl7-org:v3}"


def ad(node: Node, out: list[str]) -> None:
    """Postal address."""
    null, parts, text = NULL in node.attrs, bool(node.kids), has_text(node.el)
    if not null and parts == text:
        out.append("dtr1-1-AD")
    periods = kids(node, "useablePeriod")
    if null and has(node, "thumbnail") and not any(map(is_null, periods)):
        out.append("dtr1-2-AD")
    if periods:
        _periods(periods, out)
    if any(_is_blank(part) for part in node.kids if part.name != "useablePeriod"):
        out.append("dtr1-8-AD")
    if others := siblings(node):
        if null and any(not is_null(other) for other in others):
            out.append("dtr1-9-AD")
        if _repeated(node, others):
            out.append("dtr1-10-AD")


def _periods(periods: list[Node], out: list[str]) -> None:
    if any(carries(period, "updateMode") for period in periods):
        out.append("dtr1-3-AD")
    if any(equally_long(period) is False for period in periods):
        out.append("dtr1-5-AD")
    for period in periods:
        low, high = end(period, "low"), end(period, "high")
        if low is not None and high is not None and not _earlier(low, high):
            out.append("dtr1-6-AD")
    widths = [width for period in periods for width in kids(period, "width")]
    if any(width.attrs.get("unit", "") not in UNITS_OF_TIME for width in widths):
        out.append("dtr1-7-AD")


def _earlier(low: str, high: str) -> bool:
    """Compare the first 14 characters as numbers; what is no number is not earlier."""
    first, second = low[:14].ljust(14, "0"), high[:14].ljust(14, "0")
    return first.isdecimal() and second.isdecimal() and int(first) < int(second)


def _is_blank(part: Node) -> bool:
    if NULL in part.attrs:
        return False
    text = part.el.text
    return not (text and text.strip(XML_SPACE)) and not all_text(part.el).strip(XML_SPACE)


def _repeated(node: Node, others: Sequence[Node]) -> bool:
    own = _whole(node)
    return any(_whole(other) == own for other in others)


def _whole(node: Node) -> str:
    return node.attrs.get("use", "") + all_text(node.el)


def ad_epsos(node: Node, out: list[str]) -> None:
    """Postal address of eHDSI: in parts, never as a text."""
    if NULL not in node.attrs and not any(kid.tag.startswith(_HL7) for kid in node.kids):
        out.append("dtr1-1-AD.EPSOS")


def en(node: Node, out: list[str]) -> None:
    """Entity name."""
    null, parts, text = NULL in node.attrs, bool(node.kids), has_text(node.el)
    if null and (parts or text):
        out.append("dtr1-1.1-EN")
    if parts and text:
        out.append("dtr1-1.2-EN")
    if not (null or parts or text):
        out.append("dtr1-1.3-EN")
    if any(_is_blank(part) for part in node.kids if part.name != "validTime"):
        out.append("dtr1-3-EN")
    if _begins_quoted(node):
        out.append("dtr1-4-EN")
    if others := siblings(node):
        if null and any(not is_null(other) for other in others):
            out.append("dtr1-5-EN")
        if _repeated(node, others):
            out.append("dtr1-6-EN")
    if node.kids and all(_says_twice(part) for part in node.kids):
        out.append("dtr1-7-EN")


def _begins_quoted(node: Node) -> bool:
    for text in node.el.itertext("*"):
        if said := str(text).lstrip(XML_SPACE):
            return said.startswith('"')
    return False


def _says_twice(part: Node) -> bool:
    words = part.attrs.get("qualifier", "").split()
    return len(words) > 1 and len(set(words)) != len(words)


def on(node: Node, out: list[str]) -> None:
    """Name of an organisation: one text."""
    if node.kids:
        out.append("dtr1-2-ON")
        if has(node, "family", "given"):
            out.append("dtr1-1-ON")


def pn(node: Node, out: list[str]) -> None:
    """Name of a person."""
    if any("LS" in part.attrs.get("qualifier", "").split() for part in node.kids):
        out.append("dtr1-1-PN")
