"""What we say of ourselves and of the patient: once per login and purpose, renewed in time, never mixed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ncp.assertion_cache import AssertionCache, Lifetimes
from ncp.assertions import hcp_for, rights_of, trc_for
from ncp.clinician import clinician, clinicians
from ncp.policy import NotPermitted
from ncp.wire import assertion_rules, xmldsig
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Operation
from ncp.wire.roles import Purpose
from ncp.wire.saml import HcpAssertion, TrcAssertion
from schemas.xml import parse
from tests.support.desk import office

PATIENT = PatientId("2.16.620.1.101.10.1.1", "900000011")
OTHER = PatientId("2.16.620.1.101.10.1.1", "900000022")


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


def hcp(made, login):
    return hcp_for(login, made.peers["PT"], made.desk)


def trc(made, login, patient=PATIENT):
    return trc_for(login, patient, made.peers["PT"], made.desk)[1]


def kinds(made):
    return [row["number"] for row in made.trail]


def test_the_signed_bytes_say_what_the_assertion_says(pt):
    login = pt.login()
    found = hcp(pt, login)
    signed = xmldsig.verified(found.xml, pt.desk.own.seal)
    back = HcpAssertion.from_xml(signed)
    assert back.subject_id == "Ingrid Testdal" and back.name_id == "900000111"
    assert (back.role.code, back.role.display_name) == ("221", "Medical Doctors")
    assert back.organization_id == "urn:hl7ii:2.16.578.1.12.4.1.4.101:100100673"
    assert (back.facility_type, back.locality, back.purpose) == ("Hospital", "Akuttmottaket", "TREATMENT")
    assert back.home_community == "urn:oid:2.16.578.1.12.4.5.10.1"
    assert back.not_on_or_after - back.not_before == timedelta(hours=4)


def test_the_trc_names_patient_and_hcp_assertion(pt):
    login = pt.login()
    back = TrcAssertion.from_xml(xmldsig.verified(trc(pt, login).xml, pt.desk.own.seal))
    assert back.patient == PATIENT and back.hcp_id == hcp(pt, login).assertion.id
    assert (back.name_id, back.name_id_format) == ("900000111", hcp(pt, login).assertion.name_id_format)
    assert back.not_on_or_after - back.not_before == timedelta(hours=2)


@pytest.mark.parametrize("user", ["lege", "fastlege", "sykepleier", "sekretaer"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_we_issue_passes_every_check_of_the_other_side(pt, user, purpose):
    login = pt.login(user, purpose, "unconscious")
    own, about = hcp(pt, login).assertion, trc(pt, login).assertion
    now = pt.now()
    for operation in (Operation.IDENTIFY, Operation.PATIENT_SUMMARY):
        assert assertion_rules.hcp_problems(own, now=now, operation=operation) == []
    assert assertion_rules.trc_problems(about, hcp=own, now=now) == []
    assert assertion_rules.patient_problems(about, PATIENT) == []


def test_one_hcp_assertion_per_login_and_purpose(pt):
    login = pt.login()
    emergency = login.for_purpose(Purpose.EMERGENCY, "unconscious")
    assert hcp(pt, login) is hcp(pt, login)
    assert hcp(pt, emergency).assertion.purpose == "EMERGENCY"
    assert hcp(pt, emergency) is hcp(pt, replace(emergency, reason="in coma"))
    assert hcp(pt, pt.login()).assertion.id != hcp(pt, login).assertion.id
    assert kinds(pt) == ["EHDSI-91"] * 3


def test_one_trc_per_patient_purpose_and_hcp_assertion(pt):
    login = pt.login()
    emergency = login.for_purpose(Purpose.EMERGENCY, "unconscious")
    made = [trc(pt, login), trc(pt, login, OTHER), trc(pt, emergency), trc(pt, pt.login())]
    assert len({each.assertion.id for each in made}) == 4
    assert trc(pt, login) is made[0] and trc(pt, login, OTHER) is made[1]
    assert kinds(pt).count("EHDSI-92") == 4


@pytest.mark.parametrize(
    ("ahead", "hcp_is_new", "trc_is_new"),
    [
        (timedelta(hours=1, minutes=54), False, False),
        (timedelta(hours=1, minutes=56), False, True),
        (timedelta(hours=3, minutes=54), False, True),
        (timedelta(hours=3, minutes=56), True, True),
    ],
)
def test_both_are_renewed_before_they_run_out(pt, ahead, hcp_is_new, trc_is_new):
    login = pt.login()
    own, about = hcp(pt, login), trc(pt, login)
    pt.ahead = ahead
    assert (hcp(pt, login) is not own, trc(pt, login) is not about) == (hcp_is_new, trc_is_new)
    assert trc(pt, login).assertion.hcp_id == hcp(pt, login).assertion.id


def test_the_same_id_in_two_countries_is_two_relationships(tmp_path):
    with office(tmp_path, "PT", "FI") as made:
        login = made.login()
        ids = {trc_for(login, PATIENT, peer, made.desk)[1].assertion.id for peer in made.peers.values()}
        assert len(ids) == 2
        assert [row["country"] for row in made.trail if row["number"] == "EHDSI-92"] == ["PT", "FI"]


def test_threads_that_need_the_same_assertion_get_the_same_one(pt):
    login = pt.login()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: trc(pt, login).assertion.id, range(24)))
    assert len(set(found)) == 1
    assert kinds(pt) == ["EHDSI-91", "EHDSI-92"]


def test_a_login_that_ended_leaves_nothing(pt):
    login, other = pt.login(), pt.login()
    trc(pt, login)
    kept = trc(pt, other)
    pt.desk.assertions.forget(login.id)
    assert trc(pt, other) is kept
    trc(pt, login)
    assert kinds(pt).count("EHDSI-91") == 3


def test_assertions_that_ran_out_are_not_kept():
    class Short:
        def __init__(self, end):
            self.assertion = type("A", (), {"not_on_or_after": end})

    start = datetime(2026, 11, 22, tzinfo=UTC)
    cache = AssertionCache(Lifetimes(renew_before=timedelta(minutes=1)))
    for minute in range(100):
        now = start + timedelta(minutes=minute)
        cache.hcp((minute,), now, lambda now=now: Short(now + timedelta(minutes=5)))
    assert len(cache._hcp) <= 6


def test_the_row_of_an_assertion_names_it_and_the_patient(pt):
    login = pt.login()
    found = trc(pt, login).assertion
    row = pt.trail[-1]
    assert (row["number"], row["trc_id"], row["hcp_id"]) == ("EHDSI-92", found.id, found.hcp_id)
    assert row["patient_id"] == PATIENT.cx() and row["provider"] == pt.desk.own.consumer


def test_nobody_without_rights_gets_one(pt):
    for user in ("psykolog", "tester", "drift", "terminolog1"):
        with pytest.raises(NotPermitted):
            hcp(pt, pt.login(user))
    assert {row["outcome"] for row in pt.trail} == {12}


def test_a_secretary_without_a_principal_gets_none(pt):
    alone = replace(clinician("sekretaer"), principal=None)
    with pytest.raises(NotPermitted) as caught:
        rights_of(alone, pt.desk.policy)
    assert caught.value.key == "auth.principal_missing"


def test_no_assertion_holds_a_national_identity_number(pt):
    for person in clinicians().values():
        if person.profession in ("LE", "SP", "HE"):
            own = hcp(pt, pt.login(person.username))
            assert parse(own.xml).findtext(".//{*}NameID") == person.hpr


def test_nobody_waits_while_an_assertion_of_somebody_else_is_issued(pt):
    """Issuing writes an audit row; a disk that hangs must not hold up logouts, nor who has an assertion."""
    mine, theirs = pt.login(), pt.login()
    kept, desk = hcp(pt, mine), pt.desk
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert go_on.wait(60)
        return kept

    key = (theirs.id, theirs.purpose)
    with ThreadPoolExecutor(3) as pool:
        issued = pool.submit(desk.assertions.hcp, key, pt.now(), slow)
        try:
            assert begun.wait(60)
            assert pool.submit(hcp, pt, mine).result(20) is kept
            assert pool.submit(desk.assertions.forget, mine.id).result(20) is None
        finally:
            go_on.set()
        assert issued.result(60) is kept
