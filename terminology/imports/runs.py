"""Import runs: what state each is in, how far it is, and which of them a crash has left behind.

reading -> ready -> applying -> applied        ready and reading may be cancelled, reading may fail
"""

import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select, update

from terminology.designation import Status
from terminology.store import moments, trail
from terminology.store.engine import snapshot
from terminology.store.staging import (
    finding,
    import_run,
    staged_concept,
    staged_designation,
    staged_mapping,
    staged_member,
    staged_pair,
    staged_set,
    staged_version,
)
from terminology.workspace.actor import Actor, NotFound, NotPossible, Role

STAGED = (
    staged_pair, staged_mapping, staged_designation, staged_member, staged_concept, staged_set, staged_version
)  # fmt: skip
_SILENT = timedelta(seconds=120)  # without a sign of life from another machine


class State(StrEnum):
    """Where an import stands."""

    READING = "reading"
    READY = "ready"  # dry run done; the report waits for somebody
    APPLYING = "applying"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the rows of a file are to be taken over.

    Rows without a status of their own get `status`. Approved status counts only for English pivot texts and
    for files that a reviewer calls `trusted`; it is cut to "in review" for all others. What the workspace has
    and the file lacks is retired only with `retire_gone`.
    """

    status: Status = Status.DRAFT
    trusted: bool = False
    retire_gone: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One import."""

    id: int
    file: str
    sha256: str
    format: str
    state: State
    actor: str
    at: str
    read: int  # items read so far
    wishes: Wishes
    counts: Mapping[str, int] = field(
        default_factory=dict
    )  # "designations.new" and so on; empty while reading
    error: Mapping[str, Any] | None = None  # key of the message catalogue, and what to put into it


def start(
    engine: Engine, actor: Actor, file: str, sha256: str, format: str, wishes: Wishes, *, now: datetime
) -> int:
    """Begin an import and return its number.

    Raises: NotAllowed: no editor; or a file called trusted by somebody who is no reviewer.
    """
    actor.must_be(Role.EDITOR)
    if wishes.trusted:
        actor.must_be(Role.REVIEWER)
    at = moments.written(now)
    with engine.begin() as connection:
        made = connection.execute(
            import_run.insert(),
            {
                "file": file[-200:], "sha256": sha256, "format": format, "state": State.READING.value,
                "actor": actor.id, "at": at, "beat": at, "process": this_process(), "read": 0,
                "options": json.dumps(asdict(wishes)), "report": "", "error": None,
            },
        )  # fmt: skip
        assert made.inserted_primary_key is not None
        number = int(made.inserted_primary_key[0])
        detail = {"run": number, "sha256": sha256, "format": format, **asdict(wishes)}
        trail.append(connection, now, actor.id, "import", file[-200:], detail)
    return number


def get(engine: Engine, run_id: int) -> Run:
    """Raises NotFound: no such import."""
    with snapshot(engine).connect() as connection:
        return read(connection, run_id)


def read(connection: Connection, run_id: int) -> Run:
    """Raises NotFound: no such import."""
    row = connection.execute(select(import_run).where(import_run.c.id == run_id)).first()
    if row is None:
        raise NotFound("terminology.refused.no_such_run", str(run_id))
    return _run(row)


def listed(engine: Engine, limit: int = 50) -> list[Run]:
    """Imports, newest first."""
    query = select(import_run).order_by(import_run.c.id.desc()).limit(limit)
    with snapshot(engine).connect() as connection:
        return [_run(row) for row in connection.execute(query)]


def cancel(engine: Engine, actor: Actor, run_id: int, *, now: datetime) -> None:
    """Stop an import that reads or waits; what it read is thrown away.

    Raises: NotAllowed: no editor. NotFound. NotPossible: it has been applied, or is over.
    """
    actor.must_be(Role.EDITOR)
    with engine.begin() as connection:
        if not move(connection, run_id, (State.READING, State.READY), State.CANCELLED):
            raise NotPossible("terminology.refused.run_state", read(connection, run_id).state)
        discard(connection, run_id)
        trail.append(connection, now, actor.id, "cancel import", str(run_id))


def move(connection: Connection, run_id: int, before: tuple[State, ...], after: State, **values: Any) -> bool:
    """Change the state if it is one of `before`; whether it was."""
    which = (import_run.c.id == run_id) & import_run.c.state.in_([each.value for each in before])
    return (
        connection.execute(update(import_run).where(which).values(state=after.value, **values)).rowcount == 1
    )


def beat(connection: Connection, run_id: int, count: int, now: datetime) -> bool:
    """Say that the import lives and how far it is; False: it has been cancelled."""
    return move(connection, run_id, (State.READING,), State.READING, read=count, beat=moments.written(now))


def discard(connection: Connection, run_id: int) -> None:
    """Throw away what was staged."""
    for table in STAGED:
        connection.execute(delete(table).where(table.c.run_id == run_id))


def recover(engine: Engine, *, now: datetime, alive: Callable[[str], bool | None] | None = None) -> list[int]:
    """Put in order what a crash left behind; call it at start. Returns the imports concerned.

    One that was reading has failed and is read anew by whoever wants it. One that was being applied has
    changed nothing, since applying is one transaction: it waits to be applied again.
    """
    is_alive = alive or _alive
    found = []
    with engine.begin() as connection:
        busy = import_run.c.state.in_([State.READING.value, State.APPLYING.value])
        for row in connection.execute(select(import_run).where(busy)).all():
            lives = is_alive(row.process)
            if lives or (lives is None and now - moments.read(row.beat) < _SILENT):
                continue
            found.append(row.id)
            if row.state == State.APPLYING:
                move(connection, row.id, (State.APPLYING,), State.READY)
            else:
                fail(connection, row.id, {"key": "terminology.import.interrupted"})
            trail.append(connection, now, "installation", "recover import", str(row.id), {"state": row.state})
    return found


def fail(connection: Connection, run_id: int, error: Mapping[str, Any]) -> None:
    """End an import that cannot go on, in the caller's transaction."""
    move(connection, run_id, (State.READING,), State.FAILED, error=json.dumps(error))
    discard(connection, run_id)


def note(connection: Connection, run_id: int, kind: str, place: str, what: str, reason: str | None) -> None:
    """Add one finding to the report."""
    values = {"run_id": run_id, "kind": kind, "place": place, "what": what[:200], "reason": reason}
    connection.execute(finding.insert(), values | {"before": None, "after": None})


def this_process() -> str:
    """Machine and number of this process."""
    return f"{socket.gethostname()} {os.getpid()}"


def _alive(process: str) -> bool | None:
    """Whether the process is there; None: it is on another machine."""
    host, _, number = process.rpartition(" ")
    if host != socket.gethostname():
        return None
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run(row: Row[*tuple[Any, ...]]) -> Run:
    options = json.loads(row.options)
    wishes = Wishes(Status(options["status"]), options["trusted"], options["retire_gone"])
    counts = json.loads(row.report) if row.report else {}
    error = json.loads(row.error) if row.error else None
    return Run(
        row.id, row.file, row.sha256, row.format, State(row.state), row.actor, row.at, row.read, wishes,
            counts, error
    )  # fmt: skip
