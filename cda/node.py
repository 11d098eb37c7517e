"""The document as plain Python nodes: read once from lxml, then walked many times at a tenth of the cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

HL7 = "urn:hl7-org:v3"
VOCABULARIES = frozenset({HL7, "urn:hl7-org:pharm", "urn:epsos-org:ep:medication", "urn:hl7-org:sdtc"})
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
MAX_DEPTH = 200
_SCHEMA = ("schemaLocation", "noNamespaceSchemaLocation", "nil")
# Attributes that tie elements together or tell how to read them. Any other one says something about the
# patient, the document or its people, even if no data type knows it.
SILENT: Final = frozenset(
    {"classCode", "moodCode", "typeCode", "determinerCode", "contextControlCode", "contextConductionInd"}
    | {
        "inversionInd",
        "isCriterionInd",
        "operator",
        "institutionSpecified",
        "inclusive",
        "alignment",
        XSI_TYPE,
    }
    | {"codeSystem", "codeSystemName", "codeSystemVersion", "valueSet", "valueSetVersion"}
    | {"assigningAuthorityName", "displayable", "partType", "isNotOrdered", "negationInd", "ID", "styleCode"}
    | {"mediaType", "representation", "language", "compression", "integrityCheck", "integrityCheckAlgorithm"}
    | {"{http://www.w3.org/2001/XMLSchema-instance}" + name for name in _SCHEMA}
    | {"{http://www.w3.org/XML/1998/namespace}lang", "{http://www.w3.org/XML/1998/namespace}space"}
)
# Elements that only name the rules a document was made by.
NEVER_FACTS = frozenset({"templateId", "typeId"})
# Any other value of negationInd is a fact: a denial that is misspelt must not read as its opposite.
NOT_DENIED, DENIED = frozenset({"false", "0", ""}), frozenset({"true", "1"})
UNREAD, READ, STRUCTURE, HISTORY = 0, 1, 2, 3
# Where an element stands, by its name and the place of its parent: only the text of a `section` in the body
# is a narrative. That of a section anywhere else is read as facts, for no section reader will see it.
ROOT: Final = "/"  # the place that the root element stands in
PLACES: Final = {
    ("ClinicalDocument", ROOT): "document",
    ("component", "document"): "content",
    ("structuredBody", "content"): "body",
    ("component", "body"): "part",
    ("section", "part"): "section",
    ("component", "section"): "part",
}


class TooDeep(ValueError):
    """The document nests deeper than any real one."""


# What an attribute says of a value. Every data type has attributes of one family only.
_FAMILY: Final[Mapping[str, str | None]] = {
    "code": "code",
    "displayName": "code",
    "value": "quantity",
    "unit": "quantity",
    "root": "identifier",
    "extension": "identifier",
    "nullFlavor": "null",
    "": "text",
    "use": None,
    "qualifier": None,
    "negationInd": "negation",
}
_ALONE: Final = SILENT - {"negationInd"}  # attributes that mix with any other
_SHOWN_TOGETHER: Final = frozenset({"code", "null"})
_RESTATED: Final = _ALONE | {"code", "displayName", "value", "unit", "nullFlavor"}  # of one quantity: PQR
_MEASURED: Final = frozenset({"", "PQ", "IVL_PQ", "SXCM_PQ", "IVXB_PQ", "PPD_PQ"})  # types with a unit
_TIMES: Final = frozenset({"effectiveTime", "time", "birthTime"})
_NO_KIDS: Final[Sequence["Node"]] = ()
_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}


class Node:
    """One element: `name` is the local name in the CDA vocabularies, `{namespace}local` elsewhere.

    Elements are matched on namespace and local name, never on a prefix. Extension namespaces share one
    vocabulary with CDA itself, because producers re-bind their prefixes half-way down a document.
    `fact` is a number counted through the document, children first, for an element with a fact, else 0.
    `first` and `last` give the numbers of the facts in the subtree as a half-open range.
    `read` tells what the typed model did with it: UNREAD, READ, STRUCTURE (a fixed code)
    or HISTORY (original words and translations of a code, which the details panel shows with it).
    """

    __slots__ = ("name", "attrs", "text", "kids", "fact", "first", "last", "read", "el")
    name: str
    attrs: Mapping[str, str]
    text: str
    kids: Sequence["Node"]
    fact: int
    first: int
    last: int
    read: int
    el: etree._Element | None  # of a narrative, which is shown from the XML itself

    def __init__(
        self,
        name: str,
        attrs: Mapping[str, str] = _NO_ATTRIBUTES,
        text: str = "",
        kids: Sequence["Node"] = (),
        fact: int = 0,
        first: int = 0,
        last: int = 0,
        el: etree._Element | None = None,
    ) -> None:
        self.name = name
        self.attrs = attrs
        self.text = text
        self.kids = kids
        self.fact = fact
        self.first = first
        self.last = last
        self.read = UNREAD
        self.el = el

    def get(self, attribute: str) -> str | None:
        """An attribute by its local name, None when absent."""
        return self.attrs.get(attribute)

    def child(self, name: str) -> "Node | None":
        """The first child element of that name."""
        for kid in self.kids:
            if kid.name == name:
                return kid
        return None

    def children(self, *names: str) -> list["Node"]:
        """All child elements with one of the names, in document order."""
        found = []
        for kid in self.kids:
            if kid.name in names:
                found.append(kid)
        return found

    def down(self, *names: str) -> "Node | None":
        """The first element reached by following the names from child to child, trying every branch."""
        if not names:
            return self
        for kid in self.kids:
            if kid.name == names[0] and (found := kid.down(*names[1:])) is not None:
                return found
        return None

    def type(self) -> str:
        """xsi:type without its prefix, declared or not; empty when absent."""
        return self.attrs.get(XSI_TYPE, "").rpartition(":")[2].strip()

    @property
    def denies(self) -> bool:
        """Whether it is negated."""
        return self.attrs.get("negationInd", "false").strip().lower() in DENIED

    def walk(self) -> Iterator["Node"]:
        """This node and everything below it, in document order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def structure(self) -> None:
        """Mark as a fixed code that only names its element: listed in the details of the entry."""
        if self.read == UNREAD:
            self.read = STRUCTURE


