"""Peers that are not there or hang up at every point, and the pool of kept connections."""

import os
import select
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ncp.connection import Stale, TimedOut
from ncp.directory import Endpoint
from ncp.exchange import Operation, SoapSender
from ncp.wire.errors import Unreachable
from tests.support.carriage import CA, GOOD, answers, ask, at, identity, pool_of, silent
from tests.support.hostile import hostile, http


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return identity(tmp_path_factory.mktemp("own"))


@pytest.fixture
def pool(own):
    with pool_of(own) as made:
        yield made


def test_nobody_listens(pool):
    with hostile(GOOD, silent) as server:
        port = server.port
    with pytest.raises(Unreachable) as caught:
        ask(pool, at(port))
    assert not isinstance(caught.value, TimedOut)  # at once, not at the limit
    assert caught.value.code == "ERROR_GENERIC_CONNECTION_NOT_POSSIBLE"


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 70 + ".invalid"])
def test_an_unknown_host(pool, host):
    endpoint = Endpoint(f"https://{host}:1/x", "PT", host, False, (CA.certificate,))
    with pytest.raises(Unreachable):
        ask(pool, endpoint)


def test_a_peer_that_hangs_up_without_an_answer_is_unreachable(pool):
    with hostile(GOOD, lambda peer: peer.request()) as server:
        with pytest.raises(Unreachable) as caught:
            ask(pool, at(server.port))
    assert not isinstance(caught.value, Stale | TimedOut)


@pytest.mark.parametrize("polite", [True, False])
def test_a_peer_that_hangs_up_in_the_middle_is_unreachable(pool, polite):
    def script(peer):
        peer.request()
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 50\r\n\r\n<a>")
        peer.socket.unwrap() if polite else peer.reset()

    with hostile(GOOD, script) as server:
        with pytest.raises(Unreachable) as caught:
            ask(pool, at(server.port))
    assert not isinstance(caught.value, Stale | TimedOut)


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
    assert select.select([connection._timed.sock], [], [], 60)[0]


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
        meeting.wait(60)
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
