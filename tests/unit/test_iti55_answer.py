"""Patient discovery, the answer on the wire. Wire checklist 9, point 5."""

from dataclasses import replace

import pytest
from lxml import etree

from ncp.wire import iti55
from ncp.wire.errors import NotValid
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.xcpd_reasons import REASONS, Branch, XcpdReason, reason
from schemas.namespaces import HL7
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support import wire_messages
from tests.support.messages import (
    ANA,
    ANSWER_ID,
    NOON,
    NORWAY,
    PATIENT,
    PORTUGAL,
    REQUEST,
    TWIN,
    match,
    no_match,
    refusal,
)
from tests.support.wire_edits import again, doubled, every, named, reversed_children, through_bytes, without

H = f"{{{HL7}}}"
read = iti55.DiscoveryResponse.from_xml


@pytest.mark.parametrize("answer", [match(), match(ANA, TWIN), no_match()])
def test_an_answer_survives_the_wire(answer):
    assert again(answer) == answer
    assert again(answer).findings == ()


@pytest.mark.parametrize("why", XcpdReason)
def test_every_reason_survives_the_wire_in_the_branch_of_the_specification(why):
    answer = again(refusal(why))
    assert answer == refusal(why)
    assert answer.reason == reason(why) == (REASONS[why].branch, why.value, REASONS[why].system)
    assert answer.reason.known is why


@pytest.mark.parametrize("why", XcpdReason)
def test_the_reference_writes_most_reasons_without_a_branch(why):
    sent = refusal(why, code="4703")
    answer = again(sent, Profile.W7, reference_exact=True)
    branch = REASONS[why].reference_branch
    assert (answer.reason.branch if answer.reason else None) is branch
    assert answer.detail_code == "4703"


@pytest.mark.parametrize(
    "answer", [match(), match(ANA, TWIN), no_match(), refusal(XcpdReason.RESPONDER_BUSY)]
)
@pytest.mark.parametrize("reference_exact", [False, True])
def test_every_answer_is_valid_in_both_forms(answer, reference_exact):
    el = through_bytes(answer, Profile.W7, reference_exact=reference_exact)
    assert violations(el, Schema.XCPD_RESPONSE) == []


def test_checklist_9_5_success_with_query_ack_ae_is_a_success():
    el = through_bytes(match(), Profile.W7, reference_exact=True)
    ack = named(el, "queryAck")
    assert [named(ack, "statusCode").get("code"), named(ack, "queryResponseCode").get("code")] == ["AE", "AE"]
    outcome = read(el).outcome()
    assert isinstance(outcome, iti55.Match) and outcome.candidates == (ANA,)


@pytest.mark.parametrize("reference_exact", [False, True])
def test_checklist_9_5_nobody_found_is_no_match_in_both_forms(reference_exact):
    el = through_bytes(no_match(), Profile.W7, reference_exact=reference_exact)
    answer = read(el)
    assert answer.outcome() == iti55.NoMatch("No patient found")
    assert answer.outcome().code == "ERROR_PI_NO_MATCH"
    assert answer.detail_location == ("NF" if reference_exact else None)
    assert answer.query_response == ("AE" if reference_exact else "NF")


def test_our_own_answers_use_the_values_of_the_standard():
    found, nobody, refused = match(), no_match(), refusal(XcpdReason.INTERNAL_ERROR)
    assert [each.ack_code for each in (found, nobody, refused)] == ["AA", "AA", "AE"]
    assert [each.query_response for each in (found, nobody, refused)] == ["OK", "NF", "AE"]
    assert [each.query_status for each in (found, nobody, refused)] == [
        "deliveredResponse",
        "deliveredResponse",
        "aborted",
    ]


def test_the_answer_mirrors_the_request():
    answer = match()
    assert (answer.receiver, answer.sender) == (NORWAY, PORTUGAL)
    assert answer.request == iti55.Instance(REQUEST.message_root, REQUEST.message_extension)
    assert answer.query == iti55.Instance(REQUEST.query_id)
    assert (answer.asked_ids, answer.asked) == (REQUEST.ids, REQUEST.demographics)
    assert (answer.message, answer.created) == (ANSWER_ID, NOON)


