"""An import from the first byte to the last row: the dry run, and taking it over.

Both run where they are called; a page calls them in a thread or a process of its own and shows `runs.get`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from terminology import importers, search
from terminology.importers.formats import ImportOptions
from terminology.importers.items import Item
from terminology.importers.unreadable import Unreadable
from terminology.imports import runs
from terminology.imports.applying import take_over
from terminology.imports.comparing import compare, count, pair
from terminology.imports.known import known_codes, known_systems
from terminology.imports.runs import Run, State, Wishes
from terminology.imports.staging import Cancelled, Staging
from terminology.store import moments, trail
from terminology.workspace.actor import Actor, NotPossible, Role

Clock = Callable[[], datetime]
Started = Callable[[int], None]
_REBUILD = 2000  # texts in an import from which on the search index is made anew


def _unheard(run_id: int) -> None:
    """Nobody waits to hear the number of the import."""


class Changed(Exception):
    """The workspace has changed since the dry run; the report is new and waits to be read again."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"import {run.id} would now do something else than reported")
        self.run = run


def read_file(
    engine: Engine,
    actor: Actor,
    path: Path | None,
    format: str | None,
    options: ImportOptions,
    wishes: Wishes = Wishes(),  # noqa: B008 -- frozen
    *,
    clock: Clock,
    name: str | None = None,
    started: Started = _unheard,
) -> Run:
    """The dry run of a file.

    Args:   path: None for a format that is no file. name: of the file as its owner calls it.
            started: told the number of the import before the file is read.
    Raises: NotAllowed: no editor. Everything that is wrong with the file is in the run,
        which has then failed.
    """
    if options.held is None:
        options = replace(options, held=known_codes(engine))
    if not options.systems:
        options = replace(options, systems=known_systems(engine))
    shown = name or (path.name if path else str(format))
    items = _read(path, format, options)
    return dry_run(
        engine, actor, shown, digest(path), format or "", items, wishes, clock=clock, started=started
    )


def dry_run(
    engine: Engine,
    actor: Actor,
    file: str,
    sha256: str,
    format: str,
    items: Iterable[Item],
    wishes: Wishes = Wishes(),  # noqa: B008 -- frozen
    *,
    clock: Clock,
    started: Started = _unheard,
) -> Run:
    """Stage the items and find what they would change. Nothing but the report is kept of it.

    Raises: NotAllowed: no editor, or no reviewer for a trusted file.
    """
    run_id = runs.start(engine, actor, file, sha256, format, wishes, now=clock())
    started(run_id)
    try:
        staging = Staging(engine, run_id, wishes, clock)
        number = staging.take(items)
        with engine.begin() as connection:
            found = compare(connection, run_id, doubled=staging.doubled)
            _report(connection, run_id, found, number, clock())
    except Cancelled:
        with engine.begin() as connection:
            runs.discard(connection, run_id)
    except Unreadable as error:
        _failed(engine, run_id, {"key": error.reason, "where": error.where, **error.params})
    except Exception:
        _failed(engine, run_id, {"key": "terminology.import.broken"})
        raise
    return runs.get(engine, run_id)


def apply(engine: Engine, actor: Actor, run_id: int, *, clock: Clock) -> Run:
    """Take a finished dry run over into the workspace: one transaction.

    Raises: NotAllowed: no editor. NotFound. NotPossible: it does not wait to be applied.
            Changed: the workspace has changed so that the report is not true any more.
    """
    actor.must_be(Role.EDITOR)
    now = clock()
    with engine.begin() as connection:
        beat = {"beat": moments.written(now), "process": runs.this_process()}
        if not runs.move(connection, run_id, (State.READY,), State.APPLYING, **beat):
            raise NotPossible("terminology.refused.run_state", runs.read(connection, run_id).state)
    try:
        with engine.begin() as connection:
            run = runs.read(connection, run_id)
            pair(connection, run_id)
            found = count(connection, run_id)
            if any(run.counts[name] != number for name, number in found.items()):
                raise _Different
            found = dict(run.counts)
            take_over(connection, run, actor.id, now=now)
            runs.discard(connection, run_id)
            runs.move(connection, run_id, (State.APPLYING,), State.APPLIED)
            trail.append(connection, now, actor.id, "apply import", run.file, {"run": run_id, **found})
    except _Different:
        with engine.begin() as connection:
            again = compare(connection, run_id, doubled=False)
            _report(connection, run_id, again, run.read, now, State.APPLYING)
        raise Changed(runs.get(engine, run_id)) from None
    except BaseException:
        with engine.begin() as connection:
            runs.move(connection, run_id, (State.APPLYING,), State.READY)
        raise
    _index(engine, run_id, found)
    return runs.get(engine, run_id)


class _Different(Exception):
    pass


def digest(path: Path | None) -> str:
    """SHA-256 of a file, "" for none or one that cannot be read; the reader then says why."""
    try:
        with open(path or "", "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _read(path: Path | None, format: str | None, options: ImportOptions) -> Iterable[Item]:
    yield from importers.read(path, format, options)


def _report(
    connection: Connection,
    run_id: int,
    counts: dict[str, int],
    number: int,
    now: datetime,
    before: State = State.READING,
) -> None:
    values = {"report": json.dumps(counts), "read": number, "beat": moments.written(now)}
    runs.move(connection, run_id, (before,), State.READY, **values)


def _failed(engine: Engine, run_id: int, error: dict[str, str]) -> None:
    with engine.begin() as connection:
        runs.fail(connection, run_id, error)


def _index(engine: Engine, run_id: int, found: dict[str, int]) -> None:
    """Follow with the search index, in a transaction of its own: searching may lag, the workspace may not."""
    changed = found["designations.new"] + found["designations.changed"] + found["concepts.new"]
    with engine.begin() as connection:
        if changed + found["designations.conflict"] + found["designations.gone"] >= _REBUILD:
            search.rebuild(connection)
        else:
            search.touch_import(connection, run_id)
