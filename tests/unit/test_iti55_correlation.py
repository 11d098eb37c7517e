"""An answer to another question is refused, whatever the envelope says or leaves out."""

import re
from dataclasses import replace

import pytest

from ncp.exchange import Operation
from ncp.patient_summary import identify
from ncp.wire.errors import Malformed, NotValid
from ncp.wire.iti55 import Instance
from ncp.wire.iti55_correlation import check_answers
from ncp.wire.patient_id import PatientId
from tests.support.desk import office
from tests.support.messages import PATIENT, REQUEST, match

OTHER = Instance("11111111-2222-4333-8444-555555555555", "1")
OWN = match().request


def test_the_answer_to_the_question_has_nothing_to_remark():
    assert check_answers(REQUEST, match()) == ()


@pytest.mark.parametrize("request_id", [OTHER, replace(OWN, extension="1"), replace(OTHER, extension=None)])
def test_an_answer_to_another_message_is_refused(request_id):
    with pytest.raises(NotValid, match="another request"):
        check_answers(REQUEST, replace(match(), request=request_id))


@pytest.mark.parametrize("request_id", [None, replace(OWN, extension=None), Instance(OWN.root.upper(), None)])
def test_less_or_another_spelling_is_the_same_message(request_id):
    assert check_answers(REQUEST, replace(match(), request=request_id)) == ()


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        ("queryAck/queryId", {"query": OTHER}),
        ("queryByParameter", {"asked_ids": (PatientId(PATIENT.root, "5"),)}),
        ("sender", {"sender": "1.2.208"}),
        ("receiver", {"receiver": "1.2.208"}),
    ],
)
def test_anything_else_that_differs_is_noted(where, changes):
    assert [each.where for each in check_answers(REQUEST, replace(match(), **changes))] == [where]


@pytest.mark.parametrize("related", [True, False])
def test_the_desk_refuses_it_with_and_without_relates_to(tmp_path, related):
    def damage(operation, answer):
        body = re.sub(rb'(<targetMessage><id root=")[^"]+', rb"\g<1>" + OTHER.root.encode(), answer.body)
        if not related:
            body = re.sub(rb"<wsa:RelatesTo>.*?</wsa:RelatesTo>", b"", body)
        return replace(answer, body=body) if operation is Operation.IDENTIFY else answer

    with office(tmp_path, "PT") as pt:
        pt.damage = damage
        with pytest.raises(Malformed, match="another request"):
            identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
        row = pt.trail[-1]
        assert (row["number"], row["outcome"], row["patient_name"]) == ("EHDSI-11", 12, None)
