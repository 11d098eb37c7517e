"""Limits that hold, peers that hang up at every point, and the pool of kept connections."""

import os
import select
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ncp.connection import Limits, Stale
from ncp.directory import Endpoint
from ncp.exchange import Operation, SoapSender
from ncp.timed_socket import TimedSocket
from ncp.wire.errors import Malformed, Unreachable
from tests.support.carriage import (
    CA,
    GOOD,
    answers,
    ask,
    at,
    identity,
    pool_of,
    silent,
)
from tests.support.hostile import hostile, http


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return identity(tmp_path_factory.mktemp("own"))


@pytest.fixture
def pool(own):
    with pool_of(own) as made:
        yield made


def took(call, error):
    started = time.monotonic()
    with pytest.raises(error) as caught:
        call()
    return time.monotonic() - started, caught.value


def test_nobody_listens(pool):
    with hostile(GOOD, silent) as server:
        port = server.port
    seconds, error = took(lambda: ask(pool, at(port)), Unreachable)
    assert seconds < 1 and error.code == "ERROR_GENERIC_CONNECTION_NOT_POSSIBLE"


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 70 + ".invalid"])
def test_an_unknown_host(pool, host):
    endpoint = Endpoint(f"https://{host}:1/x", "PT", host, False, (CA.certificate,))
    with pytest.raises(Unreachable):
        ask(pool, endpoint)


def test_a_handshake_that_never_ends_is_given_up(own):
    hanging = hostile(GOOD, lambda peer: peer.hold(), tls=False)
    with hanging as server, pool_of(own, Limits(0.3, 5, 5, 1000)) as pool:
        seconds, _ = took(lambda: ask(pool, at(server.port)), Unreachable)
    assert 0.2 < seconds < 2


def test_a_silent_peer_is_given_up_at_the_read_limit(pool):
    with hostile(GOOD, silent) as server:
        seconds, _ = took(lambda: ask(pool, at(server.port)), Unreachable)
    assert 0.3 < seconds < 0.8


@pytest.mark.parametrize("part", ["head", "body", "chunks"])
def test_a_peer_that_drips_is_given_up_at_the_deadline(pool, part):
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

    with hostile(GOOD, script) as server:
        seconds, _ = took(lambda: ask(pool, at(server.port)), Unreachable)
    assert 0.7 < seconds < 1.6


def test_a_body_over_the_limit_is_refused_before_it_is_read(pool):
    def script(peer):
        peer.request()
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 100001\r\n\r\n")
        peer.hold()

    with hostile(GOOD, script) as server:
        seconds, _ = took(lambda: ask(pool, at(server.port)), Malformed)
    assert seconds < 0.4


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

    with hostile(GOOD, script) as server, pool_of(own, Limits(2, 20, 20, 1000)) as pool:
        seconds, error = took(lambda: ask(pool, at(server.port)), Malformed)
    assert seconds < 5 and "frames" in error.context


