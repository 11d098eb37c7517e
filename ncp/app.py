"""The portal as an ASGI application: put together from a desk and a directory, no global state."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from cda.display import stylesheet
from ncp.desk import Desk
from ncp.directory import Directory
from ncp.portal import confirm, documents, files, login, operations, pages, search, summary, tester
from ncp.portal.failures import failure_of
from ncp.portal.headers import Headers, OwnFaults
from ncp.portal.headings import WRONG, heading_over
from ncp.portal.session import Sessions
from ncp.portal.summary import DOCUMENT_CSS
from ncp.portal.web import COOKIE, HTMX, Portal, Turned, go, page, texts
from ncp.settings import Settings
from ncp.wire.errors import NcpError
from terminology.pages.assets import static_files
from terminology.pages.environment import environment
from terminology.workbench.house import TEMPLATES as WORKBENCH

PARTS = (login, search, confirm, documents, summary, files, pages, tester, operations)
TEMPLATES = Path(__file__).parent / "portal" / "templates"
THREADS = 200  # requests at work: those that wait for a slow country must not keep the others out
SWEEP_SECONDS = 60.0


def create_app(
    settings: Settings, desk: Desk, directory: Directory, doors: Sequence[APIRouter] = ()
) -> FastAPI:
    """The portal. Serves nothing but its own pages and files, and `doors`: those of other systems, and the
    terminology manager's.
    """
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=_while_serving
    )
    app.state.portal = Portal(
        settings=settings,
        desk=desk,
        directory=directory,
        sessions=Sessions(desk.clock, ended=lambda login: desk.assertions.forget(login.id)),
        templates=environment(TEMPLATES, WORKBENCH),
    )
    app.add_middleware(OwnFaults, page=_own_fault)
    app.add_middleware(Headers)
    for part in PARTS:
        app.include_router(part.router)
    for door in doors:
        app.include_router(door)
    app.add_api_route(DOCUMENT_CSS, _document_css, methods=["GET"])
    app.add_api_route("/static/{name}", _static, methods=["GET"])
    app.add_api_route("/helse", _alive, methods=["GET"])
    app.add_exception_handler(Turned, _turned)
    app.add_exception_handler(NcpError, _failed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    return app


@asynccontextmanager
async def _while_serving(app: FastAPI) -> AsyncIterator[None]:
    """Room for slow countries, and sessions that end on time also when nobody asks for a page."""
    current_default_thread_limiter().total_tokens = THREADS
    sessions: Sessions = app.state.portal.sessions

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            sessions.sweep()

    task = asyncio.create_task(sweep())
    try:
        yield
    finally:
        task.cancel()


def _document_css() -> Response:
    """The style sheet of the display, which `cda` owns."""
    return Response(stylesheet(), media_type="text/css")


def _static(name: str) -> Response:
    path = static_files().get(name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path)


def _alive() -> Response:
    """For the supervisor: the process answers. Says nothing else."""
    return Response("ok", media_type="text/plain")


def _message(
    request: Request,
    sentence: str,
    status: int,
    *,
    heading: str = WRONG,
    ordinary: bool = False,
    onward: str | None = None,
    link: str = "app.continue",
    code: str | None = None,
    reference: str | None = None,
) -> Response:
    """A page that says one thing and leads on. `sentence` and `heading` are keys or finished words."""
    portal: Portal = request.app.state.portal
    session = portal.sessions.find(request.cookies.get(COOKIE))
    words = texts(session)
    known = session is not None and session.user is not None
    return page(
        request,
        "message.html",
        heading if heading in words else "portal.title.error",
        status=status,
        session=session,
        heading=words.text(heading) if heading in words else heading,
        ordinary=ordinary,
        sentence=words.text(sentence) if sentence in words else sentence,
        code=code,
        reference=reference,
        onward=onward or ("/" if known else "/logg-inn"),
        link=words.text(link if known or onward else "app.log_in"),
    )


def _turned(request: Request, error: Exception) -> Response:
    if not isinstance(error, Turned):
        raise error
    if error.to is not None and request.headers.get(HTMX):  # a part of a page cannot show another one
        return Response(status_code=204, headers={"HX-Redirect": error.to})
    if error.to is not None and error.at_once and request.method == "GET":
        return go(error.to)
    if error.status == 401 and request.url.path == "/logg-inn":  # the login page stood open too long
        return go("/logg-inn")
    return _message(
        request,
        error.key,
        error.status,
        heading=heading_over(error.key),
        ordinary=error.status < 500,
        onward=error.to,
        link=error.link,
    )


def _failed(request: Request, error: Exception) -> Response:
    """A failure that no page caught, such as an audit store that cannot be written: nothing is shown."""
    if not isinstance(error, NcpError):
        raise error
    portal: Portal = request.app.state.portal
    session = portal.sessions.find(request.cookies.get(COOKIE))
    peer = session.patient.peer if session and session.patient else None
    failure = failure_of(error, texts(session), peer)
    return _message(
        request,
        failure.sentence,
        failure.status,
        heading=failure.heading,
        ordinary=failure.ordinary,
        code=failure.code,
        reference=failure.reference,
    )


def _http(request: Request, error: Exception) -> Response:
    """No such page, or a page that is not asked in this way."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    key = "portal.method_not_allowed" if status == 405 else "error.page_not_found"
    answer = _message(request, key, status, heading=heading_over(key), ordinary=status < 500)
    if status == 405:
        answer.headers["Allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> list[str]:
    """What can be done with this address: forms are sent to some, pages asked from some, both to a few."""
    found: set[str] = set()
    for route in (*request.app.router.routes, *(each for part in PARTS for each in part.router.routes)):
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


def _unreadable(request: Request, error: Exception) -> Response:
    key = "portal.form_unreadable"
    return _message(request, key, 422, heading=heading_over(key), ordinary=True)


def _own_fault(request: Request, reference: str) -> Response:
    """Something of ours broke. The reference leads support to the log line; the visitor sees no detail."""
    return _message(request, "error.own_fault", 500, reference=reference)
