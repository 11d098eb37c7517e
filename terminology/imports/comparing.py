"""What an import would change: found by joining what was staged with the workspace, nothing read into memory.

A text of the file is *unchanged* if its concept has it already. Otherwise it meets a text of the workspace in
the same concept and language that the file lacks: an approved text, or a draft that a person wrote, is
a *conflict* and stays; a draft of an earlier import or of the seed is *changed*. Where there is no such text,
the file's is *new*.
"""

from sqlalchemy import Connection, select, text, update

from terminology.imports.sql import (
    COUNTED,
    COUNTS,
    DOUBLED,
    FINDINGS,
    PAIRS,
    STAGED_TABLES,
    UNKNOWN_CONCEPTS,
    WORKSPACE_TABLES,
)
from terminology.store.schema import code_system, code_system_version
from terminology.store.staging import staged_version


def compare(connection: Connection, run_id: int, *, doubled: bool) -> dict[str, int]:
    """Find and keep what an import would change, in the caller's transaction; returns the counts.

    Args: doubled: whether the file may say something twice.
    """
    given = {"run": run_id}
    _resolve(connection, run_id)
    look_again(connection, *STAGED_TABLES, *WORKSPACE_TABLES)
    for statement in DOUBLED if doubled else ():
        connection.execute(text(statement), given)
    found, dropped = UNKNOWN_CONCEPTS
    if connection.execute(text(found), given).rowcount:
        connection.execute(text(dropped), given)
    pair(connection, run_id)
    connection.execute(
        text("DELETE FROM import_finding WHERE run_id = :run AND kind NOT IN ('rejected', 'noted')"), given
    )
    for statement in FINDINGS:
        connection.execute(text(statement), given)
    counted = {
        name: connection.execute(text(statement), given).rowcount for name, statement in COUNTED.items()
    }
    return count(connection, run_id) | counted


def look_again(connection: Connection, *tables: str) -> None:
    """Tell PostgreSQL how large tables have become in this transaction; else it joins row by row."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(tables)}")


def pair(connection: Connection, run_id: int) -> None:
    """Find again which row of the workspace each row of the file would replace."""
    _resolve(connection, run_id)
    connection.execute(text("DELETE FROM staged_pair WHERE run_id = :run"), {"run": run_id})
    for statement in PAIRS:
        connection.execute(text(statement), {"run": run_id})
    look_again(connection, "staged_version", "staged_pair")


def count(connection: Connection, run_id: int) -> dict[str, int]:
    """How much is new, changed, unchanged, in conflict, rejected and noted; not what is gone."""
    found = {
        name: int(connection.execute(text(statement), {"run": run_id}).scalar_one())
        for name, statement in COUNTS.items()
    }
    for kind in ("designations", "mappings"):
        taken = sum(found[f"{kind}.{verdict}"] for verdict in ("unchanged", "changed", "conflict"))
        found[f"{kind}.new"] = found.pop(f"{kind}.all") - taken
    return found


def _resolve(connection: Connection, run_id: int) -> None:
    """Tie each code-system version of the file to the one of the workspace, where there is one.

    A file that states no version means the current one.
    """
    rows = connection.execute(select(staged_version).where(staged_version.c.run_id == run_id)).all()
    for row in rows:
        held = connection.execute(
            select(code_system_version.c.id, code_system_version.c.version)
            .join(code_system, code_system_version.c.system_id == code_system.c.id)
            .where(code_system.c.key == row.key)
            .order_by(code_system_version.c.ordinal.desc())
        ).all()
        by_version = {each.version: each.id for each in held}
        found = by_version.get(row.version)
        if found is None and row.version == "" and held:
            found = held[0].id
        which = (staged_version.c.run_id == run_id) & (staged_version.c.number == row.number)
        connection.execute(update(staged_version).where(which).values(version_id=found))
