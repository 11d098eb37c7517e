"""A member state behind real sockets: who gets in, what HTTP refuses, and that it goes on serving."""

import contextlib
import http.client
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from mock_member_states import server
from mock_member_states.app import BASE_PATH
from mock_member_states.bad_certificates import Flaw, flawed
from mock_member_states.call import Service
from mock_member_states.certificate_issuing import Role
from ncp.wire import media_type
from ncp.wire.iti55 import DiscoveryResponse
from tests.support.chain import NOW, RICH, Asker, MemberStateForTests, hierarchy
from tests.support.serving import client_context, serving

PATIENT = RICH["PT"]
LIMIT = 200_000


@pytest.fixture(scope="module", params=["httptools", "h11"])
def running(request, tmp_path_factory):
    member = MemberStateForTests.load("PT", tmp_path_factory.mktemp("pt"))
    with serving(member, http=request.param, max_body=LIMIT) as running:
        yield running


@pytest.fixture
def ask(running):
    return Asker(running.member)


def is_served(running):
    """A good request over a new connection gets its answer."""
    ask = Asker(running.member)
    status, headers, body = running.post(Service.XCPD, ask.discovery_bytes(PATIENT))
    answer = DiscoveryResponse.from_xml(etree.fromstring(body).find("{*}Body")[0])
    return status == 200 and bool(answer.candidates)


# --- who gets in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_good_request_over_both_versions(running, ask, version):
    connection = running.connection(minimum=version, maximum=version)
    status, headers, _ = running.post(Service.XCPD, ask.discovery_bytes(PATIENT), connection=connection)
    assert status == 200
    assert media_type.parse(headers["content-type"]).name == "application/soap+xml"
    assert connection.sock.version() == {ssl.TLSVersion.TLSv1_2: "TLSv1.2"}.get(version, "TLSv1.3")
    assert connection.sock.compression() is None
    connection.close()


def test_only_strong_cipher_suites_in_1_2(running):
    context = client_context("NO", maximum=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("AES256-SHA256:AES128-SHA:@SECLEVEL=0")
    with socket.create_connection(("localhost", running.port)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="localhost")
    assert is_served(running)


def test_tls_1_1_is_refused(running):
    context = client_context("NO")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("localhost", running.port)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="localhost")
    assert is_served(running)


def refused_by_handshake(running, context):
    """In TLS 1.3 the server's refusal arrives with the first read."""
    connection = http.client.HTTPSConnection("localhost", running.port, timeout=20, context=context)
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
        connection.request("GET", f"{BASE_PATH}XCPD_Service?wsdl")
        connection.getresponse()
    connection.close()


def test_without_client_certificate_nobody_gets_in(running):
    before = len(running.member.audit)
    refused_by_handshake(running, client_context(None))
    assert len(running.member.audit) == before
    assert is_served(running)


@pytest.mark.parametrize(
    "flaw", [Flaw.SELF_SIGNED, Flaw.ROGUE_CHAIN, Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.RSA1024]
)
def test_a_client_certificate_that_the_handshake_refuses(running, tmp_path, flaw):
    bad = flawed(flaw, Role.TLS, "no", hierarchy().authority("no"), NOW)
    context = client_context(None)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # let the client offer a weak key at all
    context.load_cert_chain(*written(tmp_path, bad))
    refused_by_handshake(running, context)
    assert is_served(running)


def written(folder, pair):
    """The pair as two PEM files for OpenSSL."""
    certificate, key = folder / "x.crt", folder / "x.key"
    certificate.write_bytes(pair.certificate_pem())
    key.write_bytes(pair.key_pem())
    return certificate, key


