"""ITI-39 at country A: hand out one document, if it is the confirmed patient's.

Source: wire specification 6.4: a missing document is PartialSuccess without a document.
"""

from __future__ import annotations

from dataclasses import dataclass

from mock_member_states.country import Country
from mock_member_states.listing import EP, offered
from mock_member_states.situation import Situation
from ncp.wire.errors import ErrorCode
from ncp.wire.iti39 import DocumentRequest, RetrievedDocument, RetrieveResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import RegistryError, Status


@dataclass(frozen=True, slots=True)
class Found:
    """What a document id leads to."""

    content: bytes | None
    belongs_to_another: bool  # the id exists, but not for this patient


def find(wanted: DocumentRequest, patient: PatientId, at: Situation) -> Found:
    """Look in the repository of this country, among the documents of the confirmed patient only.

    Raises: OSError: the file of the document is gone.
    """
    country, register = at.country, at.register
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
            return Found(document.content(), False)
    if EP in offered(country) and (prescribed := at.prescriptions.document(wanted.document)):
        held, made = prescribed
        is_mine = person is not None and register.patient(held.patient) == person
        return Found(made.bytes if is_mine else None, not is_mine)
    return Found(None, bool(known))


def deliver(wanted: DocumentRequest, content: bytes, country: Country) -> RetrieveResponse:
    """The document, with the ids of the request."""
    return RetrieveResponse(
        status=Status.SUCCESS,
        documents=(
            RetrievedDocument(
                home=wanted.home or f"urn:oid:{country.home_community}",
                repository=wanted.repository,
                document=wanted.document,
                mime_type="text/xml",
                content=content,
            ),
        ),
    )


def missing() -> RetrieveResponse:
    """There is no such document here."""
    text = f"{ErrorCode.GENERIC_DOCUMENT_MISSING} : the requested document is not in this repository"
    error = RegistryError(ErrorCode.XDS_MISSING_DOCUMENT, text)
    return RetrieveResponse(status=Status.PARTIAL_SUCCESS, errors=(error,))
