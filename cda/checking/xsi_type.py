"""What an xsi:type means: a name in a namespace, resolved where it stands."""

import re
from typing import Final

from .tree import XSI_TYPE, Node

_NAME: Final = re.compile(r"(?:([^\W\d][\w.\-·]*):)?([^\W\d][\w.\-·]*)")


class NoName(ValueError):
    """The attribute holds no qualified name, or its prefix is declared nowhere."""


def resolved(node: Node) -> str:
    """Return the type of an element that has one, as `{namespace}local`.

    Raises: NoName. KeyError: there is no xsi:type.
    """
    raw = node.attrs[XSI_TYPE].strip()
    if raw.isidentifier() and node.el.prefix is None and node.tag.startswith("{"):
        return f"{node.tag[: node.tag.rindex('}') + 1]}{raw}"  # the usual case, in the default namespace
    parts = _NAME.fullmatch(raw)
    if parts is None:
        raise NoName(f"{raw!r} is no name")
    prefix, name = parts[1], parts[2]
    el = node.el
    if prefix == el.prefix:  # the usual case, told without collecting the declarations in scope
        space = node.tag[1:].rpartition("}")[0] if node.tag.startswith("{") else ""
    else:
        found = el.nsmap.get(prefix)
        if found is None and prefix is not None:
            raise NoName(f"the prefix of {raw!r} is not declared")
        space = found or ""
    return f"{{{space}}}{name}" if space else name


def is_typed(node: Node, name: str) -> bool:
    """Whether the element has an xsi:type that resolves to the name."""
    if XSI_TYPE not in node.attrs:
        return False
    try:
        return resolved(node) == name
    except NoName:
        return False
