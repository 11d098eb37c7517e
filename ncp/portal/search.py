"""Country, purpose and patient search: what the clinician enters, and the country's answer to it."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp import patient_summary
from ncp.assertions import rights_of
from ncp.clinician import Login
from ncp.directory import IdentityField, Peer, TraitKind
from ncp.policy import NotPermitted, Service
from ncp.portal.failures import Failure, failure_of
from ncp.portal.session import PatientContext, Session
from ncp.portal.shapes import shape
from ncp.portal.shown import field_label
from ncp.portal.web import (
    Form,
    PatientSession,
    ThePortal,
    Turned,
    changed,
    go,
    logged_out,
    page,
    texts,
)
from ncp.traits import FieldProblem, TraitsRefused, as_sent, fits, read_traits
from ncp.wire.errors import ErrorCode, NcpError
from ncp.wire.saml import Purpose

router = APIRouter()
SHORTEST_REASON = 10
LONGEST_REASON = 500
FIELD = "felt."  # form names of the country's own fields: `felt.<label>`


@router.get("/")
def start(request: Request, session: PatientSession, portal: ThePortal, land: str = "") -> Response:
    """Choose the country; its own search fields follow."""
    peer = _peer(portal, land)
    return _form(request, portal, session, peer)


@router.post("/pasient/sok")
def search(request: Request, form: Form, session: PatientSession, portal: ThePortal) -> Response:
    """Ask the country. Whatever patient was open before is closed first."""
    mark = session.begin_search()
    peer = _peer(portal, form.get("land", ""))
    entered = {name[len(FIELD) :]: value for name, value in form.items() if name.startswith(FIELD)}
    if peer is None:
        return _form(request, portal, session, None, form, problems={"land": "search.required"}, status=422)
    if entered.keys() - {each.label for each in peer.identifiers}:
        raise Turned("portal.form_unreadable", status=422, to=f"/?land={peer.country}")
    problem = _reason_problem(form)
    if problem is not None:
        return _form(request, portal, session, peer, form, problems={"grunn": problem}, status=422)
    login = _login(session, form)
    try:
        candidates = patient_summary.identify(read_traits(peer, entered), peer, login, portal.desk)
    except TraitsRefused as refused:
        problems = {each.label: _problem(peer, each, entered) for each in refused.problems}
        return _form(request, portal, session, peer, form, problems=problems, status=422)
    except NcpError as error:
        failure = failure_of(error, texts(session), peer)
        return _form(request, portal, session, peer, form, failure=failure, status=failure.status)
    context = PatientContext(peer=peer, login=login, entered=entered, candidates=candidates)
    if not session.found(mark, context):
        raise changed(session)
    return go("/pasient/bekreft")


WRONG = {
    TraitKind.ID: "search.wrong.number",
    TraitKind.BIRTH_DATE: "search.wrong.date",
    TraitKind.GENDER: "search.wrong.choice",
    TraitKind.TEXT: "search.wrong.text",
}


def _problem(peer: Peer, problem: FieldProblem, entered: Mapping[str, str]) -> str:
    """The sentence beside a field, as a key."""
    if problem.code == ErrorCode.PI_MISSING_REQUIRED_FIELDS:
        return "search.required"
    field = next(each for each in peer.identifiers if each.label == problem.label)
    if fits(field, as_sent(field, entered[problem.label])):  # right in itself, but of another alternative
        return "search.one_alternative"
    return WRONG[field.kind]


def _barred(session: Session, portal: ThePortal) -> bool:
    """Whether this profession could not even ask: said before anything is typed."""
    if session.user is None:
        return True
    try:
        return Service.PATIENT_SUMMARY not in rights_of(session.user, portal.desk.policy).services
    except NotPermitted:
        return True


def _purpose(form: Mapping[str, str]) -> Purpose:
    try:
        return Purpose(form.get("formaal", ""))
    except ValueError as error:
        raise Turned("portal.form_unreadable", status=422) from error


def _reason_problem(form: Mapping[str, str]) -> str | None:
    """What is wrong with the reason of an emergency, as a key; None if it will do."""
    if _purpose(form) is not Purpose.EMERGENCY:
        return None
    reason = form.get("grunn", "").strip()
    if len(reason) < SHORTEST_REASON or not reason.isprintable():
        return "portal.reason_needed"
    return "portal.reason_too_long" if len(reason) > LONGEST_REASON else None


def _login(session: Session, form: Mapping[str, str]) -> Login:
    """The login for the purpose of this search; another purpose means other assertions."""
    if session.login is None:
        raise logged_out()
    return session.login.for_purpose(_purpose(form), form.get("grunn"))


def _peer(portal: ThePortal, country: str) -> Peer | None:
    return portal.directory.peers.get(country.strip().upper())


def _form(
    request: Request,
    portal: ThePortal,
    session: Session,
    peer: Peer | None,
    entered: Mapping[str, str] | None = None,
    *,
    problems: Mapping[str, str] | None = None,
    failure: Failure | None = None,
    status: int = 200,
) -> Response:
    values = dict(entered or {})
    if peer is not None:
        request.state.return_path = f"/?land={peer.country}"
    words = texts(session)
    fields = peer.identifiers if peer else ()
    labels = {each.label: field_label(each, words) for each in fields}
    labels |= {"land": words.text("search.choose_country"), "grunn": words.text("portal.search.reason")}
    return page(
        request,
        "search.html",
        "portal.title.search",
        status=status,
        session=session,
        peers=sorted(portal.directory, key=lambda each: each.name(words.language)),
        peer=peer,
        groups=_groups(fields),
        barred=_barred(session, portal),
        labels=labels,
        shapes={each.label: shape(each.format, words) for each in fields},
        tongue=peer.languages[0] if peer and peer.languages else None,
        entered={name[len(FIELD) :]: value for name, value in values.items() if name.startswith(FIELD)},
        purpose=values.get("formaal", "TREATMENT"),
        reason=values.get("grunn", ""),
        problems=dict(problems or {}),
        failure=failure,
    )


def _groups(fields: Iterable[IdentityField]) -> list[tuple[str | None, list[IdentityField]]]:
    """The fields by alternative, in the order of the mask; those outside every alternative first."""
    groups: dict[str | None, list[IdentityField]] = {}
    for each in fields:
        groups.setdefault(each.choice, []).append(each)
    return sorted(groups.items(), key=lambda group: group[0] is not None)
