"""The document as the engine sees it: plain nodes, made in one pass, with what filters ask for at hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from schemas.namespaces import HL7, PREFIXES, XSI, q

SECTION: Final = q(HL7, "section")
TEMPLATE_ID: Final = q(HL7, "templateId")
TEXT: Final = q(HL7, "text")
XSI_TYPE: Final = q(XSI, "type")

Mark = tuple[frozenset[str] | None, tuple[tuple[str, frozenset[str]], ...] | None]


class Node:
    """One element.

    `name` is the local name. `mark` is None for an element without templates on itself or its children, else
    the pair of both: its own template roots, and name and roots of each child that has some. `repeats` tells
    that it states a template twice.
    """

    __slots__ = ("tag", "name", "attrs", "kids", "el", "parent", "mark", "repeats")

    def __init__(
        self, tag: str, name: str, attrs: dict[str, str], el: etree._Element, parent: "Node | None"
    ) -> None:
        self.tag, self.name, self.attrs, self.el, self.parent = tag, name, attrs, el, parent
        self.kids: list[Node] = _NO_KIDS
        self.mark: Mark | None = None
        self.repeats = False

    @property
    def templates(self) -> frozenset[str]:
        """Roots of the templateId children."""
        return (self.mark[0] if self.mark else None) or frozenset()

    def named(self, *tags: str) -> "list[Node]":
        """Children with one of the names, as lxml writes them."""
        return [kid for kid in self.kids if kid.tag in tags]

    def first(self, tag: str) -> "Node | None":
        """The first child of that name."""
        for kid in self.kids:
            if kid.tag == tag:
                return kid
        return None

    def walk(self) -> "Iterator[Node]":
        """This node and all below it, in document order. The inside of narrative is left out."""
        yield self
        for kid in self.kids:
            yield from kid.walk()


_NO_KIDS: Final[list[Node]] = []  # shared by all leaves, never changed


def step_of(node: Node) -> str:
    """The last step of its path: name with the customary prefix, and position among those of that name."""
    position = 1
    for kid in node.parent.kids if node.parent else ():
        if kid is node:
            break
        if kid.tag == node.tag:
            position += 1
    return f"{readable(node.tag)}[{position}]"


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A document: its root, all its nodes in document order, and what was seen on the way."""

    root: Node
    nodes: Sequence[Node]
    names: frozenset[str]  # as lxml writes them
    templates: frozenset[str]  # every root of a templateId
    narratives: Sequence[etree._Element]

    def let_go(self) -> None:
        """Forget who is whose parent, when nobody will ask any more.

        Parents and children hold each other, and would wait for the garbage collector, which takes longer to
        find them than the walk took.
        """
        for node in self.nodes:
            node.parent = None


def build(root: etree._Element) -> Tree:
    """Read an element tree into nodes.

    The inside of narrative (`section/text`) is left out: no constraint looks there, except at null flavours,
    which `nulls` finds in the tree itself. One that hides templates is read whole.
    """
    tag = str(root.tag)
    top = Node(tag, local(tag), dict(root.items()), root, None)
    names = {tag: top.name}
    nodes, known = [top], {root: top}
    narratives: list[etree._Element] = []
    stated: dict[Node, list[str]] = {}  # element -> roots of its templateId children
    for el in root.iterdescendants("*"):
        above = el.getparent()
        parent = known.get(above) if above is not None else None
        if parent is None:  # inside a narrative that is left out
            continue
        tag = str(el.tag)
        if (name := names.get(tag)) is None:
            name = names[tag] = local(tag)
        node = Node(tag, name, dict(el.items()), el, parent)
        nodes.append(node)
        if parent.kids:
            parent.kids.append(node)
        else:
            parent.kids = [node]
        if tag == TEMPLATE_ID:
            if (oid := node.attrs.get("root")) is not None:
                stated.setdefault(parent, []).append(oid)
        elif tag == TEXT and parent.tag == SECTION:
            narratives.append(el)
            if next(el.iter(TEMPLATE_ID), None) is None:
                continue
        known[el] = node
    _mark(stated)
    return Tree(top, nodes, frozenset(names), frozenset().union(*stated.values()), narratives)


def _mark(stated: dict[Node, list[str]]) -> None:
    """Tell every element the templates of itself and of its children."""
    carried: dict[Node, list[tuple[str, frozenset[str]]]] = {}
    for node, roots in stated.items():
        own = frozenset(roots)
        node.mark = (own, None)
        node.repeats = len(own) != len(roots)
        if node.parent is not None:
            carried.setdefault(node.parent, []).append((node.tag, own))
    for node, pairs in carried.items():
        node.mark = (node.mark[0] if node.mark else None, tuple(pairs))


def own_text(el: etree._Element) -> str:
    """The text of the element itself, without that of the elements inside it."""
    text = el.text or ""
    for child in el:
        if child.tail:
            text += child.tail
    return text


#: What XML and the published rules take for white space; a no-break space is text to them.
XML_SPACE: Final = " \t\r\n"


def has_text(el: etree._Element) -> bool:
    """Whether the element itself holds visible text."""
    text = el.text
    if text and text.strip(XML_SPACE):
        return True
    return bool(len(el)) and any(child.tail and child.tail.strip(XML_SPACE) for child in el)


def all_text(el: etree._Element) -> str:
    """The text of the element and everything inside it; comments and instructions do not count."""
    return "".join(str(part) for part in el.itertext("*")) if len(el) else (el.text or "")


def local(tag: str) -> str:
    """The local name."""
    return tag.rpartition("}")[2]


def readable(tag: str) -> str:
    """A name with the customary prefix of its namespace, or with the namespace itself."""
    space, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    if not space:
        return name
    prefix = PREFIXES.get(space)
    return f"{prefix}:{name}" if prefix else tag


def shown(node: Node) -> str:
    """The element in short: `hl7:code[@code=1][@codeSystem=2]`, with the templates that it carries."""
    said = "".join(f"[@{readable(name)}={value}]" for name, value in node.attrs.items())
    own, carried = node.mark or (None, None)
    templates = f"[tpl({','.join(sorted(own))})]" if own else ""
    inside = [f"[{readable(tag)}[tpl({','.join(sorted(roots))})]]" for tag, roots in carried or ()]
    text = readable(node.tag) + said + templates + "".join(inside[:1])
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


MAX_SHOWN: Final = 300
