"""How a row under review changes: the state that is replaced is kept, and a stale change is refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, literal, select, update
from sqlalchemy.engine import CursorResult

from terminology.store import moments
from terminology.store.engine import snapshot
from terminology.store.schema import designation, history, mapping
from terminology.workspace.actor import NotFound
from terminology.workspace.rows import DesignationRow, MappingRow, get_designation, get_mapping

DESIGNATION, MAPPING = "designation", "mapping"
TABLES: dict[str, Table] = {DESIGNATION: designation, MAPPING: mapping}
_KEPT = ("row_version", "status", "preferred", "author", "reviewer", "at", "reason")


class Conflict(Exception):
    """Somebody else changed the row first. Nothing was written; both texts are here."""

    def __init__(self, current: DesignationRow | MappingRow, yours: str) -> None:
        super().__init__(f"row {current.id} was changed by {current.review.author}")
        self.current, self.yours = current, yours


@dataclass(frozen=True, slots=True)
class Deed:
    """A change as the history tells it."""

    action: str  # change, submit, approve, reject, clear, retire, import
    actor: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A state that a row had, and what ended it."""

    row_version: int
    text: str  # of a mapping: relationship, target code, target system
    status: str
    preferred: bool
    author: str
    reviewer: str | None
    at: str
    reason: str | None
    action: str
    changed_by: str
    changed_at: str
    change_reason: str | None


def supersede(
    connection: Connection, kind: str, which: ColumnElement[bool], deed: Deed, values: dict[str, Any]
) -> int:
    """Keep the present state of every row that `which` selects, then change them; returns how many."""
    table = TABLES[kind]
    at = moments.written(deed.at)
    columns = [
        literal(kind),
        table.c.id,
        *(table.c[name] for name in _KEPT),
        _words(table),
        *(literal(value) for value in (deed.action, deed.actor, at)),
        # A bare literal of None has no type, and PostgreSQL wants one.
        literal(deed.reason, history.c.change_reason.type),
    ]
    names = ["kind", "row_id", *_KEPT, "text", "action", "changed_by", "changed_at", "change_reason"]
    connection.execute(history.insert().from_select(names, select(*columns).where(which)))
    changed: CursorResult[Any] = connection.execute(
        update(table).where(which).values(at=at, row_version=table.c.row_version + 1, **values)
    )
    return changed.rowcount


def change_row(
    connection: Connection,
    kind: str,
    row_id: int,
    row_version: int,
    deed: Deed,
    values: dict[str, Any],
    yours: str = "",
) -> DesignationRow | MappingRow:
    """Change one row if it is still as its reader saw it.

    Raises: Conflict: it is not. NotFound: there is no such row.
    """
    table = TABLES[kind]
    which = and_(table.c.id == row_id, table.c.row_version == row_version)
    if supersede(connection, kind, which, deed, values) != 1:
        raise Conflict(get_row(connection, kind, row_id), yours)
    return get_row(connection, kind, row_id)


def get_row(connection: Connection, kind: str, row_id: int) -> DesignationRow | MappingRow:
    """Raises NotFound: no such row, or no such kind of row."""
    if kind == DESIGNATION:
        return get_designation(connection, row_id)
    if kind == MAPPING:
        return get_mapping(connection, row_id)
    raise NotFound("terminology.refused.no_such_row", kind)


def past(engine: Engine, kind: str, row_id: int) -> list[Past]:
    """Every earlier state of a row, oldest first."""
    names = ("row_version", "text", *_KEPT[1:], "action", "changed_by", "changed_at", "change_reason")
    query = (
        select(*(history.c[name] for name in names))
        .where(history.c.kind == kind, history.c.row_id == row_id)
        .order_by(history.c.row_version)
    )
    with snapshot(engine).connect() as connection:
        return [Past(**row) for row in connection.execute(query).mappings()]


def _words(table: Table) -> ColumnElement[Any]:
    if table is designation:
        return designation.c.text
    c = mapping.c
    return c.relationship + " " + c.target_code + " " + c.target_system + " " + c.target_version
