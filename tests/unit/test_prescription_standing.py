"""Where a prescription stands: open, partly dispensed, dispensed, cancelled, expired."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mock_member_states.country import DispensingRules, load
from mock_member_states.prescription_standing import State, Tally, key, standing
from mock_member_states.prescriptions import load as load_prescriptions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FREE, NOTHING = DispensingRules(), Tally()
FOUR = next(one for one in load_prescriptions("fi") if one.number == "FI-2026-0005")
ITEM = key(FOUR.content.items[0].id)


def at(tally=NOTHING, one=FOUR, rules=FREE, now=NOW):
    return standing(one, tally, rules, now)


def packages(count, acts=1):
    return Tally({ITEM: count}, acts)


@pytest.mark.parametrize(
    ("tally", "state", "left"),
    [
        (Tally(), State.OPEN, 4),
        (packages(1), State.PARTLY_DISPENSED, 3),
        (packages(3, 3), State.PARTLY_DISPENSED, 1),
        (packages(4), State.DISPENSED, 0),
        (packages(9), State.DISPENSED, 0),
        (Tally(cancelled=True), State.CANCELLED, 4),
        (Tally({ITEM: 1}, 1, True), State.CANCELLED, 3),
        (Tally({ITEM: 4}, 1, True), State.DISPENSED, 0),
    ],
)
def test_packages_count_down(tally, state, left):
    found = at(tally)
    assert (found.state, found.remaining) == (state, {ITEM: left})
    assert found.dispensable is (state in (State.OPEN, State.PARTLY_DISPENSED))


def test_one_dispensation_is_enough_where_the_country_says_so():
    once = DispensingRules(dispensations=1)
    assert at(packages(1), rules=once).state is State.DISPENSED
    assert at(rules=once).state is State.OPEN


@pytest.mark.parametrize(
    ("until", "state"),
    [(None, State.OPEN), (date(2026, 11, 22), State.OPEN), (date(2026, 11, 21), State.EXPIRED)],
)
def test_the_last_day_is_a_whole_day(until, state):
    assert at(one=replace(FOUR, valid_until=until)).state is state


def test_what_was_cancelled_in_the_definition_is_cancelled():
    assert at(one=replace(FOUR, cancelled=True)).state is State.CANCELLED


def test_a_narcotic_is_open_but_not_for_us():
    found = at(one=replace(FOUR, narcotic=True))
    assert (found.state, found.dispensable) == (State.OPEN, False)


def test_a_root_alone_is_a_key():
    assert key(replace(FOUR.content.items[0].id, extension=None)) == FOUR.content.items[0].id.root


def test_every_country_has_open_cancelled_and_expired_ones_and_a_rule_of_its_own():
    rules = {}
    for code in ("PT", "FI", "CZ"):
        rules[code] = load(code).dispensing
        states = {standing(one, Tally(), rules[code], NOW).state for one in load_prescriptions(code)}
        assert states == {State.OPEN, State.CANCELLED, State.EXPIRED}
    assert (rules["PT"].dispensations, rules["FI"].substitution, rules["CZ"].same_package) == (1, False, True)
    assert {each.discard_hours for each in rules.values()} == {24}
