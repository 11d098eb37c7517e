"""Canned answers: one recorded job, served again and again over mutual TLS by a process of its own.

Only what must fit the request is put in anew: RelatesTo, and the message and query ids that an XCPD answer
repeats. So a job is measured against a country that costs nothing.
"""

import multiprocessing
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ncp import patient_summary
from ncp.traits import Traits
from tests.benchmarks.documents import summary
from tests.support.chain import RICH, hierarchy
from tests.support.desk import office

MESSAGE_ID = re.compile(rb"MessageID[^>]*>([^<]+)<")
RELATES_TO = re.compile(rb"(RelatesTo[^>]*>)[^<]+(<)")


@dataclass(frozen=True)
class Reply:
    """One recorded exchange: a word that the request holds, the request, and the answer."""

    word: bytes
    request: bytes
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Recording:
    """What one job sent and received, and the document it was about."""

    replies: tuple[Reply, ...]
    assertions: tuple[bytes, bytes]
    document: bytes
    traits: Traits


def record(folder: Path) -> Recording:
    """Run one job in process, with the reference summary if the samples are there, else with our own."""
    patient, document = summary()
    folder.mkdir(parents=True, exist_ok=True)
    with office(folder, "PT") as made:
        if document is not None:
            made.members["PT"].dropped.mkdir(parents=True, exist_ok=True)
            (made.members["PT"].dropped / "bench.xml").write_bytes(document)
        else:
            patient = RICH["PT"]
        traits = Traits(ids=(patient,))
        result = patient_summary.patient_summary(
            traits, made.peers["PT"], made.login(), made.desk, accept=frozenset({"birthDate", "gender"})
        )
        replies = tuple(
            Reply(word, each.request, each.answer.header("Content-Type"), each.answer.body)
            for word, each in zip(
                (b"PRPA_IN201305UV02", b"AdhocQueryRequest", b"RetrieveDocumentSetRequest"),
                made.exchanges,
                strict=True,
            )
        )
        trc_request = made.exchanges[1].request
    assertions = re.findall(rb"<saml2?:Assertion.*?</saml2?:Assertion>", trc_request, re.DOTALL)
    return Recording(replies, (assertions[0], assertions[1]), result.fetched.content, traits)


def fitted(reply: Reply, request: bytes) -> bytes:
    """The recorded answer, made to belong to this request."""
    found = MESSAGE_ID.search(request)
    assert found is not None
    body = RELATES_TO.sub(lambda match: match[1] + found[1] + match[2], reply.body, count=1)
    if reply.word == b"PRPA_IN201305UV02":
        for name in (b"id", b"queryId"):
            for old, new in zip(_values(name, reply.request), _values(name, request), strict=True):
                body = body.replace(old, new)
    return body


def _values(name: bytes, request: bytes) -> list[bytes]:
    """Root and extension of the first element of that name in the payload."""
    payload = request[request.index(b"PRPA_IN201305UV02 ") :]
    found = re.search(rb"<(?:\w+:)?" + name + rb" ([^>]*?)/>", payload)
    assert found is not None
    return re.findall(rb'(?:root|extension)="([^"]+)"', found[1])


@contextmanager
def serving(recording: Recording) -> Iterator[int]:
    """Serve the recording on a free port. Yields the port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_serve, args=(recording.replies, str(hierarchy().party("PT")), theirs), daemon=True
    )
    process.start()
    theirs.close()  # so that a process that dies is noticed instead of waited for
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(replies: tuple[Reply, ...], party: str, pipe) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{party}/tls.chain", f"{party}/tls.key")
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(f"{party}/trust/tls/no.crt")
    listening = socket.create_server(("127.0.0.1", 0))
    pipe.send(listening.getsockname()[1])
    while True:
        raw, _ = listening.accept()
        threading.Thread(target=_answer, args=(context, raw, replies), daemon=True).start()


def _answer(context: ssl.SSLContext, raw: socket.socket, replies: tuple[Reply, ...]) -> None:
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with context.wrap_socket(raw, server_side=True) as sock, sock.makefile("rwb") as stream:
        while stream.readline():
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            request = stream.read(length)
            reply = next(each for each in replies if each.word in request)
            body = fitted(reply, request)
            stream.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
                % (reply.content_type.encode(), len(body))
            )
            stream.write(body)
            stream.flush()
