"""Suggestions: from six sources, always drafts with their origin; spelling rules measured on unseen pairs."""

import hashlib

import pytest

from terminology import spelling
from terminology.code_systems import ATC
from terminology.designation import Status
from terminology.importers.items import ConceptItem, DesignationItem
from terminology.imports import jobs
from terminology.seed import seed_catalogue
from terminology.suggestions import Suggestion, Way, suggest, suggest_missing, take_up, without_text
from terminology.workspace.changes import DESIGNATION
from terminology.workspace.review import Action, review
from terminology.workspace.rows import find_concept
from tests.support.terminology_store import KARI, NOON

EDQM = "0.4.0.127.0.16.1.1.2.1"
SOURCE = "EDQM Standard Terms 12200"  # the first of two dose forms called Tablet


def published_pairs():
    """English and Norwegian names of published ATC rows, and whether the rules were written from them."""
    catalogue = seed_catalogue()
    for entry in {
        each.code: each for oid in catalogue.value_sets for each in catalogue.members(oid)
    }.values():
        texts = {each.language: each for each in entry.designations}
        if entry.system.oid == ATC and "nb-NO" in texts and texts["nb-NO"].basis == "atc-no":
            seen = hashlib.sha256(entry.code.encode()).digest()[0] % 2 == 0
            yield texts["en"].text, texts["nb-NO"].text, seen


def test_seven_in_ten_unseen_names_are_spelt_exactly():
    unseen = [(english, norwegian) for english, norwegian, seen in published_pairs() if not seen]
    exact = sum(spelling.norwegian(english) == norwegian for english, norwegian in unseen)
    assert len(unseen) > 60
    assert exact / len(unseen) >= 0.70


@pytest.mark.parametrize(
    ("english", "norwegian"),
    [
        ("amoxicillin", "amoksicillin"),
        ("Folic acid", "Folsyre"),
        ("ascorbic acid", "askorbinsyre"),
        ("sodium chloride", "natriumklorid"),
        ("quetiapine", "kvetiapin"),
        ("quinine", "kinin"),
        ("Tetanus vaccines", "Tetanusvaksiner"),
        ("lactose", "laktose"),
        ("vitamin B12", "vitamin B12"),
        ("123", None),
        ("", None),
    ],
)
def test_names_are_spelt_by_rule(english, norwegian):
    assert spelling.norwegian(english) == norwegian


def take(store, *items):
    run = jobs.dry_run(store, KARI, "f", "0", "test", items, clock=lambda: NOON)
    jobs.apply(store, KARI, run.id, clock=lambda: NOON)


def new(store, code, english, system=EDQM, **more):
    version = find_concept(store, *({ATC: (ATC, "N02BE01"), EDQM: (EDQM, "10230000")}[system])).version
    items = [ConceptItem(system, version, code, True, more.get("parent"), (), "1")]
    items.append(DesignationItem(system, version, code, "en", english, False, Status.ACTIVE, "test", "1"))
    for language, text in more.get("others", {}).items():
        items.append(DesignationItem(system, version, code, language, text, False, None, "test", "1"))
    take(store, *items)
    return find_concept(store, system, code).id


def ways(found):
    return {each.way: each for each in found}


def test_the_same_words_in_another_set_are_suggested_with_their_concept(store):
    concept_id = new(store, "X1", "Tablet")
    found = ways(suggest(store, concept_id))
    assert found[Way.SAME_WORDS] == Suggestion("Tablett", Way.SAME_WORDS, SOURCE)
    like = ways(suggest(store, new(store, "X2", "TABLETS.")))
    assert (like[Way.LIKE_WORDS].text, like.get(Way.SAME_WORDS)) == ("Tablett", None)


def test_substances_neighbours_and_parents_are_suggested(store):
    concept_id = new(
        store,
        "N02BE99",
        "propacetamoxol",
        ATC,
        parent="N02BE01",
        others={"nn-NO": "nynorskord", "sv": "svenskt"},
    )
    found = suggest(store, concept_id)
    assert [(each.text, each.way) for each in found] == [
        ("propacetamoksol", Way.SPELLING),
        ("nynorskord", Way.LANGUAGE),
        ("svenskt", Way.LANGUAGE),
        ("paracetamol", Way.PARENT),
    ]


def test_an_earlier_decision_comes_first(store):
    concept_id = new(store, "X1", "Tablet")
    (best, *_) = suggest(store, concept_id)
    row = take_up(store, KARI, concept_id, best, now=NOON)
    assert (row.review.status, row.review.basis) == (Status.DRAFT, "suggestion")
    assert row.review.origin == f"same words: {SOURCE}"
    assert suggest(store, concept_id) == []
    review(store, KARI, Action.CLEAR, DESIGNATION, row.id, 1, now=NOON)
    assert suggest(store, concept_id)[0].way is Way.DECISION


def test_other_versions_of_the_code_are_a_decision(store):
    items = [
        ConceptItem(EDQM, "2026-01-01", "10219000", True, None, (), "1"),
        DesignationItem(EDQM, "2026-01-01", "10219000", "en", "Tablet!", False, Status.ACTIVE, "test", "1"),
    ]
    take(store, *items)
    found = suggest(store, find_concept(store, EDQM, "10219000", "2026-01-01").id)
    assert (found[0].text, found[0].way) == ("Tablett", Way.DECISION)


def test_missing_texts_are_drafted_for_a_whole_set(store):
    assert len(without_text(store)) == 5
    concept_id = new(store, "A99ZZ01", "examplamine", ATC)
    assert without_text(store, system=ATC) == [concept_id]
    made = dict(suggest_missing(store, KARI, now=NOON))
    assert made[concept_id].text == "eksamplamin"
    assert [row for row in made.values() if row is None]
    assert without_text(store, system=ATC) == []
    assert without_text(store, value_set_oid="1.3.6.1.4.1.12559.11.10.1.3.1.42.4") == []
