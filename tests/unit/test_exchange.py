"""Over a real socket: the envelope as it is, the answer as it is, and what is no SOAP told apart."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ncp.exchange import Exchange, Operation, SoapSender, recording
from ncp.wire.errors import Malformed, Unreachable
from tests.support.carriage import GOOD, PATIENT, answers, ask, at, identity, pool_of, silent
from tests.support.hostile import hostile, http


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return identity(tmp_path_factory.mktemp("own"))


@pytest.fixture
def pool(own):
    with pool_of(own) as made:
        yield made


def test_the_envelope_arrives_byte_for_byte_with_the_action_of_the_wsdl(pool):
    envelope = "<æ>ø\n  ☃</æ>".encode()
    with hostile(GOOD, answers(http(b"<answer/>"))) as server:
        answer = ask(pool, at(server.port), envelope)
    assert answer.body == b"<answer/>" and answer.status == 200
    head, body = server.requests[0]
    assert body == envelope
    assert head.startswith(b"POST /services/XCPD_Service HTTP/1.1\r\n")
    action = b'action="urn:hl7-org:v3:PRPA_IN201305UV02:CrossGatewayPatientDiscovery"'
    assert b"Content-Type: application/soap+xml; charset=UTF-8; " + action in head


def test_the_answer_names_who_answered(pool):
    with hostile(GOOD, answers(http(b"<a/>"))) as server:
        assert ask(pool, at(server.port)).peer == "server now"


def test_calls_share_a_connection(pool):
    with hostile(GOOD, answers(*[http(b"<a/>")] * 5)) as server:
        for _ in range(5):
            ask(pool, at(server.port))
        assert (server.connections, pool.handshakes, pool.calls) == (1, 1, 5)


def test_threads_never_share_a_connection_at_the_same_time(pool):
    with hostile(GOOD, answers(*[http(b"<a/>")] * 20)) as server:
        endpoint, sender = at(server.port), SoapSender(pool)
        with ThreadPoolExecutor(4) as threads:
            asked = [
                threads.submit(sender, Operation.IDENTIFY, endpoint, b"<q%d/>" % number)
                for number in range(20)
            ]
            assert all(each.result().body == b"<a/>" for each in asked)
        assert server.connections <= 4 and len(server.requests) == 20


def test_a_chunked_answer_is_put_together(pool):
    reply = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\n<a \r\n3;x=y\r\n/>\n\r\n0\r\nTrailer: 1\r\n\r\n"
    )
    with hostile(GOOD, answers(reply, http(b"<b/>"))) as server:
        assert ask(pool, at(server.port)).body == b"<a />\n"
        assert ask(pool, at(server.port)).body == b"<b/>"
        assert server.connections == 1


def test_an_answer_that_ends_with_the_connection_is_read_when_tls_ends_in_order(pool):
    def script(peer):
        peer.request()
        peer.say(b"HTTP/1.0 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n<a/>")
        peer.socket.unwrap()

    with hostile(GOOD, script) as server:
        assert ask(pool, at(server.port)).body == b"<a/>"


def test_a_fault_with_status_500_is_an_answer(pool):
    with hostile(GOOD, answers(http(b"<fault/>", status=b"500 Oops"))) as server:
        answer = ask(pool, at(server.port))
    assert (answer.status, answer.body) == (500, b"<fault/>")


def test_no_proxy_is_asked(pool, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with hostile(GOOD, answers(http(b"<a/>"))) as server:
        assert ask(pool, at(server.port)).body == b"<a/>"


def test_every_exchange_is_recorded_answered_or_not(pool):
    log: list[Exchange] = []
    with hostile(GOOD, answers(http(b"<a/>", b"X-Odd: 1")), silent) as server:
        send, endpoint = recording(SoapSender(pool), log), at(server.port)
        send(Operation.IDENTIFY, endpoint, b"<q/>")
        pool.close()
        pool.limits = replace(PATIENT, read=0.3)
        with pytest.raises(Unreachable):
            send(Operation.LIST, endpoint, b"<r/>")
    first, second = log
    assert (first.request, first.response, first.error) == (b"<q/>", b"<a/>", None)
    assert first.answer.header("x-odd") == "1" and first.seconds > 0
    assert (second.request, second.response) == (b"<r/>", None)
    assert second.error == "ERROR_GENERIC_CONNECTION_NOT_POSSIBLE" and second.seconds >= 0.3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (http(b"<a/>", b"Location: https://elsewhere.test/", status=b"302 Found"), Malformed),
        (http(b"", b"Location: /x", status=b"307 Temporary Redirect"), Malformed),
        (http(b"busy", status=b"503 Busy", kind=b"text/plain"), Unreachable),
        (http(b"bad gateway", status=b"502 Bad Gateway", kind=b"text/html"), Unreachable),
        (http(b"no", status=b"404 Not Found", kind=b"text/html"), Malformed),
        (http(b"<html/>", kind=b"text/html"), Malformed),
        (http(b"<a/>", kind=b""), Malformed),
        (http(b"x", b"Content-Encoding: gzip"), Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", Malformed),
        (b"SSH-2.0-OpenSSH\r\n", Malformed),
        (b"HTTP/1.1 abc\r\n\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 70_000 + b"\r\n\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Unreachable),
    ],
)
def test_what_is_no_soap_is_told_apart(pool, reply, kind):
    def script(peer):
        peer.request()
        peer.say(reply)
        peer.socket.unwrap()

    with hostile(GOOD, script) as server, pytest.raises(kind):
        ask(pool, at(server.port))


def test_after_any_failure_the_next_call_is_served(pool):
    with hostile(GOOD, lambda peer: peer.reset(), silent, answers(http(b"<a/>"))) as server:
        endpoint = at(server.port)
        with pytest.raises(Unreachable):
            ask(pool, endpoint)
        pool.limits = replace(PATIENT, read=0.3)
        with pytest.raises(Unreachable):
            ask(pool, endpoint)
        pool.limits = PATIENT
        assert ask(pool, endpoint).body == b"<a/>"
