"""Every fact of a document in a list: what it says, where it stood and where on the page it is shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .display import Display
from .document import Document, Section
from .node import Node

_MARK = re.compile(r'data-fact="(\d+)"')
_NAMES = frozenset({"given", "family", "prefix", "suffix", "name", "softwareName", "manufacturerModelName"})
_TIMES = frozenset({"time", "effectiveTime", "birthTime", "low", "high", "center", "phase"})
_IDS = frozenset({"id", "setId"})


class Kind(StrEnum):
    """What a fact is, told from its element and attributes alone."""

    NEGATION = "negation"
    MISSING = "missing"
    IDENTIFIER = "identifier"
    REFERENCE = "reference"
    CODE = "code"
    QUANTITY = "quantity"
    TIME = "time"
    NAME = "name"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `where` is the anchor of the part of the page that shows it, None when it is shown nowhere.

    `raw` means that it is shown as received, because the typed model did not take it.
    """

    number: int
    kind: Kind
    section: str | None  # LOINC code; None in the header
    entry: int | None  # as counted through the document
    element: str
    said: tuple[tuple[str, str], ...]
    where: str | None
    raw: bool

    @property
    def shown(self) -> bool:
        """Whether the page shows it."""
        return self.where is not None


def facts(document: Document, display: Display) -> list[Fact]:
    """All facts of a document in the order of their numbers, compared with a finished display of it."""
    marked = {int(number) for number in _MARK.findall(display.banner + display.fragment)}
    places = dict(_places(document.sections, "s"))
    found = []
    for node in document.nodes.facts:
        section, entry, anchor = places.get(node.fact, (None, None, "om"))
        said = [(key.rpartition("}")[2], value) for key, value in node.attrs.items() if value]
        if node.text:
            said.append(("", node.text if len(node.text) < 500 else f"{node.text[:500]}…"))
        where = anchor if node.fact in marked else None
        raw = node.fact in display.raw
        found.append(Fact(node.fact, kind(node), section, entry, node.name, tuple(said), where, raw))
    return found


def kind(node: Node) -> Kind:
    """What an element says, by the first of its traits."""
    attrs = node.attrs
    if attrs.get("negationInd") == "true":
        return Kind.NEGATION
    if node.name in _IDS:
        return Kind.IDENTIFIER
    if "nullFlavor" in attrs:
        return Kind.MISSING
    if node.name == "reference":
        return Kind.REFERENCE
    if "code" in attrs or "displayName" in attrs:
        return Kind.CODE
    if node.name in _TIMES and "unit" not in attrs:
        return Kind.TIME
    if "value" in attrs:
        return Kind.TIME if node.type() in ("TS", "IVL_TS") else Kind.QUANTITY
    return Kind.NAME if node.name in _NAMES else Kind.TEXT


def _places(
    sections: tuple[Section, ...], prefix: str
) -> Iterator[tuple[int, tuple[str | None, int | None, str]]]:
    """The section, entry and anchor of every fact that lies in a section."""
    for index, section in enumerate(sections):
        anchor = f"{prefix}{index}"
        for number in section.facts:
            yield number, (section.loinc, None, anchor)
        for entry in section.entries:
            for number in range(*entry.facts):
                yield number, (section.loinc, entry.number, f"e{entry.number}")
        yield from _places(section.sections, f"{anchor}-")
