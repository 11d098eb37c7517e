"""Dosing in Norwegian words: every form of cda.md 5.4, and the packages and parts of a product."""

import pytest

from tests.support.cda_documents import EDQM, TABLET, cd, ingredient, medication, section, summary
from tests.support.cda_pages import entry

PERIOD = '<effectiveTime xsi:type="IVL_TS"><low value="20200101"/></effectiveTime>'
ONE = '<doseQuantity value="1" unit="1"/>'


TIROX = f"<name>T</name>{TABLET}{ingredient()}"


def line(times="", dose=ONE, material=TIROX, language="nb", **options):
    data = summary(section("10160-0", medication(PERIOD + times, dose, material, **options)))
    return entry(data, language=language)


def periodic(period, *, counted=None, more="", prefix=""):
    said = f' institutionSpecified="{counted}"' if counted else ""
    kind = f'xsi:type="{prefix}PIVL_TS" operator="A"{said}'
    return f"<effectiveTime {kind}>{more}<period {period}/></effectiveTime>"


@pytest.mark.parametrize(
    ("period", "counted", "words"),
    [
        ('value="8" unit="h"', "true", "3 ganger daglig"),
        ('value="12" unit="h"', "true", "2 ganger daglig"),
        ('value="1" unit="d"', "true", "én gang daglig"),
        ('value="0.5" unit="d"', "true", "2 ganger daglig"),
        ('value="8" unit="h"', "false", "hver 8. time"),
        ('value="8" unit="h"', None, "hver 8. time"),
        ('value="24" unit="h"', None, "hver 24. time"),
        ('value="1" unit="d"', None, "hver dag"),
        ('value="2" unit="d"', None, "annenhver dag"),
        ('value="3" unit="d"', "true", "hver 3. dag"),
        ('value="18" unit="h"', "true", "hver 18. time"),
        ('value="0.75" unit="d"', "true", "én gang per 0,75 dager"),
        ('value="1.5" unit="h"', None, "én gang per 1,5 timer"),
        ('value="1" unit="wk"', "true", "én gang i uken"),
        ('value="0.5" unit="wk"', "true", "2 ganger i uken"),
        ('value="2" unit="wk"', None, "hver 2. uke"),
        ('value="1" unit="mo"', None, "hver måned"),
        ('value="0" unit="h"', "true", "0 timer"),
        ('nullFlavor="UNK"', None, "Ukjent"),
    ],
)
def test_frequency(period, counted, words):
    assert words in line(periodic(period, counted=counted))


def test_a_prefixed_type_is_understood():
    assert "3 ganger daglig" in line(periodic('value="8" unit="h"', counted="true", prefix="hl7:"))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ('<event code="ACM"/>', "før frokost"),
        ('<event code="HS"/><offset><low value="1" unit="h"/></offset>', "1 time etter sengetid"),
        ('<event code="ACM"/><offset><low value="-30" unit="min"/></offset>', "30 minutter før frokost"),
        ('<event code="PCV"/><offset><width value="2" unit="h"/></offset>', "i 2 timer"),
        ('<event code="ZZZ" codeSystem="2.16.840.1.113883.5.139"/>', "ZZZ"),
        ('<event nullFlavor="NI"/>', "Ingen opplysning"),
    ],
)
def test_events(event, words):
    assert words in line(f'<effectiveTime xsi:type="EIVL_TS" operator="A">{event}</effectiveTime>')


def test_a_fixed_point_and_a_phase():
    point = '<effectiveTime xsi:type="TS" operator="A" value="202502011030"/>'
    phase = periodic('value="1" unit="d"', more='<phase><low value="202502010800"/></phase>')
    assert "01.02.2025 kl. 10:30" in line(point)
    assert "01.02.2025 kl. 08:00" in line(phase)


def test_a_combination_keeps_order_and_joining_words():
    parts = (
        '<effectiveTime xsi:type="SXPR_TS" operator="A"><comp xsi:type="EIVL_TS"><event code="ACM"/></comp>'
        '<comp xsi:type="EIVL_TS" operator="I"><event code="ACV"/></comp></effectiveTime>'
    )
    text = line(parts)
    assert "før frokost og før middag" in text


def test_a_tapered_dose_shows_every_step():
    steps = "".join(
        f'<entryRelationship typeCode="COMP"><sequenceNumber value="{n}"/>'
        '<substanceAdministration classCode="SBADM" moodCode="INT">'
        f'<doseQuantity value="{n}" unit="1"/></substanceAdministration></entryRelationship>'
        for n in (3, 2)
    )
    text = line(dose="", inner=steps)
    assert "Trinn 3: 3 tabletter" in text and "Trinn 2: 2 tabletter" in text


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        ('<doseQuantity value="1" unit="1"/>', "1 tablett"),
        ('<doseQuantity value="2" unit="1"/>', "2 tabletter"),
        ('<doseQuantity value="0.5"/>', "0,5 tabletter"),
        ('<doseQuantity value="5.0" unit="mL"/>', "5 ml"),
        ('<doseQuantity value="10000" unit="[IU]"/>', "10 000 IE"),
        (
            '<doseQuantity><low value="1" unit="1"/><high value="2" unit="1"/></doseQuantity>',
            "1 til 2 tabletter",
        ),
        ('<doseQuantity><low value="1" unit="mL"/></doseQuantity>', "minst 1 ml"),
        ('<doseQuantity><high value="4" unit="mL"/></doseQuantity>', "høyst 4 ml"),
        ('<doseQuantity nullFlavor="UNK"/>', "Ukjent UNK"),
    ],
)
def test_amounts(dose, words):
    assert words in line(dose=dose)


