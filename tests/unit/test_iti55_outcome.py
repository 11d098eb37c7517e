"""What an answer to a patient discovery means, also from peers that are not OpenNCP."""

from dataclasses import replace

import pytest

from ncp.wire import iti55
from ncp.wire.errors import NotValid
from ncp.wire.iti55 import AckDetail
from ncp.wire.xcpd_reasons import Branch, Reason, XcpdReason, reason
from tests.support.messages import match, no_match, refusal
from tests.support.wire_edits import again, doubled, every, named, reversed_children, through_bytes, without

read = iti55.DiscoveryResponse.from_xml
DETAIL = "acknowledgementDetail"
BUSY = reason(XcpdReason.RESPONDER_BUSY)


def bare(**changes):
    """An answer with nobody in it and nothing said."""
    values = dict(candidates=(), details=(), reason=None, query_response="OK", ack_code="AA")
    return replace(match(), **(values | changes))


def test_several_people_are_all_offered():
    one, two = match().candidates[0], replace(match().candidates[0], match=80)
    assert bare(candidates=(one, two)).outcome() == iti55.Match((one, two))


@pytest.mark.parametrize("why", [each for each in XcpdReason if each is not XcpdReason.ANSWER_NOT_AVAILABLE])
def test_a_refusal_keeps_code_text_and_reason(why):
    assert again(refusal(why, "4703", "no")).outcome() == iti55.RefusedBy("4703", "no", reason(why))


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (XcpdReason.INSUFFICIENT_RIGHTS, "4703"),
        (XcpdReason.RESPONDER_BUSY, "ERROR_PI_GENERIC"),
        (XcpdReason.EHIC_DATA_REQUESTED, "ERROR_PI_GENERIC"),
    ],
)
def test_a_reason_without_a_code_gets_one(why, code):
    assert bare(reason=reason(why), ack_code="AE").outcome() == iti55.RefusedBy(code, None, reason(why))


def test_answer_not_available_without_a_code_is_no_match():
    assert bare(reason=reason(XcpdReason.ANSWER_NOT_AVAILABLE)).outcome() == iti55.NoMatch()


def test_answer_not_available_with_another_code_is_a_refusal():
    why = reason(XcpdReason.ANSWER_NOT_AVAILABLE)
    answer = bare(reason=why, details=(AckDetail("ERROR_PI_GENERIC", "not my country"),))
    assert answer.outcome() == iti55.RefusedBy("ERROR_PI_GENERIC", "not my country", why)


def test_a_refusal_is_never_passed_off_as_nobody():
    answer = bare(reason=BUSY, details=(AckDetail("ERROR_PI_NO_MATCH"),))
    assert answer.outcome() == iti55.RefusedBy("ERROR_PI_GENERIC", None, BUSY)


def test_a_number_of_the_6x_code_base_is_understood():
    assert bare(details=(AckDetail("5046", "none"),)).outcome() == iti55.NoMatch("none")


def test_several_matches_told_by_code_only():
    answer = bare(details=(AckDetail("ERROR_PI_MULTIPLE_MATCHES", "2"),), ack_code="AE")
    assert answer.outcome().code == "ERROR_PI_MULTIPLE_MATCHES"


def test_an_unknown_code_and_an_unknown_reason_are_kept_verbatim():
    odd = Reason(Branch.MITIGATED_BY, "Holiday", "2.999")
    answer = again(bare(details=(AckDetail("ERROR_HOLIDAY", "closed"),), reason=odd))
    assert answer.outcome() == iti55.RefusedBy("ERROR_HOLIDAY", "closed", odd)
    assert odd.known is None


def test_nf_without_a_reason_is_no_match_as_ihe_has_it():
    assert bare(query_response="NF").outcome() == iti55.NoMatch()


@pytest.mark.parametrize("ack", ["AE", "AR"])
def test_an_error_without_a_reason_is_a_refusal(ack):
    assert bare(ack_code=ack).outcome() == iti55.RefusedBy("ERROR_PI_GENERIC", None, None)


@pytest.mark.parametrize("response", ["OK", "AE", None])
def test_an_empty_answer_is_not_valid_and_never_nobody(response):
    with pytest.raises(NotValid, match="neither a patient nor a reason"):
        bare(query_response=response).outcome()


