"""Judging a certificate in one line, for the tests of certificates, paths and revocation."""

from __future__ import annotations

from functools import partial

from ncp.wire.certificates import CertificateRole, check
from ncp.wire.errors import ErrorCode, Untrusted
from tests.support import keys
from tests.support.keys import NOON, Pair, country_ca, rsa_key

CA = country_ca("PT")
leaf = partial(keys.leaf, key=rsa_key("leaf"))  # one key for all: what differs is the certificate


def judged(
    pair: Pair, role=CertificateRole.SEAL, *, anchors=(CA,), intermediates=(), now=NOON, **more
) -> str:
    """Reason of the refusal, or "" if the certificate is accepted."""
    try:
        check(
            pair.certificate,
            intermediates=[each.certificate for each in intermediates],
            anchors=[each.certificate for each in anchors],
            role=role,
            now=now,
            **more,
        )
    except Untrusted as refusal:
        assert refusal.code == ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED
        return refusal.reason
    return ""
