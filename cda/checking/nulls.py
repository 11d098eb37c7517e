"""Null flavours beside content. Every datatype inherits this rule, so it is settled once per document.

An element with a nullFlavor says that there is no value: no child, no visible text, no attribute but those
that name its role or merely hold a default. Beside OTH, NA and UNC a code system or a translation may say
what it is that has no code. Source: rule dtr1-1-ANY.
"""

from collections.abc import Iterator
from typing import Final, cast

from lxml import etree

from schemas.namespaces import HL7, XSI, q

from .tree import Tree, has_text

_ROLES: Final = frozenset({"classCode", "typeCode", "determinerCode", "moodCode"})
_FREE: Final = _ROLES | {"nullFlavor", "partType", q(XSI, "type"), q(XSI, "nil")}
_DEFAULTS: Final = {
    "codeSystem": "2.16.840.1.113883.5.139",
    "codeSystemName": "TimingEvent",
    "integrityCheckAlgorithm": "SHA-1",
    "inverted": "false",
    "mediaType": "text/plain",
    "operator": "I",
    "representation": "TXT",
    "inclusive": "true",
    "unit": "1",
}
_DESCRIBED: Final = frozenset({"OTH", "NA", "UNC"})
_DESCRIPTIVE: Final = frozenset(
    {"codeSystem", "codeSystemName", "codeSystemVersion", "extension", "valueSet", "valueSetVersion"}
)
_NULL: Final = etree.XPath("descendant::*[@nullFlavor]")
_EXPLAINING: Final = (q(HL7, "originalText"), q(HL7, "translation"))


def misplaced(tree: Tree) -> frozenset[object]:
    """The elements that have such a null flavour, on themselves or anywhere inside."""
    nulls = [node.el for node in tree.nodes if "nullFlavor" in node.attrs]
    for narrative in tree.narratives:
        nulls += cast("list[etree._Element]", _NULL(narrative))
    found: set[object] = set()
    for el in nulls:
        if not stands_alone(el):
            found.add(el)
            found.update(el.iterancestors())
    return frozenset(found)


def stands_alone(el: etree._Element) -> bool:
    """Whether an element with a null flavour holds nothing that it must not."""
    extra = [name for name, value in el.items() if name not in _FREE and _DEFAULTS.get(name) != value]
    if not extra and not has_text(el) and next(el.iterchildren("*"), None) is None:
        return True
    if el.get("nullFlavor") not in _DESCRIBED or not _ROLES.isdisjoint(el.keys()):
        return False
    if not _DESCRIPTIVE.issuperset(extra):
        return False
    return any(_anchors(el))


def _anchors(el: etree._Element) -> Iterator[bool]:
    yield el.get("extension") is not None
    yield el.get("codeSystem") is not None
    yield next(el.iterchildren(*_EXPLAINING), None) is not None
