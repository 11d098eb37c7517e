"""The tables of an import: the run, what it has read so far, and what it would change."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, UniqueConstraint

from terminology.store.schema import identity, metadata, number, text

import_run = Table(
    "import_run",
    metadata,
    identity(),
    text("file"),
    text("sha256"),
    text("format"),
    text("state"),  # reading, ready, applying, applied, cancelled, failed
    text("actor"),
    text("at"),
    text("beat"),  # last sign of life
    text("process"),  # host and number of the process at work
    number("read"),  # items read so far
    text("options"),  # JSON
    text("report"),  # JSON; "" until the dry run is done
    text("error", null=True),
)
staged_version = Table(
    "staged_version",
    metadata,
    number("run_id", ForeignKey("import_run.id")),
    number("number"),
    text("key"),
    text("oid", null=True),
    text("uri", null=True),
    text("name", null=True),  # None: the file names the system without describing it
    text("version"),
    number("version_id", null=True),  # of the workspace; None: not there yet
    UniqueConstraint("run_id", "number"),
)
staged_set = Table(
    "staged_set",
    metadata,
    number("run_id"),
    text("oid"),
    text("name"),
    text("version"),
    Column("complete", Boolean, nullable=False),
    UniqueConstraint("run_id", "oid"),
)
staged_concept = Table(
    "staged_concept",
    metadata,
    number("run_id"),
    number("seq"),
    number("number"),  # of the staged version
    text("code"),
    Column("current", Boolean, nullable=False),
    text("parent", null=True),
    text("place"),
    Index("staged_concept_key", "run_id", "number", "code"),
)
staged_member = Table(
    "staged_member",
    metadata,
    number("run_id"),
    number("number"),
    text("code"),
    text("oid"),
    Index("staged_member_key", "run_id", "oid", "code"),
)
staged_designation = Table(
    "staged_designation",
    metadata,
    number("run_id"),
    number("seq"),
    number("number"),
    text("code"),
    text("language"),
    text("text"),
    Column("preferred", Boolean, nullable=False),
    text("status"),
    text("basis"),
    text("place"),
    Index("staged_designation_key", "run_id", "number", "code", "language"),
)
staged_mapping = Table(
    "staged_mapping",
    metadata,
    number("run_id"),
    number("seq"),
    *(text(f"{end}_{part}") for end in ("source", "target") for part in ("system", "version", "code")),
    text("relationship"),
    Column("preferred", Boolean, nullable=False),
    text("status"),
    text("place"),
    Index("staged_mapping_key", "run_id", "source_system", "source_code"),
)
staged_pair = Table(
    "staged_pair",  # a row of the file, and the row of the workspace that it would replace
    metadata,
    number("run_id"),
    text("kind"),  # designation or mapping
    number("seq"),
    number("row_id"),
    text("verdict"),  # changed or conflict
    UniqueConstraint("run_id", "kind", "seq"),
    Index("staged_pair_row", "run_id", "kind", "row_id"),
)
finding = Table(
    "import_finding",
    metadata,
    number("run_id", ForeignKey("import_run.id")),
    text("kind"),  # new, changed, gone, conflict, rejected, warning
    text("place"),
    text("what"),
    text("before", null=True),
    text("after", null=True),
    text("reason", null=True),  # message key
    Index("import_finding_run", "run_id", "kind"),
)
