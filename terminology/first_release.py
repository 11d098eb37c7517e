"""The first release: an empty database is filled from the seed, so that pages can be read before any import.

Texts from a published Norwegian source (CLDR, ICD-10, ATC) start active; everything else is our own wording,
stays a draft, and is shown because the release says that it is test content. Nobody has approved any of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from terminology import languages, search
from terminology.catalogue import Catalogue, Entry
from terminology.designation import Designation, Status
from terminology.release import Content
from terminology.releases.making import build, find, listed
from terminology.releases.switching import activate, active
from terminology.seed import RELEASE_NAME, seed_catalogue
from terminology.store import moments, trail
from terminology.store.schema import (
    code_system,
    code_system_version,
    concept,
    designation,
    membership,
    value_set,
)
from terminology.workspace.actor import Actor, NotPossible, Role

PUBLISHED = ("cldr", "icd10-no", "atc-no")  # bases that stand in a published Norwegian source
_LOCK = 7112  # of the advisory lock
INSTALLER = Actor("installation", "installation", frozenset({Role.PUBLISHER}))


def ensure(engine: Engine, *, now: datetime) -> bool:
    """Fill an empty database, make the first release of it and activate it; whether it was done.

    An interrupted one is continued: filling, making and activating are a transaction each. Where
    somebody has made releases already, nothing is done.
    """
    if active(engine).name is not None:
        return False
    with _alone(engine):
        with engine.begin() as connection:
            if connection.execute(select(code_system.c.id).limit(1)).first() is None:
                fill(connection, seed_catalogue(), now)
        try:
            if find(engine, RELEASE_NAME) is None:
                if listed(engine):
                    return False
                build(engine, INSTALLER, RELEASE_NAME, Content.TEST, now=now, note="seed")
            activate(engine, INSTALLER, RELEASE_NAME, now=now)
        except NotPossible:  # another process that started at the same moment was faster
            return False
    return True


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Let one process after the other begin; SQLite's transactions see to that by themselves."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK})")


def fill(connection: Connection, catalogue: Catalogue, now: datetime) -> None:
    """Put the concepts of a catalogue into an empty workspace."""
    entries = {_key(each): each for oid in catalogue.value_sets for each in catalogue.members(oid)}
    versions = _versions(connection, entries.values())
    connection.execute(
        concept.insert(),
        [
            {"version_id": versions[key[:2]], "code": each.code, "current": each.current, "parent": None}
            for key, each in entries.items()
        ],
    )
    numbers = {(row.version_id, row.code): row.id for row in connection.execute(select(concept))}
    ids = {key: numbers[versions[key[:2]], each.code] for key, each in entries.items()}
    texts = [_text(ids[key], text, now) for key, each in entries.items() for text in each.designations]
    connection.execute(designation.insert(), texts)
    sets = _value_sets(connection, catalogue)
    members = [
        {"concept_id": ids[key], "value_set_id": sets[oid]}
        for key, each in entries.items()
        for oid in each.value_sets
    ]
    connection.execute(membership.insert(), members)
    search.rebuild(connection)
    count = {"concepts": len(entries), "designations": len(texts)}
    trail.append(connection, now, INSTALLER.id, "fill", RELEASE_NAME, count)


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.system.oid or entry.system.name, entry.version, entry.code


def _versions(connection: Connection, entries: Iterable[Entry]) -> dict[tuple[str, ...], int]:
    """The id of each (key of the system, version)."""
    found: dict[tuple[str, ...], int] = {}
    for system in {_key(each)[0]: each.system for each in entries}.values():
        key = system.oid or system.name
        values = {"key": key, "oid": system.oid, "name": system.name, "uri": None}
        values |= {"other_names": "|".join(system.other_names), "other_oids": "|".join(system.other_oids)}
        system_id = _inserted(connection, code_system, values)
        for ordinal, version in enumerate(system.versions):
            row = {"system_id": system_id, "version": version, "ordinal": ordinal}
            found[key, version] = _inserted(connection, code_system_version, row)
    return found


def _value_sets(connection: Connection, catalogue: Catalogue) -> dict[str, int]:
    """The id of each value set by OID."""
    return {
        oid: _inserted(
            connection,
            value_set,
            {"oid": oid, "name": each.name, "version": each.version, "complete": each.complete},
        )
        for oid, each in catalogue.value_sets.items()
    }


def _text(concept_id: int, text: Designation, now: datetime) -> dict[str, Any]:
    published = text.basis in PUBLISHED
    return {
        "concept_id": concept_id,
        "language": languages.stored(text.language),
        "text": text.text,
        "status": (Status.ACTIVE if published else text.status).value,
        "preferred": text.preferred,
        "basis": text.basis,
        "origin": text.origin,
        "author": INSTALLER.id,
        "reviewer": None,
        "at": moments.written(now),
        "reason": None,
        "run_id": None,
        "replaces": None,
        "row_version": 1,
    }


def _inserted(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    made = connection.execute(table.insert(), dict(values))
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])
