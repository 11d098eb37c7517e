"""HTTP round a member state's `answer`: a plain ASGI application, nothing parsed before its size is known.

Refuses what is no SOAP request by status (403 no certificate, 404, 405, 408, 413, 415), writes the audit
line before the answer leaves, and serves the next request whatever the last one was.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import parse_qs

import structlog
from cryptography import x509

from mock_member_states import description
from mock_member_states.answer import answer, http_refusal
from mock_member_states.audit_trail import Entry
from mock_member_states.call import Answer, Call, Service
from mock_member_states.refusals import Transaction
from mock_member_states.state import MemberState

BASE_PATH = "/openncp-ws-server/services/"
MAX_BODY = 16 * 1024 * 1024
BODY_SECONDS = 60.0
_DRAIN_SECONDS = 5.0
_SOAP_TYPES = ("application/soap+xml", "multipart/related")
_log = structlog.get_logger("mock_member_states.app")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Rejected(Exception):
    """Not a SOAP request; answered by HTTP status alone."""

    def __init__(self, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


class _Gone(Exception):
    """The client hung up before its request was complete."""


@dataclass(frozen=True, slots=True)
class App:
    """One member state behind HTTP. Messages are worked on in `executor`, so the event loop stays free."""

    state: MemberState
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    executor: Executor
    max_body: int = MAX_BODY
    body_seconds: float = BODY_SECONDS

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await _lifespan(receive, send)
        if scope["type"] != "http":
            return None
        try:
            await self._serve(scope, receive, send)
        except _Rejected as rejected:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), *rejected.headers]
            await _reply(send, rejected.status, headers, rejected.text.encode())
        except _Gone:
            _log.info("client hung up", country=self.state.country.code)

    async def _serve(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        certificate = _certificate(scope)
        if certificate is None:
            self._refused("no TLS client certificate", "CERT_MISSING")
            raise _Rejected(403, "a client certificate is required", (b"connection", b"close"))
        service = _service(scope["path"])
        if scope["method"] in ("GET", "HEAD"):
            return await self._describe(scope, service, send)
        if scope["method"] != "POST":
            raise _Rejected(405, "send a SOAP request with POST", (b"allow", b"GET, HEAD, POST"))
        headers = {name.lower(): value for name, value in scope["headers"]}
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        if content_type.split(";")[0].strip().lower() not in _SOAP_TYPES:
            self._refused("wrong content type", "HTTP_415")
            raise _Rejected(415, f"content type must be one of: {', '.join(_SOAP_TYPES)}")
        body = await self._body(headers, receive)
        action = headers.get(b"soapaction")
        call = Call(service, content_type, action.decode("latin-1") if action else None, body, certificate)
        hung_up = asyncio.ensure_future(receive())
        try:
            answered = await self._answer(call)
            if _may_ask_again(answered) and hung_up.done():
                entry = answered.entry
                self.state.replay.not_delivered(entry.sender or "", entry.message_id or "")
        finally:
            hung_up.cancel()
        headers_out = [(b"content-type", answered.content_type.encode("latin-1"))]
        await _reply(send, answered.status, headers_out, answered.body)

    async def _answer(self, call: Call) -> Answer:
        """Answer and audit. An answer that cannot be audited does not leave."""
        loop = asyncio.get_running_loop()
        answered = await loop.run_in_executor(self.executor, self._work, call)
        _log.info(
            "answered",
            country=self.state.country.code,
            transaction=answered.entry.transaction,
            message_id=answered.entry.message_id,
            outcome=answered.entry.outcome,
            codes=answered.entry.codes,
            status=answered.status,
        )
        return answered

    def _work(self, call: Call) -> Answer:
        answered = answer(call, self.state, now=self.clock(), new_id=self.new_id)
        try:
            self.state.audit.append(answered.entry)
        except OSError as error:
            _log.error("audit line not written", reason=error.strerror)
            return http_refusal(answered.entry, "the transaction could not be recorded", self.new_id)
        return answered

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """The whole body, but never more than the limit, whatever length was announced."""
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self.max_body:
            await self._too_large(receive)
        parts, size = [], 0
        try:
            async with asyncio.timeout(self.body_seconds):
                while True:
                    event = await _next(receive)
                    size += len(event.get("body", b""))
                    if size > self.max_body:
                        await self._too_large(receive if event.get("more_body") else None)
                    parts.append(event.get("body", b""))
                    if not event.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            self._refused("the body did not arrive in time", "HTTP_408")
            raise _Rejected(408, "the request did not arrive in time", (b"connection", b"close")) from None

    async def _too_large(self, receive: Receive | None) -> NoReturn:
        """Audit, then let a little more pass by unread: whoever is cut off while sending sees no answer."""
        self._refused("body over the limit", "HTTP_413")
        left = 2 * self.max_body
        with contextlib.suppress(TimeoutError, _Gone):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while receive is not None and left > 0:
                    event = await _next(receive)
                    left -= len(event.get("body", b""))
                    if not event.get("more_body"):
                        break
        text = f"the request is larger than {self.max_body} bytes"
        raise _Rejected(413, text, (b"connection", b"close"))

    def _refused(self, reason: str, code: str) -> None:
        self.state.audit.append(Entry(at=self.clock(), outcome="refused", codes=[code], reason=reason))

    async def _describe(self, scope: dict[str, Any], service: Service, send: Send) -> None:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        host = dict(scope["headers"]).get(b"host", b"localhost").decode("latin-1")
        found = description.document(service, query, f"https://{host}{BASE_PATH}{service}")
        if found is None:
            raise _Rejected(405, "send a SOAP request with POST, or GET with ?wsdl", (b"allow", b"POST"))
        body = b"" if scope["method"] == "HEAD" else found
        await _reply(send, 200, [(b"content-type", b"text/xml; charset=utf-8")], body)


def _may_ask_again(answered: Answer) -> bool:
    """A query whose answer got lost may be repeated once; a submission never, it might be done twice."""
    entry = answered.entry
    named = bool(entry.sender and entry.message_id)
    return named and entry.transaction not in (Transaction.DISPENSE, Transaction.DISCARD)


async def _next(receive: Receive) -> dict[str, Any]:
    event = await receive()
    if event["type"] == "http.disconnect":
        raise _Gone
    return event


def _service(path: str) -> Service:
    try:
        return Service(path.removeprefix(BASE_PATH)) if path.startswith(BASE_PATH) else Service("")
    except ValueError:
        raise _Rejected(404, "no such service") from None


def _certificate(scope: dict[str, Any]) -> x509.Certificate | None:
    tls = (scope.get("extensions") or {}).get("tls") or {}
    der = tls.get("client_certificate")
    if not isinstance(der, bytes) or not der:
        return None
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


async def _reply(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
    all_headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
