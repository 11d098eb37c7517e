"""Quantities: QTY, INT, PQ and the parts of sets and intervals."""

from ..tree import Node
from .parts import NULL, VALIDITY, carries, has, has_twin, inside, kids, siblings


def qty(node: Node, out: list[str]) -> None:
    """Any quantity."""
    attrs = node.attrs
    if node.kids:
        if any(
            carries(each, "expression", "uncertainty", "originalText") for each in kids(node, "uncertainty")
        ):
            out.append("dtr1-1-QTY")
        if any(carries(each, *VALIDITY) for each in kids(node, "originalText", "uncertainty", "expression")):
            out.append("dtr1-2-QTY")
    if NULL in attrs and any(NULL not in other.attrs for other in siblings(node)):
        out.append("dtr1-3-QTY")
    if has_twin(node, "value", "unit"):
        out.append("dtr1-4-QTY")


def valued(node: Node, out: list[str], rule: str) -> None:
    """A value, a child element or a null flavour, and not both null and a value."""
    null, value = NULL in node.attrs, "value" in node.attrs
    if (null and value) or not (null or value or node.kids):
        out.append(rule)


def int_(node: Node, out: list[str]) -> None:
    """Integer."""
    valued(node, out, "dtr1-1-INT")
    if has(node, "uncertainty"):
        out.append("dtr1-2-INT")


def pq(node: Node, out: list[str]) -> None:
    """Physical quantity."""
    valued(node, out, "dtr1-1-PQ")
    if node.kids:
        said = [
            each.attrs.get("value", "") + each.attrs.get("code", "") + each.attrs.get("codeSystem", "")
            for each in inside(node, "translation")
        ]
        if len(set(said)) != len(said):
            out.append("dtr1-3-PQ")


def sxcm_ts(node: Node, out: list[str]) -> None:
    """Component of a set of times."""
    if NULL in node.attrs and node.attrs.get("operator", "I") != "I":
        out.append("dtr1-1-SXCM_TS")


def sxcm_pq(node: Node, out: list[str]) -> None:
    """Component of a set of quantities."""
    if NULL in node.attrs and node.attrs.get("operator", "I") != "I":
        out.append("dtr1-1-SXCM_PQ")


def ivxb_ts(node: Node, out: list[str]) -> None:
    """End of an interval of time."""
    if NULL in node.attrs and node.attrs.get("inclusive", "true") != "true":
        out.append("dtr1-1-IVXB_TS")


def ivxb_pq(node: Node, out: list[str]) -> None:
    """End of an interval of quantities."""
    if NULL in node.attrs and node.attrs.get("inclusive", "true") != "true":
        out.append("dtr1-1-IVXB_PQ")
