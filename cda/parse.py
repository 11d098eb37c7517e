"""From bytes to the typed model: lenient in what it reads, strict in losing nothing."""

import base64
import binascii
from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from schemas.xml import XmlRefused
from schemas.xml import parse as parse_xml

from .document import Attachment, Document, Entry, Item, Section, raw_facts
from .header import header
from .narrative import Narrative
from .node import HL7, PLACES, READ, ROOT, STRUCTURE, UNREAD, Node, TooDeep, Tree, build
from .people import party
from .read import Reader
from .sections.allergies import allergies
from .sections.medication import medications
from .sections.observations import observations
from .sections.others import devices, immunisations, procedures
from .sections.problems import problems
from .statement import STATEMENTS, Statement, statement

MAX_BYTES = 32 * 1024 * 1024  # of a document; what travels is bounded by the settings before
MAX_ATTACHMENT = 20 * 1024 * 1024  # bytes, decoded
_READERS: dict[str, Callable[[Statement], list]] = {  # type: ignore[type-arg]  # each reader has its own item
    "48765-2": allergies,
    "11450-4": problems,
    "11348-0": problems,
    "10160-0": medications,
    "57828-6": medications,
    "60590-7": medications,
    "46264-8": devices,
    "47519-4": procedures,
    "11369-6": immunisations,
    "10162-6": observations,
    "29762-2": observations,
    "8716-3": observations,
    "30954-2": observations,
    "47420-5": observations,
}
_SECTION_PARTIES = ("author", "informant", "subject")


