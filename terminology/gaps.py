"""Which codes arrive without a Norwegian text: counted, never with anything of a patient.

A row is a code in a code system version and value set, at one kind of element, from one country.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from terminology.catalogue import Catalogue
from terminology.concept import Concept
from terminology.store import moments
from terminology.store.engine import snapshot
from terminology.store.schema import gap
from terminology.workspace.actor import NotFound

_KEY = ("system", "code", "version", "value_set", "element", "country")


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A coded element that was displayed without a Norwegian text. What a document does not say is ""."""

    code: str
    system: str  # OID
    version: str
    value_set: str  # OID
    element: str  # name of the element and its parent
    country: str  # ISO code


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap as it has been met so far."""

    id: int
    gap: Gap
    number: int  # how often it was displayed
    first_seen: str  # UTC
    last_seen: str
    closed_at: str | None  # None: open
    closed_by: str | None  # name of the release that has the text


def record(engine: Engine, seen: Iterable[Gap], at: datetime) -> None:
    """Count the gaps of one document: each once more, however often the document has it."""
    moment = moments.written(at)
    # Sorted, so that two documents at once lock the rows in the same order.
    rows = [
        {field.name: getattr(each, field.name) for field in fields(Gap)}
        | {"first_seen": moment, "last_seen": moment, "number": 1}
        for each in sorted(set(seen))
    ]
    if not rows:
        return
    insert = postgresql.insert(gap) if engine.dialect.name == "postgresql" else sqlite.insert(gap)
    again = {"number": gap.c.number + 1, "last_seen": moment}
    with engine.begin() as connection:
        connection.execute(insert.on_conflict_do_update(index_elements=_KEY, set_=again), rows)


def listed(
    engine: Engine,
    *,
    closed: bool | None = False,
    country: str | None = None,
    system: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[GapRow]:
    """Gaps by how often they were met, the most frequent first; `closed` None: open and closed ones."""
    query = select(gap).order_by(gap.c.number.desc(), gap.c.system, gap.c.code, gap.c.id)
    if closed is not None:
        query = query.where(gap.c.closed_at.is_not(None) if closed else gap.c.closed_at.is_(None))
    if country is not None:
        query = query.where(gap.c.country == country)
    if system is not None:
        query = query.where(gap.c.system == system)
    with snapshot(engine).connect() as connection:
        return _rows(connection, query.limit(limit).offset(offset))


def get(engine: Engine, gap_id: int) -> GapRow:
    """One gap. Raises NotFound: there is none of this number."""
    with snapshot(engine).connect() as connection:
        found = _rows(connection, select(gap).where(gap.c.id == gap_id))
    if not found:
        raise NotFound("terminology.refused.no_such_row", str(gap_id))
    return found[0]


def follow(engine: Engine, catalogue: Catalogue, *, now: datetime) -> tuple[int, int]:
    """Close the gaps that a release has a text for, and open again those it has none for any more.

    Returns: how many were closed and opened.
    """
    with snapshot(engine).connect() as connection:
        rows = _rows(connection, select(gap))
    translated = {row.id: _translated(catalogue, row.gap) for row in rows}
    closing = [row.id for row in rows if row.closed_at is None and translated[row.id]]
    opening = [row.id for row in rows if row.closed_at is not None and not translated[row.id]]
    name = catalogue.release.name
    with engine.begin() as connection:
        for ids, values in (
            (closing, {"closed_at": moments.written(now), "closed_by": name}),
            (opening, {"closed_at": None, "closed_by": None}),
        ):
            for start in range(0, len(ids), 500):
                which = gap.c.id.in_(ids[start : start + 500])
                connection.execute(update(gap).where(which).values(values))
    return len(closing), len(opening)


def _translated(catalogue: Catalogue, seen: Gap) -> bool:
    answer = catalogue.lookup(Concept(seen.code, seen.system, seen.version or None), "nb-NO")
    return answer.translated and answer.language in ("nb-NO", "nn-NO")


def _rows(connection: Connection, query: Select[Any]) -> list[GapRow]:
    found = []
    for row in connection.execute(query).mappings():
        seen = Gap(**{field.name: row[field.name] for field in fields(Gap)})
        times = (row["first_seen"], row["last_seen"], row["closed_at"], row["closed_by"])
        found.append(GapRow(row["id"], seen, row["number"], *times))
    return found
