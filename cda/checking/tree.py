"""The document as the engine sees it: plain nodes, made in one pass, with what filters ask for at hand."""

from collections.abc import Iterator
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

    `mark` is None for an element without templates on itself or its children, else the pair of both:
    its own template roots, and name and roots of each child that has some.
    """

    __slots__ = ("tag", "attrs", "kids", "el", "parent", "mark", "_path")

    def __init__(self, tag: str, attrs: dict[str, str], el: etree._Element, parent: "Node | None") -> None:
        self.tag, self.attrs, self.el, self.parent = tag, attrs, el, parent
        self.kids: list[Node] = []
        self.mark: Mark | None = None
        self._path: str | None = None

    @property
    def templates(self) -> frozenset[str]:
        """Roots of the templateId children."""
        return (self.mark[0] if self.mark else None) or frozenset()

    @property
    def path(self) -> str:
        """Absolute path with positions and customary prefixes: `/hl7:ClinicalDocument[1]/hl7:id[1]`."""
        if self._path is None:
            parent = self.parent
            position = 1
            if parent is not None:
                for kid in parent.kids:
                    if kid is self:
                        break
                    position += kid.tag == self.tag
            before = parent.path if parent is not None else ""
            self._path = f"{before}/{readable(self.tag)}[{position}]"
        return self._path

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


def build(root: etree._Element) -> Node:
    """Read an element tree into nodes.

    Of the narrative (`section/text`) only the first level becomes nodes: no constraint looks deeper, except
    at null flavours, which `nulls` finds in the tree itself. One that hides templates is read whole.
    """
    return _node(root, None)


def _node(el: etree._Element, parent: Node | None) -> Node:
    node = Node(str(el.tag), dict(el.items()), el, parent)
    if len(el):
        if node.tag == TEXT and parent is not None and parent.tag == SECTION:
            if next(el.iter(TEMPLATE_ID), None) is None:
                node.kids = [Node(str(kid.tag), dict(kid.items()), kid, node) for kid in el.iterchildren("*")]
                return node
        kids = node.kids
        roots: list[str] | None = None
        carried: list[tuple[str, frozenset[str]]] | None = None
        for child in el.iterchildren("*"):
            kid = _node(child, node)
            kids.append(kid)
            if kid.tag == TEMPLATE_ID:
                if (oid := kid.attrs.get("root")) is not None:
                    roots = [oid] if roots is None else [*roots, oid]
            elif kid.mark is not None and kid.mark[0]:
                pair = (kid.tag, kid.mark[0])
                carried = [pair] if carried is None else [*carried, pair]
        if roots or carried:
            node.mark = (frozenset(roots) if roots else None, tuple(carried) if carried else None)
    return node


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
