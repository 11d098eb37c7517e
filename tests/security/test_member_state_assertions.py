"""Assertions that a member state must refuse, in every transaction; each audited, the next one served.

Source: wire specification 4.2, 4.3 and 9.3, 9.4.
"""

import base64
import re
from dataclasses import replace
from datetime import timedelta
from shutil import copytree

import pytest
from lxml import etree

from mock_member_states import pki
from mock_member_states.bad_certificates import Flaw, flawed
from mock_member_states.call import Service
from mock_member_states.certificate_issuing import LeafProfile, Role, leaf
from ncp.wire import soap, xmldsig
from ncp.wire.iti38 import ListResponse
from ncp.wire.iti39 import RetrieveResponse
from ncp.wire.iti55 import DiscoveryResponse, XcpdReason
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.registry import Status
from ncp.wire.roles import CLERK, MEDICAL_DOCTOR
from ncp.wire.roles import Role as Profession
from ncp.wire.saml import AUDIENCE
from tests.support.assertions import NOK
from tests.support.chain import (
    NOW,
    RICH,
    Asker,
    MemberStateForTests,
    body_of,
    fault_of,
    hierarchy,
    identity,
)

PATIENT = RICH["PT"]
INTEGRITY = "ERROR_SEC_DATA_INTEGRITY_NOT_ENSURED"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
OPERATIONS = ("identify", "list", "retrieve")


@pytest.fixture(scope="module")
def member(tmp_path_factory):
    return MemberStateForTests.load("PT", tmp_path_factory.mktemp("pt"))


@pytest.fixture(scope="module")
def document(member):
    return Asker(member).list(PATIENT).entries[0].unique_id


@pytest.fixture
def refused(member, document):
    """Send assertions with one operation, or with all that need a TRC; give back the codes of the answers."""

    def send(assertions, operations=OPERATIONS, **asker):
        ask = Asker(member, **asker)
        codes = set()
        for operation in operations:
            before = len(member.audit)
            codes.add(_refusal(ask, operation, list(assertions), document))
            lines = member.audit[before:]
            assert len(lines) == 1 and lines[0]["outcome"] == "refused", lines
            assert lines[0]["codes"] and lines[0]["reason"]
        assert ask.is_served()
        (code,) = codes
        return code

    return send


def _refusal(ask, operation, assertions, document):
    if operation == "identify":
        answered = ask.call(Service.XCPD, ask.discovery_bytes(PATIENT, assertions=assertions))
        answer = DiscoveryResponse.from_xml(body_of(answered))
        assert (answer.candidates, answer.ack_code, answer.query_response) == ((), "AE", "AE")
        assert answer.reason.code == XcpdReason.INSUFFICIENT_RIGHTS
        code = answer.detail_code
    elif operation == "list":
        answered = ask.call(Service.XCA, ask.list_bytes(PATIENT, assertions=assertions))
        answer = ListResponse.from_xml(body_of(answered))
        assert (answer.status, answer.entries) == (Status.FAILURE, ())
        code = answer.errors[0].code
    else:
        body = ask.retrieve_bytes(ask.wanted(document), PATIENT, assertions=assertions)
        answered = ask.call(Service.XCA, body)
        answer = RetrieveResponse.from_xml(body_of(answered))
        assert (answer.status, answer.documents) == (Status.FAILURE, ())
        code = answer.errors[0].code
    assert answered.status == 200
    return code


@pytest.fixture
def ask(member):
    return Asker(member)


def hcp_and_trc(ask, **changes):
    """The HCP assertion with `changes`, and a good TRC on top of it."""
    own = Asker(ask.member, hcp=replace(ask.hcp, **changes))
    return own.assertions(PATIENT)


def with_trc(ask, **changes):
    return [ask.sign(ask.hcp), ask.sign(ask.trc(PATIENT, **changes))]


NEEDS_TRC = ("list", "retrieve")


# --- presence --------------------------------------------------------------------------------------------


def test_no_assertion_at_all(refused):
    assert refused([]) == "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED"


def test_no_hcp_assertion(ask, refused):
    assert refused([ask.sign(ask.trc(PATIENT))]) == "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED"


def test_no_trc(ask, refused):
    assert refused([ask.sign(ask.hcp)], NEEDS_TRC) == "1001"


