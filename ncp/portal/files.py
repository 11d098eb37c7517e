"""The files of a fetched document: the original as received, and what a level 1 document holds."""

from fastapi import APIRouter
from fastapi.responses import Response

from ncp import norwegian
from ncp.norwegian import Use
from ncp.portal.documents import relationship_of
from ncp.portal.opened import PDF, displayed_of, file_of, pdf_of
from ncp.portal.web import PatientSession, ThePortal, Turned, patient_of

router = APIRouter()
BYTES = "application/octet-stream"  # browsers save it and never render it
# A file that is shown may be framed by our own page and may do nothing.
CSP_FILE = "default-src 'none'; frame-ancestors 'self'; sandbox"


@router.get("/ps/{document_id}/original.xml")
def original(document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The document exactly as it was received, to save; browsers never render it."""
    context = patient_of(session)
    fetched = displayed_of(context, document_id)
    norwegian.record_use(Use.ORIGINAL_OPENED, fetched.entry, relationship_of(context), portal.desk)
    return _file(fetched.content, BYTES, 'attachment; filename="original.xml"')


@router.get("/ps/{document_id}/original.pdf")
def original_pdf(document_id: str, session: PatientSession, portal: ThePortal, lagre: str = "") -> Response:
    """The PDF inside a level 1 document, in the country's own language; `lagre` saves it instead."""
    context = patient_of(session)
    fetched = displayed_of(context, document_id)
    content = pdf_of(fetched)
    if content is None:
        raise Turned("portal.no_pdf", status=404)
    norwegian.record_use(Use.ORIGINAL_OPENED, fetched.entry, relationship_of(context), portal.desk)
    return _file(content, PDF, f'{"attachment" if lagre else "inline"}; filename="original.pdf"')


@router.get("/ps/{document_id}/fil")
def other_file(document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The file in a level 1 document that is no PDF, to save: nothing here can show it safely."""
    context = patient_of(session)
    fetched = displayed_of(context, document_id)
    content = file_of(fetched)
    if content is None:
        raise Turned("file.none", status=404)
    norwegian.record_use(Use.ORIGINAL_OPENED, fetched.entry, relationship_of(context), portal.desk)
    return _file(content, BYTES, 'attachment; filename="original"')


def _file(content: bytes, media_type: str, disposition: str) -> Response:
    """A file of the country's. What is shown is sandboxed; what is saved cannot be: browsers would refuse."""
    headers = {"Content-Disposition": disposition}
    if disposition.startswith("inline"):
        headers["Content-Security-Policy"] = CSP_FILE
    return Response(content, media_type=media_type, headers=headers)
