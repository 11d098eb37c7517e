"""The portal as an ASGI application: put together from a desk and a directory, no global state."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from cda.display import stylesheet
from ncp.desk import Desk
from ncp.directory import Directory
from ncp.portal import confirm, documents, login, pages, search
from ncp.portal.documents import DOCUMENT_CSS
from ncp.portal.failures import failure_of
from ncp.portal.headers import Headers, OwnFaults
from ncp.portal.session import Sessions
from ncp.portal.web import COOKIE, Portal, Turned, go, page, texts
from ncp.settings import Settings
from ncp.wire.errors import NcpError
from terminology.pages.assets import static_files
from terminology.pages.environment import environment

TEMPLATES = Path(__file__).parent / "portal" / "templates"


def create_app(settings: Settings, desk: Desk, directory: Directory) -> FastAPI:
    """The portal. Serves nothing but its own pages and files; no generated API pages."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.portal = Portal(
        settings=settings,
        desk=desk,
        directory=directory,
        sessions=Sessions(desk.clock),
        templates=environment(TEMPLATES),
    )
    app.add_middleware(OwnFaults, page=_own_fault)
    app.add_middleware(Headers)
    for part in (login, search, confirm, documents, pages):
        app.include_router(part.router)
    app.add_api_route(DOCUMENT_CSS, _document_css, methods=["GET"])
    app.add_api_route("/static/{name}", _static, methods=["GET"])
    app.add_api_route("/helse", _alive, methods=["GET"])
    app.add_exception_handler(Turned, _turned)
    app.add_exception_handler(NcpError, _failed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    return app


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


def _message(request: Request, key: str, status: int, onward: str = "/", **values: object) -> Response:
    portal: Portal = request.app.state.portal
    session = portal.sessions.find(request.cookies.get(COOKIE))
    words = texts(session)
    return page(
        request,
        "message.html",
        "portal.title.error",
        status=status,
        session=session,
        sentence=values.pop("sentence", None) or words.text(key),
        reference=values.pop("reference", None),
        onward=onward if session is not None and session.user is not None else "/logg-inn",
    )


def _turned(request: Request, error: Exception) -> Response:
    if not isinstance(error, Turned):
        raise error
    if error.to is not None and request.method == "GET":
        return go(error.to)
    return _message(request, error.key, error.status, error.to or "/")


def _failed(request: Request, error: Exception) -> Response:
    """A failure that no page caught, such as an audit store that cannot be written: nothing is shown."""
    if not isinstance(error, NcpError):
        raise error
    portal: Portal = request.app.state.portal
    session = portal.sessions.find(request.cookies.get(COOKIE))
    peer = session.patient.peer if session and session.patient else None
    failure = failure_of(error, texts(session), peer)
    return _message(
        request, "error.own_fault", failure.status, sentence=failure.sentence, reference=failure.reference
    )


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _message(request, "error.page_not_found", status)


def _unreadable(request: Request, error: Exception) -> Response:
    return _message(request, "portal.form_unreadable", 422)


def _own_fault(request: Request, reference: str) -> Response:
    """Something of ours broke. The reference leads support to the log line; the visitor sees no detail."""
    return _message(request, "error.own_fault", 500, reference=reference)
