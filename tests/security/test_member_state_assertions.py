"""Assertions whose content a member state must refuse; each refusal audited, the next request served.

Source: wire specification 4.2, 4.3 and 9.2 to 9.4.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from mock_member_states.call import Service
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.roles import CLERK, MEDICAL_DOCTOR
from ncp.wire.roles import Role as Profession
from ncp.wire.saml import AUDIENCE
from tests.support.assertions import NOK
from tests.support.chain import NOW, Asker, MemberStateForTests, fault_of
from tests.support.refusing import INTEGRITY, NEEDS_TRC, PATIENT, hcp_and_trc, sealed

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def with_trc(ask, **changes):
    return [ask.sign(ask.hcp), ask.sign(ask.trc(PATIENT, **changes))]


# --- presence --------------------------------------------------------------------------------------------


def test_no_assertion_at_all(refused):
    assert refused([]) == "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED"


def test_no_hcp_assertion(ask, refused):
    assert refused([ask.sign(ask.trc(PATIENT))]) == "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED"


def test_checklist_9_4_no_trc(ask, refused):
    assert refused([ask.sign(ask.hcp)], NEEDS_TRC) == "1001"


def test_without_a_revocation_list_the_seal_is_refused_and_the_client_is_remarked(tmp_path):
    ask = Asker(MemberStateForTests.load("PT", tmp_path))
    ask.member.state._trust = replace(ask.member.state.trust(), crls=())
    assert ask.discover(PATIENT).detail_code == INTEGRITY
    line = ask.member.audit[-1]
    assert (line["sender"], line["outcome"]) == ("NO", "refused")
    assert line["remarks"] == ["CERT_REVOCATION_UNKNOWN"]


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
    signed = sealed(strange)
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
def test_checklist_9_3_wrong_content_of_the_hcp_assertion(ask, refused, changes, code):
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
def test_checklist_9_3_what_is_still_accepted(ask, changes):
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
    broken = sealed(tree)
    assert refused([broken, ask.sign(ask.trc(PATIENT))]) == "ERROR_HPI_GENERIC"


def test_checklist_9_2_a_prefixed_role_is_accepted_and_remarked(ask):
    """OpenNCP finds Role by its raw tag name and would not see this one."""
    tree = ask.hcp.to_xml()
    role = next(tree.iter("{urn:hl7-org:v3}Role"))
    prefixed = etree.SubElement(
        role.getparent(), role.tag, dict(role.attrib), nsmap={"hl7": "urn:hl7-org:v3"}
    )
    role.getparent().remove(role)
    assert prefixed.prefix == "hl7"
    signed = sealed(tree)
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
def test_checklist_9_4_wrong_content_of_the_trc(ask, refused, changes, code):
    assert refused(with_trc(ask, **changes), NEEDS_TRC) == code


def test_checklist_9_4_a_trc_for_another_patient(ask, refused):
    other = PatientId(PATIENT.root, "900000022")
    assert refused([ask.sign(ask.hcp), ask.sign(ask.trc(other))], ("list", "retrieve")) == "4206"
    other_root = PatientId("1.2.246.21", PATIENT.extension)
    assert refused([ask.sign(ask.hcp), ask.sign(ask.trc(other_root))], ("list", "retrieve")) == "4206"


def test_checklist_9_3_times_at_the_edge_are_accepted(ask):
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
