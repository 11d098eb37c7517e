"""Our SQLite database: one file in WAL mode, brought to the newest schema when it is opened.

Several processes may open it at once. A transaction begins IMMEDIATE, so what is read in it is still true
when it writes; one with the option `READ_ONLY` sees a snapshot and keeps nobody from writing.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "ncp_schema_version"
HEAD = "0001"  # the newest migration; a test compares
BUSY_SECONDS = 30
READ_ONLY = {"ncp_read_only": True}


class StoreDamaged(Exception):
    """The database cannot be opened; the text says why."""


def open_store(path: Path) -> Engine:
    """The engine of the database at `path`, created and migrated as needed.

    Raises: StoreDamaged: no writable folder, no SQLite file, or a schema newer than this program.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # patient data: nobody else's to read
    except OSError as error:
        raise StoreDamaged(f"{path}: {error.strerror}") from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            _migrate(connection, path)
    except Exception as error:
        engine.dispose()
        if isinstance(error, StoreDamaged):
            raise
        raise StoreDamaged(f"{path}: {getattr(error, 'orig', error)}") from error
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the begin event says how a transaction begins, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # an audit row survives a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    snapshot = connection.get_execution_options().get("ncp_read_only", False)
    connection.exec_driver_sql("BEGIN" if snapshot else "BEGIN IMMEDIATE")


def _migrate(connection: Connection, path: Path) -> None:
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
        raise StoreDamaged(f"{path}: schema {current} is newer than this program")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
