"""The rows of the workspace as values, and how to read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, String, and_, column, select, values

from terminology.concept import Concept
from terminology.designation import Status
from terminology.store.engine import snapshot
from terminology.store.schema import (
    code_system,
    code_system_version,
    concept,
    designation,
    mapping,
    membership,
    value_set,
)
from terminology.workspace.actor import NotFound


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept of the workspace."""

    id: int
    system: str  # OID; the name of a system without one
    system_name: str
    version: str
    code: str
    current: bool
    parent: str | None
    value_sets: tuple[str, ...] = ()  # OIDs


@dataclass(frozen=True, slots=True)
class Review:
    """What every row under review carries."""

    status: Status
    preferred: bool
    basis: str
    origin: str
    author: str
    reviewer: str | None
    at: str  # of the last change, UTC
    reason: str | None
    run_id: int | None  # import that made it
    replaces: int | None  # row that approval of this one retires
    row_version: int  # must be given back with a change


@dataclass(frozen=True, slots=True)
class DesignationRow:
    """A text of a concept in a language."""

    id: int
    concept_id: int
    system: str
    version: str
    code: str
    language: str
    text: str
    review: Review


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A link from a concept to another."""

    id: int
    source: Concept
    target: Concept
    relationship: str
    review: Review


CONCEPTS = (
    select(
        concept.c.id,
        code_system.c.key.label("system"),
        code_system.c.name.label("system_name"),
        code_system_version.c.version,
        concept.c.code,
        concept.c.current,
        concept.c.parent,
    )
    .join_from(concept, code_system_version, concept.c.version_id == code_system_version.c.id)
    .join(code_system, code_system_version.c.system_id == code_system.c.id)
)
DESIGNATIONS = (
    select(
        designation,
        code_system.c.key.label("system"),
        code_system_version.c.version,
        concept.c.code,
    )
    .join_from(designation, concept, designation.c.concept_id == concept.c.id)
    .join(code_system_version, concept.c.version_id == code_system_version.c.id)
    .join(code_system, code_system_version.c.system_id == code_system.c.id)
)


def find_concept(engine: Engine, system: str, code: str, version: str | None = None) -> ConceptRow | None:
    """The concept in the version stated, else in the newest that has it.

    Args: system: OID, or the name of a system without one.
    """
    query = (
        CONCEPTS.where(code_system.c.key == system, concept.c.code == code)
        .order_by(code_system_version.c.ordinal.desc())
        .limit(1)
    )
    if version is not None:
        query = query.where(code_system_version.c.version == version)
    with snapshot(engine).connect() as connection:
        row = connection.execute(query).mappings().first()
        return concept_row(connection, row) if row else None


def get_concept(engine: Engine, concept_id: int) -> ConceptRow:
    """Raises NotFound: no such concept."""
    with snapshot(engine).connect() as connection:
        row = connection.execute(CONCEPTS.where(concept.c.id == concept_id)).mappings().first()
        if row is None:
            raise NotFound("terminology.refused.no_such_row", str(concept_id))
        return concept_row(connection, row)


def concept_row(connection: Connection, row: Mapping[Any, Any]) -> ConceptRow:
    """A row of `CONCEPTS` with its value sets."""
    sets = connection.execute(
        select(value_set.c.oid)
        .join(membership, membership.c.value_set_id == value_set.c.id)
        .where(membership.c.concept_id == row["id"])
        .order_by(value_set.c.oid)
    ).scalars()
    return ConceptRow(**row, value_sets=tuple(sets))


def find_concepts(engine: Engine, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(system, code) -> id of the concept in the newest version, for those that exist.

    A join with the pairs as a table: comparing pairs (`tuple_().in_()`) reads the whole table on SQLite.
    """
    pairs = sorted(set(wanted))
    found: dict[tuple[str, str], int] = {}
    with snapshot(engine).connect() as connection:
        for start in range(0, len(pairs), 200):
            for row in connection.execute(pairs_query(pairs[start : start + 200])):
                found[row.system, row.code] = row.id  # the newest version comes last
    return found


def pairs_query(pairs: list[tuple[str, str]]) -> Select[Any]:
    """The concepts of (system, code) pairs, in every version, oldest first."""
    given = values(column("system", String), column("code", String), name="given").data(pairs).cte("wanted")
    return (
        select(concept.c.id, code_system.c.key.label("system"), concept.c.code)
        .join_from(given, code_system, code_system.c.key == given.c.system)
        .join(code_system_version, code_system_version.c.system_id == code_system.c.id)
        .join(concept, and_(concept.c.version_id == code_system_version.c.id, concept.c.code == given.c.code))
        .order_by(code_system_version.c.ordinal)
    )


def get_designation(connection: Connection, row_id: int) -> DesignationRow:
    """Raises NotFound: no such row."""
    row = connection.execute(DESIGNATIONS.where(designation.c.id == row_id)).mappings().first()
    if row is None:
        raise NotFound("terminology.refused.no_such_row", str(row_id))
    return designation_row(row)


def designations_of(engine: Engine, concept_id: int) -> list[DesignationRow]:
    """All texts of a concept, whatever their status; by language, active first."""
    query = DESIGNATIONS.where(designation.c.concept_id == concept_id).order_by(
        designation.c.language, designation.c.status, designation.c.id
    )
    with snapshot(engine).connect() as connection:
        return [designation_row(row) for row in connection.execute(query).mappings()]


def get_mapping(connection: Connection, row_id: int) -> MappingRow:
    """Raises NotFound: no such row."""
    row = connection.execute(select(mapping).where(mapping.c.id == row_id)).mappings().first()
    if row is None:
        raise NotFound("terminology.refused.no_such_row", str(row_id))
    return mapping_row(row)


def mappings_of(engine: Engine, system: str, code: str) -> list[MappingRow]:
    """All mappings from or to a concept, whatever their status."""
    ends = [and_(mapping.c[f"{end}_system"] == system, mapping.c[f"{end}_code"] == code) for end in _ENDS]
    found: dict[int, MappingRow] = {}
    with snapshot(engine).connect() as connection:
        for end in ends:
            for row in connection.execute(select(mapping).where(end).order_by(mapping.c.id)).mappings():
                found[row["id"]] = mapping_row(row)
    return [found[key] for key in sorted(found)]


_ENDS = ("source", "target")


def designation_row(row: Mapping[Any, Any]) -> DesignationRow:
    """A row of `DESIGNATIONS`."""
    return DesignationRow(
        row["id"],
        row["concept_id"],
        row["system"],
        row["version"],
        row["code"],
        row["language"],
        row["text"],
        _review(row),
    )


def mapping_row(row: Mapping[Any, Any]) -> MappingRow:
    """A row of the table `mapping`."""
    source, target = (
        Concept(row[f"{end}_code"], row[f"{end}_system"], row[f"{end}_version"] or None) for end in _ENDS
    )
    return MappingRow(row["id"], source, target, row["relationship"], _review(row))


def _review(row: Mapping[Any, Any]) -> Review:
    return Review(
        Status(row["status"]),
        row["preferred"],
        row["basis"],
        row["origin"],
        row["author"],
        row["reviewer"],
        row["at"],
        row["reason"],
        row["run_id"],
        row["replaces"],
        row["row_version"],
    )
