"""Text and encapsulated data: BIN, ED, ST, SC."""

from typing import Final

from ..tree import Node, has_text, own_text
from .coded import is_language
from .parts import NULL, VALIDITY, carries, has, is_null, kids

_PLAIN: Final = "text/plain"
_SHA1: Final = "SHA-1"
_LINKS: Final = frozenset({"reference", "thumbnail"})


def bin_(node: Node, out: list[str]) -> None:
    """Binary data: something, or null."""
    if not node.kids and NULL not in node.attrs and not has_text(node.el):
        out.append("dtr1-1-BIN")


def ed(node: Node, out: list[str]) -> None:
    """Encapsulated data."""
    attrs = node.attrs
    if not attrs and not node.kids:
        return
    if "integrityCheck" in attrs and "integrityCheckAlgorithm" not in attrs:
        out.append("dtr1-2-ED")
    if "compression" in attrs and not _compressed(node):
        out.append("dtr1-5-ED")
    if "value" in attrs:
        if attrs.get("mediaType", _PLAIN) != _PLAIN:
            out.append("dtr1-6-ED")
        if "charset" in attrs:
            out.append("dtr1-8-ED")
    if node.kids:
        _parts(node, out)
    if NULL in attrs:
        _null(node, out)
    if "language" in attrs and not is_language(attrs["language"]):
        out.append("dtr1-18-ED")


def _compressed(node: Node) -> bool:
    if any("value" in reference.attrs for reference in kids(node, "reference")):
        return True
    return node.attrs.get("representation") == "B64" and bool(own_text(node.el))


def _parts(node: Node, out: list[str]) -> None:
    for kid in node.kids:
        if kid.name in _LINKS and carries(kid, *VALIDITY):
            out.append("dtr1-7-ED")
            break
    names = {kid.name for kid in node.kids}
    thumbnails = kids(node, "thumbnail") if "thumbnail" in names else []
    if thumbnails:
        if all(is_null(each) and has(each, "reference") for each in thumbnails):
            out.append("dtr1-3-ED")
        if all(has(each, "thumbnail") for each in thumbnails):
            out.append("dtr1-4-ED")
    if "translation" in names and all(has(each, "translation") for each in thumbnails):
        out.append("dtr1-9-ED")


def _null(node: Node, out: list[str]) -> None:
    attrs = node.attrs
    if attrs.get("mediaType", _PLAIN) != _PLAIN:
        out.append("dtr1-10-ED")
    for rule, name in (
        ("dtr1-11-ED", "charset"),
        ("dtr1-12-ED", "language"),
        ("dtr1-13-ED", "compression"),
        ("dtr1-14-ED", "integrityCheck"),
    ):
        if name in attrs:
            out.append(rule)
    if attrs.get("integrityCheckAlgorithm", _SHA1) != _SHA1:
        out.append("dtr1-15-ED")
    thumbnails = kids(node, "thumbnail")
    if thumbnails and not any(map(is_null, thumbnails)):
        out.append("dtr1-16-ED")
    if has(node, "translation"):
        out.append("dtr1-17-ED")


def st(node: Node, out: list[str]) -> None:
    """Character string."""
    attrs = node.attrs
    if node.kids:
        if has(node, "reference"):
            out.append("dtr1-3-ST")
        if has(node, "thumbnail"):
            out.append("dtr1-4-ST")
    if not attrs:
        return
    if attrs.get("representation", "TXT") != "TXT":
        out.append("dtr1-5-ST")
    if attrs.get("mediaType", _PLAIN) != _PLAIN:
        out.append("dtr1-6-ST")
    if "compression" in attrs:
        out.append("dtr1-7-ST")
    if "integrityCheck" in attrs:
        out.append("dtr1-8-ST")
    if attrs.get("integrityCheckAlgorithm", _SHA1) != _SHA1:
        out.append("dtr1-9-ST")


def sc(node: Node, out: list[str]) -> None:
    """Character string with a code."""
    attrs = node.attrs
    code, system, null = "code" in attrs, "codeSystem" in attrs, NULL in attrs
    if code and not system:
        out.append("dtr1-2-SC")
    if "codeSystemName" in attrs and not system:
        out.append("dtr1-3-SC")
    if "codeSystemVersion" in attrs and not system:
        out.append("dtr1-4-SC")
    if "displayName" in attrs and not code:
        out.append("dtr1-5-SC")
    if null and code:
        out.append("dtr1-6-SC")
    if null and "displayName" in attrs:
        out.append("dtr1-7-SC")
