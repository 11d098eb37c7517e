"""The terminology database: made and migrated on SQLite and PostgreSQL, append-only where it must be."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import terminology.store.staging  # noqa: F401 -- its tables belong to the comparison
from terminology.store.engine import HEAD, MIGRATIONS, VERSION_TABLE, StoreDamaged, open_store, store_url
from terminology.store.schema import metadata


def test_the_newest_migration_is_the_one_the_program_knows():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_the_migrations_make_the_tables_that_the_program_uses(empty_store):
    def ours(thing, name, kind, reflected, compared):
        owner = name if kind == "table" else thing.table.name
        return not owner.startswith("search_text") and owner != VERSION_TABLE

    with empty_store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_opening_again_changes_nothing(stores):
    url = stores.url()
    for _ in range(2):
        engine = open_store(url)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT counter FROM active_release")).scalar() == 0
        engine.dispose()


def test_a_schema_newer_than_the_program_is_refused(stores):
    engine = stores.open()
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreDamaged, match="9999 is newer"):
        open_store(engine.url.render_as_string())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://root:secret@h/x", "SQLite and PostgreSQL"),
        ("sqlite://", "not memory"),
        ("sqlite:////dev/null/x.sqlite", "/dev/null"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/x", r"postgresql\+psycopg://u:\*\*\*@127.0.0.1:1/x"),
    ],
)
def test_a_database_that_cannot_be_opened_says_why_and_no_password(url, why):
    with pytest.raises(StoreDamaged, match=why) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_text("hello, this is no database at all, but it is long enough to look at" * 20)
    with pytest.raises(StoreDamaged, match="not a database"):
        open_store(f"sqlite:///{path}")


def test_the_embedded_database_is_its_owners_alone(tmp_path):
    engine = open_store(store_url(tmp_path))
    engine.dispose()
    assert (tmp_path / "no" / "terminology.sqlite").stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(tmp_path / "no" / "terminology.sqlite") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize("table", ["trail", "release", "release_chunk", "activation"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_what_is_written_once_stays(store, table, deed):
    column = {"release_chunk": "seq = 99", "activation": "action = 'x'"}.get(table, "hash = 'x'")
    if table == "release":
        column = "note = 'x'"
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as connection:
        connection.execute(text(deed.format(table, column)))
