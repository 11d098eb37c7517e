"""Forms of a signature that are refused before any value is computed, and algorithms that are not ours."""

import pytest
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from ncp.wire import xmldsig
from ncp.wire.errors import Untrusted
from ncp.wire.xmldsig import SignatureReason
from schemas.namespaces import DS, q
from schemas.xml import parse
from tests.support.assertions import HCP, signed
from tests.support.keys import leaf, seal
from tests.support.signatures import foreign, reason


def test_an_unsigned_assertion_is_refused():
    assert reason(etree.tostring(HCP.to_xml())) == SignatureReason.MISSING


def test_bytes_that_are_no_xml_are_refused():
    assert reason(b"<a>") == SignatureReason.FORM
    assert reason(b"<!DOCTYPE a><a/>") == SignatureReason.FORM


@pytest.mark.parametrize(
    "options",
    [
        {"method": SignatureMethod.RSA_SHA512},
        {"digest": DigestAlgorithm.SHA512},
        {"c14n": CanonicalizationMethod.CANONICAL_XML_1_0},
    ],
    ids=["rsa-sha512", "sha512", "inclusive"],
)
def test_another_algorithm_is_refused(options):
    assert reason(foreign(HCP.to_xml(), **options)) == SignatureReason.ALGORITHM


def test_a_sha1_signature_is_refused():
    data = signed(HCP).replace(b"2001/04/xmldsig-more#rsa-sha256", b"2000/09/xmldsig#rsa-sha1")
    assert reason(data) == SignatureReason.ALGORITHM


def test_key_value_beside_the_certificate_is_refused():
    assert reason(foreign(HCP.to_xml(), always_add_key_value=True)) == SignatureReason.FORM


def test_two_certificates_are_refused():
    chain = [seal().certificate, leaf("second", issuer=None).certificate]
    assert reason(foreign(HCP.to_xml(), cert=chain)) == SignatureReason.FORM


def test_a_certificate_that_is_none_is_refused():
    tree = parse(signed(HCP))
    next(tree.iter(q(DS, "X509Certificate"))).text = "AAAA"
    assert reason(etree.tostring(tree)) == "CERT_MALFORMED"
    next(tree.iter(q(DS, "X509Certificate"))).text = None
    assert reason(etree.tostring(tree)) == "CERT_MALFORMED"


def test_a_signature_without_key_info_is_refused():
    tree = parse(signed(HCP))
    signature = tree.find(q(DS, "Signature"))
    signature.remove(signature.find(q(DS, "KeyInfo")))
    assert reason(etree.tostring(tree)) == SignatureReason.FORM
    with pytest.raises(Untrusted, match="KeyInfo is missing"):
        xmldsig.embedded_certificate(tree)
