"""The SQLite database of a country's dispensations: one file in WAL mode, shared by its processes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import SQLAlchemyError

from mock_member_states.dispensation_kept import StoreDamaged

SCHEMA = 1  # kept in user_version; a file of another one is refused, not guessed at
BUSY_SECONDS = 30
READ_ONLY = {"mock_read_only": True}
metadata = MetaData()

dispensation = Table(
    "dispensation",
    metadata,
    Column("document_id", Text, primary_key=True),  # ClinicalDocument/id
    Column("submission_id", Text, nullable=False, unique=True),
    Column("prescription", Text, nullable=False, index=True),  # its key
    Column("patient", Text, nullable=False),
    Column("received", Text, nullable=False),  # ISO 8601, UTC
    Column("country", Text, nullable=False),  # that dispensed
    Column("organisation", Text, nullable=False),
    Column("professional", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # the document as it was received
    Column("discarded", Text),  # ISO 8601, UTC
    Column("discard_id", Text),
)
dispensed_item = Table(
    "dispensed_item",
    metadata,
    Column("document_id", ForeignKey("dispensation.document_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("item", Text, nullable=False),  # key of the prescription's item
    Column("packages", Integer, nullable=False),
)
cancelled = Table(
    "cancelled",
    metadata,
    Column("prescription", Text, primary_key=True),
    Column("at", Text, nullable=False),
)


def open_database(path: Path) -> Engine:
    """The engine of the database at `path`, created if need be.

    A transaction begins IMMEDIATE: what is read in it is still true when it writes, whoever else is at work.

    Raises: StoreDamaged: no writable folder, no SQLite file, or one of another version of this program.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreDamaged(f"{path}: {error.strerror}") from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            _create(connection, path)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreDamaged(f"{path}: {getattr(error, 'orig', error)}") from error
    except StoreDamaged:
        engine.dispose()
        raise
    return engine


def _create(connection: Connection, path: Path) -> None:
    version = connection.exec_driver_sql("PRAGMA user_version").scalar()
    if version not in (0, SCHEMA):
        raise StoreDamaged(f"{path}: made by another version of this program (schema {version})")
    if version == 0:
        metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the begin event says how a transaction begins, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a dispensation that was acknowledged survives a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    snapshot = connection.get_execution_options().get("mock_read_only", False)
    connection.exec_driver_sql("BEGIN" if snapshot else "BEGIN IMMEDIATE")
