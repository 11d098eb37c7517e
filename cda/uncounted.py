"""What a document holds besides its facts: everything that the count of facts leaves out, with the reason.

The walk knows only XML: an element that states anything in an attribute or in text of its own is either a
fact or on this list. An entry without a reason is a gap in the count, and as bad as a fact that is not shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lxml import etree

from schemas.namespaces import XSI, q

from .document import Document
from .node import NEVER_FACTS, SILENT, Node


class Reason(StrEnum):
    """Why something is no fact."""

    RULES = "rules"  # names the rules that the document was made by
    NARRATIVE = "narrative"  # shown whole, as text
    STRUCTURE = "structure"  # ties elements together
    TIMING = "timing"  # told in the words of the time that it belongs to
    FORM = "form"  # says how a text is written down
    SYSTEM = "system"  # a code system without any code


@dataclass(frozen=True, slots=True)
class Uncounted:
    """One element: what it says that is counted nowhere, and why. `reason` is None for a gap."""

    path: str  # local names from the root downwards
    said: tuple[tuple[str, str], ...]
    reason: Reason | None


_SILENT: Final = frozenset({"classCode", "moodCode", "typeCode", "determinerCode", q(XSI, "type")})
_WHY: Final = {
    q(XSI, "schemaLocation"): Reason.RULES,
    q(XSI, "noNamespaceSchemaLocation"): Reason.RULES,
    "operator": Reason.TIMING,
    "institutionSpecified": Reason.TIMING,
    "mediaType": Reason.FORM,
    "representation": Reason.FORM,
    "codeSystem": Reason.SYSTEM,
    "codeSystemName": Reason.SYSTEM,
    "codeSystemVersion": Reason.SYSTEM,
}


def uncounted(document: Document) -> list[Uncounted]:
    """Everything in a document that is neither a fact nor empty, in document order."""
    root = document.nodes.root
    return list(_walk(root, document.tree, root.name))


def _walk(node: Node, el: etree._Element, path: str) -> Iterator[Uncounted]:
    if node.el is not None:
        if any(text.strip() for text in el.itertext(etree.Element)):
            yield Uncounted(path, (), Reason.NARRATIVE)
        return
    said = tuple((key, value) for key, value in node.attrs.items() if key not in _SILENT and value)
    if not node.fact and (said or node.text):
        named = tuple((key.rpartition("}")[2], value) for key, value in said)
        yield Uncounted(path, (*named, ("", node.text)) if node.text else named, _reason(node, said))
    for kid, below in zip(node.kids, el.iterchildren(etree.Element), strict=True):
        yield from _walk(kid, below, f"{path}/{kid.name}")


def _reason(node: Node, said: tuple[tuple[str, str], ...]) -> Reason | None:
    """The reason that covers all of it; None when some of it has none."""
    if node.name in NEVER_FACTS:
        return Reason.RULES
    found = [_WHY.get(name) or (Reason.STRUCTURE if name in SILENT else None) for name, _ in said]
    return None if node.text or None in found else found[0]
