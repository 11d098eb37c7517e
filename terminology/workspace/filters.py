"""Which rows: for lists, and for a deed on all of them and not only on those of a page."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, or_, select, true

from terminology.designation import Status
from terminology.store.engine import snapshot
from terminology.store.schema import (
    assignment,
    code_system,
    code_system_version,
    concept,
    designation,
    mapping,
    membership,
    value_set,
)
from terminology.workspace.changes import DESIGNATION, TABLES
from terminology.workspace.rows import (
    DESIGNATIONS,
    DesignationRow,
    MappingRow,
    designation_row,
    mapping_row,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Every condition that is not None must hold. Value set and language concern texts only."""

    kind: str = DESIGNATION  # or mapping
    status: Status | None = None
    language: str | None = None  # as stored
    system: str | None = None  # OID or name; of a mapping: source or target
    value_set: str | None = None  # OID
    basis: str | None = None
    author: str | None = None
    assignee: str | None = None
    run_id: int | None = None
    code: str | None = None
    contains: str | None = None  # part of the text, letter case aside

    def said(self) -> dict[str, Any]:
        """The conditions that were set, for the trail."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}


def rows(
    engine: Engine, wanted: Filter, *, limit: int = 50, offset: int = 0
) -> list[DesignationRow] | list[MappingRow]:
    """A page of the rows, by code system, code and language; mappings by source."""
    with snapshot(engine).connect() as connection:
        if wanted.kind == DESIGNATION:
            order = (code_system.c.key, concept.c.code, designation.c.language, designation.c.id)
            query = DESIGNATIONS.where(condition(wanted)).order_by(*order)
            found = connection.execute(query.limit(limit).offset(offset)).mappings()
            return [designation_row(row) for row in found]
        columns = (mapping.c.source_system, mapping.c.source_code, mapping.c.id)
        listed = select(mapping).where(condition(wanted)).order_by(*columns)
        return [mapping_row(row) for row in connection.execute(listed.limit(limit).offset(offset)).mappings()]


def number(engine: Engine, wanted: Filter) -> int:
    """How many rows there are."""
    with snapshot(engine).connect() as connection:
        return int(connection.execute(select(func.count()).select_from(ids(wanted).subquery())).scalar_one())


def by_status(engine: Engine, wanted: Filter) -> dict[Status, int]:
    """How many rows there are of each status; the status of the filter does not count."""
    table = TABLES[wanted.kind]
    query = (
        select(table.c.status, func.count())
        .where(condition(replace(wanted, status=None)))
        .group_by(table.c.status)
    )
    with snapshot(engine).connect() as connection:
        found = {Status(row[0]): int(row[1]) for row in connection.execute(query)}
    return {status: found.get(status, 0) for status in Status}


def ids(wanted: Filter) -> Select[int]:
    """The ids of the rows."""
    table = TABLES[wanted.kind]
    return select(table.c.id).where(condition(wanted))


def condition(wanted: Filter) -> ColumnElement[bool]:
    """The filter as a condition on the rows of its table."""
    table = TABLES[wanted.kind]
    plain = {
        "status": wanted.status.value if wanted.status else None,
        "basis": wanted.basis,
        "author": wanted.author,
        "run_id": wanted.run_id,
    }
    found = [table.c[name] == value for name, value in plain.items() if value is not None]
    if wanted.assignee is not None:
        given = and_(assignment.c.kind == wanted.kind, assignment.c.row_id == table.c.id)
        found.append(exists().where(given, assignment.c.assignee == wanted.assignee))
    found += _of_texts(wanted) if wanted.kind == DESIGNATION else _of_mappings(wanted)
    return and_(true(), *found)


def _of_texts(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.language is not None:
        found.append(designation.c.language == wanted.language)
    if wanted.contains:
        found.append(designation.c.text.icontains(wanted.contains, autoescape=True))
    if wanted.system is not None or wanted.code is not None:
        of = (
            select(concept.c.id)
            .join(code_system_version, concept.c.version_id == code_system_version.c.id)
            .join(code_system, code_system_version.c.system_id == code_system.c.id)
        )
        if wanted.system is not None:
            of = of.where(code_system.c.key == wanted.system)
        if wanted.code is not None:
            of = of.where(concept.c.code == wanted.code)
        found.append(designation.c.concept_id.in_(of))
    if wanted.value_set is not None:
        members = select(membership.c.concept_id).join(value_set, membership.c.value_set_id == value_set.c.id)
        found.append(designation.c.concept_id.in_(members.where(value_set.c.oid == wanted.value_set)))
    return found


def _of_mappings(wanted: Filter) -> list[ColumnElement[bool]]:
    c = mapping.c
    found: list[ColumnElement[bool]] = []
    if wanted.system is not None:
        found.append(or_(c.source_system == wanted.system, c.target_system == wanted.system))
    if wanted.code is not None:
        found.append(or_(c.source_code == wanted.code, c.target_code == wanted.code))
    return found
