"""The HTTP surface of the FHIR operations: `/metadata`, `/CodeSystem/$lookup` and so on, and the same for any
named release below `/releases/{name}`.

Every answer, also of an unknown address, is a FHIR resource in the form that the client accepts.
Source: FHIR R4, http.html and operations.html.
"""

import json
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from terminology.catalogue import Catalogue
from terminology.fhir import capabilities, resources
from terminology.fhir.definitions import OPERATIONS, Operation
from terminology.fhir.expand import expand
from terminology.fhir.given import Given, read
from terminology.fhir.lookup import lookup
from terminology.fhir.negotiation import JSON, XML, accepted_languages, body_form, form_of
from terminology.fhir.openapi import document, paths
from terminology.fhir.outcome import FhirError, Resource, not_found
from terminology.fhir.translate import translate
from terminology.fhir.validate_code import in_code_system, in_value_set
from terminology.fhir.xml_form import parameters as xml_parameters
from terminology.fhir.xml_form import to_xml

log = structlog.get_logger(__name__)
RELEASE_HEADER = "Terminology-Release"
LARGEST_BODY = 1024 * 1024
NAMED = "/releases/{release}"
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LARGE = frozenset({"expand"})  # answers that take long to make: another thread makes them

Work = Callable[[Catalogue, Request], Resource]


class _NotAllowed(FhirError):
    """405: the address is served, but not by this method."""

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(405, "not-supported", f"{method} is not served here, but {allowed}")
        self.allowed = allowed


class _Server:
    """What the routes share: where a release comes from and what time it is."""

    def __init__(
        self,
        current: Callable[[], Catalogue],
        named: Callable[[str], Catalogue | None],
        clock: Callable[[], datetime],
        prefix: str,
    ) -> None:
        self.current, self.named, self.clock, self.prefix = current, named, clock, prefix

    def base(self, request: Request) -> str:
        """The address of the server, or of the named release on it."""
        release = request.path_params.get("release")
        below = "" if release is None else f"/releases/{quote(release, safe='')}"
        root = request.scope.get("root_path", "")
        return f"{request.url.scheme}://{request.url.netloc}{root}{self.prefix}{below}"

    async def release(self, request: Request) -> Catalogue:
        """The release that the address names, else the active one. Raises: FhirError: no such release."""
        name = request.path_params.get("release")
        if name is None:
            return self.current()
        found = await run_in_threadpool(self.named, name)
        if found is None:
            raise not_found(f"no release {name[:80]!r}")
        return found

    async def given(self, operation: Operation, request: Request) -> Given:
        """The parameters of a request. Raises: FhirError."""
        body = await _body(request) if request.method == "POST" else None
        lenient = "handling=lenient" in request.headers.get("prefer", "")
        found = read(operation, request.query_params.multi_items(), body, lenient=lenient)
        return Given(found.values, accepted_languages(request.headers.get("accept-language")))

    async def operate(self, operation: Operation, request: Request) -> Response:
        """Answer one operation."""
        terms = await self.release(request)
        given = await self.given(operation, request)
        oid = request.path_params.get("id")
        if operation.name in _LARGE:
            return await run_in_threadpool(
                lambda: _answer(request, self._work(operation, terms, given, oid), terms)
            )
        return _answer(request, self._work(operation, terms, given, oid), terms)

    def _work(self, operation: Operation, terms: Catalogue, given: Given, oid: str | None) -> Resource:
        if oid is not None and "url" in given.values:
            raise FhirError(400, "invalid", "the address names the resource already: leave out url", "url")
        match operation.resource, operation.name:
            case "CodeSystem", "lookup":
                return lookup(terms, given)
            case "CodeSystem", "validate-code":
                return in_code_system(terms, given, oid)
            case "ValueSet", "validate-code":
                return in_value_set(terms, given, oid)
            case "ValueSet", "expand":
                return expand(terms, given, self.clock(), oid)
            case _:
                return translate(terms, given)

    def describe(self, terms: Catalogue, request: Request) -> Resource:
        """The capabilities of the server."""
        base = self.base(request)
        if request.query_params.get("mode") == "terminology":
            return capabilities.terminology_capabilities(terms, base)
        return capabilities.capability_statement(terms, base)


