"""Who may do what, decided before anything is sent."""

import tomllib
from importlib.resources import files

import pytest

from ncp import policy
from ncp.policy import NotPermitted, Service
from ncp.wire.permissions import NEEDED, PREFIX, Operation
from ncp.wire.roles import ROLES

TABLE = tomllib.loads(files("ncp").joinpath("policy.toml").read_text(encoding="utf-8"))


def test_the_table_holds_every_profession_of_9060():
    assert len(TABLE["professions"]) == 36


def test_every_code_sent_is_one_that_the_other_countries_accept():
    sent = {row["sent"] for row in TABLE["professions"].values() if "sent" in row}
    assert sent <= set(ROLES)


def test_a_display_agrees_with_the_accepted_display_of_its_code():
    for code, row in TABLE["professions"].items():
        if row.get("isco") in ROLES:
            assert row["display"].lower() == ROLES[row["isco"]].display_name.lower(), code


def test_one_isco_code_has_one_display():
    pairs = {(row["isco"], row["display"]) for row in TABLE["professions"].values() if "isco" in row}
    assert len({code for code, _ in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("profession", "role", "services"),
    [
        ("LE", "221", {Service.IDENTIFY, Service.PATIENT_SUMMARY, Service.EPRESCRIPTION}),
        ("TL", "2261", {Service.IDENTIFY, Service.PATIENT_SUMMARY, Service.EPRESCRIPTION}),
        ("SP", "2221", {Service.IDENTIFY, Service.PATIENT_SUMMARY}),
        ("PM", "2269", {Service.IDENTIFY, Service.PATIENT_SUMMARY}),
        ("FA1", "2262", {Service.IDENTIFY, Service.EPRESCRIPTION, Service.EDISPENSATION}),
    ],
)
def test_a_profession_of_its_own_right(profession, role, services):
    rights = policy.load().rights(profession)
    assert (rights.role, rights.services, rights.on_behalf_of) == (role, services, None)


@pytest.mark.parametrize("profession", ["LE", "TL", "SP", "JO", "VP", "PM", "AA"])
def test_who_may_read_summaries_has_every_permission_that_a_summary_needs(profession):
    granted = {PREFIX + code for code in policy.load().rights(profession).permissions}
    assert NEEDED[Operation.IDENTIFY] | NEEDED[Operation.PATIENT_SUMMARY] <= granted


@pytest.mark.parametrize(
    "profession", [code for code, row in TABLE["professions"].items() if row["tier"] in "0-"]
)
def test_tier_0_and_unknown_professions_are_refused(profession):
    with pytest.raises(NotPermitted) as caught:
        policy.load().rights(profession)
    assert (caught.value.code, caught.value.key) == ("4703", "auth.role_not_permitted")


def test_a_profession_that_does_not_exist_is_refused():
    with pytest.raises(NotPermitted):
        policy.load().rights("ZZ")


def test_a_secretary_has_the_rights_of_the_doctor_worked_for():
    rights = policy.load().rights("HE", "LE")
    assert (rights.role, rights.on_behalf_of) == ("44", "221")
    assert rights.permissions == policy.load().rights("LE").permissions


def test_nobody_dispenses_on_behalf_of_a_pharmacist():
    rights = policy.load().rights("AT", "FA1")
    assert (rights.role, rights.on_behalf_of) == ("3213", "2262")
    assert Service.EDISPENSATION not in rights.services and "PPD-046" not in rights.permissions


def test_a_secretary_who_names_nobody_is_refused():
    with pytest.raises(NotPermitted) as caught:
        policy.load().rights("HE")
    assert caught.value.key == "auth.principal_missing"


@pytest.mark.parametrize("principal", ["HE", "PS", "PM", "ZZ"])
def test_who_may_be_no_principal_is_refused(principal):
    with pytest.raises(NotPermitted):
        policy.load().rights("HE", principal)


def test_nurses_lose_summaries_where_the_organisation_says_so():
    services = policy.load(ps_for_nurses=False).rights("SP").services
    assert services == {Service.IDENTIFY}


def test_pharmacists_get_summaries_with_their_permissions_where_the_organisation_says_so():
    rights = policy.load(ps_for_pharmacists=True).rights("FA2")
    assert Service.PATIENT_SUMMARY in rights.services
    assert NEEDED[Operation.PATIENT_SUMMARY] <= {PREFIX + code for code in rights.permissions}
    assert len(set(rights.permissions)) == len(rights.permissions)
