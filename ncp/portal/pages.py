"""The pages round the patient: own look-ups, about."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp.norwegian import OSLO, Use
from ncp.portal.web import (
    COOKIE,
    PatientSession,
    Portal,
    ThePortal,
    page,
    texts,
)
from terminology.pages.messages import Messages

router = APIRouter()
MOST_ROWS = 200
WHAT = {
    "EHDSI-91": "portal.log.login",
    "EHDSI-92": "portal.log.trc",
    "EHDSI-11": "portal.log.identify",
    "EHDSI-21": "portal.log.list",
    "EHDSI-22": "portal.log.retrieve",
    "EHDSI-94": "portal.log.translate",
    "EHDSI-CF": "portal.log.failure",
    "NO-01": "portal.log.contradiction",
    "NO-02": "portal.log.used",
    "NO-03": "portal.log.checked",
}
USED = {
    Use.ORIGINAL_OPENED.value: "log.used.original",
    Use.PRINTED.value: "log.used.printed",
    Use.COPIED.value: "log.used.copied",
}
RESULTS = {0: "portal.log.ok", 4: "portal.log.partial"}


@router.get("/logg")
def own_lookups(request: Request, session: PatientSession, portal: ThePortal) -> Response:
    """What this clinician looked up: every person can check their own log."""
    user = session.user
    assert user is not None  # `PatientSession` has looked
    words = texts(session)
    rows = portal.desk.audit.newest(MOST_ROWS, user_id=user.user_id)
    shown = [_lookup(row, portal, words) for row in rows if row["number"] in WHAT]
    return page(request, "log.html", "log.heading", session=session, rows=shown)


@router.get("/om")
def about(request: Request, portal: ThePortal) -> Response:
    session = portal.sessions.find(request.cookies.get(COOKIE))
    release = portal.desk.at_work().terms.release
    return page(request, "about.html", "app.about", session=session, release=release)


@router.get("/tilgjengelighet")
def accessibility(request: Request, portal: ThePortal) -> Response:
    session = portal.sessions.find(request.cookies.get(COOKIE))
    return page(request, "accessibility.html", "app.accessibility", session=session)


def _lookup(row: Mapping[str, object], portal: Portal, words: Messages) -> dict[str, str]:
    """One row of the own log in words: when, what, where, why, and how it ended."""
    at = datetime.fromisoformat(str(row["at"])).astimezone(OSLO)
    outcome = row["outcome"]
    emergency = row["purpose"] == "EMERGENCY"
    peer = portal.directory.peers.get(str(row["country"]))
    return {
        "when": at.strftime("%d.%m.%Y %H:%M:%S"),
        "what": words.text(USED.get(str(row["detail"]), WHAT[str(row["number"])])),
        "country": peer.name(words.language) if peer else str(row["country"] or ""),
        "why": words.text("purpose.emergency" if emergency else "purpose.treatment"),
        "result": words.text(RESULTS.get(int(str(outcome)), "portal.log.failed")),
        "code": str(row["error_code"] or ""),
    }
