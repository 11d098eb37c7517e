"""`ncp terminology import`: what a file would change, and then, when it is wished, the change."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminology.commands.start import (
    NOT_WELL,
    UNREADABLE,
    USAGE,
    AsJson,
    User,
    actor,
    now,
    print_json,
    print_table,
    said,
    stop,
    store,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from terminology.imports.runs import Run

DETAILED = ("conflict", "rejected", "gone", "changed", "noted", "new")
File = Annotated[Path | None, typer.Argument(help="File to import; none for the format cldr.")]
FormatName = Annotated[str | None, typer.Option("--format", help="Format; told from the content if absent.")]
Apply = Annotated[bool, typer.Option("--apply", help="Take it over after the dry run.")]
RunId = Annotated[int | None, typer.Option("--run", help="Go on with this import instead of reading a file.")]
Cancel = Annotated[bool, typer.Option("--cancel", help="With --run: throw it away.")]
Listing = Annotated[bool, typer.Option("--list", help="List the imports.")]
Trusted = Annotated[
    bool, typer.Option("--trusted", help="Approved texts of the file count as approved (reviewers only).")
]
RetireGone = Annotated[
    bool, typer.Option("--retire-gone", help="Retire what the file does not have any more.")
]
Rows = Annotated[int, typer.Option("--rows", min=0, help="Print at most so many rows of each kind.")]


class StatusName(StrEnum):
    """Status of texts that the file says nothing of."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    ACTIVE = "active"


def import_file(
    file: File = None,
    format: FormatName = None,
    encoding: Annotated[str, typer.Option(help="Of a text file.")] = "utf-8",
    system: Annotated[str | None, typer.Option(help="Code system (OID) where the file names none.")] = None,
    version: Annotated[str | None, typer.Option("--version", help="Its version, likewise.")] = None,
    value_set: Annotated[
        str | None, typer.Option(help="Value set (OID) of all concepts of the file.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of texts that do not say it.")] = "nb-NO",
    basis: Annotated[str | None, typer.Option(help="Where the words come from.")] = None,
    status: Annotated[StatusName, typer.Option(help="Of texts that do not say it.")] = StatusName.DRAFT,
    trusted: Trusted = False,
    retire_gone: RetireGone = False,
    apply: Apply = False,
    run: RunId = None,
    cancel: Cancel = False,
    listing: Listing = False,
    rows: Rows = 10,
    user: User = None,
    as_json: AsJson = False,
) -> None:
    """Show what a file would change in the draft; with --apply, change it. Releases never change by this.

    Every import is a dry run first. Without --apply it waits under its number: `--run NUMBER --apply` takes
    it over, `--run NUMBER --cancel` throws it away.

    Exit codes: 0 all rows are fine; 1 rows are rejected or in conflict with approved texts, or --apply found
    that the draft had changed since the dry run; 2 wrong arguments; 3 refused; 5 the file cannot be read; 9
    the database cannot be used.
    """
    if sum((file is not None or format == "cldr", run is not None, listing)) != 1:
        stop("name one of: a file (or --format cldr), --run NUMBER, --list", USAGE)
    if cancel and run is None:
        stop("--cancel needs --run NUMBER", USAGE)
    from terminology.imports import runs

    with store() as engine:
        runs.recover(engine, now=now())
        if listing:
            _list(runs.listed(engine), as_json)
            return
        if run is not None and cancel:
            runs.cancel(engine, actor(user), run, now=now())
            typer.echo(f"import {run} is cancelled")
            return
        if run is not None:
            found = runs.get(engine, run)
        else:
            options = {"encoding": encoding, "system": system, "version": version, "value_set": value_set,
                       "language": language, "basis": basis}  # fmt: skip
            wishes = {"status": status.value, "trusted": trusted, "retire_gone": retire_gone}
            found = _read(engine, user, file, format, options, wishes)
        if apply:
            found = _applied(engine, user, found, rows, as_json)
        _report(engine, found, rows, as_json)
    raise typer.Exit(exit_code(found))