def test_the_reference_leaves_out_the_senders_organisation():
    sender = named(through_bytes(match(), Profile.W7, reference_exact=True), "sender")
    assert not every(sender, "asAgent") and every(named(through_bytes(match()), "sender"), "asAgent")


@pytest.mark.parametrize(
    "gone", ["id", "creationTime", "versionCode", "receiver", "sender", "acknowledgement", "queryAck"]
)
def test_an_answer_that_lacks_what_is_not_needed_is_read_with_a_finding(gone):
    answer = read(without(through_bytes(match()), gone))
    assert isinstance(answer.outcome(), iti55.Match)
    assert answer.findings


@pytest.mark.parametrize(
    "moved", ["PRPA_IN201306UV02", "queryAck", "patientPerson", "registrationEvent", "addr"]
)
def test_an_answer_in_another_order_is_read_by_name(moved):
    answer = read(reversed_children(through_bytes(match()), moved))
    assert answer == match()
    assert bool(answer.findings) == (moved != "addr")  # the parts of an address have no order


@pytest.mark.parametrize(
    "twice", ["controlActProcess", "patientPerson", "birthTime", "administrativeGenderCode"]
)
def test_an_answer_in_which_one_would_have_to_choose_is_refused(twice):
    with pytest.raises(NotValid, match="more than once"):
        el = through_bytes(match())
        doubled(named(el, "subject") if twice != "controlActProcess" else el, twice)
        read(el)


def test_an_unknown_extension_element_is_a_finding():
    el = through_bytes(match())
    named(el, "patientPerson").append(named(el, "patientPerson").makeelement(f"{H}maritalStatusCode"))
    answer = read(el)
    assert answer == match()
    assert [each.where.rpartition("/")[2] for each in answer.findings] == ["hl7:maritalStatusCode[1]"]


def test_a_subject_without_id_among_others_is_not_offered_and_noted():
    el = through_bytes(match(ANA, TWIN))
    without(named(el, "patient"), "id")
    answer = read(el)
    assert answer.candidates == (TWIN,)
    assert any("usable id" in each.what for each in answer.findings)


@pytest.mark.parametrize("attribute", ["root", "extension"])
def test_an_answer_whose_only_subject_has_no_usable_id_is_refused(attribute):
    el = through_bytes(match())
    ident = named(named(el, "patient"), "id")
    del ident.attrib[attribute]
    ident.set("nullFlavor", "UNK")
    with pytest.raises(NotValid, match="usable id"):
        read(el)


@pytest.mark.parametrize(
    ("root", "extension"),
    [("2.16.620.1", "1^^^&2.999&ISO"), ("2.16.620.1", "1&2"), ("2.16.620.1", "1\n2"), ("abc", "1")],
)
def test_an_id_that_would_become_another_one_in_cx_form_is_not_usable(root, extension):
    el = through_bytes(match(ANA, TWIN))
    ident = named(named(el, "patient"), "id")
    ident.set("root", root)
    ident.set("extension", extension)
    answer = read(el)
    assert answer.candidates == (TWIN,)
    assert any("ext^^^&root&ISO" in each.what or "extension" in each.what for each in answer.findings)


def test_a_subject_without_a_patient_is_no_candidate():
    with pytest.raises(NotValid, match="usable id"):
        read(without(through_bytes(match()), "patient"))


def test_a_person_without_traits_is_a_candidate_by_id():
    answer = read(without(without(through_bytes(match()), "patientPerson"), "queryMatchObservation"))
    assert answer.candidates == (iti55.Candidate((PATIENT,), match=None, custodian=PORTUGAL),)


@pytest.mark.parametrize("value", ["many", "-1", ""])
def test_an_odd_confidence_is_none_at_all(value):
    el = through_bytes(match())
    named(named(el, "queryMatchObservation"), "value").set("value", value)
    assert read(el).candidates[0].match is None


def test_several_ids_keep_their_order_and_the_first_counts():
    second = PatientId("2.16.620.1.101.10.1.9", "second")
    assert again(match(replace(ANA, ids=(PATIENT, second)))).candidates[0].ids == (PATIENT, second)


def test_further_names_are_not_dropped_in_silence():
    with pytest.raises(NotValid, match="one name"):
        match(replace(ANA, demographics=iti55.Demographics(other_names=("Ana",)))).to_xml(Profile.W9)


