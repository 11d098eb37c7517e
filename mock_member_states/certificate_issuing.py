"""Certificates of the simulated Europe: authorities, leaves and revocation lists, without any file.

Source: the leaf profile seen in MyHealth@EU (subject layout, extensions), ETSI EN 319 412 for the key usages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

ROOT_BITS = 4096
KEY_BITS = 2048
ROOT_DAYS = 20 * 365
AUTHORITY_DAYS = 10 * 365
LEAF_DAYS = 825
CRL_DAYS = 7
_POLICY = ObjectIdentifier("2.25.308150612547361530872519366401975273025")  # ours, made from a random UUID


class Role(StrEnum):
    """What a leaf is for. One key pair never serves both."""

    TLS = "tls"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Pair:
    """A private key and the certificate of its public half."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    def key_pem(self) -> bytes:
        """PKCS #8, not encrypted: the file's mode protects it."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def new_key(bits: int = KEY_BITS) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate_usage(**named: bool) -> x509.KeyUsage:
    """KeyUsage with only the named bits set."""
    bits = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**{**bits, **named})


def root(common_name: str, now: datetime, *, bits: int = ROOT_BITS) -> Pair:
    """A self-signed root that may have one level of authorities below it."""
    key = new_key(bits)
    name = _name(country=None, common_name=common_name)
    certificate = (
        _builder(name, name, key, now, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(certificate_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(key, certificate)


def authority(issuer: Pair, country: str | None, common_name: str, now: datetime) -> Pair:
    """An intermediate (pathLen 0): one per country, so that a whole country can be distrusted."""
    key = new_key()
    builder = (
        _builder(_name(country, common_name), issuer.certificate.subject, key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(certificate_usage(key_cert_sign=True, crl_sign=True), critical=True)
    )
    return Pair(key, _with_issuer(builder, issuer, "root").sign(issuer.key, hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class LeafProfile:
    """Everything in which one leaf differs from another. The defaults are those of a good leaf."""

    country: str  # ISO code, any case
    role: Role
    host_names: tuple[str, ...] = ()
    not_before: datetime | None = None  # midnight of the day of issue if None
    days: int = LEAF_DAYS
    usage: x509.KeyUsage | None = None  # the role's own if None
    no_usage: bool = False
    bits: int = KEY_BITS


def leaf(issuer: Pair, profile: LeafProfile, now: datetime, *, key: rsa.RSAPrivateKey | None = None) -> Pair:
    """A TLS or seal certificate as an NCP of `profile.country` holds it."""
    key = key or new_key(profile.bits)
    builder = _leaf_builder(issuer, profile, now, key)
    return Pair(key, builder.sign(issuer.key, hashes.SHA256()))


def revocation_list(issuer: Pair, now: datetime, revoked: Sequence[int] = ()) -> bytes:
    """The issuer's CRL as PEM, good for seven days.

    Args: revoked: serial numbers.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - timedelta(minutes=5))
        .next_update(now + timedelta(days=CRL_DAYS))
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(_authority_key(issuer), critical=False)
    )
    for serial in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(now - timedelta(minutes=5))
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _leaf_builder(
    issuer: Pair, profile: LeafProfile, now: datetime, key: rsa.RSAPrivateKey
) -> x509.CertificateBuilder:
    country = profile.country.lower()
    hosts = profile.host_names or (f"ncp.{country}.test", "localhost")
    tls = profile.role is Role.TLS
    alternative: list[x509.GeneralName] = (
        [x509.DNSName(host) for host in hosts] if tls else [x509.RFC822Name(f"seal@ncp.{country}.test")]
    )
    start = profile.not_before or now
    builder = (
        _builder(_leaf_name(profile, hosts[0]), issuer.certificate.subject, key, start, profile.days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(_POLICY, None)]), critical=False)
    )
    if not profile.no_usage:
        usage = profile.usage or certificate_usage(digital_signature=True, key_encipherment=tls)
        builder = builder.add_extension(usage, critical=True)
    if tls:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    return _with_issuer(builder, issuer, country)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, start: datetime, days: int
) -> x509.CertificateBuilder:
    """From midnight of the first day to one second before midnight of the last, as real leaves are dated."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(midnight)
        .not_valid_after(midnight + timedelta(days=days, seconds=-1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _with_issuer(builder: x509.CertificateBuilder, issuer: Pair, name: str) -> x509.CertificateBuilder:
    crl = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(f"http://pki.{name}.test/{name}.crl")], None, None, None
    )
    access = [
        x509.AccessDescription(oid, x509.UniformResourceIdentifier(f"http://pki.{name}.test/{what}"))
        for oid, what in (
            (AuthorityInformationAccessOID.OCSP, "ocsp"),
            (AuthorityInformationAccessOID.CA_ISSUERS, f"{name}.crt"),
        )
    ]
    return (
        builder.add_extension(_authority_key(issuer), critical=False)
        .add_extension(x509.CRLDistributionPoints([crl]), critical=False)
        .add_extension(x509.AuthorityInformationAccess(access), critical=False)
    )


def _authority_key(issuer: Pair) -> x509.AuthorityKeyIdentifier:
    own = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _name(country: str | None, common_name: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, country.upper())] if country else []
    return x509.Name(
        [
            *parts,
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulated MyHealth@EU"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _leaf_name(profile: LeafProfile, host: str) -> x509.Name:
    country = profile.country.upper()
    head = [
        (NameOID.COUNTRY_NAME, country),
        (NameOID.ORGANIZATION_NAME, f"National contact point {country} (simulated)"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "MyHealth@EU simulation"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "eHealth"),
    ]
    mail = (NameOID.EMAIL_ADDRESS, f"{profile.role}@ncp.{country.lower()}.test")
    if profile.role is Role.TLS:
        tail = [(NameOID.COMMON_NAME, host), (NameOID.LOCALITY_NAME, "Test"), mail]
    else:
        group = f"GRP:EHEALTH_NCP_TEST_{country}_001"
        tail = [(NameOID.COMMON_NAME, group), mail, (NameOID.SERIAL_NUMBER, "1")]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in head + tail])
