"""A SQLite database in one file, shared by several processes: how every store of the project opens one.

A writing transaction begins IMMEDIATE, so that what it read is still true when it writes; one with the option
READ_ONLY sees a single state and keeps nobody from writing.
"""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_SECONDS = 30
READ_ONLY = {"ncp_read_only": True}


def file_engine(path: Path, pragmas: Sequence[str] = ()) -> Engine:
    """The engine of the database at `path`, a file for nobody but its owner; `pragmas` come on top.

    WAL, with a full synchronisation at every commit: what was acknowledged survives a power cut.

    Raises: OSError: the folder or the file cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the begin event says how a transaction begins, not the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("ncp_read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
