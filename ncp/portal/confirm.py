"""Is this the right patient? What was entered beside what the country returned, differences in words."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp import patient_summary
from ncp.directory import TraitKind
from ncp.patient_summary import Relationship
from ncp.portal.failures import Failure, failure_of
from ncp.portal.session import PatientContext, Session
from ncp.portal.shown import address, birth_date, name, sex
from ncp.portal.web import Form, PatientSession, ThePortal, go, page, patient_of, place, still, texts
from ncp.wire.errors import NcpError
from ncp.wire.iti55 import Candidate
from ncp.wire.saml import Purpose
from terminology.pages.messages import Messages

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """One trait: its name, both values in words, and whether they differ (None: nothing was entered)."""

    label: str
    entered: str
    returned: str
    differs: bool | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One candidate as the page lists it. `number` is its place in the country's answer, from 0."""

    number: int
    title: str
    rows: tuple[Row, ...]


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
    shown = [shown_candidate(number, each, context, words) for number, each in enumerate(context.candidates)]
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


def shown_candidate(number: int, candidate: Candidate, context: PatientContext, words: Messages) -> Shown:
    """One candidate beside what was entered."""
    who = candidate.demographics
    returned_ids = {each.extension for each in candidate.ids}
    by_kind = {each.label: each for each in context.peer.identifiers}
    rows: list[Row] = []
    for label, value in context.entered.items():
        field = by_kind.get(label)
        if field is None or field.kind is not TraitKind.ID or not value.strip():
            continue
        found = value.strip() in returned_ids
        rows.append(
            Row(
                words.text(f"portal.ism.{label}"),
                value.strip(),
                value.strip() if found else ", ".join(each.extension for each in candidate.ids),
                not found,
            )
        )
    rest = ", ".join(
        each.extension for each in candidate.ids if each.extension not in context.entered.values()
    )
    if rest and not any(row.differs for row in rows):
        rows.append(Row(words.text("patient.id"), "", rest, None))
    texts_of = {
        "familyName": ", ".join(who.family),
        "firstName": " ".join(who.given),
        "birthDate": who.birth_time or "",
        "gender": who.gender or "",
    }
    rows.append(
        Row(words.text("patient.name"), _entered_name(context), name(who), _name_differs(context, texts_of))
    )
    entered_birth = context.entered.get("birthDate", "").strip().replace("-", "")
    rows.append(
        Row(
            words.text("patient.birth_date"),
            birth_date(entered_birth, words) if entered_birth else "",
            birth_date(who.birth_time, words),
            _dates_differ(entered_birth, who.birth_time) if entered_birth else None,
        )
    )
    entered_sex = context.entered.get("gender", "").strip()
    rows.append(
        Row(
            words.text("patient.sex"),
            sex(entered_sex, words) if entered_sex else "",
            sex(who.gender, words),
            (entered_sex != who.gender) if entered_sex and who.gender else None,
        )
    )
    if who.has_address:
        rows.append(Row(words.text("patient.address"), "", address(who), None))
    return Shown(number, name(who) or words.text("absence.unknown"), tuple(rows))


def _entered_name(context: PatientContext) -> str:
    parts = [context.entered.get("firstName", "").strip(), context.entered.get("familyName", "").strip()]
    return " ".join(part for part in parts if part)


def _name_differs(context: PatientContext, returned: dict[str, str]) -> bool | None:
    entered = {label: context.entered.get(label, "").strip() for label in ("firstName", "familyName")}
    asked = {label: value for label, value in entered.items() if value}
    if not asked:
        return None
    return any(value.casefold() != returned[label].casefold() for label, value in asked.items())


def _dates_differ(entered: str, returned: str | None) -> bool | None:
    if not returned:
        return None
    common = min(len(entered), len(returned), 8)
    return entered[:common] != returned[:common]
