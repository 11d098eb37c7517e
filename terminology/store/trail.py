"""The trail of terminology work: who did what when, append-only and hash-chained.

A row's hash covers the row and the hash before it, so a row that is changed, moved or taken out of the middle
breaks the chain. The database refuses UPDATE and DELETE by trigger; `verify` finds who went round it.
A row is written in the transaction of the deed it records: neither exists without the other.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, select

from terminology.store import moments
from terminology.store.engine import snapshot
from terminology.store.schema import trail

GENESIS = "0" * 64
_LOCK = 7111  # of the advisory lock: one row at a time


@dataclass(frozen=True, slots=True)
class Event:
    """One row. `detail` holds numbers, names and codes, never a document or a patient."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds. `broken` is the first row that does not fit; `head` the last good hash."""

    rows: int
    head: str
    broken: int | None


def append(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append one row in the caller's transaction and return its number."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    last = connection.execute(select(trail.c.id, trail.c.hash).order_by(trail.c.id.desc()).limit(1)).first()
    row = {
        "id": last.id + 1 if last else 1,
        "at": moments.written(at),
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": _json(dict(detail or {})),
        "previous": last.hash if last else GENESIS,
    }
    row["hash"] = _hash(row)
    connection.execute(trail.insert(), row)
    return int(row["id"])


def events(engine: Engine, *, after: int = 0, limit: int = 1000) -> list[Event]:
    """Rows in order, from the one after `after`."""
    query = select(trail).where(trail.c.id > after).order_by(trail.c.id).limit(limit)
    with snapshot(engine).connect() as connection:
        return [_event(row) for row in connection.execute(query).mappings()]


def newest(engine: Engine, limit: int = 50, *, before: int | None = None) -> list[Event]:
    """Rows from the newest backwards; `before` continues a list."""
    query = select(trail).order_by(trail.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(trail.c.id < before)
    with snapshot(engine).connect() as connection:
        return [_event(row) for row in connection.execute(query).mappings()]


def export(engine: Engine) -> Iterator[str]:
    """The whole trail as JSON lines, each with its hash, so that another program can check the chain."""
    with snapshot(engine).connect() as connection:
        for row in _raw(connection):
            yield _json(row) + "\n"


def verify(engine: Engine) -> Verified:
    """Walk the whole chain. Reads in blocks; memory stays flat."""
    count, head = 0, GENESIS
    with snapshot(engine).connect() as connection:
        for row in _raw(connection):
            expected = _hash({key: value for key, value in row.items() if key != "hash"})
            if row["id"] != count + 1 or row["previous"] != head or row["hash"] != expected:
                return Verified(count, head, row["id"])
            count, head = row["id"], row["hash"]
    return Verified(count, head, None)


def _raw(connection: Connection) -> Iterator[dict[str, Any]]:
    last = 0
    while rows := connection.execute(_BLOCK, {"last": last}).mappings().all():
        for row in rows:
            yield dict(row)
        last = rows[-1]["id"]


_BLOCK = select(trail).where(trail.c.id > bindparam("last")).order_by(trail.c.id).limit(500)


def _event(row: Mapping[Any, Any]) -> Event:
    return Event(
        row["id"],
        row["at"],
        row["actor"],
        row["action"],
        row["subject"],
        json.loads(row["detail"]),
        row["previous"],
        row["hash"],
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _hash(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(row).encode()).hexdigest()
