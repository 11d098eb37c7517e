"""The checklist for a clinical display, point by point, as far as a document goes. Source: portal.md 6.

What needs a real browser (points 1, 17, 21, 30, 32, 35) is tried in e2e/test_display_in_browser.py.
"""

import re
from datetime import date, datetime

import pytest

from cda.display import DisplayContext, page
from cda.html.stylesheet import STYLESHEET
from cda.journal import journal_text
from cda.parse import parse
from tests.support.cda_documents import (
    ABSENT,
    ICD10,
    LOINC,
    SNOMED,
    TABLET,
    allergy,
    cd,
    document,
    immunisation,
    ingredient,
    medication,
    no_medication,
    observation,
    problem,
    qualified,
    rich,
    section,
    structured,
    summary,
)
from tests.support.cda_pages import TERMS, Shown, entry

KIWI = cd("code", "260176001", SNOMED)
VERIFICATION = "2.16.840.1.113883.4.642.4.1371"
IVL = '<effectiveTime xsi:type="IVL_TS"><low value="20200101"/></effectiveTime>'
ASTHMA = problem(cd("value", "J45", ICD10, xsi_type="CD"))
PDF = '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0xLjQK</text></nonXMLBody>'


def certain(code):
    return qualified("SUBJ", "66455-7", cd("value", code, VERIFICATION, xsi_type="CD"))


def ordered(text, *words):
    places = [text.find(word) for word in words]
    assert -1 not in places and places == sorted(places), list(zip(words, places, strict=True))


def test_point_01_the_banner_has_name_birth_date_age_sex_id_and_country():
    banner = Shown.words(Shown(rich()).root.cssselect(".banner")[0])
    ordered(banner, "Inês Maria Sousa Lima", "14.02.1989", "(37 år)", "Kvinne", "777001", "Portugal")


def test_point_04_a_test_environment_is_marked_on_screen_and_paper():
    assert "TESTMILJØ" in Shown(rich()).text
    context = DisplayContext(test_environment=False)
    assert "TESTMILJØ" not in Shown(rich(), context=context).text
    paper = STYLESHEET.partition("@media print")[2]
    assert ".cda .testmark{" in paper and "table-header-group" in paper


def test_point_05_refuted_allergies_stand_last_muted_and_are_no_alert():
    shown = Shown(
        summary(
            section(
                "48765-2", allergy(KIWI, inner=certain("refuted")), allergy(cd("code", "47703008", SNOMED))
            )
        )
    )
    first, second = shown.entries()
    assert first.startswith("Laktose") and second.startswith("Kiwi Avkreftet")
    assert "Kiwi" not in shown.section_text("Varsler") and shown.root.cssselect("li.e-denied")


@pytest.mark.parametrize("make", [lambda inner: allergy(KIWI, inner=inner)])
def test_point_05_what_was_entered_in_error_says_so_and_is_no_alert(make):
    shown = Shown(summary(section("48765-2", make(certain("entered-in-error")))))
    assert "Feilregistrert" in shown.entries()[0] and "Avkreftet" not in shown.entries()[0]
    assert "Kiwi" not in shown.section_text("Varsler") and shown.root.cssselect("li.e-denied")


def test_point_06_the_four_states_of_absence_are_worded_apart():
    known = section("48765-2", allergy(value=cd("value", "no-known-allergies", ABSENT, xsi_type="CD")))
    stated = section("10160-0", no_medication("no-medication-info"))
    shown = Shown(summary(known, stated, section("46264-8", '<encounter nullFlavor="NI"/>')))
    assert "Ingen kjente" in shown.section_text("Overfølsomhet og allergi")
    assert "Ikke opplyst" in shown.section_text("Legemidler i bruk")
    assert "Ikke mottatt" in shown.section_text("Operasjoner og inngrep")
    assert "Ingen opplysning" in shown.section_text("Implantater")
    assert "Kan ikke vises" in Shown(document(PDF.replace("JVBERi0xLjQK", "@@"))).text
    assert "green" not in STYLESHEET and not shown.root.xpath("//table[not(.//td)]")


