"""Gaps are counted behind the clinician's back, and nothing that goes wrong there reaches a page."""

import threading
from types import SimpleNamespace

import pytest

from cda.parse import parse
from cda.translate import translate
from ncp.gaps import WAITING, GapCounter, gaps_of
from terminology.code_systems import ICD_10
from terminology.gaps import Gap
from terminology.seed import seed_catalogue
from terminology.value_sets import ILLNESS_AND_DISORDER
from tests.support.cda_documents import problem, section, summary
from tests.support.fhir import NOON


def value(code, system=ICD_10, more=""):
    return f'<value xsi:type="CD" code="{code}" codeSystem="{system}" {more}/>'


def gaps_in(*values):
    data = summary(section("11450-4", *(problem(each) for each in values)))
    return gaps_of(translate(parse(data).tree, seed_catalogue()), "PT")


def test_code_without_a_text_is_a_gap_with_the_place_it_stood_in():
    assert gaps_in(value("I84", more='codeSystemVersion="2008" displayName="Haemorrhoids"')) == [
        Gap("I84", ICD_10, "2008", ILLNESS_AND_DISORDER, "observation/value", "PT")
    ]


def test_code_of_an_unknown_system_is_a_gap_too():
    (gap,) = gaps_in(value("493", "2.16.620.1.101.10.4.2"))
    assert (gap.code, gap.system, gap.version) == ("493", "2.16.620.1.101.10.4.2", "")


def test_translated_code_is_no_gap():
    assert gaps_in(value("J45")) == []


def test_same_code_twice_is_one_gap():
    assert len(gaps_in(value("I84"), value("I84"))) == 1


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("Ola Nordmann, born 1950, lives in Storgata 1 with his wife and child", ICD_10),
        ("blå", ICD_10),
        ("Ola Nordmann", ICD_10),
        ("I84", "Storgata 1"),
    ],
)
def test_what_is_no_code_is_not_counted(code, system):
    assert gaps_in(value(code, system)) == []


def a_translation():
    return translate(parse(summary(section("11450-4", problem(value("I84"))))).tree, seed_catalogue())


def test_counter_hands_on_what_it_was_told():
    told = []
    counter = GapCounter(lambda found, at: told.append((list(found), at)), lambda: NOON)
    counter(a_translation(), "FI")
    counter.close()
    ((found, at),) = told
    assert (found[0].code, found[0].country, at) == ("I84", "FI", NOON)


def test_store_that_fails_costs_nothing_but_the_count():
    def broken(found, at):
        raise OSError("disk full")

    counter = GapCounter(broken, lambda: NOON)
    counter(a_translation(), "FI")
    counter(a_translation(), "FI")
    counter.settle()
    assert counter.dropped == 2
    counter.close()


def test_document_that_cannot_be_read_for_gaps_is_dropped():
    counter = GapCounter(lambda found, at: None, lambda: NOON)
    counter(SimpleNamespace(), "FI")
    counter.settle()
    assert counter.dropped == 1
    counter.close()


def test_store_that_hangs_blocks_nobody():
    hanging, started = threading.Event(), threading.Event()

    def slow(found, at):
        started.set()
        hanging.wait(20)

    counter, told = GapCounter(slow, lambda: NOON), a_translation()
    counter(told, "FI")
    assert started.wait(20)
    for _ in range(WAITING + 3):
        counter(told, "FI")
    assert counter.dropped == 3
    hanging.set()
    counter.close()


def test_counter_that_was_never_told_anything_closes():
    GapCounter(lambda found, at: None, lambda: NOON).close()
