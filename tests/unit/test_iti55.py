"""Patient discovery, the question on the wire. Wire checklist 9, point 6."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from ncp.wire import iti55
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.xcpd_query import read_parameters
from schemas.namespaces import HL7
from tests.support.messages import (
    ASKED,
    PATIENT,
    REQUEST,
    match,
)
from tests.support.wire_edits import again, doubled, every, named, reversed_children, through_bytes, without

H = f"{{{HL7}}}"
read = iti55.DiscoveryResponse.from_xml


@pytest.mark.parametrize("profile", Profile)
def test_a_request_survives_the_wire(profile):
    assert again(REQUEST, profile) == REQUEST


def test_checklist_9_6_two_identifiers_have_an_element_each():
    card = PatientId("2.16.620.1.101.10.1.2", "AB-1")
    asked = replace(REQUEST, ids=(PATIENT, card))
    el = through_bytes(asked)
    assert [len(every(each, "value")) for each in every(el, "livingSubjectId")] == [1, 1]
    assert iti55.DiscoveryRequest.from_xml(el).ids == (PATIENT, card)


def test_only_the_first_value_of_an_identifier_is_read():
    el = through_bytes(REQUEST)
    value = named(named(el, "livingSubjectId"), "value")
    value.addnext(value.makeelement(f"{H}value", {"root": "2.999", "extension": "other"}))
    assert iti55.DiscoveryRequest.from_xml(el).ids == (PATIENT,)


@pytest.mark.parametrize("demographics", [ASKED, iti55.Demographics(gender="F"), iti55.Demographics()])
def test_checklist_9_6_a_request_without_identifier_is_read_so_that_it_can_be_answered(demographics):
    el = through_bytes(replace(REQUEST, demographics=demographics))
    without(el, "livingSubjectId")
    assert iti55.DiscoveryRequest.from_xml(el) == replace(REQUEST, ids=(), demographics=demographics)


def test_a_request_without_identifier_is_strict_in_everything_else():
    el = without(without(through_bytes(REQUEST), "livingSubjectId"), "versionCode")
    with pytest.raises(NotValid) as error:
        iti55.DiscoveryRequest.from_xml(el)
    assert error.value.kind is NotValidKind.XSD


def test_a_request_without_identifier_is_not_sent():
    with pytest.raises(NotValid):
        replace(REQUEST, ids=()).to_xml(Profile.W9)


def test_checklist_9_6_the_receiver_is_read_as_sent_for_the_answering_side_to_compare():
    assert again(replace(REQUEST, receiver="1.2.208")).receiver == "1.2.208"


@pytest.mark.parametrize("name", ["streetName", "streetAddressLine"])
def test_checklist_9_6_both_names_of_the_street_are_read_in_question_and_answer(name):
    question, answer = through_bytes(REQUEST), through_bytes(match())
    for el in (question, answer):
        street = [each for each in every(el, "streetName") + every(el, "streetAddressLine")][-1]
        street.tag = f"{H}{name}"
    assert iti55.DiscoveryRequest.from_xml(question).demographics.street == "Rua do Ouro 1"
    assert read(answer).candidates[0].demographics.street == "Rua do Ouro 1"


def test_the_request_writes_street_name_and_the_answer_street_address_line():
    assert not every(through_bytes(REQUEST), "streetAddressLine")
    assert not every(named(through_bytes(match()), "subject"), "streetName")


def test_the_order_of_the_parameters_is_the_schemas():
    names = [each.tag.removeprefix(H) for each in named(through_bytes(REQUEST), "parameterList")]
    assert names == [
        "livingSubjectAdministrativeGender",
        "livingSubjectBirthTime",
        "livingSubjectId",
        "livingSubjectName",
        "patientAddress",
    ]


def test_the_interaction_code_stands_where_opencnp_and_where_hl7_want_it():
    code = named(named(through_bytes(REQUEST), "controlActProcess"), "code")
    assert code.get("codeSystem") == code.get("codeSystemName") == "2.16.840.1.113883.1.6"


def test_times_are_written_in_utc_to_the_millisecond():
    oslo = datetime(2026, 11, 22, 13, 5, 0, 71_000, tzinfo=timezone(timedelta(hours=1)))
    el = through_bytes(replace(REQUEST, created=oslo))
    assert named(el, "creationTime").get("value") == "20261122120500.071+0000"
    assert iti55.DiscoveryRequest.from_xml(el).created == oslo


@pytest.mark.parametrize("value", ["20261322120000", "2026", "noon", "202611221200+9900"])
def test_a_request_with_an_impossible_time_is_refused(value):
    el = through_bytes(REQUEST)
    named(el, "creationTime").set("value", value)
    with pytest.raises(NotValid):
        iti55.DiscoveryRequest.from_xml(el)


@pytest.mark.parametrize(
    "damage",
    [
        lambda el: reversed_children(el, "PRPA_IN201305UV02"),
        lambda el: reversed_children(el, "parameterList"),
        lambda el: doubled(el, "queryId"),
        lambda el: doubled(el, "sender"),
        lambda el: without(el, "controlActProcess"),
        lambda el: without(el, "parameterList"),
        lambda el: without(el, "asAgent"),
        lambda el: without(el, "creationTime"),
    ],
)
def test_requests_are_strict(damage):
    with pytest.raises(NotValid):
        iti55.DiscoveryRequest.from_xml(damage(through_bytes(REQUEST)))


def test_an_identifier_without_extension_is_refused():
    el = through_bytes(REQUEST)
    del named(named(el, "livingSubjectId"), "value").attrib["extension"]
    with pytest.raises(NotValid, match="livingSubjectId"):
        iti55.DiscoveryRequest.from_xml(el)


def test_the_parameters_are_strict_by_themselves_unless_findings_are_collected():
    parameters = named(through_bytes(REQUEST), "parameterList")
    del named(named(parameters, "livingSubjectId"), "value").attrib["extension"]
    with pytest.raises(NotValid, match="@extension is missing"):
        read_parameters(parameters)
    findings = []
    assert read_parameters(parameters, findings)[0] == () and len(findings) == 1


def test_the_sender_has_to_name_the_organisation_that_the_answer_goes_to():
    el = through_bytes(REQUEST)
    without(named(el, "sender"), "asAgent")
    with pytest.raises(NotValid):
        iti55.DiscoveryRequest.from_xml(el)


@pytest.mark.parametrize("end", ["receiver", "sender"])
def test_a_device_that_stands_for_another_organisation_is_refused(end):
    el = through_bytes(REQUEST)
    named(named(named(el, end), "representedOrganization"), "id").set("root", "1.2.208")
    with pytest.raises(NotValid, match="another than the device's"):
        iti55.DiscoveryRequest.from_xml(el)


def test_another_message_is_named_as_such():
    with pytest.raises(NotValid) as error:
        iti55.DiscoveryRequest.from_xml(through_bytes(match()))
    assert error.value.kind is NotValidKind.UNKNOWN_OPERATION


@pytest.mark.parametrize(
    "traits",
    [
        iti55.Demographics(telecoms=("tel:1",)),
        iti55.Demographics(other_names=("Ana Silva",)),
        iti55.Demographics(null_flavors=(("name", "MSK"),)),
        iti55.Demographics(family=("bell\x07",)),
        iti55.Demographics(gender="bell\x07"),
    ],
)
def test_what_a_query_cannot_carry_is_not_dropped_in_silence(traits):
    with pytest.raises(NotValid):
        replace(REQUEST, demographics=traits).to_xml(Profile.W9)


def test_no_error_text_repeats_a_value():
    el = through_bytes(REQUEST)
    named(el, "livingSubjectBirthTime")[0].set("value", "SECRET")
    with pytest.raises(NotValid) as error:
        iti55.DiscoveryRequest.from_xml(el)
    assert "SECRET" not in str(error.value)
    assert error.value.where.endswith("hl7:livingSubjectBirthTime[1]/hl7:value[1]")
