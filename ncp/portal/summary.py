"""One fetched document: the display, the page that stops a contradiction, the original, the copy."""

from dataclasses import replace
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from cda.display import DisplayContext, stylesheet
from cda.journal import journal_text
from ncp import norwegian, patient_summary
from ncp.norwegian import OSLO, Use
from ncp.patient_summary import Fetched, Relationship
from ncp.portal.documents import desk_in, relationship_of, twin_of
from ncp.portal.notices import of_document
from ncp.portal.session import OpenDocument, PatientContext, Session
from ncp.portal.shown import birth_date, sex
from ncp.portal.web import Form, PatientSession, Portal, ThePortal, Turned, go, page, patient_of, still, texts
from terminology.pages.security import CSP, CSP_PDF_PAGE

router = APIRouter()
DOCUMENT_CSS = "/static/document.css"
# A browser keeps static files for ever: the address changes with the content.
DOCUMENT_CSS_NOW = f"{DOCUMENT_CSS}?v={sha256(stylesheet().encode()).hexdigest()[:12]}"
PDF = "application/pdf"
# A file that is shown may be framed by our own page and may do nothing.
CSP_FILE = "default-src 'none'; frame-ancestors 'self'; sandbox"


@router.get("/ps/{document_id}")
def show(request: Request, document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The summary in the language of the page, or the stop page while a contradiction waits."""
    context = patient_of(session)
    opened = _opened(context, document_id)
    if opened.fetched.display is None:
        return _stop_page(request, session, context, opened.fetched, document_id)
    opened = _in_language(document_id, opened, session, context, portal)
    display = opened.fetched.display
    has_pdf = pdf_of(opened.fetched) is not None
    answer = page(
        request,
        "summary.html",
        "document.patient_summary",
        session=session,
        document_id=document_id,
        document_css=DOCUMENT_CSS_NOW,
        has_pdf=has_pdf,
        twin=twin_of(opened.fetched, context.listing),
        notices=of_document(opened.fetched, context.peer, texts(session)),
        # made by cda.display, which escapes every received text
        fragment=Markup(display.fragment if display else ""),
    )
    answer.headers["Content-Security-Policy"] = CSP_PDF_PAGE if has_pdf else CSP
    return answer


@router.post("/ps/{document_id}/samme")
def same_person(form: Form, document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The clinician has seen the contradiction and says that it is the same person."""
    context = patient_of(session, form.get("patient", ""))
    opened = _opened(context, document_id)
    if form.get("samme") != "ja":
        raise Turned("portal.same_person_needed", status=422, to=f"/ps/{document_id}", link="app.back")
    language = session.language
    shown = patient_summary.despite_contradiction(
        opened.fetched, relationship_of(context), desk_in(language, portal)
    )
    with session.lock:
        still(session, context)
        context.documents[document_id] = OpenDocument(shown, language, opened.at)
    return go(f"/ps/{document_id}")


@router.post("/ps/{document_id}/brukt")
def printed(form: Form, document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The browser tells that the page goes to paper: recorded, says nothing back."""
    context = patient_of(session, form.get("patient", ""))
    fetched = _displayed(context, document_id)
    norwegian.record_use(Use.PRINTED, fetched.entry, relationship_of(context), portal.desk)
    return Response(status_code=204)


@router.post("/ps/{document_id}/tekst")
def copy(
    request: Request, form: Form, document_id: str, session: PatientSession, portal: ThePortal
) -> Response:
    """The document as plain text for the patient's record, with its source line."""
    context = patient_of(session, form.get("patient", ""))
    opened = _in_language(document_id, _opened(context, document_id), session, context, portal)
    fetched = _displayed(context, document_id)
    norwegian.record_use(Use.COPIED, fetched.entry, relationship_of(context), portal.desk)
    request.state.return_path = f"/ps/{document_id}"
    return page(
        request,
        "copy.html",
        "view.copy",
        session=session,
        document_id=document_id,
        text=_journal(opened, context, portal, session.language),
    )


@router.get("/ps/{document_id}/original.xml")
def original(document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The document exactly as it was received, to save; browsers never render it."""
    context = patient_of(session)
    fetched = _displayed(context, document_id)
    norwegian.record_use(Use.ORIGINAL_OPENED, fetched.entry, relationship_of(context), portal.desk)
    return _file(fetched.content, "application/octet-stream", 'attachment; filename="original.xml"')


@router.get("/ps/{document_id}/original.pdf")
def original_pdf(document_id: str, session: PatientSession, portal: ThePortal, lagre: str = "") -> Response:
    """The PDF inside a level 1 document, in the country's own language; `lagre` saves it instead."""
    context = patient_of(session)
    fetched = _displayed(context, document_id)
    content = pdf_of(fetched)
    if content is None:
        raise Turned("portal.no_pdf", status=404)
    norwegian.record_use(Use.ORIGINAL_OPENED, fetched.entry, relationship_of(context), portal.desk)
    return _file(content, PDF, f'{"attachment" if lagre else "inline"}; filename="original.pdf"')


def pdf_of(fetched: Fetched) -> bytes | None:
    """The PDF of a level 1 document; None for any other document or media type, and for a damaged one."""
    attachment = fetched.document.attachment
    if attachment is None or attachment.media_type != PDF or attachment.problem is not None:
        return None
    return attachment.content


def _file(content: bytes, media_type: str, disposition: str) -> Response:
    """A file of the country's. What is shown is sandboxed; what is saved cannot be: browsers would refuse."""
    headers = {"Content-Disposition": disposition}
    if disposition.startswith("inline"):
        headers["Content-Security-Policy"] = CSP_FILE
    return Response(content, media_type=media_type, headers=headers)


def _journal(opened: OpenDocument, context: PatientContext, portal: Portal, language: str) -> str:
    display = opened.fetched.display
    assert display is not None  # `_displayed` has looked
    return journal_text(
        display,
        portal.desk.terms,
        DisplayContext(country=context.peer.name(language), retrieved=opened.at.astimezone(OSLO)),
        language=language,
    )


def _in_language(
    document_id: str, opened: OpenDocument, session: Session, context: PatientContext, portal: Portal
) -> OpenDocument:
    """The document displayed in the language of the session: it may have changed since the fetch."""
    language = session.language
    if opened.language == language or opened.fetched.display is None:
        return opened
    relationship: Relationship = relationship_of(context)
    display = norwegian.displayed(opened.fetched.document, relationship, desk_in(language, portal), opened.at)
    anew = OpenDocument(replace(opened.fetched, display=display), language, opened.at)
    with session.lock:
        still(session, context)
        context.documents[document_id] = anew
    return anew


def _stop_page(
    request: Request, session: Session, context: PatientContext, fetched: Fetched, document_id: str
) -> Response:
    words = texts(session)
    rows = []
    for each in fetched.contradictions:
        shown = birth_date if each.trait == "birthDate" else sex
        label = "patient.birth_date" if each.trait == "birthDate" else "patient.sex"
        rows.append((words.text(label), shown(each.confirmed, words), shown(each.received, words)))
    return page(
        request,
        "stop.html",
        "portal.title.stop",
        session=session,
        peer=context.peer,
        document_id=document_id,
        contradictions=rows,
    )


def _opened(context: PatientContext, document_id: str) -> OpenDocument:
    opened = context.documents.get(document_id)
    if opened is None:
        to = "/pasient/dokumenter" if context.relationship else "/pasient/bekreft"
        raise Turned("portal.document_gone", status=404, to=to, link="portal.to_patient")
    return opened


def _displayed(context: PatientContext, document_id: str) -> Fetched:
    """Nothing of a document leaves before its contradictions are answered."""
    fetched = _opened(context, document_id).fetched
    if fetched.display is None:
        raise Turned("portal.stopped", to=f"/ps/{document_id}", at_once=True)
    return fetched
