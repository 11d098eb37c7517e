"""Validation: what must be right before the workspace may become a release, and what should be known."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from terminology.designation import Status
from terminology.release import Content
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
from terminology.value_sets import DOCUMENT_CODE, DOSE_FORM, HEALTHCARE_PROFESSIONAL_ROLE
from terminology.workspace.rows import CONCEPTS

# Value sets of elements that must be coded and translated. Source: coded-element list, usage R.
REQUIRED = (HEALTHCARE_PROFESSIONAL_ROLE, DOSE_FORM, DOCUMENT_CODE)
NORWEGIAN = ("nb-NO", "nb", "no")


@dataclass(frozen=True, slots=True)
class Finding:
    """`error`: the workspace may not be released. `key` is a sentence of the message catalogue."""

    error: bool
    key: str  # terminology.finding.*
    system: str
    code: str
    detail: str  # language, target codes, name of the value set
    row_id: int | None = None  # designation, mapping or concept that the finding opens


def validate(engine: Engine, content: Content) -> list[Finding]:
    """Errors first."""
    with snapshot(engine).connect() as connection:
        found = [
            *_several_texts(connection),
            *_several_mappings(connection),
            *_mappings_to_nowhere(connection),
            *_missing_texts(connection, content),
        ]
    return sorted(found, key=lambda each: (not each.error, each.key, each.system, each.code, each.detail))


def _several_texts(connection: Connection) -> list[Finding]:
    """Several active texts of a concept in one language, and not exactly one preferred."""
    c = designation.c
    doubled = (
        select(c.concept_id, c.language, func.min(c.id).label("row_id"))
        .where(c.status == Status.ACTIVE.value)
        .group_by(c.concept_id, c.language)
        .having(and_(func.count() > 1, func.sum(case((c.preferred, 1), else_=0)) != 1))
        .subquery()
    )
    query = CONCEPTS.add_columns(doubled.c.language, doubled.c.row_id).join(
        doubled, doubled.c.concept_id == concept.c.id
    )
    return [
        Finding(True, "terminology.finding.several_texts", row.system, row.code, row.language, row.row_id)
        for row in connection.execute(query)
    ]


def _several_mappings(connection: Connection) -> list[Finding]:
    """Several active mappings of a source without exactly one preferred."""
    c = mapping.c
    query = (
        select(c.source_system, c.source_code, func.min(c.id).label("row_id"), func.count().label("number"))
        .where(c.status == Status.ACTIVE.value)
        .group_by(c.source_system, c.source_version, c.source_code)
        .having(and_(func.count() > 1, func.sum(case((c.preferred, 1), else_=0)) != 1))
    )
    return [
        Finding(
            True,
            "terminology.finding.several_mappings",
            row.source_system,
            row.source_code,
            str(row.number),
            row.row_id,
        )  # fmt: skip
        for row in connection.execute(query)
    ]


def _mappings_to_nowhere(connection: Connection) -> list[Finding]:
    """Active mappings whose target the workspace does not hold, in the version stated if one is."""
    c, held = mapping.c, aliased(CONCEPTS.subquery())
    target = and_(
        held.c.system == c.target_system,
        held.c.code == c.target_code,
        or_(c.target_version == "", held.c.version == c.target_version),
    )
    query = select(c.id, c.source_system, c.source_code, c.target_code).where(
        c.status == Status.ACTIVE.value, ~select(literal(1)).where(target).exists()
    )
    return [
        Finding(
            True, "terminology.finding.no_target", row.source_system, row.source_code, row.target_code, row.id
        )
        for row in connection.execute(query)
    ]


def _missing_texts(connection: Connection, content: Content) -> list[Finding]:
    """Current concepts of required elements without a Norwegian text that the release would show."""
    c = designation.c
    usable = [Status.ACTIVE.value]
    if content is Content.TEST:
        usable += [Status.DRAFT.value, Status.IN_REVIEW.value]
    text = select(literal(1)).where(
        c.concept_id == concept.c.id, c.language.in_(NORWEGIAN), c.status.in_(usable)
    )
    query = (
        select(code_system.c.key, concept.c.code, concept.c.id, value_set.c.name)
        .join_from(value_set, membership, membership.c.value_set_id == value_set.c.id)
        .join(concept, membership.c.concept_id == concept.c.id)
        .join(code_system_version, concept.c.version_id == code_system_version.c.id)
        .join(code_system, code_system_version.c.system_id == code_system.c.id)
        .where(value_set.c.oid.in_(REQUIRED), concept.c.current, ~text.exists())
    )
    return [
        Finding(False, "terminology.finding.no_text", row.key, row.code, row.name, row.id)
        for row in connection.execute(query)
    ]
