"""Gaps: counted by code, element and country; closed by the release with the text, opened by going back."""

from datetime import timedelta

from terminology import gaps
from terminology.gaps import Gap
from terminology.release import Content
from terminology.releases import switching
from terminology.releases.making import build
from terminology.seed import RELEASE_NAME
from terminology.workspace.edit import propose
from terminology.workspace.rows import find_concept
from tests.support.terminology_store import KARI, NOON

EDQM = "0.4.0.127.0.16.1.1.2.1"
GUM = Gap(
    "10230000",
    EDQM,
    "2025-01-07",
    "1.3.6.1.4.1.12559.11.10.1.3.1.42.2",
    "manufacturedMaterial/formCode",
    "PT",
)
SWAB = Gap("13145000", EDQM, "", "", "formCode", "FI")


def test_a_gap_is_counted_once_per_document_and_sorted_by_number(store):
    gaps.record(store, [GUM, SWAB, GUM], NOON)
    gaps.record(store, [SWAB], NOON + timedelta(days=1))
    gaps.record(store, [], NOON)
    first, second = gaps.listed(store)
    assert (first.gap, first.number, second.gap, second.number) == (SWAB, 2, GUM, 1)
    assert (first.first_seen, first.last_seen) == ("2026-11-22T12:00:00.000Z", "2026-11-23T12:00:00.000Z")
    assert [each.gap for each in gaps.listed(store, country="PT")] == [GUM]
    assert [each.gap for each in gaps.listed(store, system=EDQM, limit=1, offset=1)] == [GUM]


def test_a_gap_closes_with_the_release_that_has_the_text_and_opens_when_it_is_rolled_back(store):
    gaps.record(store, [GUM, SWAB], NOON)
    propose(store, KARI, find_concept(store, EDQM, GUM.code).id, "nb-NO", "Tyggegummi", now=NOON)
    build(store, KARI, "8.1.1", Content.TEST, now=NOON)
    switching.activate(store, KARI, "8.1.1", now=NOON)
    (closed,) = gaps.listed(store, closed=True)
    assert (closed.gap, closed.closed_by, closed.closed_at) == (GUM, "8.1.1", "2026-11-22T12:00:00.000Z")
    assert [each.gap for each in gaps.listed(store)] == [SWAB]
    assert switching.roll_back(store, KARI, now=NOON).name == RELEASE_NAME
    assert {each.gap for each in gaps.listed(store)} == {GUM, SWAB}
    assert gaps.listed(store, closed=True) == []


def test_an_english_stand_in_closes_nothing(store):
    gaps.record(store, [SWAB, Gap("no-such", "1.2.3", "", "", "code", "DE")], NOON)
    build(store, KARI, "8.1.1", Content.TEST, now=NOON)
    switching.activate(store, KARI, "8.1.1", now=NOON)
    assert len(gaps.listed(store)) == 2
