"""Limits that hold against peers that are slow, large or endless.

Each test makes its own limit small and leaves all others far away, so that no fast machine is needed: the
peer of a test hangs up after half a minute, which is told apart from a limit by its error.
"""

import time
import tracemalloc
from dataclasses import replace

import pytest

from ncp.connection import TimedOut
from ncp.timed_socket import TimedSocket
from ncp.wire.errors import Malformed
from tests.support.carriage import GOOD, PATIENT, ask, at, identity, pool_of, silent
from tests.support.hostile import hostile


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return identity(tmp_path_factory.mktemp("own"))


@pytest.fixture
def pool(own):
    with pool_of(own) as made:
        yield made


def took(call, error) -> float:
    """The seconds until it fails."""
    started = time.monotonic()
    with pytest.raises(error):
        call()
    return time.monotonic() - started


def test_a_handshake_that_never_ends_is_given_up(own):
    hanging = hostile(GOOD, lambda peer: peer.hold(), tls=False)
    with hanging as server, pool_of(own, replace(PATIENT, connect=0.3)) as pool:
        assert took(lambda: ask(pool, at(server.port)), TimedOut) > 0.29


def test_a_silent_peer_is_given_up_at_the_read_limit(own):
    with hostile(GOOD, silent) as server, pool_of(own, replace(PATIENT, read=0.4)) as pool:
        assert took(lambda: ask(pool, at(server.port)), TimedOut) > 0.39


@pytest.mark.parametrize("part", ["head", "body", "chunks"])
def test_a_peer_that_drips_is_given_up_at_the_deadline(own, part):
    """No single wait is long: only the limit on the whole exchange can end it."""

    def script(peer):
        peer.request()
        if part == "head":
            peer.drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, 0.05)
        if part == "body":
            peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 1000\r\n\r\n")
            peer.drip(b"x" * 1000, 0.05)
        peer.say(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        peer.drip(b"1\r\nx\r\n" * 300, 0.02)

    with hostile(GOOD, script) as server, pool_of(own, replace(PATIENT, total=0.8)) as pool:
        assert took(lambda: ask(pool, at(server.port)), TimedOut) > 0.79


def test_a_body_over_the_limit_is_refused_before_it_is_read(pool):
    def script(peer):
        peer.request()
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 100001\r\n\r\n")
        peer.hold()

    with hostile(GOOD, script) as server, pytest.raises(Malformed, match="announces"):
        ask(pool, at(server.port))  # had it been waited for, the end would be another


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_without_length_is_cut_off_at_the_limit(pool, chunked):
    def script(peer):
        peer.request()
        coding = b"Transfer-Encoding: chunked\r\n" if chunked else b""
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n" + coding + b"\r\n")
        block = b"2710\r\n" + b"x" * 10_000 + b"\r\n" if chunked else b"x" * 10_000
        for _ in range(200):
            peer.say(block)

    with hostile(GOOD, script) as server, pytest.raises(Malformed, match="larger"):
        ask(pool, at(server.port))


@pytest.mark.parametrize("part", ["interim", "extension", "trailer"])
def test_what_no_body_limit_counts_ends_the_answer_too(own, part):
    """None of it is kept, and all of it would be read until the deadline."""

    def script(peer):
        peer.request()
        if part == "interim":
            return peer.flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        peer.say(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        if part == "extension":
            return peer.flood(b"1;" + b"e" * 60_000 + b"\r\nx\r\n")
        peer.say(b"1\r\nx\r\n0\r\n")
        peer.flood(b"X: y\r\n" * 1000)

    with hostile(GOOD, script) as server, pool_of(own, replace(PATIENT, body=1000)) as pool:
        with pytest.raises(Malformed, match="frames"):  # not the deadline
            ask(pool, at(server.port))


def test_an_answer_in_tiny_chunks_needs_no_more_memory_than_its_size(own):
    def script(peer):
        peer.request()
        peer.say(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        peer.say(b"2\r\nxx\r\n" * 150_000 + b"0\r\n\r\n")

    with hostile(GOOD, script) as server, pool_of(own, replace(PATIENT, body=10_000_000)) as pool:
        tracemalloc.start()
        try:
            answer = ask(pool, at(server.port))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(answer.body) == 300_000
    assert most < 10_000_000  # in one read it was 20 MB


class Records:
    """A socket that knows how much it was given between two looks at the clock."""

    def __init__(self):
        self.sizes = []

    def settimeout(self, seconds):
        self.sizes.append(0)

    def sendall(self, data):
        self.sizes[-1] += len(data)


def test_the_deadline_is_looked_at_before_every_record():
    sock = Records()
    TimedSocket(sock, 1.0).sendall(b"x" * 100_000)
    assert sum(sock.sizes) == 100_000 and max(sock.sizes) <= 16_384
