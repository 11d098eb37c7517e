"""What every page needs: the session behind the cookie, the form that was sent, a page or a redirect back."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl

import jinja2
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ncp.clinician import Page
from ncp.desk import Desk
from ncp.directory import Directory
from ncp.portal.frame import frame_of
from ncp.portal.session import PatientContext, Session, Sessions, of_somebody
from ncp.settings import Environment, Settings
from terminology.pages.environment import render
from terminology.pages.messages import Messages, messages

COOKIE = "ncp"
ENDED = "utlopt"  # query field of the login page: the session ended by itself
HTMX = "hx-request"
LARGEST_FORM = 64 * 1024
MOST_FIELDS = 50


@dataclass(frozen=True, slots=True)
class Portal:
    """What the pages of one process share. One per application, on `app.state.portal`."""

    settings: Settings
    desk: Desk
    directory: Directory
    sessions: Sessions
    templates: jinja2.Environment = field(repr=False)

    def now(self) -> datetime:
        return self.desk.clock()


class Turned(Exception):
    """The request cannot go on: the visitor is shown `key` from the catalogue with a link to `to`.

    With `at_once`, a page that was asked for (not a form) goes to `to` without a word: that page explains
    itself. `link` is the key of the link's text.
    """

    def __init__(
        self,
        key: str,
        *,
        status: int = 409,
        to: str | None = None,
        link: str = "app.continue",
        at_once: bool = False,
    ) -> None:
        super().__init__(key)
        self.key, self.status, self.to, self.link, self.at_once = key, status, to, link, at_once


def logged_out(request: Request | None = None) -> Turned:
    """There is no session: it idled too long or, seeing `request`, nobody had logged in."""
    somebody = request is None or of_somebody(request.cookies.get(COOKIE))
    to = f"/logg-inn?{ENDED}=ja" if somebody else "/logg-inn"
    return Turned("portal.session_ended", status=401, to=to, link="app.log_in", at_once=True)


def portal_of(request: Request) -> Portal:
    """The portal that serves this request."""
    portal: Portal = request.app.state.portal
    return portal


def session_of(request: Request, portal: Annotated[Portal, Depends(portal_of)]) -> Session:
    """The visitor's session. Raises Turned: none, or it idled too long."""
    session = portal.sessions.find(request.cookies.get(COOKIE))
    if session is None:
        raise logged_out(request)
    return session


def requires(wanted: Page | None) -> Callable[[Session], Session]:
    """A dependency: the session of somebody logged in who, if `wanted` is given, may see such pages."""

    def check(session: Annotated[Session, Depends(session_of)]) -> Session:
        if session.user is None:  # chosen nobody yet: nothing has ended
            raise Turned("portal.session_ended", status=401, to="/logg-inn", link="app.log_in", at_once=True)
        if wanted is not None and wanted not in session.user.pages:
            raise Turned("portal.page_not_yours", status=403)
        return session

    return check


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form that was sent from our own page, each name once.

    Raises: Turned: too large, no form, a field twice, a file, another site's form, or a wrong token.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise Turned("portal.form_too_large", status=413)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Turned("portal.form_unreadable", status=415)
    fields = _fields(bytes(body))
    portal = portal_of(request)
    session = portal.sessions.find(request.cookies.get(COOKIE))
    if session is None:
        raise logged_out()
    if not is_ours(session, fields.pop("token", "")) or not own_site(request):
        raise Turned("portal.form_not_ours", status=403)
    return fields


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise Turned("portal.form_unreadable", status=400) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Turned("portal.form_unreadable", status=400)
    return fields


def is_ours(session: Session, token: str) -> bool:
    """The form was made for this session."""
    return hmac.compare_digest(token.encode(), session.token.encode())


def own_site(request: Request) -> bool:
    """No other site's page sent this.

    The browser says so itself (Sec-Fetch-Site). An older one names the origin, but says `null` under our
    referrer policy; there the token of the form must be enough.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    host = request.headers.get("host")
    return origin in (None, "null", f"http://{host}", f"https://{host}")


AnySession = Annotated[Session, Depends(session_of)]
UserSession = Annotated[Session, Depends(requires(None))]
PatientSession = Annotated[Session, Depends(requires(Page.PATIENT))]
TerminologySession = Annotated[Session, Depends(requires(Page.TERMINOLOGY))]
TestSession = Annotated[Session, Depends(requires(Page.TEST))]
OperationsSession = Annotated[Session, Depends(requires(Page.OPERATIONS))]
ThePortal = Annotated[Portal, Depends(portal_of)]
Form = Annotated[Mapping[str, str], Depends(form_of)]


def patient_of(session: Session, key: str | None = None) -> PatientContext:
    """The patient of the session. With `key` (from a form) it must be the one the form was made for.

    Raises: Turned: no patient any more, or another one: the form comes from a stale tab.
    """
    context = session.patient
    if context is None:
        raise Turned("portal.no_patient", status=409, to="/", link="portal.to_search")
    if key is not None and not hmac.compare_digest(key.encode(), context.key.encode()):
        raise _other_patient("error.stale_patient", context)
    return context


def still(session: Session, context: PatientContext) -> None:
    """Nobody ended or changed the patient while we waited for the country. Raises Turned."""
    if session.patient is not context:
        raise changed(session)


def changed(session: Session) -> Turned:
    """The patient was ended or changed while we waited for the country."""
    if session.patient is None:
        return Turned("portal.patient_changed", to="/", link="portal.to_search")
    return _other_patient("portal.patient_changed", session.patient)


def _other_patient(key: str, context: PatientContext) -> Turned:
    """Stays where it is, so that the sentence is read; the link leads to the patient who is open."""
    confirmed = context.relationship is not None
    to = "/pasient/dokumenter" if confirmed else "/pasient/bekreft"
    return Turned(key, to=to, link="portal.to_patient")


def place(text: str, count: int) -> int | None:
    """A place in a list of `count` from a form, or None: forms may hold anything, also a million digits."""
    if len(text) > 4 or not (text.isascii() and text.isdigit()) or int(text) >= count:
        return None
    return int(text)


def texts(session: Session | None) -> Messages:
    """The catalogue in the visitor's language."""
    return messages(session.language if session else "nb")


def page(
    request: Request,
    template: str,
    title: str,
    *,
    status: int = 200,
    session: Session | None = None,
    **values: object,
) -> Response:
    """Render a page in the visitor's language inside the common frame.

    Args: title: key of the page's title, which names no patient.
    """
    portal = portal_of(request)
    words = texts(session)
    body = render(
        portal.templates,
        template,
        frame_of(request, session, words.text(title)),
        session=session,
        patient=session.patient if session else None,
        user=session.user if session else None,
        token=session.token if session else "",
        language=words.language,
        words=words,
        **values,
    )
    return HTMLResponse(body, status_code=status)


def go(to: str) -> Response:
    """After a form: fetch the next page, so that a reload sends nothing twice."""
    return RedirectResponse(to, status_code=303)


def remember(answer: Response, session: Session, request: Request, portal: Portal) -> None:
    """Set the cookie of a session. Over TLS, and always outside tests, it travels over TLS only."""
    secure = request.url.scheme == "https" or portal.settings.environment is not Environment.TEST
    answer.set_cookie(COOKIE, session.id, httponly=True, samesite="strict", secure=secure, path="/")
