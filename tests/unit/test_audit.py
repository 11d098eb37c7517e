"""The audit trail: append-only, hash-chained, safe for several processes, never silently lost."""

import multiprocessing
import sqlite3
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ncp.audit import GENESIS, AuditStore
from ncp.audit_event import AuditEvent, AuditFailed, Outcome, Transaction
from ncp.store import HEAD, MIGRATIONS, VERSION_TABLE, StoreDamaged, open_store

NOON = datetime(2026, 11, 22, 12, 0, 0, 114_900, tzinfo=UTC)


def event(**more):
    needed = {
        "at": NOON,
        "transaction": Transaction.SUMMARY_LIST,
        "outcome": Outcome.SUCCESS,
        "source": "NO-03",
        "consumer": "ncp.no.test",
    }
    return AuditEvent(**needed | more)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "no" / "ncp.sqlite"


@pytest.fixture
def engine(path):
    engine = open_store(path)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine):
    return AuditStore(engine)


def test_a_row_comes_back_as_it_was_written(store):
    full = {
        field.name: f"<{field.name}> æ☃"
        for field in fields(AuditEvent)
        if field.type in ("str | None", str | None)
    }
    assert len(full) > 30
    number = store.write(
        event(**full, documents=("1.2^3", "4"), notice_offered=True, milliseconds=7, sent=True)
    )
    (row,) = store.rows()
    assert number == row["id"] == 1
    assert {name: row[name] for name in full} == full
    assert row["documents"] == ["1.2^3", "4"]
    assert (row["notice_offered"], row["milliseconds"], row["sent"]) == (True, 7, True)


def test_the_transaction_is_kept_by_number_code_name_and_action(store):
    store.write(event(transaction=Transaction.SUMMARY_RETRIEVE))
    row = store.rows()[0]
    seen = (row["number"], row["event_type"], row["label"], row["action"])
    assert seen == ("EHDSI-22", "ITI-39", "PatientService::Retrieve", "C")


def test_a_communication_failure_keeps_what_was_attempted_and_its_action(store):
    lost = event(
        transaction=Transaction.COMMUNICATION_FAILURE,
        attempted=Transaction.SUMMARY_RETRIEVE,
        outcome=Outcome.TEMPORARY_FAILURE,
    )
    store.write(lost)
    row = store.rows()[0]
    assert (row["number"], row["attempted"], row["action"], row["outcome"]) == (
        "EHDSI-CF",
        "EHDSI-22",
        "C",
        8,
    )


def test_times_are_utc_to_the_millisecond(store):
    oslo = timezone(timedelta(hours=1))
    store.write(event(at=NOON.astimezone(oslo)))
    assert store.rows()[0]["at"] == "2026-11-22T12:00:00.114Z"


def test_rows_come_in_order_and_in_pages(store):
    for _ in range(5):
        store.write(event())
    assert [row["id"] for row in store.rows(limit=2)] == [1, 2]
    assert [row["id"] for row in store.rows(after=2)] == [3, 4, 5]


def test_the_chain_starts_at_zero_and_each_row_names_the_one_before(store):
    store.write(event())
    store.write(event(user_id="2"))
    first, second = store.rows()
    assert first["previous"] == GENESIS and second["previous"] == first["hash"]
    verified = store.verify()
    assert (verified.rows, verified.head, verified.broken) == (2, second["hash"], None)


def test_an_empty_trail_verifies(store):
    assert store.verify().rows == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET outcome = 0",
        "DELETE FROM audit_event",
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
    ],
)
def test_the_database_refuses_to_change_a_row(store, engine, statement):
    store.write(event(outcome=Outcome.PERMANENT_FAILURE))
    before = store.rows()
    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert store.rows() == before


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_event SET patient_id = 'other' WHERE id = 2", 2),
        ("UPDATE audit_event SET outcome = 0 WHERE id = 3", 3),
        ("DELETE FROM audit_event WHERE id = 2", 3),
        ("UPDATE audit_event SET id = 9 WHERE id = 4", 9),
        ("UPDATE audit_event SET previous = hash WHERE id = 1", 1),
    ],
)
def test_a_change_behind_the_triggers_is_found(store, path, statement, broken):
    for number in range(4):
        store.write(event(patient_id=str(number), outcome=Outcome.PERMANENT_FAILURE))
    assert store.verify().broken is None
    with sqlite3.connect(path) as direct:
        for verb in ("update", "delete", "replace"):
            direct.execute(f"DROP TRIGGER audit_event_no_{verb}")
        direct.execute(statement)
    direct.close()
    assert store.verify().broken == broken


def test_a_full_disk_is_an_error_that_says_nothing_of_the_row(store, engine):
    with engine.begin() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(AuditFailed) as caught:
        for _ in range(50):
            store.write(event(patient_id="secret" * 1000))
    assert "secret" not in str(caught.value)
    assert store.verify().broken is None


def test_text_that_no_encoding_holds_is_not_recorded_and_nothing_breaks(store):
    store.write(event())
    with pytest.raises(AuditFailed):
        store.write(event(reason="\udcff"))
    store.write(event())
    assert (store.verify().rows, store.verify().broken) == (2, None)


def test_a_row_cut_off_at_the_end_is_missed_by_its_hash_alone(store, path):
    for _ in range(3):
        store.write(event())
    before = store.verify()
    assert store.holds(before.head) and store.holds("0" * 64)
    with sqlite3.connect(path) as direct:
        direct.execute("DROP TRIGGER audit_event_no_delete")
        direct.execute("DELETE FROM audit_event WHERE id = 3")
    direct.close()
    assert store.verify().broken is None and not store.holds(before.head)


def _write_many(path, count):
    engine = open_store(path)
    store = AuditStore(engine)
    for _ in range(count):
        store.write(event())
    engine.dispose()


def test_several_processes_write_one_chain(path):
    """They also create the database at the same moment."""
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write_many, args=(path, 15)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    engine = open_store(path)
    verified = AuditStore(engine).verify()
    engine.dispose()
    assert (verified.rows, verified.broken) == (45, None)


def test_several_threads_write_one_chain(store):
    threads = [Thread(target=lambda: [store.write(event()) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (store.verify().rows, store.verify().broken) == (80, None)


def test_reading_the_trail_keeps_nobody_from_writing(store):
    for _ in range(3):
        store.write(event())
    walk = store._raw()
    next(walk)
    store.write(event())
    assert len(list(walk)) == 2


def test_the_file_is_nobody_elses_to_read(engine, path):
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_opening_again_changes_nothing(store, path):
    store.write(event())
    again = open_store(path)
    assert AuditStore(again).rows() == store.rows()
    again.dispose()


def test_the_newest_migration_is_the_one_we_know():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_columns_are_those_of_the_event(store):
    fields_of_event = {field.name for field in fields(AuditEvent)} - {"transaction"}
    own = {"id", "number", "event_type", "label", "action", "previous", "hash"}
    assert set(store._table.c.keys()) == fields_of_event | own


def test_a_schema_from_the_future_is_refused(engine, path):
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreDamaged, match="newer"):
        open_store(path)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    (tmp_path / "x.sqlite").write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"x\.sqlite"):
        open_store(tmp_path / "x.sqlite")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreDamaged):
        open_store(tmp_path / "file" / "ncp.sqlite")
