"""ITI-38 at country A: which documents the patient has, with the pair of PDF and structured document."""

from __future__ import annotations

from collections.abc import Sequence

from mock_member_states.country import Country
from mock_member_states.documents import Document, twins
from mock_member_states.register import Register
from ncp.wire.coded import Coded
from ncp.wire.document_classes import CLASSES, DocumentClass, Level, class_code, format_code
from ncp.wire.ebrim import Association
from ncp.wire.errors import ErrorCode, Severity
from ncp.wire.iti38 import Author, DocumentEntry, ListRequest, ListResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import RegistryError, Status

_COUNTRY_CODES = "1.0.3166.1"
_CLASS_OF = {"PS": DocumentClass.PATIENT_SUMMARY}


def offered(country: Country) -> tuple[str, ...]:
    """Class codes of the services that the country offers."""
    return tuple(_CLASS_OF[service].value for service in country.services)


def list_documents(request: ListRequest, country: Country, register: Register) -> ListResponse:
    """What there is for the patient of the request, whose right to ask has been checked.

    Unknown classes and empty results do not fail: they are told beside the Success.
    """
    wanted = [code for code in request.class_codes if code in offered(country)]
    unknown = [code for code in request.class_codes if code not in offered(country)]
    errors = [
        RegistryError(ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN, f"Class code {code[:40]} is not supported")
        for code in unknown
    ]
    patient = register.patient(request.patient)
    found = [
        document
        for document in (register.documents_of(patient) if patient else ())
        if document.header.class_code in wanted and _listable(document)
    ]
    if wanted and not found:
        errors.append(not_found(country))
    return ListResponse(
        status=Status.SUCCESS,
        entries=tuple(_entry(document, request.patient, country) for document in found),
        associations=_associations(found),
        errors=tuple(errors),
    )


def not_found(country: Country) -> RegistryError:
    """No summary: a warning, in the spelling of the country's profile."""
    numbers = country.wire_profile.not_found_codes_are_numbers
    code = ErrorCode.NO_PS_W7 if numbers else ErrorCode.PS_NOT_FOUND
    return RegistryError(code, "No patient summary is registered for the patient", Severity.WARNING)


def level_of(document: Document) -> Level:
    return Level.L1 if document.header.level == 1 else Level.L3


def _listable(document: Document) -> bool:
    return document.header.class_code in CLASSES


def _entry(document: Document, patient: PatientId, country: Country) -> DocumentEntry:
    header = document.header
    kind = DocumentClass(header.class_code)
    return DocumentEntry(
        uuid=header.uuid,
        unique_id=header.unique_id,
        repository=country.repository,
        home=f"urn:oid:{country.home_community}",
        document_class=class_code(kind),
        document_type=class_code(kind),
        format=format_code(kind, level_of(document)),
        patient=patient,
        source_patient=patient,
        title=CLASSES[kind.value].title,
        description=CLASSES[kind.value].title,
        created=header.created,
        language=header.language,
        size=header.size,
        hash=header.sha1,
        facility=Coded(country.code, _COUNTRY_CODES, country.names.en),
        authors=_authors(document),
    )


def _authors(document: Document) -> tuple[Author, ...]:
    person, institution = document.header.author, document.header.institution
    if not person and not institution:
        return ()
    return (Author((person,) if person else (), (institution,) if institution else ()),)


def _associations(found: Sequence[Document]) -> tuple[Association, ...]:
    """From the PDF to the structured document, for each pair."""
    return tuple(Association(first.header.uuid, third.header.uuid) for first, third in twins(found))
