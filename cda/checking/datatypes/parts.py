"""What several data types look at: named children, siblings, null flavours."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemas.namespaces import HL7

from ..tree import XSI_TYPE, Node

NULL: Final = "nullFlavor"
HL7_PREFIX: Final = f"{{{HL7}}}"
#: Marks of an older data type version, which Release 2 documents must not carry.
VALIDITY: Final = ("validTimeLow", "validTimeHigh", "updateMode")


def kids(node: Node, *names: str) -> list[Node]:
    """Children in the HL7 namespace with one of the local names."""
    if not node.kids:
        return []
    return [kid for kid in node.kids if kid.name in names and kid.tag.startswith(HL7_PREFIX)]


def has(node: Node, *names: str) -> bool:
    """Whether there is such a child."""
    return bool(node.kids) and bool(kids(node, *names))


def inside(node: Node, name: str) -> Iterator[Node]:
    """Descendants in the HL7 namespace with the local name, in document order."""
    tag = HL7_PREFIX + name
    for kid in node.kids:
        if kid.tag == tag:
            yield kid
        if kid.kids:
            yield from inside(kid, name)


def siblings(node: Node) -> Sequence[Node]:
    """Other children of the parent with the same local name, in any namespace."""
    parent = node.parent
    if parent is None or len(parent.kids) == 1:
        return ()
    name = node.name
    return [kid for kid in parent.kids if kid.name == name and kid is not node]


def has_twin(node: Node, first: str, second: str) -> bool:
    """Whether a sibling has the same two attributes; both must be there."""
    parent, name = node.parent, node.name
    one, two = node.attrs.get(first), node.attrs.get(second)
    if parent is None or one is None or two is None:
        return False
    for kid in parent.kids:
        if kid.name == name and kid is not node:
            if kid.attrs.get(first) == one and kid.attrs.get(second) == two:
                return True
    return False


def is_null(node: Node) -> bool:
    """Whether the element has a null flavour."""
    return NULL in node.attrs


def carries(node: Node, *attributes: str) -> bool:
    """Whether the element has one of the attributes."""
    return not node.attrs.keys().isdisjoint(attributes)


def is_settled(node: Node) -> bool:
    """Either null and empty, or not null and with a value, a unit or a child."""
    content = bool(node.kids) or carries(node, "value", "unit")
    return content != is_null(node)


def is_unmixed(node: Node) -> bool:
    """Whether an element that may describe an interval through its children does not mix ways to do so.

    Nothing inside, null, or a value alone will do; else a child that is null, or one that has not its centre
    beside ends or a width. One such child is enough. The published rules mean more, but test no more.
    """
    if not node.kids or is_null(node):
        return True
    if "value" in node.attrs:
        return False
    return any(
        is_null(kid) or not (has(kid, "center") and has(kid, "low", "high", "width")) for kid in node.kids
    )


def equally_long(node: Node) -> bool | None:
    """Whether low and high have the same number of characters; None unless both have a value."""
    low, high = end(node, "low"), end(node, "high")
    return None if low is None or high is None else len(low) == len(high)


def typed(nodes: Iterable[Node], name: str) -> list[Node]:
    """Those whose xsi:type has the local name, whatever its prefix."""
    return [node for node in nodes if node.attrs.get(XSI_TYPE, "").rpartition(":")[2] == name]


def end(node: Node, name: str) -> str | None:
    """The value of a child such as low, None when there is none."""
    for kid in kids(node, name):
        return kid.attrs.get("value")
    return None
