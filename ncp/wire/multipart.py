"""A strict reader of multipart/related: linear in the size of the body, nothing guessed.

Source: RFC 2046, 5.1; RFC 2387.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ncp.wire import media_type
from ncp.wire.errors import NotValid, NotValidKind

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
_HEADER = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.ASCII | re.DOTALL)
_PADDING = re.compile(rb"[ \t]*\r\n")
_MOST_PARTS = 100
_LONGEST_HEADERS = 16 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One body part: headers with lower-case names, content decoded from its transfer encoding."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def content_id(self) -> str | None:
        """Content-ID without its angle brackets, None if absent."""
        value = self.headers.get("content-id")
        return None if value is None else bare_id(value)


def bare_id(value: str) -> str:
    """A Content-ID without angle brackets and surrounding space."""
    value = value.strip()
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def parts(body: bytes, boundary: str) -> list[Part]:
    """The parts between the boundaries, in order; preamble and epilogue are dropped.

    Raises:  NotValid (MIME): no such boundary, no closing boundary (the body is cut off), a part with
             malformed or repeated headers, more parts than anybody sends.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise not_valid("the boundary has a form that MIME does not allow")
    found: list[Part] = []
    delimiter = b"\r\n--" + boundary.encode()
    at = len(delimiter) - 2 if body.startswith(delimiter[2:]) else _after(body, delimiter, 0)
    while body[at : at + 2] != b"--":
        padding = _PADDING.match(body, at)
        if padding is None:
            raise not_valid("a boundary is not followed by a line end")
        start = padding.end()
        # The line end before a boundary may be the one that closes empty headers, hence minus two.
        at = _after(body, delimiter, start - 2)
        found.append(_part(body[start : at - len(delimiter)]))
        if len(found) > _MOST_PARTS:
            raise not_valid(f"more than {_MOST_PARTS} parts")
    return found


def _after(body: bytes, delimiter: bytes, at: int) -> int:
    """Position after the next boundary line's boundary; a longer boundary that begins alike is skipped."""
    while (at := body.find(delimiter, at)) >= 0:
        at += len(delimiter)
        if body[at : at + 2] in (b"--", b"\r\n") or body[at : at + 1] in (b" ", b"\t"):
            return at
    raise not_valid("the closing boundary is missing; the body is cut off or the boundary is another")


def _part(raw: bytes) -> Part:
    if raw.startswith(b"\r\n"):
        return Part(MappingProxyType({}), raw[2:])
    end = raw.find(b"\r\n\r\n", 0, _LONGEST_HEADERS)
    if end < 0:
        raise not_valid("a part has no end of headers")
    headers: dict[str, str] = {}
    # A folded line continues the header before it.
    for line in re.split(r"\r\n(?![ \t])", raw[:end].decode("latin-1")):
        match = _HEADER.fullmatch(line)
        if match is None:
            raise not_valid("a part has a malformed header")
        name = match[1].lower()
        if name in headers:
            raise not_valid(f"a part has the header {name} twice")
        headers[name] = re.sub(r"\r\n[ \t]+", " ", match[2]).strip()
    return Part(MappingProxyType(headers), _decoded(raw[end + 4 :], headers))


def _decoded(content: bytes, headers: Mapping[str, str]) -> bytes:
    if media_type.parse(headers.get("content-type", "text/plain")).name.startswith("multipart/"):
        raise not_valid("a part is itself multipart")
    encoding = headers.get("content-transfer-encoding", "binary").lower()
    if encoding in ("binary", "8bit", "7bit"):
        return content
    if encoding != "base64":
        raise not_valid("a part has a transfer encoding that SOAP stacks do not use")
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error as error:
        raise not_valid("a part is not the base64 it claims to be") from error


def not_valid(what: str) -> NotValid:
    """The error for a multipart body, to be raised by the caller."""
    return NotValid(what, where="multipart", kind=NotValidKind.MIME)