def test_an_answer_in_tiny_chunks_needs_no_more_memory_than_its_size(own):
    def script(peer):
        peer.request()
        peer.say(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        peer.say(b"2\r\nxx\r\n" * 150_000 + b"0\r\n\r\n")

    with hostile(GOOD, script) as server, pool_of(own, Limits(2, 20, 20, 10_000_000)) as pool:
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


def test_a_peer_that_hangs_up_without_an_answer_is_unreachable(pool):
    with hostile(GOOD, lambda peer: peer.request()) as server:
        _, error = took(lambda: ask(pool, at(server.port)), Unreachable)
    assert not isinstance(error, Stale)


@pytest.mark.parametrize("polite", [True, False])
def test_a_peer_that_hangs_up_in_the_middle_is_unreachable(pool, polite):
    def script(peer):
        peer.request()
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 50\r\n\r\n<a>")
        peer.socket.unwrap() if polite else peer.reset()

    with hostile(GOOD, script) as server:
        _, error = took(lambda: ask(pool, at(server.port)), Unreachable)
    assert not isinstance(error, Stale)


def test_a_body_that_was_cut_off_with_the_connection_is_no_body(pool):
    """Without a length only the end of TLS says that the body is complete."""

    def script(peer):
        peer.request()
        peer.say(b"HTTP/1.0 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n<a>half")
        os.close(peer.socket.detach())

    with hostile(GOOD, script) as server, pytest.raises(Unreachable):
        ask(pool, at(server.port))


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced_before_anything_is_sent(pool):
    def once(peer):
        peer.request()
        peer.say(http(b"<a/>"))

    with hostile(GOOD, once, answers(http(b"<b/>"))) as server:
        endpoint = at(server.port)
        assert ask(pool, endpoint).body == b"<a/>"
        _until_closed(pool, endpoint)
        assert ask(pool, endpoint).body == b"<b/>"
        assert len(server.requests) == 2


def _until_closed(pool, endpoint):
    """Wait for the peer's close to arrive, on the socket itself."""
    (connection,) = pool._idle[endpoint.party]
    select.select([connection._timed.sock], [], [], 5)


def test_a_kept_connection_that_closes_on_our_question_is_stale_and_its_siblings_go(pool):
    def once(peer):
        peer.request()
        peer.say(http(b"<a/>"))
        peer.request()

    with hostile(GOOD, once, answers(http(b"<b/>"))) as server:
        endpoint = at(server.port)
        ask(pool, endpoint)
        with pytest.raises(Stale):
            ask(pool, endpoint)
        assert endpoint.party not in pool._idle
        assert ask(pool, endpoint).body == b"<b/>"


def test_bytes_that_nobody_asked_for_end_the_connection(pool):
    def eager(peer):
        peer.request()
        peer.say(http(b"<a/>"))
        peer.say(http(b"<another/>"))
        peer.request()

    with hostile(GOOD, eager, answers(http(b"<b/>"))) as server:
        endpoint = at(server.port)
        ask(pool, endpoint)
        if endpoint.party in pool._idle:
            _until_closed(pool, endpoint)
        assert ask(pool, endpoint).body == b"<b/>"


def test_connection_close_is_obeyed(pool):
    with hostile(GOOD, answers(http(b"<a/>", b"Connection: close")), answers(http(b"<b/>"))) as server:
        assert ask(pool, at(server.port)).body == b"<a/>"
        assert ask(pool, at(server.port)).body == b"<b/>"
        assert server.connections == 2


def test_services_of_one_server_share_a_connection(pool):
    with hostile(GOOD, answers(http(b"<a/>"), http(b"<b/>"))) as server:
        endpoint = at(server.port)
        other = replace(endpoint, url=endpoint.url.replace("XCPD", "XCA"))
        assert ask(pool, endpoint).body == b"<a/>"
        assert ask(pool, other).body == b"<b/>"
        assert server.connections == 1
        assert server.requests[1][0].startswith(b"POST /services/XCA_Service ")


@pytest.mark.parametrize("change", [{"country": "FI"}, {"eku_lenient": True}, {"anchors": ()}])
def test_nobody_rides_on_a_connection_that_was_checked_for_somebody_else(change):
    endpoint = at(1)
    assert replace(endpoint, **change).party != endpoint.party


def test_an_old_connection_is_replaced_so_that_its_certificate_is_looked_at_anew(pool, monkeypatch):
    with hostile(GOOD, answers(*[http(b"<a/>")] * 2)) as server:
        ask(pool, at(server.port))
        monkeypatch.setattr("ncp.connection.MAX_AGE", 0.0)
        ask(pool, at(server.port))
        assert server.connections == pool.handshakes == 2


def test_more_connections_than_needed_are_closed_again(pool, monkeypatch):
    monkeypatch.setattr("ncp.connection.MAX_IDLE", 2)
    meeting = threading.Barrier(4)

    def together(peer):
        peer.request()
        meeting.wait(10)
        peer.say(http(b"<a/>"))
        peer.request()

    with hostile(GOOD, together) as server:
        endpoint, sender = at(server.port), SoapSender(pool)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: sender(Operation.IDENTIFY, endpoint, b"<q/>"), range(4)))
        assert len(pool._idle[endpoint.party]) == 2


def test_a_closed_pool_holds_nothing(pool):
    with hostile(GOOD, answers(http(b"<a/>"))) as server:
        ask(pool, at(server.port))
        pool.close()
        assert pool._idle == {}


def test_an_operation_that_the_wsdl_does_not_declare_is_noticed_at_start(pool, monkeypatch):
    monkeypatch.setattr(Operation.LIST, "action", "urn:nothing")
    with pytest.raises(LookupError, match="XCA"):
        SoapSender(pool)
