"""The reference's own REST surface: `/languages`, `/translateVS`, `/translate`, `/transcode`.

Whoever has a client for the transformation manager of MyHealth@EU can use it here. The last two transform a
document, which this package knows nothing of: what does it is handed in.
Source: terminology.md 4, TM REST surface.
"""

import base64
import binascii
import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from terminology import issues, languages
from terminology.catalogue import Catalogue
from terminology.fhir.addresses import value_set_of
from terminology.fhir.expand import expand
from terminology.fhir.given import Given
from terminology.fhir.outcome import FhirError
from terminology.issues import Issue, Source
from terminology.rest_messages import (
    LANGUAGES,
    VALUE_SET,
    Remark,
    Reply,
    TranscodeRequest,
    TranslateRequest,
    described,
    schemas,
)

log = structlog.get_logger(__name__)
ERROR = "ERROR"
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
# Tags of designations that are kept by language alone.
_WHOLE_TAGS = {"en": "en-GB", "nb": "nb-NO", "no": "nb-NO", "nn": "nn-NO"}


@dataclass(frozen=True, slots=True)
class Transformed:
    """What came of a document. `errors` and `warnings` are findings with the place in the document."""

    content: bytes
    status: str
    errors: tuple[tuple[Issue, str], ...]
    warnings: tuple[tuple[Issue, str], ...]


