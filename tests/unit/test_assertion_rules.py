"""Every check on the content of assertions, one way to fail at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ncp.wire.assertion_rules import (
    ProblemKind,
    country_problems,
    document_id_problems,
    hcp_problems,
    nok_problems,
    patient_problems,
    trc_problems,
)
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import NEEDED, OPERATION_BY_CLASS_CODE, Operation, Permission, missing
from ncp.wire.profile import Profile
from ncp.wire.roles import CLERK, MEDICAL_DOCTOR, ROLES, AuthnClass, FacilityType, Purpose, Role
from ncp.wire.saml import AssertionKind
from tests.support.assertions import HCP, NOK, TRC
from tests.support.keys import NOON

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def of_hcp(operation=Operation.PATIENT_SUMMARY, now=NOON, **changes):
    return hcp_problems(replace(HCP, **changes), now=now, operation=operation)


def of_trc(now=NOON, **changes):
    return trc_problems(replace(TRC, **changes), hcp=HCP, now=now)


def of_nok(profile=Profile.W9, **changes):
    return nok_problems(replace(NOK, **changes), hcp=HCP, now=NOON, profile=profile)


def kinds(problems):
    return [problem.kind for problem in problems]


def test_a_complete_set_has_no_problem():
    for operation in Operation:
        assert of_hcp(operation) == []
    assert of_trc() == []
    assert of_nok() == []


# --- times


@pytest.mark.parametrize(
    ("offset", "accepted"), [(59, True), (60, True), (61, False)], ids=["+59 s", "+60 s", "+61 s"]
)
@pytest.mark.parametrize("judge", [of_hcp, of_trc, of_nok], ids=["hcp", "trc", "nok"])
def test_checklist_9_3_not_before_within_the_skew(judge, offset, accepted):
    start = NOON + offset * SECOND
    problems = judge(not_before=start, not_on_or_after=start + HOUR)
    assert kinds(problems) == ([] if accepted else [ProblemKind.FIELD])


@pytest.mark.parametrize(
    ("offset", "accepted"), [(59, True), (60, True), (61, False)], ids=["-59 s", "-60 s", "-61 s"]
)
@pytest.mark.parametrize("judge", [of_hcp, of_trc, of_nok], ids=["hcp", "trc", "nok"])
def test_checklist_9_3_not_on_or_after_within_the_skew(judge, offset, accepted):
    end = NOON - offset * SECOND
    problems = judge(not_before=end - HOUR, not_on_or_after=end)
    assert kinds(problems) == ([] if accepted else [ProblemKind.FIELD])


@pytest.mark.parametrize(
    ("judge", "hours"), [(of_hcp, 4), (of_trc, 2), (of_nok, 2)], ids=["hcp", "trc", "nok"]
)
def test_checklist_9_3_the_lifetime_has_no_tolerance(judge, hours):
    assert judge(not_on_or_after=NOON + hours * HOUR) == []
    problems = judge(not_on_or_after=NOON + hours * HOUR + SECOND)
    assert kinds(problems) == [ProblemKind.FIELD]
    assert "longer than" in problems[0].text


def test_a_validity_that_ends_before_it_begins():
    problems = of_hcp(not_before=NOON, not_on_or_after=NOON)
    assert ["not after NotBefore" in problem.text for problem in problems] == [True]


# --- HCP fields


@pytest.mark.parametrize("authn_class", AuthnClass)
def test_two_factor_logins_are_accepted(authn_class):
    assert of_hcp(authn_class=authn_class) == []


@pytest.mark.parametrize(
    "name", ["Password", "Smartcard", "PreviousSession", "PasswordProtectedTransport", ""]
)
def test_other_logins_are_refused(name):
    problems = of_hcp(authn_class=f"urn:oasis:names:tc:SAML:2.0:ac:classes:{name}")
    assert kinds(problems) == [ProblemKind.FIELD]


@pytest.mark.parametrize(("audience", "count"), [(None, 0), ("urn:other", 1), ("", 1)])
def test_a_different_audience_is_refused_and_none_tolerated(audience, count):
    assert len(of_hcp(audience=audience)) == len(of_trc(audience=audience)) == count


@pytest.mark.parametrize("field", ["subject_id", "locality"])
@pytest.mark.parametrize("value", ["", " \n\t"])
def test_blank_fields(field, value):
    assert kinds(of_hcp(**{field: value})) == [ProblemKind.FIELD]


@pytest.mark.parametrize("facility", [*FacilityType, "hospital", " PHARMACY\n"])
def test_facility_types_are_compared_without_case(facility):
    assert of_hcp(facility_type=facility) == []


@pytest.mark.parametrize("facility", ["", "Clinic"])
def test_an_unknown_facility_type(facility):
    assert kinds(of_hcp(facility_type=facility)) == [ProblemKind.FIELD]


@pytest.mark.parametrize("organization_id", [None, "", " "])
def test_a_discard_needs_the_organization_id(organization_id):
    assert kinds(of_hcp(Operation.DISCARD, organization_id=organization_id)) == [ProblemKind.FIELD]
    assert of_hcp(Operation.DISPENSE, organization_id=organization_id) == []


# --- role, purpose, permissions


@pytest.mark.parametrize(
    "role", [role for role in ROLES.values() if role != CLERK], ids=lambda role: role.code
)
def test_the_accepted_roles_may_do_everything(role):
    for operation in Operation:
        assert of_hcp(operation, role=role) == []


def test_there_are_thirteen_roles():
    assert len(ROLES) == 13


@pytest.mark.parametrize("code", ["", "224", "3221", "physician", "0221"])
def test_other_roles_are_refused(code):
    assert kinds(of_hcp(role=Role(code, "Medical Doctors"))) == [ProblemKind.ROLE]


def test_identification_compares_code_and_display_name_as_a_pair():
    assert of_hcp(Operation.IDENTIFY, role=Role("221", "MEDICAL doctors")) == []
    wrong = Role("221", "Dentists")
    assert kinds(of_hcp(Operation.IDENTIFY, role=wrong)) == [ProblemKind.ROLE]
    assert of_hcp(Operation.PATIENT_SUMMARY, role=wrong) == []


@pytest.mark.parametrize("principal", [code for code in ROLES if code != "44"])
def test_a_clerk_acts_on_behalf_of_a_professional(principal):
    assert of_hcp(role=CLERK, on_behalf_of=principal) == []


@pytest.mark.parametrize("principal", [None, "", "44", "999", "Medical Doctors"])
def test_a_clerk_without_principal_is_refused(principal):
    assert kinds(of_hcp(role=CLERK, on_behalf_of=principal)) == [ProblemKind.ROLE]


def test_only_a_clerk_needs_a_principal():
    assert of_hcp(role=MEDICAL_DOCTOR, on_behalf_of=None) == []


@pytest.mark.parametrize("purpose", Purpose)
def test_purposes(purpose):
    assert of_hcp(purpose=purpose) == of_trc(purpose=purpose) == []


@pytest.mark.parametrize("purpose", ["", "treatment", "Emergency", "RESEARCH"])
def test_other_purposes_are_a_lack_of_rights(purpose):
    assert kinds(of_hcp(purpose=purpose)) == kinds(of_trc(purpose=purpose)) == [ProblemKind.RIGHTS]


@pytest.mark.parametrize("operation", Operation)
def test_every_needed_permission_is_needed(operation):
    assert missing(NEEDED[operation], operation) == ()
    for permission in NEEDED[operation]:
        rest = tuple(each for each in Permission if each is not permission)
        assert missing(rest, operation) == (permission,)
        problems = of_hcp(operation, permissions=rest)
        assert kinds(problems) == [ProblemKind.RIGHTS]
        assert permission.rpartition(":")[2] in problems[0].text


def test_permissions_per_operation_are_those_of_the_reference_policy():
    short = {operation: {p[-7:] for p in needed} for operation, needed in NEEDED.items()}
    assert short[Operation.IDENTIFY] == {"PRD-006"}
    assert short[Operation.PATIENT_SUMMARY] == {"PRD-003", "PRD-005", "PRD-010", "PRD-016"}
    assert short[Operation.ORIGINAL_DOCUMENT] == short[Operation.PATIENT_SUMMARY]
    assert short[Operation.EPRESCRIPTION] == short[Operation.MEDICATION_OVERVIEW] == {"PRD-004", "PRD-010"}
    assert short[Operation.DISPENSE] == short[Operation.DISCARD] == {"PPD-046"}
    assert short[Operation.CONSENT] == {"PPD-032"}
    assert short[Operation.ENCOUNTER_REPORT] == {"PPD-046"}
    assert set(OPERATION_BY_CLASS_CODE.values()) == set(Operation) - {Operation.IDENTIFY}


def test_padded_permissions_count_and_mistaken_ones_do_not():
    assert missing([f"\n {Permission.PATIENT_LOOKUP} \n"], Operation.IDENTIFY) == ()
    mistaken = Permission.RECORD_MEDICATION.replace("PPD", "PRD")
    assert missing([mistaken], Operation.DISPENSE) == (Permission.RECORD_MEDICATION,)
    assert missing(["PRD-006"], Operation.IDENTIFY) == (Permission.PATIENT_LOOKUP,)


def test_all_problems_are_collected():
    found = of_hcp(subject_id="", locality="", role=Role("", ""), purpose="", permissions=())
    assert kinds(found) == [
        ProblemKind.FIELD,
        ProblemKind.FIELD,
        ProblemKind.ROLE,
        ProblemKind.RIGHTS,
        ProblemKind.RIGHTS,
    ]
    assert {problem.subject for problem in found} == {AssertionKind.HCP}


# --- TRC and NoK


def test_checklist_9_4_a_trc_for_another_hcp_assertion():
    assert kinds(of_trc(hcp_id="_other")) == [ProblemKind.ADVICE]


@pytest.mark.parametrize("change", [{"name_id": "other"}, {"name_id_format": "urn:other"}])
def test_checklist_9_4_a_trc_for_another_professional(change):
    assert kinds(of_trc(**change)) == [ProblemKind.ADVICE]


def test_checklist_9_4_a_trc_for_another_patient():
    assert patient_problems(TRC, TRC.patient) == []
    for other in (replace(TRC.patient, extension="1"), replace(TRC.patient, root="1.2")):
        assert kinds(patient_problems(TRC, other)) == [ProblemKind.PATIENT]


def test_the_spelling_of_the_patient_id_does_not_matter():
    assert patient_problems(TRC, PatientId.parse(TRC.patient.cx().removesuffix("&ISO"))) == []


def test_the_confirmation_method_of_a_trc_is_checked():
    assert kinds(of_trc(confirmation_method="urn:oasis:names:tc:SAML:2.0:cm:bearer")) == [ProblemKind.FIELD]
    assert of_hcp(confirmation_method="urn:oasis:names:tc:SAML:2.0:cm:bearer") == []


@pytest.mark.parametrize("authn_class", AuthnClass)
def test_a_trc_is_issued_in_a_previous_session(authn_class):
    assert kinds(of_trc(authn_class=authn_class)) == [ProblemKind.FIELD]


def test_pin_and_prescription_id_of_the_query_must_be_those_of_the_trc():
    trc = replace(TRC, pin_code="1234", prescription_id="RX")
    assert document_id_problems(trc) == []
    assert document_id_problems(trc, pin_code="1234", prescription_id="RX") == []
    assert kinds(document_id_problems(trc, pin_code="4321")) == [ProblemKind.DOCUMENT_ID]
    assert (
        kinds(document_id_problems(TRC, pin_code="1", prescription_id="2")) == [ProblemKind.DOCUMENT_ID] * 2
    )
    assert "4321" not in document_id_problems(trc, pin_code="4321")[0].text


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"kin_id": None}, ProblemKind.FIELD),
        ({"kin_id": " "}, ProblemKind.FIELD),
        ({"hcp_id": "_other"}, ProblemKind.ADVICE),
        ({"name_id": "placeholder"}, ProblemKind.ADVICE),
    ],
)
def test_the_nok_assertion_is_checked_from_8_on(change, kind):
    assert kinds(of_nok(Profile.W8, **change)) == kinds(of_nok(Profile.W9, **change)) == [kind]
    assert of_nok(Profile.W7, **change) == []


# --- countries


@pytest.mark.parametrize(
    ("issuer", "seals", "tls", "count"),
    [
        ("urn:idp:NO:countryB", ["NO"], "NO", 0),
        ("urn:idp:NO:countryB", ["NO"], None, 0),
        ("https://idp.example", ["NO"], "NO", 0),
        ("urn:idp:SE:countryB", ["NO"], "NO", 1),
        ("urn:idp:NO:countryB", ["SE"], "NO", 1),
        ("urn:idp:NO:countryB", ["NO", "SE"], "NO", 1),
        ("urn:idp:NO:countryB", ["NO"], "SE", 1),
        ("urn:nonsense", ["NO"], "NO", 1),
    ],
)
def test_issuer_seal_and_tls_name_one_country(issuer, seals, tls, count):
    problems = country_problems([replace(HCP, issuer=issuer)], seal_countries=seals, tls_country=tls)
    assert kinds(problems) == [ProblemKind.COUNTRY] * count
