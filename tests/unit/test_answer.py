"""A member state's answers to good requests, in each profile."""

import pytest

from ncp.wire.iti38 import pairs
from ncp.wire.iti55 import Match
from ncp.wire.registry import Status
from tests.support.chain import COUNTRIES, RICH, Asker, MemberStateForTests

PT_ID = "2.16.620.1.101.10.1.1"


@pytest.fixture
def asker(tmp_path):
    def of(country, **changes):
        return Asker(MemberStateForTests.load(country, tmp_path, **changes))

    return of


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_patient_travels_the_whole_way(asker, country):
    ask = asker(country)
    found = ask.discover(RICH[country])
    assert isinstance(found.outcome(), Match) and len(found.candidates) == 1
    patient = found.candidates[0].ids[0]
    assert patient == RICH[country]
    listed = ask.list(patient)
    assert listed.status is Status.SUCCESS and listed.entries
    summary = next(pair.l3 for pair in pairs(listed.entries, listed.associations) if pair.l3)
    got = ask.retrieve(ask.wanted(summary.unique_id), patient)
    assert got.status is Status.SUCCESS
    document = got.documents[0]
    assert document.document == summary.unique_id and len(document.content) == summary.size
    assert b"ClinicalDocument" in document.content
    assert [line["outcome"] for line in ask.member.audit] == ["success"] * 3
    assert [line["transaction"] for line in ask.member.audit] == ["ITI-55", "ITI-38", "ITI-39"]
