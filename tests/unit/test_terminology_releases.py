"""Releases: the same bytes everywhere, immutable, switched by one pointer, rolled back in one step."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from terminology import search
from terminology.active import CHECK_SECONDS, ActiveTerms
from terminology.concept import Concept
from terminology.designation import Status
from terminology.first_release import ensure
from terminology.release import Content
from terminology.releases import making, switching
from terminology.releases.making import NotPublishable, build
from terminology.releases.snapshot import Damaged
from terminology.seed import RELEASE_NAME, seed_catalogue
from terminology.workspace.actor import NotAllowed, NotFound, NotPossible
from terminology.workspace.edit import propose
from terminology.workspace.rows import find_concept
from tests.support.terminology_store import KARI, NOON, READER

NAMIBIA = Concept("NA", "1.0.3166.1")
GUM = Concept("10230000", "0.4.0.127.0.16.1.1.2.1")  # a dose form without Norwegian text


def test_the_first_release_says_what_the_seed_says(store):
    seed, first = seed_catalogue(), making.load(store, RELEASE_NAME)
    assert first.languages == seed.languages
    for oid, value_set in seed.value_sets.items():
        assert first.value_sets[oid] == value_set
        wanted = {each.code: each for each in seed.members(oid)}
        for entry in first.members(oid):
            other = wanted.pop(entry.code)
            assert (entry.system, entry.version, entry.current) == (
                other.system,
                other.version,
                other.current,
            )
            assert set(entry.value_sets) == set(other.value_sets)
            assert {replace(each, status=Status.DRAFT) for each in entry.designations} == {
                replace(each, status=Status.DRAFT) for each in other.designations
            }
        assert not wanted


def test_published_texts_start_active_and_ours_do_not(store):
    first = making.load(store, RELEASE_NAME)
    texts = [each for oid in first.value_sets for entry in first.members(oid) for each in entry.designations]
    norwegian = {(each.basis, each.status) for each in texts if each.language == "nb-NO"}
    active = {basis for basis, status in norwegian if status is Status.ACTIVE}
    assert active == {"cldr", "icd10-no", "atc-no"}
    assert first.release.content is Content.TEST
    assert not any(each.approved_by for each in texts)


SAME: set[str] = set()


def test_a_release_has_the_same_hash_on_every_database(store):
    SAME.add(making.get(store, RELEASE_NAME).release.hash)
    assert len(SAME) == 1


def test_processes_that_start_at_once_make_one_first_release(empty_store):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: ensure(empty_store, now=NOON), range(4)))
    assert done.count(True) == 1
    assert [row.release.name for row in making.listed(empty_store)] == [RELEASE_NAME]
    assert switching.active(empty_store).name == RELEASE_NAME
    assert switching.below(empty_store) is None


def a_change(store, name="8.1.1", words="Tyggegummi til munnen"):
    """A release with one text more."""
    concept = find_concept(store, GUM.system, GUM.code)
    propose(store, KARI, concept.id, "nb-NO", words, now=NOON)
    return build(store, KARI, name, Content.TEST, now=NOON)


def test_a_release_is_activated_and_rolled_back_in_one_step(store):
    terms = ActiveTerms(store)
    assert terms.current().lookup(GUM).language == "en"
    a_change(store)
    assert switching.activate(store, KARI, "8.1.1", now=NOON, reason="prøve").name == "8.1.1"
    assert switching.below(store) == RELEASE_NAME
    assert terms.refresh().lookup(GUM).text == "Tyggegummi til munnen"
    assert switching.roll_back(store, KARI, now=NOON).name == RELEASE_NAME
    assert terms.refresh().lookup(GUM).language == "en"
    deeds = [(each.action, each.release) for each in switching.activations(store)]
    assert deeds == [("roll back", RELEASE_NAME), ("activate", "8.1.1"), ("activate", RELEASE_NAME)]
    with pytest.raises(NotPossible, match="nothing_below"):
        switching.roll_back(store, KARI, now=NOON)


def test_rolling_back_twice_goes_down_two_releases(store):
    a_change(store)
    build(store, KARI, "8.1.2", Content.TEST, now=NOON)
    for name in ("8.1.1", "8.1.2"):
        switching.activate(store, KARI, name, now=NOON)
    names = [switching.roll_back(store, KARI, now=NOON).name for _ in range(2)]
    assert names == ["8.1.1", RELEASE_NAME]


def test_a_switch_is_seen_within_half_a_second_and_never_before_a_look(store):
    at = [0.0]
    terms = ActiveTerms(store, clock=lambda: at[0])
    before = terms.current()
    terms.current()
    a_change(store)
    switching.activate(store, KARI, "8.1.1", now=NOON)
    assert terms.current() is before
    at[0] += CHECK_SECONDS
    terms.current()
    terms.settle()
    assert terms.current().release.name == "8.1.1"
    assert terms.named(RELEASE_NAME) is before
    assert terms.named("9.9.9") is None


def test_without_a_release_the_seed_answers(empty_store):
    assert ActiveTerms(empty_store).current() is seed_catalogue()


def test_a_database_out_of_reach_leaves_the_release_in_use(store):
    at = [0.0]
    terms = ActiveTerms(store, clock=lambda: at[0])
    before = terms.current()
    with store.begin() as connection:
        connection.execute(text("ALTER TABLE active_release RENAME TO gone"))
    at[0] += CHECK_SECONDS
    assert terms.current() is before
    assert terms.refresh() is before
    assert terms.failure
    with store.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO active_release"))
    terms.refresh()
    assert terms.failure is None


def test_nobody_waits_for_the_database_to_say_what_is_active(store, monkeypatch):
    at, asked = [0.0], []
    terms = ActiveTerms(store, clock=lambda: at[0])
    before = terms.current()

    def asking(engine):
        asked.append(threading.current_thread())
        return switching.active(engine)

    monkeypatch.setattr("terminology.active.active", asking)
    at[0] += CHECK_SECONDS
    assert terms.current() is before
    terms.settle()
    assert len(asked) == 1 and threading.current_thread() not in asked


def test_a_damaged_release_is_never_activated(store):
    a_change(store)
    drop = "DROP TRIGGER release_chunk_no_update"
    if store.dialect.name == "postgresql":
        drop = "DROP TRIGGER release_chunk_append_only ON release_chunk"
    with store.begin() as connection:
        connection.execute(text(drop))
        connection.execute(
            text("UPDATE release_chunk SET data = (SELECT data FROM release_chunk WHERE seq = 0 "
                 "AND release_id = 2) WHERE seq = 1 AND release_id = 2")
        )  # fmt: skip
    with pytest.raises(Damaged):
        switching.activate(store, KARI, "8.1.1", now=NOON)
    assert switching.active(store).name == RELEASE_NAME


def test_a_release_needs_a_name(store):
    for name in ("", "  ", "utkast", "x" * 81, "a\nb"):
        with pytest.raises(NotPossible, match="release_name"):
            build(store, KARI, name, Content.TEST, now=NOON)


def test_a_name_is_used_once(store):
    with pytest.raises(NotPossible, match="release_exists"):
        build(store, KARI, RELEASE_NAME, Content.TEST, now=NOON)


def test_only_a_publisher_publishes(store):
    for deed in (
        lambda: build(store, READER, "x", Content.TEST, now=NOON),
        lambda: switching.activate(store, READER, RELEASE_NAME, now=NOON),
        lambda: switching.roll_back(store, READER, now=NOON),
    ):
        with pytest.raises(NotAllowed, match="publisher"):
            deed()
    with pytest.raises(NotFound):
        switching.activate(store, KARI, "no such", now=NOON)
    with pytest.raises(NotPossible, match="already_active"):
        switching.activate(store, KARI, RELEASE_NAME, now=NOON)


def test_an_approved_release_shows_nothing_that_nobody_approved(store):
    approved = build(store, KARI, "godkjent", Content.APPROVED, now=NOON)
    catalogue = making.load(store, approved.release.name)
    assert catalogue.lookup(NAMIBIA).text == "Namibia"
    doctor = Concept("221", "2.16.840.1.113883.2.9.6.2.7")
    assert seed_catalogue().lookup(doctor).text == "Leger"
    assert catalogue.lookup(doctor).language == "en"


def test_several_active_texts_without_a_preferred_one_stop_a_release(store):
    same = "concept_id, language, status, preferred, basis, origin, author, at, row_version"
    with store.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO designation ({same}, text) SELECT {same}, 'Namibland' "
                "FROM designation WHERE text = 'Namibia' AND language = 'nb-NO'"
            )
        )
    with pytest.raises(NotPublishable) as caught:
        build(store, KARI, "x", Content.TEST, now=NOON)
    (finding,) = caught.value.findings
    assert (finding.key, finding.code, finding.detail) == ("terminology.finding.several_texts", "NA", "nb-NO")


def test_the_workspace_can_be_tried_as_if_it_were_a_release(store):
    concept = find_concept(store, GUM.system, GUM.code)
    propose(store, KARI, concept.id, "nb", "Tyggegummi", now=NOON + timedelta(hours=1))
    tried = making.draft(store, Content.TEST, now=NOON)
    assert tried.catalogue.lookup(GUM).text == "Tyggegummi"
    assert tried.catalogue.release.name == making.DRAFT
    assert len(list(tried.entries())) == 2410


SEARCHED = {"NA": "NA", "namib": "NA", "  Diabetes   type 1 ": "E10", "e10": "E10", "ØRE": "10704000"}
NONSENSE = ("", "  ", '"', "%%%", "a\0 AND NOT(", "OR", "'; --", "no such words at all")


def test_search_finds_by_code_and_by_words_and_survives_any_typing(store):
    for typed, code in SEARCHED.items():
        assert code in {hit.code for hit in search.search(store, typed, limit=50)}, typed
    for typed in NONSENSE:
        assert search.search(store, typed) == [], typed
