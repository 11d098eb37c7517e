"""Backup and restore of the whole store: one file, complete or refused, while the service runs."""

import gzip
import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from terminology import backup, gaps
from terminology.active import ActiveTerms
from terminology.backup import BackupDamaged
from terminology.concept import Concept
from terminology.importers.items import CodeSystemItem
from terminology.imports import jobs, runs
from terminology.imports.runs import State
from terminology.release import Content
from terminology.releases import making, switching
from terminology.seed import RELEASE_NAME
from terminology.store import trail
from terminology.store.schema import metadata
from terminology.workspace.edit import propose
from terminology.workspace.rows import designations_of, find_concept
from tests.support.terminology_store import KARI, NOON

EDQM = "0.4.0.127.0.16.1.1.2.1"
GUM = Concept("10230000", EDQM)


def everything(store, without=()):
    """All rows of all tables that a backup holds."""
    with store.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in without
        }


def changed(store, name="8.1.1", words="Tyggegummi"):
    propose(store, KARI, find_concept(store, EDQM, GUM.code).id, "nb-NO", words, now=NOON)
    making.build(store, KARI, name, Content.TEST, now=NOON)
    switching.activate(store, KARI, name, now=NOON)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.jsonl.gz"


def test_everything_comes_back_while_the_service_runs(store, file):
    at = [0.0]
    service = ActiveTerms(store, clock=lambda: at[0])
    gaps.record(store, [gaps.Gap(GUM.code, EDQM, "", "", "formCode", "PT")], NOON)
    before = everything(store)
    rows = backup.backup(store, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert backup.check(file) == rows
    changed(store)
    assert service.current().lookup(GUM).text == "Tyggegummi"
    assert backup.restore(store, file, now=NOON) == rows
    moving = ("trail", "active_release")
    assert everything(store, moving) == {name: held for name, held in before.items() if name not in moving}
    at[0] += 1
    service.current()
    service.settle()
    assert service.current().lookup(GUM).language == "en"
    last = trail.newest(store, 1)[0]
    assert (last.action, last.detail) == ("restore", {"rows": rows})
    assert trail.verify(store).broken is None
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as connection:
        connection.execute(text("DELETE FROM trail"))
    changed(store, words="Annet")  # ids go on
    assert service.refresh().lookup(GUM).text == "Annet"


def test_a_backup_of_one_kind_of_database_is_restored_into_the_other(store, _sqlite_stores, file):
    changed(store)
    backup.backup(store, file)
    other = _sqlite_stores.open("empty")
    backup.restore(other, file, now=NOON)
    assert making.load(other, "8.1.1").lookup(GUM).text == "Tyggegummi"
    assert switching.below(other) == RELEASE_NAME
    row = find_concept(other, EDQM, GUM.code)
    assert [each.text for each in designations_of(other, row.id)] == ["Oral gum", "Tyggegummi"]


def test_an_import_that_waited_is_to_be_read_again(store, file):
    items = [CodeSystemItem("1.2.3", None, "x", "1", "1")]
    run = jobs.dry_run(store, KARI, "f", "0", "test", items, clock=lambda: NOON)
    backup.backup(store, file)
    backup.restore(store, file, now=NOON)
    assert runs.get(store, run.id).state is State.FAILED


def test_an_existing_file_is_never_overwritten(store, file):
    file.write_text("mine")
    with pytest.raises(FileExistsError):
        backup.backup(store, file)
    assert file.read_text() == "mine"


def test_a_damaged_backup_is_refused_and_nothing_is_restored(_sqlite_stores, file, tmp_path):
    store = _sqlite_stores.open("filled")
    backup.backup(store, file)
    good = gzip.decompress(file.read_bytes())
    lines = good.splitlines(keepends=True)
    head = json.loads(lines[0])
    damaged = {
        "stops in the middle": b"".join(lines[:-1]),
        "checksum": good.replace(b"Namibia", b"Namibie"),
        "no backup of the terminology": b'{"format":"x"}\n' + b"".join(lines[1:]),
        "schema 9": json.dumps(head | {"schema": "9"}).encode() + b"\n" + b"".join(lines[1:]),
        "after the end": good + lines[1],
        "damaged or no backup": b"hello\n" + good,
    }
    changed(store)
    for why, content in damaged.items():
        bad = tmp_path / "bad.gz"
        bad.write_bytes(gzip.compress(content))
        with pytest.raises(BackupDamaged, match=why):
            backup.restore(store, bad, now=NOON)
    bad.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(BackupDamaged):
        backup.restore(store, bad, now=NOON)
    bad.write_bytes(b"not gzip at all")
    with pytest.raises(BackupDamaged):
        backup.restore(store, bad, now=NOON)
    assert switching.active(store).name == "8.1.1"
