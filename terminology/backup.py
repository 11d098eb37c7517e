"""Backup and restore of the whole terminology database, of either kind, while the service runs.

A backup is one file: gzip of JSON lines. The first line names format and schema, then per table a line with
its name and columns and a line per row; the last line has the number of rows and their SHA-256. It is taken
of one state. It restores into SQLite or PostgreSQL, whichever it was made of.
"""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, select, text, update

from terminology import search
from terminology.imports.runs import STAGED, State
from terminology.store import trail
from terminology.store.bulk import insert_many
from terminology.store.engine import HEAD, snapshot
from terminology.store.schema import active_release, metadata
from terminology.store.staging import import_run

_FORMAT = "ncp terminology 1"
_ROWS = 2000  # per insert
_FROZEN = ("trail", "history", "release", "release_chunk", "activation")


class BackupDamaged(Exception):
    """The file is no complete backup; nothing was restored. The text says what is wrong."""


def backup(engine: Engine, path: Path) -> int:
    """Write the whole store to a new file and return the number of rows. What an import staged is left out.

    Raises: OSError: the file exists or cannot be written; no half a file stays behind.
    """
    rows = 0
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as raw:
        try:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=6) as file:
                rows = _write(engine, file)
        except BaseException:
            path.unlink()
            raise
        raw.flush()
        os.fsync(raw.fileno())
    return rows


def restore(engine: Engine, path: Path, *, now: datetime, by: str = "installation") -> int:
    """Put the content of a backup in place of everything in the store, in one transaction; returns the rows.

    The pointer to the active release moves on, so that running services notice. The trail is that of the
    backup, with a row for the restore.
    Raises: BackupDamaged: cut off, changed, no backup, or of a newer schema. OSError: it cannot be read.
    """
    check(path)
    with engine.begin() as connection:
        counter = connection.execute(select(active_release.c.counter)).scalar_one()
        with _thawed(connection):
            _empty(connection)
            rows = _fill(connection, path)
        _end_imports(connection)
        connection.execute(update(active_release).values(counter=active_release.c.counter + counter + 1))
        search.rebuild(connection)
        trail.append(connection, now, by, "restore", path.name, {"rows": rows})
    return rows


def _end_imports(connection: Connection) -> None:
    """What an import had staged is not part of a backup, so that it is to be read again."""
    waiting = [State.READING.value, State.READY.value, State.APPLYING.value]
    error = json.dumps({"key": "terminology.import.interrupted"})
    connection.execute(
        update(import_run)
        .where(import_run.c.state.in_(waiting))
        .values(state=State.FAILED.value, error=error)
    )


def check(path: Path) -> int:
    """The number of rows of a complete backup. Raises: as `restore`."""
    digest, rows = hashlib.sha256(), 0
    head, last = None, None
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                if last is not None:
                    raise BackupDamaged("there is something after the end")
                if head is None:
                    head = _head(line)
                elif line.startswith(b'{"end"'):
                    last = json.loads(line)["end"]
                    continue
                digest.update(line)
                rows += line.startswith(b"[")
    except (EOFError, gzip.BadGzipFile, ValueError) as error:
        raise BackupDamaged(f"damaged or no backup: {error}") from error
    if last is None:
        raise BackupDamaged("the file stops in the middle")
    if last != [rows, digest.hexdigest()]:
        raise BackupDamaged("the content does not have its checksum")
    return rows


def _tables() -> list[Table]:
    """In the order in which rows may refer to others."""
    return [table for table in metadata.sorted_tables if table not in STAGED]


def _write(engine: Engine, file: gzip.GzipFile) -> int:
    digest, rows = hashlib.sha256(), 0

    def put(value: object) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        digest.update(line)
        file.write(line)

    put({"format": _FORMAT, "schema": HEAD})
    with snapshot(engine).connect() as connection:
        for table in _tables():
            put({"table": table.name, "columns": [column.name for column in table.columns]})
            for row in connection.execute(select(table).order_by(*_order(table))).yield_per(1000):
                put([base64.b64encode(cell).decode() if isinstance(cell, bytes) else cell for cell in row])
                rows += 1
    end = json.dumps({"end": [rows, digest.hexdigest()]}, separators=(",", ":"))
    file.write(end.encode() + b"\n")
    return rows


def _order(table: Table) -> list[Any]:
    return [table.c.id] if "id" in table.c else list(table.columns)[:2]


def _head(line: bytes) -> dict[str, str]:
    head = json.loads(line)
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise BackupDamaged("this is no backup of the terminology store")
    if head["schema"] != HEAD:
        raise BackupDamaged(f"the backup has schema {head['schema']}, this program {HEAD}")
    return head


def _lines(path: Path) -> Iterator[Any]:
    with gzip.open(path, "rb") as file:
        for line in file:
            yield json.loads(line)


def _fill(connection: Connection, path: Path) -> int:
    total = 0
    table: Table | None = None
    columns: list[str] = []
    held: list[tuple[Any, ...]] = []
    binary: set[int] = set()
    for line in _lines(path):
        if isinstance(line, list):
            held.append(
                tuple(base64.b64decode(cell) if place in binary else cell for place, cell in enumerate(line))
            )
            total += 1
        if table is not None and (not isinstance(line, list) or len(held) >= _ROWS):
            insert_many(connection, table, columns, held)
            held = []
        if isinstance(line, dict) and "table" in line:
            table, columns = metadata.tables[line["table"]], line["columns"]
            binary = {
                place for place, name in enumerate(columns) if isinstance(table.c[name].type, LargeBinary)
            }
    if connection.dialect.name == "postgresql":
        _number_on(connection)
    return total


def _empty(connection: Connection) -> None:
    """Throw everything away, by DELETE: whoever reads meanwhile still sees the state before."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


@contextmanager
def _thawed(connection: Connection) -> Iterator[None]:
    """The one deed that append-only tables must allow; their triggers are put back as they were."""
    if connection.dialect.name == "postgresql":
        for table in _FROZEN:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        for table in _FROZEN:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for row in rows:
        connection.execute(text(f"DROP TRIGGER {row.name}"))
    yield
    for row in rows:
        connection.exec_driver_sql(row.sql)


def _number_on(connection: Connection) -> None:
    """Let the counters of ids go on after the highest one."""
    owner = text("SELECT pg_get_serial_sequence(:name, 'id')")
    for table in _tables():
        if "id" not in table.c or not (
            sequence := connection.execute(owner, {"name": f'"{table.name}"'}).scalar()
        ):
            continue
        highest = select(func.coalesce(func.max(table.c.id), 0) + 1)
        given = {"name": sequence, "value": connection.execute(highest).scalar_one()}
        connection.execute(text("SELECT setval(:name, :value, false)"), given)