@pytest.mark.parametrize(
    ("flaw", "role"),
    [(Flaw.KEY_AGREEMENT_ONLY, Role.TLS), (Flaw.NO_KEY_USAGE, Role.TLS), (Flaw.WRONG_COUNTRY, Role.TLS)],
)
def test_a_client_certificate_that_is_refused_one_way_or_the_other(running, tmp_path, ask, flaw, role):
    """OpenSSL refuses some of these, our own check the rest: never an answer with content."""
    bad = flawed(flaw, role, "no", hierarchy().authority("no"), NOW)
    context = client_context(None)
    context.load_cert_chain(*written(tmp_path, bad))
    connection = http.client.HTTPSConnection("localhost", running.port, timeout=20, context=context)
    try:
        status, _, body = running.post(Service.XCPD, ask.discovery_bytes(PATIENT), connection=connection)
        assert status == 403 and b"CERT_" in body
        assert running.member.audit[-1]["outcome"] == "refused"
    except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
        pass
    connection.close()
    assert is_served(running)


def test_a_seal_certificate_cannot_open_a_connection(running, tmp_path, ask):
    seal = hierarchy().identity("NO", Role.SEAL)
    context = client_context(None)
    context.load_cert_chain(*written(tmp_path, seal))
    connection = http.client.HTTPSConnection("localhost", running.port, timeout=20, context=context)
    status, _, body = running.post(Service.XCPD, ask.discovery_bytes(PATIENT), connection=connection)
    connection.close()
    assert (status, b"CERT_EKU" in body) == (403, True)
    assert running.member.audit[-1]["codes"] == ["CERT_EKU"]
    assert is_served(running)


def test_the_certificate_in_the_scope_is_the_one_of_the_connection(running, ask):
    """Two connections at once, one of them Finnish: each is judged by its own certificate."""
    norwegian, finnish = running.connection("NO"), running.connection("FI")
    for _ in range(2):
        status, _, good = running.post(Service.XCPD, ask.discovery_bytes(PATIENT), connection=norwegian)
        _, _, bad = running.post(Service.XCPD, ask.discovery_bytes(PATIENT), connection=finnish)
        assert status == 200 and b"deliveredResponse" in good
        assert b"ERROR_SEC_DATA_INTEGRITY_NOT_ENSURED" in bad
    senders = [line["sender"] for line in running.member.audit[-4:]]
    assert senders == ["NO", "FI", "NO", "FI"]
    norwegian.close()
    finnish.close()


def test_the_servers_own_certificate_is_its_countrys(running):
    connection = running.connection()
    connection.connect()
    subject = dict(part[0] for part in connection.sock.getpeercert()["subject"])
    connection.close()
    assert subject["countryName"] == "PT"
    with pytest.raises(ssl.SSLCertVerificationError):
        running.connection(trusts="FI").connect()


# --- what HTTP refuses ---------------------------------------------------------------------------------


