"""The content of a release as it leaves the workspace, line by line; the database makes the lines."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from terminology.code_systems import CodeSystem
from terminology.designation import Status
from terminology.release import Content
from terminology.releases.snapshot import GROUP, RECORD, UNIT, Header, key_of
from terminology.store.schema import (
    code_system,
    code_system_version,
    concept,
    designation,
    mapping,
    membership,
    value_set,
)
from terminology.value_sets import ValueSet

# What nobody has approved is no part of an approved release. Retired texts are, without being shown: the
# service can then say that there was a text, rather than that there never was one.
_TAKEN = {
    Content.TEST: tuple(each.value for each in Status),
    Content.APPROVED: (Status.ACTIVE.value, Status.RETIRED.value),
}


def header(connection: Connection, content: Content) -> Header:
    """Code systems by key, value sets by OID."""
    versions: dict[int, list[str]] = {}
    ordered = select(code_system_version).order_by(
        code_system_version.c.ordinal, code_system_version.c.version
    )
    for row in connection.execute(ordered):
        versions.setdefault(row.system_id, []).append(row.version)
    systems, uris = [], []
    for row in connection.execute(select(code_system).order_by(code_system.c.key)):
        if row.id in versions:
            names, oids = _several(row.other_names), _several(row.other_oids)
            systems.append(CodeSystem(row.oid, row.name, tuple(versions[row.id]), names, oids))
            uris.append(row.uri)
    sets = connection.execute(select(value_set).order_by(value_set.c.oid))
    shown = [each for each in _TAKEN[content] if each != Status.RETIRED.value]
    tags = connection.execute(
        select(designation.c.language).where(designation.c.status.in_(shown)).distinct()
    )
    return Header(
        tuple(systems),
        tuple(uris),
        tuple(ValueSet(row.oid, row.name, row.version, row.complete) for row in sets),
        tuple(sorted({row.language.partition("-")[0] for row in tags})),
    )


def lines(connection: Connection, content: Content) -> Iterator[str]:
    """Every line of a release of the workspace as it is now."""
    head = header(connection, content)
    yield head.line()
    query = concept_lines(connection, content)
    for system in head.systems:
        for version in system.versions:
            yield f"{GROUP}{key_of(system)}{UNIT}{version}"
            number = _version_id(connection, key_of(system), version)
            for row in connection.execute(query, {"version": number}).yield_per(5000):
                yield row[0]
    yield GROUP
    for row in connection.execute(mapping_lines(content)).yield_per(5000):
        yield row[0]


def concept_lines(connection: Connection, content: Content) -> Select[Any]:
    """The lines of one code-system version, given as parameter `version`."""
    held = designation.c
    of_concept = held.concept_id == concept.c.id
    words = (held.language, held.text, held.status, _flag(held.preferred), held.basis, held.origin)
    text = _joined(*words, *_approval(held))
    order = [held.language, held.preferred.desc(), held.text, held.status, held.id]
    texts = _all_of(
        connection, literal(RECORD) + text, "", and_(of_concept, held.status.in_(_TAKEN[content])), order
    )
    sets = _all_of(
        connection,
        value_set.c.oid,
        ",",
        and_(membership.c.concept_id == concept.c.id, membership.c.value_set_id == value_set.c.id),
        [value_set.c.oid],
    )
    line = _joined(
        concept.c.code, _flag(concept.c.current), func.coalesce(concept.c.parent, ""), func.coalesce(sets, "")
    )
    return (
        select(line + func.coalesce(texts, ""))
        .where(concept.c.version_id == bindparam("version"))
        .order_by(concept.c.code)
    )


def mapping_lines(content: Content) -> Select[Any]:
    """The lines of all mappings."""
    c = mapping.c
    ends = [c[f"{end}_{part}"] for end in ("source", "target") for part in ("system", "version", "code")]
    words = _joined(*ends, c.relationship, _flag(c.preferred), c.status, c.basis, c.origin, *_approval(c))
    return select(words).where(c.status.in_(_TAKEN[content])).order_by(*ends, c.relationship, c.status, c.id)


def _all_of(
    connection: Connection, words: Any, separator: str, where: ColumnElement[bool], order: list[Any]
) -> Any:
    """The words of all rows that belong to a concept, in order, as one text."""
    if connection.dialect.name == "postgresql":
        together = func.string_agg(words, aggregate_order_by(literal(separator), *order))
        return select(together).where(where).correlate(concept).scalar_subquery()
    # SQLite joins in the order of the subquery.
    rows = select(words.label("words")).where(where).order_by(*order).correlate(concept).subquery()
    return select(func.group_concat(rows.c.words, separator)).scalar_subquery()


def _approval(c: Any) -> tuple[Any, Any]:
    """Who approved the row and on which day; empty when nobody has."""
    return func.coalesce(c.reviewer, ""), case((c.reviewer.is_(None), ""), else_=func.substr(c.at, 1, 10))


def _joined(first: Any, *more: Any) -> Any:
    words = first
    for each in more:
        words = words + literal(UNIT) + each
    return words


def _flag(column: Any) -> Any:
    return case((column, "1"), else_="0")


def _version_id(connection: Connection, key: str, version: str) -> int:
    query = (
        select(code_system_version.c.id)
        .join(code_system, code_system_version.c.system_id == code_system.c.id)
        .where(code_system.c.key == key, code_system_version.c.version == version)
    )
    return int(connection.execute(query).scalar_one())


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