def test_no_security_header_is_a_fault(ask):
    for service, body in (
        (Service.XCPD, ask.discovery_bytes(PATIENT)),
        (Service.XCA, ask.list_bytes(PATIENT)),
    ):
        tree = etree.fromstring(body)
        for el in list(tree.iter("{*}Security")):
            el.getparent().remove(el)
        answered = ask.call(service, etree.tostring(tree))
        assert (answered.status, fault_of(answered).code) == (400, "Sender")
        assert ask.member.audit[-1]["outcome"] == "fault"
    assert ask.is_served()


def test_two_assertions_of_a_kind(ask, refused):
    other = ask.sign(replace(ask.hcp, id="_other"))
    assert refused([*ask.assertions(PATIENT), other]) == INTEGRITY
    two_trcs = [*ask.assertions(PATIENT), ask.sign(ask.trc(PATIENT))]
    assert refused(two_trcs, NEEDS_TRC) == INTEGRITY


def test_an_unknown_kind(ask, refused):
    strange = ask.hcp.to_xml()
    strange.find(f"{SAML}Issuer").set("NameQualifier", "urn:ehdsi:assertions:unknown")
    seal = identity("NO", Role.SEAL)
    signed = xmldsig.sign(strange, key=seal.key, certificate=seal.certificate)
    assert refused([*ask.assertions(PATIENT), signed.replace(ask.hcp.id.encode(), b"_x")]) == INTEGRITY


# --- content of the HCP assertion --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"not_before": NOW + timedelta(seconds=61)}, "ERROR_HPI_GENERIC"),
        (
            {"not_before": NOW - timedelta(hours=3), "not_on_or_after": NOW - timedelta(seconds=61)},
            "ERROR_HPI_GENERIC",
        ),
        ({"not_on_or_after": NOW + timedelta(hours=4, seconds=1)}, "ERROR_HPI_GENERIC"),
        ({"authn_class": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"}, "ERROR_HPI_GENERIC"),
        ({"authn_class": "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession"}, "ERROR_HPI_GENERIC"),
        ({"audience": "urn:somebody:else"}, "ERROR_HPI_GENERIC"),
        ({"subject_id": " "}, "ERROR_HPI_GENERIC"),
        ({"locality": "  "}, "ERROR_HPI_GENERIC"),
        ({"facility_type": "Clinic"}, "ERROR_HPI_GENERIC"),
        ({"role": Profession("224", "Paramedical practitioners")}, "ERROR_HPI_INSUFFICIENT_INFORMATION"),
        ({"role": CLERK}, "ERROR_HPI_INSUFFICIENT_INFORMATION"),
        ({"role": CLERK, "on_behalf_of": "44"}, "ERROR_HPI_INSUFFICIENT_INFORMATION"),
        ({"role": CLERK, "on_behalf_of": "999"}, "ERROR_HPI_INSUFFICIENT_INFORMATION"),
        ({"purpose": "treatment"}, "4703"),
        ({"purpose": "RESEARCH"}, "4703"),
        ({"permissions": ()}, "4703"),
    ],
)
def test_wrong_content_of_the_hcp_assertion(ask, refused, changes, code):
    assert refused(hcp_and_trc(ask, **changes)) == code


@pytest.mark.parametrize(
    "changes",
    [
        {"not_before": NOW + timedelta(seconds=59)},
        {"not_before": NOW - timedelta(hours=3), "not_on_or_after": NOW - timedelta(seconds=59)},
        {"not_on_or_after": NOW + timedelta(hours=4)},
        {"audience": None},
        {"role": CLERK, "on_behalf_of": "221"},
        {"purpose": "EMERGENCY"},
        {"facility_type": "hospital"},
    ],
)
def test_what_is_still_accepted(ask, changes):
    own = Asker(ask.member, hcp=replace(ask.hcp, **changes))
    assert own.discover(PATIENT).candidates
    assert own.list(PATIENT).entries


@pytest.mark.parametrize("lacking", [Permission.REVIEW_HISTORY, Permission.REVIEW_VITAL_SIGNS])
def test_every_permission_of_the_operation_is_needed(ask, refused, lacking):
    held = tuple(one for one in Permission if one is not lacking)
    assert refused(hcp_and_trc(ask, permissions=held), NEEDS_TRC) == "4703"
    assert Asker(ask.member, hcp=replace(ask.hcp, permissions=held)).discover(PATIENT).candidates


