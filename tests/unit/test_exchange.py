"""Over a real socket: trust before the first byte, limits that hold, every failure by its class."""

import os
import select
import ssl
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from ncp.connection import Limits, Pool, Stale
from ncp.directory import Endpoint
from ncp.exchange import Exchange, Operation, SoapSender, recording
from ncp.own import Own
from ncp.trust import Trust
from ncp.wire.errors import ErrorCode, Malformed, Unreachable, Untrusted
from tests.support import keys
from tests.support.hostile import hostile, http

NOW = datetime.now(UTC)
FRESH = {"not_before": NOW - timedelta(days=1), "not_after": NOW + timedelta(days=30)}
CA = keys.authority("PT CA now", path_length=0, **FRESH)
QUICK = Limits(connect=2, read=0.4, total=0.8, body=100_000)


def server_pair(name="server now", *, issuer=CA, dns=("localhost",), eku=keys.BOTH_TLS, **more):
    more = FRESH | more
    return keys.leaf(name, issuer=issuer, dns=dns, eku=eku, **more)


GOOD = server_pair()


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    pair = keys.leaf(
        "ncp.no", issuer=keys.authority("NO CA now", country="NO", **FRESH), country="NO", **FRESH
    )
    (folder / "tls.crt").write_bytes(pair.pem)
    (folder / "tls.key").write_bytes(
        pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "crl").mkdir()
    return Own(
        country="NO",
        home_community="2.16.578.1.12.4.5.10.1",
        seal_key=pair.key,
        seal=pair.certificate,
        tls=pair.certificate,
        tls_chain=folder / "tls.crt",
        tls_key=folder / "tls.key",
        revocation_lists=folder / "crl",
    )


@pytest.fixture
def pool(own):
    made = Pool(Trust(own, lambda: datetime.now(UTC)), QUICK)
    yield made
    made.close()


def at(port, *, anchors=(CA,), host="localhost", country="PT", lenient=False):
    return Endpoint(
        f"https://localhost:{port}/services/XCPD_Service",
        country,
        host,
        lenient,
        tuple(each.certificate for each in anchors),
    )


def answers(*replies):
    """A script that answers one request after another on the same connection, then waits."""

    def script(peer):
        for reply in replies:
            if not peer.request():
                return
            peer.say(reply)
        peer.request()

    return script


def silent(peer):
    peer.request()
    peer.hold()


def ask(pool, endpoint, body=b"<question/>"):
    return SoapSender(pool)(Operation.IDENTIFY, endpoint, body)


# --- carriage -------------------------------------------------------------------------------------------


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
        with pytest.raises(Unreachable):
            send(Operation.LIST, endpoint, b"<r/>")
    first, second = log
    assert (first.request, first.response, first.error) == (b"<q/>", b"<a/>", None)
    assert first.answer.header("x-odd") == "1" and first.seconds > 0
    assert (second.request, second.response) == (b"<r/>", None)
    assert second.error == "ERROR_GENERIC_CONNECTION_NOT_POSSIBLE" and second.seconds >= 0.3


# --- trust: nothing is sent to the wrong peer --------------------------------------------------------------


def untrusted(pool, pair, **server):
    with hostile(pair, answers(http(b"<a/>")), **server) as server:
        with pytest.raises(Untrusted) as caught:
            ask(pool, at(server.port))
        assert server.requests == []
    assert caught.value.code == ErrorCode.SEC_GENERIC or caught.value.reason.startswith("CERT_")
    return caught.value.reason


def test_another_countrys_authority_is_not_trusted(pool):
    other = keys.authority("FI CA now", country="FI", **FRESH)
    assert untrusted(pool, server_pair("imposter", issuer=other)) == "CERT_UNTRUSTED"


def test_a_self_signed_certificate_is_not_trusted(pool):
    assert untrusted(pool, server_pair("self", issuer=None)) == "CERT_UNTRUSTED"


def test_a_certificate_of_another_country_is_refused_even_from_the_right_authority(pool):
    assert untrusted(pool, server_pair("abroad", country="ES")) == "CERT_WRONG_COUNTRY"


