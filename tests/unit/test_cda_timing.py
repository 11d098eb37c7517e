"""A dosing sentence says what the data say and nothing else: phases, exceptions, offsets (cda.md 5.4)."""

import re

import pytest

from cda.building import dosing_words
from cda.building.content import Posology
from cda.building.words import words
from cda.datatypes import Period, Periodic, Quantity, Time
from tests.support.cda_documents import TABLET, ingredient, medication, section, summary
from tests.support.cda_pages import Shown

PERIOD = '<effectiveTime xsi:type="IVL_TS"><low value="20200101"/></effectiveTime>'
ONE = '<doseQuantity value="1" unit="1"/>'
TIROX = f"<name>T</name>{TABLET}{ingredient()}"
WEEKDAY = re.compile(r"(man|tirs|ons|tors|fre|lør|søn)dag")


def line(times):
    """The dose in words; every fact of the entry has its place in it or in the details."""
    shown = Shown(summary(section("10160-0", medication(PERIOD + times, ONE, TIROX))))
    assert shown.display.counts.facts == shown.display.counts.facts_shown
    (text,) = shown.entries()
    assert "Ikke tolket" not in text
    return text.partition("Dosering ")[2].partition(" Status")[0]


def repeated(period, phase="", operator="A", more=""):
    kind = f'xsi:type="PIVL_TS" operator="{operator}"{more}'
    return f"<effectiveTime {kind}>{phase}<period {period}/></effectiveTime>"


def at_event(inner, operator="A"):
    return f'<effectiveTime xsi:type="EIVL_TS" operator="{operator}">{inner}</effectiveTime>'


def phase(*ends):
    return f"<phase>{''.join(f'<{end}/>' for end in ends)}</phase>"


SUNDAY = 'low value="20180311"'


@pytest.mark.parametrize(
    ("period", "ends", "words"),
    [
        (
            'value="28" unit="d"',
            (SUNDAY, 'width value="21" unit="d"'),
            "1 tablett i 21 dager av hver periode på 28 dager (regnet fra 11.03.2018)",
        ),
        (
            'value="4" unit="wk"',
            (SUNDAY, 'width value="3" unit="wk"'),
            "1 tablett i 3 uker av hver periode på 4 uker (regnet fra 11.03.2018)",
        ),
        (
            'value="1" unit="mo"',
            (SUNDAY, 'width value="5" unit="d"'),
            "1 tablett i 5 dager av hver periode på 1 måned (regnet fra 11.03.2018)",
        ),
        (
            'value="28" unit="d"',
            ('width value="21" unit="d"',),
            "1 tablett i 21 dager av hver periode på 28 dager",
        ),
        (
            'value="14" unit="d"',
            (SUNDAY, 'width value="5" unit="d"'),
            "1 tablett i 5 dager av hver periode på 14 dager (regnet fra 11.03.2018)",
        ),
        (
            'value="48" unit="h"',
            (SUNDAY, 'width value="24" unit="h"'),
            "1 tablett i 24 timer av hver periode på 48 timer (regnet fra 11.03.2018)",
        ),
        ('value="28" unit="d"', (SUNDAY,), "1 tablett hver 28. dag, regnet fra 11.03.2018"),
        (
            'value="28" unit="d"',
            (SUNDAY, 'high value="20180401"'),
            "1 tablett fra 11.03.2018 til 01.04.2018, gjentatt hver 28. dag",
        ),
        (
            'value="1" unit="wk"',
            (SUNDAY, 'high value="20180314"'),
            "1 tablett fra 11.03.2018 til 14.03.2018, gjentatt hver uke",
        ),
        ('value="1" unit="wk"', ('center value="20180311"',), "hver uke, tidspunkt ca. 11.03.2018"),
        (
            'value="1" unit="wk"',
            ('low value="20180311" inclusive="false"',),
            "hver uke, tidspunkt etter 11.03.2018",
        ),
        ('value="1" unit="wk"', ('low value="201803"',), "hver uke, regnet fra mars 2018"),
        (
            'value="1" unit="d"',
            ('low value="201803110800"', 'width value="2" unit="h"'),
            "hver dag, regnet fra 11.03.2018 kl. 08:00, hver gang i 2 timer",
        ),
        (
            'value="1" unit="wk"',
            (SUNDAY, 'width value="2.5" unit="d"'),
            "i 2,5 dager av hver uke (regnet fra 11.03.2018)",
        ),
        ('value="1" unit="wk"', (SUNDAY, 'width value="7" unit="d"'), "i 7 dager av hver uke"),
    ],
)
def test_no_day_of_the_week_where_the_dose_is_not_weekly(period, ends, words):
    said = line(repeated(period, phase(*ends)))
    assert words in said
    assert not WEEKDAY.search(said)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ('value="1" unit="wk"', "hver uke, på søndager"),
        ('value="7" unit="d"', "hver 7. dag, på søndager"),
        ('value="2" unit="wk"', "hver 2. uke, på søndager"),
    ],
)
def test_a_day_of_the_week_stands_beside_its_weeks(period, words):
    assert words in line(repeated(period, phase(SUNDAY)))


