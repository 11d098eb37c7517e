"""`ncp summary`: the main job from the command line, with its evidence."""

from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from ncp.commands.start import contact_point, settings, stop
from ncp.error_tables import SETUP, USAGE

if TYPE_CHECKING:
    from ncp.clinician import Login
    from ncp.directory import Peer
    from ncp.evidence import Job
    from ncp.opening import Opened
    from ncp.traits import Traits


Country = Annotated[str, typer.Option(help="ISO code of the patient's country, e.g. PT.")]
Patient = Annotated[str, typer.Option(help="Patient id as the country's card shows it, or ID^^^&OID&ISO.")]
Out = Annotated[Path, typer.Option(help="Folder that receives the evidence.")]
Field = Annotated[
    list[str] | None,
    typer.Option(help="A further field of the country's search mask, LABEL=VALUE; may be repeated."),
]
ForPurpose = Annotated[str, typer.Option(help="treatment or emergency.")]
Reason = Annotated[str | None, typer.Option(help="Why it is an emergency; kept in the audit trail.")]
User = Annotated[str, typer.Option(help="Who of the test login asks.")]
Candidate = Annotated[int | None, typer.Option(min=1, help="Which person, when the country finds several.")]
Notice = Annotated[bool, typer.Option(help="Whether the patient was offered the information notice.")]
Accept = Annotated[
    list[str] | None,
    typer.Option(help="A contradiction you have looked at: birthDate or gender; may be repeated."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the log, as JSON lines on stderr.")]


def summary(
    country: Country,
    patient: Patient,
    out: Out,
    field: Field = None,
    purpose: ForPurpose = "treatment",
    reason: Reason = None,
    user: User = "lege",
    candidate: Candidate = None,
    notice: Notice = True,
    accept: Accept = None,
    verbose: Verbose = False,
) -> None:
    """Fetch a synthetic patient's summary from another country and show it in Norwegian.

    Identifies the patient, lists and retrieves the newest summary over mutual TLS, translates and displays
    it, and writes every message exactly as sent and received to the folder, with report.json.
    """
    known = {"birthDate", "gender"}
    if wrong := set(accept or ()) - known:
        stop(f"--accept {sorted(wrong)[0]}: not one of {', '.join(sorted(known))}", USAGE)
    if settings(quiet=not verbose).environment.value != "test":
        stop("ncp summary uses the test login, which a production environment does not have", SETUP)
    with contact_point(quiet=not verbose) as point:
        peer = point.directory.peer(country)
        traits = _traits(peer, patient, field or [])
        login = _login(point, user, purpose, reason)
        _prepare(out)
        job = _run(
            point,
            peer,
            login,
            traits,
            choose=None if candidate is None else candidate - 1,
            notice_offered=notice,
            accept=frozenset(accept or ()),
        )
        _finish(point, job, out)


def _prepare(out: Path) -> None:
    """Nobody's data are asked for if there is no place to put them."""
    from ncp import evidence

    try:
        evidence.prepare(out)
    except evidence.EvidenceRefused as error:
        stop(f"--out {error}", SETUP)


def _run(
    point: "Opened",
    peer: "Peer",
    login: "Login",
    traits: "Traits",
    *,
    choose: int | None,
    notice_offered: bool,
    accept: frozenset[str],
) -> "Job":
    """The job with its exchanges kept; a failure is part of the outcome."""
    from ncp import patient_summary, rule_check
    from ncp.evidence import Job
    from ncp.exchange import recording
    from ncp.wire.errors import NcpError

    job = Job(peer.country)
    desk = replace(point.desk.at_work(), send=recording(point.desk.send, job.exchanges))
    started = monotonic()
    try:
        job.result = patient_summary.patient_summary(
            traits,
            peer,
            login,
            desk,
            notice_offered=notice_offered,
            choose=choose,
            accept=accept,
        )
    except NcpError as error:
        job.error = error
    job.milliseconds = round((monotonic() - started) * 1000)
    if job.result is not None:
        fetched, relationship = job.result.fetched, job.result.relationship
        job.result = replace(job.result, fetched=rule_check.checked(fetched, relationship, desk))
    return job


def _finish(point: "Opened", job: "Job", out: Path) -> None:
    """Write the evidence, say what happened, end with the failure if there was one."""
    from ncp import evidence

    try:
        paths = evidence.write(out, evidence.files_of(job, point.desk.own))
    except evidence.EvidenceRefused as error:
        stop(f"--out {error}", SETUP)
    found = evidence.report(job)
    for name, milliseconds in found["hops"].items():
        typer.echo(f"{name:<10}{milliseconds:>7} ms")
    if job.error is None:
        typer.echo(
            f"{job.country}: {found['sections']} sections, {found['entries']} entries shown, "
            f"{found['translated']} codes translated, {found['untranslated']} not"
        )
        for each in found["findings"]:
            typer.echo(f"finding: {' '.join(filter(None, (each['where'], each['code'], each['text'])))}")
        if rules := found["validation"]:
            typer.echo(f"rules {rules['rules']}: {rules['errors']} errors, {rules['warnings']} warnings")
    typer.echo(f"{len(paths)} files in {out}")
    if job.error is not None:
        raise job.error


def _traits(peer: "Peer", patient: str, more: list[str]) -> "Traits":
    """The search form as filled on the command line.

    An id with a root that the country's search mask does not name is asked for as it is: testers look for
    patients of documents that they dropped into a country's folder, whatever their ids are.
    """
    from ncp.directory import TraitKind
    from ncp.traits import Traits, read_traits
    from ncp.wire.errors import NotValid
    from ncp.wire.patient_id import PatientId

    ids = [each for each in peer.identifiers if each.kind is TraitKind.ID]
    entered = {}
    for each in more:
        label, equals, value = each.partition("=")
        if not equals:
            stop(f"--field {each[:40]!r}: expected LABEL=VALUE", USAGE)
        entered[label] = value
    if "^" not in patient:
        free = [each.label for each in ids if each.label not in entered]
        return read_traits(peer, {free[0]: patient, **entered} if free else entered)
    try:
        cx = PatientId.parse(patient)
    except NotValid as error:
        stop(f"--patient: {error.what}", USAGE)
    named = [each.label for each in ids if each.domain == cx.root]
    if not named:
        return Traits(ids=(cx,))
    return read_traits(peer, {named[0]: cx.extension, **entered})


def _login(point: "Opened", user: str, purpose: str, reason: str | None) -> "Login":
    from ncp.clinician import Login, clinician
    from ncp.wire.roles import Purpose

    try:
        wanted = Purpose(purpose.upper())
    except ValueError:
        stop(f"--purpose {purpose[:20]!r}: expected treatment or emergency", USAGE)
    login = Login(point.desk.new_id(), clinician(user), point.desk.clock())
    return login.for_purpose(wanted, reason)