def test_point_07_an_item_that_nobody_understood_is_shown_raw_and_counted():
    odd = ASTHMA.replace("</observation>", '<odd xmlns="urn:x" value="42"/></observation>', 1)
    shown = Shown(summary(section("11450-4", odd)))
    assert "value = 42" in shown.entries()[0] and "Ikke tolket" in shown.entries()[0]
    assert "1 opplysning kunne ikke tolkes" in shown.text


def test_point_08_the_line_of_an_allergy_has_its_parts_in_order():
    severity = qualified(
        "SUBJ", "SEV", cd("value", "24484000", SNOMED, xsi_type="CD"), "2.16.840.1.113883.5.4"
    )
    critical = qualified(
        "SUBJ", "82606-5", cd("value", "high", "2.16.840.1.113883.4.642.4.130", xsi_type="CD")
    )
    reaction = (
        '<entryRelationship typeCode="MFST"><observation classCode="OBS" moodCode="EVN">'
        f"{cd('value', '43116000', SNOMED, xsi_type='CD')}</observation></entryRelationship>"
    )
    body = allergy(KIWI, inner=certain("confirmed") + critical + severity + reaction).replace(
        "<participant", '<effectiveTime><low value="2001"/></effectiveTime><participant', 1
    )
    text = entry(summary(section("48765-2", body)))
    parts = ("Reaksjon Eksem", "Alvorlighetsgrad Alvorlig", "Kritikalitet Høy", "Sikkerhet Bekreftet")
    ordered(text, "Kiwi", *parts, "Debut siden 2001")


def test_point_09_the_line_of_a_medicine_has_its_parts_in_order():
    times = (
        IVL + '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="8" unit="h"/></effectiveTime>'
    )
    found = observation("282291009", cd("value", "J45", ICD10, xsi_type="CD"))
    reason = f"<entryRelationship typeCode='RSON'>{found}</entryRelationship>"
    need = "<precondition><criterion><text>se dor</text></criterion></precondition>"
    product = f"<name>Tirox</name>{TABLET}{ingredient()}"
    drug = medication(times, '<doseQuantity value="1" unit="1"/>', product, inner=reason + need)
    text = entry(summary(section("10160-0", drug)))
    first = ("levotyroksinnatrium", "100 mikrogram", "Tablett", "Tirox", "1 tablett hver 8. time")
    ordered(text, *first, "ved behov", "siden 01.01.2020", "Bruksområde Astma")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("2.50", "ug", "2,50 mikrogram"),
        ("12345.678", "[IU]", "12 345,678 IE"),
        ("0.1", "mmol/L", "0,1 mmol/liter"),
    ],
)
def test_point_10_values_are_neither_converted_nor_rounded(value, unit, words):
    found = observation(
        "718-7", f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>', system=LOINC, text="x"
    )
    assert words in entry(summary(section("30954-2", found)))


def test_point_11_an_old_summary_tells_its_age_in_words():
    context = DisplayContext(today=date(2028, 9, 1), old_after_days=100)
    assert "Oppsummeringen er 2 år gammel" in Shown(rich(), context=context).text


@pytest.mark.parametrize("word", ["bør", "anbefal", "foreslå", "vurder å"])
def test_point_12_nothing_suggests_a_treatment(word):
    assert word not in Shown(rich()).text.lower()


def test_point_16_free_text_keeps_its_language_and_is_not_translated():
    drug = medication(IVL, "", "<name>T</name>").replace("<consumable>", "<text>Meia dose</text><consumable>")
    shown = Shown(summary(section("10160-0", drug)))
    spans = shown.root.xpath("//*[@data-fact][text()='Meia dose']")
    assert spans and {span.get("lang") for span in spans} == {"pt-PT"}


def test_point_18_the_file_of_the_country_is_named_as_the_original():
    text = Shown(document(PDF)).text
    assert "Dette er den juridisk gyldige originalen" in text and "Lagre filen fra landet" in text


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("<table><tbody><tr><td>Asma</td></tr></tbody></table>", False),
        ("<table><tbody><tr><td>Asma</td></tr><tr><td>Gota</td></tr></tbody></table>", True),
        ("<list><item>Asma</item></list>", False),
        ("<list><item>Asma</item><item>Gota</item></list>", True),
        ("<paragraph>Asma</paragraph>", False),
    ],
)
def test_point_19_a_line_says_that_narrative_and_entries_differ(text, differs):
    said = Shown(summary(section("11450-4", ASTHMA, text=text))).section_text("Aktuelle problemer")
    assert ("Teksten og de kodede opplysningene er ulike" in said) is differs
    assert ("Rader i teksten: 2. Kodede oppføringer: 1." in said) is differs


