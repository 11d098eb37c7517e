"""Certificates: one test per reason for which one is refused, and what must be accepted."""

import warnings
from datetime import timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ncp.wire.certificates import CertificateReason, CertificateRole, check_published, country_of
from ncp.wire.errors import Untrusted
from tests.support.certificates import CA, judged, leaf
from tests.support.keys import (
    BOTH_TLS,
    NOON,
    YEAR,
    Pair,
    authority,
    ec_key,
    issue,
    name,
    rsa_key,
    seal,
    tls,
    usage,
)
from tests.support.sha1 import resigned_with_sha1

R, SEAL, SERVER, CLIENT = (
    CertificateReason,
    CertificateRole.SEAL,
    CertificateRole.TLS_SERVER,
    CertificateRole.TLS_CLIENT,
)


def tls_leaf(cn="tls leaf", **more) -> Pair:
    return leaf(cn, **({"issuer": CA, "eku": BOTH_TLS, "dns": ("ncp.pt.test", "localhost")} | more))


# --- accepted


def test_the_certificates_of_a_contact_point_are_accepted():
    assert judged(seal("PT"), country="PT") == ""
    for role in (SERVER, CLIENT):
        assert judged(tls("PT"), role, host="ncp.pt.test", country="pt") == ""


def test_elliptic_curves_are_accepted():
    for curve in (ec.SECP256R1, ec.SECP384R1):
        assert judged(leaf("ec", issuer=CA, key=ec_key("leaf", curve))) == ""


def test_the_last_second_counts_and_the_next_does_not():
    pair = leaf("edge", issuer=CA, not_after=NOON)
    assert judged(pair) == ""
    assert judged(pair, now=NOON + timedelta(seconds=1)) == R.EXPIRED


# --- 1 malformed


def test_a_ca_is_no_leaf():
    assert judged(CA) == R.MALFORMED


def test_a_leaf_without_basic_constraints_is_a_leaf():
    key = rsa_key("leaf")
    certificate = issue(name("bare"), key, issuer=CA, extensions=[(usage(digital_signature=True), True)])
    assert judged(Pair(key, certificate)) == ""


def test_a_leaf_whose_extensions_cannot_be_read():
    key = rsa_key("leaf")
    oid = x509.ObjectIdentifier("2.5.29.19")
    broken = x509.UnrecognizedExtension(oid, b"\x30\x03\x01\x01")
    certificate = issue(name("bare"), key, issuer=CA, extensions=[(broken, True)])
    assert judged(Pair(key, certificate)) == R.MALFORMED


RSA_SHA256 = bytes.fromhex("06092a864886f70d01010b")
RSA_KEY = bytes.fromhex("06092a864886f70d010101")
UNKNOWN = bytes.fromhex("06092a864886f70d010163")


@pytest.mark.parametrize("known", [RSA_SHA256, RSA_KEY], ids=["signature", "key"])
def test_an_algorithm_that_nobody_knows(known):
    pair = leaf("unknown", issuer=CA)
    strange = x509.load_der_x509_certificate(
        pair.certificate.public_bytes(Encoding.DER).replace(known, UNKNOWN)
    )
    assert judged(Pair(pair.key, strange)) == R.MALFORMED
    assert judged(pair, intermediates=[Pair(pair.key, strange)]) == R.MALFORMED


def test_an_extension_that_occurs_twice():
    """The library refuses to make one, so the second of two unknown ones is renamed in the bytes."""
    one, two = bytes.fromhex("06032a0301"), bytes.fromhex("06032a0302")
    key = rsa_key("leaf")
    extensions = [
        (x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b"\x05\x00"), False)
        for number in (1, 2)
    ]
    certificate = issue(name("double"), key, issuer=CA, extensions=extensions)
    der = certificate.public_bytes(Encoding.DER).replace(two, one)
    assert judged(Pair(key, x509.load_der_x509_certificate(der))) == R.MALFORMED


def test_a_critical_extension_that_nobody_processes():
    key = rsa_key("leaf")
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.1"), b"\x05\x00")
    for critical, reason in ((True, R.MALFORMED), (False, "")):
        extensions = [(usage(digital_signature=True), True), (unknown, critical)]
        certificate = issue(name("demanding"), key, issuer=CA, extensions=extensions)
        assert judged(Pair(key, certificate)) == reason


# --- 2 time


@pytest.mark.parametrize(
    ("begin", "end", "reason"), [(-2, -1, R.EXPIRED), (1, 2, R.NOT_YET_VALID)], ids=["expired", "early"]
)
def test_a_leaf_outside_its_validity(begin, end, reason):
    times = {"not_before": NOON + begin * YEAR, "not_after": NOON + end * YEAR}
    assert judged(leaf("late", issuer=CA, **times)) == reason
    issuer = authority("late issuer", **times)
    assert judged(leaf("end", issuer=issuer), anchors=[issuer]) == reason


# --- 5 and 6 usage


@pytest.mark.parametrize("key_usage", [usage(key_agreement=True), usage(content_commitment=True)])
def test_a_leaf_without_digital_signature(key_usage):
    assert judged(leaf("usage", issuer=CA, key_usage=key_usage)) == R.KEY_USAGE


def test_a_leaf_without_key_usage():
    assert judged(leaf("usage", issuer=CA, with_key_usage=False)) == R.KEY_USAGE


def test_key_encipherment_is_a_switch():
    plain = leaf("plain", issuer=CA)
    both = leaf("both", issuer=CA, key_usage=usage(digital_signature=True, key_encipherment=True))
    assert judged(plain, key_encipherment=True) == R.KEY_USAGE
    assert judged(both, key_encipherment=True) == ""