class Untransformable(Exception):
    """The document cannot be worked on at all. `issue` says why by its number."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.text)
        self.issue = issue


#: A document and a language tag in, the translated one out. Raises: Untransformable.
Translate = Callable[[bytes, str, str], Transformed]  # document, language, request id
#: A friendly document in, the pivot out. Raises: Untransformable.
Transcode = Callable[[bytes, str], Transformed]  # document, request id


_Body = TypeVar("_Body", bound=BaseModel)


class _Refused(Exception):
    """A request that is answered with one error."""

    def __init__(self, status: int, issue: Issue, context: str) -> None:
        super().__init__(issue.text)
        self.status, self.issue, self.context = status, issue, context


@dataclass(frozen=True, slots=True)
class Rest:
    """What the surface needs. `translate` and `transcode` None: not offered here, and refused by name."""

    current: Callable[[], Catalogue]
    translate: Translate | None
    transcode: Transcode | None
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    largest: int = 16 * 1024 * 1024  # bytes of a body


def rest_router(rest: Rest, prefix: str = "/terminologi/api") -> APIRouter:
    """The routes below `prefix`."""
    router = APIRouter(prefix=prefix)

    async def listed(request: Request) -> Response:
        return await _guarded(rest, lambda _: _json(sorted(_languages(rest.current()))))

    async def value_set(request: Request) -> Response:
        return await _guarded(rest, lambda _: _value_set(rest, request))

    async def translate(request: Request) -> Response:
        sent = await _read(request, rest.largest if rest.translate else 0)
        return await _guarded(rest, lambda name: _translated(rest, sent, name))

    async def transcode(request: Request) -> Response:
        sent = await _read(request, rest.largest if rest.transcode else 0)
        return await _guarded(rest, lambda name: _transcoded(rest, sent, name))

    async def openapi() -> Response:
        title = "Transformation manager of the Norwegian contact point"
        made = get_openapi(title=title, version="1", routes=router.routes)
        return _json(made | {"components": {"schemas": schemas()}})

    router.add_api_route("/languages", listed, methods=["GET"], summary="Languages that there are texts in",
                         openapi_extra=LANGUAGES)  # fmt: skip
    router.add_api_route("/translateVS", value_set, methods=["GET"], summary="A value set in a language",
                         openapi_extra=VALUE_SET)  # fmt: skip
    router.add_api_route("/translate", translate, methods=["POST"], summary="Pivot document to a language",
                         openapi_extra=described(TranslateRequest))  # fmt: skip
    router.add_api_route("/transcode", transcode, methods=["POST"], summary="Friendly document to pivot",
                         openapi_extra=described(TranscodeRequest))  # fmt: skip

    async def elsewhere(request: Request) -> Response:
        return await _guarded(rest, lambda _: _nothing(router, request))

    router.add_api_route("/openapi.json", openapi, methods=["GET"], include_in_schema=False)
    for path in ("", "/{path:path}"):
        router.add_api_route(path, elsewhere, methods=_METHODS, include_in_schema=False)
    return router


def _nothing(router: APIRouter, request: Request) -> Response:
    """An address that is none, or one that is not asked in this way."""
    matches = (each.matches(request.scope)[0] for each in router.routes if isinstance(each, Route))
    status = 405 if Match.PARTIAL in matches else 404
    raise _Refused(status, issues.error(Source.TM, "4503"), f"{request.method} {request.url.path[:200]}")


def _languages(terms: Catalogue) -> set[str]:
    return {_WHOLE_TAGS.get(language, language) for language in terms.languages}


def _value_set(rest: Rest, request: Request) -> Response:
    """A FHIR ValueSet whose displays are in the language asked for, English where there is none."""
    oid, language = request.query_params.get("oid"), request.query_params.get("targetLanguage")
    if not oid or not language:
        raise _Refused(400, issues.error(Source.TM, "4503"), "oid and targetLanguage are needed")
    terms = rest.current()
    _known(terms, language)
    try:
        value_set_of(terms, oid, None, "oid")
    except FhirError as error:
        raise _Refused(404, issues.error(Source.TSAM, "4501", oid), error.text) from error
    given = Given({"url": (oid,), "displayLanguage": (language,), "includeDesignations": (True,)})
    return _json(expand(terms, given, rest.clock()), "application/fhir+json")


def _translated(rest: Rest, sent: bytes | None, name: str) -> Response:
    if rest.translate is None:
        raise _Refused(501, issues.error(Source.TM, "2504"), "translation of documents is not offered here")
    found = _parsed(TranslateRequest, sent)
    _known(rest.current(), found.targetLanguageCode)
    return _reply(name, rest.translate(_decoded(found.pivotCDA), found.targetLanguageCode, name))


def _transcoded(rest: Rest, sent: bytes | None, name: str) -> Response:
    if rest.transcode is None:
        raise _Refused(501, issues.error(Source.TM, "2502"), "transcoding of documents is not offered here")
    found = _parsed(TranscodeRequest, sent)
    return _reply(name, rest.transcode(_decoded(found.friendlyCDA), name))


def _known(terms: Catalogue, language: str) -> None:
    """Raises _Refused: no language tag, or a language that no text of the release is in."""
    try:
        primary = languages.chain(language)[0].partition("-")[0]
    except ValueError:
        primary = ""
    if _WHOLE_TAGS.get(primary, primary) not in _languages(terms):
        raise _Refused(400, issues.error(Source.TM, "2505", language), "targetLanguage")


def _decoded(text: str) -> bytes:
    if not text.strip():
        raise _Refused(400, issues.error(Source.TM, "4501"), "the document is empty")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Refused(400, issues.error(Source.TM, "4513"), "the document is not Base64") from error


def _parsed(kind: type[_Body], sent: bytes | None) -> _Body:
    if sent is None:
        raise _Refused(413, issues.error(Source.TM, "4503"), "the body is too large")
    try:
        return kind.model_validate_json(sent)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        number = "4501" if first["type"] == "missing" and where.endswith("CDA") else "4513"
        raise _Refused(
            400, issues.error(Source.TM, number), f"{where}: {first['msg']}".strip(": ")
        ) from error


async def _read(request: Request, largest: int) -> bytes | None:
    """The body; None when it is larger than allowed, and then it is not kept, nor read to its end."""
    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > largest:
                return None
    except ClientDisconnect:  # gone in the middle of it: nobody reads what is answered
        return None
    return bytes(data)


async def _guarded(rest: Rest, work: Callable[[str], Response]) -> Response:
    """What the work answers, in a thread; a refusal or a bug of ours as a reply of status ERROR."""
    name = rest.new_id()
    try:
        return await run_in_threadpool(work, name)
    except _Refused as error:
        return _refusal(name, error.status, error.issue, error.context)
    except Untransformable as error:
        return _refusal(name, 400, error.issue, "document")
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        log.error("unhandled", reference=name, kind=type(error).__name__, places=places)
        return _refusal(name, 500, issues.error(Source.TM, "4500"), "something of ours broke")


def _refusal(name: str, status: int, issue: Issue, context: str) -> Response:
    remark = _remark(issue, context)
    reply = Reply(requestId=name, responseCDA=None, status=ERROR, errors=[remark], warnings=[])
    return Response(reply.model_dump_json(), status, media_type="application/json")


def _reply(name: str, done: Transformed) -> Response:
    reply = Reply(
        requestId=name,
        responseCDA=base64.b64encode(done.content).decode(),
        status=done.status,
        errors=[_remark(*each) for each in done.errors],
        warnings=[_remark(*each) for each in done.warnings],
    )
    return Response(reply.model_dump_json(), media_type="application/json")


def _remark(issue: Issue, context: str) -> Remark:
    return Remark(code=issue.code, description=issue.text, context=context, source=str(issue.source))


def _json(content: Any, media_type: str = "application/json") -> Response:
    return Response(
        json.dumps(content, ensure_ascii=False).encode(), media_type=f"{media_type}; charset=utf-8"
    )
