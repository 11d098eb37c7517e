"""Internal references (IHE PCC 1.3.6.1.4.1.19376.1.5.3.1.4.4.1): an act that stands for one elsewhere.

The first id of the reference names root and extension of an id elsewhere in the document. Its owner must not
be such a reference itself, and has the same mood and the same code. Where nothing is referred to, nothing is
the same either: all three constraints fail then.
"""

from collections.abc import Iterator
from typing import Final

from schemas.namespaces import HL7, q

from .run import ID, Run
from .tree import TEMPLATE_ID, Node, shown

LINK: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.4.1"
CODE: Final = q(HL7, "code")


def target_exists(node: Node, run: Run) -> str | None:
    """The id of the reference is the id of something else."""
    return None if any(_owners(node, run)) else _said(node.first(ID))


def same_mood(node: Node, run: Run) -> str | None:
    """What is referred to has the same moodCode."""
    mood = node.attrs.get("moodCode")
    if mood is not None and any(owner.attrs.get("moodCode") == mood for owner in _owners(node, run)):
        return None
    return mood or ""


def same_code(node: Node, run: Run) -> str | None:
    """What is referred to has the same code, or none where the reference says that none applies."""
    own = node.first(CODE)
    for owner in _owners(node, run):
        code = owner.first(CODE)
        if code is None:
            if own is not None and own.attrs.get("nullFlavor") == "NA":
                return None
        elif own is not None and _pair(own) == _pair(code):
            return None
    return _said(own)


def _owners(node: Node, run: Run) -> Iterator[Node]:
    own = node.first(ID)
    if own is None or "root" not in own.attrs or "extension" not in own.attrs:
        return
    for other in run.identified(own.attrs["root"], own.attrs["extension"]):
        if other is not own and other.parent is not None and not _is_link(other):
            yield other.parent


def _is_link(identifier: Node) -> bool:
    """Whether the template of an internal reference stands before this id."""
    for kid in identifier.parent.kids if identifier.parent else ():
        if kid is identifier:
            return False
        if kid.tag == TEMPLATE_ID and kid.attrs.get("root") == LINK:
            return True
    return False


def _pair(code: Node) -> tuple[str | None, str | None]:
    return code.attrs.get("code"), code.attrs.get("codeSystem")


def _said(node: Node | None) -> str:
    return shown(node) if node is not None else ""