def exit_code(found: "Run") -> int:
    """5 if the file could not be read, 1 if rows need somebody's eyes, else 0."""
    from terminology.imports.runs import State

    if found.state is State.FAILED:
        return UNREADABLE
    return NOT_WELL if _needing_eyes(found) else 0


def _needing_eyes(found: "Run") -> int:
    return sum(
        number for name, number in found.counts.items() if name == "rejected" or name.endswith(".conflict")
    )


def _read(
    engine: "Engine",
    user: str | None,
    file: Path | None,
    format: str | None,
    options: dict[str, Any],
    wishes: dict[str, Any],
) -> "Run":
    from terminology.designation import Status
    from terminology.importers.formats import ImportOptions
    from terminology.imports.jobs import read_file
    from terminology.imports.runs import Wishes

    asked = Wishes(Status(wishes["status"]), wishes["trusted"], wishes["retire_gone"])
    with _progress(file) as watch:
        return read_file(
            engine, actor(user), file, format, ImportOptions(watch=watch, **options), asked, clock=now
        )


def _applied(engine: "Engine", user: str | None, found: "Run", rows: int, as_json: bool) -> "Run":
    """The run after it was taken over; one that failed stays what it is."""
    from terminology.imports.jobs import Changed, apply
    from terminology.imports.runs import State

    if found.state is State.FAILED:
        return found
    try:
        return apply(engine, actor(user), found.id, clock=now)
    except Changed as error:
        _report(engine, error.run, rows, as_json)
        stop(f"{error}: read the report, then `--run {error.run.id} --apply`", NOT_WELL)


def described(engine: "Engine", found: "Run", rows: int) -> dict[str, Any]:
    """An import for a machine."""
    from terminology.imports.reporting import findings

    return {
        "run": found.id,
        "file": found.file,
        "sha256": found.sha256,
        "format": found.format,
        "state": str(found.state),
        "by": found.actor,
        "at": found.at,
        "counts": dict(found.counts),
        "error": _problem(found),
        "rows": {
            kind: [asdict(each) for each in findings(engine, found.id, kind, limit=rows)] for kind in DETAILED
        },
    }


def _report(engine: "Engine", found: "Run", rows: int, as_json: bool) -> None:
    from terminology.imports.reporting import findings

    if as_json:
        print_json(described(engine, found, rows))
        return
    if (problem := _problem(found)) is not None:
        typer.echo(f"{found.file}: {problem}", err=True)
        return
    typer.echo(f"import {found.id}: {found.file}, {found.state}")
    for name, number in found.counts.items():
        if number:
            typer.echo(f"  {number:>8}  {name.replace('.', ' ')}")
    for kind in DETAILED:
        shown = findings(engine, found.id, kind, limit=rows) if rows else []
        if shown:
            typer.echo(f"{kind}:")
            print_table(
                ("place", "what", "before", "after", "why"),
                [
                    (each.place, each.what, each.before, each.after, _why(each.reason, each.what))
                    for each in shown
                ],
            )


def _why(reason: str | None, what: str) -> str:
    return said(reason, what=what) if reason else ""


def _problem(found: "Run") -> str | None:
    if found.error is None:
        return None
    values = {name: value for name, value in found.error.items() if name not in ("key", "where")}
    where = f"{found.error['where']}: " if found.error.get("where") else ""
    return where + said(str(found.error["key"]), **values)


def _list(found: "list[Run]", as_json: bool) -> None:
    if as_json:
        print_json([_in_short(each) for each in found])
        return
    print_table(
        ("run", "state", "at", "by", "file"),
        [(each.id, each.state, each.at[:19], each.actor, each.file) for each in found],
    )


def _in_short(found: "Run") -> dict[str, Any]:
    return {
        "run": found.id,
        "file": found.file,
        "state": str(found.state),
        "at": found.at,
        "by": found.actor,
        "counts": dict(found.counts),
        "error": _problem(found),
    }


@contextmanager
def _progress(file: Path | None) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal while a large file is read; nothing elsewhere."""
    if file is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    try:
        size = file.stat().st_size
    except OSError:
        size = 0
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(file.name, total=size or None)
        yield lambda done: bar.update(task, completed=done)
