"""The tables. Two things kept apart: the workspace that people edit, and releases that nobody changes.

Moments are text, UTC to the millisecond, which sorts. Text is compared by code point on every database, so
that a release is the same bytes whichever made it. What an import stages lies in `staging`.
Source: the eight tables of the reference repository, plus review, provenance, history and releases, which it
lacks.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def text(name: str, *more: Any, null: bool = False) -> Column[str]:
    return Column(name, TEXT, *more, nullable=null)


def number(name: str, *more: Any, null: bool = False) -> Column[int]:
    return Column(name, Integer, *more, nullable=null)


def identity() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _reviewed() -> tuple[Column[Any], ...]:
    """What every row under review carries."""
    return (
        text("status"),  # terminology.designation.Status
        Column("preferred", Boolean, nullable=False),
        text("basis"),  # where the words come from
        text("origin"),  # name of the source file, or how the row was made
        text("author"),  # id of a person, or import:<run>
        text("reviewer", null=True),  # None: nobody has approved it
        text("at"),  # of the last change
        text("reason", null=True),
        number("run_id", ForeignKey("import_run.id"), null=True),
        number("replaces", null=True),  # the row that approval of this one retires
        number("row_version"),
    )


code_system = Table(
    "code_system",
    metadata,
    identity(),
    text("key"),  # the OID, or the name of a system without one
    text("oid", null=True),
    text("uri", null=True),
    text("name"),
    text("other_names"),  # separated by a vertical bar
    text("other_oids"),
    UniqueConstraint("key"),
)
code_system_version = Table(
    "code_system_version",
    metadata,
    identity(),
    number("system_id", ForeignKey("code_system.id")),
    text("version"),  # "" when nobody states one
    number("ordinal"),  # oldest first; the highest is current
    UniqueConstraint("system_id", "version"),
)
concept = Table(
    "concept",
    metadata,
    identity(),
    number("version_id", ForeignKey("code_system_version.id")),
    text("code"),
    Column("current", Boolean, nullable=False),
    text("parent", null=True),  # code in the same version
    number("run_id", null=True),
    UniqueConstraint("version_id", "code"),
    Index("concept_code", "code"),
)
value_set = Table(
    "value_set",
    metadata,
    identity(),
    text("oid"),
    text("name"),
    text("version"),
    Column("complete", Boolean, nullable=False),
    UniqueConstraint("oid"),
)
membership = Table(
    "membership",
    metadata,
    number("concept_id", ForeignKey("concept.id")),
    number("value_set_id", ForeignKey("value_set.id")),
    UniqueConstraint("concept_id", "value_set_id"),
    Index("membership_set", "value_set_id", "concept_id"),
)
designation = Table(
    "designation",
    metadata,
    identity(),
    number("concept_id", ForeignKey("concept.id")),
    text("language"),  # as terminology.languages.stored spells it
    text("text"),
    *_reviewed(),
    Index("designation_concept", "concept_id", "language"),
    Index("designation_run", "run_id"),
)
mapping = Table(
    "mapping",
    metadata,
    identity(),
    text("source_system"),
    text("source_version"),  # "" when none is stated
    text("source_code"),
    text("target_system"),
    text("target_version"),
    text("target_code"),
    text("relationship"),  # equivalent, narrower, broader, inexact
    *_reviewed(),
    Index("mapping_source", "source_system", "source_code"),
    Index("mapping_target", "target_system", "target_code"),
)
history = Table(
    "history",
    metadata,
    identity(),
    text("kind"),  # designation or mapping
    number("row_id"),
    number("row_version"),  # of the state that was replaced
    text("text"),
    text("status"),
    Column("preferred", Boolean, nullable=False),
    text("author"),
    text("reviewer", null=True),
    text("at"),
    text("reason", null=True),
    text("action"),  # what replaced it
    text("changed_by"),
    text("changed_at"),
    text("change_reason", null=True),
    Index("history_row", "kind", "row_id", "row_version"),
)
assignment = Table(
    "assignment",
    metadata,
    text("kind"),  # designation, mapping, concept or gap
    number("row_id"),
    text("assignee"),
    text("actor"),
    text("at"),
    UniqueConstraint("kind", "row_id"),
    Index("assignment_assignee", "assignee"),
)
release = Table(
    "release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # the number of the release
    text("name"),
    text("date"),
    text("content"),  # terminology.release.Content
    text("hash"),
    text("at"),
    text("actor"),
    text("note"),
    number("base_id", null=True),  # the release that was active when this one was made
    number("concepts"),
    number("designations"),
    number("mappings"),
    UniqueConstraint("name"),
)
release_chunk = Table(
    "release_chunk",
    metadata,
    number("release_id", ForeignKey("release.id")),
    number("seq"),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("release_id", "seq"),
)
activation = Table(
    "activation",
    metadata,
    identity(),
    number("release_id", ForeignKey("release.id")),
    number("below", null=True),  # the activation that a rollback returns to
    text("actor"),
    text("at"),
    text("action"),  # activate or roll back
    text("reason", null=True),
)
active_release = Table(
    "active_release",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    number("activation_id", ForeignKey("activation.id"), null=True),
    number("counter"),  # one more at every switch
)
gap = Table(
    "gap",
    metadata,
    identity(),
    *(text(name) for name in ("code", "system", "version", "value_set", "element", "country")),
    text("first_seen"),
    text("last_seen"),
    number("number"),
    text("closed_at", null=True),
    text("closed_by", null=True),  # name of the release that has the text
    UniqueConstraint("system", "code", "version", "value_set", "element", "country"),
    Index("gap_number", "number"),
)
trail = Table(
    "trail",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    text("at"),
    text("actor"),
    text("action"),
    text("subject"),
    text("detail"),  # JSON
    text("previous"),
    text("hash"),
)