def test_days_off_are_never_days_on():
    off = repeated('value="1" unit="wk"', phase(SUNDAY), operator="E")
    assert "hver dag unntatt hver uke, på søndager" in line(repeated('value="1" unit="d"') + off)


def test_an_interval_that_is_left_out_is_no_treatment_period():
    off = (
        '<effectiveTime xsi:type="IVL_TS" operator="E"><low value="20200201"/><high value="20200205"/>'
        "</effectiveTime>"
    )
    said = line(repeated('value="1" unit="d"') + off)
    assert "hver dag unntatt fra 01.02.2020 til 05.02.2020" in said and "siden 01.01.2020" in said


def test_two_times_a_day_are_two_times():
    times = repeated('value="1" unit="d"', phase('low value="201803120800"')) + repeated(
        'value="1" unit="d"', phase('low value="201803122000"'), operator="I"
    )
    assert "kl. 08:00 og hver dag, regnet fra 12.03.2018 kl. 20:00" in line(times)


def test_a_combination_that_is_taken_away_is_taken_away_as_a_whole():
    parts = (
        '<comp xsi:type="EIVL_TS"><event code="ACM"/></comp>'
        '<comp xsi:type="EIVL_TS" operator="I"><event code="ACV"/></comp>'
    )
    combined = f'<effectiveTime xsi:type="SXPR_TS" operator="E">{parts}</effectiveTime>'
    said = line(repeated('value="1" unit="d"') + combined)
    assert "hver dag unntatt (før frokost og før middag)" in said


def test_one_and_true_are_the_same_flag():
    assert "3 ganger daglig" in line(repeated('value="8" unit="h"', more=' institutionSpecified="1"'))


def test_a_period_without_a_unit_says_so():
    assert "én gang per 8 (tidsenhet ikke oppgitt)" in line(repeated('value="8"'))


def test_a_phase_without_a_period_leaves_the_frequency_open():
    alone = f'<effectiveTime xsi:type="PIVL_TS" operator="A">{phase(SUNDAY)}</effectiveTime>'
    assert "regnet fra 11.03.2018, hyppighet ikke oppgitt" in line(alone)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            '<event code="PCM"/><offset><low value="-1" unit="h"/></offset>',
            "etter frokost (forskyvning −1 time)",
        ),
        (
            '<event code="HS"/><offset><low value="-1" unit="h"/><high value="1" unit="h"/></offset>',
            "ved sengetid (forskyvning −1 til 1 time)",
        ),
        (
            '<event code="HS"/><offset><high value="-30" unit="min"/></offset>',
            "ved sengetid (forskyvning høyst −30 minutter)",
        ),
        ('<event code="IC"/><offset><low value="0" unit="h"/></offset>', "1 tablett mellom måltider –"),
        (
            '<event code="IC"/><offset><low value="1" unit="h"/></offset>',
            "mellom måltider (forskyvning 1 time)",
        ),
        (
            '<event code="HS" codeSystem="1.2.3" displayName="hospital stay"/>',
            "hospital stay",
        ),
    ],
)
def test_an_event_is_moved_only_as_far_as_stated(event, words):
    assert words in line(at_event(event))


def test_a_narrative_of_ours_says_a_share_as_a_share_and_an_exception_as_one():
    off = Periodic(Quantity("1", "wk"), Period(low=Time("20180311")), operator="E")
    share = Periodic(Quantity("28", "d"), Period(low=Time("20180311"), width=Quantity("21", "d")))
    told = dosing_words.dosing(Posology(timings=(share, off)), words("en"))
    assert told.index("for 21") < told.index("every 28") < told.index("except every 1")
