"""One kept-alive mutual-TLS connection, and the pool of them.

http.client carries HTTP (a third of the cost of the usual clients per call); this file adds what it lacks:
a limit on the whole exchange that a trickling peer cannot stretch, a limit on the body before it is read, and
no byte sent before the certificate has been looked at. No redirects, no proxies, no retries.
"""

import http.client
import socket
import ssl
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from ncp.directory import Endpoint
from ncp.own import common_name
from ncp.timed_socket import Deadline, TimedSocket
from ncp.trust import Trust, refused_by_openssl
from ncp.wire.errors import ErrorCode, Malformed, NcpError, Unreachable, Untrusted

MAX_AGE = 600.0  # seconds; then the peer's certificate is looked at anew
MAX_IDLE = 8  # kept connections per peer
_MAX_HEAD = 1024 * 1024  # of an answer's headers. Source: wire.md 1.1
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes. Source: wire.md 1.1."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 180.0
    body: int = 16 * 1024 * 1024


class Stale(Unreachable):
    """A kept-alive connection closed before the first byte of the answer; a query may be sent once more."""


class TimedOut(Unreachable):
    """The peer is there, or may be, but gave no complete answer within the limits."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: status, headers with their names as received, body without transfer coding."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    peer: str | None = None  # CN of the certificate that answered
    warnings: tuple[str, ...] = ()  # reason codes that were no refusal, e.g. CERT_REVOCATION_UNKNOWN

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Connection:
    """A checked connection to one peer. Used by one thread at a time."""

    def __init__(self, endpoint: Endpoint, trust: Trust, limits: Limits) -> None:
        """Connect, shake hands, look at the certificate.

        Raises: Unreachable, Untrusted.
        """
        self.endpoint, self._limits = endpoint, limits
        self.opened = monotonic()
        self._used = self._closed = False
        sock = _connected(endpoint, trust, limits)
        try:
            leaf, self._warnings = trust.check(sock, endpoint)
            self._peer = common_name(leaf) or None
        except BaseException:
            sock.close()
            raise
        self._timed = TimedSocket(sock, limits.read)
        self._timed.most = limits.body + limits.body // 4 + _MAX_HEAD
        self._http = http.client.HTTPConnection(endpoint.host, endpoint.port)
        self._http.sock = self._timed
        self._http.auto_open = 0  # a lost connection is an error, never silently a new unchecked one

    def alive(self) -> bool:
        """Whether the peer has neither closed it nor said anything unasked, and it is not too old."""
        if self._closed or monotonic() - self.opened > MAX_AGE:
            return False
        sock = self._timed.sock
        try:
            sock.settimeout(0)
            sock.recv(1)  # b"" = closed, a byte = something nobody asked for
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False
        return False

    @property
    def is_open(self) -> bool:
        return not self._closed

    def close(self) -> None:
        self._closed = True
        self._http.close()
        self._timed.sock.close()

    def post(self, path: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> HttpAnswer:
        """Send one request and read its answer; close when the peer will.

        Raises: Stale, Unreachable, Malformed, Untrusted.
        """
        reused, self._used = self._used, True
        self._timed.deadline, self._timed.received = deadline, 0
        try:
            self._http.request("POST", path, body, dict(headers))
            response = self._http.getresponse()
            content = _content(response, self._limits.body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _renamed(error, self.endpoint, stale=reused and not self._timed.received) from error
        if response.will_close:
            self.close()
        received = tuple(response.getheaders())
        return HttpAnswer(response.status, received, content, self._peer, self._warnings)


def _connected(endpoint: Endpoint, trust: Trust, limits: Limits) -> ssl.SSLSocket:
    """TCP and TLS within the connect limit, all addresses of the host together."""
    context = trust.context(endpoint)
    deadline = Deadline(limits.connect)
    try:
        raw = _tcp(endpoint, deadline, limits.connect)
    except UnicodeError as error:
        raise Unreachable(f"{endpoint.country}: {endpoint.host[:80]!r} is no host name") from error
    except OSError as error:
        raise _renamed(error, endpoint) from error
    try:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.settimeout(deadline.left(limits.connect))
        # Ragged ends must be visible: a body that ends with the connection may have been cut off.
        return context.wrap_socket(raw, server_hostname=endpoint.server_name, suppress_ragged_eofs=False)
    except ssl.SSLCertVerificationError as error:
        raw.close()
        raise refused_by_openssl(error, endpoint.country) from error
    except (OSError, ValueError) as error:
        raw.close()
        raise _renamed(error, endpoint) from error


def _tcp(endpoint: Endpoint, deadline: Deadline, most: float) -> socket.socket:
    last: OSError = OSError("no address")
    found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left(most))
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            last = error
    raise last


def _content(response: http.client.HTTPResponse, most: int) -> bytes:
    """The whole body. Raises: Malformed: too large or compressed; HTTPException: cut off."""
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding != "identity":
        raise Malformed(f"content coding {coding[:20]!r} was not asked for")
    if response.length is not None and response.length > most:
        raise Malformed(f"the answer announces more than {most} bytes")
    if response.length is not None:
        return response.read()  # notices a short body
    # http.client keeps every chunk until its read is done: in one go, tiny ones cost fifty times their size.
    content = bytearray()
    while piece := response.read(_PIECE):
        content += piece
        if len(content) > most:
            raise Malformed(f"the answer is larger than {most} bytes")
    return bytes(content)


def _renamed(error: Exception, endpoint: Endpoint, *, stale: bool = False) -> NcpError:
    """A library's exception in our words. The text names host and cause, never content."""
    at = f"{endpoint.country} ({endpoint.host}:{endpoint.port})"
    if isinstance(error, TimeoutError):
        return TimedOut(f"{at} did not answer in time")
    gone = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError, http.client.NotConnected)
    if isinstance(error, gone):  # RemoteDisconnected is a ConnectionError too
        if stale:
            return Stale(f"{at} had closed the connection")
        return Unreachable(f"{at} closed or refused the connection")
    if isinstance(error, http.client.IncompleteRead):
        return Unreachable(f"{at} broke off in the middle of its answer")
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "TLS failed"
        return Untrusted(f"{at}: {reason}", ErrorCode.SEC_GENERIC, reason="TLS_HANDSHAKE")
    if isinstance(error, http.client.HTTPException | ValueError):
        return Malformed(f"{at} does not answer in HTTP: {type(error).__name__}")
    return Unreachable(f"{at} cannot be reached: {error.strerror or type(error).__name__}")  # type: ignore[attr-defined]


