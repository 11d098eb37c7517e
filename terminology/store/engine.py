"""Opening the terminology database: SQLite in WAL mode, or PostgreSQL; brought to the newest schema.

Several processes may open it at once. A writing transaction of SQLite begins IMMEDIATE, so that what it read
is still true when it writes; one of `snapshot(engine)` sees a single state and keeps nobody from writing.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

MIGRATIONS = Path(__file__).parents[1] / "migrations"
VERSION_TABLE = "terminology_schema_version"
HEAD = "0001"  # the newest migration; a test compares
BUSY_SECONDS = 30
_LOCK = 7110  # of the advisory lock: two processes that open an empty database


class StoreDamaged(Exception):
    """The database cannot be opened; the text says why, without a password."""


def store_url(data: Path) -> str:
    """The address of the embedded database in the data folder of an installation."""
    return f"sqlite:///{data / 'no' / 'terminology.sqlite'}"


def open_store(url: str) -> Engine:
    """The engine of the database at `url`, created and migrated as needed.

    Args:   url: SQLAlchemy address, `sqlite:///path` or `postgresql+psycopg://user@host/name`.
    Raises: StoreDamaged: no such server or folder, no database, or a schema newer than this program.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreDamaged("the address of the terminology database is not a database URL") from None
    shown = address.render_as_string(hide_password=True)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _server(address, shown)
    try:
        with engine.begin() as connection:
            _migrate(connection, shown)
    except Exception as error:
        engine.dispose()
        if isinstance(error, StoreDamaged):
            raise
        raise StoreDamaged(f"{shown}: {getattr(error, 'orig', error)}") from error
    return engine


def snapshot(engine: Engine) -> Engine:
    """The same database for reading: a transaction sees one state throughout."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(ncp_read_only=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(address: URL) -> Engine:
    path = Path(address.database or "")
    if not address.database or address.database == ":memory:":
        raise StoreDamaged("the terminology database is a file, not memory")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreDamaged(f"{path}: {error.strerror}") from error
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _server(address: URL, shown: str) -> Engine:
    if address.get_backend_name() != "postgresql":
        raise StoreDamaged(f"{shown}: SQLite and PostgreSQL are supported")
    return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10})


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the begin event says how a transaction begins, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # an activation survives a power cut
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA wal_autocheckpoint=8000")  # pages: an import writes the same ones often
    connection.execute("PRAGMA cache_size=-65536")  # 64 MB: an import's index pages stay in memory


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("ncp_read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _migrate(connection: Connection, shown: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    current = None
    if inspect(connection).has_table(VERSION_TABLE):
        current = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if current == HEAD:
        return
    # Costs a fifth of a second to import, and is needed only after an update.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreDamaged(f"{shown}: schema {current} is newer than this program")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
