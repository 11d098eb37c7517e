"""The one hardened XML parser, and the one serialiser.

Everything that arrives is parsed here, whether it is a SOAP message, a document or a file a user drops.
What makes XML dangerous is refused before libxml2 builds anything: size, DOCTYPE (and with it every
entity), foreign encodings, floods of attributes or elements. The checks stand in the order of their cost.
"""

import codecs
import re
import threading
from enum import StrEnum
from itertools import islice
from typing import Final

from lxml import etree

MAX_BYTES: Final = 16 * 1024 * 1024
#: Deepest element nesting. It is libxml2's own limit for ordinary documents, kept for large ones too.
MAX_DEPTH: Final = 256
#: Attributes in one document. The largest summary known to us has about 8,000.
MAX_ATTRIBUTES: Final = 65_536
#: Tags, comments and the like in one document, about fifteen times the largest summary known to us: bounds
#: the memory of a tree and the time to validate it.
MAX_MARKUP: Final = 250_000
#: Children of one element: libxml2 names the place of an error by counting siblings, so time is squared.
MAX_CHILDREN: Final = 2_000
#: From here on libxml2 refuses a single text unless told otherwise; a base64 document may be one text.
LARGE: Final = 10_000_000

_ATTRIBUTE = re.compile(rb"=\s*+[\"']")
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,512}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_EIGHT_BIT = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_TOO_WIDE = etree.XPath(f"boolean(//*/*[{MAX_CHILDREN + 1}])")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


class Reason(StrEnum):
    """Why XML was refused: stable words for logs, audit and tests."""

    TOO_LARGE = "too-large"
    ENCODING = "encoding"
    DOCTYPE = "doctype"
    TOO_MANY_ATTRIBUTES = "too-many-attributes"
    TOO_MANY_ELEMENTS = "too-many-elements"
    TOO_DEEP = "too-deep"
    NOT_WELL_FORMED = "not-well-formed"
    COMMENT = "comment"
    PROCESSING_INSTRUCTION = "processing-instruction"


