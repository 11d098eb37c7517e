"""Differences between releases, and what they mean for documents."""

import csv
import io

from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem, MappingItem
from terminology.imports import jobs
from terminology.imports.runs import Wishes
from terminology.release import Content
from terminology.releases import making
from terminology.releases.comparing import Change, Impact, Kind, as_csv, diff, impact, narrowed
from terminology.seed import RELEASE_NAME
from terminology.workspace.changes import DESIGNATION
from terminology.workspace.edit import change, propose
from terminology.workspace.review import Action, review
from terminology.workspace.rows import designations_of, find_concept
from tests.support.terminology_store import KARI, NOON, OLA

EDQM, ISO = "0.4.0.127.0.16.1.1.2.1", "1.0.3166.1"
DOSE_FORM = "1.3.6.1.4.1.12559.11.10.1.3.1.42.2"
GUM, NAMIBIA = Concept("10230000", EDQM), Concept("NA", ISO)


def take(store, *items):
    run = jobs.dry_run(store, KARI, "f", "0", "test", items, Wishes(trusted=True), clock=lambda: NOON)
    return jobs.apply(store, KARI, run.id, clock=lambda: NOON)


def workspace(store):
    return making.draft(store, Content.TEST, now=NOON)


def test_a_release_does_not_differ_from_the_workspace_it_was_made_of(store):
    assert diff(making.open_release(store, RELEASE_NAME), workspace(store)) == []


def test_texts_are_compared_row_by_row(store):
    released = making.open_release(store, RELEASE_NAME)
    row = find_concept(store, EDQM, GUM.code)
    added = propose(store, KARI, row.id, "nb-NO", "Tyggegummi", now=NOON)
    isco = find_concept(store, "2.16.840.1.113883.2.9.6.2.7", "221")
    doctors = next(each for each in designations_of(store, isco.id) if each.language == "nb-NO")
    change(store, KARI, doctors.id, 1, now=NOON, text="Lege")
    found = diff(released, workspace(store))
    gum = (EDQM, row.version, GUM.code, "nb-NO", "", "Tyggegummi", "", "draft", (DOSE_FORM,))
    doctor = (isco.system, isco.version, "221", "nb-NO", "Leger", "Lege", "draft", "draft", isco.value_sets)
    assert found == [
        Change(Kind.ADDED, "designation", *gum),
        Change(Kind.CHANGED, "designation", *doctor),
    ]
    assert list(narrowed(found, kind=Kind.ADDED)) == found[:1]
    assert list(narrowed(found, value_set=DOSE_FORM, language="nb-NO", what="designation")) == found[:1]
    assert list(narrowed(found, contains="LEGER", system=isco.system)) == found[1:]
    assert list(narrowed(found, contains="ingenting")) == []
    before = workspace(store)
    row = review(store, KARI, Action.SUBMIT, DESIGNATION, added.id, 1, now=NOON)
    (moved,) = diff(before, workspace(store))
    assert (moved.kind, moved.status_before, moved.status_after) == (Kind.CHANGED, "draft", "in review")


def test_concepts_versions_and_mappings_are_compared(store):
    released = making.open_release(store, RELEASE_NAME)
    take(
        store,
        CodeSystemItem("1.2.3", None, "Nytt", "1", "1"),
        ConceptItem("1.2.3", "1", "A", True, None, (DOSE_FORM,), "2"),
        ConceptItem(ISO, "", "NA", False, None, (), "3"),
        MappingItem(Concept("A", "1.2.3", "1"), GUM, "equivalent", False, Status.ACTIVE, "4"),
    )
    found = diff(released, workspace(store))
    assert [(each.kind, each.what, each.system, each.code) for each in found] == [
        (Kind.CHANGED, "concept", ISO, "NA"),
        (Kind.ADDED, "version", "1.2.3", ""),
        (Kind.ADDED, "concept", "1.2.3", "A"),
        (Kind.ADDED, "mapping", "1.2.3", "A"),
    ]
    back = diff(workspace(store), released)
    assert {each.kind for each in back} == {Kind.CHANGED, Kind.REMOVED}


def test_every_affected_code_of_a_document_is_shown_before_activation(store):
    released = making.open_release(store, RELEASE_NAME)
    take(
        store,
        DesignationItem(EDQM, "", GUM.code, "nb-NO", "Tyggegummi", False, None, "test", "1"),
        MappingItem(NAMIBIA, GUM, "inexact", False, Status.ACTIVE, "2"),
    )
    zimbabwe = find_concept(store, ISO, "ZW")
    text = next(each for each in designations_of(store, zimbabwe.id) if each.language == "nb-NO")
    review(store, OLA, Action.RETIRE, DESIGNATION, text.id, 1, now=NOON, reason="prøve")
    codes = [GUM, GUM, NAMIBIA, Concept("ZW", ISO), Concept("NO", ISO), Concept("x", "9.9")]
    found = list(impact(released, workspace(store), [("ps.xml", codes), ("tom.xml", [])]))
    assert found == [
        Impact("ps.xml", GUM, "gained", "Oral gum", "Tyggegummi"),
        Impact("ps.xml", NAMIBIA, "mapping", "", "inexact 10230000"),
        Impact("ps.xml", Concept("ZW", ISO), "lost", "Zimbabwe", "ZIMBABWE"),
    ]


def test_the_differences_are_exported_and_no_cell_runs_in_a_spreadsheet(store):
    released = making.open_release(store, RELEASE_NAME)
    propose(store, KARI, find_concept(store, EDQM, GUM.code).id, "nb-NO", '=HYPERLINK("x";"y")', now=NOON)
    rows = list(csv.DictReader(io.StringIO("".join(as_csv(diff(released, workspace(store)))))))
    assert rows[0]["after"] == '\'=HYPERLINK("x";"y")'
    assert (rows[0]["code"], rows[0]["value_sets"]) == (GUM.code, DOSE_FORM)