class Pool:
    """Kept-alive connections by server. Thread-safe."""

    def __init__(self, trust: Trust, limits: Limits) -> None:
        self._trust, self.limits = trust, limits
        self._lock = Lock()
        self._idle: dict[Hashable, list[Connection]] = {}
        self.handshakes = 0
        self.calls = 0

    def post(self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """One exchange, on a kept connection if there is one.

        Raises: Stale, Unreachable, Malformed, Untrusted.
        """
        deadline = Deadline(self.limits.total)
        with self._lock:
            self.calls += 1
        try:
            with self._taken(endpoint) as connection:
                return connection.post(endpoint.path, body, headers, deadline)
        except Stale:
            self._drop(endpoint.party)  # its siblings are as old
            raise

    @contextmanager
    def _taken(self, endpoint: Endpoint) -> Iterator[Connection]:
        connection = self._idle_one(endpoint) or self._new(endpoint)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._give_back(endpoint, connection)

    def _idle_one(self, endpoint: Endpoint) -> Connection | None:
        while True:
            with self._lock:
                idle = self._idle.get(endpoint.party)
                connection = idle.pop() if idle else None
            if connection is None or connection.alive():
                return connection
            connection.close()

    def _new(self, endpoint: Endpoint) -> Connection:
        with self._lock:
            self.handshakes += 1
        return Connection(endpoint, self._trust, self.limits)

    def _give_back(self, endpoint: Endpoint, connection: Connection) -> None:
        with self._lock:
            idle = self._idle.setdefault(endpoint.party, [])
            if len(idle) < MAX_IDLE and connection.is_open:
                idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close every kept connection."""
        with self._lock:
            parties = list(self._idle)
        for party in parties:
            self._drop(party)

    def _drop(self, party: Hashable) -> None:
        with self._lock:
            idle = self._idle.pop(party, [])
        for connection in idle:
            connection.close()
