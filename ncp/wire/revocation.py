"""Revocation lists: whether a certificate of a verified path has been withdrawn.

Source: RFC 5280, 5 and 6.3; trust specification 1.3, row 8.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from ncp.wire.certificate_reasons import CertificateReason, untrusted


def check_revocation(
    path: Sequence[x509.Certificate],
    *,
    crls: Sequence[x509.CertificateRevocationList],
    now: datetime,
    required: bool,
) -> bool:
    """Judge every certificate of the path below the anchor against the lists of its issuer.

    A list past its time still proves a revocation; that nothing is revoked only a current one proves.

    Args:    path: leaf first, anchor last.
             required: a certificate that no current list covers is refused.
    Returns: whether current lists cover all of them.
    Raises:  Untrusted: REVOKED or REVOCATION_UNKNOWN.
    """
    known = True
    for certificate, issuer in zip(path, path[1:], strict=False):
        lists = [crl for crl in crls if _is_list_of(crl, issuer)]
        if any(crl.get_revoked_certificate_by_serial_number(certificate.serial_number) for crl in lists):
            raise untrusted(CertificateReason.REVOKED, certificate, "revoked by its issuer")
        covered = any(_is_current(crl, now) for crl in lists)
        if required and not covered:
            raise untrusted(
                CertificateReason.REVOCATION_UNKNOWN, certificate, "no current revocation list covers it"
            )
        known = known and covered
    return known


def _is_list_of(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether the issuer itself signed the list."""
    if crl.issuer != issuer.subject:
        return False
    # The path was verified with this key, so it is of a kind that signs.
    return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]


def _is_current(crl: x509.CertificateRevocationList, now: datetime) -> bool:
    until = crl.next_update_utc
    return until is not None and crl.last_update_utc <= now <= until
