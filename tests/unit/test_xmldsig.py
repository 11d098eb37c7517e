"""Signatures: programs we did not write accept ours; what is not of the profile is refused."""

import logging
import re
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from ncp.wire import soap, xmldsig
from ncp.wire.errors import Untrusted
from ncp.wire.profile import Profile
from ncp.wire.saml import HcpAssertion, TrcAssertion
from ncp.wire.xmldsig import SignatureReason
from schemas.namespaces import DS, SAML, q
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC, signed
from tests.support.keys import NOON, YEAR, leaf, rsa_key, seal
from tests.support.outside import ASSERTION, samlsign_accepts, samples, tool, xmlsec1_accepts
from tests.support.signatures import foreign, reason


def envelope(*assertions: bytes, profile: Profile = Profile.W9) -> bytes:
    body = etree.fromstring('<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"/>')
    return soap.request(
        action="urn:ihe:iti:2007:CrossGatewayQuery",
        to="https://ncp.pt.test/XCA_Service",
        message_id="urn:uuid:1",
        assertions=assertions,
        body=body,
        profile=profile,
    )


@pytest.mark.parametrize("assertion", [HCP, TRC, NOK], ids=["hcp", "trc", "nok"])
def test_checklist_9_1_our_own_verifier_accepts(assertion):
    element = xmldsig.verified(signed(assertion), seal().certificate)
    assert type(assertion).from_xml(element) == assertion


@pytest.mark.parametrize("assertion", [HCP, TRC, NOK], ids=["hcp", "trc", "nok"])
@pytest.mark.parametrize("accepts", [xmlsec1_accepts, samlsign_accepts])
def test_checklist_9_1_independent_verifiers_accept_and_refuse_a_changed_byte(tmp_path, assertion, accepts):
    certificate, document = tmp_path / "seal.pem", tmp_path / "assertion.xml"
    certificate.write_bytes(seal().pem)
    data = signed(assertion)
    document.write_bytes(data)
    assert accepts(document, certificate)
    document.write_bytes(data.replace(b"900000111", b"900000112", 1))
    assert not accepts(document, certificate)


@pytest.mark.parametrize("accepts", [xmlsec1_accepts, samlsign_accepts])
@pytest.mark.parametrize("profile", Profile)
def test_checklist_9_1_cut_from_the_envelope_it_still_verifies(tmp_path, accepts, profile):
    certificate, document = tmp_path / "seal.pem", tmp_path / "assertion.xml"
    certificate.write_bytes(seal().pem)
    cut = re.findall(rb"<saml2:Assertion .*?</saml2:Assertion>", envelope(signed(HCP), signed(TRC)), re.S)
    assert cut == [signed(HCP), signed(TRC)]
    for data in cut:
        document.write_bytes(data)
        assert accepts(document, certificate)


def test_checklist_9_1_xmlsec1_verifies_inside_the_envelope(tmp_path):
    certificate, document = tmp_path / "seal.pem", tmp_path / "envelope.xml"
    certificate.write_bytes(seal().pem)
    data = envelope(signed(HCP), signed(TRC))
    document.write_bytes(data)
    assert xmlsec1_accepts(document, certificate, node_id=HCP.id)
    assert xmlsec1_accepts(document, certificate, node_id=TRC.id)
    document.write_bytes(data.replace(b"123456789^^^", b"123456780^^^"))
    assert xmlsec1_accepts(document, certificate, node_id=HCP.id)
    assert not xmlsec1_accepts(document, certificate, node_id=TRC.id)


@pytest.mark.parametrize("byte", range(40))
def test_checklist_9_1_one_bit_changed_anywhere_is_refused(byte):
    """Forty places spread over the assertion; a bit in markup may also make it another kind of failure."""
    data = bytearray(signed(HCP))
    at = len(data) * byte // 40
    data[at] ^= 0x01
    with pytest.raises(Untrusted):
        xmldsig.verified(bytes(data), seal().certificate)


def test_the_signature_stands_right_after_the_issuer_with_one_certificate():
    tree = parse(signed(HCP))
    assert [child.tag for child in tree][:3] == [q(SAML, "Issuer"), q(DS, "Signature"), q(SAML, "Subject")]
    assert len(list(tree.iter(q(DS, "X509Certificate")))) == 1
    assert not list(tree.iter(q(DS, "KeyValue")))
    assert xmldsig.embedded_certificate(tree) == seal().certificate


def test_the_prefix_list_stands_in_the_transform_and_nowhere_else():
    tree = parse(signed(HCP))
    lists = list(tree.iter("{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"))
    assert [(el.get("PrefixList"), el.getparent().tag) for el in lists] == [("xsd", q(DS, "Transform"))]


def test_norwegian_letters_leave_as_utf8():
    data = signed(HCP)
    assert "Åse Nærø Prøvestad".encode() in data
    assert b"&#" not in data
    assert data in envelope(data)


def test_signing_leaves_the_argument_alone():
    tree = HCP.to_xml()
    before = etree.tostring(tree)
    xmldsig.sign(tree, key=seal().key, certificate=seal().certificate)
    assert etree.tostring(tree) == before


def test_without_xsd_in_scope_no_prefix_list_is_written():
    tree = etree.fromstring(f'<a:Assertion xmlns:a="{SAML}" ID="_1"><a:Issuer>x</a:Issuer></a:Assertion>')
    data = xmldsig.sign(tree, key=seal().key, certificate=seal().certificate)
    assert b"PrefixList" not in data
    assert xmldsig.verified(data, seal().certificate).get("ID") == "_1"


