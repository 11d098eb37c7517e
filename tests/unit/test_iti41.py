"""ITI-41: what is submitted arrives whole, and what does not belong together is refused."""

import hashlib
from dataclasses import replace

import pytest
from lxml import etree

from ncp.wire import iti41, mtom, soap
from ncp.wire.document_entry import FORMAT
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.iti41 import ProvideRequest, ProvideResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from ncp.wire.submission_kinds import SubmissionKind
from schemas.namespaces import RIM, XDSB, q
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support import registry_messages as registry
from tests.support.submissions import CONTENT, PATIENT, PERSON, submission

PLAIN = "application/soap+xml; charset=UTF-8"
ID = "urn:uuid:67e2f278-6f1c-4dcf-9c21-c1d0392f079e"
OTHER = PatientId("2.16.620.1.101.10.1.1", "987654321")


def sent(**changes):
    """The request as an element that a test may damage."""
    one = submission()
    return replace(one, document=replace(one.document, **changes)).to_xml(Profile.W9)


def damaged(edit):
    el = sent()
    edit(el)
    return parse(etree.tostring(el))


def refusal(el):
    with pytest.raises(NotValid) as caught:
        ProvideRequest.from_xml(el)
    return caught.value


# --- what is written


@pytest.mark.parametrize("kind", SubmissionKind)
@pytest.mark.parametrize("profile", Profile)
def test_a_submission_is_valid_and_comes_back_as_it_went(kind, profile):
    request = submission(kind)
    el = parse(etree.tostring(request.to_xml(profile)))
    assert violations(el, Schema.PROVIDE_REQUEST) == []
    got = ProvideRequest.from_xml(el)
    assert (got, got.findings, got.kind, got.person) == (request, (), kind, PERSON)


def classified(el, owner):
    return {
        each.get("classificationScheme"): (
            each.get("nodeRepresentation"),
            each.findtext(f"{q(RIM, 'Slot')}/{q(RIM, 'ValueList')}/{q(RIM, 'Value')}"),
            getattr(each.find(f"{q(RIM, 'Name')}/*"), "attrib", {}).get("value"),
        )
        for each in el.iter(q(RIM, "Classification"))
        if each.getparent().tag == q(RIM, owner)
    }


LOINC, FORMATS = "2.16.840.1.113883.6.1", "eHDSI formatCodes"


@pytest.mark.parametrize(
    ("kind", "class_code", "type_code", "format_code", "title"),
    [
        (
            SubmissionKind.DISPENSATION,
            ("60593-1", LOINC, "Medication dispensed"),
            ("60593-1", LOINC, "eDispensation"),
            ("urn:epSOS:ep:dis:2010", FORMATS, "eHDSI coded eDispensation"),
            "eDispensation",
        ),
        (
            SubmissionKind.DISCARD,
            ("DISCARD-60593-1", LOINC, "Discard Medication dispensed"),
            ("DISCARD-60593-1", LOINC, "eDispensation Discard"),
            ("urn:eHDSI:ed:discard:2020", FORMATS, "eHDSI coded eDispensation Discard"),
            "Medication Dispensation Discard",
        ),
    ],
)
def test_the_metadata_are_those_of_the_kind(kind, class_code, type_code, format_code, title):
    el = submission(kind).to_xml(Profile.W9)
    assert classified(el, "ExtrinsicObject") == {
        "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a": class_code,
        "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983": type_code,
        FORMAT: format_code,
        "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f": ("N", "2.16.840.1.113883.5.25", "Normal"),
        "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1": ("NO", "1.0.3166.1", "Norway"),
        "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead": (
            "Not Used",
            "eHDSI Practice Setting Codes-Not Used",
            "Not Used",
        ),
    }
    package = classified(el, "RegistryPackage")
    assert package["urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"] == (
        "60593-1",
        LOINC,
        "Medication dispensed",
    )
    name = el.find(f".//{q(RIM, 'RegistryPackage')}/{q(RIM, 'Name')}/{q(RIM, 'LocalizedString')}")
    assert name.get("value") == title


def slots(el, owner):
    return {
        each.get("name"): [value.text for value in each.iter(q(RIM, "Value"))]
        for each in el.iter(q(RIM, "Slot"))
        if each.getparent().tag == q(RIM, owner)
    }


