"""Throwaway keys and certificates for tests: made in memory, kept for the process, never written to git.

Keys come from a small pool, because making one costs 50 ms; two calls with different `key` names always
get different keys. Certificates are made anew on every call except those of `seal()` and `tls()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
"""The time at which tests take place; certificates made here are valid one year to either side."""

YEAR = timedelta(days=365)
BOTH_TLS = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


@dataclass(frozen=True)
class Pair:
    """A private key and its certificate."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate alone, as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of this name, made once per process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(name: str, curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    """The elliptic-curve key of this name, made once per process."""
    return ec.generate_private_key(curve())


def name(common_name: str, country: str | None = "PT") -> x509.Name:
    """A subject in the order that real certificates use."""
    parts = [] if country is None else [x509.NameAttribute(NameOID.COUNTRY_NAME, country)]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def usage(**bits: bool) -> x509.KeyUsage:
    """KeyUsage with the given bits set and all others clear."""
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{bit: bits.get(bit, False) for bit in every.split()})


def issue(
    subject: x509.Name,
    key,
    *,
    issuer: Pair | None,
    extensions=(),
    not_before: datetime = NOON - YEAR,
    not_after: datetime = NOON + YEAR,
    algorithm=None,
) -> x509.Certificate:
    """A certificate for `key`, signed by `issuer` or by itself; `extensions` are (extension, critical)."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer.key if issuer else key, algorithm or hashes.SHA256())


def authority(
    common_name: str,
    *,
    issuer: Pair | None = None,
    country: str | None = "PT",
    path_length: int | None = None,
    ca: bool = True,
    key_usage: x509.KeyUsage | None = None,
    key=None,
    **more,
) -> Pair:
    """A certification authority; `ca`, `key_usage` and `path_length` can be made wrong on purpose."""
    key = key or ec_key(f"ca {common_name}")
    extensions = [
        (x509.BasicConstraints(ca=ca, path_length=path_length if ca else None), True),
        (key_usage or usage(key_cert_sign=True, crl_sign=True), True),
    ]
    return Pair(key, issue(name(common_name, country), key, issuer=issuer, extensions=extensions, **more))


def leaf(
    common_name: str = "leaf",
    *,
    issuer: Pair | None,
    country: str | None = "PT",
    eku=None,
    dns=(),
    ips=(),
    key_usage: x509.KeyUsage | None = None,
    with_key_usage: bool = True,
    key=None,
    **more,
) -> Pair:
    """A leaf with digitalSignature; TLS leaves get `eku=BOTH_TLS` and `dns`, seals neither."""
    key = key or rsa_key(f"leaf {common_name}")
    extensions = [(x509.BasicConstraints(ca=False, path_length=None), True)]
    if with_key_usage:
        extensions.append((key_usage or usage(digital_signature=True), True))
    if eku:
        extensions.append((x509.ExtendedKeyUsage(eku), False))
    if dns or ips:
        names = [*map(x509.DNSName, dns), *(x509.IPAddress(ip_address(ip)) for ip in ips)]
        extensions.append((x509.SubjectAlternativeName(names), False))
    return Pair(key, issue(name(common_name, country), key, issuer=issuer, extensions=extensions, **more))


def revocation_list(
    issuer: Pair,
    revoked=(),
    *,
    last_update: datetime = NOON - timedelta(days=1),
    next_update: datetime = NOON + timedelta(days=6),
) -> x509.CertificateRevocationList:
    """A list of `issuer` with the given certificates on it."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(last_update)
        .next_update(next_update)
    )
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(last_update).build())
    return builder.sign(issuer.key, hashes.SHA256())


@cache
def country_ca(country: str) -> Pair:
    """The authority of one country, its own trust anchor."""
    return authority(f"{country} CA", country=country, path_length=0, key=rsa_key(f"{country} CA"))


@cache
def seal(country: str = "NO") -> Pair:
    """The seal pair of one country's contact point."""
    return leaf(f"GRP:NCP_{country}_SEAL", issuer=country_ca(country), country=country)


@cache
def tls(country: str = "NO") -> Pair:
    """The TLS pair of one country's contact point, for `localhost` and `ncp.<cc>.test`."""
    host = f"ncp.{country.lower()}.test"
    return leaf(
        f"{host} tls", issuer=country_ca(country), country=country, eku=BOTH_TLS, dns=(host, "localhost")
    )
