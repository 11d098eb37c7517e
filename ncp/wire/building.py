"""Building message elements: three functions over lxml, and the rule for text that XML cannot carry."""

from collections.abc import Mapping
from typing import TypeAlias

from lxml import etree

from ncp.wire.errors import NotValid, NotValidKind

Element: TypeAlias = etree._Element


def root(tag: str, nsmap: Mapping[str | None, str], attributes: Mapping[str, str] | None = None) -> Element:
    """A new top element that declares every prefix of the message once.

    Raises:  NotValid: an attribute value holds a character that XML forbids.
    """
    try:
        return etree.Element(tag, attributes, nsmap=dict(nsmap))
    except ValueError as error:
        raise _unwritable(tag) from error


def add(
    parent: Element, tag: str, attributes: Mapping[str, str] | None = None, text: str | None = None
) -> Element:
    """Append a child and return it; children are thereby written in the order of the calls.

    Raises:  NotValid: text or an attribute value holds a character that XML forbids.
    """
    try:
        child = etree.SubElement(parent, tag, attributes)
        if text is not None:
            child.text = text
    except ValueError as error:
        raise _unwritable(tag) from error
    return child


def given(**attributes: str | None) -> dict[str, str]:
    """Only the attributes that have a value."""
    return {name: value for name, value in attributes.items() if value is not None}


def _unwritable(tag: str) -> NotValid:
    local = etree.QName(tag).localname
    return NotValid("a character that XML cannot carry", where=local, kind=NotValidKind.VALUE)
