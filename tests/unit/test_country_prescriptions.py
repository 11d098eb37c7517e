"""The prescriptions of the simulated countries: defined in national codes, valid as they cross the border."""

import re
from functools import cache

import pytest

from cda.build import dispensation_of, prescription_of
from cda.check import check
from cda.datatypes import Combination, EventBound, Moment, Periodic, Range
from cda.parse import parse
from cda.transcode import transcode
from mock_member_states.country import BadCountry
from mock_member_states.national import mappings, pivot
from mock_member_states.prescriptions import (
    dispensed,
    friendly,
    load,
    load_dispensations,
    printed,
)
from schemas.xml import parse as parse_xml
from terminology.seed import seed_catalogue
from tests.support.cda_pages import Shown

CODES = ("pt", "fi", "cz")
ALL = [(code, one.number) for code in CODES for one in load(code)]
BY_NUMBER = {one.number: one for code in CODES for one in load(code)}


@cache
def crossed(code, number):
    return pivot(friendly(BY_NUMBER[number]), mappings(code))


def errors(document):
    verdict = check(parse_xml(document), seed_catalogue())
    return [f"{f.rule} {f.location} {f.found}" for f in verdict.findings if f.severity == "error"]


@pytest.mark.parametrize(("code", "number"), ALL)
def test_a_prescription_passes_schema_and_rules(code, number):
    assert errors(crossed(code, number)) == []


@pytest.mark.parametrize(("code", "number"), ALL)
def test_every_fact_of_a_prescription_was_read(code, number):
    shown = Shown(crossed(code, number))
    assert shown.display.counts.entries == shown.display.counts.entries_shown == 1
    # The number repeated in the words of the upper end of a range is no fact of its own.
    odd = {shown.document.fact(number).name for number in shown.display.raw}
    assert odd <= {"translation"}


@pytest.mark.parametrize(("code", "number"), ALL)
def test_transcoding_a_pivot_document_again_changes_nothing(code, number):
    document = crossed(code, number)
    assert pivot(document, mappings(code)) == document


@pytest.mark.parametrize("code", CODES)
def test_the_national_document_says_the_same_in_national_codes(code):
    held = mappings(code)
    for one in load(code):
        national = prescription_of(parse(friendly(one))).items[0].product.forms[0]
        international = prescription_of(parse(pivot(friendly(one), held))).items[0].product.forms[0]
        assert national.system in held.systems
        assert (international.translations[0].code, international.translations[0].display) == (
            national.code,
            national.display,
        )


def test_the_countries_cover_the_dosing_forms_and_packages():
    items = [one.content.items[0] for one in BY_NUMBER.values()]
    kinds = {type(each) for item in items for each in item.posology.timings}
    assert kinds == {Periodic, EventBound, Combination, Moment}
    assert any(isinstance(item.posology.dose, Range) for item in items)
    assert any(item.posology.maximum and item.posology.condition for item in items)
    assert any(item.product.parts for item in items)
    assert {len(item.product.packages) for item in items} >= {1, 2, 3}
    assert max(len(item.product.ingredients) for item in items) == 2
    assert {item.substitution.code if item.substitution else None for item in items} == {"N", "G", "TE", None}
    assert [one.number for one in BY_NUMBER.values() if one.narcotic] == ["2022000260007", "FI-2026-0003"]
    assert any(item.posology.rate for item in items)
    assert any(not item.posology.timings and not item.posology.dose for item in items)
    assert any(one.content.id == one.content.items[0].id for one in BY_NUMBER.values())


def test_the_kit_is_shown_in_norwegian_with_its_parts():
    (entry,) = Shown(crossed("pt", "2011000260003")).entries()
    for words in ("Krem og vagitorie", "Candidil Combi", "Vagitorie", "Tube", "20 g", "Vaginal bruk"):
        assert words in entry
    assert entry.count("Del av settet") == 2


def test_the_tapered_course_is_shown_with_all_its_periods():
    (entry,) = Shown(crossed("fi", "FI-2026-0001")).entries()
    spans = (
        "fra 10.11.2026 til 16.11.2026",
        "fra 17.11.2026 til 23.11.2026",
        "fra 24.11.2026 til 30.11.2026",
    )
    for words in (*spans, "annenhver dag", "4 tablettia aamuisin"):
        assert words in entry


def test_a_container_without_a_mapping_crosses_as_oth_with_its_words():
    (one,) = [one for one in load("fi") if one.number == "FI-2026-0005"]
    result = transcode(parse_xml(friendly(one)), mappings("fi"))
    assert [found.issue.code for found in result.findings] == ["4504"] and result.unmapped == 1
    (entry,) = Shown(crossed("fi", "FI-2026-0005")).entries()
    assert "annosjakelupussi" in entry


@pytest.mark.parametrize("code", CODES)
def test_a_dispensation_at_home_passes_schema_and_rules_and_names_its_prescription(code):
    for one in load_dispensations(code):
        document = pivot(dispensed(one), mappings(code))
        assert errors(document) == []
        read = dispensation_of(parse(document))
        assert read.order.extension in BY_NUMBER
        (item,) = read.items
        assert item.prescribed.id == BY_NUMBER[read.order.extension].content.items[0].id


@pytest.mark.parametrize("number", [one.number for one in BY_NUMBER.values() if one.printed])
def test_the_twin_on_paper_names_the_same_original(number):
    one = BY_NUMBER[number]
    document = printed(one)
    assert errors(document) == []
    first, third = parse(document), parse(friendly(one))
    assert (first.level, first.header.ids) != (third.level, third.header.ids)
    parents = [[related.ids[0].extension for related in each.header.related] for each in (first, third)]
    assert parents == [[number], [number]]
    assert len(re.findall(rb"/Type\s*/Page\b", first.attachment.content)) == 2


def test_numbers_are_unique():
    assert len(BY_NUMBER) == len(ALL) == 20


def test_a_country_without_definitions_is_named(tmp_path):
    with pytest.raises(BadCountry, match="national.csv of XX|prescriptions.toml of XX"):
        load("xx", tmp_path)
