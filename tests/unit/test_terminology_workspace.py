"""The workspace: proposals beside what is approved, two people per row, two editors, history of every row."""

import threading

import pytest
from sqlalchemy import text

from terminology.concept import Concept
from terminology.designation import Status
from terminology.search import search
from terminology.store import trail
from terminology.workspace import assigning, filters
from terminology.workspace.actor import Actor, NotAllowed, NotFound, NotPossible, Role
from terminology.workspace.changes import DESIGNATION, MAPPING, Conflict, past
from terminology.workspace.edit import change, change_mapping, propose, propose_mapping
from terminology.workspace.filters import Filter
from terminology.workspace.review import Action, Done, review, review_all
from terminology.workspace.rows import (
    designations_of,
    find_concept,
    find_concepts,
    get_concept,
    mappings_of,
    pairs_query,
)
from tests.support.terminology_store import KARI, NOON, OLA, READER

EDQM, ISO, ATC = "0.4.0.127.0.16.1.1.2.1", "1.0.3166.1", "2.16.840.1.113883.6.73"
KINDS = {DESIGNATION, MAPPING}


def gum(store):
    """A concept without Norwegian text."""
    return find_concept(store, EDQM, "10230000")


def namibia(store):
    row = find_concept(store, ISO, "NA")
    return next(each for each in designations_of(store, row.id) if each.language == "nb-NO")


def draft(store, words="Tyggegummi", actor=KARI):
    return propose(store, actor, gum(store).id, "nb", words, now=NOON)


def step(store, actor, action, row, **more):
    kind = DESIGNATION if hasattr(row, "text") else MAPPING
    return review(store, actor, action, kind, row.id, row.review.row_version, now=NOON, **more)


def test_a_text_goes_from_draft_to_active_by_two_people(store):
    row = draft(store)
    assert (row.review.status, row.language, row.review.author) == (Status.DRAFT, "nb", "kari")
    row = step(store, KARI, Action.SUBMIT, row)
    with pytest.raises(NotAllowed, match="own_work"):
        step(store, KARI, Action.APPROVE, row)
    row = step(store, OLA, Action.APPROVE, row, reason="stemmer")
    assert (row.review.status, row.review.reviewer, row.review.author) == (Status.ACTIVE, "ola", "kari")
    assert [(each.action, each.changed_by, each.status) for each in past(store, DESIGNATION, row.id)] == [
        ("submit", "kari", "draft"),
        ("approve", "ola", "in review"),
    ]
    assert search(store, "tyggegummi")[0].code == "10230000"


def test_own_work_is_approved_with_a_reason_that_everybody_can_read(store):
    row = step(store, KARI, Action.APPROVE, step(store, KARI, Action.SUBMIT, draft(store)), override="haster")
    assert row.review.status is Status.ACTIVE
    assert past(store, DESIGNATION, row.id)[-1].action == "override"
    assert trail.newest(store, 1)[0].detail["override"] == "haster"


def test_who_wrote_an_earlier_state_does_not_approve_it_either(store):
    row = draft(store)
    row = change(store, OLA, row.id, row.review.row_version, now=NOON, text="Tyggegummi!")
    row = step(store, OLA, Action.SUBMIT, row)
    for author in (KARI, OLA):
        with pytest.raises(NotAllowed, match="own_work"):
            step(store, author, Action.APPROVE, row)


def test_rejecting_needs_a_reason_and_gives_the_draft_back(store):
    row = step(store, KARI, Action.SUBMIT, draft(store))
    with pytest.raises(NotPossible, match="needs_reason"):
        step(store, OLA, Action.REJECT, row, reason=" ")
    row = step(store, OLA, Action.REJECT, row, reason="skrivefeil")
    assert (row.review.status, row.review.reason) == (Status.DRAFT, "skrivefeil")


def test_an_approved_text_is_replaced_only_when_its_proposal_is_approved(store):
    old = namibia(store)
    new = change(store, KARI, old.id, old.review.row_version, now=NOON, text="Namibland")
    assert (new.review.status, new.review.replaces, namibia(store).text) == (Status.DRAFT, old.id, "Namibia")
    with pytest.raises(Conflict) as caught:
        change(store, OLA, old.id, old.review.row_version, now=NOON, text="Sørvest-Afrika")
    assert (caught.value.current.text, caught.value.yours) == ("Namibland", "Sørvest-Afrika")
    step(store, OLA, Action.APPROVE, step(store, KARI, Action.SUBMIT, new))
    found = {each.text: each.review.status for each in designations_of(store, old.concept_id)}
    assert found["Namibia"] is Status.RETIRED
    assert found["Namibland"] is Status.ACTIVE
    assert past(store, DESIGNATION, old.id)[-1].action == "replace"
    with pytest.raises(NotPossible, match="retired"):
        change(store, KARI, old.id, 2, now=NOON, text="x")


