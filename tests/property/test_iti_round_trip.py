"""Whatever is written is valid and read back unchanged, through bytes, in every profile."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ncp.wire.profile import Profile
from tests.support.message_strategies import (
    discovery_answers,
    discovery_requests,
    list_answers,
    list_requests,
    retrieve_answers,
    retrieve_requests,
)
from tests.support.wire_edits import again

profiles = st.sampled_from(Profile)
few = settings(max_examples=60, deadline=None)


@few
@given(discovery_requests, profiles)
def test_a_discovery_request_survives_the_wire(request, profile):
    assert again(request, profile) == request


@few
@given(discovery_answers(), profiles)
def test_a_discovery_answer_survives_the_wire(answer, profile):
    got = again(answer, profile)
    assert got == answer and got.findings == ()


@few
@given(discovery_answers())
def test_the_reference_form_means_the_same_people(answer):
    got = again(answer, Profile.W7, reference_exact=True)
    assert (got.candidates, got.details and got.detail_code) == (
        answer.candidates,
        answer.details and answer.detail_code,
    )
    assert type(got.outcome()) is type(answer.outcome())


@few
@given(list_requests, profiles)
def test_a_list_request_survives_the_wire(request, profile):
    assert again(request, profile) == request


@few
@given(list_answers, profiles)
def test_a_list_answer_survives_the_wire(answer, profile):
    got = again(answer, profile)
    assert got == answer
    assert all("unknown" in each.what or "class" in each.what for each in got.findings)


@few
@given(retrieve_requests, profiles)
def test_a_retrieve_request_survives_the_wire(request, profile):
    assert again(request, profile) == request


@few
@given(retrieve_answers, profiles)
def test_a_retrieve_answer_survives_the_wire(answer, profile):
    got = again(answer, profile)
    assert got == answer and got.findings == ()
