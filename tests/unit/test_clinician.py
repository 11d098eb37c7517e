"""The test login: synthetic people and what a login carries."""

from datetime import UTC, datetime

import pytest

from ncp.clinician import LONGEST_REASON, Login, Page, clinician, clinicians
from ncp.wire.errors import Refused
from ncp.wire.roles import FacilityType, Purpose

LOGIN = Login("1", clinician("lege"), datetime(2026, 11, 22, tzinfo=UTC))


def test_every_role_of_the_project_can_log_in():
    pages = [person.pages for person in clinicians().values()]
    assert {page for seen in pages for page in seen} == set(Page)
    assert sum(Page.TERMINOLOGY in seen for seen in pages) == 2
    assert {"LE", "SP", "FA1", "HE"} <= {person.profession for person in clinicians().values()}


def test_only_health_professionals_see_patients():
    for person in clinicians().values():
        assert (Page.PATIENT in person.pages) == (person.profession is not None)
        assert (person.hpr is not None) == (person.profession is not None)


def test_facilities_are_those_of_the_wire():
    assert {person.organisation.facility for person in clinicians().values()} <= set(FacilityType)


def test_the_secretary_works_for_a_doctor_of_the_same_place():
    secretary = clinician("sekretaer")
    assert secretary.principal is clinician("fastlege")
    assert secretary.principal.organisation == secretary.organisation


def test_a_user_name_is_found_in_any_case():
    assert clinician(" Lege ") is clinician("lege")


def test_an_unknown_user_is_refused_with_the_known_ones():
    with pytest.raises(Refused, match="sykepleier"):
        clinician("nobody")


def test_treatment_needs_no_reason_and_keeps_none():
    again = LOGIN.for_purpose(Purpose.TREATMENT, "left over")
    assert (again.purpose, again.reason, again.id) == (Purpose.TREATMENT, None, "1")


def test_an_emergency_keeps_its_reason():
    emergency = LOGIN.for_purpose(Purpose.EMERGENCY, "  unconscious ")
    assert (emergency.purpose, emergency.reason) == (Purpose.EMERGENCY, "unconscious")


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * (LONGEST_REASON + 1), "bl\udcf8dning"])
def test_an_emergency_without_a_usable_reason_is_refused(reason):
    with pytest.raises(Refused, match="reason"):
        LOGIN.for_purpose(Purpose.EMERGENCY, reason)
