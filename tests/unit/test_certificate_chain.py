"""Paths to an anchor: found where there is one, refused with the reason where a link does not hold."""

import time
from datetime import timedelta

import pytest
from cryptography import x509

from ncp.wire.certificates import CertificateReason
from tests.support.certificates import CA, judged, leaf
from tests.support.keys import (
    NOON,
    YEAR,
    Pair,
    authority,
    country_ca,
    ec_key,
    issue,
    name,
    rsa_key,
    seal,
    usage,
)

R = CertificateReason


def test_a_path_over_intermediates_in_any_order_is_found():
    root = authority("root", path_length=2)
    upper = authority("upper", issuer=root, path_length=1)
    lower = authority("lower", issuer=upper, path_length=0)
    end = leaf("end", issuer=lower)
    stranger = authority("stranger")
    assert judged(end, anchors=[root], intermediates=[stranger, upper, lower]) == ""
    assert judged(end, anchors=[root], intermediates=[lower, stranger, upper]) == ""
    assert judged(end, anchors=[upper], intermediates=[lower]) == ""


def test_of_two_issuers_with_one_name_and_key_the_good_one_is_found():
    key = ec_key("twin")
    old = authority("twin", key=key, not_before=NOON - 2 * YEAR, not_after=NOON - YEAR)
    new = authority("twin", key=key)
    assert judged(leaf("end", issuer=new), anchors=[old, new]) == ""


def test_a_pinned_leaf_is_a_path_of_one():
    own = leaf("self", issuer=None)
    assert judged(own, anchors=[own]) == ""


def test_no_path_to_an_anchor():
    assert judged(seal("PT"), anchors=[]) == R.UNTRUSTED
    assert judged(seal("PT"), anchors=[country_ca("FI")]) == R.UNTRUSTED
    rogue = authority("rogue")
    assert judged(leaf("end", issuer=rogue), intermediates=[rogue]) == R.UNTRUSTED
    assert judged(leaf("self", issuer=None)) == R.UNTRUSTED


def test_an_anchor_of_the_same_name_with_another_key():
    impostor = authority("PT CA", key=ec_key("impostor"), path_length=0)
    assert judged(leaf("end", issuer=impostor)) == R.UNTRUSTED


@pytest.mark.parametrize(
    "wrong",
    [{"ca": False}, {"key_usage": usage(digital_signature=True)}, {"key_usage": usage(crl_sign=True)}],
    ids=["not a CA", "no keyCertSign", "crlSign only"],
)
def test_an_issuer_that_may_not_issue(wrong):
    root = authority("wide root")
    middle = authority("middle", issuer=root, **wrong)
    assert judged(leaf("end", issuer=middle), anchors=[root], intermediates=[middle]) == R.BAD_CHAIN
    anchor = authority("anchor", **wrong)
    assert judged(leaf("end", issuer=anchor), anchors=[anchor]) == R.BAD_CHAIN


def test_a_leaf_does_not_issue_leaves():
    assert judged(leaf("end", issuer=seal("PT")), intermediates=[seal("PT")]) == R.BAD_CHAIN


def test_an_issuer_without_the_extensions_of_a_ca():
    key = rsa_key("leaf")
    bare = Pair(key, issue(name("bare ca"), key, issuer=None))
    assert judged(leaf("end", issuer=bare), anchors=[bare]) == R.BAD_CHAIN


def test_a_path_longer_than_an_issuer_allows():
    root = authority("short root", path_length=0)
    middle = authority("one too many", issuer=root)
    assert judged(leaf("end", issuer=middle), anchors=[root], intermediates=[middle]) == R.BAD_CHAIN
    assert judged(leaf("end", issuer=root), anchors=[root]) == ""


def test_a_bad_issuer_below_a_longer_way_to_an_anchor():
    root = authority("deep root")
    upper = authority("deep upper", issuer=root)
    lower = authority("deep lower", issuer=upper, ca=False)
    assert judged(leaf("end", issuer=lower), anchors=[root], intermediates=[lower, upper]) == R.BAD_CHAIN
    assert judged(leaf("end", issuer=lower), anchors=[CA], intermediates=[lower, upper]) == R.UNTRUSTED


def test_the_longest_path_and_one_more():
    chain = [authority("link 0")]
    for number in range(1, 7):
        chain.append(authority(f"link {number}", issuer=chain[-1]))
    assert judged(leaf("end", issuer=chain[5]), anchors=chain[:1], intermediates=chain[1:6]) == ""
    assert judged(leaf("end", issuer=chain[6]), anchors=chain[:1], intermediates=chain[1:]) == R.BAD_CHAIN


def test_authorities_that_vouch_for_each_other_in_every_order_cost_little():
    key = ec_key("ring")
    ring = [authority("ring", key=key, not_before=NOON - YEAR - timedelta(days=n)) for n in range(5)]
    started = time.process_time()
    assert judged(leaf("end", issuer=ring[0]), intermediates=ring) == R.UNTRUSTED
    assert time.process_time() - started < 2


def test_two_authorities_that_vouch_for_each_other():
    one, two = ec_key("one"), ec_key("two")
    first = authority("one", key=one)
    second = authority("two", key=two, issuer=first)
    crossed = authority("one", key=one, issuer=second)
    assert judged(leaf("end", issuer=crossed), intermediates=[crossed, second]) == R.UNTRUSTED


def test_an_issuer_with_constraints_on_names():
    """They are critical and not processed, so ignoring them would give the issuer more than it has."""
    key = rsa_key("constrained")
    constraint = x509.NameConstraints(permitted_subtrees=[x509.DNSName("pt.test")], excluded_subtrees=None)
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (usage(key_cert_sign=True), True),
        (constraint, True),
    ]
    issuer = Pair(key, issue(name("constrained"), key, issuer=None, extensions=extensions))
    assert judged(leaf("end", issuer=issuer), anchors=[issuer]) == R.BAD_CHAIN
