"""Why a certificate is refused: the stable reason words of audit records and the operator's view.

Source: trust specification 1.3.
"""

from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from ncp.wire.errors import Untrusted


class CertificateReason(StrEnum):
    """One word per row of the list of checks."""

    MALFORMED = "CERT_MALFORMED"
    EXPIRED = "CERT_EXPIRED"
    NOT_YET_VALID = "CERT_NOT_YET_VALID"
    UNTRUSTED = "CERT_UNTRUSTED"
    BAD_CHAIN = "CERT_BAD_CHAIN"
    KEY_USAGE = "CERT_KEY_USAGE"
    EKU = "CERT_EKU"
    WEAK = "CERT_WEAK"
    REVOKED = "CERT_REVOKED"
    REVOCATION_UNKNOWN = "CERT_REVOCATION_UNKNOWN"
    HOSTNAME = "CERT_HOSTNAME"
    NOT_PUBLISHED = "CERT_NOT_PUBLISHED"
    WRONG_COUNTRY = "CERT_WRONG_COUNTRY"


UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""What the library raises, often only on first use, for a certificate that a stranger made badly."""


_PROCESSED = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        # The network has one policy and the lists are given to us, so nothing is left out by ignoring these.
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)


def has_unknown_demand(certificate: x509.Certificate) -> bool:
    """Whether it has a critical extension that is not processed: it must then be refused (RFC 5280, 4.2)."""
    return any(each.critical and each.oid not in _PROCESSED for each in certificate.extensions)


def untrusted(reason: CertificateReason, certificate: x509.Certificate, text: str) -> Untrusted:
    """The refusal of one certificate, named by serial number: subjects survive no parser unharmed."""
    return Untrusted(f"certificate {certificate.serial_number:x}: {text}", reason=reason)
