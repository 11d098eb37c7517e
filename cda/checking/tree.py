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
    the pair of both: its own template roots, and name and roots of each child that has some.
    """

    __slots__ = ("tag", "name", "attrs", "kids", "el", "parent", "mark")

    def __init__(
        self, tag: str, name: str, attrs: dict[str, str], el: etree._Element, parent: "Node | None"
    ) -> None:
        self.tag, self.name, self.attrs, self.el, self.parent = tag, name, attrs, el, parent
        self.kids: Sequence[Node] = ()
        self.mark: Mark | None = None

    @property
    def templates(self) -> frozenset[str]:
        """Roots of the templateId children."""
        return (self.mark[0] if self.mark else None) or frozenset()

    @property
    def path(self) -> str:
        """Absolute path with positions and customary prefixes: `/hl7:ClinicalDocument[1]/hl7:id[1]`."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            steps.append(f"{readable(node.tag)}[{_position(node)}]")
            node = node.parent
        return "/" + "/".join(reversed(steps))

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


def _position(node: Node) -> int:
    """Position among the siblings of the same name, from 1."""
    before = 0
    for kid in node.parent.kids if node.parent else ():
        if kid is node:
            break
        before += kid.tag == node.tag
    return before + 1


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A document: its root and all its nodes in document order."""

    root: Node
    nodes: tuple[Node, ...]


def build(root: etree._Element) -> Tree:
    """Read an element tree into nodes.

    The inside of narrative (`section/text`) is left out: no constraint looks there, except at null flavours,
    which `nulls` finds in the tree itself. One that hides templates is read whole.
    """
    nodes: list[Node] = []
    names: dict[str, str] = {}

    def read(el: etree._Element, tag: str, parent: Node | None) -> Node:
        if (name := names.get(tag)) is None:
            name = names[tag] = local(tag)
        node = Node(tag, name, dict(el.items()), el, parent)
        nodes.append(node)
        if len(el) == 0 or (name == "text" and parent is not None and _is_left_out(el, parent)):
            return node
        kids: list[Node] = []
        marked = False
        child: etree._Element | None = el[0]
        while child is not None:  # cheaper than an iterator over the children
            kid_tag = child.tag
            if isinstance(kid_tag, str):  # not a comment, nor an instruction
                kid = read(child, kid_tag, node)
                kids.append(kid)
                if kid.mark is not None or kid_tag == TEMPLATE_ID:
                    marked = True
            child = child.getnext()
        node.kids = kids
        if marked:
            node.mark = _mark(kids)
        return node

    return Tree(read(root, str(root.tag), None), tuple(nodes))


def _is_left_out(el: etree._Element, parent: Node) -> bool:
    """Whether it is the narrative of a section, and no more."""
    return el.tag == TEXT and parent.tag == SECTION and next(el.iter(TEMPLATE_ID), None) is None


def _mark(kids: Sequence[Node]) -> Mark | None:
    roots = frozenset(kid.attrs["root"] for kid in kids if kid.tag == TEMPLATE_ID and "root" in kid.attrs)
    carried = tuple((kid.tag, kid.mark[0]) for kid in kids if kid.mark is not None and kid.mark[0])
    return (roots or None, carried or None) if roots or carried else None


def own_text(el: etree._Element) -> str:
    """The text of the element itself, without that of the elements inside it."""
    text = el.text or ""
    for child in el:
        if child.tail:
            text += child.tail
    return text


def has_text(el: etree._Element) -> bool:
    """Whether the element itself holds visible text."""
    text = el.text
    if text is not None and not text.isspace():
        return True
    return bool(len(el)) and any(child.tail and not child.tail.isspace() for child in el)


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
