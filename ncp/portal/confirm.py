"""Is this the right patient? The clinician compares, confirms, and says that the notice was offered."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp import patient_summary
from ncp.patient_summary import Relationship
from ncp.portal.compared import compared
from ncp.portal.failures import Failure, failure_of
from ncp.portal.session import PatientContext, Session
from ncp.portal.web import Form, PatientSession, ThePortal, go, page, patient_of, place, still, texts
from ncp.wire.errors import NcpError
from ncp.wire.saml import Purpose

router = APIRouter()


@router.get("/pasient/bekreft")
def compare(request: Request, session: PatientSession) -> Response:
    """Entered and returned traits side by side. Several candidates: none is chosen beforehand."""
    return _page(request, session, patient_of(session))


@router.post("/pasient/bekreft")
def confirm(request: Request, form: Form, session: PatientSession, portal: ThePortal) -> Response:
    """The clinician says who it is, and that the notice was offered."""
    context = patient_of(session, form.get("patient", ""))
    login = context.login
    chosen = place(form.get("kandidat", ""), len(context.candidates))
    problems: dict[str, str] = {}
    if chosen is None:
        problems["kandidat"] = "portal.choose_candidate"
    emergency = login.purpose is Purpose.EMERGENCY
    if form.get("relasjon") != "ja":
        problems["relasjon"] = "portal.relation_needed"
    if form.get("informert") != "ja" and not emergency:
        problems["informert"] = "portal.notice_needed"
    if problems or chosen is None:
        return _page(request, session, context, problems=problems, status=422)
    try:
        relationship = patient_summary.confirm(
            context.candidates[chosen],
            context.peer,
            login,
            portal.desk,
            notice_offered=form.get("informert") == "ja",
        )
    except NcpError as error:
        failure = failure_of(error, texts(session), context.peer)
        return _page(request, session, context, failure=failure, status=failure.status)
    with session.lock:
        still(session, context)
        session.patient = confirmed(context, relationship)
    return go("/pasient/dokumenter")


def confirmed(context: PatientContext, relationship: Relationship) -> PatientContext:
    """The patient from here on. The new key makes every page stale that was made before, or for another."""
    return PatientContext(
        peer=context.peer,
        login=context.login,
        entered=context.entered,
        candidates=context.candidates,
        relationship=relationship,
    )


def _page(
    request: Request,
    session: Session,
    context: PatientContext,
    *,
    problems: dict[str, str] | None = None,
    failure: Failure | None = None,
    status: int = 200,
) -> Response:
    words = texts(session)
    shown = [compared(number, each, context, words) for number, each in enumerate(context.candidates)]
    emergency = context.login.purpose is Purpose.EMERGENCY
    return page(
        request,
        "confirm.html",
        "confirm.heading",
        session=session,
        status=status,
        peer=context.peer,
        labels={
            "kandidat": words.text("portal.candidate"),
            "relasjon": words.text("portal.relation_name"),
            "informert": words.text("portal.notice_name"),
        },
        candidates=shown,
        problems=problems or {},
        failure=failure,
        emergency=emergency,
    )