class NotCda(ValueError):
    """Not a CDA document at all. `reason` is one stable word: the parser's own, not-cda or too-deep."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


def parse(data: bytes) -> Document:
    """Read a CDA document of any wave and level.

    Raises: NotCda: not well-formed, dangerous XML, or another root element than ClinicalDocument.
    """
    try:
        root = parse_xml(data, max_bytes=MAX_BYTES)
    except XmlRefused as refused:
        raise NotCda(refused.reason, str(refused)) from refused
    return read_tree(root)


def read_tree(root: etree._Element) -> Document:
    """Read an element tree that is already parsed, e.g. a translated document. Raises: NotCda."""
    if root.tag != f"{{{HL7}}}ClinicalDocument":
        raise NotCda("not-cda", f"the root element is {str(root.tag)[:80]}")
    try:
        tree = build(root)
    except TooDeep as deep:
        raise NotCda("too-deep", str(deep)) from deep
    narrative = Narrative(root)
    read = Reader(narrative)
    head = header(read, tree.root)
    attachment, found = None, []
    for component in tree.root.children("component"):
        component.read = READ
        for body in component.children("nonXMLBody"):
            attachment = attachment or _attachment(body)
        for body in component.children("structuredBody"):
            found += _sections(read, body, tree)
    outside = _outside(tree.root)
    return Document(
        root,
        head,
        tuple(found),
        attachment,
        raw_facts([node for node in outside if node.read == UNREAD], tree.root),
        raw_facts([node for node in outside if node.read == STRUCTURE], tree.root),
        tuple(node.fact for node in outside),
        tree,
        narrative,
    )


def _sections(read: Reader, body: Node, tree: Tree) -> list[Section]:
    numbers = iter(range(1, 1_000_000))
    found = []
    for component in body.children("component"):
        found += [_section(read, node, tree, numbers) for node in component.children("section")]
    return found


def _section(read: Reader, node: Node, tree: Tree, numbers: Iterator[int]) -> Section:
    node.read = READ
    before = read.narrative.within
    read.narrative.within = next((kid.el for kid in node.children("text") if kid.el is not None), None)
    code = read.coded(node.child("code"))
    reader = _READERS.get((code.code if code else None) or "")
    parties = tuple(party(read, kid) for kid in node.kids if kid.name in _SECTION_PARTIES)
    title, language = read.text(node.child("title")), read.coded(node.child("languageCode"))
    ids = read.identifiers(node)
    entries = tuple(_entry(read, kid, tree, reader, next(numbers)) for kid in node.children("entry"))
    nested = [  # each has a narrative of its own
        _section(read, inner, tree, numbers)
        for component in node.children("component")
        for inner in component.children("section")
    ]
    read.narrative.within = before
    own = list(_own(node))
    return Section(
        code,
        title,
        _narrative([kid.el for kid in node.children("text") if kid.el is not None]),
        entries,
        tuple(nested),
        ids,
        language,
        parties,
        raw_facts([fact for fact in own if fact.read == UNREAD], node),
        raw_facts([fact for fact in own if fact.read == STRUCTURE], node),
        tuple(fact.fact for fact in own),
        node.get("nullFlavor"),
        node.fact,
    )


def _narrative(texts: list[etree._Element]) -> etree._Element | None:
    """The narrative of a section; several, which no section may have, as the items of one list."""
    said = [text for text in texts if len(text) or text.text] or texts[:1]
    if len(said) < 2:
        return said[0] if said else None
    whole = etree.Element(f"{{{HL7}}}text")
    items = etree.SubElement(whole, f"{{{HL7}}}list")
    for text in said:
        items.append(copied := deepcopy(text))
        copied.tag, copied.tail = f"{{{HL7}}}item", None
    return whole


def _entry(
    read: Reader,
    node: Node,
    tree: Tree,
    reader: Callable[[Statement], list[Item]] | None,
    number: int,
) -> Entry:
    node.read = READ
    statements = tuple(statement(read, kid) for kid in node.kids if kid.name in STATEMENTS)
    items: list[Item] = []
    for top in statements:
        items += (reader or _by_shape(top))(top)
    facts = tree.facts[node.first - 1 : node.last - 1]
    unread = [fact for fact in facts if fact.read == UNREAD]
    structure = [fact for fact in facts if fact.read == STRUCTURE]
    return Entry(
        number,
        tuple(items),
        statements,
        raw_facts(unread, node),
        raw_facts(structure, node),
        (node.first, node.last),
        node.get("nullFlavor"),
    )


def _by_shape(top: Statement) -> Callable[[Statement], list]:  # type: ignore[type-arg]
    """The reader for an entry of a section that has none of its own, told by the element."""
    if top.kind == "substanceAdministration":
        return medications
    if top.kind in ("observation", "organizer"):
        return observations
    return lambda _: []


def _own(section: Node) -> Iterator[Node]:
    """The facts of a section itself, without those of its entries and nested sections."""
    if section.fact:
        yield section
    for kid in section.kids:
        if kid.name == "entry":
            continue
        if kid.name == "component":
            if kid.fact:
                yield kid
            inside = [inner for inner in kid.kids if inner.name != "section"]
            for inner in inside:
                yield from (fact for fact in inner.walk() if fact.fact)
        elif kid.last > kid.first:
            yield from (fact for fact in kid.walk() if fact.fact)


def _outside(node: Node, place: str = ROOT) -> list[Node]:
    """The facts of the header and of the body's frame, and of sections where no section can stand."""
    found = [node] if node.fact else []
    here = PLACES.get((node.name, place), "")
    for kid in node.kids:
        if kid.last > kid.first and PLACES.get((kid.name, here)) != "section":
            found += _outside(kid, here)
    return found


def _attachment(body: Node) -> Attachment:
    text = body.child("text")
    if text is None:
        return Attachment("", None, "empty")
    text.read = READ
    media = text.get("mediaType") or ""
    encoded = "".join(text.text.split())
    if not encoded:
        return Attachment(media, None, "empty", text.fact)
    if len(encoded) * 3 // 4 > MAX_ATTACHMENT:
        return Attachment(media, None, "too-large", text.fact)
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return Attachment(media, None, "not-base64", text.fact)
    if media == "application/pdf" and not content.startswith(b"%PDF-"):
        return Attachment(media, content, "not-pdf", text.fact)
    return Attachment(media, content, None, text.fact)
