"""What breaks in the portal is told by a reference alone, on the page and in the log."""

import anyio
import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from ncp.portal.headers import OwnFaults

PATIENT = "Ola Nordmann"
SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}


def answered(error, page):
    """What is sent and what is logged when a page raises."""
    sent = []

    async def broken(scope, receive, send):
        raise error

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    with structlog.testing.capture_logs() as lines:
        anyio.run(OwnFaults(broken, page), SCOPE, receive, send)
    return sent, lines


def in_words(request, reference):
    return Response(f"vår feil {reference}", 500)


def also_broken(request, reference):
    raise ValueError(PATIENT)


def test_bug_becomes_a_page_with_the_reference_of_the_log_line():
    sent, (line,) = answered(KeyError(PATIENT), in_words)
    assert sent[0]["status"] == 500 and f"vår feil {line['reference']}".encode() == sent[1]["body"]
    assert line["kind"] == "KeyError" and PATIENT not in repr(line)


def test_page_that_breaks_too_leaves_the_bare_reference_and_no_text_of_either():
    sent, lines = answered(KeyError(PATIENT), also_broken)
    assert sent[0]["status"] == 500 and sent[1]["body"].decode() == lines[0]["reference"]
    assert [line["kind"] for line in lines] == ["KeyError", "ValueError"] and PATIENT not in repr(lines)


def test_visitor_who_left_in_the_middle_of_a_form_is_no_fault():
    sent, (line,) = answered(ClientDisconnect(), in_words)
    assert sent == [] and line["log_level"] == "info"
