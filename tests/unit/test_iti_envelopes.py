"""The three answers inside a SOAP envelope, with MTOM and without, as bytes from one side to the other."""

import pytest

from ncp.wire import iti38, iti39, iti55, mtom, soap
from ncp.wire.profile import Profile
from tests.support.messages import CONTENT, WANTED, delivered, match, pair_of

PLAIN = "application/soap+xml; charset=UTF-8"
REQUEST_ID = "urn:uuid:67e2f278-6f1c-4dcf-9c21-c1d0392f079e"
ANSWER_ID = "urn:uuid:77e2f278-6f1c-4dcf-9c21-c1d0392f079e"


def envelope(answer, action, profile):
    body = answer.to_xml(profile)
    return soap.response(
        action=action, message_id=ANSWER_ID, relates_to=REQUEST_ID, body=body, profile=profile
    )


def opened(answer, content_type, data):
    return type(answer).from_xml(mtom.message(content_type, data, answer_to=REQUEST_ID).body)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    ("answer", "action"),
    [
        (match(), iti55.ANSWER_ACTION),
        (pair_of(), iti38.ANSWER_ACTION),
        (delivered(), iti39.ANSWER_ACTION),
    ],
)
def test_an_answer_in_an_envelope_is_read_without_findings(answer, action, profile):
    got = opened(answer, PLAIN, envelope(answer, action, profile))
    assert got == answer and got.findings == ()


def test_checklist_9_8_the_same_document_arrives_inline_and_by_mtom():
    answer = delivered()
    assert Profile.W7.retrieve_response_is_mtom and not Profile.W9.retrieve_response_is_mtom
    inline = envelope(answer, iti39.ANSWER_ACTION, Profile.W7)
    content_type, packed = mtom.pack(inline, boundary="b1", action=iti39.ANSWER_ACTION)
    assert content_type.startswith("multipart/related") and CONTENT in packed
    for kind, data in ((PLAIN, inline), (content_type, packed)):
        got = opened(answer, kind, data)
        assert got == answer and got.findings == ()
        assert got.outcome(WANTED).document.content == CONTENT