def test_an_answer_without_control_act_and_details_is_not_valid():
    with pytest.raises(NotValid):
        read(without(through_bytes(match()), "controlActProcess")).outcome()


def test_the_first_detail_with_a_code_counts_and_all_are_kept():
    el = doubled(doubled(through_bytes(refusal(XcpdReason.RESPONDER_BUSY, "4703", "text")), DETAIL), DETAIL)
    first, _, last = every(el, DETAIL)
    without(first, "code")
    named(last, "code").set("code", "4701")
    answer = read(el)
    assert answer.details == (AckDetail(None, "text"), AckDetail("4703", "text"), AckDetail("4701", "text"))
    assert (answer.detail_code, answer.detail_text) == ("4703", "text")


def test_a_detail_without_any_code_is_used_for_its_text():
    answer = bare(details=(AckDetail(None, "title", "words"),), reason=BUSY)
    assert (answer.detail_text, answer.detail_location) == ("title", "words")
    assert bare().detail_location is None


def test_mitigated_by_is_read_before_trigger_for():
    el = through_bytes(refusal(XcpdReason.EHIC_DATA_REQUESTED))
    other = through_bytes(refusal(XcpdReason.PRIVACY_VIOLATION))
    named(el, "detectedIssueEvent").append(named(other, "mitigatedBy"))
    answer = read(el)
    assert answer.reason == reason(XcpdReason.PRIVACY_VIOLATION)
    assert any("2 reasons" in each.what for each in answer.findings)


def test_a_person_beside_a_reason_is_a_match_with_a_finding():
    el = through_bytes(match())
    refused = through_bytes(refusal(XcpdReason.RESPONDER_BUSY))
    named(el, "queryAck").addprevious(named(refused, "reasonOf"))
    answer = read(el)
    assert isinstance(answer.outcome(), iti55.Match)
    assert any("both a patient and a reason" in each.what for each in answer.findings)


def german(el, ack="AE", response="AE"):
    """Wire specification 7.1: what Germany's public simulator answers."""
    named(el, "typeCode").set("code", ack)
    detail = named(el, "acknowledgementDetail")
    detail.set("typeCode", "E")
    named(named(el, "detectedIssueEvent"), "code").set(
        "code", "_ActAdministrativeDetectedIssueManagementCode"
    )
    query = named(el, "queryAck")
    named(query, "statusCode").set("code", "completed")
    named(query, "queryResponseCode").set("code", response)
    return reversed_children(el, "queryAck")


@pytest.mark.parametrize(("ack", "response"), [("AA", "NF"), ("AE", "AE"), ("AA", "AE"), ("AE", "NF")])
def test_a_german_refusal_is_read_by_name(ack, response):
    why = XcpdReason.ADDITIONAL_DEMOGRAPHICS_REQUESTED
    sent = refusal(why, "ERROR_PI_GENERIC", "title")
    sent = replace(sent, details=(replace(sent.details[0], location="human text"),))
    el = german(through_bytes(sent), ack, response)
    answer = read(el)
    assert answer.outcome() == iti55.RefusedBy("ERROR_PI_GENERIC", "title", reason(why))
    assert (answer.detail.type_code, answer.detail_location) == ("E", "human text")
    assert answer.findings  # another order, and codes that the profile does not know


@pytest.mark.parametrize(("ack", "response"), [("AA", "NF"), ("AE", "AE")])
def test_a_german_no_match_is_no_match(ack, response):
    assert read(german(through_bytes(no_match()), ack, response)).outcome() == iti55.NoMatch(
        "No patient found"
    )


def test_a_german_success_without_usable_query_ack_is_a_match():
    assert isinstance(read(without(through_bytes(match()), "queryAck")).outcome(), iti55.Match)


def test_an_issue_without_code_leaves_the_details_code():
    el = through_bytes(refusal(XcpdReason.INSUFFICIENT_RIGHTS, "4703"))
    del named(named(el, "detectedIssueManagement"), "code").attrib["code"]
    answer = read(el)
    assert answer.reason is None and answer.outcome() == iti55.RefusedBy("4703", "refused", None)


def test_doubled_detail_fields_are_not_guessed():
    with pytest.raises(NotValid):
        read(doubled(through_bytes(no_match()), "text"))