def test_slots_times_and_identifiers_are_written_as_the_profile_says():
    el = submission().to_xml(Profile.W9)
    assert slots(el, "ExtrinsicObject") == {
        "creationTime": ["20261122130500"],  # 24 hours: 13:05 is not 01:05
        "languageCode": ["nb-NO"],
        "sourcePatientId": ["123456789^^^&2.16.620.1.101.10.1.1&ISO"],
        "sourcePatientInfo": [
            "PID-3|123456789^^^&2.16.620.1.101.10.1.1&ISO",
            "PID-5|Silva^Ana",
            "PID-7|19610529",
            "PID-8|F",
        ],
    }
    assert slots(el, "RegistryPackage") == {"submissionTime": ["20261122130500"]}
    identifiers = {
        each.get("identificationScheme"): each.get("value") for each in el.iter(q(RIM, "ExternalIdentifier"))
    }
    assert identifiers == {
        "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427": "123456789^^^&2.16.620.1.101.10.1.1&ISO",
        "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab": "2.999.578.1^ED-1",
        "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8": "2.25.3",
        "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446": "123456789^^^&2.16.620.1.101.10.1.1&ISO",
        "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832": "2.16.578.1.12.4.5.10.1",
    }


def test_who_submits_is_written_as_a_person_and_an_organisation():
    el = submission().to_xml(Profile.W9)
    found = [slots(each, "Classification") for each in el.iter(q(RIM, "Classification")) if len(each) == 2]
    assert {
        "authorInstitution": ["Nordlys apotek^^^^^&2.16.578.1.12.4.1.4.101&ISO^^^^999999999"],
        "authorPerson": ["9999999^Apotek^Kari^^^^^^&2.16.578.1.12.4.1.4.4&ISO"],
    } in found


def test_no_logical_id_is_claimed_for_a_document_that_nobody_has_registered():
    assert sent().find(f".//{q(RIM, 'ExtrinsicObject')}").get("lid") is None


def test_the_hand_written_request_is_read():
    got = ProvideRequest.from_xml(parse(registry.PROVIDE_REQUEST.encode()))
    assert (got.content, got.document.unique_id, got.submission_set.unique_id) == (
        b"<ClinicalDocument/>",
        "1.2^3",
        "2.25.1",
    )
    assert got.kind is None  # it names no format
    assert [each.what for each in got.findings] == ["no format code"]


# --- inline and by MTOM


@pytest.mark.parametrize("profile", Profile)
def test_the_document_arrives_inline_and_by_mtom(profile):
    request = submission()
    envelope = soap.request(
        to="https://pt.example/XDR_Service",
        action=iti41.ACTION,
        message_id=ID,
        assertions=(),
        body=request.to_xml(profile),
        profile=profile,
    )
    forms = [(PLAIN, envelope), mtom.pack(envelope, boundary="b1", action=iti41.ACTION)]
    assert CONTENT in forms[1][1] and b"xop:Include" in forms[1][1]
    for kind, data in forms:
        assert ProvideRequest.from_xml(mtom.message(kind, data).body) == request


def test_a_detached_document_is_taken_from_where_it_is():
    el = sent()
    el.find(q(XDSB, "Document")).text = "AAAA"
    attached = {el.find(q(XDSB, "Document")): CONTENT}
    assert ProvideRequest.from_xml(el, attached).content == CONTENT


# --- what is refused


def test_a_format_in_another_case_is_no_kind_but_is_read():
    request = submission()
    shouted = replace(request.document.format, code="URN:EPSOS:EP:DIS:2010")
    other = replace(request, document=replace(request.document, format=shouted))
    assert ProvideRequest.from_xml(other.to_xml(Profile.W7)).kind is None


@pytest.mark.parametrize("where", ["source_patient", "patient"])
def test_a_patient_who_differs_from_place_to_place_is_refused(where):
    with pytest.raises(NotValid, match="contradict"):
        sent(**{where: OTHER})


