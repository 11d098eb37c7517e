"""MTOM: documents beside the envelope instead of base64 inside it. Read strictly, written for profile 7.

Source: MTOM and XOP (W3C 2005); wire specification 1.2.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

from lxml import etree
from lxml.etree import _Element as Element

from ncp.wire import media_type, soap
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.multipart import Part, bare_id, not_valid, parts
from schemas.namespaces import XDSB, XOP, q
from schemas.xml import XmlRefused, parse

_INCLUDE = q(XOP, "Include")
_DOCUMENT = q(XDSB, "Document")
_STAND_IN = "AAAA"
_XML_TYPES = ("text/xml", "application/xml")


def unpack(content_type: str, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The envelope and the attachments by Content-ID; a plain SOAP 1.2 body passes through with none.

    Raises:  NotValid: MIME for anything malformed or missing, SOAP_VERSION for the media type of SOAP 1.1.
    """
    outer = media_type.parse(content_type)
    if outer.name == media_type.SOAP:
        _check_charset(outer)
        return body, {}
    if outer.name in _XML_TYPES:
        raise NotValid(f"{outer.name} is not SOAP 1.2", where="Content-Type", kind=NotValidKind.SOAP_VERSION)
    if outer.name != media_type.MULTIPART_RELATED:
        raise NotValid(f"{outer.name[:64]} is no SOAP", where="Content-Type", kind=NotValidKind.MIME)
    if "boundary" not in outer.parameters:
        raise not_valid("the boundary parameter is missing")
    found = parts(body, outer.parameters["boundary"])
    root = _root(found, outer.parameters.get("start"))
    return root.content, _attachments(part for part in found if part is not root)


def message(content_type: str, body: bytes, *, answer_to: str | None = None) -> soap.Message:
    """Read a whole HTTP body: unpack it, read the envelope, put the attachments in place.

    Raises:  NotValid, FaultReceived: as `unpack`, `soap.read` and `resolve`.
    """
    envelope, attachments = unpack(content_type, body)
    found = soap.read(envelope, answer_to=answer_to)
    resolve(found.body.getroottree().getroot(), attachments)
    return found


def _root(found: list[Part], start: str | None) -> Part:
    """The part with the envelope: the one that `start` names, else the first."""
    named = found if start is None else [part for part in found if part.content_id == bare_id(start)]
    if not named:
        raise not_valid("the root part is missing")
    if start is not None and len(named) > 1:
        raise not_valid("two parts claim to be the root")
    kind = media_type.parse(named[0].headers.get("content-type", ""))
    inner = kind.parameters.get("type", media_type.SOAP) if kind.name == media_type.XOP else kind.name
    if media_type.parse(inner).name in _XML_TYPES:
        raise NotValid("the root part is not SOAP 1.2", where="multipart", kind=NotValidKind.SOAP_VERSION)
    if media_type.parse(inner).name != media_type.SOAP:
        raise not_valid("the root part is no SOAP envelope")
    _check_charset(kind)
    return named[0]


def _attachments(found: Iterable[Part]) -> dict[str, bytes]:
    attachments: dict[str, bytes] = {}
    for part in found:
        if not part.content_id:
            raise not_valid("a part without Content-ID can never be referred to")
        if part.content_id in attachments:
            raise not_valid("a Content-ID occurs twice")
        attachments[part.content_id] = part.content
    return attachments


def _check_charset(kind: media_type.MediaType) -> None:
    charset = kind.parameters.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii", "utf-16"):
        raise NotValid(
            f"charset {charset[:64]!r} is not accepted", where="Content-Type", kind=NotValidKind.MIME
        )


def resolve(root: Element, attachments: Mapping[str, bytes]) -> Element:
    """Put every attachment into the xdsb:Document that includes it, as base64 text; returns `root`.

    Raises:  NotValid (MIME): an include outside xdsb:Document or beside other content, a reference that
             is no cid, finds nothing, or is used twice.
    """
    for document, content in _included(root, attachments):
        document.text = base64.b64encode(content).decode()
    return root


