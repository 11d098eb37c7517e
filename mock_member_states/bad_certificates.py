"""Certificates that must be refused, one per way of being wrong. Made on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from mock_member_states.certificate_issuing import (
    KEY_BITS,
    LeafProfile,
    Pair,
    Role,
    authority,
    certificate_usage,
    leaf,
    root,
)

_SHA256_RSA = bytes.fromhex("06092a864886f70d01010b")
_SHA1_RSA = bytes.fromhex("06092a864886f70d010105")
_SHA1_PREFIX = bytes.fromhex("3021300906052b0e03021a05000414")  # DigestInfo of PKCS #1 v1.5


class Flaw(StrEnum):
    """What is wrong. `REVOKED` is a good leaf: the caller puts it on the list with `pki.revoke`."""

    EXPIRED = "expired"
    NOT_YET_VALID = "notYetValid"
    REVOKED = "revoked"
    WRONG_COUNTRY = "wrongCountry"
    NO_KEY_USAGE = "noKeyUsage"
    KEY_AGREEMENT_ONLY = "keyAgreementOnly"
    SHA1 = "sha1"
    RSA1024 = "rsa1024"
    SELF_SIGNED = "selfSigned"
    ROGUE_CHAIN = "rogueChain"
    WRONG_SAN = "wrongSan"


def flawed(flaw: Flaw, role: Role, country: str, issuer: Pair, now: datetime) -> Pair:
    """A leaf that looks like `country`'s own but for one flaw.

    Args: issuer: the country's authority (not used by the flaws that have another signer).
    """
    return _MAKERS[flaw](LeafProfile(country, role), issuer, now)


def _expired(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    start = now - timedelta(days=40)
    return leaf(issuer, replace(profile, not_before=start, days=30), now)


def _not_yet_valid(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    return leaf(issuer, replace(profile, not_before=now + timedelta(days=2)), now)


def _revoked(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    return leaf(issuer, profile, now)


def _wrong_country(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    other = "SE" if profile.country.upper() != "SE" else "DK"
    return leaf(issuer, replace(profile, country=other), now)


def _no_key_usage(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    return leaf(issuer, replace(profile, no_usage=True), now)


def _key_agreement_only(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    return leaf(issuer, replace(profile, usage=certificate_usage(key_agreement=True)), now)


def _rsa1024(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    return leaf(issuer, replace(profile, bits=1024), now)


def _self_signed(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    """Subject and issuer are the good leaf's subject; signed with its own key."""
    good = leaf(issuer, profile, now)
    builder = (
        x509.CertificateBuilder()
        .subject_name(good.certificate.subject)
        .issuer_name(good.certificate.subject)
        .public_key(good.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(good.certificate.not_valid_before_utc)
        .not_valid_after(good.certificate.not_valid_after_utc)
    )
    for extension in good.certificate.extensions:
        if not isinstance(extension.value, x509.AuthorityKeyIdentifier):
            builder = builder.add_extension(extension.value, critical=extension.critical)
    return Pair(good.key, builder.sign(good.key, hashes.SHA256()))


def _rogue_chain(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    """An unrelated root and an authority that carries the real authority's name."""
    name = issuer.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    rogue_root = root("Rogue Root CA", now, bits=KEY_BITS)
    return leaf(authority(rogue_root, profile.country, str(name), now), profile, now)


def _wrong_san(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    return leaf(issuer, replace(profile, host_names=("ncp.elsewhere.test",)), now)


def _sha1(profile: LeafProfile, issuer: Pair, now: datetime) -> Pair:
    """A SHA-1 signature. The library refuses to make one, so the RSA operation is done by hand."""
    good = leaf(issuer, profile, now)
    signed = good.certificate.tbs_certificate_bytes.replace(_SHA256_RSA, _SHA1_RSA)
    whole = good.certificate.public_bytes(serialization.Encoding.DER)
    size = len(good.certificate.signature)
    body = whole.replace(good.certificate.tbs_certificate_bytes, signed)
    head = body[: len(body) - size].replace(_SHA256_RSA, _SHA1_RSA)
    return Pair(good.key, x509.load_der_x509_certificate(head + _rsa_sha1(issuer, signed)))


def _rsa_sha1(issuer: Pair, message: bytes) -> bytes:
    size = (issuer.key.key_size + 7) // 8
    digest = _SHA1_PREFIX + hashlib.sha1(message, usedforsecurity=False).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    numbers = issuer.key.private_numbers()
    value = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n)
    return value.to_bytes(size, "big")


_MAKERS: dict[Flaw, Callable[[LeafProfile, Pair, datetime], Pair]] = {
    Flaw.EXPIRED: _expired,
    Flaw.NOT_YET_VALID: _not_yet_valid,
    Flaw.REVOKED: _revoked,
    Flaw.WRONG_COUNTRY: _wrong_country,
    Flaw.NO_KEY_USAGE: _no_key_usage,
    Flaw.KEY_AGREEMENT_ONLY: _key_agreement_only,
    Flaw.SHA1: _sha1,
    Flaw.RSA1024: _rsa1024,
    Flaw.SELF_SIGNED: _self_signed,
    Flaw.ROGUE_CHAIN: _rogue_chain,
    Flaw.WRONG_SAN: _wrong_san,
}
