"""A TLS server that says whatever bytes a test hands it, slowly if wanted, and hangs up at any point."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Script = Callable[["Peer"], None]


@dataclass
class Peer:
    """One accepted connection in the hands of a script."""

    socket: ssl.SSLSocket
    stopping: threading.Event
    server: HostileServer

    def request(self) -> bytes:
        """Read one request in full; b"" when the client has closed."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (chunk := self.socket.recv(65536)):
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += self.socket.recv(65536)
        self.server.requests.append((head, body))
        return body

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)

    def flood(self, data: bytes) -> None:
        """The same again and again, until the client or the test has had enough."""
        with suppress(OSError):
            while not self.stopping.is_set():
                self.say(data)

    def drip(self, data: bytes, seconds: float) -> None:
        """One byte at a time, until the test is over."""
        for byte in data:
            self.say(bytes([byte]))
            if self.stopping.wait(seconds):
                return

    def hold(self) -> None:
        """Say nothing until the test is over."""
        self.stopping.wait(30)

    def reset(self) -> None:
        """Hang up with a TCP reset, without a word of TLS."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()


@dataclass
class HostileServer:
    """What the server saw. `scripts` are used one per connection, the last one again and again."""

    port: int
    scripts: list[Script]
    requests: list[tuple[bytes, bytes]] = field(default_factory=list)
    connections: int = 0


@contextmanager
def hostile(pair, *scripts: Script, chain=(), tls: bool = True, weak: bool = False, **context_changes):
    """Serve `scripts` with the certificate of `pair` (tests.support.keys) on a free port.

    `weak` lets the server load a key that OpenSSL finds too small; the rest are attributes of its context.
    """
    stopping = threading.Event()
    context = _context(pair, chain, weak, context_changes) if tls else None
    listening = socket.create_server(("127.0.0.1", 0))
    server = HostileServer(listening.getsockname()[1], list(scripts))
    threads: list[threading.Thread] = []
    accepted: list[socket.socket] = []

    def handle(raw: socket.socket, script: Script) -> None:
        try:
            with context.wrap_socket(raw, server_side=True) if context else raw as sock:
                accepted.append(sock)
                script(Peer(sock, stopping, server))
        except OSError:
            raw.close()

    def accept() -> None:
        while True:
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            raw.settimeout(20)
            script = server.scripts[min(server.connections, len(server.scripts) - 1)]
            server.connections += 1
            thread = threading.Thread(target=handle, args=(raw, script), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        stopping.set()
        _end([listening, *accepted])
        listening.close()
        for thread in (acceptor, *threads):
            thread.join(20)


def _end(sockets: list[socket.socket]) -> None:
    for sock in sockets:
        with suppress(OSError):  # most are closed by now; the others wait for their client
            sock.shutdown(socket.SHUT_RDWR)


def _context(pair, chain, weak: bool, changes: dict) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for name, value in changes.items():
        setattr(context, name, value)
    if weak:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "c"), Path(folder, "k")
        certificate.write_bytes(pair.pem + b"".join(each.pem for each in chain))
        key.write_bytes(pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        context.load_cert_chain(certificate, key)
    return context


def http(
    body: bytes, *headers: bytes, status: bytes = b"200 OK", kind: bytes = b"application/soap+xml"
) -> bytes:
    """An HTTP answer with a length."""
    lines = [
        b"HTTP/1.1 " + status,
        b"Content-Type: " + kind,
        b"Content-Length: " + str(len(body)).encode(),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
