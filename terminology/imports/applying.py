"""Taking an import over into the workspace: one transaction, so that it has happened or it has not."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, literal_column, select, text, update

from terminology.designation import Status
from terminology.imports import sql, taking_sql
from terminology.imports.comparing import look_again
from terminology.imports.runs import Run
from terminology.store import moments
from terminology.store.schema import (
    code_system,
    code_system_version,
    concept,
    designation,
    mapping,
    value_set,
)
from terminology.store.staging import staged_member, staged_set, staged_version
from terminology.workspace.changes import DESIGNATION, MAPPING, Deed, supersede

_DIGITS = re.compile(r"(\d+)")


def take_over(connection: Connection, run: Run, actor: str, *, now: datetime) -> None:
    """Change the workspace as the report of the run says, in the caller's transaction."""
    deed = Deed("import", actor, now, f"import {run.id}")
    given = {
        "run": run.id, "file": run.file, "format": run.format, "author": actor, "at": moments.written(now)
    }  # fmt: skip
    if run.wishes.retire_gone:  # before anything is added, which would change what is missing
        _retire(connection, run.id, deed)
    _systems(connection, run.id)
    _value_sets(connection, run.id)
    _execute(connection, taking_sql.NEW_CONCEPTS, given)
    look_again(connection, *sql.WORKSPACE_TABLES)
    _changed_concepts(connection, run.id)
    _execute(connection, taking_sql.ADD_MEMBERS, given)
    _changed_rows(connection, run, actor, deed)
    _execute(connection, taking_sql.NEW_TEXTS, given)
    _execute(connection, taking_sql.NEW_MAPPINGS, given)


def _execute(connection: Connection, statement: str, given: dict[str, Any]) -> None:
    query = text(statement)
    connection.execute(query, {name: given[name] for name in query.compile().params})


def _systems(connection: Connection, run_id: int) -> None:
    """Make the code systems and versions that are missing, and tie the staged versions to them."""
    missing = (staged_version.c.run_id == run_id) & staged_version.c.version_id.is_(None)
    for row in connection.execute(
        select(staged_version).where(missing).order_by(staged_version.c.number)
    ).all():
        system_id = connection.execute(select(code_system.c.id).where(code_system.c.key == row.key)).scalar()
        if system_id is None:
            values = {
                "key": row.key,
                "oid": row.oid or (row.key if _is_oid(row.key) else None),
                "uri": row.uri,
            }
            values |= {"name": row.name or row.key, "other_names": "", "other_oids": ""}
            system_id = _inserted(connection, code_system, values)
        version_id = _version(connection, system_id, row.version)
        this = (staged_version.c.run_id == run_id) & (staged_version.c.number == row.number)
        connection.execute(update(staged_version).where(this).values(version_id=version_id))


def _version(connection: Connection, system_id: int, version: str) -> int:
    """The id of a version, made if need be; all versions of the system stay in their natural order."""
    c = code_system_version.c
    held: dict[str, int] = {
        row.version: row.id
        for row in connection.execute(select(code_system_version).where(c.system_id == system_id))
    }
    if version not in held:
        values = {"system_id": system_id, "version": version, "ordinal": len(held)}
        held[version] = _inserted(connection, code_system_version, values)
        for ordinal, name in enumerate(sorted(held, key=in_order)):
            connection.execute(update(code_system_version).where(c.id == held[name]).values(ordinal=ordinal))
    return held[version]


def in_order(version: str) -> tuple[tuple[int, int | str], ...]:
    """The sort key of versions: numbers as numbers, so that 2.59 follows 2.8 and dates stay in order."""
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in _DIGITS.split(version) if part)


def _value_sets(connection: Connection, run_id: int) -> None:
    """Make or describe anew the value sets of the file."""
    described = {
        row.oid: {"name": row.name, "version": row.version, "complete": row.complete}
        for row in connection.execute(select(staged_set).where(staged_set.c.run_id == run_id))
    }
    used = select(staged_member.c.oid).where(staged_member.c.run_id == run_id).distinct()
    held = set(connection.execute(select(value_set.c.oid)).scalars())
    for oid in {*described, *connection.execute(used).scalars()}:
        values = described.get(oid)
        if oid not in held:
            missing = {"name": oid, "version": "", "complete": False}
            connection.execute(value_set.insert(), {"oid": oid, **(values or missing)})
        elif values is not None:
            connection.execute(update(value_set).where(value_set.c.oid == oid).values(**values))


def _changed_concepts(connection: Connection, run_id: int) -> None:
    rows = connection.execute(text(sql.CHANGED_CONCEPTS), {"run": run_id}).all()
    for row in rows:
        values: dict[str, Any] = {"current": bool(row.is_current)}
        if row.new_parent is not None:
            values["parent"] = row.new_parent
        connection.execute(update(concept).where(concept.c.id == row.id).values(**values))


def _changed_rows(connection: Connection, run: Run, actor: str, deed: Deed) -> None:
    """Replace the drafts of earlier imports; what they said is in their history."""
    for kind, table, columns in (
        (DESIGNATION, designation, ("text", "preferred", "status", "basis")),
        (MAPPING, mapping, ("relationship", "preferred", "status")),
    ):
        which = table.c.id.in_(text(taking_sql.CHANGED_ROWS.format(run=run.id, kind=kind)))
        values: dict[str, Any] = {
            column: literal_column(taking_sql.STAGED_VALUE.format(column=column, kind=kind, run=run.id))
            for column in columns
        }
        values |= {"origin": run.file, "author": actor, "run_id": run.id, "reviewer": None, "reason": None}
        supersede(connection, kind, which, deed, values)


def _retire(connection: Connection, run_id: int, deed: Deed) -> None:
    """Retire what the file lacks."""
    ids = connection.execute(text(sql.GONE_TEXTS), {"run": run_id}).scalars().all()
    for start in range(0, len(ids), 500):
        which = designation.c.id.in_(ids[start : start + 500])
        supersede(connection, DESIGNATION, which, deed, {"status": Status.RETIRED.value})
    connection.execute(text(taking_sql.DROP_MEMBERS), {"run": run_id})
    connection.execute(text(taking_sql.END_CONCEPTS), {"run": run_id})


def _inserted(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    made = connection.execute(table.insert(), values)
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def _is_oid(key: str) -> bool:
    return re.fullmatch(r"[0-2](\.(0|[1-9][0-9]*))+", key) is not None
