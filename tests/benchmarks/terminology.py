"""The terminology store: import, release, switching, search and bulk work on generated content.

Figures are CPU seconds of this process (SQLite works inside it), so that a busy machine counts less; what a
person waits for (search, switching) is wall time. 40,000 concepts in four languages are the whole catalogue.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from terminology import search
from terminology.active import ActiveTerms
from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem, Item, ValueSetItem
from terminology.imports import jobs
from terminology.imports.runs import Wishes
from terminology.release import Content
from terminology.releases import making, switching
from terminology.releases.checking import validate
from terminology.releases.comparing import diff
from terminology.releases.transfer import read_file, write_file
from terminology.store.engine import open_store
from terminology.workspace.actor import Actor, Role
from terminology.workspace.filters import Filter
from terminology.workspace.review import Action, review_all
from tests.benchmarks.goals import Goal

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KARI, OLA = (Actor(each, each, frozenset(Role)) for each in ("kari", "ola"))
SYSTEM, SET = "1.2.3.4", "1.2.3.42"
CONCEPTS, LANGUAGES = 40_000, ("en", "nb-NO", "nn-NO", "da")
ROWS = 500_000
TYPED = (
    "C0123",
    "norske ord",
    "ord 123",
    "number 77",
    "begrep nummer 39",
    "english words of",
    "12345",
    "c03",
)


def measure() -> list[Goal]:
    """All goals of the store."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{folder}/terminology.sqlite")
        goals = [*_catalogue(engine), *_switching(engine), *_searching(engine), *_bulk(engine)]
        engine.dispose()
        return [*goals, *_half_a_million(Path(folder))]


def items(concepts: int, edition: int = 1, status: Status = Status.ACTIVE) -> Iterator[Item]:
    """A generated file; in a later edition every tenth Norwegian text is another one."""
    yield CodeSystemItem(SYSTEM, None, "Generated", "1", "line 1")
    yield ValueSetItem(SET, "Generated", "1", True, "line 1")
    for number in range(concepts):
        code, where = f"C{number:06}", f"line {number}"
        yield ConceptItem(SYSTEM, "1", code, True, None, (SET,), where)
        for language in LANGUAGES:
            words = f"English words of concept number {number}"
            if language != "en":
                new = " ny" if edition > 1 and number % 10 == 0 else ""
                words = f"Norske ord for begrep nummer {number}{new} ({language})"
            yield DesignationItem(SYSTEM, "1", code, language, words, False, status, "generated", where)


@contextmanager
def cpu() -> Iterator[list[float]]:
    """Seconds of CPU time of the block."""
    taken: list[float] = []
    started = time.process_time()
    yield taken
    taken.append(time.process_time() - started)


def _imported(engine: Engine, concepts: int, **more: object) -> None:
    found = items(concepts, **more)  # type: ignore[arg-type]
    run = jobs.dry_run(engine, KARI, "file", "0", "bench", found, Wishes(trusted=True), clock=lambda: NOW)
    jobs.apply(engine, KARI, run.id, clock=lambda: NOW)


def _catalogue(engine: Engine) -> list[Goal]:
    empty = making.draft(engine, Content.TEST, now=NOW)
    with cpu() as taken:
        _imported(engine, CONCEPTS)
        validate(engine, Content.TEST)
        full = making.draft(engine, Content.TEST, now=NOW)
        diff(empty, full)
    with cpu() as again:
        _imported(engine, CONCEPTS, edition=2)
        validate(engine, Content.TEST)
        diff(full, making.draft(engine, Content.TEST, now=NOW))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = f"import, validate, diff {CONCEPTS} concepts x {len(LANGUAGES)}"
    return [
        Goal("T-import", what, taken[0], 5.0, "s CPU"),
        Goal("T-again", f"{what}, next edition", again[0], 5.0, "s CPU"),
        Goal("T-memory", "largest memory meanwhile", memory, 500.0, "MB"),
    ]