@pytest.mark.parametrize(
    ("days", "reason"),
    [((-30, -1), "CERT_EXPIRED"), ((1, 30), "CERT_NOT_YET_VALID")],
)
def test_a_certificate_out_of_its_time_is_refused(pool, days, reason):
    begin, end = (NOW + timedelta(days=day) for day in days)
    assert untrusted(pool, server_pair("untimely", not_before=begin, not_after=end)) == reason


def test_a_certificate_for_another_host_is_refused(pool):
    assert untrusted(pool, server_pair("elsewhere", dns=("elsewhere.test",))) == "CERT_HOSTNAME"


def test_a_certificate_without_server_usage_is_refused(pool):
    client_only = server_pair("client only", eku=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    assert untrusted(pool, client_only) == "CERT_EKU"


def test_a_certificate_without_extended_usage_passes_only_where_the_country_is_lenient(pool):
    plain = server_pair("plain", eku=None)
    assert untrusted(pool, plain) == "CERT_EKU"
    with hostile(plain, answers(http(b"<a/>"))) as server:
        assert ask(pool, at(server.port, lenient=True)).body == b"<a/>"


def test_a_certificate_without_signing_usage_is_refused(pool):
    pair = server_pair("no signing", key_usage=keys.usage(key_encipherment=True))
    with hostile(pair, answers(http(b"<a/>"))) as server:
        with pytest.raises(Untrusted):
            ask(pool, at(server.port))
        assert server.requests == []


def test_a_weak_key_is_refused(pool):
    """OpenSSL's own level would refuse it too; the server here lowers its, the client must not."""
    weak = server_pair("weak", key=keys.rsa_key("weak", 1024))
    assert untrusted(pool, weak, weak=True) == "CERT_WEAK"


def test_a_revoked_certificate_is_refused_on_the_next_connection(pool, own):
    pair = server_pair("revoked")
    listed = keys.revocation_list(
        CA, [pair.certificate], last_update=NOW - timedelta(hours=1), next_update=NOW + timedelta(days=1)
    )
    with hostile(pair, answers(http(b"<a/>"), http(b"<a/>"))) as server:
        assert ask(pool, at(server.port)).body == b"<a/>"
    path = own.revocation_lists / "pt.crl"
    path.write_bytes(listed.public_bytes(Encoding.PEM))
    try:
        assert untrusted(pool, pair) == "CERT_REVOKED"
    finally:
        path.unlink()


def test_a_damaged_revocation_list_is_no_revocation_list(pool, own):
    path = own.revocation_lists / "pt.crl"
    path.write_bytes(b"nothing")
    try:
        assert untrusted(pool, GOOD) == "CERT_REVOCATION_UNKNOWN"
    finally:
        path.unlink()


def test_an_old_tls_version_is_refused(pool):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old = {"minimum_version": ssl.TLSVersion.TLSv1_1, "maximum_version": ssl.TLSVersion.TLSv1_1}
        with hostile(GOOD, answers(http(b"<a/>")), **old) as server:
            with pytest.raises((Untrusted, Unreachable)):
                ask(pool, at(server.port))
            assert server.requests == []


def test_a_server_without_tls_is_not_trusted(pool):
    def script(peer):
        peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with hostile(GOOD, script, tls=False) as server, pytest.raises(Untrusted) as caught:
        ask(pool, at(server.port))
    assert caught.value.reason == "TLS_HANDSHAKE"


# --- limits ---------------------------------------------------------------------------------------------


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
    pool = Pool(Trust(own, lambda: datetime.now(UTC)), Limits(0.3, 5, 5, 1000))
    with hostile(GOOD, lambda peer: peer.hold(), tls=False) as server:
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


# --- hanging up -----------------------------------------------------------------------------------------


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


# --- answers that are no SOAP ----------------------------------------------------------------------------


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
        for _ in range(2):
            with pytest.raises(Unreachable):
                ask(pool, endpoint)
        assert ask(pool, endpoint).body == b"<a/>"


# --- the pool -------------------------------------------------------------------------------------------


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