def test_lookup_needs_its_permission(ask, refused):
    held = tuple(one for one in Permission if one is not Permission.PATIENT_LOOKUP)
    assert refused(hcp_and_trc(ask, permissions=held), ("identify",)) == "4703"


def test_discovery_compares_the_roles_name_too(ask, refused):
    role = Profession(MEDICAL_DOCTOR.code, "Nursing professionals")
    assert refused(hcp_and_trc(ask, role=role), ("identify",)) == "ERROR_HPI_INSUFFICIENT_INFORMATION"


@pytest.mark.parametrize("name", ["Subject", "Conditions", "AuthnStatement", "AttributeStatement"])
def test_a_missing_part_of_the_hcp_assertion(ask, refused, name):
    tree = ask.hcp.to_xml()
    tree.remove(tree.find(f"{SAML}{name}"))
    seal = identity("NO", Role.SEAL)
    broken = xmldsig.sign(tree, key=seal.key, certificate=seal.certificate)
    assert refused([broken, ask.sign(ask.trc(PATIENT))]) == "ERROR_HPI_GENERIC"


def test_a_prefixed_role_is_accepted_and_remarked(ask):
    """OpenNCP finds Role by its raw tag name and would not see this one."""
    tree = ask.hcp.to_xml()
    role = next(tree.iter("{urn:hl7-org:v3}Role"))
    prefixed = etree.SubElement(
        role.getparent(), role.tag, dict(role.attrib), nsmap={"hl7": "urn:hl7-org:v3"}
    )
    role.getparent().remove(role)
    assert prefixed.prefix == "hl7"
    seal = identity("NO", Role.SEAL)
    signed = xmldsig.sign(tree, key=seal.key, certificate=seal.certificate)
    assert ask.discover(PATIENT, assertions=[signed]).candidates
    (remark,) = ask.member.audit[-1]["remarks"]
    assert "would fail in OpenNCP" in remark


# --- the TRC -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"not_before": NOW + timedelta(seconds=61)}, "1001"),
        ({"not_before": NOW - timedelta(hours=1), "not_on_or_after": NOW - timedelta(seconds=61)}, "1001"),
        ({"not_on_or_after": NOW + timedelta(hours=2, seconds=1)}, "1001"),
        ({"authn_class": "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"}, "1001"),
        ({"confirmation_method": "urn:oasis:names:tc:SAML:2.0:cm:bearer"}, "1001"),
        ({"audience": AUDIENCE + ":other"}, "1001"),
        ({"purpose": "RESEARCH"}, "4703"),
        ({"hcp_id": "_another"}, "1002"),
        ({"name_id": "somebody-else"}, "1002"),
    ],
)
def test_wrong_content_of_the_trc(ask, refused, changes, code):
    assert refused(with_trc(ask, **changes), NEEDS_TRC) == code


def test_a_trc_for_another_patient(ask, refused):
    other = PatientId(PATIENT.root, "900000022")
    assert refused([ask.sign(ask.hcp), ask.sign(ask.trc(other))], ("list", "retrieve")) == "4206"
    other_root = PatientId("1.2.246.21", PATIENT.extension)
    assert refused([ask.sign(ask.hcp), ask.sign(ask.trc(other_root))], ("list", "retrieve")) == "4206"


def test_times_at_the_edge_are_accepted(ask):
    for changes in (
        {"not_before": NOW + timedelta(seconds=59)},
        {"not_before": NOW - timedelta(hours=1), "not_on_or_after": NOW - timedelta(seconds=59)},
        {"not_on_or_after": NOW + timedelta(hours=2)},
    ):
        assert ask.list(PATIENT, assertions=with_trc(ask, **changes)).entries


def test_the_order_of_assertions_is_free(ask):
    hcp, trc = ask.assertions(PATIENT)
    assert ask.list(PATIENT, assertions=[trc, hcp]).entries


def test_a_next_of_kin_after_the_trc_changes_nothing_for_profile_7(ask):
    kin = ask.sign(
        replace(NOK, issued=NOW, not_before=NOW, not_on_or_after=NOW + timedelta(hours=2), hcp_id=ask.hcp.id)
    )
    assert ask.list(PATIENT, assertions=[*ask.assertions(PATIENT), kin]).entries


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