def test_point_23_empty_optional_sections_share_one_line():
    text = Shown(summary(section("11450-4", ASTHMA))).text
    assert len(re.findall(r"Ikke mottatt: Tidligere sykdommer, Vaksiner, Prøvesvar", text)) == 1


def test_point_24_partial_dates_stay_partial_and_undated_come_last():
    bodies = [immunisation().replace("20240310", given) for given in ("2011", "201206", "20130105")]
    bodies.append(immunisation().replace('<effectiveTime value="20240310"/>', ""))
    text = Shown(summary(section("11369-6", *reversed(bodies)))).section_text("Vaksiner")
    ordered(text, "05.01.2013", "juni 2012", "Dato 2011", "Uten dato")
    assert "01.2011" not in text and "01.06.2012" not in text


def test_point_26_every_word_is_in_the_page_and_none_is_fetched_later():
    html = Shown(rich()).display.html
    assert "<script" not in html and "hx-" not in html and "<iframe" not in html


def test_point_31_tables_have_captions_and_scoped_headers():
    shown = Shown(rich())
    tables = shown.root.xpath("//details[@class='more']//table")
    assert tables
    for table in tables:
        assert table.xpath("./caption") and table.xpath("./thead/tr/th[@scope='col']")
        assert len(table.xpath("./tbody/tr")) == len(table.xpath("./tbody/tr/th[@scope='row']"))
    heads = [int(el.tag[1]) for el in shown.root.xpath("//h1|//h2|//h3|//h4")]
    assert heads[0] == 1 and all(after - before <= 1 for before, after in zip(heads, heads[1:], strict=False))


def test_point_35_paper_hides_no_entry_and_numbers_its_pages():
    paper = STYLESHEET.partition("@media print")[2]
    assert "counter(page)" in paper and "counter(pages)" in paper and "size:A4" in paper
    hidden = [rule.partition("{")[0] for rule in paper.split("}") if "display:none" in rule]
    assert not [
        name for rule in hidden for name in rule.split(",") if re.search(r"\.(sec|entry|raw|warn|abs)$", name)
    ]
    assert "details::details-content" in paper and "color:#000!important" in paper


def copied(data, **more):
    context = DisplayContext(country="Portugal", retrieved=datetime(2026, 3, 15, 14, 5))
    shown = page(parse(data), TERMS, context=context)
    return journal_text(shown, TERMS, context, **more)


def test_point_36_the_copy_holds_the_narrative_and_the_originals():
    gone = section(
        "42348-3", text="<paragraph>Não reanimar</paragraph><table><tr><td>a</td><td>b</td></tr></table>"
    )
    national = '<translation code="493" codeSystem="1.2" displayName="Asma"/>'
    coded = problem(cd("value", "J45", ICD10, "Asthma", national, "CD"))
    text = copied(summary(section("11450-4", coded), gone))
    for words in ("  > Não reanimar", "  > a | b", "Diagnose Astma = J45 ICD-10 2019; Asma 493"):
        assert words.replace(" 2019", "") in text.replace(" 2019", "")
    assert "Norsk Original" not in text


def test_point_36_the_copy_holds_every_warning_and_what_nobody_understood():
    denial = allergy(value=cd("value", "no-known-allergies", ABSENT, xsi_type="CD"))
    odd = "<encounter><text>Outra coisa</text></encounter>"
    text = copied(summary(section("48765-2", denial, allergy(KIWI), odd)))
    assert "! Dokumentet sier at ingenting er kjent" in text and "Outra coisa" in text
    assert "! Ikke mottatt" in text


def test_point_36_the_copy_of_a_file_says_that_there_is_one():
    text = copied(document(PDF))
    assert "PDF FRA LANDET" in text and "Dette er den juridisk gyldige originalen." in text


def test_a_nested_section_is_copied_once():
    nested = section("10164-2", text="Antes").replace(
        "</section>", f"<component>{section('11348-0', ASTHMA)}</component></section>"
    )
    assert copied(document(structured(nested))).count("- Astma") == 1
