"""Whatever an answer looks like, reading it ends in a message or in NotValid, and nothing is made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncp.wire import iti38, iti39, iti55
from ncp.wire.errors import NotValid
from tests.support.messages import REQUEST, WANTED, delivered, match, no_match, pair_of
from tests.support.wire_edits import through_bytes

ANSWERS = [match(), no_match(), pair_of(), delivered()]
few = settings(max_examples=150, deadline=None)


def damaged(el, data):
    """One to three elements taken out, doubled, moved, emptied or renamed; attributes dropped or garbled."""
    for _ in range(data.draw(st.integers(1, 3))):
        inner = list(el.iterdescendants())
        if not inner:
            return el
        one = data.draw(st.sampled_from(inner))
        match data.draw(st.integers(0, 5)):
            case 0:
                one.getparent().remove(one)
            case 1:
                one.addnext(one.__copy__())
            case 2:
                one.getparent().insert(0, one)
            case 3:
                one[:], one.text = [], data.draw(st.sampled_from([None, "", "x", "2026"]))
            case 4:
                one.tag = data.draw(st.sampled_from(["x", "{urn:hl7-org:v3}id", inner[0].tag]))
            case _:
                for name in list(one.attrib):
                    one.set(name, data.draw(st.sampled_from(["", " ", "x", one.get(name)])))
    return el


def meaning(answer):
    return answer.outcome(WANTED) if isinstance(answer, iti39.RetrieveResponse) else answer.outcome()


@few
@given(st.sampled_from(ANSWERS), st.data())
def test_a_damaged_answer_is_read_or_refused(answer, data):
    el = damaged(through_bytes(answer), data)
    try:
        got = type(answer).from_xml(el)
        outcome = meaning(got)
    except NotValid as error:
        assert error.where or error.what
        return
    if isinstance(outcome, iti55.Match):
        real = {ident for each in match().candidates for ident in each.ids}
        assert got.findings or all(set(each.ids) <= real for each in outcome.candidates)
    if isinstance(outcome, iti38.Listed):
        told = sum(len(each.entries) for each in outcome.documents) + outcome.unreadable
        assert told == len(got.entries) + got.unreadable or got.findings
    if isinstance(outcome, iti39.Delivered):
        assert outcome.document.document == WANTED.document


@few
@given(st.data())
def test_a_damaged_request_is_read_or_refused(data):
    el = damaged(through_bytes(REQUEST), data)
    try:
        got = iti55.DiscoveryRequest.from_xml(el)
    except NotValid:
        return
    assert got.receiver and got.sender


@pytest.mark.parametrize("cls", [iti55.DiscoveryResponse, iti38.ListResponse, iti39.RetrieveResponse])
def test_another_payload_is_refused(cls):
    with pytest.raises(NotValid):
        cls.from_xml(through_bytes(REQUEST))
