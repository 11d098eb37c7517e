"""Nothing is sent to the wrong peer: everything about its certificate is looked at first."""

import ssl
import warnings
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from ncp.wire.errors import ErrorCode, Unreachable, Untrusted
from tests.support import keys
from tests.support.carriage import CA, FRESH, GOOD, NOW, answers, ask, at, identity, pool_of, server_pair
from tests.support.hostile import hostile, http


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return identity(tmp_path_factory.mktemp("own"))


@pytest.fixture
def pool(own):
    with pool_of(own) as made:
        yield made


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


def test_unknown_revocation_is_a_warning_and_a_current_list_ends_it(pool, own):
    current = keys.revocation_list(
        CA, [], last_update=NOW - timedelta(hours=1), next_update=NOW + timedelta(days=1)
    )
    path = own.revocation_lists / "pt.crl"
    with hostile(GOOD, answers(http(b"<a/>"))) as server:
        assert ask(pool, at(server.port)).warnings == ("CERT_REVOCATION_UNKNOWN",)
        pool.close()
        path.write_bytes(current.public_bytes(Encoding.PEM))
        try:
            assert ask(pool, at(server.port)).warnings == ()
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
