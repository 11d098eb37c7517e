"""Who is to look at a row, a concept or a gap."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, delete, select

from terminology.store import moments, trail
from terminology.store.engine import snapshot
from terminology.store.schema import assignment
from terminology.workspace.actor import Actor, NotPossible, Role

KINDS = ("designation", "mapping", "concept", "gap")


def assign(
    engine: Engine, actor: Actor, kind: str, row_ids: Iterable[int], assignee: str | None, *, now: datetime
) -> None:
    """Give rows to a person; None takes them back.

    Raises: NotAllowed: no editor. NotPossible: no such kind.
    """
    actor.must_be(Role.EDITOR)
    if kind not in KINDS:
        raise NotPossible("terminology.refused.no_such_row", kind)
    wanted = sorted(set(row_ids))
    with engine.begin() as connection:
        for start in range(0, len(wanted), 500):
            which = assignment.c.row_id.in_(wanted[start : start + 500])
            connection.execute(delete(assignment).where(assignment.c.kind == kind, which))
        if assignee and wanted:
            given = {"kind": kind, "assignee": assignee, "actor": actor.id, "at": moments.written(now)}
            connection.execute(assignment.insert(), [given | {"row_id": row_id} for row_id in wanted])
        detail = {"assignee": assignee, "rows": len(wanted)}
        trail.append(connection, now, actor.id, "assign", kind, detail)


def assigned(engine: Engine, kind: str, row_ids: Iterable[int]) -> dict[int, str]:
    """Who has which of the rows."""
    found: dict[int, str] = {}
    wanted = sorted(set(row_ids))
    with snapshot(engine).connect() as connection:
        for start in range(0, len(wanted), 500):
            query = select(assignment.c.row_id, assignment.c.assignee).where(
                assignment.c.kind == kind, assignment.c.row_id.in_(wanted[start : start + 500])
            )
            found |= {row.row_id: row.assignee for row in connection.execute(query)}
    return found
