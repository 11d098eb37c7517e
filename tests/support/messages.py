"""Messages of the three query transactions, with synthetic people, for tests of every layer."""

from dataclasses import replace
from datetime import UTC, datetime

from ncp.wire import document_entry, iti38, iti39, iti55
from ncp.wire.coded import Coded
from ncp.wire.document_classes import DocumentClass, Level, class_code, format_code
from ncp.wire.event_codes import EventCodes, strength
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import Status

NOON = datetime(2026, 11, 22, 12, 0, 0, 71_000, tzinfo=UTC)
NORWAY = "2.16.578.1.12.4.5.10.1"
PORTUGAL = "2.16.17.710.820.1000.990.1"
PATIENT = PatientId("2.16.620.1.101.10.1.1", "123456789")
REPOSITORY = "2.16.17.710.820.1000.990.1.1.1"
ASKED = iti55.Demographics(
    family=("Silva",),
    given=("Ana", "Maria"),
    gender="F",
    birth_time="19610529",
    street="Rua do Ouro 1",
    city="Lisboa",
    postal_code="1100-060",
    country="PT",
)
REQUEST = iti55.DiscoveryRequest(
    receiver=PORTUGAL,
    sender=NORWAY,
    message_root="3d1ab927-4ded-4cb2-a077-18d25a62869c",
    message_extension="3122391072",
    query_id="a9e8e2f4-6f0b-4f3d-9d0c-6b1f2f8f4a11",
    created=NOON,
    ids=(PATIENT,),
    demographics=ASKED,
)
ANSWER_ID = iti55.Instance("0d9ac2a5-4b0f-4bd8-8d6f-7f1a6a0c3f0e", "1000000001")
ANA = iti55.Candidate(
    ids=(PATIENT,),
    demographics=replace(ASKED, telecoms=("tel:+351210000000",)),
    custodian=PORTUGAL,
)
TWIN = iti55.Candidate(
    ids=(PatientId("2.16.620.1.101.10.1.1", "987654321"),),
    demographics=iti55.Demographics(
        family=("Silva",), given=("Beatriz",), null_flavors=(("address", "MSK"),)
    ),
    custodian=PORTUGAL,
)


def match(*candidates):
    return iti55.found(
        REQUEST, home=PORTUGAL, message=ANSWER_ID, created=NOON, candidates=candidates or (ANA,)
    )


def no_match():
    return iti55.nobody(REQUEST, home=PORTUGAL, message=ANSWER_ID, created=NOON, text="No patient found")


def refusal(why, code="ERROR_PI_GENERIC", text="refused"):
    return iti55.refused(
        REQUEST,
        home=PORTUGAL,
        message=ANSWER_ID,
        created=NOON,
        detail=iti55.AckDetail(code, text),
        why=why,
    )


def listed(document_class=DocumentClass.PATIENT_SUMMARY, level=Level.L3, number=1, **changes):
    """A complete list entry; `number` makes its ids."""
    values = dict(
        uuid=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        unique_id=f"{REPOSITORY}^{number}{level}",
        repository=REPOSITORY,
        home=f"urn:oid:{PORTUGAL}",
        document_class=class_code(document_class),
        document_type=class_code(document_class),
        format=format_code(document_class, level),
        patient=PATIENT,
        source_patient=PATIENT,
        title="Patient Summary",
        description="Patient Summary",
        created="20261121130500",
        language="pt-PT",
        size=162_000,
        hash="da39a3ee5e6b4b0d3255bfef95601890afd80709",
        facility=Coded("PT", "1.0.3166.1", "Portugal"),
        authors=(document_entry.Author(("Dr Rui Costa",), ("Hospital de Lisboa",), ("221",)),),
    )
    return iti38.DocumentEntry(**(values | changes))


def prescription(number=1, level=Level.L3, dispensable=True):
    events = EventCodes(
        dispensable=dispensable,
        products=(Coded("D01AC01", "2.16.840.1.113883.6.73", "clotrimazole"),),
        dose_forms=(Coded("10502000", "0.4.0.127.0.16.1.1.2.1", "Cream"),),
        strengths=(strength("10 mg/g"),),
        substitutions=(Coded("N", "2.16.840.1.113883.5.1070", "none"),),
    )
    return listed(
        DocumentClass.EPRESCRIPTION, level, number, title="eHDSI - ePrescription", events=events.coded()
    )


def pair_of(document_class=DocumentClass.PATIENT_SUMMARY):
    """A structured document, its PDF and the association between them."""
    l3, l1 = listed(document_class, Level.L3, 3), listed(document_class, Level.L1, 1)
    return iti38.ListResponse(Status.SUCCESS, (l3, l1), (iti38.Association(l1.uuid, l3.uuid),))


LIST_REQUEST = iti38.ListRequest(PATIENT, (DocumentClass.PATIENT_SUMMARY.value,))
WANTED = iti39.DocumentRequest(f"urn:oid:{PORTUGAL}", REPOSITORY, f"{REPOSITORY}^1L3")
CONTENT = b'<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'
DOCUMENT = iti39.RetrievedDocument(WANTED.home, WANTED.repository, WANTED.document, "text/xml", CONTENT)


def delivered(*errors, status=Status.SUCCESS, documents=(DOCUMENT,)):
    return iti39.RetrieveResponse(status, documents, errors)