def test_an_unknown_dose_says_so():
    assert "Dose ikke opplyst" in line(dose="")


def test_a_dose_in_text_only_is_as_prominent():
    data = section(
        "10160-0",
        medication(PERIOD, "", "<name>T</name>").replace(
            "<consumable>", "<text>Meia dose à noite</text><consumable>"
        ),
    )
    text = entry(summary(data))
    assert "Dosering: Meia dose à noite" in text.replace("Dosering ", "Dosering: ")
    assert "Dosering er bare gitt som tekst" in text


def test_as_needed_is_explicit():
    need = "<precondition><criterion><text>se dor</text></criterion></precondition>"
    assert "ved behov – vilkår: se dor" in line(inner=need)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ('<low value="2020"/><high nullFlavor="NA"/>', "uten sluttdato"),
        ('<low value="2020"/><high nullFlavor="UNK"/>', "slutt ukjent"),
        ('<low value="20200101"/><width value="7" unit="d"/>', "i 7 dager"),
        ('<low nullFlavor="UNK"/><high value="2021"/>', "til 2021"),
    ],
)
def test_treatment_periods(ends, words):
    times = f'<effectiveTime xsi:type="IVL_TS">{ends}</effectiveTime>'
    assert words in entry(summary(section("10160-0", medication(times, ONE, "<name>T</name>"))))


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        ('value="100" unit="ug"', 'value="1" unit="1"', "100 mikrogram"),
        ('value="100" unit="[IU]"', 'value="1" unit="mL"', "100 IE / 1 ml"),
        ('value="0" unit="0"', 'value="0" unit="0"', "ikke oppgitt"),
        ('nullFlavor="NI"', 'value="1" unit="1"', "Ingen opplysning"),
    ],
)
def test_strengths(numerator, denominator, words):
    text = line(material=f"<name>T</name>{ingredient(numerator=numerator, denominator=denominator)}")
    assert words in text


def test_every_ingredient_is_shown_with_its_own_strength():
    ten = "".join(
        ingredient(
            code=f"Z99ZZ{n:02}", numerator=f'value="{n}" unit="mg"', name=f"<pharm:name>stof{n}</pharm:name>"
        )
        for n in range(1, 11)
    )
    text = line(material=f"<name>T</name>{ten}")
    for n in range(1, 11):
        assert f"stof{n} " in text and f"{n} mg" in text


def test_packages_to_three_levels_with_their_total():
    def content(value, form, inside):
        return (
            f'<pharm:asContent><pharm:quantity xsi:type="PQ" value="{value}" unit="1"/>'
            "<pharm:containerPackagedProduct>"
            f"{cd('pharm:formCode', form, EDQM)}{inside}</pharm:containerPackagedProduct></pharm:asContent>"
        )

    chain = content(10, "30007000", content(3, "30009000", content(2, "30009000", "")))
    text = line(material=f"<name>T</name>{TABLET}{chain}{ingredient()}")
    assert "10 enheter i" in text and "60 til sammen" in text


def test_a_kit_shows_each_part_with_strength():
    part = (
        '<pharm:part><pharm:quantity value="2" unit="1"/><pharm:partProduct><pharm:name>Creme</pharm:name>'
        f"{ingredient('C07AB02')}</pharm:partProduct></pharm:part>"
    )
    text = line(material=f"<name>Kit</name>{part}")
    for words in ("2 enheter ×", "metoprolol", "Creme"):
        assert words in text


@pytest.mark.parametrize(("language", "words"), [("nn", "3 gonger dagleg"), ("en", "3 times daily")])
def test_other_languages(language, words):
    assert words in line(periodic('value="8" unit="h"', counted="true"), language=language)


def test_instructions_are_the_dose_where_the_structure_says_nothing():
    instruct = (
        '<entryRelationship typeCode="SUBJ"><act moodCode="INT"><code code="PINSTRUCT"/>'
        "<text>um de manhã</text></act></entryRelationship>"
    )
    times = '<effectiveTime nullFlavor="UNK"/>'
    text = line(times, '<doseQuantity nullFlavor="NI"/>', inner=instruct)
    assert "Dosering um de manhã Dosering er bare gitt som tekst" in text
    assert "Ingen opplysning NI" in text
    assert "Veiledning til pasienten um de manhã" in line(inner=instruct)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ('<phase><low value="20180312"/></phase>', "hver uke, på mandager (regnet fra 12.03.2018)"),
        (
            '<phase><low value="20180312"/><width value="4" unit="d"/></phase>',
            "1 tablett i 4 dager av hver uke, mandag til torsdag (regnet fra 12.03.2018)",
        ),
        (
            '<phase><low value="20180317"/><width value="3" unit="d"/></phase>',
            "i 3 dager av hver uke, lørdag til mandag",
        ),
        (
            '<phase><low value="20180312"/><width value="2" unit="h"/></phase>',
            "på mandager (regnet fra 12.03.2018, hver gang i 2 timer)",
        ),
    ],
)
def test_a_weekly_dose_names_all_its_days(phase, words):
    assert words in line(periodic('value="1" unit="wk"', more=phase))


def test_a_daily_dose_names_its_hour_and_first_day():
    phase = '<phase><low value="202001010800"/></phase>'
    assert "hver 24. time, regnet fra 01.01.2020 kl. 08:00" in line(
        periodic('value="24" unit="h"', more=phase)
    )


def test_a_phase_that_is_missing_says_why():
    assert "tidspunkt Ukjent UNK" in line(periodic('value="1" unit="d"', more='<phase nullFlavor="UNK"/>'))