def _switching(engine: Engine) -> list[Goal]:
    """Activate and roll back while readers look up 200 times a second."""
    making.build(engine, KARI, "A", Content.TEST, now=NOW)
    making.build(engine, KARI, "B", Content.TEST, now=NOW)
    switching.activate(engine, KARI, "A", now=NOW)
    terms = ActiveTerms(engine)
    taken: list[float] = []
    with _readers(terms) as waits:
        for _ in range(3):
            for deed in (
                lambda: switching.activate(engine, KARI, "B", now=NOW),
                lambda: switching.roll_back(engine, KARI, now=NOW),
            ):
                started = time.perf_counter()
                deed()
                terms.refresh()
                taken.append(time.perf_counter() - started)
    meanwhile = statistics.quantiles(waits, n=20)[-1] * 1000
    with _readers(terms) as waits:
        time.sleep(sum(taken))
    before = statistics.quantiles(waits, n=20)[-1] * 1000
    print(
        f"readers: p95 {meanwhile:.2f} ms while switching, {before:.2f} ms otherwise, {len(waits)} look-ups"
    )
    return [Goal("T-switch", "activate or roll back, slowest of 6", max(taken), 1.0, "s")]


@contextmanager
def _readers(terms: ActiveTerms) -> Iterator[list[float]]:
    """Twenty codes from one catalogue, 200 times a second; how long each took."""
    stop, waits = threading.Event(), list[float]()

    def read() -> None:
        number = 0
        while not stop.wait(0.005):
            started = time.perf_counter()
            catalogue = terms.current()
            for _ in range(20):
                number = (number + 7919) % CONCEPTS
                answer = catalogue.lookup(Concept(f"C{number:06}", SYSTEM))
                assert answer.text is not None
            waits.append(time.perf_counter() - started)

    thread = threading.Thread(target=read)
    thread.start()
    yield waits
    stop.set()
    thread.join()


def _searching(engine: Engine) -> list[Goal]:
    search.search(engine, "warm")
    waits = []
    for words in TYPED:
        for length in range(1, len(words) + 1):
            started = time.perf_counter()
            search.search(engine, words[:length])
            waits.append((time.perf_counter() - started) * 1000)
    return [Goal("T-search", "search as you type, p95", statistics.quantiles(waits, n=20)[-1], 50.0, "ms")]


def _bulk(engine: Engine) -> list[Goal]:
    """The 12,000 proposals of the second edition, submitted by one person and approved by another."""
    with cpu() as taken:
        done = review_all(engine, OLA, Action.APPROVE, Filter(status=Status.IN_REVIEW), now=NOW)
    per_10_000 = taken[0] * 10_000 / done.done
    return [Goal("T-bulk", f"approve {done.done} rows, per 10,000", per_10_000, 5.0, "s CPU")]


def _half_a_million(folder: Path) -> list[Goal]:
    """To a switched release, against `executemany` of the same rows from a file into one bare table.

    Two ways: a released file of another installation, and a file that passes through the workspace with dry
    run, report and a row per text to review.
    """
    concepts = ROWS // len(LANGUAGES)
    rows = [
        (each.code, each.language, each.text, each.preferred, str(each.status), each.basis)
        for each in items(concepts)
        if isinstance(each, DesignationItem)
    ]
    plain = folder / "rows.json"
    plain.write_text("\n".join(json.dumps(row) for row in rows))
    del rows
    with cpu() as floor:
        bare = sqlite3.connect(folder / "bare.sqlite")
        bare.execute("CREATE TABLE designation (code, language, text, preferred, status, basis)")
        with plain.open() as lines:
            insert = "INSERT INTO designation VALUES (?, ?, ?, ?, ?, ?)"
            bare.executemany(insert, (json.loads(line) for line in lines))
        bare.commit()
        bare.close()
    engine = open_store(f"sqlite:///{folder}/half.sqlite")
    with cpu() as taken:
        _imported(engine, concepts)
        making.build(engine, KARI, "half", Content.TEST, now=NOW)
        switching.activate(engine, KARI, "half", now=NOW)
        ActiveTerms(engine).current()
    write_file(engine, "half", folder / "half.gz")
    other = open_store(f"sqlite:///{folder}/other.sqlite")
    with cpu() as released:
        read_file(other, KARI, folder / "half.gz", now=NOW)
        switching.activate(other, KARI, "half", now=NOW)
        ActiveTerms(other).current()
    engine.dispose()
    other.dispose()
    print(f"{ROWS} rows: floor {floor[0]:.2f} s, released file {released[0]:.2f} s, import {taken[0]:.2f} s")
    return [
        Goal("P7", f"{ROWS} rows, released file to switched release", released[0] / floor[0], 2.0, "floors"),
        Goal("P7-import", f"{ROWS} rows, import to switched release", taken[0] / floor[0], 2.0, "floors"),
    ]
