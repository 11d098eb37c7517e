"""Our SQLite database: one file in WAL mode, brought to the newest schema when it is opened.

Several processes may open it at once. A transaction begins IMMEDIATE, so what is read in it is still true
when it writes; one with the option READ_ONLY of `sqlite_file` sees a snapshot and keeps nobody from writing.
"""

from pathlib import Path

from sqlalchemy import Engine

from terminology.store.schema_version import SchemaTooNew, upgrade
from terminology.store.sqlite_file import file_engine

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "ncp_schema_version"
HEAD = "0001"  # the newest migration; a test compares


class StoreDamaged(Exception):
    """The database cannot be opened; the text says why."""


def open_store(path: Path) -> Engine:
    """The engine of the database at `path`, created and migrated as needed.

    Raises: StoreDamaged: no writable folder, no SQLite file, or a schema newer than this program.
    """
    try:
        engine = file_engine(path)
    except OSError as error:
        raise StoreDamaged(f"{path}: {error.strerror}") from error
    try:
        with engine.begin() as connection:
            upgrade(connection, migrations=MIGRATIONS, table=VERSION_TABLE, head=HEAD)
    except SchemaTooNew as newer:
        engine.dispose()
        raise StoreDamaged(f"{path}: schema {newer} is newer than this program") from newer
    except Exception as error:
        engine.dispose()
        raise StoreDamaged(f"{path}: {getattr(error, 'orig', error)}") from error
    return engine
