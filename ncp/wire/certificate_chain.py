"""The path from a leaf to a trust anchor, built and verified link by link.

Source: RFC 5280, 6.1 (a critical constraint that is not processed here, such as on names, is refused).
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from ncp.wire.certificate_reasons import UNREADABLE, CertificateReason, has_unknown_demand, untrusted
from ncp.wire.errors import Untrusted

_MOST_INTERMEDIATES = 5  # also bounds the search: authorities may vouch for each other in every order


def find_path(
    leaf: x509.Certificate,
    *,
    intermediates: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    """The verified path: leaf first, anchor last. A leaf that is itself an anchor is a path of one.

    Every issuer must be a CA that may sign certificates, within its validity and its path length.

    Raises:  Untrusted: UNTRUSTED if no anchor is reached; BAD_CHAIN, EXPIRED or NOT_YET_VALID if one
             would be reached, but a link on the way does not hold.
    """
    if leaf in anchors:
        return (leaf,)
    if len(intermediates) > _MOST_INTERMEDIATES:
        raise untrusted(CertificateReason.BAD_CHAIN, leaf, "too many certificates were sent along")
    failures: list[Untrusted] = []
    found = _extend((leaf,), intermediates, anchors, now, failures)
    if found is not None:
        return found
    raise failures[0] if failures else untrusted(CertificateReason.UNTRUSTED, leaf, "no path to an anchor")


def _extend(
    path: tuple[x509.Certificate, ...],
    intermediates: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    now: datetime,
    failures: list[Untrusted],
) -> tuple[x509.Certificate, ...] | None:
    """Try every issuer of the last certificate; anchors first, so that the shortest path wins."""
    for issuer in (*anchors, *intermediates):
        if issuer in path or not _signed(path[-1], issuer):
            continue
        try:
            _check_issuer(issuer, below=len(path) - 1, now=now)
        except Untrusted as failure:
            # A bad link matters only if it leads somewhere: an unknown root is simply untrusted.
            if issuer in anchors or _leads_to_anchor(issuer, intermediates, anchors):
                failures.append(failure)
            continue
        if issuer in anchors:
            return (*path, issuer)
        found = _extend((*path, issuer), intermediates, anchors, now, failures)
        if found is not None:
            return found
    return None


def _leads_to_anchor(
    certificate: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
) -> bool:
    """Whether signatures alone connect the certificate with an anchor."""
    reached = [certificate]
    for current in reached:
        if any(_signed(current, anchor) for anchor in anchors):
            return True
        reached.extend(other for other in intermediates if other not in reached and _signed(current, other))
    return False


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check_issuer(issuer: x509.Certificate, *, below: int, now: datetime) -> None:
    """An issuer with `below` intermediate CAs between itself and the leaf."""
    if not issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc:
        early = now < issuer.not_valid_before_utc
        reason = CertificateReason.NOT_YET_VALID if early else CertificateReason.EXPIRED
        raise untrusted(reason, issuer, "an issuer is outside its validity")
    try:
        demanding = has_unknown_demand(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, *UNREADABLE) as error:
        raise untrusted(
            CertificateReason.BAD_CHAIN, issuer, "an issuer lacks basic constraints or key usage"
        ) from error
    if demanding:
        raise untrusted(CertificateReason.BAD_CHAIN, issuer, "a critical extension of an issuer is not known")
    if not constraints.ca or not usage.key_cert_sign:
        raise untrusted(CertificateReason.BAD_CHAIN, issuer, "an issuer is no CA that may sign certificates")
    if constraints.path_length is not None and below > constraints.path_length:
        raise untrusted(CertificateReason.BAD_CHAIN, issuer, "the chain is longer than an issuer allows")
