"""Bringing a database to the newest schema with Alembic, or refusing one that is newer than the program."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text


class SchemaTooNew(Exception):
    """The database was written by a later program; the text is its schema version."""


def upgrade(connection: Connection, *, migrations: Path, table: str, head: str) -> None:
    """Run what is missing of the migrations; nothing where `table` already names `head`.

    Raises: SchemaTooNew.
    """
    current = None
    if inspect(connection).has_table(table):
        current = connection.execute(text(f"SELECT version_num FROM {table}")).scalar()
    if current == head:
        return
    # Costs a fifth of a second to import, and is needed only after an update.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations))
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaTooNew(str(current))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
