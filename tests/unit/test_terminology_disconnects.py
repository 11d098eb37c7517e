"""A client that goes in the middle of a body: no bug, no stack trace, and nothing is worked on."""

import anyio
import pytest
import structlog
from fastapi import FastAPI

from terminology.fhir.router import fhir_router
from terminology.rest import Rest, rest_router
from terminology.seed import seed_catalogue
from tests.support.fhir import NOON


def refuse(*_):
    raise AssertionError("worked on half a body")


@pytest.mark.parametrize("path", ["/fhir/CodeSystem/$lookup", "/terminologi/api/translate"])
def test_a_client_that_goes_in_the_middle_of_a_body_is_no_fault(path):
    app, sent = FastAPI(), []
    app.include_router(fhir_router(seed_catalogue, lambda name: None, lambda: NOON))
    app.include_router(rest_router(Rest(seed_catalogue, refuse, refuse, lambda: "1", lambda: NOON)))
    events = [{"type": "http.request", "body": b'{"a', "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return events.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    with structlog.testing.capture_logs() as lines:
        anyio.run(app, scope, receive, send)
    assert lines == [] and sent[0]["status"] in (400, 413)
