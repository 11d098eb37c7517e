"""Opening the terminology database: SQLite in WAL mode, or PostgreSQL; brought to the newest schema.

Several processes may open it at once. A writing transaction of SQLite begins IMMEDIATE, so that what it read
is still true when it writes; one of `snapshot(engine)` sees a single state and keeps nobody from writing.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from terminology.store.schema_version import SchemaTooNew, upgrade
from terminology.store.sqlite_file import READ_ONLY, file_engine

MIGRATIONS = Path(__file__).parents[1] / "migrations"
VERSION_TABLE = "terminology_schema_version"
HEAD = "0001"  # the newest migration; a test compares
# Pages: an import writes the same ones often. 64 MB: its index pages stay in memory.
_IMPORTING = ("wal_autocheckpoint=8000", "cache_size=-65536")
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
            _migrate(connection)
    except SchemaTooNew as newer:
        engine.dispose()
        raise StoreDamaged(f"{shown}: schema {newer} is newer than this program") from newer
    except Exception as error:
        engine.dispose()
        raise StoreDamaged(f"{shown}: {getattr(error, 'orig', error)}") from error
    return engine


def snapshot(engine: Engine) -> Engine:
    """The same database for reading: a transaction sees one state throughout."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**READ_ONLY)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(address: URL) -> Engine:
    path = Path(address.database or "")
    if not address.database or address.database == ":memory:":
        raise StoreDamaged("the terminology database is a file, not memory")
    try:
        return file_engine(path, _IMPORTING)
    except OSError as error:
        raise StoreDamaged(f"{path}: {error.strerror}") from error


def _server(address: URL, shown: str) -> Engine:
    if address.get_backend_name() != "postgresql":
        raise StoreDamaged(f"{shown}: SQLite and PostgreSQL are supported")
    return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10})


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    upgrade(connection, migrations=MIGRATIONS, table=VERSION_TABLE, head=HEAD)
