"""A CDA document as a typed model. Made by `parse.parse`; nothing of the original is lost behind it."""

from collections.abc import Sequence
from enum import StrEnum

from lxml import etree

from .absence import Absence, AbsenceState
from .datatypes import Coded, Identifier, Text
from .header import Header
from .narrative import Narrative
from .node import Node, Tree
from .people import Party
from .record import record
from .sections.allergies import Allergy
from .sections.medication import Medication
from .sections.observations import Group, Observation
from .sections.others import Device, Immunisation, Procedure
from .sections.problems import Problem
from .statement import Statement

Item = Allergy | Problem | Medication | Device | Procedure | Immunisation | Observation | Group


class Kind(StrEnum):
    """What the document is, by its code. Source: cda.md 2."""

    PATIENT_SUMMARY = "60591-5"
    EPRESCRIPTION = "57833-6"
    EDISPENSATION = "60593-1"
    OTHER = "other"


@record
class RawFact:
    """A fact outside the typed model, as it was received: where it stood and what it said."""

    fact: int
    path: str  # local names from the entry downwards
    said: tuple[tuple[str, str], ...]  # attribute (empty for the text itself) and value


@record
class Entry:
    """One entry of a section.

    `items` is its typed meaning: one or more, or none when the entry was not understood. `raw` are the facts
    that no reader took, to be shown as received. `facts` is the half-open range of fact numbers below it.
    """

    number: int
    items: tuple[Item, ...]
    statements: tuple[Statement, ...]
    raw: tuple[RawFact, ...]
    structure: tuple[RawFact, ...]
    facts: tuple[int, int]
    null: str | None = None

    @property
    def understood(self) -> bool:
        """Whether the section's reader knew what to do with it."""
        return bool(self.items)

    @property
    def absence(self) -> Absence | None:
        """The coded statement that there is nothing, or that nothing is known."""
        return next((item.absence for item in self.items if item.absence is not None), None)

    @property
    def real(self) -> bool:
        """Whether it tells something about the patient, in code or in words, besides an absence."""
        return not self.items or any(item.real or text_only(item) for item in self.items)


def text_only(item: Item) -> bool:
    """Whether an item is told by its text alone: nothing coded, but words of its own or in the narrative."""
    return not item.real and item.absence is None and any(text.text for text in item.statement.texts)


@record
class Section:
    """A section with its narrative, entries and nested sections."""

    code: Coded | None
    title: Text | None
    text: etree._Element | None
    entries: tuple[Entry, ...]
    sections: "tuple[Section, ...]"
    ids: tuple[Identifier, ...]
    language: Coded | None
    parties: tuple[Party, ...]
    raw: tuple[RawFact, ...]
    structure: tuple[RawFact, ...]
    facts: tuple[int, ...]  # of the section itself, without its entries and nested sections
    null: str | None = None
    fact: int = 0

    @property
    def loinc(self) -> str:
        """The section code, empty when there is none."""
        return (self.code.code if self.code else None) or ""

    @property
    def absences(self) -> tuple[Absence, ...]:
        """Every coded absence stated by an entry."""
        return tuple(entry.absence for entry in self.entries if entry.absence is not None)

    @property
    def contradictory(self) -> bool:
        """Whether it claims that there is nothing and lists something all the same."""
        denied = any(a.state is AbsenceState.NONE_KNOWN and not a.partial for a in self.absences)
        return denied and any(entry.real for entry in self.entries)


@record
class Attachment:
    """The body of a level 1 document: a file. `content` is None when it could not be decoded."""

    media_type: str
    content: bytes | None
    problem: str | None = None  # empty, not-base64, not-pdf, too-large
    fact: int = 0


@record
class Document:
    """The whole document. `tree` is the XML it was read from and is never changed."""

    tree: etree._Element
    header: Header
    sections: tuple[Section, ...]
    attachment: Attachment | None
    raw: tuple[RawFact, ...]  # facts outside every section that no reader took
    structure: tuple[RawFact, ...]
    facts: tuple[int, ...]  # fact numbers outside every section
    nodes: Tree
    narrative: Narrative

    @property
    def kind(self) -> Kind:
        """The type of document by its code; a discarded dispensation is a dispensation."""
        code = ((self.header.code.code if self.header.code else None) or "").removeprefix("DISCARD-")
        return next((kind for kind in Kind if kind.value == code), Kind.OTHER)

    @property
    def level(self) -> int:
        """1 when the body is a file, 3 when it is structured: decided by the body, not by templates."""
        return 1 if self.attachment is not None else 3

    @property
    def language(self) -> str:
        """The language of the narrative as stated, empty when it is not."""
        return self.header.language_code or ""

    def section(self, loinc: str) -> Section | None:
        """The first section with the code."""
        return next((section for section in self.sections if section.loinc == loinc), None)

    def fact(self, number: int) -> Node:
        """The element of a fact."""
        return self.nodes.facts[number - 1]


def raw_facts(nodes: Sequence[Node], within: Node) -> tuple[RawFact, ...]:
    """Describe facts by their path below `within` and everything they say."""
    if not nodes:
        return ()
    found: list[RawFact] = []
    _describe(within, "", {id(node): node for node in nodes}, found)
    return tuple(found)


def _describe(node: Node, path: str, wanted: dict[int, Node], found: list[RawFact]) -> None:
    here = f"{path}/{node.name}" if path else node.name
    if id(node) in wanted:
        said = tuple((key.rpartition("}")[2], value) for key, value in node.attrs.items() if value)
        found.append(RawFact(node.fact, here, (*said, ("", node.text)) if node.text else said))
    for kid in node.kids:
        if kid.last > kid.first:
            _describe(kid, here, wanted, found)
