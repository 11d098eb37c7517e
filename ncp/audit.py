"""The audit trail: append-only and hash-chained, one row per attempt, written before its result is shown.

Each row's hash covers the row and the hash before it, so a row that is changed, moved or taken out of the
middle breaks the chain. The database refuses UPDATE and DELETE by trigger; `verify` finds who went round it.
Rows cut off at the end break nothing: only a hash that was kept elsewhere tells (`holds`).
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Engine, MetaData, Table, select
from sqlalchemy.exc import SQLAlchemyError

from ncp.audit_event import AuditEvent, AuditFailed, Transaction
from terminology.store.sqlite_file import READ_ONLY

GENESIS = "0" * 64
LONGEST = 20_000  # characters of one text in a row: what somebody sends must not fill the trail
_BEGIN: Final = "BEGIN IMMEDIATE"  # nobody else's row comes between the last one and ours
_LAST: Final = "SELECT id, hash FROM audit_event ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds. `broken` is the first row that does not fit; `head` the last good hash."""

    rows: int
    head: str
    broken: int | None


class AuditStore:
    """The trail in one database. Safe for several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        """Args: engine: of a database that `store.open_store` opened."""
        self._engine = engine
        self._reading = engine.execution_options(**READ_ONLY)
        self._table = Table("audit_event", MetaData(), autoload_with=engine)
        names = [column.name for column in self._table.c]
        places = ", ".join(f":{name}" for name in names)
        self._insert = f"INSERT INTO audit_event ({', '.join(names)}) VALUES ({places})"

    def write(self, event: AuditEvent) -> int:
        """Append one row and return its number.

        The driver is spoken to directly: six rows belong to a job, and SQLAlchemy's way to the same three
        statements costs more than the statements and their place on the disk.

        Raises: AuditFailed: disk full, locked for too long, or gone; or text that no encoding can hold.
        """
        row = _row(event)
        try:
            with closing(self._engine.raw_connection()) as lent:
                database = lent.driver_connection
                assert isinstance(database, sqlite3.Connection)
                try:
                    database.execute(_BEGIN)
                    self._append(database, row)
                    database.commit()
                except BaseException:
                    database.rollback()
                    raise
        except (sqlite3.Error, SQLAlchemyError, UnicodeError) as error:
            raise AuditFailed(f"the audit row could not be written: {type(error).__name__}") from error
        return int(row["id"])

    def _append(self, database: sqlite3.Connection, row: dict[str, Any]) -> None:
        last = database.execute(_LAST).fetchone()
        number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        row |= {"id": number, "previous": previous}
        row["hash"] = _hash(row)
        database.execute(self._insert, row)

    def rows(self, *, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Rows in order, from the one after `after`. `documents` is a list again."""
        columns = self._table.c
        query = select(self._table).where(columns.id > after).order_by(columns.id).limit(limit)
        with self._reading.connect() as connection:
            found = [dict(row) for row in connection.execute(query).mappings()]
        for row in found:
            row["documents"] = json.loads(row["documents"])
        return found

    def newest(self, limit: int, *, user_id: str | None = None) -> list[dict[str, Any]]:
        """The newest rows first; with `user_id` (NameID of the HCP assertion) those of one person."""
        columns = self._table.c
        query = select(self._table).order_by(columns.id.desc()).limit(limit)
        if user_id is not None:
            query = query.where(columns.user_id == user_id)
        with self._reading.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def holds(self, digest: str) -> bool:
        """Whether a row has this hash. One that was there and is not any more was cut off with its row."""
        query = select(self._table.c.id).where(self._table.c.hash == digest).limit(1)
        with self._reading.connect() as connection:
            return digest == GENESIS or connection.execute(query).first() is not None

    def verify(self) -> Verified:
        """Walk the whole chain. Reads in blocks; memory stays flat."""
        count, head = 0, GENESIS
        for row in self._raw():
            expected = _hash({key: value for key, value in row.items() if key != "hash"})
            if row["id"] != count + 1 or row["previous"] != head or row["hash"] != expected:
                return Verified(count, head, row["id"])
            count, head = row["id"], row["hash"]
        return Verified(count, head, None)

    def _raw(self) -> Iterator[dict[str, Any]]:
        with self._reading.connect() as connection:
            result = connection.execution_options(yield_per=500).execute(
                select(self._table).order_by(self._table.c.id)
            )
            for row in result.mappings():
                yield dict(row)


def _row(event: AuditEvent) -> dict[str, Any]:
    """The event as column values; longer texts are cut."""
    row = {field.name: _bounded(getattr(event, field.name)) for field in fields(event)}
    transaction: Transaction = row.pop("transaction")
    attempted: Transaction | None = row.pop("attempted")
    return row | {
        "at": milliseconds(event.at),
        "number": transaction.number,
        "event_type": transaction.event_type,
        "label": transaction.label,
        "action": (attempted or transaction).action,
        "attempted": attempted.number if attempted else None,
        "outcome": int(event.outcome),
        "documents": json.dumps(row["documents"]),
    }


def _bounded(value: Any) -> Any:
    if type(value) is tuple:
        return tuple(map(_bounded, value))
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value


def milliseconds(moment: datetime) -> str:
    """UTC to the millisecond, e.g. `2026-11-22T09:15:02.114Z`; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hash(row: Mapping[str, Any]) -> str:
    plain = {key: value.value if isinstance(value, Enum) else value for key, value in row.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
