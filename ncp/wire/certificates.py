"""Whether a certificate may be trusted for one role, here and now: a pure check with the clock as argument.

The reference builds path parameters and never runs them; we build and verify the whole chain. Revocation
lists are judged in `revocation`. Source: RFC 5280; trust specification 1.2 and 1.3.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ncp.wire.certificate_chain import find_path
from ncp.wire.certificate_reasons import UNREADABLE, CertificateReason, has_unknown_demand, untrusted
from ncp.wire.revocation import check_revocation

__all__ = ["CertificateReason", "CertificateRole", "check", "check_published", "country_of"]

_STRONG_HASHES = (SHA256, SHA384, SHA512)
_CURVES = ("secp256r1", "secp384r1")
_MINIMUM_RSA_BITS = 2048


class CertificateRole(StrEnum):
    """What the certificate is used for in this very check."""

    TLS_SERVER = "tls-server"
    TLS_CLIENT = "tls-client"
    SEAL = "seal"


_TLS_USAGE = {
    CertificateRole.TLS_SERVER: ExtendedKeyUsageOID.SERVER_AUTH,
    CertificateRole.TLS_CLIENT: ExtendedKeyUsageOID.CLIENT_AUTH,
}


def check(
    leaf: x509.Certificate,
    *,
    intermediates: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    role: CertificateRole,
    now: datetime,
    host: str | None = None,
    country: str | None = None,
    eku_lenient: bool = False,
    crls: Sequence[x509.CertificateRevocationList] = (),
    revocation_required: bool = False,
    key_encipherment: bool = False,
) -> tuple[CertificateReason, ...]:
    """Accept a leaf certificate for `role`, or say why not.

    Args:    intermediates: what the peer sent along, in any order.
             anchors: the trusted certificates of this role and country, and no others.
             now: aware.
             host: name the leaf must carry in its SAN (TLS server).
             country: ISO code that the subject must carry.
             eku_lenient: accept a TLS leaf without extended key usage, as real ones are.
             crls: revocation lists; a certificate on one of them is refused.
             revocation_required: refuse also when no valid list covers a certificate of the path.
             key_encipherment: the country demands that usage too.
    Returns: what is to be recorded as a warning: REVOCATION_UNKNOWN, if that is no refusal, or nothing.
    Raises:  Untrusted: `reason` is a `CertificateReason`.
    """
    for certificate in (leaf, *intermediates):
        _check_readable(certificate)
    _check_is_leaf(leaf)
    _check_time(leaf, now)
    # Before the path is built: the library follows no weak signature, and the reason would be lost.
    # A root may come along; its own signature proves nothing.
    for certificate in (leaf, *(each for each in intermediates if each.issuer != each.subject)):
        _check_strength(certificate)
    path = find_path(leaf, intermediates=intermediates, anchors=anchors, now=now)
    _check_strength(path[-1], root=True)
    _check_key_usage(leaf, key_encipherment=key_encipherment)
    _check_extended_key_usage(leaf, role, lenient=eku_lenient)
    _check_identity(leaf, host, country)
    if check_revocation(path, crls=crls, now=now, required=revocation_required):
        return ()
    return (CertificateReason.REVOCATION_UNKNOWN,)


def check_published(presented: x509.Certificate, published: x509.Certificate) -> None:
    """Require that the TLS leaf is the one in the country's published service metadata.

    Raises:  Untrusted: with the reason NOT_PUBLISHED.
    """
    if presented.public_bytes(Encoding.DER) != published.public_bytes(Encoding.DER):
        raise untrusted(CertificateReason.NOT_PUBLISHED, presented, "not the certificate that was published")


def country_of(certificate: x509.Certificate) -> str:
    """ISO country code of the subject, upper case.

    Only the C attribute counts: text such as `DC=...` or a C inside another value does not.

    Raises:  Untrusted: the subject has no country or several (reason WRONG_COUNTRY), or cannot be read.
    """
    _check_readable(certificate)
    values = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    if len(values) != 1:
        raise untrusted(CertificateReason.WRONG_COUNTRY, certificate, "the subject names no single country")
    return str(values[0].value).upper()


def _check_readable(certificate: x509.Certificate) -> None:
    """Touch everything that is parsed late, so that a badly made certificate fails here and by name."""
    try:
        _ = certificate.extensions, certificate.subject, certificate.issuer
        _ = certificate.public_key(), certificate.signature_hash_algorithm
    except UNREADABLE as error:
        raise untrusted(CertificateReason.MALFORMED, certificate, "it cannot be read") from error


def _check_is_leaf(leaf: x509.Certificate) -> None:
    try:
        is_ca = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_ca = False
    if is_ca:
        raise untrusted(CertificateReason.MALFORMED, leaf, "a CA certificate where a leaf is expected")
    if has_unknown_demand(leaf):
        raise untrusted(CertificateReason.MALFORMED, leaf, "a critical extension is not known")


def _check_time(certificate: x509.Certificate, now: datetime) -> None:
    if now < certificate.not_valid_before_utc:
        raise untrusted(CertificateReason.NOT_YET_VALID, certificate, "not yet valid")
    if now > certificate.not_valid_after_utc:
        raise untrusted(CertificateReason.EXPIRED, certificate, "expired")


def _check_strength(certificate: x509.Certificate, *, root: bool = False) -> None:
    """Key and signature strength; an anchor's own signature proves nothing and is not judged."""
    key = certificate.public_key()
    strong = (isinstance(key, RSAPublicKey) and key.key_size >= _MINIMUM_RSA_BITS) or (
        isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES
    )
    if not strong:
        raise untrusted(CertificateReason.WEAK, certificate, "key too weak or of an unknown kind")
    if not root and not isinstance(certificate.signature_hash_algorithm, _STRONG_HASHES):
        name = certificate.signature_algorithm_oid._name
        raise untrusted(CertificateReason.WEAK, certificate, f"signed with {name}")