def test_the_second_of_two_editors_gets_both_texts_and_nothing_is_lost(store):
    row = draft(store)
    change(store, OLA, row.id, row.review.row_version, now=NOON, text="Olas tekst")
    with pytest.raises(Conflict) as caught:
        change(store, KARI, row.id, row.review.row_version, now=NOON, text="Karis tekst")
    assert (caught.value.current.text, caught.value.yours) == ("Olas tekst", "Karis tekst")
    assert caught.value.current.review.author == "ola"
    assert [each.text for each in past(store, DESIGNATION, row.id)] == ["Tyggegummi"]
    with pytest.raises(Conflict):
        step(store, OLA, Action.SUBMIT, row)


def test_of_two_editors_at_the_same_moment_exactly_one_wins(store):
    row = draft(store)
    outcomes = []

    def edit(words):
        try:
            outcomes.append(change(store, KARI, row.id, row.review.row_version, now=NOON, text=words).text)
        except Conflict as conflict:
            outcomes.append(conflict)

    threads = [threading.Thread(target=edit, args=(words,)) for words in ("en", "to", "tre")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [each for each in outcomes if isinstance(each, str)]
    lost = [each for each in outcomes if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (1, 2)
    assert {each.yours for each in lost} | set(won) == {"en", "to", "tre"}
    assert {each.current.text for each in lost} == set(won)


def test_a_second_proposal_for_the_same_text_is_a_conflict(store):
    draft(store)
    with pytest.raises(Conflict):
        draft(store, "Noe annet", OLA)


@pytest.mark.parametrize(
    ("words", "language", "why"),
    [
        ("", "nb", "empty_text"),
        ("  ", "nb", "empty_text"),
        ("x" * 4001, "nb", "long_text"),
        ("to\nlinjer", "nb", "control_character"),
        ("skilt\x1ffelt", "nb", "control_character"),
        ("ok", "norsk", "language"),
        ("ok", "", "language"),
    ],
)
def test_texts_that_no_release_could_hold_are_refused(_sqlite_stores, words, language, why):
    store = _sqlite_stores.open("filled")
    with pytest.raises(NotPossible, match=why):
        propose(store, KARI, gum(store).id, language, words, now=NOON)


def test_roles_are_asked_for(store):
    row = draft(store)
    for deed, role in (
        (lambda: draft(store, actor=READER), "editor"),
        (lambda: step(store, READER, Action.SUBMIT, row), "editor"),
        (lambda: step(store, Actor("e", "E", frozenset({Role.EDITOR})), Action.APPROVE, row), "reviewer"),
        (lambda: review_all(store, READER, Action.CLEAR, Filter(), now=NOON), "editor"),
        (lambda: assigning.assign(store, READER, "gap", [1], "ola", now=NOON), "editor"),
    ):
        with pytest.raises(NotAllowed, match=f"needs_{role}"):
            deed()
    with pytest.raises(NotFound):
        propose(store, KARI, 10**6, "nb", "x", now=NOON)
    with pytest.raises(NotFound):
        get_concept(store, 10**6)
    with pytest.raises(NotPossible, match="row_state"):
        step(store, OLA, Action.APPROVE, row)


def test_a_whole_filter_is_submitted_and_approved_but_not_the_reviewers_own(store):
    own = draft(store, actor=OLA)
    wanted = Filter(status=Status.DRAFT, system=EDQM)
    count = filters.number(store, wanted)
    assert count > 700
    assert review_all(store, KARI, Action.SUBMIT, wanted, now=NOON) == Done(count, 0, 0)
    everything = Filter(system=EDQM)
    done = review_all(store, OLA, Action.APPROVE, everything, now=NOON, reason="gjennomgått")
    assert (done.done, done.own) == (count - 1, 1)
    assert done.other == filters.number(store, everything) - count
    assert filters.by_status(store, everything)[Status.IN_REVIEW] == 1
    (left,) = filters.rows(store, Filter(status=Status.IN_REVIEW, system=EDQM))
    assert left.id == own.id
    assert trail.newest(store, 1)[0].detail["done"] == count - 1
    cleared = review_all(store, KARI, Action.CLEAR, Filter(author="ola"), now=NOON)
    assert cleared == Done(1, 0, 0)


def test_filters_narrow_by_everything_they_name(store):
    first = filters.rows(store, Filter(code="NA", system=ISO, language="nb-NO"))
    assert [each.text for each in first] == ["Namibia"]
    assert filters.number(store, Filter(basis="cldr", status=Status.ACTIVE)) == 621
    assert filters.number(store, Filter(contains="NAMIB", language="nb-NO", value_set=SETS["country"])) == 1
    assert filters.number(store, Filter(contains="100%")) == 0
    assert filters.number(store, Filter(run_id=1)) == 0
    page = filters.rows(store, Filter(system=ISO, language="nb-NO"), limit=2, offset=1)
    assert [each.code for each in page] == ["AE", "AF"]
    assigning.assign(store, KARI, "designation", [first[0].id], "ola", now=NOON)
    assigning.assign(store, KARI, "designation", [first[0].id], "kari", now=NOON)
    assert assigning.assigned(store, "designation", [first[0].id]) == {first[0].id: "kari"}
    assert filters.number(store, Filter(assignee="kari")) == 1
    assigning.assign(store, KARI, "designation", [first[0].id], None, now=NOON)
    assert filters.number(store, Filter(assignee="kari")) == 0


SETS = {"country": "1.3.6.1.4.1.12559.11.10.1.3.1.42.4"}


def test_mappings_live_the_same_life(store):
    ends = Concept("X01", "1.2.3"), Concept("NA", ISO)
    row = propose_mapping(store, KARI, *ends, "equivalent", now=NOON)
    with pytest.raises(Conflict):
        propose_mapping(store, OLA, *ends, "broader", now=NOON)
    with pytest.raises(NotPossible, match="relationship"):
        propose_mapping(store, OLA, *ends, "related", now=NOON)
    row = change_mapping(store, KARI, row.id, 1, now=NOON, relationship="broader", preferred=True)
    row = step(store, OLA, Action.APPROVE, step(store, KARI, Action.SUBMIT, row))
    new = change_mapping(store, KARI, row.id, row.review.row_version, now=NOON, target=Concept("NL", ISO))
    assert new.review.replaces == row.id
    step(store, OLA, Action.APPROVE, step(store, KARI, Action.SUBMIT, new))
    found = {each.target.code: each.review.status for each in mappings_of(store, "1.2.3", "X01")}
    assert found == {"NA": Status.RETIRED, "NL": Status.ACTIVE}
    assert past(store, MAPPING, row.id)[0].text.startswith("equivalent NA")
    assert [each.id for each in mappings_of(store, ISO, "NL")] == [new.id]


def test_pairs_are_found_by_search_and_never_by_reading_the_whole_table(store):
    wanted = [(ISO, "NA"), (ISO, "NO"), (ATC, "NA"), ("9.9", "x")]
    assert set(find_concepts(store, wanted)) == {(ISO, "NA"), (ISO, "NO")}
    if store.dialect.name == "sqlite":
        compiled = str(pairs_query(wanted).compile(store, compile_kwargs={"literal_binds": True}))
        with store.connect() as connection:
            plan = [row[3] for row in connection.execute(text("EXPLAIN QUERY PLAN " + compiled))]
        tables = ("concept", "code_system", "code_system_version")
        assert not [line for line in plan if line.startswith("SCAN") and line.split()[1] in tables], plan
        assert sum(line.startswith("SEARCH") for line in plan) == 3


def test_the_trail_is_a_chain_that_a_change_breaks(store):
    step(store, KARI, Action.SUBMIT, draft(store))
    good = trail.verify(store)
    assert (good.broken, good.rows) == (None, len(trail.events(store)))
    assert len(list(trail.export(store))) == good.rows
    with store.begin() as connection:
        name = "trail_append_only" if store.dialect.name == "postgresql" else "trail_no_update"
        on = " ON trail" if store.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text("UPDATE trail SET actor = 'x' WHERE id = 2"))
    assert trail.verify(store).broken == 2
