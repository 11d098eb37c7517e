"""The workspace, the releases, the gaps and the trail.

Revision ID: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TYPES: dict[str, sa.types.TypeEngine[Any]] = {"#": sa.Integer(), "!": sa.Boolean(), "*": sa.LargeBinary()}
# Rows that are written once. A release is what documents were translated with: it can never change.
FOREVER = ("trail", "history", "release", "release_chunk", "activation")
NUMBERED_BY_US = ("trail", "active_release")

# Columns: `#` whole number, `!` yes or no, `*` bytes, else text; `?` may be missing; `id#` is the key.
TABLES = {
    "assignment": "kind row_id# assignee actor at",
    "code_system": "id# key oid? uri? name other_names other_oids",
    "gap": (
        "id# code system version value_set element country first_seen last_seen number# closed_at? closed_by?"
    ),
    "history": (
        "id# kind row_id# row_version# text status preferred! author reviewer? at reason? action "
        "changed_by changed_at change_reason?"
    ),
    "import_run": "id# file sha256 format state actor at beat process read# options report error?",
    "release": "id# name date content hash at actor note base_id#? concepts# designations# mappings#",
    "staged_concept": "run_id# seq# number# code current! parent? place",
    "staged_designation": "run_id# seq# number# code language text preferred! status basis place",
    "staged_mapping": (
        "run_id# seq# source_system source_version source_code target_system target_version "
        "target_code relationship preferred! status place"
    ),
    "staged_member": "run_id# number# code oid",
    "staged_pair": "run_id# kind seq# row_id# verdict",
    "staged_set": "run_id# oid name version complete!",
    "trail": "id# at actor action subject detail previous hash",
    "value_set": "id# oid name version complete!",
    "activation": "id# release_id# below#? actor at action reason?",
    "code_system_version": "id# system_id# version ordinal#",
    "import_finding": "run_id# kind place what before? after? reason?",
    "mapping": (
        "id# source_system source_version source_code target_system target_version target_code "
        "relationship status preferred! basis origin author reviewer? at reason? run_id#? replaces#? "
        "row_version#"
    ),
    "release_chunk": "release_id# seq# data*",
    "staged_version": "run_id# number# key oid? uri? name? version version_id#?",
    "active_release": "id# activation_id#? counter#",
    "concept": "id# version_id# code current! parent? run_id#?",
    "designation": (
        "id# concept_id# language text status preferred! basis origin author reviewer? at reason? "
        "run_id#? replaces#? row_version#"
    ),
    "membership": "concept_id# value_set_id#",
}
UNIQUE = {
    "assignment": "kind row_id",
    "code_system": "key",
    "gap": "system code version value_set element country",
    "release": "name",
    "staged_pair": "run_id kind seq",
    "staged_set": "run_id oid",
    "value_set": "oid",
    "code_system_version": "system_id version",
    "release_chunk": "release_id seq",
    "staged_version": "run_id number",
    "concept": "version_id code",
    "membership": "concept_id value_set_id",
}
INDEXES = {
    "assignment_assignee": ("assignment", "assignee"),
    "gap_number": ("gap", "number"),
    "history_row": ("history", "kind row_id row_version"),
    "staged_concept_key": ("staged_concept", "run_id number code"),
    "staged_designation_key": ("staged_designation", "run_id number code language"),
    "staged_mapping_key": ("staged_mapping", "run_id source_system source_code"),
    "staged_member_key": ("staged_member", "run_id oid code"),
    "staged_pair_row": ("staged_pair", "run_id kind row_id"),
    "import_finding_run": ("import_finding", "run_id kind"),
    "mapping_source": ("mapping", "source_system source_code"),
    "mapping_target": ("mapping", "target_system target_code"),
    "concept_code": ("concept", "code"),
    "designation_concept": ("designation", "concept_id language"),
    "designation_run": ("designation", "run_id"),
    "membership_set": ("membership", "value_set_id concept_id"),
}
REFERS = {
    ("activation", "release_id"): "release.id",
    ("code_system_version", "system_id"): "code_system.id",
    ("import_finding", "run_id"): "import_run.id",
    ("mapping", "run_id"): "import_run.id",
    ("release_chunk", "release_id"): "release.id",
    ("staged_version", "run_id"): "import_run.id",
    ("active_release", "activation_id"): "activation.id",
    ("concept", "version_id"): "code_system_version.id",
    ("designation", "concept_id"): "concept.id",
    ("designation", "run_id"): "import_run.id",
    ("membership", "concept_id"): "concept.id",
    ("membership", "value_set_id"): "value_set.id",
}


def upgrade() -> None:
    for table, columns in TABLES.items():
        op.create_table(table, *_columns(table, columns.split()), *_constraints(table))
    for index, (table, key) in INDEXES.items():
        op.create_index(index, table, key.split())
    pointer = sa.table("active_release", sa.column("id"), sa.column("counter"))
    op.execute(pointer.insert().values(id=1, counter=0))
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in FOREVER:
        (_frozen_on_postgresql if postgresql else _frozen_on_sqlite)(table)
    (_search_on_postgresql if postgresql else _search_on_sqlite)()


def _columns(table: str, columns: list[str]) -> list[sa.Column[Any]]:
    made = []
    for column in columns:
        plain, null = column.removesuffix("?"), column.endswith("?")
        name = plain.rstrip("#!*")
        kind = TYPES.get(plain[-1], TEXT)
        if name == "id":
            made.append(sa.Column(name, kind, primary_key=True, autoincrement=table not in NUMBERED_BY_US))
        else:
            made.append(sa.Column(name, kind, nullable=null))
    return made


def _constraints(table: str) -> list[sa.schema.SchemaItem]:
    made: list[sa.schema.SchemaItem] = [
        sa.ForeignKeyConstraint([column], [target])
        for (owner, column), target in REFERS.items()
        if owner == table
    ]
    if table in UNIQUE:
        made.append(sa.UniqueConstraint(*UNIQUE[table].split()))
    if table == "active_release":
        made.append(sa.CheckConstraint("id = 1"))
    return made


def _frozen_on_sqlite(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    if table != "release_chunk":
        # INSERT OR REPLACE deletes without firing the trigger above.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _frozen_on_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION append_only()"
    )


def _search_on_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_text "
        "USING fts5(code, english, norwegian, tokenize='trigram', columnsize=0)"
    )


def _search_on_postgresql() -> None:
    op.execute('CREATE TABLE search_text (concept_id integer PRIMARY KEY, words text COLLATE "C" NOT NULL)')
    # The extension needs a privilege; without it the search reads the table through, correct but slower.
    op.execute(
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
        "CREATE INDEX search_text_words ON search_text USING gin (words gin_trgm_ops); "
        "EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN NULL; END $$"
    )