def fhir_router(
    current: Callable[[], Catalogue],
    named: Callable[[str], Catalogue | None],
    clock: Callable[[], datetime],
    prefix: str = "/fhir",
) -> APIRouter:
    """The routes below `prefix`.

    Args: current: the active release; called on the event loop for each request, so it must not wait.
          named: a release by its name, None when there is none; called in a thread, may load it.
          clock: aware.
    """
    server = _Server(current, named, clock, prefix)
    # Plain routes: what a request may hold is checked against our own table, at a fifth of the cost.
    router = APIRouter()
    for below in ("", NAMED):
        _add_operations(router, prefix + below, server)
        _add_resources(router, prefix + below, server)

    async def openapi(_: Request) -> Response:
        return Response(json.dumps(document(prefix, NAMED)), media_type="application/json")

    async def elsewhere(request: Request) -> Response:
        return await _guarded(request, lambda: _nothing(router, request))

    router.add_route(f"{prefix}/openapi.json", openapi, methods=["GET"])
    for path in (prefix, f"{prefix}/{{path:path}}"):
        router.add_route(path, elsewhere, methods=_METHODS)
    return router


def _add_operations(router: APIRouter, base: str, server: _Server) -> None:
    def add(path: str, operation: Operation) -> None:
        async def endpoint(request: Request) -> Response:
            return await _guarded(request, lambda: server.operate(operation, request))

        router.add_route(base + path, endpoint, methods=["GET", "HEAD", "POST"])

    for operation in OPERATIONS:
        for path in paths(operation):
            add(path, operation)


def _add_resources(router: APIRouter, base: str, server: _Server) -> None:
    def add(path: str, work: Work) -> None:
        async def endpoint(request: Request) -> Response:
            async def answer() -> Response:
                terms = await server.release(request)
                return await run_in_threadpool(lambda: _answer(request, work(terms, request), terms))

            return await _guarded(request, answer)

        router.add_route(base + path, endpoint, methods=["GET", "HEAD"])

    add("/metadata", lambda terms, request: server.describe(terms, request))
    for kind in ("CodeSystem", "ValueSet"):
        add(f"/{kind}", _searching(kind, server))
        add(f"/{kind}/{{id}}", _reading(kind))


def _searching(kind: str, server: _Server) -> Work:
    return lambda terms, request: resources.search(
        terms, kind, request.query_params.multi_items(), server.base(request)
    )


def _reading(kind: str) -> Work:
    return lambda terms, request: resources.read(terms, kind, request.path_params["id"])


async def _guarded(request: Request, answer: Callable[[], Any]) -> Response:
    """The answer, or an OperationOutcome for whatever went wrong; a bug shows no detail."""
    try:
        found: Response = await answer()
        return found
    except FhirError as error:
        failure = error
    except ClientDisconnect:  # gone in the middle of a body: nobody reads this
        return Response(status_code=400)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        log.error("unhandled", kind=type(error).__name__, places=places)
        failure = FhirError(500, "exception", "something of ours broke; the log says where")
    answer_to = _written(request, failure.resource, failure.status, strict=False)
    if isinstance(failure, _NotAllowed):
        answer_to.headers["Allow"] = failure.allowed
    return answer_to


def _answer(request: Request, resource: Resource, terms: Catalogue) -> Response:
    answer = _written(request, resource, 200)
    answer.headers[RELEASE_HEADER] = quote(terms.release.name)
    return answer


def _written(request: Request, resource: Resource, status: int, *, strict: bool = True) -> Response:
    """A resource in the form that the client wants; an error goes out as JSON when it wants neither."""
    try:
        form = form_of(request.headers.get("accept"), request.query_params.get("_format"))
    except FhirError:
        if strict:
            raise
        form = JSON
    if form == XML:
        return Response(to_xml(resource), status, media_type=f"{XML}; charset=utf-8")
    pretty = request.query_params.get("_pretty") == "true"
    content = json.dumps(resource, ensure_ascii=False, indent=2) if pretty else _COMPACT.encode(resource)
    return Response(content.encode(), status, media_type=f"{JSON}; charset=utf-8")


async def _body(request: Request) -> Any:
    """The body as plain data. Raises: FhirError: too large, of another type, or unreadable."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST_BODY:
            raise FhirError(413, "too-long", f"a body has at most {LARGEST_BODY} bytes")
    if not data:
        return None
    if body_form(request.headers.get("content-type")) == XML:
        return xml_parameters(bytes(data))
    try:
        return json.loads(bytes(data).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FhirError(400, "structure", f"the body is no JSON in UTF-8: {type(error).__name__}") from error


async def _nothing(router: APIRouter, request: Request) -> Response:
    """An address that is none, or one that is not asked in this way."""
    allowed: set[str] = set()
    for route in router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL:
            allowed |= route.methods or set()
    if allowed:
        raise _NotAllowed(request.method, ", ".join(sorted(allowed)))
    raise not_found(f"nothing is served at {request.url.path[:200]}")