@dataclass(slots=True)
class Tree:
    """The nodes of one document and its facts: fact number n is `facts[n - 1]`.

    `odd` are facts that say what no value of their type can say: a reader takes one part of it, so they are
    shown as received besides.
    """

    root: Node
    facts: list[Node] = field(default_factory=list)
    odd: frozenset[int] = frozenset()


def build(root: etree._Element) -> Tree:
    """Read an element tree into nodes.

    The narrative (`section/text`) becomes a node without children: it is shown from the XML itself.
    Raises: TooDeep above MAX_DEPTH levels.
    """
    work = _Work()
    top = work.node(root, str(root.tag), ROOT, 0)
    return Tree(top, work.facts, frozenset(_odd(work.facts)))


def _odd(facts: Sequence[Node]) -> Iterator[int]:
    """The facts that mix what only different data types can say; nearly all are told by their attributes."""
    known: dict[tuple[str, ...], bool] = {}
    for node in facts:
        attrs = node.attrs
        key = (*attrs, "") if node.text else (*attrs,)
        if (odd := known.get(key)) is None:
            names = [name for name in key if name not in _ALONE]
            families = {_FAMILY.get(name) for name in names} - {None}
            mixed = len(families) > 1 and families != _SHOWN_TOGETHER
            odd = known[key] = mixed or not _FAMILY.keys() >= set(names)
        if odd and node.name == "translation" and not node.text and _RESTATED.issuperset(attrs):
            continue
        if odd or "unit" in attrs and (node.name in _TIMES or node.type() not in _MEASURED):
            yield node.fact


class _Names(dict[str, str]):
    """The name of every tag met in one document, made once."""

    def __missing__(self, tag: str) -> str:
        namespace, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        name = self[tag] = local if namespace in VOCABULARIES else tag
        return name


class _Work:
    """One walk through a tree: the names and facts met so far."""

    def __init__(self) -> None:
        self.names, self.facts = _Names(), list[Node]()

    def node(self, el: etree._Element, tag: str, place: str, depth: int) -> Node:
        """The node of an element and those below it.

        It runs for every element, so it calls as little as it can: nothing for what a leaf has not, and a
        slice of the children, which lxml makes four times as fast as an iterator.
        """
        facts, name = self.facts, self.names[tag]
        attrs = dict(items) if (items := el.items()) else _NO_ATTRIBUTES
        first = last = len(facts) + 1
        if name == "text" and place == "section":
            return self.narrative(Node(name, attrs, "", _NO_KIDS, 0, first, last, el))
        if depth > MAX_DEPTH:
            raise TooDeep(f"more than {MAX_DEPTH} levels")
        text, kids = el.text, _NO_KIDS
        if len(el):
            kids, inside = [], PLACES.get((name, place), "")
            for child in el[:]:
                child_tag = child.tag
                if child_tag.__class__ is str:  # comments and instructions have a function for a tag
                    kids.append(self.node(child, child_tag, inside, depth + 1))
                if (tail := child.tail) and not tail.isspace():
                    text = f"{text or ''}{tail}"
            last = len(facts) + 1
        text = text.strip() if text else ""
        says = text or (
            attrs and (not SILENT.issuperset(attrs) or attrs.get("negationInd", "false") not in NOT_DENIED)
        )
        if not says or name in NEVER_FACTS:
            return Node(name, attrs, text, kids, 0, first, last)
        facts.append(node := Node(name, attrs, text, kids, last, first, last + 1))
        return node

    def narrative(self, node: Node) -> Node:
        """A narrative is no fact, except that there is none and why."""
        if "nullFlavor" in node.attrs:
            self.facts.append(node)
            node.fact, node.last = node.last, node.last + 1
        return node
