"""ITI-39 at country A: hand out one document, if it is the confirmed patient's.

Source: wire specification 6.4: a missing document is PartialSuccess without a document.
"""

from __future__ import annotations

from dataclasses import dataclass

from mock_member_states.country import Country
from mock_member_states.documents import Document
from mock_member_states.listing import offered
from mock_member_states.register import Register
from ncp.wire.errors import ErrorCode
from ncp.wire.iti39 import DocumentRequest, RetrievedDocument, RetrieveResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import RegistryError, Status


@dataclass(frozen=True, slots=True)
class Found:
    """What a document id leads to."""

    document: Document | None
    belongs_to_another: bool  # the id exists, but not for this patient


def find(wanted: DocumentRequest, patient: PatientId, country: Country, register: Register) -> Found:
    """Look in the repository of this country, among the documents of the confirmed patient only."""
    home = (wanted.home or "").removeprefix("urn:oid:")
    if home not in ("", country.home_community) or wanted.repository != country.repository:
        return Found(None, False)
    known = [
        document
        for document in register.documents
        if document.header.unique_id == wanted.document and document.header.class_code in offered(country)
    ]
    person = register.patient(patient)
    mine = set(register.documents_of(person)) if person else set()
    for document in known:
        if document in mine:
            return Found(document, False)
    return Found(None, bool(known))


def deliver(wanted: DocumentRequest, document: Document, country: Country) -> RetrieveResponse:
    """The document, with the ids of the request.  Raises: OSError: its file is gone."""
    return RetrieveResponse(
        status=Status.SUCCESS,
        documents=(
            RetrievedDocument(
                home=wanted.home or f"urn:oid:{country.home_community}",
                repository=wanted.repository,
                document=wanted.document,
                mime_type="text/xml",
                content=document.content(),
            ),
        ),
    )


def missing() -> RetrieveResponse:
    """There is no such document here."""
    text = f"{ErrorCode.GENERIC_DOCUMENT_MISSING} : the requested document is not in this repository"
    error = RegistryError(ErrorCode.XDS_MISSING_DOCUMENT, text)
    return RetrieveResponse(status=Status.PARTIAL_SUCCESS, errors=(error,))
