"""Every fact of a document in a list: what it says, where it stood and where on the page it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree, html

from .display import Display
from .document import Document, Section
from .node import NOT_DENIED, SILENT, Node

_NAMES = frozenset({"given", "family", "prefix", "suffix", "name", "softwareName", "manufacturerModelName"})
_TIMES = frozenset({"time", "effectiveTime", "birthTime", "low", "high", "center", "phase"})
_IDS = frozenset({"id", "setId"})
BANNER, TOP, ABOUT = "banner", "top", "om"
_LONGEST = 500  # characters of a text that are told


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


class Panel(StrEnum):
    """In which part of its place the page shows a fact."""

    ROW = "row"  # in the open
    DETAILS = "details"  # in the details panel of its entry or section
    RAW = "raw"  # as received, under a heading that says so
    BANNER = "banner"  # beside the patient's name, always in sight


class Why(StrEnum):
    """Why a fact is not shown."""

    EMPTY = "empty"  # its attributes are there, but hold nothing
    NO_MARK = "no-mark"
    NO_WORDS = "no-words"  # its mark holds nothing to read


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `where` is the anchor of the part of the page that shows it, None when it is shown nowhere.

    `raw` means that it is shown as received, because the typed model did not take it; `unplaced` that no part
    of the page took it, so that the self-check put it at the top. `why` tells why one is not shown.
    """

    number: int
    kind: Kind
    section: str | None  # LOINC code; None in the header
    entry: int | None  # as counted through the document
    element: str
    said: tuple[tuple[str, str], ...]
    where: str | None
    raw: bool
    panel: Panel | None = None
    unplaced: bool = False
    why: Why | None = None

    @property
    def shown(self) -> bool:
        """Whether the page shows it."""
        return self.where is not None

    @property
    def lost(self) -> bool:
        """Whether it says something that the page does not show."""
        return self.why is not None and self.why is not Why.EMPTY


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mark as it stands on the finished page."""

    anchor: str
    panel: Panel
    words: bool


def facts(document: Document, display: Display) -> list[Fact]:
    """All facts of a document in the order of their numbers, compared with a finished display of it.

    The page is read back as a browser would read it; what its writer says of it does not count.
    """
    seen = _seen(display.html)
    places = dict(_places(document.sections))
    found = []
    for node in document.nodes.facts:
        section, entry = places.get(node.fact, (None, None))
        said = [(key.rpartition("}")[2], value) for key, value in node.attrs.items() if value]
        if node.text:
            said.append(("", node.text if len(node.text) < _LONGEST else f"{node.text[:_LONGEST]}…"))
        mark = _best(seen.get(node.fact, ()), f"e{entry}")
        shown = mark is not None and mark.words
        found.append(
            Fact(
                number=node.fact,
                kind=kind(node),
                section=section,
                entry=entry,
                element=node.name,
                said=tuple(said),
                where=mark.anchor if mark is not None and shown else None,
                raw=node.fact in display.raw,
                panel=mark.panel if mark is not None and shown else None,
                unplaced=node.fact in display.missing,
                why=None if shown else _why(node, mark),
            )
        )
    return found


def _why(node: Node, mark: _Seen | None) -> Why:
    said = any(value.strip() for name, value in node.attrs.items() if name not in SILENT)
    if not said and not node.text and node.attrs.get("negationInd", "false") in NOT_DENIED:
        return Why.EMPTY
    return Why.NO_MARK if mark is None else Why.NO_WORDS


def kind(node: Node) -> Kind:
    """What an element says, by the first of its traits."""
    attrs = node.attrs
    if node.denies:
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


def _places(sections: tuple[Section, ...]) -> Iterator[tuple[int, tuple[str | None, int | None]]]:
    """The section and entry of every fact that lies in a section."""
    for section in sections:
        for number in section.facts:
            yield number, (section.loinc, None)
        for entry in section.entries:
            for number in range(*entry.facts):
                yield number, (section.loinc, entry.number)
        yield from _places(section.sections)


def _seen(page: str) -> dict[int, list[_Seen]]:
    """Every mark on a page by the number of its fact."""
    found: dict[int, list[_Seen]] = {}
    for el in html.document_fromstring(page).iter(etree.Element):
        if (number := el.get("data-fact")) is not None:
            words = any(text.strip() for text in el.itertext())
            found.setdefault(int(number), []).append(_Seen(*_spot(el), words))
    return found


def _spot(el: etree._Element) -> tuple[str, Panel]:
    """The anchor and the panel that an element stands in."""
    panel, anchor = Panel.ROW, ""
    for above in (el, *el.iterancestors()):
        names = (above.get("class") or "").split()
        if "top" in names and above.tag == "header":
            return BANNER, Panel.BANNER
        if panel is Panel.ROW and above.tag == "div" and "raw" in names:
            panel = Panel.RAW
        elif panel is Panel.ROW and above.tag == "details" and "more" in names:
            panel = Panel.DETAILS
        anchor = anchor or above.get("id") or ""
    return (TOP if anchor in ("", "innhold") else anchor), panel


def _best(marks: list[_Seen] | tuple[()], entry: str) -> _Seen | None:
    """The mark to point to: one with words, best in the entry of its own."""
    return max(marks, key=lambda mark: (mark.words, mark.anchor == entry), default=None)
