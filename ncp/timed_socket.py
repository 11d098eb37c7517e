"""A socket on which no wait is longer than its limit, and all waits together no longer than a deadline.

A socket's own timeout starts anew with every byte, so a peer that sends one byte a second would never be
given up. Bytes are counted, too: interim answers, trailers and the frames of chunks are in no body limit.
"""

import io
import ssl
from time import monotonic

from ncp.wire.errors import Malformed

_RECORD = (
    16 * 1024
)  # the most that TLS sends at once: more would be several waits under one look at the clock


class Deadline:
    """The end of one exchange."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self, most: float) -> float:
        """Seconds to wait now, at most `most`. Raises: TimeoutError: none."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        return min(most, left)


class TimedSocket:
    """The socket as http.client sees it: every wait ends at the read limit or at the deadline."""

    def __init__(self, sock: ssl.SSLSocket, wait: float) -> None:
        self.sock, self.wait = sock, wait
        self.deadline = Deadline(wait)
        self.received = 0  # of the answer under way
        self.most: int | None = None

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _RECORD):
            self.sock.settimeout(self.deadline.left(self.wait))
            self.sock.sendall(view[start : start + _RECORD])

    def recv_into(self, buffer: bytearray | memoryview) -> int:
        """Raises: TimeoutError; Malformed: more than `most` bytes came."""
        self.sock.settimeout(self.deadline.left(self.wait))
        count = self.sock.recv_into(buffer)
        self.received += count
        if self.most is not None and self.received > self.most:
            raise Malformed(f"the answer takes more than {self.most} bytes with its frames")
        return count

    def makefile(self, *_args: object) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """http.client closes its socket before it reads a last answer; `Connection` closes the real one."""


class _Reader(io.RawIOBase):
    """Closing it leaves the socket open: the connection outlives the answer."""

    def __init__(self, source: TimedSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._source.recv_into(buffer)
