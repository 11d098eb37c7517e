"""Document list, the summary itself, its PDF, and the page that stops a contradiction."""

from collections.abc import Sequence
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from cda.display import stylesheet
from ncp import patient_summary
from ncp.finding import Finding, Source
from ncp.patient_summary import Fetched, Relationship
from ncp.portal.failures import Failure, failure_of
from ncp.portal.session import PatientContext, Session, opaque
from ncp.portal.shown import birth_date, sex
from ncp.portal.web import Form, PatientSession, ThePortal, Turned, go, page, patient_of, still, texts
from ncp.wire.document_classes import Level
from ncp.wire.errors import NcpError
from ncp.wire.iti38 import DocumentEntry
from terminology.pages.messages import Messages

router = APIRouter()
DOCUMENT_CSS = "/static/document.css"
# A browser keeps static files for ever: the address changes with the content.
DOCUMENT_CSS_NOW = f"{DOCUMENT_CSS}?v={sha256(stylesheet().encode()).hexdigest()[:12]}"


@router.get("/pasient/dokumenter")
def documents(request: Request, session: PatientSession, portal: ThePortal) -> Response:
    """What the country has. Asked for once; the form on the page asks again."""
    context = patient_of(session)
    relationship = _confirmed(context)
    if context.listing is None:
        failure = _list(session, context, relationship, portal)
        if failure is not None:
            return _list_page(request, session, context, failure)
    return _list_page(request, session, context, None)


@router.post("/pasient/dokumenter")
def list_again(form: Form, session: PatientSession) -> Response:
    """Forget the list, so that the page asks the country again."""
    context = patient_of(session, form.get("patient", ""))
    context.listing = None
    return go("/pasient/dokumenter")


@router.post("/ps")
def fetch(request: Request, form: Form, session: PatientSession, portal: ThePortal) -> Response:
    """Retrieve one document of the list. It is kept in the session only, under an id that says nothing."""
    context = patient_of(session, form.get("patient", ""))
    relationship = _confirmed(context)
    listing = context.listing
    number = form.get("dokument", "")
    if listing is None or not (
        number.isascii() and number.isdigit() and int(number) < len(listing.documents)
    ):
        raise Turned("portal.document_gone", status=409)
    try:
        fetched = patient_summary.fetch(listing.documents[int(number)], relationship, portal.desk)
    except NcpError as error:
        return _list_page(request, session, context, failure_of(error, texts(session), context.peer))
    document_id = opaque()
    with session.lock:
        still(session, context)
        context.documents[document_id] = fetched
        context.fetched[document_id] = portal.now()
    return go(f"/ps/{document_id}")


@router.get("/ps/{document_id}")
def show(request: Request, document_id: str, session: PatientSession) -> Response:
    """The summary in Norwegian, or the stop page while a contradiction waits for an answer."""
    context = patient_of(session)
    fetched = _fetched(context, document_id)
    if fetched.display is None:
        return _stop_page(request, session, context, fetched, document_id)
    words = texts(session)
    return page(
        request,
        "summary.html",
        "document.patient_summary",
        session=session,
        document_id=document_id,
        document_css=DOCUMENT_CSS_NOW,
        has_pdf=fetched.document.level == 1,
        notices=notices(fetched.findings, context, words),
        fragment=Markup(fetched.display.fragment),  # made by cda.display, which escapes every received text
    )


@router.post("/ps/{document_id}/samme")
def same_person(form: Form, document_id: str, session: PatientSession, portal: ThePortal) -> Response:
    """The clinician has seen the contradiction and says that it is the same person."""
    context = patient_of(session, form.get("patient", ""))
    fetched = _fetched(context, document_id)
    if form.get("samme") != "ja":
        raise Turned("portal.same_person_needed", status=422)
    shown = patient_summary.despite_contradiction(fetched, _confirmed(context), portal.desk)
    with session.lock:
        still(session, context)
        context.documents[document_id] = shown
    return go(f"/ps/{document_id}")


@router.get("/ps/{document_id}/original.xml")
def original(document_id: str, session: PatientSession) -> Response:
    """The document exactly as it was received, to save; browsers never render it."""
    fetched = _displayed(patient_of(session), document_id)
    return Response(
        fetched.content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": 'attachment; filename="original.xml"'},
    )


@router.get("/ps/{document_id}/original.pdf")
def original_pdf(document_id: str, session: PatientSession) -> Response:
    """The PDF inside a level 1 document, in the country's own language. Shown without any rights."""
    fetched = _displayed(patient_of(session), document_id)
    attachment = fetched.document.attachment
    if attachment is None or attachment.content is None or attachment.media_type != "application/pdf":
        raise Turned("portal.no_pdf", status=404)
    return Response(
        attachment.content,
        media_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="original.pdf"'},
    )


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


def _list(
    session: Session, context: PatientContext, relationship: Relationship, portal: ThePortal
) -> Failure | None:
    try:
        listing = patient_summary.list_summaries(relationship, portal.desk)
    except NcpError as error:
        return failure_of(error, texts(session), context.peer)
    with session.lock:
        still(session, context)
        context.listing, context.listed = listing, portal.now()
    return None


def _list_page(
    request: Request, session: Session, context: PatientContext, failure: Failure | None
) -> Response:
    words = texts(session)
    listing = context.listing
    return page(
        request,
        "documents.html",
        "document.list",
        status=failure.status if failure else 200,
        session=session,
        peer=context.peer,
        listing=listing,
        rows=[_row(number, entry, words) for number, entry in enumerate(listing.documents)]
        if listing
        else [],
        notices=notices(listing.findings, context, words) if listing else [],
        failure=failure,
    )


def _row(number: int, entry: DocumentEntry, words: Messages) -> dict[str, object]:
    """One document of the list in words."""
    coded = entry.level is Level.L3
    return {
        "number": number,
        "title": entry.title,
        "lang": entry.language or "",
        "language": entry.language or words.text("absence.unknown"),
        "created": birth_date(entry.created, words),
        "kind": words.text("portal.documents.coded" if coded else "portal.documents.pdf"),
        "coded": coded,
    }


def notices(findings: Sequence[Finding], context: PatientContext, words: Messages) -> list[str]:
    """What the clinician should know of the answer, one sentence a kind; the details are the tester's."""
    country = context.peer.name(words.language)
    kinds = {each.source for each in findings}
    remarks = sum(each.source is Source.COUNTRY for each in findings)
    sentences = []
    if remarks:
        sentences.append(words.text("portal.finding.country", country=country, count=remarks))
    if Source.DOCUMENT in kinds:
        sentences.append(words.text("portal.finding.differs"))
    if kinds & {Source.SCHEMA, Source.WIRE}:
        sentences.append(words.text("portal.finding.form", country=country))
    return sentences


def _confirmed(context: PatientContext) -> Relationship:
    if context.relationship is None:
        raise Turned("portal.not_confirmed", status=409, to="/pasient/bekreft")
    return context.relationship


def _fetched(context: PatientContext, document_id: str) -> Fetched:
    fetched = context.documents.get(document_id)
    if fetched is None:
        raise Turned("portal.document_gone", status=404)
    return fetched


def _displayed(context: PatientContext, document_id: str) -> Fetched:
    """Nothing of a document leaves before its contradictions are answered."""
    fetched = _fetched(context, document_id)
    if fetched.display is None:
        raise Turned("portal.stopped", status=409, to=f"/ps/{document_id}")
    return fetched
