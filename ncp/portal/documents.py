"""The document list of the confirmed patient, and fetching one document of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp import patient_summary
from ncp.desk import Desk
from ncp.patient_summary import Fetched, Listing, Relationship
from ncp.portal.failures import Failure, failure_of
from ncp.portal.notices import Notice, of_list
from ncp.portal.opened import linked
from ncp.portal.session import OpenDocument, PatientContext, Session, opaque
from ncp.portal.shown import birth_date
from ncp.portal.web import (
    Form,
    PatientSession,
    Portal,
    ThePortal,
    Turned,
    go,
    page,
    patient_of,
    place,
    still,
    texts,
)
from ncp.wire.document_classes import CLASSES, Level
from ncp.wire.document_pairs import DocumentPair
from ncp.wire.errors import NcpError
from ncp.wire.iti38 import DocumentEntry
from terminology.concept import Concept
from terminology.pages.messages import Messages

router = APIRouter()
LANGUAGE_CODES = "2.16.840.1.113883.6.121"


@dataclass(frozen=True, slots=True)
class Button:
    """One form of a document: its place in the list, and what opening it gives."""

    number: int
    text: str
    main: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the list in words, coded form and PDF together. `title` is the country's, in `lang`."""

    name: str
    title: str
    lang: str
    language: str
    created: str
    kind: str
    buttons: tuple[Button, ...]


@router.get("/pasient/dokumenter")
def documents(request: Request, session: PatientSession, portal: ThePortal) -> Response:
    """What the country has. Asked for once; the form on the page asks again."""
    context = patient_of(session)
    relationship = relationship_of(context)
    if context.listing is None:
        try:
            listing = patient_summary.list_summaries(relationship, portal.desk)
        except NcpError as error:
            still(session, context)
            failure = failure_of(error, texts(session), context.peer)
            return list_page(request, session, context, portal, failure)
        with session.lock:
            still(session, context)
            context.listing = listing
    return list_page(request, session, context, portal)


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
    relationship = relationship_of(context)
    entry = _chosen(context.listing, form.get("dokument", ""))
    desk = desk_in(session.language, portal)
    try:
        fetched = patient_summary.fetch(entry, relationship, desk)
    except NcpError as error:
        still(session, context)
        request.state.return_path = "/pasient/dokumenter"
        failure = failure_of(error, texts(session), context.peer)
        return list_page(request, session, context, portal, failure)
    document_id = _id_of(entry, context)
    opened = linked(document_id, OpenDocument(fetched, desk.language, portal.now()), relationship, desk)
    with session.lock:
        still(session, context)
        context.documents[document_id] = opened
    return go(f"/ps/{document_id}")


def desk_in(language: str, portal: Portal) -> Desk:
    """The desk for one job, as it writes displays in this language."""
    return replace(portal.desk.at_work(), language=language)


def relationship_of(context: PatientContext) -> Relationship:
    """Raises: Turned: nobody has confirmed the patient yet."""
    if context.relationship is None:
        raise Turned("portal.not_confirmed", to="/pasient/bekreft", at_once=True)
    return context.relationship


def twin_of(fetched: Fetched, listing: Listing | None) -> int | None:
    """The place of the same document as the country's own PDF in the list; None if there is none."""
    for pair in listing.summaries if listing else ():
        if listing and pair.l1 and pair.l3 and pair.l3.unique_id == fetched.entry.unique_id:
            return listing.documents.index(pair.l1)
    return None


def _chosen(listing: Listing | None, number: str) -> DocumentEntry:
    chosen = place(number, len(listing.documents)) if listing else None
    if listing is None or chosen is None:
        raise Turned("portal.document_gone", to="/pasient/dokumenter", link="portal.to_list")
    return listing.documents[chosen]


def _id_of(entry: DocumentEntry, context: PatientContext) -> str:
    """A document that is open already is replaced, so that a session does not grow with every press."""
    known = (each for each, opened in list(context.documents.items()) if opened.fetched.entry == entry)
    return next(known, None) or opaque()


def list_page(
    request: Request,
    session: Session,
    context: PatientContext,
    portal: Portal,
    failure: Failure | None = None,
) -> Response:
    """The list, under the failure if something just failed."""
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
        rows=_rows(listing, portal, words) if listing else [],
        notices=of_list(listing, context.peer, words) if listing else list[Notice](),
        failure=failure,
    )


def _rows(listing: Listing, portal: Portal, words: Messages) -> list[Row]:
    return [_row(pair, listing.documents, portal, words) for pair in listing.summaries]


def _row(pair: DocumentPair, listed: Sequence[DocumentEntry], portal: Portal, words: Messages) -> Row:
    first = pair.entries[0]
    kinds = [words.text(_kind(each)) for each in pair.entries]
    return Row(
        name=words.text("document.patient_summary"),
        title=first.title or "",
        lang=_language_of_title(first),
        language=_language(first.language, portal, words),
        created=birth_date(first.created, words),
        kind=", ".join(kinds),
        buttons=tuple(
            Button(listed.index(each), words.text(_opening(each)), each is first) for each in pair.entries
        ),
    )


def _kind(entry: DocumentEntry) -> str:
    return "portal.documents.coded" if entry.level is Level.L3 else "portal.documents.pdf"


def _opening(entry: DocumentEntry) -> str:
    return "portal.documents.show_norwegian" if entry.level is Level.L3 else "view.pdf"


def _language_of_title(entry: DocumentEntry) -> str:
    """A list does not say it: many countries send the English name of the class, others their own words."""
    known = CLASSES.get(entry.document_class.code)
    if known and entry.title and entry.title.strip().casefold() == known.title.casefold():
        return "en"
    return entry.language or ""


def _language(tag: str | None, portal: Portal, words: Messages) -> str:
    """The language of a document in words; a tag that the catalogue does not know as received."""
    if not tag:
        return words.text("absence.unknown")
    concept = Concept(tag, LANGUAGE_CODES)
    found = portal.desk.at_work().terms.lookup(
        concept, "en" if words.language == "en" else f"{words.language}-NO"
    )
    return found.text or tag
