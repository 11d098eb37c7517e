"""What a country keeps of dispensations: counted once, restored by a discard, safe under two at once."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mock_member_states.dispensation_kept import (
    REPEATED,
    UNKNOWN,
    Kept,
    NotAvailable,
    Rejection,
    StoreDamaged,
)
from mock_member_states.dispensation_store import DispensationStore
from ncp.wire.errors import ErrorCode

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RX, ITEM = "2.999.1^RX", "2.999.1^RX-1"
NO = Rejection(ErrorCode.ALREADY_DISPENSED, "no")


def kept(number=1, **changes):
    one = Kept(
        document_id=f"2.999.2^ED-{number}",
        submission_id=f"2.25.{number}",
        prescription=RX,
        patient="1^^^&2.999&ISO",
        received=NOON + timedelta(minutes=number),
        country="NO",
        organisation="urn:oid:2.999.7",
        professional="kari",
        items=((ITEM, 1),),
        content=b"<document/>",
    )
    return replace(one, **changes)


@pytest.fixture
def store(tmp_path):
    opened = DispensationStore(tmp_path / "pt" / "dispensations.sqlite")
    yield opened
    opened.close()


def allow(_tally):
    return None


def tally(store):
    return store.tallies([RX])[RX]


def test_what_is_dispensed_counts_and_can_be_read(store):
    assert store.dispense(kept(), allow) is None
    assert store.dispense(kept(2, items=((ITEM, 2), ("other", 1))), allow) is None
    assert (dict(tally(store).packages), tally(store).dispensations) == ({ITEM: 3, "other": 1}, 2)
    assert store.all() == (kept(), kept(2, items=((ITEM, 2), ("other", 1))))


def test_another_prescription_is_not_touched(store):
    store.dispense(kept(), allow)
    assert store.tallies(["another"])["another"].dispensations == 0


def test_what_is_judged_against_is_not_entered(store):
    assert store.dispense(kept(), lambda found: NO) == NO
    assert store.all() == ()


def test_the_judge_sees_what_was_dispensed_before(store):
    seen = []
    for number in (1, 2):
        store.dispense(kept(number), lambda found: seen.append(found.dispensations))
    assert seen == [0, 1]


@pytest.mark.parametrize(
    "again", [kept(), kept(2, document_id=kept().document_id), kept(2, submission_id=kept().submission_id)]
)
def test_the_same_document_or_submission_is_entered_once(store, again):
    store.dispense(kept(), allow)
    assert store.dispense(again, allow) == REPEATED
    assert len(store.all()) == 1


def test_a_discard_restores_what_was_counted_and_is_on_record(store):
    store.dispense(kept(), allow)
    at = NOON + timedelta(hours=1)
    assert store.discard(kept().document_id, "2.25.99", at, lambda one, again: None) is None
    assert (dict(tally(store).packages), tally(store).dispensations) == ({}, 0)
    assert store.all() == (kept(discarded=at, discard_id="2.25.99"),)


def test_a_discarded_document_cannot_be_dispensed_again(store):
    store.dispense(kept(), allow)
    store.discard(kept().document_id, "2.25.99", NOON, lambda one, again: None)
    assert store.dispense(kept(), allow) == REPEATED


def test_a_discard_that_is_judged_against_changes_nothing(store):
    store.dispense(kept(), allow)
    assert store.discard(kept().document_id, "2.25.99", NOON, lambda one, again: NO) == NO
    assert store.all() == (kept(),)


def test_an_unknown_dispensation_cannot_be_discarded(store):
    assert store.discard("2.999.2^none", "2.25.99", NOON, lambda one, again: None) == UNKNOWN


def test_a_discard_is_told_of_a_later_dispensation_only(store):
    store.dispense(kept(1), allow)
    store.dispense(kept(2), allow)
    told = []
    for number in (2, 1):
        store.discard(kept(number).document_id, "x", NOON, lambda one, again: told.append(again) or NO)
    assert told == [False, True]


def test_a_withdrawn_prescription_stays_withdrawn(store):
    store.cancel(RX, NOON)
    store.cancel(RX, NOON)
    assert tally(store).cancelled


def test_what_was_dispensed_at_home_is_entered_once(store):
    store.seed([kept(1)])
    store.seed([kept(1), kept(2)])
    assert store.all() == (kept(1), kept(2))


def test_everything_is_there_after_the_store_was_opened_again(tmp_path):
    path = tmp_path / "d.sqlite"
    first = DispensationStore(path)
    first.dispense(kept(), allow)
    first.close()
    second = DispensationStore(path)
    assert second.all() == (kept(),)
    second.close()


def one_only(found):
    return NO if found.dispensations else None


def test_of_many_at_once_one_is_entered(store):
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda number: store.dispense(kept(number), one_only), range(16)))
    assert said.count(None) == 1 and len(store.all()) == 1


PROCESS = """
import sys
from pathlib import Path
from tests.unit.test_dispensation_store import DispensationStore, kept, one_only
store = DispensationStore(Path(sys.argv[1]))
print(sum(store.dispense(kept(int(sys.argv[2]) + n), one_only) is None for n in range(20)))
"""


def test_of_two_processes_at_once_one_dispenses(tmp_path):
    path = tmp_path / "d.sqlite"
    made = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(path), str(first)], stdout=subprocess.PIPE, cwd=ROOT
        )
        for first in (100, 200)
    ]
    assert sum(int(each.communicate(timeout=120)[0]) for each in made) == 1
    store = DispensationStore(path)
    assert len(store.all()) == 1
    store.close()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "d.sqlite"
    path.write_bytes(b"not a database at all, but long enough to be read" * 20)
    with pytest.raises(StoreDamaged, match=str(path)):
        DispensationStore(path)


def test_a_database_of_another_version_is_refused(tmp_path):
    path = tmp_path / "d.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreDamaged, match="99"):
        DispensationStore(path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreDamaged):
        DispensationStore(tmp_path / "file" / "d.sqlite")


def test_a_database_that_breaks_while_it_is_open_is_not_available(store, tmp_path):
    store.dispense(kept(), allow)
    connection = sqlite3.connect(tmp_path / "pt" / "dispensations.sqlite")
    connection.executescript("DROP TABLE dispensed_item")
    connection.close()
    with pytest.raises(NotAvailable):
        store.tallies([RX])
    with pytest.raises(NotAvailable):
        store.dispense(kept(2), allow)