def _check_key_usage(leaf: x509.Certificate, *, key_encipherment: bool) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise untrusted(CertificateReason.KEY_USAGE, leaf, "key usage is missing") from error
    if not usage.digital_signature:
        raise untrusted(CertificateReason.KEY_USAGE, leaf, "key usage lacks digitalSignature")
    if key_encipherment and not usage.key_encipherment:
        raise untrusted(CertificateReason.KEY_USAGE, leaf, "key usage lacks keyEncipherment")


def _check_extended_key_usage(leaf: x509.Certificate, role: CertificateRole, *, lenient: bool) -> None:
    try:
        usages = set(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        usages = set()
    if role is CertificateRole.SEAL:
        if usages & set(_TLS_USAGE.values()):
            raise untrusted(CertificateReason.EKU, leaf, "a TLS certificate cannot seal")
    elif _TLS_USAGE[role] not in usages and not (lenient and not usages):
        raise untrusted(CertificateReason.EKU, leaf, f"extended key usage does not allow {role.value}")


def _check_identity(leaf: x509.Certificate, host: str | None, country: str | None) -> None:
    if host is not None:
        _check_host(leaf, host)
    if country is not None and country_of(leaf) != country.upper():
        raise untrusted(CertificateReason.WRONG_COUNTRY, leaf, f"not of the country {country.upper()}")


def _check_host(leaf: x509.Certificate, host: str) -> None:
    """Compare with the subject alternative names only; a wildcard covers exactly one label."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise untrusted(CertificateReason.HOSTNAME, leaf, "no subject alternative name") from error
    try:
        matched = ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        matched = any(_same_host(name, host) for name in names.get_values_for_type(x509.DNSName))
    if not matched:
        raise untrusted(CertificateReason.HOSTNAME, leaf, f"not issued for {host}")


def _same_host(pattern: str, host: str) -> bool:
    pattern, host = pattern.lower().rstrip("."), host.lower().rstrip(".")
    if not pattern.startswith("*."):
        return pattern == host
    label, _, rest = host.partition(".")
    return bool(label) and rest == pattern[2:] and "." in rest
