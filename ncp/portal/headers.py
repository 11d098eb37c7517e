"""Headers on every answer: what the browser may load, and that it keeps nothing."""

import secrets
import traceback
from collections.abc import Callable
from pathlib import Path

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminology.pages.security import PAGE_HEADERS

log = structlog.get_logger(__name__)


class Headers:
    """ASGI middleware. Static files may be cached; everything else may hold a patient and is never stored."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # An address with a mark of the content never changes what it means, so it may be kept.
        static = scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v=")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in PAGE_HEADERS.items():
                    headers.setdefault(name, value)
                if static and message["status"] == 200:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
            await send(message)

        await self.app(scope, receive, with_headers)


class OwnFaults:
    """ASGI middleware: a bug of ours becomes a page without detail, and a log line without values.

    An exception's text may hold a patient's data, so only its type and the places in the code are logged.
    """

    def __init__(self, app: ASGIApp, page: Callable[[Request, str], Response]) -> None:
        self.app, self.page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noticed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except ClientDisconnect:  # gone in the middle of a form: nobody's fault, and nobody to tell
            log.info("visitor gone")
        except Exception as error:
            reference = secrets.token_hex(4)
            _log(error, reference)
            if not started and scope["type"] == "http":
                await self._shown(scope, reference)(scope, receive, send)

    def _shown(self, scope: Scope, reference: str) -> Response:
        """The page; the bare reference when that breaks too, since a server prints what nobody catches."""
        try:
            return self.page(Request(scope), reference)
        except Exception as error:
            _log(error, reference)
            return Response(reference, 500, media_type="text/plain")


def _log(error: Exception, reference: str) -> None:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("unhandled", reference=reference, kind=type(error).__name__, places=places)
