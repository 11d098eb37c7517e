"""The open documents of a patient: found by the id in the address, and displayed anew where needed."""

from dataclasses import replace

from ncp import norwegian
from ncp.desk import Desk
from ncp.patient_summary import Fetched, Relationship
from ncp.portal.session import OpenDocument, PatientContext
from ncp.portal.web import Turned

PDF = "application/pdf"
PDF_PLACE = "#pdf-navn"  # of the panel that shows it, on the page with the banner


def opened_of(context: PatientContext, document_id: str) -> OpenDocument:
    """Raises: Turned: the document is not open, or not this patient's."""
    opened = context.documents.get(document_id)
    if opened is None:
        to = "/pasient/dokumenter" if context.relationship else "/pasient/bekreft"
        raise Turned("portal.document_gone", status=404, to=to, link="portal.to_patient")
    return opened


def displayed_of(context: PatientContext, document_id: str) -> Fetched:
    """Nothing of a document leaves before its contradictions are answered. Raises: Turned."""
    fetched = opened_of(context, document_id).fetched
    if fetched.display is None:
        raise Turned("portal.stopped", to=f"/ps/{document_id}", at_once=True)
    return fetched


def pdf_of(fetched: Fetched) -> bytes | None:
    """The PDF of a level 1 document; None for any other document or media type, and for a damaged one."""
    attachment = fetched.document.attachment
    return file_of(fetched) if attachment and attachment.media_type == PDF else None


def file_of(fetched: Fetched) -> bytes | None:
    """The file of a level 1 document, of whatever kind; None if there is none, or it is damaged."""
    attachment = fetched.document.attachment
    return attachment.content if attachment and attachment.problem is None else None


def displayed_anew(
    document_id: str, opened: OpenDocument, relationship: Relationship, desk: Desk
) -> OpenDocument:
    """The document displayed in the language of the desk, with the way to its file."""
    fetched = opened.fetched
    if fetched.display is None:
        return opened
    if fetched.terms is not None:  # the release that was recorded, whichever is active by now
        desk = replace(desk, terms=fetched.terms)
    href = None
    if file_of(fetched) is not None:
        href = PDF_PLACE if pdf_of(fetched) is not None else f"/ps/{document_id}/fil"
    display = norwegian.displayed(fetched.document, relationship, desk, opened.at, href)
    return OpenDocument(replace(fetched, display=display), desk.language, opened.at)


def linked(document_id: str, opened: OpenDocument, relationship: Relationship, desk: Desk) -> OpenDocument:
    """A document just fetched; one with a file is displayed with the way to it."""
    if file_of(opened.fetched) is None:
        return opened
    return displayed_anew(document_id, opened, relationship, desk)
