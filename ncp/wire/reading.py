"""Reading an element by the names of its children, with the place of every failure.

A single child that occurs twice is refused: choosing one would be guessing. Order is not looked at here;
the schema does that (`ncp.wire.checked`). Places are absolute paths, which hold no values.
"""

from collections.abc import Iterable
from typing import TypeAlias

from lxml import etree

from ncp.wire.errors import NotValid, NotValidKind
from schemas.validate import path_of

Element: TypeAlias = etree._Element


def not_valid(what: str, at: Element, tag: str = "") -> NotValid:
    """The error for `at`, or for its child `tag`, to be raised by the caller."""
    child = f"/{tag.rpartition('}')[2]}" if tag else ""
    return NotValid(what, where=path_of(at) + child, kind=NotValidKind.VALUE)


def expect(el: Element, tag: str) -> Element:
    """`el` if that is its name.

    Raises:  NotValid: it is another element.
    """
    if el.tag != tag:
        expected = tag.rpartition("}")[2]
        raise NotValid(f"expected {expected}", where=path_of(el), kind=NotValidKind.UNKNOWN_OPERATION)
    return el


def children(el: Element, tag: str) -> list[Element]:
    """The children of that name, in document order."""
    return list(el.iterchildren(tag))


def optional_child(el: Element, tag: str) -> Element | None:
    """The only child of that name, None if there is none.

    Raises:  NotValid: there are several.
    """
    found = list(el.iterchildren(tag))
    if len(found) > 1:
        raise not_valid("occurs more than once", el, tag)
    return found[0] if found else None


def only_child(el: Element, tag: str) -> Element:
    """The one child of that name.

    Raises:  NotValid: there is none, or there are several.
    """
    if (found := optional_child(el, tag)) is None:
        raise not_valid("is missing", el, tag)
    return found


def descend(el: Element | None, *tags: str) -> Element | None:
    """Follow `tags` downwards through only children; None as soon as one is absent.

    Raises:  NotValid: a step has several elements of the name.
    """
    for tag in tags:
        if el is None:
            return None
        el = optional_child(el, tag)
    return el


def text_of(el: Element) -> str:
    """All characters of a text element, without the white space around them; comments do not cut it short.

    Raises:  NotValid: it holds elements.
    """
    if len(el) == 0:
        return (el.text or "").strip()
    if next(el.iterchildren(etree.Element), None) is not None:
        raise not_valid("holds elements where text belongs", el)
    return "".join(el.itertext(etree.Element)).strip()


def only_text(el: Element, tag: str) -> str:
    """The text of the one child of that name.

    Raises:  NotValid: no such child, several, or nothing in it.
    """
    if not (text := text_of(only_child(el, tag))):
        raise not_valid("is empty", el, tag)
    return text


def optional_text(el: Element, tag: str) -> str | None:
    """The text of the only child of that name; None if it is absent or empty.

    Raises:  NotValid: there are several.
    """
    child = optional_child(el, tag)
    return None if child is None else text_of(child) or None


def texts(elements: Iterable[Element]) -> tuple[str, ...]:
    """The texts that are not empty."""
    return tuple(text for el in elements if (text := text_of(el)))


def attribute(el: Element, name: str) -> str:
    """A required attribute.

    Raises:  NotValid: absent or blank.
    """
    if not (value := (el.get(name) or "").strip()):
        raise not_valid(f"@{name} is missing", el)
    return value


def optional_attribute(el: Element | None, name: str) -> str | None:
    """An attribute; None if it, or the element, is absent or blank."""
    return None if el is None else (el.get(name) or "").strip() or None
