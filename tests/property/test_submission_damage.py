"""However a submission is damaged, reading it ends in a message or in one named error."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mock_member_states.dispensation_judgement import of_form
from mock_member_states.dispensation_reading import NotADispensation, document_id, read
from ncp.wire.errors import NotValid
from ncp.wire.iti41 import ProvideRequest
from ncp.wire.profile import Profile
from schemas.xml import parse
from tests.support.dispensed import dispensed
from tests.support.submissions import submission
from tests.support.wire_edits import through_bytes

few = settings(max_examples=120, deadline=None)
DOCUMENT = parse(dispensed("fi", "FI-2026-0005"))
ODD = ["", " ", "x", "-1", "1e400", "NaN", "9" * 60, "2.999^1", "\u0660"]


def damaged(root, data):
    """One to three elements taken out, doubled, emptied or with other values."""
    root = copy.deepcopy(root)
    for _ in range(data.draw(st.integers(1, 3))):
        inner = [each for each in root.iterdescendants() if isinstance(each.tag, str)]
        if not inner:
            break
        one = data.draw(st.sampled_from(inner))
        match data.draw(st.integers(0, 3)):
            case 0:
                one.getparent().remove(one)
            case 1:
                one.addnext(copy.deepcopy(one))
            case 2:
                one[:], one.text = [], data.draw(st.sampled_from(ODD))
            case _:
                for name in list(one.attrib):
                    one.set(name, data.draw(st.sampled_from([*ODD, one.get(name)])))
    return root


@few
@given(st.data())
def test_a_damaged_request_is_read_or_refused(data):
    el = through_bytes(submission(), Profile.W9)
    try:
        got = ProvideRequest.from_xml(damaged(el, data))
    except NotValid:
        return
    assert got.patient == submission().patient
    assert got.content


@few
@given(st.data())
def test_a_damaged_dispensation_is_read_or_refused(data):
    content = etree.tostring(damaged(DOCUMENT, data))
    try:
        received = read(content)
    except NotADispensation:
        return
    if of_form(received) is None:
        assert all(supply.count >= 1 and supply.product for supply in received.supplies)


@few
@given(st.binary(max_size=300))
def test_bytes_that_are_no_document_are_refused(content):
    assert document_id(content) is None
    try:
        read(content)
    except NotADispensation:
        return
    raise AssertionError("read as a dispensation")
