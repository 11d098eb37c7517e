"""The list of documents on the wire. Wire checklist 9, points 7 and 8."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ncp.wire import iti38
from ncp.wire.coded import Coded
from ncp.wire.document_classes import DocumentClass, Level
from ncp.wire.errors import NotValid, Severity
from ncp.wire.event_codes import SUBSTITUTION
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support import registry_messages
from tests.support.messages import PATIENT, listed, pair_of, prescription
from tests.support.wire_edits import (
    again,
    doubled,
    every,
    named,
    reversed_children,
    slot_value,
    through_bytes,
    without,
)

read = iti38.ListResponse.from_xml


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    "answer",
    [
        pair_of(),
        pair_of(DocumentClass.EPRESCRIPTION),
        iti38.ListResponse(Status.SUCCESS, (prescription(1), prescription(2, Level.L3, False))),
        iti38.ListResponse(Status.SUCCESS),
        iti38.ListResponse(Status.FAILURE, errors=(RegistryError("4703", "no", Severity.ERROR, "here"),)),
    ],
)
def test_an_answer_survives_the_wire_with_all_its_metadata(answer, profile):
    el = through_bytes(answer, profile)
    assert violations(el, Schema.ADHOC_QUERY_RESPONSE) == []
    assert read(el) == answer


def test_on_demand_documents_have_neither_size_nor_hash():
    entry = listed(size=None, hash=None, object_type="urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248")
    el = through_bytes(iti38.ListResponse(Status.SUCCESS, (entry,)))
    assert not [each for each in every(el, "Slot") if each.get("name") in ("size", "hash")]
    assert read(el).entries == (entry,)


def test_orcd_metadata_survive_with_their_self_association():
    entry = listed(
        DocumentClass.HOSPITAL_DISCHARGE_REPORT,
        Level.ORIGINAL,
        service_start="20260101080000",
        events=(Coded("I21", "1.3.6.1.4.1.12559.11.10.1.3.1.44.2", "Acute myocardial infarction"),),
        other_slots=(("urn:example:ward", ("3", "4")),),
    )
    answer = iti38.ListResponse(Status.SUCCESS, (entry,), (iti38.Association(entry.uuid, entry.uuid),))
    got = again(answer)
    assert got == answer
    assert got.outcome().documents == (iti38.DocumentPair(other=entry),)
    assert got.entries[0].event_codes.others == entry.events


def test_an_entry_says_what_its_codes_mean():
    entry = prescription()
    events = entry.event_codes
    assert (entry.class_code, entry.format_code) == ("57833-6", "urn:epsos:ep:pre:2010")
    assert events.dispensable is True
    assert [
        each[0].code for each in (events.products, events.dose_forms, events.strengths, events.substitutions)
    ] == [
        "D01AC01",
        "10502000",
        "10 mg/g",
        "N",
    ]
    assert entry.created_at == datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
    assert listed(created=None).created_at is listed(created="yesterday").created_at is None


def test_only_an_unambiguous_state_makes_a_prescription_dispensable():
    opened, closed = prescription().events, prescription(dispensable=False).events
    assert prescription(dispensable=False).event_codes.dispensable is False
    assert listed(events=opened + closed).event_codes.dispensable is None
    assert listed().event_codes.dispensable is None


@pytest.mark.parametrize(
    ("codes", "forbidden"),
    [((), False), (("G",), False), (("N",), True), (("n",), True), (("E", "N"), True), (("TE", "G"), False)],
)
def test_substitution_is_forbidden_by_one_code_only(codes, forbidden):
    events = tuple(Coded(code, SUBSTITUTION, "words") for code in codes)
    answer = iti38.ListResponse(Status.SUCCESS, (listed(events=events),))
    assert again(answer).entries[0].event_codes.substitution_forbidden is forbidden


def test_a_prescription_id_may_be_a_root_alone():
    answer = iti38.ListResponse(Status.SUCCESS, (replace(prescription(), unique_id="2.16.620.1.9.77"),))
    assert again(answer).entries[0].unique_id == "2.16.620.1.9.77"


def test_checklist_9_8_l1_and_l3_are_told_apart_by_format_code_in_any_case():
    response = pair_of()
    el = through_bytes(response)
    for each in every(el, "Classification"):
        each.set("nodeRepresentation", each.get("nodeRepresentation").upper())
    pair = read(el).outcome().documents[0]
    assert (pair.l3.uuid, pair.l1.uuid) == (response.entries[0].uuid, response.entries[1].uuid)
    assert {each.mime_type for each in pair.entries} == {"text/xml"}


def test_an_answer_without_status_is_written_only_as_the_reference_does():
    with pytest.raises(NotValid):
        iti38.ListResponse(None).to_xml(Profile.W9)
    with pytest.raises(NotValid):
        iti38.ListResponse(None).to_xml(Profile.W9, reference_exact=False)
    assert iti38.ListResponse(Status.SUCCESS).to_xml(Profile.W9, reference_exact=True) is not None


@pytest.mark.parametrize("profile", Profile)
def test_the_7_line_writes_an_empty_location(profile):
    el = through_bytes(iti38.ListResponse(Status.FAILURE, errors=(RegistryError("4703"),)), profile)
    assert named(el, "RegistryError").get("location") == ("" if profile is Profile.W7 else None)


def test_highest_severity_and_a_missing_severity_are_read():
    el = through_bytes(
        iti38.ListResponse(Status.FAILURE, errors=(RegistryError("ERROR_NO_CONSENT", "kein"),))
    )
    error = named(el, "RegistryError")
    error.getparent().set("highestSeverity", error.attrib.pop("severity"))
    answer = read(el)
    assert answer.outcome().error.severity is Severity.ERROR
    assert answer.outcome().error.code == "ERROR_NO_CONSENT"
    assert answer.outcome().error.canonical_code == "4701"


@pytest.mark.parametrize("local", ["AdhocQueryResponse", "ExtrinsicObject", "Classification"])
def test_an_answer_in_another_order_is_read_by_name(local):
    answer = replace(pair_of(), errors=(RegistryError("WARNING_PS_GENERIC", "hm", Severity.WARNING),))
    got = read(reversed_children(through_bytes(answer), local))
    assert got == answer and got.findings


def test_a_list_without_its_object_list_is_read():
    answer = read(without(through_bytes(iti38.ListResponse(Status.SUCCESS)), "RegistryObjectList"))
    assert answer.entries == () and answer.findings


def test_two_object_lists_are_refused():
    with pytest.raises(NotValid):
        read(doubled(through_bytes(pair_of()), "RegistryObjectList"))


@pytest.mark.parametrize("local", ["Classification", "ExternalIdentifier"])
def test_contradicting_metadata_make_a_document_unreadable(local):
    el = through_bytes(pair_of())
    other = every(doubled(el, local), local)[1]
    for attribute in {"value", "nodeRepresentation"} & set(other.attrib):
        other.set(attribute, "9^^^&2.999&ISO")
    assert read(el).unreadable == 1


def test_a_classification_given_twice_alike_is_a_finding():
    answer = read(doubled(through_bytes(pair_of()), "Classification"))
    assert answer == pair_of()
    assert any("occurs twice" in each.what for each in answer.findings)


def test_a_document_without_class_and_format_is_listed_as_unknown():
    el = through_bytes(iti38.ListResponse(Status.SUCCESS, (listed(),)))
    for each in every(el, "Classification")[:3]:
        each.getparent().remove(each)
    answer = read(el)
    pair = answer.outcome().documents[0]
    assert pair.other is not None and pair.other.level is Level.UNKNOWN and pair.other.class_code == ""
    assert {"no class code", "no format code"} <= {each.what for each in answer.findings}


def test_unknown_metadata_are_kept_or_noted():
    el = through_bytes(iti38.ListResponse(Status.SUCCESS, (listed(),)))
    extra = every(doubled(el, "Classification"), "Classification")[1]
    extra.set("classificationScheme", "urn:uuid:00000000-0000-4000-8000-00000000ffff")
    slot_value(el, "size").text = "large"
    slot_value(el, "sourcePatientId").text = "SECRET"
    answer = read(el)
    assert answer.entries[0].size is None and answer.entries[0].source_patient is None
    said = " ".join(each.where + each.what for each in answer.findings)
    assert "unknown classification" in said and "sourcePatientId" in said and "SECRET" not in said


def test_a_classification_without_a_scheme_is_noted():
    el = through_bytes(iti38.ListResponse(Status.SUCCESS, (listed(),)))
    del every(el, "Classification")[-1].attrib["classificationScheme"]
    assert any("without a scheme" in each.what for each in read(el).findings)


def test_an_association_without_an_end_is_a_finding():
    el = through_bytes(pair_of())
    del named(el, "Association").attrib["sourceObject"]
    answer = read(el)
    assert answer.associations == () and len(answer.outcome().documents) == 2
    assert any("sourceObject" in each.what for each in answer.findings)


def test_ids_of_parts_are_derived_and_unique():
    first, second = (through_bytes(pair_of()) for _ in range(2))
    ids = [each.get("id") for each in first.iter() if each.get("id")]
    assert len(ids) == len(set(ids)) == len([each for each in second.iter() if each.get("id")])
    assert ids == [each.get("id") for each in second.iter() if each.get("id")]


def test_the_hand_written_messages_are_read():
    request = iti38.ListRequest.from_xml(parse(registry_messages.ADHOC_QUERY_REQUEST.encode()))
    assert request.patient == PATIENT
    answer = read(parse(registry_messages.ADHOC_QUERY_RESPONSE.encode()))
    pair = iti38.pairs(answer.entries, answer.associations)[0]
    assert (pair.l3.uuid, pair.l1.uuid) == (registry_messages.XML, registry_messages.PDF)
