"""Signatures and signers that a member state must not believe; each audited, the next request served.

Source: wire specification 2.4, 4.3 and 4.4; performance specification 5; trust specification 1.3.
"""

import base64
import re
from dataclasses import replace
from shutil import copytree

import pytest
from lxml import etree

from mock_member_states import pki
from mock_member_states.bad_certificates import Flaw, flawed
from mock_member_states.call import Service
from mock_member_states.certificate_issuing import LeafProfile, Role, leaf
from ncp.wire import soap
from ncp.wire.iti55 import DiscoveryResponse
from tests.support.chain import NOW, Asker, MemberStateForTests, body_of, fault_of, hierarchy, identity
from tests.support.refusing import INTEGRITY, NEEDS_TRC, PATIENT, hcp_and_trc

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


# --- signatures ----------------------------------------------------------------------------------------


def test_one_changed_byte_of_content(ask, refused):
    hcp, trc = ask.assertions(PATIENT)
    assert b">221<" not in hcp and b'"221"' in hcp
    assert refused([hcp.replace(b'"221"', b'"222"', 1), trc]) == INTEGRITY
    assert refused([hcp, trc.replace(PATIENT.extension.encode(), b"900000012")], NEEDS_TRC) == INTEGRITY


def test_one_changed_byte_of_the_signature(ask, refused):
    hcp, trc = ask.assertions(PATIENT)
    value = re.search(rb"<ds:SignatureValue>([^<]+)<", hcp)[1]
    raw = bytearray(base64.b64decode(value))
    raw[10] ^= 1
    changed = hcp.replace(value, base64.b64encode(bytes(raw)))
    assert refused([changed, trc]) == INTEGRITY


def test_no_signature(ask, refused):
    unsigned = etree.tostring(ask.hcp.to_xml())
    assert refused([unsigned, ask.sign(ask.trc(PATIENT))]) == INTEGRITY


def test_a_comment_inside_the_name_id(ask, refused):
    hcp, trc = ask.assertions(PATIENT)
    name = ask.hcp.name_id.encode()
    commented = hcp.replace(b">" + name + b"<", b">" + name[:3] + b"<!---->" + name[3:] + b"<")
    assert commented != hcp
    assert refused([commented, trc]) == INTEGRITY


def test_a_processing_instruction_inside(ask, refused):
    hcp, trc = ask.assertions(PATIENT)
    assert refused([hcp.replace(b"</saml2:Issuer>", b"<?x y?></saml2:Issuer>"), trc]) == INTEGRITY


def wrapped(evil: bytes, genuine: bytes, where: str) -> bytes:
    """A forged assertion that hides the genuine one, or carries its signature."""
    outer, inner = etree.fromstring(evil), etree.fromstring(genuine)
    ds = "{http://www.w3.org/2000/09/xmldsig#}"
    signature = inner.find(f"{ds}Signature")
    old = outer.find(f"{ds}Signature")
    if where == "object":
        old.getparent().replace(old, signature)
        etree.SubElement(signature, f"{ds}Object").append(inner)
    elif where == "borrowed":
        old.getparent().replace(old, signature)
    else:
        outer.append(inner)
    return etree.tostring(outer)


@pytest.mark.parametrize("where", ["object", "borrowed", "child"])
def test_a_wrapped_signature(ask, refused, where):
    genuine = ask.sign(ask.hcp)
    evil = ask.sign(replace(ask.hcp, name_id="attacker"), identity("FI", Role.SEAL))
    forged = wrapped(evil, genuine, where)
    answered = ask.call(Service.XCPD, ask.discovery_bytes(PATIENT, assertions=[forged]))
    assert b"deliveredResponse" not in answered.body
    try:
        answer = DiscoveryResponse.from_xml(body_of(answered))
        assert (answer.candidates, answer.detail_code) == ((), INTEGRITY)
    except soap.FaultReceived as fault:  # the ID occurs twice in the message
        assert fault.code == "Sender"
    assert ask.member.audit[-1]["outcome"] in ("refused", "fault")
    assert ask.member.audit[-1]["professional"] != "attacker"
    assert ask.is_served()


def test_a_copy_of_the_assertion_elsewhere_in_the_envelope(ask):
    """The same ID twice: a reference could resolve to the one and a reader take the other."""
    body = ask.discovery_bytes(PATIENT)
    tree = etree.fromstring(body)
    security = tree.find(".//{*}Security")
    copy = etree.fromstring(etree.tostring(security[0]))
    holder = etree.SubElement(security.getparent(), "{urn:x}Holder")
    holder.append(copy)
    answered = ask.call(Service.XCPD, etree.tostring(tree))
    assert (answered.status, fault_of(answered).code) == (400, "Sender")
    assert ask.is_served()


# --- signers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flaw", [flaw for flaw in Flaw if flaw not in (Flaw.REVOKED, Flaw.WRONG_SAN)])
def test_a_seal_that_must_not_be_trusted(ask, refused, flaw):
    bad = flawed(flaw, Role.SEAL, "no", hierarchy().authority("no"), NOW)
    trc = ask.sign(ask.trc(PATIENT))
    assert refused([ask.sign(ask.hcp, bad), trc]) == INTEGRITY
    reason = ask.member.audit[-2]["reason"]
    assert "CERT_" in reason or "SIGNATURE" in reason.upper()


def test_a_revoked_seal(tmp_path, ask):
    copytree(hierarchy().folder, tmp_path / "pki")
    own = pki.Pki(tmp_path / "pki")
    revoked = leaf(own.authority("no"), LeafProfile("no", Role.SEAL), NOW)
    pki.revoke(own, "no", revoked.certificate, ("no", "pt", "fi", "cz"), NOW)
    member = MemberStateForTests.load("PT", tmp_path)
    answer = Asker(member).discover(PATIENT, assertions=[ask.sign(ask.hcp, revoked)])
    assert (answer.candidates, answer.detail_code) == ((), INTEGRITY)
    assert "CERT_REVOKED" in member.audit[-1]["reason"]
    assert Asker(member).is_served()


def test_a_tls_certificate_cannot_seal(ask, refused):
    tls = identity("NO", Role.TLS)
    assert refused([ask.sign(ask.hcp, tls), ask.sign(ask.trc(PATIENT), tls)]) == INTEGRITY


def test_the_seal_of_another_country(ask, refused):
    finnish = identity("FI", Role.SEAL)
    assert refused([ask.sign(ask.hcp, finnish), ask.sign(ask.trc(PATIENT), finnish)]) == INTEGRITY


def test_a_client_certificate_of_another_country(ask, refused):
    assert refused(ask.assertions(PATIENT), sender="FI") == INTEGRITY
    assert "countries of TLS, seal and issuer differ" in ask.member.audit[-2]["reason"]


def test_an_issuer_that_names_another_country(ask, refused):
    code = refused(hcp_and_trc(ask, issuer="urn:idp:SE:countryB"))
    assert code == INTEGRITY
