"""The test login: one of the synthetic people. A test environment only; the real login comes from HelseID."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp.clinician import Login, Page, clinicians
from ncp.portal.session import opaque
from ncp.portal.web import (
    COOKIE,
    ENDED,
    AnySession,
    Form,
    ThePortal,
    Turned,
    UserSession,
    go,
    page,
    remember,
)
from ncp.settings import Environment
from terminology.pages.messages import language_of

router = APIRouter()
HOME = {
    Page.PATIENT: "/",
    Page.TERMINOLOGY: "/term",
    Page.TEST: "/test",
    Page.OPERATIONS: "/drift",
}


@router.get("/logg-inn")
def choose(request: Request, portal: ThePortal) -> Response:
    """Who are you? Gives the visitor a session, so that the form can be told from others."""
    _test_only(portal)
    session = portal.sessions.find(request.cookies.get(COOKIE))
    started = None
    if session is None:
        session = started = portal.sessions.start()
    answer = page(
        request,
        "login.html",
        "app.log_in",
        session=session,
        people=list(clinicians().values()),
        ended=ENDED in request.query_params,
    )
    if started is not None:
        remember(answer, started, request, portal)
    return answer


@router.post("/logg-inn")
def log_in(request: Request, form: Form, session: AnySession, portal: ThePortal) -> Response:
    """A fresh session id for the person, so that an id planted before the login is worth nothing."""
    _test_only(portal)
    person = clinicians().get(form.get("bruker", ""))
    if person is None:
        raise Turned("portal.unknown_user", status=422)
    language = session.language
    portal.sessions.end(session)
    fresh = portal.sessions.start(person)
    fresh.language = language
    fresh.login = Login(id=opaque(), clinician=person, at=portal.now())
    answer = go(next(HOME[kind] for kind in HOME if kind in person.pages))
    remember(answer, fresh, request, portal)
    return answer


@router.post("/logg-ut")
def log_out(form: Form, session: AnySession, portal: ThePortal) -> Response:
    """Everything of the session is forgotten, the patient with it."""
    portal.sessions.end(session)
    answer = go(f"/logg-inn?{ENDED}=ja" if form.get("inaktiv") else "/logg-inn")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/i-bruk")
def in_use(session: UserSession) -> Response:
    """The browser tells that somebody is reading: the session does not idle. Says nothing back."""
    return Response(status_code=204)


@router.post("/spraak")
def change_language(form: Form, session: AnySession) -> Response:
    """Bokmål, Nynorsk or English, for the rest of the session."""
    language = language_of(form.get("language", ""))
    if language is None:
        raise Turned("portal.form_unreadable", status=422)
    session.language = language
    back = form.get("next", "/")
    return go(back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/")


@router.post("/pasient/avslutt")
def end_patient(form: Form, session: UserSession) -> Response:
    """The patient and all that was fetched is forgotten. Good from any tab, however stale."""
    session.end_patient()
    return go("/avsluttet")


@router.get("/avsluttet")
def ended(request: Request, session: UserSession, portal: ThePortal) -> Response:
    return page(
        request, "ended.html", "portal.title.ended", session=session, kept=portal.settings.keeps_messages
    )


def _test_only(portal: ThePortal) -> None:
    if portal.settings.environment is not Environment.TEST:
        raise Turned("portal.no_test_login", status=404)