def detach(root: Element, attachments: Mapping[str, bytes]) -> dict[Element, bytes]:
    """The attachments by the xdsb:Document that includes them, for a reader who takes them from there.

    A document of 160 kB costs 2 ms on the way into base64, through the schema, and back again. Three zero
    bytes stand in for it, so that the schema is content and whoever reads the element after all gets no
    document for one.

    Raises:  NotValid (MIME): as `resolve`.
    """
    found = dict(_included(root, attachments))
    for document, content in found.items():
        document.text = _STAND_IN if content else ""
    return found


def _included(root: Element, attachments: Mapping[str, bytes]) -> Iterator[tuple[Element, bytes]]:
    """Every including xdsb:Document, emptied, with what it includes."""
    used: set[str] = set()
    for include in list(root.iter(_INCLUDE)):
        parent = include.getparent()
        if parent is None or parent.tag != _DOCUMENT:
            raise _include("stands outside xdsb:Document")
        beside = "".join((parent.text or "", include.tail or "")).strip()
        if len(parent) != 1 or beside:
            raise _include("is not the only content of its document")
        scheme, _, reference = (include.get("href") or "").strip().partition(":")
        content_id = unquote(reference)
        if scheme.lower() != "cid" or content_id not in attachments:
            raise _include("refers to nothing that was sent")
        if content_id in used:
            raise _include("refers to an attachment that is used already")
        used.add(content_id)
        parent.remove(include)
        yield parent, attachments[content_id]


def _include(what: str) -> NotValid:
    return NotValid(what, where="xop:Include", kind=NotValidKind.MIME)


def pack(
    envelope: bytes, *, boundary: str, action: str, document_type: str = "application/octet-stream"
) -> tuple[str, bytes]:
    """Move the content of every xdsb:Document out of a finished envelope.

    All other bytes, and so the signed assertions, stay as they are.

    Args:    boundary: a fresh word of letters, digits, `-` and `_`; ids are made from it.
             document_type: media type of the attachments.
    Returns: Content-Type and body.
    Raises:  ValueError: the envelope is no XML, a document is not bare base64, or the boundary occurs
             in the content.
    """
    rest, contents = _cut(envelope, boundary)
    root_id = f"root@{boundary}"
    root_type = f'{media_type.XOP}; charset=UTF-8; type="{media_type.SOAP}"'
    sections = [(root_type, root_id, rest)]
    sections += [
        (document_type, _document_id(number, boundary), content)
        for number, content in enumerate(contents, start=1)
    ]
    if any(f"--{boundary}".encode() in content for _, _, content in sections):
        raise ValueError("the boundary occurs in the content")
    chunks = []
    for kind, content_id, content in sections:
        head = (
            f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: <{content_id}>\r\n\r\n"
        )
        chunks += [head.encode(), content, b"\r\n"]
    content_type = (
        f'{media_type.MULTIPART_RELATED}; type="{media_type.XOP}"; start="<{root_id}>"; '
        f'start-info="{media_type.SOAP}"; action="{action}"; boundary="{boundary}"'
    )
    return content_type, b"".join((*chunks, f"--{boundary}--\r\n".encode()))


def _document_id(number: int, boundary: str) -> str:
    return f"document-{number}@{boundary}"


def _cut(envelope: bytes, boundary: str) -> tuple[bytes, list[bytes]]:
    """The envelope with includes instead of documents, and the documents decoded."""
    try:
        root = parse(envelope)
    except XmlRefused as error:
        raise ValueError(f"the envelope is refused: {error.reason}") from error
    chunks: list[bytes] = []
    contents: list[bytes] = []
    at = 0
    for document in root.iter(_DOCUMENT):
        text = (document.text or "").encode()
        if len(document) or not text:
            continue
        start = envelope.find(b">" + text + b"<", at) + 1
        try:
            content = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError("a document is not bare base64") from error
        if not start:
            raise ValueError("a document is not bare base64")
        contents.append(content)
        reference = quote(_document_id(len(contents), boundary), safe="@")
        include = etree.Element(_INCLUDE, {"href": f"cid:{reference}"}, nsmap={"xop": XOP})
        chunks += [envelope[at:start], etree.tostring(include)]
        at = start + len(text)
    return b"".join((*chunks, envelope[at:])), contents