def test_a_key_of_another_certificate_is_not_used():
    with pytest.raises(ValueError, match="does not belong"):
        xmldsig.sign(HCP.to_xml(), key=rsa_key("another"), certificate=seal().certificate)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.attrib.pop("ID"),
        lambda tree: tree.remove(tree[0]),
        lambda tree: setattr(tree, "tag", "{urn:x}Assertion"),
        lambda tree: tree.append(etree.Comment("x")),
        lambda tree: tree.append(etree.Element(q(DS, "Signature"))),
    ],
)
def test_only_an_unsigned_assertion_is_signed(change):
    tree = HCP.to_xml()
    change(tree)
    with pytest.raises(ValueError):
        xmldsig.sign(tree, key=seal().key, certificate=seal().certificate)


def test_signxml_does_not_log_what_it_canonicalises(caplog):
    with caplog.at_level(logging.DEBUG):
        xmldsig.verified(signed(TRC), seal().certificate)
    assert TRC.patient.extension not in caplog.text


def test_a_signature_without_prefix_list_is_accepted():
    data = foreign(HCP.to_xml())
    assert b"InclusiveNamespaces" not in data
    assert HcpAssertion.from_xml(xmldsig.verified(data, seal().certificate)) == HCP


def test_an_assertion_inside_its_envelope_is_verified():
    tree = parse(envelope(signed(HCP), signed(TRC)))
    assertions = list(tree.iter(q(SAML, "Assertion")))
    assert TrcAssertion.from_xml(xmldsig.verified(assertions[1], seal().certificate)) == TRC


def test_a_signature_made_by_xmlsec1_with_prefix_list_is_accepted(tmp_path):
    """Made outside, with the list, and read from an envelope that declares other prefixes."""
    tree = parse(signed(HCP))
    for name in ("DigestValue", "SignatureValue", "X509Certificate"):
        next(tree.iter(q(DS, name))).text = ""
    template, out, key = tmp_path / "template.xml", tmp_path / "signed.xml", tmp_path / "key.pem"
    template.write_bytes(etree.tostring(tree))
    key.write_bytes(seal().key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    certificate = tmp_path / "seal.pem"
    certificate.write_bytes(seal().pem)
    subprocess.run(
        [tool("xmlsec1"), "--sign", "--id-attr:ID", ASSERTION]
        + ["--privkey-pem", f"{key},{certificate}", "--output", str(out), str(template)],
        check=True,
        capture_output=True,
    )
    data = etree.tostring(parse(out.read_bytes()), encoding="UTF-8")
    message = soap.read(envelope(data))
    assert HcpAssertion.from_xml(xmldsig.verified(message.assertions[0], seal().certificate)) == HCP


def test_the_recorded_signatures_have_the_accepted_form():
    """Re-indented for publication, so the digests are lost; the form and the certificate are not."""
    for name in ("recorded-header-dk-2025.xml", "recorded-header-fi-2026.xml"):
        header = parse((samples() / "wire" / name).read_bytes())
        found = list(header.iter(q(SAML, "Assertion")))
        assert len(found) == 2
        for assertion in found:
            certificate = xmldsig.embedded_certificate(assertion)
            with pytest.raises(Untrusted) as caught:
                xmldsig.verified(assertion, certificate)
            assert caught.value.reason == SignatureReason.INVALID


def test_what_is_returned_is_rebuilt_from_the_signed_bytes():
    element = xmldsig.verified(signed(HCP), seal().certificate)
    assert element.find(q(DS, "Signature")) is None
    assert element.getroottree().getroot() is element


def test_another_signer_is_refused():
    other = leaf("impostor", issuer=None, country="NO")
    assert reason(signed(HCP, other)) == SignatureReason.SIGNER
    assert reason(signed(HCP), other.certificate) == SignatureReason.SIGNER


def test_the_embedded_certificate_of_another_key_does_not_help():
    tree = parse(signed(HCP, leaf("impostor", issuer=None, country="NO")))
    genuine = next(parse(signed(HCP)).iter(q(DS, "X509Certificate"))).text
    next(tree.iter(q(DS, "X509Certificate"))).text = genuine
    assert reason(etree.tostring(tree)) == SignatureReason.INVALID


def test_a_result_that_covers_something_else_is_refused(monkeypatch):
    """The form check makes this impossible today; a change in the library must not undo that."""
    for tree in (parse(signed(TRC)), etree.fromstring("<a/>"), None):
        result = type("Result", (), {"signed_xml": tree})()
        monkeypatch.setattr(xmldsig.XMLVerifier, "verify", lambda *_, result=result, **__: result)
        assert reason(signed(HCP)) == SignatureReason.COVERAGE
    monkeypatch.setattr(xmldsig.XMLVerifier, "verify", lambda *_, **__: [])
    assert reason(signed(HCP)) == SignatureReason.COVERAGE


def test_an_expired_certificate_is_not_the_business_of_the_signature():
    """Validity is judged by `certificates.check` with the clock it is given, never with the wall clock."""
    old = leaf("old seal", issuer=None, not_before=NOON - 9 * YEAR, not_after=NOON - 8 * YEAR)
    assert xmldsig.verified(signed(HCP, old), old.certificate).get("ID") == HCP.id