def test_a_description_of_another_patient_is_refused():
    def edit(el):
        for each in el.iter(q(RIM, "Value")):
            if (each.text or "").startswith("PID-3|"):
                each.text = f"PID-3|{OTHER.cx()}"

    assert "contradict" in refusal(damaged(edit)).what


def test_a_submission_set_of_another_patient_is_refused():
    def edit(el):
        for each in el.iter(q(RIM, "ExternalIdentifier")):
            if each.get("identificationScheme").startswith("urn:uuid:6b5aea1a"):
                each.set("value", OTHER.cx())

    assert "contradict" in refusal(damaged(edit)).what


def test_a_document_without_source_patient_is_refused():
    def edit(el):
        for each in list(el.iter(q(RIM, "Slot"))):
            if each.get("name") == "sourcePatientId":
                each.getparent().remove(each)

    assert "sourcePatientId" in refusal(damaged(edit)).what


@pytest.mark.parametrize(
    ("tag", "attribute"),
    [
        ("Association", "sourceObject"),
        ("Association", "targetObject"),
        ("Association", "associationType"),
        ("Classification", "classifiedObject"),
        ("Classification", "classificationNode"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(tag, attribute):
    def edit(el):
        objects = el.find(f".//{q(RIM, 'RegistryObjectList')}")
        objects.find(q(RIM, tag)).set(attribute, "urn:uuid:99999999-0000-4000-8000-000000000000")

    assert f"@{attribute}" in refusal(damaged(edit)).what


def test_a_document_that_no_metadata_describe_is_refused():
    def edit(el):
        el.find(q(XDSB, "Document")).set("id", "urn:uuid:99999999-0000-4000-8000-000000000000")

    assert "@id" in refusal(damaged(edit)).what


@pytest.mark.parametrize(
    "scheme",
    ["urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"],
)
def test_a_submission_set_without_an_identifier_is_refused(scheme):
    def edit(el):
        for each in el.iter(q(RIM, "ExternalIdentifier")):
            if each.get("identificationScheme") == scheme:
                each.set("identificationScheme", "urn:uuid:99999999-0000-4000-8000-000000000000")

    assert "is missing" in refusal(damaged(edit)).what


@pytest.mark.parametrize(("name", "value"), [("size", 3), ("hash", "00" * 20)])
def test_a_size_or_hash_that_is_not_the_documents_is_refused(name, value):
    with pytest.raises(NotValid, match=f"the {name} is not the document's"):
        sent(**{name: value})


def test_a_right_size_and_hash_are_accepted_in_any_case_of_letters():
    digest = hashlib.sha1(CONTENT).hexdigest().upper()
    el = sent(size=len(CONTENT), hash=digest)
    assert ProvideRequest.from_xml(el).document.hash == digest


def test_two_documents_are_refused_by_the_schema():
    def edit(el):
        el.append(parse(etree.tostring(el.find(q(XDSB, "Document")))))

    assert refusal(damaged(edit)).kind is NotValidKind.XSD


def test_broken_base64_is_refused():
    def edit(el):
        el.find(q(XDSB, "Document")).text = "AAA"

    assert refusal(damaged(edit)).kind is NotValidKind.XSD


def test_no_patient_is_named_in_a_refusal_or_a_traceback():
    request = submission()
    for said in (repr(request.submission_set), repr(request.person), repr(request.patient)):
        assert PATIENT.extension not in said and "Silva" not in said


# --- the answer


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("status", Status)
def test_an_answer_comes_back_as_it_went(profile, status):
    answer = ProvideResponse(status, (RegistryError("4106", "already dispensed"),))
    got = ProvideResponse.from_xml(parse(etree.tostring(answer.to_xml(profile))))
    assert (got, got.findings) == (answer, ())


def test_the_hand_written_answer_is_read():
    got = ProvideResponse.from_xml(parse(registry.REGISTRY_RESPONSE.encode()))
    assert (got.status, got.errors[0].code) == (Status.FAILURE, "4202")


def test_an_answer_without_status_is_not_written():
    with pytest.raises(NotValid):
        ProvideResponse(None).to_xml(Profile.W9)


def test_another_message_is_no_answer():
    with pytest.raises(NotValid):
        ProvideResponse.from_xml(parse(registry.RETRIEVE_RESPONSE.encode()))