class XmlRefused(ValueError):
    """Bytes that are not acceptable XML. `reason` is one of `Reason`; the message says what and where."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: str = reason
        self.detail = detail


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> etree._Element:
    """Parse one XML document and return its root element.

    White space, comments and processing instructions are kept; CDATA becomes text. Nothing outside `data`
    is read.

    Args:    data: UTF-8, or UTF-16 with a byte order mark. max_bytes: largest size accepted.
    Raises:  XmlRefused: see `Reason` (`COMMENT` and `PROCESSING_INSTRUCTION` belong to `elements_only`).
    Source:  XML 1.0 (5th ed.); SOAP 1.2 part 1 section 5 (no document type declaration).
    """
    if len(data) > max_bytes:
        raise XmlRefused(Reason.TOO_LARGE, f"{len(data)} bytes, at most {max_bytes} are accepted")
    text = _utf8(data)
    _refuse_doctype(text)
    _refuse_floods(text)
    return _tree(text)


def serialise(el: etree._Element) -> bytes:
    """Return the element as a document of its own: XML declaration, UTF-8, never re-indented, no tail."""
    return etree.tostring(el, xml_declaration=True, encoding="UTF-8", with_tail=False)


def standalone(el: etree._Element) -> etree._Element:
    """Return a copy of the element as the root of its own document, all namespaces in scope kept.

    Canonicalising an element in place, or one moved with lxml, can add `xmlns=""` or lose a declaration that
    only content uses (`xsi:type="xsd:string"`). The copy has every declaration of its ancestors and nothing
    else of them.
    """
    return _tree(etree.tostring(el, encoding="UTF-8", xml_declaration=False, with_tail=False))


def elements_only(el: etree._Element) -> etree._Element:
    """Return the element unchanged if no comment or processing instruction stands below it.

    Both vanish in canonicalisation or split a text, so a reader and a signature could see different names.

    Raises:  XmlRefused: COMMENT or PROCESSING_INSTRUCTION.
    """
    found = next(el.iter(etree.Comment, etree.ProcessingInstruction), None)
    if found is None:
        return el
    if isinstance(found, etree._Comment):
        raise XmlRefused(Reason.COMMENT, f"a comment at line {found.sourceline}")
    raise XmlRefused(Reason.PROCESSING_INSTRUCTION, f"a processing instruction at line {found.sourceline}")


def _utf8(data: bytes) -> bytes:
    """Return the document in UTF-8 without byte order mark, so that no encoding dodges a later check."""
    if data.startswith(_UTF32):
        raise XmlRefused(Reason.ENCODING, "UTF-32 is not accepted")
    if data.startswith(_UTF16):
        try:
            text = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise XmlRefused(Reason.ENCODING, "the bytes are not the UTF-16 they claim to be") from error
        allowed = frozenset({b"utf-16", b"utf-16le", b"utf-16be"})
    else:
        text, allowed = data.removeprefix(codecs.BOM_UTF8), _EIGHT_BIT
    if text.startswith(codecs.BOM_UTF8):  # libxml2 would skip it, and what stands behind it went unchecked
        raise XmlRefused(Reason.ENCODING, "two byte order marks")
    declared = _DECLARATION.match(text)
    if declared and declared[1].lower() not in allowed:
        raise XmlRefused(Reason.ENCODING, f"{declared[1].decode()} is not accepted or not what the bytes are")
    return text


def _refuse_doctype(text: bytes) -> None:
    """A DOCTYPE can only stand before the root element: skip declarations and comments, look at the rest."""
    at = 0
    while True:
        at = _skip_space(text, at)
        if text.startswith(b"<?", at):
            end, closing = text.find(b"?>", at + 2), 2
        elif text.startswith(b"<!--", at):
            end, closing = text.find(b"-->", at + 4), 3
        else:
            break
        if end < 0:
            raise XmlRefused(Reason.NOT_WELL_FORMED, "an instruction or comment before the root never ends")
        at = end + closing
    if text.startswith(b"<!", at):
        raise XmlRefused(Reason.DOCTYPE, "a document type declaration is not accepted")


_SPACE = re.compile(rb"[ \t\r\n]*+")


def _skip_space(text: bytes, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _refuse_floods(text: bytes) -> None:
    # A tag has one byte at least and an attribute five, so most documents are too short to be a flood.
    if len(text) > MAX_MARKUP and text.count(b"<") > MAX_MARKUP:
        raise XmlRefused(Reason.TOO_MANY_ELEMENTS, f"more than {MAX_MARKUP} tags")
    # Counting equals signs is nearly free and bounds the attributes from above; only a suspect is looked at.
    suspect = len(text) > 5 * MAX_ATTRIBUTES and text.count(b"=") > MAX_ATTRIBUTES
    if suspect and _attributes(text) > MAX_ATTRIBUTES:
        raise XmlRefused(Reason.TOO_MANY_ATTRIBUTES, f"more than {MAX_ATTRIBUTES} attributes")


def _attributes(text: bytes) -> int:
    """Count what looks like attributes, up to one more than allowed."""
    usual = text.count(b'="') + text.count(b"='")
    if usual > MAX_ATTRIBUTES:
        return usual
    return sum(1 for _ in islice(_ATTRIBUTE.finditer(text), MAX_ATTRIBUTES + 1))


_parsers = threading.local()


def _parser(large: bool) -> etree.XMLParser:
    """Return this thread's parser: lxml locks a parser while it works, and each new one costs extra."""
    name = "large" if large else "ordinary"
    parser: etree.XMLParser | None = getattr(_parsers, name, None)
    if parser is None:
        parser = etree.XMLParser(
            encoding="UTF-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=large,
            remove_blank_text=False,
            collect_ids=False,
        )
        setattr(_parsers, name, parser)
    return parser


def _tree(text: bytes) -> etree._Element:
    large = len(text) >= LARGE
    try:
        root = etree.fromstring(text, _parser(large))
    except etree.XMLSyntaxError as error:
        message = " ".join((error.msg or "no document").split())
        reason = Reason.TOO_DEEP if "Excessive depth" in message else Reason.NOT_WELL_FORMED
        raise XmlRefused(reason, message) from error
    if large and _TOO_DEEP(root):
        raise XmlRefused(Reason.TOO_DEEP, f"more than {MAX_DEPTH} levels")
    if len(text) > 4 * MAX_CHILDREN and _TOO_WIDE(root):  # the shortest element has four bytes
        raise XmlRefused(Reason.TOO_MANY_ELEMENTS, f"more than {MAX_CHILDREN} children of one element")
    if root.getroottree().docinfo.internalDTD is not None:  # second line of defence behind _refuse_doctype
        raise XmlRefused(Reason.DOCTYPE, "a document type declaration is not accepted")
    return root
