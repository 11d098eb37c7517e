"""Query plans on SQLite: look-ups and the joins of an import search by key and never read a table through."""

import re

import pytest
from sqlalchemy import event, text

from terminology import gaps, search
from terminology.concept import Concept
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    MappingItem,
    ValueSetItem,
)
from terminology.imports import jobs
from terminology.releases import switching
from terminology.store.schema import metadata
from terminology.workspace.changes import DESIGNATION, past
from terminology.workspace.rows import designations_of, find_concept, find_concepts, mappings_of
from tests.support.terminology_store import KARI, NOON

# Read through on purpose: as many rows as there are code systems, sets or releases; of the trail the last.
SMALL = {"code_system", "code_system_version", "value_set", "active_release", "release", "activation"}
SMALL |= {"import_run", "trail"}
SCAN = re.compile(r"^SCAN (\w+)")


@pytest.fixture
def watched(_sqlite_stores):
    """A database and the tables, by their alias, that its statements read through."""
    store, statements = _sqlite_stores.open("filled"), []

    @event.listens_for(store, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, many):
        statements.append((statement, parameters[0] if many and parameters else parameters))

    def scanned():
        found = set()
        with store.connect() as connection:
            plain = connection.connection.driver_connection
            for statement, parameters in list(statements):
                if statement.lstrip().split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
                    continue
                for row in plain.execute("EXPLAIN QUERY PLAN " + statement, parameters):
                    if (match := SCAN.match(row[3])) and "VIRTUAL TABLE" not in row[3]:
                        found.add(table_of(match[1], statement))
        return found & set(metadata.tables) - SMALL

    statements.clear()
    return store, scanned, statements


def table_of(alias, statement):
    """The table that an alias stands for in a statement."""
    match = re.search(rf"\b(?:FROM|JOIN)\s+\"?(\w+)\"?(?:\s+AS)?\s+{alias}\b", statement)
    return match[1] if match else alias


def test_looking_up_a_code_searches(watched):
    store, scanned, statements = watched
    row = find_concept(store, "1.0.3166.1", "NA")
    (text_row, *_) = designations_of(store, row.id)
    find_concepts(store, [("1.0.3166.1", "NA"), ("1.0.3166.1", "NO")])
    mappings_of(store, "1.0.3166.1", "NA")
    past(store, DESIGNATION, text_row.id)
    switching.active(store)
    search.search(store, "namibia")
    search.search(store, "NA", system="1.0.3166.1")
    gaps.record(store, [gaps.Gap("NA", "1.0.3166.1", "", "", "code", "PT")], NOON)
    assert len(statements) > 10
    assert scanned() == set()


def test_an_import_joins_by_key(watched):
    store, scanned, statements = watched
    version = find_concept(store, "1.0.3166.1", "NA").version
    items = [
        CodeSystemItem("1.0.3166.1", None, "x", version, "1"),
        ValueSetItem("1.3.6.1.4.1.12559.11.10.1.3.1.42.4", "eHDSICountry", "8.1.0", True, "1"),
        ConceptItem("1.0.3166.1", version, "NA", True, None, ("1.3.6.1.4.1.12559.11.10.1.3.1.42.4",), "2"),
        DesignationItem("1.0.3166.1", version, "NA", "nb-NO", "Namibland", False, None, "cldr", "2"),
        MappingItem(Concept("X", "1.2"), Concept("NA", "1.0.3166.1"), "equivalent", False, None, "3"),
    ]
    run = jobs.dry_run(store, KARI, "f", "0", "test", items, clock=lambda: NOON)
    jobs.apply(store, KARI, run.id, clock=lambda: NOON)
    assert len(statements) > 40
    assert scanned() <= {"concept"}  # the search index of a small import asks for its concepts by run


def test_the_watch_sees_a_table_that_is_read_through(watched):
    store, scanned, _ = watched
    with store.connect() as connection:
        connection.execute(text("SELECT * FROM designation d WHERE d.text = 'x'")).all()
        connection.execute(
            text("SELECT * FROM concept WHERE (version_id, code) IN (VALUES (1, 'x'), (2, 'y'))")
        ).all()
    assert scanned() == {"designation", "concept"}
