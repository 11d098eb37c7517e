"""XML as a stream of records: elements of a stated depth one by one, the finished ones thrown away.

Hardened as `schemas.xml` is, for files too large for it: no DOCTYPE and so no entities, nothing is fetched,
UTF-8 only, and no single record may fill the memory.
"""

import codecs
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree

from terminology.importers.sources import Bytes, foreign_encoding
from terminology.importers.unreadable import Unreadable

#: The root element begins within this many bytes.
MAX_PROLOG = 64 * 1024
#: Bytes of one record.
MAX_RECORD = 16 * 1024 * 1024
_CHUNK = 128 * 1024
_BEFORE_ROOT = re.compile(rb"\s*+(?:<\?.*?\?>\s*+|<!--.*?-->\s*+)*+", re.DOTALL)
_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def records(stream: Bytes, tags: Collection[str], depth: int, where: str = "") -> Iterator[etree._Element]:
    """The elements with one of the tags, complete, each valid until the next is asked for.

    Args:    tags: as lxml writes them, `{*}name` for any namespace. depth: of the records, the root is at 1;
             finished elements at this depth and above are thrown away.
    Raises:  Unreadable: not well-formed, cut off, a DOCTYPE, another encoding, a record without end.
    """
    chunks = _chunks(stream, where)
    head = next(chunks)
    parser = _parser(("start", "end"), [str(_root(head, where).tag), *tags])
    top: etree._Element | None = None
    last: etree._Element | None = None
    since = 0
    for chunk in _with(head, chunks):
        with _renamed(where):
            parser.feed(chunk)
        for event, element in parser.read_events():
            if top is None:
                top = element
            elif event == "end" and element is not top:
                yield element
        open_now = _prune(top, depth)
        since = since + len(chunk) if open_now is last else 0
        last = open_now
        if since > MAX_RECORD:
            raise Unreadable("xml_size", where)
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        if "no element" in (error.msg or ""):  # it gave up before, on an entity that nobody declares
            raise _named(error, where) from error
        # Whatever else is missing now is behind the end of the file.
        raise Unreadable("cut_off", f"{where} line {error.lineno}".lstrip()) from error


def root(stream: Bytes, where: str = "") -> etree._Element:
    """The root element with its attributes and nothing in it that counts. Raises Unreadable: as `records`."""
    return _root(next(_chunks(stream, where)), where)


def _root(head: bytes, where: str) -> etree._Element:
    parser = _parser(("start",), None)
    with _renamed(where):
        parser.feed(head)
    for _, element in parser.read_events():
        return element
    raise Unreadable("xml", where, detail="no root element")


def _parser(events: tuple[str, ...], tags: list[str] | None) -> etree.XMLPullParser[Any]:
    return etree.XMLPullParser(
        events=events,  # type: ignore[arg-type]
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
        encoding="UTF-8",
    )


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    tag: str = element.tag  # type: ignore[assignment]  # comments and instructions are not kept
    return tag.rpartition("}")[2]


def text_of(element: etree._Element, path: str) -> str:
    """The text of the first child at a path, "" when there is none."""
    found = element.find(path)
    return "" if found is None else (found.text or "")


def _chunks(stream: Bytes, where: str) -> Iterator[bytes]:
    head = b""
    while len(head) < MAX_PROLOG and (more := stream.read(MAX_PROLOG - len(head))):
        head += more
    if found := foreign_encoding(head):
        raise Unreadable("encoding", where, found=found, wanted="UTF-8")
    head = head.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARED.match(head)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise Unreadable("encoding", where, found=declared[1].decode(), wanted="UTF-8")
    before = _BEFORE_ROOT.match(head)
    after = head[before.end() if before else 0 :]
    if after.startswith(b"<!DOCTYPE") or b"<!DOCTYPE" in head[: len(head) - len(after) + 9]:
        raise Unreadable("xml_doctype", where)
    if not after.startswith(b"<") or after.startswith((b"<!", b"<?")):
        raise Unreadable("xml", where, detail="no root element")
    yield head
    while chunk := stream.read(_CHUNK):
        yield chunk


def _prune(top: etree._Element | None, depth: int) -> etree._Element | None:
    """Throw away what is finished down to a depth; the element at that depth that may still be open.

    The parser is always in the last child of the last child: everything before it is complete.
    """
    node = top
    for _ in range(1, depth):
        if node is None or not len(node):
            return node
        del node[:-1]
        node = node[-1]
    return node


@contextmanager
def _renamed(where: str) -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError as error:
        raise _named(error, where) from error


def _named(error: etree.XMLSyntaxError, where: str) -> Unreadable:
    place = f"{where} line {error.lineno}".lstrip()
    said = error.msg or ""
    if "EndOfFile" in said or "end of data" in said.lower() or "Premature" in said:
        return Unreadable("cut_off", place)
    if "not proper UTF-8" in said or "invalid byte" in said.lower() or "encoding" in said.lower():
        return Unreadable("encoding", place, found="Windows-1252", wanted="UTF-8")
    return Unreadable("xml", place, detail=said)
