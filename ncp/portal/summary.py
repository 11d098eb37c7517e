"""One fetched document: the display, the page that stops a contradiction, the copy for the record."""

from dataclasses import replace
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from cda.display import DisplayContext, stylesheet
from cda.journal import journal_text
from ncp import norwegian, patient_summary, rule_check
from ncp.norwegian import OSLO, Use
from ncp.patient_summary import Fetched
from ncp.portal.documents import desk_in, relationship_of, twin_of
from ncp.portal.notices import of_document
from ncp.portal.opened import displayed_anew, displayed_of, file_of, linked, opened_of, pdf_of
from ncp.portal.session import OpenDocument, PatientContext, Session
from ncp.portal.shown import birth_date, sex
from ncp.portal.web import Form, PatientSession, Portal, ThePortal, Turned, go, page, patient_of, still, texts
from terminology.pages.security import CSP, CSP_PDF_PAGE

router = APIRouter()
DOCUMENT_CSS = "/static/document.css"
# A browser keeps static files for ever: the address changes with the content.
DOCUMENT_CSS_NOW = f"{DOCUMENT_CSS}?v={sha256(stylesheet().encode()).hexdigest()[:12]}"


@router.get("/ps/{document_id}")
def show(request: Request, document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The summary in the language of the page, or the stop page while a contradiction waits."""
    context = patient_of(session)
    opened = opened_of(context, document_id)
    if opened.fetched.display is None:
        return _stop_page(request, session, context, opened.fetched, document_id)
    opened = _in_language(document_id, opened, session, context, portal)
    opened = _judged(document_id, opened, session, context, portal)
    display = opened.fetched.display
    attachment = opened.fetched.document.attachment
    has_pdf = pdf_of(opened.fetched) is not None
    answer = page(
        request,
        "summary.html",
        "document.patient_summary",
        session=session,
        peer=context.peer,
        document_id=document_id,
        document_css=DOCUMENT_CSS_NOW,
        has_pdf=has_pdf,
        file_kind=attachment.media_type if attachment and file_of(opened.fetched) else None,
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
    opened = opened_of(context, document_id)
    if form.get("samme") != "ja":
        raise Turned("portal.same_person_needed", status=422, to=f"/ps/{document_id}", link="app.back")
    language = session.language
    relationship, desk = relationship_of(context), desk_in(language, portal)
    shown = patient_summary.despite_contradiction(opened.fetched, relationship, desk)
    anew = linked(document_id, OpenDocument(shown, language, opened.at), relationship, desk)
    with session.lock:
        still(session, context)
        context.documents[document_id] = anew
    return go(f"/ps/{document_id}")


@router.post("/ps/{document_id}/brukt")
def printed(form: Form, document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The browser tells that the page goes to paper: recorded, says nothing back."""
    context = patient_of(session, form.get("patient", ""))
    fetched = displayed_of(context, document_id)
    norwegian.record_use(Use.PRINTED, fetched.entry, relationship_of(context), portal.desk)
    return Response(status_code=204)


@router.post("/ps/{document_id}/tekst")
def copy(
    request: Request, form: Form, document_id: str, session: PatientSession, portal: ThePortal
) -> Response:
    """The document as plain text for the patient's record, with its source line."""
    context = patient_of(session, form.get("patient", ""))
    opened = _in_language(document_id, opened_of(context, document_id), session, context, portal)
    fetched = displayed_of(context, document_id)
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


def _journal(opened: OpenDocument, context: PatientContext, portal: Portal, language: str) -> str:
    display = opened.fetched.display
    assert display is not None  # `_displayed` has looked
    return journal_text(
        display,
        opened.fetched.terms or portal.desk.terms,
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
    anew = displayed_anew(document_id, opened, relationship_of(context), desk_in(language, portal))
    with session.lock:
        still(session, context)
        context.documents[document_id] = anew
    return anew


def _judged(
    document_id: str, opened: OpenDocument, session: Session, context: PatientContext, portal: Portal
) -> OpenDocument:
    """The document with the verdict of the rules, made when it is first shown."""
    if opened.fetched.verdict is not None or opened.fetched.unjudged:
        return opened
    desk = desk_in(session.language, portal)
    judged = replace(opened, fetched=rule_check.checked(opened.fetched, relationship_of(context), desk))
    with session.lock:
        still(session, context)
        context.documents[document_id] = judged
    return judged


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
