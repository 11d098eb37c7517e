"""The SQLite database of a country's dispensations: one file in WAL mode, shared by its processes."""

from __future__ import annotations

from pathlib import Path

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
)
from sqlalchemy.exc import SQLAlchemyError

from mock_member_states.dispensation_kept import StoreDamaged
from terminology.store.sqlite_file import file_engine

SCHEMA = 1  # kept in user_version; a file of another one is refused, not guessed at
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
        engine = file_engine(path)
    except OSError as error:
        raise StoreDamaged(f"{path}: {error.strerror}") from error
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
