"""A document inside a message: base64, read strictly."""

import base64
import binascii
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from lxml import etree

from ncp.wire.reading import not_valid, text_of

Element: TypeAlias = etree._Element
NOTHING_ATTACHED: Final[Mapping[Element, bytes]] = MappingProxyType({})


def encoded(content: bytes) -> str:
    """Base64 in one line."""
    return base64.b64encode(content).decode("ascii")


def content_of(el: Element, attached: Mapping[Element, bytes] = NOTHING_ATTACHED) -> bytes:
    """What `mtom.detach` found for the element, else its base64, with line breaks or without.

    Anything else between the digits is refused, not skipped.

    Raises:  NotValid: it is empty, or no base64.
    """
    return attached.get(el) or _decoded(el)


def _decoded(el: Element) -> bytes:
    text = text_of(el)
    if "\n" in text or " " in text or "\r" in text or "\t" in text:
        text = "".join(text.split())
    if not text:
        raise not_valid("is empty", el)
    if len(text) % 4:  # Python's strict mode lets surplus padding pass
        raise not_valid("is not base64", el)
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise not_valid("is not base64", el) from error
