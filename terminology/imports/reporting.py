"""The report of an import, row by row and a page at a time."""

from dataclasses import dataclass

from sqlalchemy import Engine, select, text

from terminology.imports.runs import State, get
from terminology.imports.sql import SAME_TEXT
from terminology.store.engine import snapshot
from terminology.store.staging import finding

KINDS = ("new", "changed", "gone", "conflict", "rejected", "noted")


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the report. `reason` is a sentence of the message catalogue about `what`."""

    kind: str
    place: str  # in the file
    what: str  # code, or the value that was rejected
    before: str | None  # text of the workspace
    after: str | None  # text of the file
    reason: str | None


_STAGED_NEW = f"""
    SELECT s.place, s.code, s.text FROM staged_designation s
    JOIN staged_version v ON v.run_id = s.run_id AND v.number = s.number
    LEFT JOIN concept c ON c.version_id = v.version_id AND c.code = s.code
    LEFT JOIN staged_pair p ON p.run_id = s.run_id AND p.kind = 'designation' AND p.seq = s.seq
    WHERE s.run_id = :run AND p.seq IS NULL AND NOT EXISTS ({SAME_TEXT})
    ORDER BY s.seq LIMIT :limit OFFSET :offset
"""
_APPLIED_NEW = """
    SELECT '', c.code, d.text FROM designation d JOIN concept c ON c.id = d.concept_id
    WHERE d.run_id = :run AND d.row_version = 1 ORDER BY d.id LIMIT :limit OFFSET :offset
"""


def findings(engine: Engine, run_id: int, kind: str, *, limit: int = 100, offset: int = 0) -> list[Finding]:
    """Rows of one kind. "new" are texts; after the import they are those that came with it.

    Raises: NotFound: no such import.
    """
    run = get(engine, run_id)
    with snapshot(engine).connect() as connection:
        if kind == "new":
            statement = _APPLIED_NEW if run.state is State.APPLIED else _STAGED_NEW
            given = {"run": run_id, "limit": limit, "offset": offset}
            rows = connection.execute(text(statement), given)
            return [Finding(kind, row[0], row[1], None, row[2], None) for row in rows]
        c = finding.c
        query = (
            select(c.kind, c.place, c.what, c.before, c.after, c.reason)
            .where(c.run_id == run_id, c.kind == kind)
            .order_by(c.place, c.what, c.after)
            .limit(limit)
            .offset(offset)
        )
        return [Finding(*row) for row in connection.execute(query)]
