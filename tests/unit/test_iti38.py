"""The query for documents on the wire. Wire checklist 9, point 7."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ncp.wire import iti38
from ncp.wire.document_classes import ORCD, DocumentClass
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.profile import Profile
from tests.support.messages import LIST_REQUEST, PATIENT
from tests.support.wire_edits import again, doubled, named, slot, slot_value, through_bytes, without

read = iti38.ListResponse.from_xml
TWO = iti38.ListRequest(PATIENT, (DocumentClass.PATIENT_SUMMARY, DocumentClass.EPRESCRIPTION))


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("request_", [LIST_REQUEST, TWO])
def test_checklist_9_7_one_and_two_class_codes_survive_in_both_quoting_styles(request_, profile):
    assert again(request_, profile) == request_


def test_checklist_9_7_the_quoting_is_the_generations():
    codes = "$XDSDocumentEntryClassCode"
    loinc = "^^2.16.840.1.113883.6.1"
    assert slot_value(through_bytes(TWO, Profile.W7), codes).text == f"('60591-5{loinc},57833-6{loinc}')"
    for profile in (Profile.W8, Profile.W9):
        assert slot_value(through_bytes(TWO, profile), codes).text == f"('60591-5{loinc}','57833-6{loinc}')"


@pytest.mark.parametrize(
    "text",
    [
        "('60591-5^^2.16.840.1.113883.6.1','57833-6^^2.16.840.1.113883.6.1')",
        "('60591-5^^2.16.840.1.113883.6.1,57833-6^^2.16.840.1.113883.6.1')",
        "( '60591-5' , '57833-6' )",
        "60591-5,57833-6",
    ],
)
def test_checklist_9_7_class_codes_are_read_in_every_style(text):
    el = through_bytes(TWO)
    slot_value(el, "$XDSDocumentEntryClassCode").text = text
    assert iti38.ListRequest.from_xml(el).class_codes == ("60591-5", "57833-6")


def test_the_other_slots_have_the_quotes_of_the_profile():
    el = through_bytes(LIST_REQUEST)
    assert slot_value(el, "$XDSDocumentEntryPatientId").text == f"'{PATIENT.cx()}'"
    approved = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')"
    assert slot_value(el, "$XDSDocumentEntryStatus").text == approved


@pytest.mark.parametrize(
    "text", [PATIENT.cx(), f"'{PATIENT.cx()}'", f"'{PATIENT.cx().removesuffix('&ISO')}'"]
)
def test_the_patient_is_read_with_and_without_quotes(text):
    el = through_bytes(LIST_REQUEST)
    slot_value(el, "$XDSDocumentEntryPatientId").text = text
    assert iti38.ListRequest.from_xml(el).patient == PATIENT


def test_checklist_9_7_orcd_filters_survive_unquoted():
    before, after = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    asked = iti38.ListRequest(PATIENT, tuple(sorted(ORCD)), iti38.Filters(5_000_000, before, after))
    el = through_bytes(asked)
    assert slot_value(el, "$XDSDocumentEntryFilterMaximumSize").text == "5000000"
    assert slot_value(el, "$XDSDocumentEntryFilterCreatedBefore").text == "2026-01-02T03:04:05.000Z"
    assert iti38.ListRequest.from_xml(el) == asked


@pytest.mark.parametrize("name", ["MaximumSize", "CreatedBefore", "CreatedAfter"])
def test_an_unreadable_filter_is_refused(name):
    full = iti38.Filters(1, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    el = through_bytes(replace(LIST_REQUEST, filters=full))
    slot_value(el, f"$XDSDocumentEntryFilter{name}").text = "soon"
    with pytest.raises(NotValid) as error:
        iti38.ListRequest.from_xml(el)
    assert error.value.where.endswith(f"Filter{name}")


@pytest.mark.parametrize("codes", [(), ("a'b",), ("a^b",), ("a b",), ("",)])
def test_class_codes_that_cannot_be_quoted_are_not_sent(codes):
    with pytest.raises(NotValid):
        iti38.ListRequest(PATIENT, codes).to_xml(Profile.W9)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("$XDSDocumentEntryPatientId", "'nobody'"),
        ("$XDSDocumentEntryPatientId", "''"),
        ("$XDSDocumentEntryClassCode", "('')"),
        ("$XDSDocumentEntryClassCode", "('^^2.16.840.1.113883.6.1')"),
    ],
)
def test_a_request_without_usable_patient_or_class_is_refused(name, text):
    el = through_bytes(LIST_REQUEST)
    slot_value(el, name).text = text
    with pytest.raises(NotValid) as error:
        iti38.ListRequest.from_xml(el)
    assert error.value.where.endswith(name.removeprefix("$XDSDocumentEntry"))


@pytest.mark.parametrize("name", ["$XDSDocumentEntryPatientId", "$XDSDocumentEntryClassCode"])
def test_a_request_that_renames_a_slot_is_refused(name):
    el = through_bytes(LIST_REQUEST)
    slot(el, name).set("name", "$XDSDocumentEntrySomething")
    with pytest.raises(NotValid):
        iti38.ListRequest.from_xml(el)


def test_another_stored_query_is_refused():
    el = through_bytes(LIST_REQUEST)
    named(el, "AdhocQuery").set("id", "urn:uuid:00000000-0000-4000-8000-000000000000")
    with pytest.raises(NotValid, match="FindDocuments"):
        iti38.ListRequest.from_xml(el)


@pytest.mark.parametrize("damage", [lambda el: without(el, "Slot"), lambda el: doubled(el, "AdhocQuery")])
def test_requests_are_strict(damage):
    with pytest.raises(NotValid) as error:
        iti38.ListRequest.from_xml(damage(through_bytes(LIST_REQUEST)))
    assert error.value.kind is NotValidKind.XSD
