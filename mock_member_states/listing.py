"""ITI-38 at country A: which documents the patient has, with the pair of PDF and structured document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mock_member_states import prescription_listing
from mock_member_states.country import Country
from mock_member_states.dispensation_kept import NotAvailable
from mock_member_states.documents import Document, twins
from mock_member_states.list_entries import entry, level_of
from mock_member_states.patients import Patient
from mock_member_states.situation import Situation
from ncp.wire.document_classes import CLASSES, DocumentClass
from ncp.wire.ebrim import Association
from ncp.wire.errors import ErrorCode, Severity
from ncp.wire.iti38 import DocumentEntry, ListRequest, ListResponse
from ncp.wire.registry import RegistryError, Status

__all__ = ["EP", "level_of", "list_documents", "not_found", "offered"]

PS: Final = DocumentClass.PATIENT_SUMMARY.value
EP: Final = DocumentClass.EPRESCRIPTION.value
_CLASS_OF = {"PS": PS, "EP": EP}


def offered(country: Country) -> tuple[str, ...]:
    """Class codes of the services that the country offers."""
    return tuple(_CLASS_OF[service] for service in country.services)


def list_documents(request: ListRequest, at: Situation) -> ListResponse:
    """What there is for the patient of the request, whose right to ask has been checked.

    Unknown classes and a missing summary do not fail: they are told beside the Success. A list without a
    single prescription does, and one that cannot be made.
    """
    country = at.country
    wanted = [code for code in request.class_codes if code in offered(country)]
    unknown = [code for code in request.class_codes if code not in offered(country)]
    errors = [
        RegistryError(ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN, f"Class code {code[:40]} is not supported")
        for code in unknown
    ]
    patient = at.register.patient(request.patient)
    entries, associations = _from_folders(request, wanted, patient, at)
    listed = {each.class_code for each in entries}
    if PS in wanted and PS not in listed:
        errors.append(not_found(country))
    failed = False
    if EP in wanted:
        try:
            prescribed, links = prescription_listing.entries(request.patient, patient, at)
        except NotAvailable as error:
            at.entry.reason = str(error)
            prescribed, links, absent = (), (), prescription_listing.NOT_ACCESSIBLE
        else:
            absent = prescription_listing.none_found(country)
        if not prescribed and EP not in listed:
            errors.append(absent)
            failed = not entries
        entries, associations = (*entries, *prescribed), (*associations, *links)
    return ListResponse(Status.FAILURE if failed else Status.SUCCESS, entries, associations, tuple(errors))


def _from_folders(
    request: ListRequest, wanted: Sequence[str], patient: Patient | None, at: Situation
) -> tuple[tuple[DocumentEntry, ...], tuple[Association, ...]]:
    found: list[Document] = [
        document
        for document in (at.register.documents_of(patient) if patient else ())
        if document.header.class_code in wanted and document.header.class_code in CLASSES
    ]
    entries = tuple(entry(document.header, request.patient, at.country) for document in found)
    # From the PDF to the structured document, for each pair.
    links = tuple(Association(first.header.uuid, third.header.uuid) for first, third in twins(found))
    return entries, links


def not_found(country: Country) -> RegistryError:
    """No summary: a warning, in the spelling of the country's profile."""
    numbers = country.wire_profile.not_found_codes_are_numbers
    code = ErrorCode.NO_PS_W7 if numbers else ErrorCode.PS_NOT_FOUND
    return RegistryError(code, "No patient summary is registered for the patient", Severity.WARNING)
