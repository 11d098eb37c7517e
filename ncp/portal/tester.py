"""The tester's pages: the audit trail row by row, and the messages that a test environment keeps.

Whoever the rows are about is shown in a test environment only, where everybody is synthetic.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp import kept
from ncp.portal.web import Portal, TestSession, ThePortal, Turned, page
from ncp.settings import Environment

router = APIRouter()
MOST_ROWS = 200
# What may tell whom a row is about: ids and names, and texts of other systems.
ABOUT_PATIENT = ("patient_id", "patient_name", "query", "documents", "detail", "error_text", "reason")
LONGEST_NUMBER = 9


@router.get("/test")
def audit_trail(request: Request, session: TestSession, portal: ThePortal, kontroll: str = "") -> Response:
    """The newest rows of the audit trail; with `kontroll`, whether the whole chain holds."""
    settings = portal.settings
    return page(
        request,
        "test.html",
        "portal.test.heading",
        session=session,
        rows=[_shown(row, portal) for row in portal.desk.audit.newest(MOST_ROWS)],
        patients=_shows_patients(portal),
        verified=portal.desk.audit.verify() if kontroll else None,
        settings=settings,
        kept=kept.exchanges(settings.kept_folder, MOST_ROWS) if settings.keeps_messages else [],
    )


@router.get("/test/rad/{number}")
def audit_row(request: Request, number: str, session: TestSession, portal: ThePortal) -> Response:
    """Everything that one row says."""
    if len(number) > LONGEST_NUMBER or not (number.isascii() and number.isdigit()):
        raise _no_page()
    found = portal.desk.audit.rows(after=int(number) - 1, limit=1)
    if not found or found[0]["id"] != int(number):
        raise _no_page()
    return page(
        request,
        "test_row.html",
        "portal.test.row",
        session=session,
        row={name: value for name, value in _shown(found[0], portal).items() if value not in (None, "", [])},
    )


@router.get("/test/meldinger/{day}/{name}")
def message(day: str, name: str, session: TestSession, portal: ThePortal) -> Response:
    """One kept message byte for byte, to save; never rendered."""
    settings = portal.settings
    path = kept.file_of(settings.kept_folder, day, name) if settings.keeps_messages else None
    if path is None:
        raise _no_page()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(path.read_bytes(), media_type="application/octet-stream", headers=headers)


def _no_page() -> Turned:
    return Turned("error.page_not_found", status=404, to="/test")


def _shows_patients(portal: Portal) -> bool:
    return portal.settings.environment is Environment.TEST


def _shown(row: dict[str, Any], portal: Portal) -> dict[str, Any]:
    if _shows_patients(portal):
        return row
    return {name: value for name, value in row.items() if name not in ABOUT_PATIENT}