def test_the_same_connection_serves_on_after_a_refusal(running, ask):
    connection = running.connection()
    for body, expected in (
        (b"<!DOCTYPE x><x/>", 400),
        (ask.discovery_bytes(PATIENT, assertions=[]), 200),
        (ask.discovery_bytes(PATIENT), 200),
    ):
        status, _, _ = running.post(Service.XCPD, body, connection=connection)
        assert status == expected
    connection.close()


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "", "application/x-www-form-urlencoded"])
def test_a_wrong_content_type(running, kind):
    status, _, _ = running.post(Service.XCPD, b"x", content_type=kind or "garbage")
    assert status == 415
    assert running.member.audit[-1]["codes"] == ["HTTP_415"]
    assert is_served(running)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "XCPD_Service", 405),
        ("PUT", "XCPD_Service", 405),
        ("DELETE", "XCA_Service", 405),
        ("GET", "Other_Service", 404),
        ("POST", "Other_Service", 404),
        ("GET", "../../etc/passwd", 404),
        ("GET", "XCA_Service?xsd=../../validate.py", 405),
        ("GET", "XCA_Service?xsd=none.xsd", 405),
        ("GET", "XCPD_Service?wsdl", 200),
        ("GET", "XCA_Service?WSDL&wsdl", 200),
        ("GET", "XCA_Service?xsd=xdsb.xsd", 200),
        ("HEAD", "XCA_Service?wsdl", 200),
    ],
)
def test_other_methods_and_paths(running, method, path, status):
    connection = running.connection()
    connection.request(method, BASE_PATH + path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == status
    if status == 405:
        assert "POST" in response.headers["allow"]
    if status == 200 and method == "GET":
        etree.fromstring(body)


def test_the_description_names_the_address_it_was_asked_at(running):
    connection = running.connection()
    connection.request("GET", f"{BASE_PATH}XCA_Service?wsdl")
    body = connection.getresponse().read().decode()
    connection.close()
    assert f'location="https://localhost:{running.port}{BASE_PATH}XCA_Service"' in body
    assert 'schemaLocation="?xsd=xdsb.xsd"' in body


def test_a_body_that_announces_too_much(running):
    connection = running.connection()
    connection.putrequest("POST", BASE_PATH + "XCPD_Service")
    connection.putheader("Content-Type", "application/soap+xml")
    connection.putheader("Content-Length", str(LIMIT + 1))
    connection.endheaders(b"x" * (LIMIT + 1))
    response = connection.getresponse()
    assert response.status == 413
    connection.close()
    assert running.member.audit[-1]["codes"] == ["HTTP_413"]
    assert is_served(running)


def test_a_chunked_body_over_the_limit(running):
    connection = running.connection()
    chunks = (b"y" * 50_000 for _ in range(6))
    headers = {"Content-Type": "application/soap+xml"}
    connection.request("POST", BASE_PATH + "XCPD_Service", body=chunks, headers=headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    assert is_served(running)


POST = b"POST " + BASE_PATH.encode() + b"XCPD_Service HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Content-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("begin", "line"),
    [
        (POST, b"X-A: " + b"a" * 60_000 + b"\r\n"),  # many headers
        (POST + b"X-A: ", b"a" * 60_000),  # one header
        (CHUNKED + b"1\r\nx\r\n0\r\n", b"X-A: " + b"a" * 60_000 + b"\r\n"),  # many trailers
    ],
)
def test_headers_without_end_are_cut_off(running, begin, line):
    connection = running.connection()
    connection.connect()
    sent = 0
    with contextlib.suppress(OSError):
        connection.sock.sendall(begin)
        while sent < 60_000_000:
            connection.sock.sendall(line)
            sent += len(line)
    connection.close()
    assert sent < 30_000_000  # the limit is 1 MiB; the rest waits in buffers
    assert is_served(running)


def test_a_chunked_request_is_served(running, ask):
    body = ask.discovery_bytes(PATIENT)
    connection = running.connection()
    chunks = (body[at : at + 1000] for at in range(0, len(body), 1000))
    headers = {"Content-Type": "application/soap+xml; charset=UTF-8"}
    connection.request("POST", BASE_PATH + "XCPD_Service", body=chunks, headers=headers, encode_chunked=True)
    response = connection.getresponse()
    assert response.status == 200 and b"deliveredResponse" in response.read()
    connection.close()


def test_a_client_that_hangs_up_in_the_middle(running, ask):
    body = ask.discovery_bytes(PATIENT)
    connection = running.connection()
    connection.putrequest("POST", BASE_PATH + "XCPD_Service")
    connection.putheader("Content-Type", "application/soap+xml")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:100])
    connection.close()
    assert is_served(running)


def test_many_at_once(running):
    def one(_):
        return is_served(running)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(one, range(12)))
    assert running.member.audit[-1]["outcome"] == "success"


def test_a_server_that_is_told_to_stop_stops(tmp_path):
    member = MemberStateForTests.load("FI", tmp_path)
    with serving(member) as running:
        port, kept = running.port, running.connection(trusts="FI")
        kept.connect()  # an idle connection must not hold up the end
    with pytest.raises(OSError):
        socket.create_connection(("localhost", port), timeout=5)
    kept.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("answer")]


def test_a_context_needs_its_files(tmp_path):
    with pytest.raises(OSError):
        server.tls_context(tmp_path)