@pytest.mark.parametrize(
    ("eku", "server", "client", "sealing"),
    [
        (BOTH_TLS, "", "", R.EKU),
        ((ExtendedKeyUsageOID.SERVER_AUTH,), "", R.EKU, R.EKU),
        ((ExtendedKeyUsageOID.CLIENT_AUTH,), R.EKU, "", R.EKU),
        ((ExtendedKeyUsageOID.EMAIL_PROTECTION,), R.EKU, R.EKU, ""),
        ((ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), R.EKU, R.EKU, ""),
        (None, R.EKU, R.EKU, ""),
    ],
    ids=["both", "server", "client", "email", "any", "absent"],
)
def test_extended_key_usage_keeps_the_roles_apart(eku, server, client, sealing):
    pair = leaf("eku", issuer=CA, eku=eku)
    assert [judged(pair, role) for role in (SERVER, CLIENT, SEAL)] == [server, client, sealing]


def test_a_lenient_country_accepts_absence_and_nothing_else():
    assert judged(leaf("eku", issuer=CA), SERVER, eku_lenient=True) == ""
    email = leaf("eku", issuer=CA, eku=(ExtendedKeyUsageOID.EMAIL_PROTECTION,))
    assert judged(email, SERVER, eku_lenient=True) == R.EKU
    assert judged(tls_leaf(), SEAL, eku_lenient=True) == R.EKU


# --- 7 strength


def test_weak_keys():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert judged(leaf("weak", issuer=CA, key=rsa_key("weak", 1024))) == R.WEAK
    assert judged(leaf("ed", issuer=CA, key=ed25519.Ed25519PrivateKey.generate())) == R.WEAK
    assert judged(leaf("p521", issuer=CA, key=ec_key("p521", ec.SECP521R1))) == R.WEAK


def test_a_weak_issuer():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root = authority("strong root")
        weak = authority("weak issuer", issuer=root, key=rsa_key("weak issuer", 1024))
        assert judged(leaf("end", issuer=weak), anchors=[root], intermediates=[weak]) == R.WEAK


def test_sha1_signatures_are_refused_except_on_the_anchor_itself():
    """SHA-1 can no longer be made with the library, so the certificates are signed by hand."""
    pair = leaf("sha1", issuer=CA)
    assert judged(Pair(pair.key, resigned_with_sha1(pair.certificate, CA.key))) == R.WEAK
    root = authority("sha1 root", key=rsa_key("sha1 root"))
    old = Pair(root.key, resigned_with_sha1(root.certificate, root.key))
    assert judged(leaf("end", issuer=root), anchors=[old]) == ""
    assert judged(leaf("end", issuer=root), anchors=[old], intermediates=[old]) == ""
    middle = authority("sha1 middle", issuer=root)
    weak = Pair(middle.key, resigned_with_sha1(middle.certificate, root.key))
    assert judged(leaf("end", issuer=middle), anchors=[root], intermediates=[weak]) == R.WEAK


def test_sha224_is_too_weak():
    assert judged(leaf("sha224", issuer=CA, algorithm=hashes.SHA224())) == R.WEAK


# --- 9 host name


@pytest.mark.parametrize(
    ("names", "host", "accepted"),
    [
        (("ncp.pt.test",), "ncp.pt.test", True),
        (("ncp.pt.test",), "NCP.PT.TEST.", True),
        (("*.pt.test",), "ncp.pt.test", True),
        (("a.test", "localhost"), "localhost", True),
        (("*.pt.test",), "a.ncp.pt.test", False),
        (("*.pt.test",), "pt.test", False),
        (("*.test",), "pt.test", False),
        (("*",), "localhost", False),
        (("ncp.pt.test",), "ncp.fi.test", False),
        (("ncp.pt.test",), "127.0.0.1", False),
        (("127.0.0.1",), "127.0.0.1", False),
    ],
)
def test_the_host_name(names, host, accepted):
    assert judged(tls_leaf(dns=names), SERVER, host=host) == ("" if accepted else R.HOSTNAME)


def test_an_address_is_compared_with_addresses():
    pair = tls_leaf(ips=("127.0.0.1", "::1"))
    assert judged(pair, SERVER, host="127.0.0.1") == judged(pair, SERVER, host="0:0:0:0:0:0:0:1") == ""
    assert judged(pair, SERVER, host=str(ip_address("127.0.0.2"))) == R.HOSTNAME


def test_the_common_name_is_no_host_name():
    assert judged(tls_leaf("ncp.pt.test", dns=()), SERVER, host="ncp.pt.test") == R.HOSTNAME


# --- 10 published


def test_the_presented_leaf_is_the_published_one():
    check_published(tls("PT").certificate, tls("PT").certificate)
    with pytest.raises(Untrusted) as caught:
        check_published(tls("PT").certificate, tls_leaf().certificate)
    assert caught.value.reason == R.NOT_PUBLISHED


# --- 11 country


def test_a_certificate_of_another_country():
    assert judged(seal("PT"), country="FI") == R.WRONG_COUNTRY


def test_the_country_comes_from_the_attribute_and_not_from_text():
    tricky = x509.Name(
        [
            x509.NameAttribute(NameOID.DOMAIN_COMPONENT, "FI"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "C=FI"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PT"),
        ]
    )
    key = rsa_key("leaf")
    assert country_of(issue(tricky, key, issuer=CA)) == "PT"


@pytest.mark.parametrize("countries", [[], ["PT", "FI"]], ids=["none", "two"])
def test_a_subject_that_names_no_single_country(countries):
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, country) for country in countries]
        + [x509.NameAttribute(NameOID.COMMON_NAME, "x")]
    )
    with pytest.raises(Untrusted) as caught:
        country_of(issue(subject, rsa_key("leaf"), issuer=CA))
    assert caught.value.reason == R.WRONG_COUNTRY
