"""A catalogue of the size of the European one: 40,000 concepts in five code systems, four languages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    ValueSetItem,
)
from terminology.imports.jobs import apply, dry_run
from terminology.imports.runs import State, Wishes
from terminology.release import Content
from terminology.releases.making import build
from terminology.releases.switching import activate
from terminology.store.engine import open_store
from terminology.value_sets import PREFIX
from terminology.workspace.actor import Actor, Role

CONCEPTS, SYSTEMS, MAPPINGS = 40_000, 5, 1_000
LANGUAGES = ("en", "nb-NO", "nn-NO", "de-DE")
NATIONAL = "2.16.578.1.12.4.1.1.7180"
ROOT = "2.999.4."
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BUILDER = Actor("bench", "Bench", frozenset(Role))


def system_of(number: int) -> str:
    return f"{ROOT}{number % SYSTEMS}"


def items() -> Iterator[Item]:
    """Declarations, concepts with their texts, mappings; every concept is in one value set."""
    for number in range(SYSTEMS):
        yield CodeSystemItem(system_of(number), None, f"System {number}", "2026", "")
        yield ValueSetItem(f"{PREFIX}{900 + number}", f"eHDSIBench{number}", "8.1.0", True, "")
    for number in range(CONCEPTS):
        system, code = system_of(number), f"C{number:05}"
        sets = (f"{PREFIX}{900 + number % SYSTEMS}",)
        yield ConceptItem(system, "2026", code, True, None, sets, "")
        for language in LANGUAGES:
            words = f"Tekst {number} om et begrep med noen ord til ({language})"
            yield DesignationItem(system, "2026", code, language, words, False, Status.ACTIVE, "bench", "")
    for number in range(MAPPINGS):
        target = Concept(f"C{number:05}", system_of(number), "2026")
        yield MappingItem(Concept(f"N{number}", NATIONAL), target, "equivalent", False, Status.ACTIVE, "")


def store_with_release(folder: Path) -> str:
    """The address of a new SQLite store whose active release is the catalogue."""
    url = f"sqlite:///{folder / 'terminology.sqlite'}"
    engine = open_store(url)
    wishes = Wishes(Status.ACTIVE, trusted=True)
    run = dry_run(engine, BUILDER, "generated", "", "generated", items(), wishes, clock=lambda: NOON)
    assert apply(engine, BUILDER, run.id, clock=lambda: NOON).state is State.APPLIED
    build(engine, BUILDER, "bench", Content.APPROVED, now=NOON)
    activate(engine, BUILDER, "bench", now=NOON)
    engine.dispose()
    return url
