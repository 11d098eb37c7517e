"""Imports: a dry run that alters nothing, a report of every kind, one transaction that takes it over."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    MappingItem,
    Noted,
    Rejected,
    ValueSetItem,
)
from terminology.importers.unreadable import Unreadable
from terminology.imports import jobs, reporting, runs
from terminology.imports.applying import in_order
from terminology.imports.runs import State, Wishes
from terminology.release import Content
from terminology.releases import making
from terminology.search import search
from terminology.store import trail
from terminology.store.schema import concept, designation, membership
from terminology.store.staging import staged_designation
from terminology.workspace.actor import Actor, NotAllowed, NotPossible, Role
from terminology.workspace.changes import past
from terminology.workspace.edit import propose
from terminology.workspace.rows import designations_of, find_concept
from tests.support.terminology_store import KARI, NOON, OLA, READER

SYSTEM, SET = "1.2.3.4", "1.2.3.42"
PLAIN = Wishes()
EDITOR = Actor("ed", "Ed", frozenset({Role.EDITOR}))


def clock():
    return NOON


def said(
    code, text, language="nb-NO", *, version="1", status=None, preferred=False, basis="test", system=SYSTEM
):
    return DesignationItem(system, version, code, language, text, preferred, status, basis, f"line {code}")


def told(code, *, version="1", current=True, parent=None, sets=(SET,), system=SYSTEM):
    return ConceptItem(system, version, code, current, parent, sets, f"line {code}")


def head(version="1", complete=True):
    return [
        CodeSystemItem(SYSTEM, None, "Prøveverk", version, "line 1"),
        ValueSetItem(SET, "Prøvesett", "1", complete, "line 1"),
    ]


def file_of(*items, version="1", complete=True):
    return [*head(version, complete), *items]


def dry(store, items, wishes=PLAIN, actor=KARI, format="test"):
    return jobs.dry_run(store, actor, "prøve.csv", "0" * 64, format, items, wishes, clock=clock)


def taken(store, items, wishes=PLAIN, actor=KARI, format="test"):
    run = dry(store, items, wishes, actor, format)
    assert run.state is State.READY
    return jobs.apply(store, actor, run.id, clock=clock)


def texts(store, code, system=SYSTEM, version=None):
    row = find_concept(store, system, code, version)
    return [(each.text, each.review.status.value) for each in designations_of(store, row.id)]


def test_a_dry_run_alters_nothing_and_says_what_is_new(empty_store):
    items = file_of(told("A"), said("A", "Alfa"), said("A", "alpha", "en", status=Status.ACTIVE), told("B"))
    run = dry(empty_store, items)
    assert (run.state, run.read) == (State.READY, 6)
    assert run.counts["concepts.new"] == 2
    assert run.counts["designations.new"] == 2
    assert run.counts["members.new"] == 2
    assert not any(number for name, number in run.counts.items() if not name.endswith("new"))
    with empty_store.connect() as connection:
        assert connection.execute(select(func.count()).select_from(concept)).scalar() == 0
    assert [(each.what, each.after) for each in reporting.findings(empty_store, run.id, "new")] == [
        ("A", "Alfa"),
        ("A", "alpha"),
    ]


def test_what_is_taken_over_is_draft_with_its_source_and_run(empty_store):
    run = taken(empty_store, file_of(told("A", parent="B"), told("B"), said("A", "Alfa")))
    assert run.state is State.APPLIED
    row = find_concept(empty_store, SYSTEM, "A")
    assert (row.version, row.parent, row.value_sets, row.system_name) == ("1", "B", (SET,), "Prøveverk")
    (text,) = designations_of(empty_store, row.id)
    review = text.review
    assert (review.status, review.author, review.reviewer) == (Status.DRAFT, "kari", None)
    assert (review.origin, review.run_id, review.basis) == ("prøve.csv", run.id, "test")
    assert runs.get(empty_store, run.id).sha256 == "0" * 64
    with empty_store.connect() as connection:
        assert connection.execute(select(func.count()).select_from(staged_designation)).scalar() == 0
    assert [hit.code for hit in search(empty_store, "alfa")] == ["A"]
    assert reporting.findings(empty_store, run.id, "new")[0].after == "Alfa"


def test_importing_the_same_again_changes_nothing(empty_store):
    items = file_of(told("A"), said("A", "Alfa"), said("A", "Alfa"), told("A"))
    taken(empty_store, items)
    run = dry(empty_store, items)
    assert run.counts["designations.unchanged"] == 1
    assert sum(run.counts.values()) == 1


def test_a_draft_of_an_earlier_import_is_replaced_and_kept_in_its_history(empty_store):
    taken(empty_store, file_of(told("A"), said("A", "Alfa")))
    run = dry(empty_store, file_of(told("A"), said("A", "Alfaen")))
    assert (run.counts["designations.changed"], run.counts["designations.new"]) == (1, 0)
    (row,) = reporting.findings(empty_store, run.id, "changed")
    assert (row.place, row.what, row.before, row.after) == ("line A", "A", "Alfa", "Alfaen")
    jobs.apply(empty_store, KARI, run.id, clock=clock)
    assert texts(empty_store, "A") == [("Alfaen", "draft")]
    (text,) = designations_of(empty_store, find_concept(empty_store, SYSTEM, "A").id)
    (before,) = past(empty_store, "designation", text.id)
    assert (before.text, before.action, text.review.row_version) == ("Alfa", "import", 2)


def test_an_approved_text_stays_and_the_files_is_a_draft_beside_it(store):
    country = "1.0.3166.1"
    item = said("NA", "Namibland", version="", system=country)
    run = dry(store, [item])
    assert run.counts["designations.conflict"] == 1
    (row,) = reporting.findings(store, run.id, "conflict")
    assert (row.before, row.after) == ("Namibia", "Namibland")
    jobs.apply(store, KARI, run.id, clock=clock)
    assert set(texts(store, "NA", country)) >= {("Namibia", "active"), ("Namibland", "draft")}
    held = {each.text: each for each in designations_of(store, find_concept(store, country, "NA").id)}
    assert held["Namibland"].review.replaces == held["Namibia"].id
    tried = making.draft(store, Content.TEST, now=NOON)
    assert tried.catalogue.lookup(Concept("NA", country)).text == "Namibia"


def test_a_draft_that_a_person_wrote_stays(empty_store):
    taken(empty_store, file_of(told("A")))
    propose(empty_store, OLA, find_concept(empty_store, SYSTEM, "A").id, "nb-NO", "Ola sitt", now=NOON)
    run = taken(empty_store, file_of(told("A"), said("A", "Filens")))
    assert run.counts["designations.conflict"] == 1
    assert sorted(texts(empty_store, "A")) == [("Filens", "draft"), ("Ola sitt", "draft")]


def test_drafts_of_the_seed_are_replaced_by_an_official_file(store):
    isco = "2.16.840.1.113883.2.9.6.2.7"
    version = find_concept(store, isco, "221").version
    run = taken(store, [said("221", "Lege", version=version, system=isco)])
    assert run.counts["designations.changed"] == 1
    assert ("Lege", "draft") in texts(store, "221", isco)


def test_what_the_file_lacks_is_reported_and_retired_only_on_wish(empty_store):
    first = file_of(told("A"), said("A", "Alfa"), said("A", "alfa", "nn-NO"), told("B"), said("B", "Beta"))
    taken(empty_store, first)
    second = file_of(told("A"), said("A", "Alfa"), told("C"), said("C", "alfa", "nn-NO"))
    run = dry(empty_store, second)
    gone = reporting.findings(empty_store, run.id, "gone")
    assert {(each.what, each.before) for each in gone} == {("A", "alfa"), ("B", None), ("B", SET)}
    jobs.apply(empty_store, KARI, run.id, clock=clock)
    assert find_concept(empty_store, SYSTEM, "B").current
    assert ("alfa", "draft") in texts(empty_store, "A")
    taken(empty_store, second, Wishes(retire_gone=True))
    row = find_concept(empty_store, SYSTEM, "B")
    assert (row.current, row.value_sets) == (False, ())
    assert ("alfa", "retired") in texts(empty_store, "A")
    assert ("Beta", "draft") in texts(empty_store, "B")


def test_approved_status_counts_only_for_english_and_trusted_files(empty_store):
    items = file_of(
        told("A"), said("A", "Alfa", status=Status.ACTIVE), said("A", "alpha", "en", status=Status.ACTIVE)
    )
    taken(empty_store, items)
    assert sorted(texts(empty_store, "A")) == [("Alfa", "in review"), ("alpha", "active")]
    with pytest.raises(NotAllowed, match="needs_reviewer"):
        dry(empty_store, items, Wishes(trusted=True), actor=EDITOR)
    other = [told("B"), said("B", "Beta", status=Status.ACTIVE)]
    taken(empty_store, file_of(*other), Wishes(trusted=True))
    assert texts(empty_store, "B") == [("Beta", "active")]


def test_rejected_and_noted_rows_are_in_the_report_with_their_place(empty_store):
    items = file_of(
        Rejected("line 7", "", "import.reject.no_code"),
        Noted("line 8", "Blister ", "import.note.blanks"),
        said("Z", "Uten begrep"),
    )
    run = dry(empty_store, items)
    assert (run.counts["rejected"], run.counts["noted"]) == (2, 1)
    rejected = reporting.findings(empty_store, run.id, "rejected")
    assert {(each.place, each.what, each.reason) for each in rejected} == {
        ("line 7", "", "import.reject.no_code"),
        ("line Z", "Z", "import.reject.unknown_concept"),
    }
    assert reporting.findings(empty_store, run.id, "noted")[0].reason == "import.note.blanks"
    assert run.counts["designations.new"] == 0


def test_a_file_that_cannot_be_read_leaves_nothing_but_the_reason(empty_store):
    def cut_off():
        yield from file_of(told("A"), said("A", "Alfa"))
        raise Unreadable("cut_off", "line 9", name="x")

    run = dry(empty_store, cut_off())
    assert run.state is State.FAILED
    assert run.error == {"key": "import.unreadable.cut_off", "where": "line 9", "name": "x"}
    with pytest.raises(NotPossible, match="run_state"):
        jobs.apply(empty_store, KARI, run.id, clock=clock)
    with empty_store.connect() as connection:
        assert connection.execute(select(func.count()).select_from(staged_designation)).scalar() == 0


def test_an_import_is_cancelled_while_it_reads(empty_store):
    def slow():
        yield from file_of(told("A"))
        runs.cancel(empty_store, KARI, runs.listed(empty_store)[0].id, now=NOON)
        yield said("A", "Alfa")

    run = dry(empty_store, slow())
    assert run.state is State.CANCELLED
    with pytest.raises(NotPossible):
        runs.cancel(empty_store, KARI, run.id, now=NOON)
    with empty_store.connect() as connection:
        assert connection.execute(select(func.count()).select_from(staged_designation)).scalar() == 0


def test_a_report_that_is_not_true_any_more_is_shown_again(empty_store):
    items = file_of(told("A"), said("A", "Alfa"))
    first, second = dry(empty_store, items), dry(empty_store, items)
    jobs.apply(empty_store, KARI, first.id, clock=clock)
    with pytest.raises(jobs.Changed) as caught:
        jobs.apply(empty_store, KARI, second.id, clock=clock)
    assert caught.value.run.counts["designations.unchanged"] == 1
    assert jobs.apply(empty_store, KARI, second.id, clock=clock).state is State.APPLIED
    assert texts(empty_store, "A") == [("Alfa", "draft")]


def test_what_a_crash_left_behind_is_put_in_order(empty_store):
    ready = dry(empty_store, file_of(told("A"), said("A", "Alfa")))
    reading = runs.start(empty_store, KARI, "x", "", "test", Wishes(), now=NOON)
    with empty_store.begin() as connection:
        runs.move(connection, ready.id, (State.READY,), State.APPLYING)
    assert runs.recover(empty_store, now=NOON) == []  # this process lives
    later = NOON + timedelta(minutes=3)
    assert runs.recover(empty_store, now=NOON, alive=lambda _: None) == []  # another machine, just heard of
    assert set(runs.recover(empty_store, now=later, alive=lambda _: None)) == {ready.id, reading}
    assert runs.get(empty_store, ready.id).state is State.READY
    assert runs.get(empty_store, reading).error == {"key": "terminology.import.interrupted"}
    assert jobs.apply(empty_store, KARI, ready.id, clock=clock).state is State.APPLIED


def test_mappings_are_compared_by_both_ends(empty_store):
    def link(relationship, code="X1", status=None):
        ends = Concept("A", SYSTEM, "1"), Concept(code, "1.2.3.5")
        return MappingItem(*ends, relationship, False, status, "line 3")

    run = taken(empty_store, [link("equivalent"), link("equivalent")], Wishes(trusted=True))
    assert run.counts["mappings.new"] == 1
    run = taken(empty_store, [link("broader"), link("narrower", "X2", Status.ACTIVE)], Wishes(trusted=True))
    assert (run.counts["mappings.changed"], run.counts["mappings.new"]) == (1, 1)
    run = taken(empty_store, [link("broader"), link("inexact", "X2")])
    counts = run.counts
    assert (counts["mappings.unchanged"], counts["mappings.conflict"], counts["mappings.new"]) == (1, 1, 0)
    made = making.draft(empty_store, Content.TEST, now=NOON).mappings
    found = sorted((each.target.code, each.relationship, each.status.value) for each in made)
    assert found == [("X1", "broader", "draft"), ("X2", "inexact", "draft"), ("X2", "narrower", "active")]


def test_versions_stand_side_by_side_in_their_order(empty_store):
    for version in ("2.8", "2.59", "2.10"):
        item = said("A", f"Alfa {version}", version=version)
        taken(empty_store, file_of(told("A", version=version), item, version=version))
    catalogue = making.draft(empty_store, Content.TEST, now=NOON).catalogue
    assert catalogue.code_systems[SYSTEM].versions == ("2.8", "2.10", "2.59")
    assert catalogue.lookup(Concept("A", SYSTEM, "2.10")).text == "Alfa 2.10"
    assert catalogue.lookup(Concept("A", SYSTEM)).text == "Alfa 2.59"
    assert sorted(["2016", "2008", "", "2016-07", "b", "a"], key=in_order) == [
        "",
        "a",
        "b",
        "2008",
        "2016",
        "2016-07",
    ]


def test_a_file_without_a_version_speaks_of_the_current_one(empty_store):
    taken(empty_store, file_of(told("A", version="1"), version="1"))
    taken(empty_store, [said("A", "Alfa", version="")])
    assert texts(empty_store, "A", version="1") == [("Alfa", "draft")]


def test_only_an_editor_imports(empty_store):
    with pytest.raises(NotAllowed):
        dry(empty_store, [], actor=READER)


def test_every_step_is_in_the_trail(empty_store):
    run = taken(empty_store, file_of(told("A")))
    events = [(each.action, each.subject) for each in trail.events(empty_store)]
    assert events == [("import", "prøve.csv"), ("apply import", "prøve.csv")]
    assert trail.events(empty_store)[1].detail["run"] == run.id
    assert trail.verify(empty_store).broken is None


def test_thousands_of_rows_are_taken_in_pieces(empty_store):
    number = 5_500
    run = taken(
        empty_store,
        file_of(*(each for n in range(number) for each in (told(f"C{n}"), said(f"C{n}", f"Tekst {n}")))),
    )
    assert run.counts["designations.new"] == number
    with empty_store.connect() as connection:
        for table in (designation, concept, membership):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == number
    assert search(empty_store, "tekst 5499")[0].code == "C5499"
