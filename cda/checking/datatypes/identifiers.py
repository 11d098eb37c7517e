"""Identifiers and addresses of machines: II, URL, TEL."""

import re
from functools import lru_cache
from typing import Final

from ..tree import Node
from .parts import NULL, has, has_twin, siblings

_OID: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]*))*")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_URI: Final = re.compile(r"[!#-;=?-\[\]_a-z~]*")
_PHONE: Final = re.compile(r"\+?[0-9().\-]*")
_DIGIT: Final = re.compile(r"[0-9]")
_SCHEMES: Final = ("tel:", "fax:")


def ii(node: Node, out: list[str]) -> None:
    """Instance identifier."""
    attrs = node.attrs
    root = attrs.get("root")
    if NULL in attrs:
        _null(attrs, out)
    elif root is None:
        out.append("dtr1-1-II")
    extension = attrs.get("extension")
    if extension is not None and len(extension) > 64:
        out.append("dtr1-9-II")
    if root is None:
        return
    if not _is_identifier(root):
        out.append("dtr1-10-II")
        if _WORD.fullmatch(root):
            out.append("dtr1-10a-II")
    if len(root) > 128:
        out.append("dtr1-8-II")
    name = node.name
    for other in node.parent.kids if node.parent else ():
        if other.name == name and other is not node and other.attrs.get("root") == root:
            if extension is None or other.attrs.get("extension") == extension:
                out.append("dtr1-12-II")
                return


@lru_cache(maxsize=1024)  # the same few roots come again and again
def _is_identifier(root: str) -> bool:
    return _OID.fullmatch(root) is not None or _UUID.fullmatch(root) is not None


def _null(attrs: dict[str, str], out: list[str]) -> None:
    for rule, name in (
        ("dtr1-2-II", "root"),
        ("dtr1-4-II", "identifierName"),
        ("dtr1-5-II", "displayable"),
        ("dtr1-6-II", "reliability"),
        ("dtr1-7-II", "assigningAuthorityName"),
    ):
        if name in attrs:
            out.append(rule)


def ii_epsos(node: Node, out: list[str]) -> None:
    """Instance identifier of eHDSI: a shorter root."""
    root = node.attrs.get("root")
    if root is not None and len(root) > 64:
        out.append("dtr1-1-II.EPSOS")


def url(node: Node, out: list[str]) -> None:
    """Locator."""
    attrs = node.attrs
    value = attrs.get("value")
    if NULL in attrs:
        if any(NULL not in other.attrs for other in siblings(node)):
            out.append("dtr1-4-URL")
    elif value is None:  # what is not there equals no escaped form of itself either
        out += ("dtr1-1-URL", "dtr1-2-URL")
    elif not _URI.fullmatch(value):
        out.append("dtr1-2-URL")
    if has_twin(node, "value", "use"):
        out.append("dtr1-5-URL")


def tel(node: Node, out: list[str]) -> None:
    """Telecommunication address."""
    if NULL in node.attrs and has(node, "useablePeriod"):
        out.append("dtr1-1-TEL")


def tel_epsos(node: Node, out: list[str]) -> None:
    """Telecommunication address of eHDSI: numbers that can be dialled."""
    value = node.attrs.get("value", "")
    if value.startswith(_SCHEMES):
        number = value[4:]
        if not _PHONE.fullmatch(number):
            out.append("dtr1-TEL.EPSOS")
        if not _DIGIT.search(number):
            out.append("dtr2-TEL.EPSOS")