def test_a_masked_address_is_known_to_be_withheld():
    who = again(match(ANA, TWIN)).candidates[1].demographics
    assert who.null_flavor("address") == "MSK" and not who.has_address
    assert who.null_flavor("name") is None


@pytest.mark.parametrize("trait", ["name", "gender", "birth_time", "address", "telecom"])
def test_every_trait_can_be_withheld(trait):
    who = iti55.Demographics(family=("Silva",) if trait != "name" else (), null_flavors=((trait, "MSK"),))
    assert again(match(replace(ANA, demographics=who))).candidates[0].demographics == who


def test_a_withheld_part_of_the_name_withholds_the_name():
    el = through_bytes(match())
    part = named(named(el, "patientPerson"), "family")
    part.text = None
    part.set("nullFlavor", "MSK")
    who = read(el).candidates[0].demographics
    assert who.family == () and who.null_flavor("name") == "MSK"


def test_further_names_prefixes_and_addresses_are_kept_or_noted():
    el = through_bytes(match())
    person = named(el, "patientPerson")
    name, address = named(person, "name"), named(person, "addr")
    name.addnext(parse(f'<name xmlns="{HL7}"><given>Ana</given> <family>Costa</family></name>'.encode()))
    name.append(parse(f'<prefix xmlns="{HL7}">Dr</prefix>'.encode()))
    address.append(parse(f'<houseNumber xmlns="{HL7}">2 B</houseNumber>'.encode()))
    address.addnext(parse(f'<addr xmlns="{HL7}"><city>Porto</city></addr>'.encode()))
    answer = read(el)
    who = answer.candidates[0].demographics
    assert who.other_names == ("Ana Costa",)
    assert who.street == "Rua do Ouro 1, 2 B"
    assert {each.what for each in answer.findings} >= {
        "a part of the name that is not used",
        "a further address; the first one is used",
    }


def test_a_name_and_an_address_in_running_text_are_not_split():
    el = through_bytes(match())
    person = named(el, "patientPerson")
    for each, text in ((named(person, "name"), "Ana Silva"), (named(person, "addr"), "Rua 1, Lisboa")):
        each[:] = []
        each.text = text
    who = read(el).candidates[0].demographics
    assert (who.family, who.given, who.other_names) == ((), (), ("Ana Silva",))
    assert (who.street, who.city) == ("Rua 1, Lisboa", None)


def test_a_comment_does_not_cut_a_name_short():
    el = through_bytes(match())
    family = named(named(el, "patientPerson"), "family")
    comment = etree.Comment("hidden")
    family.text, comment.tail = "Sil", "va"
    family.append(comment)
    assert read(el).candidates[0].demographics.family == ("Silva",)


def test_elements_where_text_belongs_are_refused():
    el = through_bytes(match())
    family = named(named(el, "patientPerson"), "family")
    family.append(family.makeelement(f"{H}family"))
    with pytest.raises(NotValid, match="elements where text belongs"):
        read(el)


def test_the_hand_written_messages_are_read():
    request = iti55.DiscoveryRequest.from_xml(parse(wire_messages.XCPD_REQUEST.encode()))
    assert (request.receiver, request.sender) == (PORTUGAL, NORWAY)
    assert isinstance(read(parse(wire_messages.XCPD_MATCH.encode())).outcome(), iti55.Match)
    refused = read(parse(wire_messages.XCPD_REFUSAL.encode())).outcome()
    assert isinstance(refused, iti55.NoMatch | iti55.RefusedBy)


@pytest.mark.parametrize(
    "lacking", ["message", "created", "receiver", "sender", "request", "query", "ack_code"]
)
def test_an_answer_that_lacks_its_frame_cannot_be_written(lacking):
    with pytest.raises(NotValid, match="missing"):
        replace(match(), **{lacking: None}).to_xml(Profile.W9)


def test_an_unreadable_echo_and_time_are_findings():
    el = through_bytes(match())
    named(el, "creationTime").set("value", "noon")
    echoed = named(named(named(el, "queryByParameter"), "livingSubjectId"), "value")
    echoed.getparent().remove(echoed)
    answer = read(el)
    assert answer.created is None and answer.asked_ids == () and answer.candidates == (ANA,)


def test_the_branches_are_named_as_the_elements():
    assert [each.value for each in Branch] == ["mitigatedBy", "triggerFor"]
