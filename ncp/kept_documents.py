"""The documents among kept messages: what a release can be tried on without asking any country again."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ncp.exchange import Operation
from ncp.kept import exchanges, file_of
from ncp.wire import iti39, mtom, soap
from ncp.wire.errors import NcpError, NotValid
from ncp.wire.soap_fault import FaultReceived

MOST = 500


def kept_documents(folder: Path, most: int = MOST) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every kept document, newest first. Answers without a document are passed over."""
    for kept in exchanges(folder, most):
        path = file_of(folder, kept.day, kept.response) if kept.response else None
        if kept.operation != Operation.RETRIEVE.label or path is None:
            continue
        for number, content in enumerate(_documents(path.read_bytes())):
            yield f"{kept.day} {kept.time} {kept.country} {number + 1}", content


def _documents(answer: bytes) -> list[bytes]:
    try:
        envelope, attachments = mtom.unpack(_content_type(answer), answer)
        body = soap.read(envelope).body
        attached = mtom.detach(body.getroottree().getroot(), attachments)
        found = iti39.RetrieveResponse.from_xml(body, attached)
    except (NotValid, FaultReceived, NcpError, etree.LxmlError):
        return []
    return [each.content for each in found.documents]


def _content_type(answer: bytes) -> str:
    """What the answer came as: the header is not kept, the message says it itself."""
    first = answer.lstrip()[:200].split(b"\n", 1)[0].strip()
    if not first.startswith(b"--"):
        return "application/soap+xml"
    return f'multipart/related; boundary="{first[2:].decode("latin-1")}"'
