"""Whatever is submitted is valid and read back unchanged, through bytes, in every profile."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ncp.wire.author_forms import organisation, professional
from ncp.wire.iti41 import ProvideResponse
from ncp.wire.profile import Profile
from ncp.wire.registry import Status
from ncp.wire.source_patient import SourcePatient
from ncp.wire.submission import Sender, Submitted, compose
from ncp.wire.submission_kinds import SubmissionKind
from tests.support.message_strategies import maybe, oids, patient_ids, some_errors, text, times, words
from tests.support.wire_edits import again

profiles = st.sampled_from(Profile)
few = settings(max_examples=60, deadline=None)
parts = text.filter(lambda value: not set(value) & set("^&|~\\"))


@st.composite
def submissions(draw):
    patient = draw(patient_ids)
    person = SourcePatient(patient, draw(maybe(words)), draw(maybe(words)), "1961", draw(maybe(parts)))
    sender = Sender(
        country=draw(parts),
        country_name=draw(words),
        home_community=draw(oids),
        author_person=professional(draw(parts), draw(parts), draw(parts)),
        author_institution=organisation(draw(parts), draw(oids.map("urn:oid:{}".format))),
    )
    content = draw(st.binary(min_size=1, max_size=200))
    what = Submitted(draw(words), patient, person, draw(maybe(words)), content)
    return compose(
        draw(st.sampled_from(SubmissionKind)),
        what,
        sender,
        document_uuid=draw(st.uuids()),
        set_uuid=draw(st.uuids()),
        submission=draw(st.uuids()),
        at=draw(times),
    )


@few
@given(submissions(), profiles)
def test_a_submission_survives_the_wire(request, profile):
    got = again(request, profile)
    assert (got, got.findings) == (request, ())


@few
@given(st.builds(ProvideResponse, status=st.sampled_from(Status), errors=some_errors), profiles)
def test_an_answer_to_a_submission_survives_the_wire(answer, profile):
    got = again(answer, profile)
    assert got.status == answer.status
    assert [(each.code, each.context, each.severity) for each in got.errors] == [
        (each.code, each.context, each.severity) for each in answer.errors
    ]
