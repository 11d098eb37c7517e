"""Imports: a file is sent, read in the background, reported row by row, then taken over or thrown away."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from fastapi import Request
from fastapi.responses import Response

from terminology.designation import Status
from terminology.importers import formats
from terminology.importers.formats import ImportOptions
from terminology.imports import jobs, runs
from terminology.imports.reporting import KINDS, findings
from terminology.imports.runs import Run, State, Wishes
from terminology.pages.messages import Messages
from terminology.workbench import wording
from terminology.workbench.answers import go, number_of, router, shown, whole
from terminology.workbench.background import Job
from terminology.workbench.house import Form, House, TheHouse, TheVisitor, Upload
from terminology.workbench.known import known
from terminology.workspace.actor import NotPossible, Refusal, Role
from terminology.workspace.edit import checked_language

pages = router()
WITHOUT_FILE = "cldr"
SIZE = 100
STARTING = 10.0  # seconds that an answer waits for the number of the import
PATIENCE = 2.0  # and then for its end, so that a small file shows its report at once
BUSY = (State.READING, State.APPLYING)


@pages.get("/term/import")
def imports(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """What was imported and what waits, and the form for the next file."""
    return shown(
        request, house, visitor, "imports.html", "wb.import.heading",
        runs=runs.listed(house.engine), jobs=house.background.waiting(), formats=list(formats()),
        statuses=(Status.DRAFT, Status.IN_REVIEW, Status.ACTIVE), known=known(house.engine),
        problem=lambda run: problem(run, visitor.words),
        refusal=lambda job: _refusal(job, visitor.words),
    )  # fmt: skip


@pages.post("/term/import")
def send(uploaded: Upload, house: TheHouse, visitor: TheVisitor) -> Response:
    """Take the file and read it in the background: a dry run, whatever is in it."""
    actor = visitor.actor
    with uploaded as sent:
        actor.must_be(Role.EDITOR)
        options, wishes, format = _wanted(sent.fields)
        if wishes.trusted:
            actor.must_be(Role.REVIEWER)
        if not sent.files and format != WITHOUT_FILE:
            raise NotPossible("wb.import.no_file")
        name, path = _kept(house, sent.files[0]) if sent.files else (WITHOUT_FILE, None)

    def work(job: Job) -> None:
        try:
            jobs.read_file(house.engine, actor, path, format, options, wishes,
                           clock=house.clock, name=name, started=job.is_run)  # fmt: skip
        finally:
            if path is not None:
                path.unlink(missing_ok=True)

    job = house.background.start(name, actor.id, work)
    job.started.wait(STARTING)
    if job.run is None:
        return go("/term/import", "import_sent")
    job.wait(PATIENCE)
    return go(f"/term/import/{job.run}", None if job.over else "import_sent")


@pages.get("/term/import/{number}")
def report(request: Request, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Where an import stands, and its report, a kind of rows and a page at a time."""
    run = runs.get(house.engine, number_of(number))
    counted = {kind: _count(run, kind) for kind in KINDS}
    kind = request.query_params.get("type", "")
    if kind not in KINDS:
        kind = next((each for each in ("conflict", "rejected", *KINDS) if counted[each]), "new")
    at = whole(request.query_params.get("side"), 1_000_000) or 0
    found = (
        [] if run.state in BUSY else findings(house.engine, run.id, kind, limit=SIZE + 1, offset=at * SIZE)
    )
    return shown(
        request, house, visitor, "import.html", "wb.import.heading",
        run=run, counted=counted, kind=kind, kinds=KINDS, at=at, size=SIZE, more=len(found) > SIZE,
        rows=found[:SIZE], busy=run.state in BUSY, problem=problem(run, visitor.words),
        why=lambda row: wording.said(row.reason, visitor.words, what=row.what) if row.reason else "",
    )  # fmt: skip


@pages.post("/term/import/{number}/avbryt")
def cancel(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Stop reading, or throw the dry run away."""
    runs.cancel(house.engine, visitor.actor, number_of(number), now=house.clock())
    return go(f"/term/import/{number}", "import_cancelled")


@pages.post("/term/import/{number}/ta-inn")
def take_over(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Take the dry run over into the draft, exactly as reported; else the new report is shown."""
    run = runs.get(house.engine, number_of(number))
    visitor.actor.must_be(Role.EDITOR)

    def work(job: Job) -> None:
        jobs.apply(house.engine, visitor.actor, run.id, clock=house.clock)

    job = house.background.start(run.file, visitor.actor.id, work, run.id)
    job.wait(5 * PATIENCE)
    if not job.over:
        return go(f"/term/import/{run.id}", "import_applied")
    if isinstance(job.error, jobs.Changed):
        return go(f"/term/import/{run.id}", "import_changed")
    if job.error is not None:
        raise job.error
    return go(f"/term/import/{run.id}")


def problem(run: Run, words: Messages) -> str | None:
    """Why an import failed, as a sentence with its place in the file."""
    if run.error is None:
        return None
    values = {name: value for name, value in run.error.items() if name not in ("key", "where")}
    sentence = wording.said(str(run.error["key"]), words, **values)
    return f"{run.error['where']}: {sentence}" if run.error.get("where") else sentence


def _refusal(job: Job, words: Messages) -> str | None:
    if job.error is None:
        return None
    key, detail = "terminology.import.broken", ""
    if isinstance(job.error, Refusal):
        key, detail = job.error.key, job.error.detail
    return wording.said(key, words, detail=detail)


def _count(run: Run, kind: str) -> int:
    """How many rows of the kind the report lists; of what is new it lists the texts."""
    if kind == "new":
        return run.counts.get("designations.new", 0)
    return sum(number for name, number in run.counts.items() if name == kind or name.endswith(f".{kind}"))


def _wanted(fields: Mapping[str, str]) -> tuple[ImportOptions, Wishes, str | None]:
    """What the form says of the file. Raises NotPossible: a value that none of its choices has."""
    if any("\0" in value for value in fields.values()):
        raise NotPossible("wb.unreadable")
    format, status = fields.get("format") or None, fields.get("status", Status.DRAFT.value)
    if (format is not None and format not in formats()) or status not in set(Status):
        raise NotPossible("wb.unknown_deed", (format or status)[:20])
    options = ImportOptions(
        encoding=fields.get("tegnkoding") or "utf-8",
        system=fields.get("kodeverk") or None,
        version=fields.get("versjon", "").strip() or None,
        value_set=fields.get("sett") or None,
        language=checked_language(fields.get("spraak") or "nb-NO"),
        basis=fields.get("grunnlag", "").strip() or None,
    )
    wishes = Wishes(Status(status), trusted="klarert" in fields, retire_gone="avvikle" in fields)
    return options, wishes, format


def _kept(house: House, file: tuple[str, Path]) -> tuple[str, Path]:
    """The file where it outlives the request, until the background has read it."""
    name, path = file
    house.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = house.folder / f"{uuid4().hex}.upload"
    shutil.move(path, kept)
    os.chmod(kept, 0o600)
    return name, kept


def tidy(folder: Path) -> None:
    """Files of imports that a stop of the service left behind: their imports have failed and said so."""
    for left in folder.glob("*.upload"):
        left.unlink(missing_ok=True)
