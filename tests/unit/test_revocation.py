"""Revocation lists: what they prove, and when nothing is proved."""

import pytest

from ncp.wire.certificates import CertificateReason
from tests.support.certificates import CA, judged, leaf
from tests.support.keys import (
    NOON,
    YEAR,
    Pair,
    authority,
    country_ca,
    ec_key,
    revocation_list,
    rsa_key,
)

R = CertificateReason


def test_a_revoked_leaf():
    pair, other = leaf("revoked", issuer=CA), leaf("other", issuer=CA)
    crl = revocation_list(CA, [pair.certificate])
    assert judged(pair, crls=[crl]) == R.REVOKED
    assert judged(other, crls=[crl]) == ""
    assert judged(other, crls=[crl], revocation_required=True) == ""


def test_a_revoked_authority():
    root = authority("revoking root")
    middle = authority("revoked middle", issuer=root)
    crl = revocation_list(root, [middle.certificate])
    assert judged(leaf("end", issuer=middle), anchors=[root], intermediates=[middle], crls=[crl]) == R.REVOKED


def test_a_list_past_its_time_still_proves_a_revocation():
    pair = leaf("revoked", issuer=CA)
    old = revocation_list(CA, [pair.certificate], last_update=NOON - YEAR, next_update=NOON - YEAR / 2)
    assert judged(pair, crls=[old]) == R.REVOKED


@pytest.mark.parametrize(
    "crls",
    [
        [],
        [revocation_list(country_ca("FI"))],
        [revocation_list(CA, last_update=NOON - YEAR, next_update=NOON - YEAR / 2)],
        [revocation_list(CA, last_update=NOON + YEAR / 2, next_update=NOON + YEAR)],
        [revocation_list(Pair(rsa_key("forger"), CA.certificate))],
    ],
    ids=["none", "other issuer", "outdated", "from the future", "forged"],
)
def test_unknown_revocation_is_refused_only_where_it_is_required(crls):
    pair = leaf("unknown", issuer=CA)
    assert judged(pair, crls=crls, revocation_required=True) == R.REVOCATION_UNKNOWN
    assert judged(pair, crls=crls) == ""


def test_a_forged_list_revokes_nobody():
    pair = leaf("accused", issuer=CA)
    forged = revocation_list(Pair(rsa_key("forger"), CA.certificate), [pair.certificate])
    assert judged(pair, crls=[forged]) == ""


def test_a_list_of_another_kind_of_key_is_not_the_issuers():
    forged = revocation_list(Pair(ec_key("forger"), CA.certificate))
    assert judged(leaf("x", issuer=CA), crls=[forged], revocation_required=True) == R.REVOCATION_UNKNOWN
