"""The ASGI application of a member state, called without a server: closed when in doubt, audited always."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from mock_member_states.app import BASE_PATH, App
from mock_member_states.certificate_issuing import Role
from ncp.wire.source_patient import SourcePatient
from tests.support.chain import (
    RICH,
    Asker,
    MemberStateForTests,
    hierarchy,
    new_id,
)
from tests.support.submissions import WHAT, submission

PATIENT = RICH["PT"]


class Exchange:
    """One call of the ASGI application, with everything it sends."""

    def __init__(self, *events):
        self.events, self.sent = list(events), []

    async def receive(self):
        if self.events:
            return self.events.pop(0)
        await asyncio.Event().wait()

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None


@pytest.fixture
def application(tmp_path):
    member = MemberStateForTests.load("PT", tmp_path)
    with ThreadPoolExecutor(1) as executor:

        def make(**changes):
            return App(member.state, lambda: datetime.now(UTC), new_id, executor, **changes)

        yield make


def post_scope(leaf, service="XCPD_Service"):
    return {
        "type": "http",
        "method": "POST",
        "path": BASE_PATH + service,
        "headers": [(b"content-type", b"application/soap+xml")],
        "extensions": {"tls": {"client_certificate": leaf}} if leaf is not False else {},
    }


@pytest.mark.parametrize("leaf", [False, None, b"", b"not DER"])
def test_closed_when_the_certificate_is_missing(application, leaf):
    app = application()
    exchange = Exchange({"type": "http.request", "body": b""})
    asyncio.run(app(post_scope(leaf), exchange.receive, exchange.send))
    assert exchange.status == 403
    assert app.state.audit.lines()[-1]["codes"] == ["CERT_MISSING"]


def norwegian_leaf():
    return hierarchy().identity("NO", Role.TLS).certificate.public_bytes(Encoding.DER)


def test_a_body_that_never_ends_is_given_up(application):
    app = application(body_seconds=0.05)
    exchange = Exchange({"type": "http.request", "body": b"<", "more_body": True})
    asyncio.run(app(post_scope(norwegian_leaf()), exchange.receive, exchange.send))
    assert exchange.status == 408
    assert app.state.audit.lines()[-1]["codes"] == ["HTTP_408"]


def test_a_client_that_has_gone_gets_nothing(application):
    app = application()
    exchange = Exchange(
        {"type": "http.request", "body": b"<", "more_body": True}, {"type": "http.disconnect"}
    )
    asyncio.run(app(post_scope(norwegian_leaf()), exchange.receive, exchange.send))
    assert exchange.sent == []


def test_an_undelivered_answer_may_be_asked_for_once_more(application):
    app = application()
    member = MemberStateForTests(app.state, app.state.audit.folder.parent.parent, [])
    body = Asker(member).discovery_bytes(PATIENT)
    gone = Exchange({"type": "http.request", "body": body}, {"type": "http.disconnect"})
    asyncio.run(app(post_scope(norwegian_leaf()), gone.receive, gone.send))
    statuses = []
    for _ in range(2):
        again = Exchange({"type": "http.request", "body": body})
        asyncio.run(app(post_scope(norwegian_leaf()), again.receive, again.send))
        statuses.append(again.status)
    assert statuses == [200, 400]


def test_an_undelivered_submission_is_never_done_again(application):
    app = application()
    member = MemberStateForTests(app.state, app.state.audit.folder.parent.parent, [])
    what = replace(WHAT, patient=PATIENT, person=SourcePatient(PATIENT))
    body = Asker(member).submit_bytes(submission(what=what))
    events = ({"type": "http.request", "body": body}, {"type": "http.disconnect"})
    scope = post_scope(norwegian_leaf(), "XDR_Service")
    asyncio.run(app(scope, Exchange(*events).receive, Exchange().send))
    again = Exchange(events[0])
    asyncio.run(app(scope, again.receive, again.send))
    assert again.status == 400


def test_an_answer_that_cannot_be_audited_does_not_leave(application, monkeypatch):
    app = application()
    member = MemberStateForTests(app.state, app.state.audit.folder.parent.parent, [])

    def full(_entry):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app.state.audit, "append", full)
    exchange = Exchange({"type": "http.request", "body": Asker(member).discovery_bytes(PATIENT)})
    asyncio.run(app(post_scope(norwegian_leaf()), exchange.receive, exchange.send))
    assert exchange.status == 500
    assert PATIENT.extension.encode() not in exchange.sent[1]["body"]
