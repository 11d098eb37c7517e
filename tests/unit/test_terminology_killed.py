"""The process is killed in the middle of an import or an activation: what is in use stays in use."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from terminology.active import ActiveTerms
from terminology.concept import Concept
from terminology.imports import jobs, runs
from terminology.imports.runs import State
from terminology.release import Content
from terminology.releases import making, switching
from terminology.seed import RELEASE_NAME
from terminology.store import trail
from terminology.store.schema import concept
from terminology.store.staging import staged_designation
from terminology.workspace.rows import find_concept
from tests.support.terminology_store import KARI, NOON
from tests.support.terminology_victim import NUMBER, SYSTEM, items

ROOT = Path(__file__).parents[2]


@pytest.fixture
def victim(store):
    """Start a process, wait until it is in the middle, and kill it."""

    def killed(place, *rest):
        url = store.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.support.terminology_victim", url, place, *rest]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"here\n"
            process.kill()
            process.stdin.close()
        assert process.returncode == -9

    return killed


def unharmed(store):
    assert switching.active(store).name == RELEASE_NAME
    terms = ActiveTerms(store).current()
    assert terms.lookup(Concept("NA", "1.0.3166.1")).text == "Namibia"
    assert trail.verify(store).broken is None


def rows_of(store, table):
    with store.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


def test_killed_while_reading_it_has_failed_and_is_read_anew(store, victim):
    before = rows_of(store, concept)
    victim("reading")
    unharmed(store)
    assert rows_of(store, staged_designation) > 0
    (run,) = runs.listed(store)
    assert run.state is State.READING
    assert 0 < run.read < 2 * NUMBER + 1
    assert runs.recover(store, now=NOON) == [run.id]
    assert runs.get(store, run.id).state is State.FAILED
    assert (rows_of(store, staged_designation), rows_of(store, concept)) == (0, before)
    again = jobs.dry_run(store, KARI, "f", "0", "test", items(), clock=lambda: NOON)
    assert again.counts["designations.new"] == NUMBER


def test_killed_while_applying_nothing_has_happened_and_it_is_applied_again(store, victim):
    run = jobs.dry_run(store, KARI, "f", "0", "test", items(), clock=lambda: NOON)
    before = rows_of(store, concept)
    victim("applying", str(run.id))
    unharmed(store)
    assert rows_of(store, concept) == before
    assert runs.recover(store, now=NOON) == [run.id]
    assert jobs.apply(store, KARI, run.id, clock=lambda: NOON).state is State.APPLIED
    assert find_concept(store, SYSTEM, f"C{NUMBER - 1}") is not None


def test_killed_while_activating_the_release_before_stays_in_use(store, victim):
    making.build(store, KARI, "8.1.1", Content.TEST, now=NOON)
    counter = switching.active(store).counter
    victim("activating", "8.1.1")
    unharmed(store)
    assert switching.active(store).counter == counter
    assert switching.activate(store, KARI, "8.1.1", now=NOON).name == "8.1.1"
    assert switching.roll_back(store, KARI, now=NOON).name == RELEASE_NAME
