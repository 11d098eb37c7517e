"""A claim that there is nothing holds for as much as it says, and hides nothing that is listed elsewhere."""

from tests.support.cda_documents import (
    ABSENT,
    SNOMED,
    TABLET,
    allergy,
    cd,
    device,
    ingredient,
    medication,
    section,
    summary,
)
from tests.support.cda_pages import Shown

AGENT = cd("code", "372687004", SNOMED, "Amoxicillin")


def absent(code):
    return allergy("", f'<value xsi:type="CD" code="{code}" codeSystem="{ABSENT}"/>')


def alerts(*sections):
    page = Shown(summary(*sections))
    return page.words(page.root.cssselect("section.alerts")[0])


def test_to_know_no_allergy_to_medicines_is_not_to_know_none():
    said = alerts(section("48765-2", absent("no-known-medication-allergies")))
    assert "Ingen kjente legemiddelallergier" in said and "Ingen kjenteI" not in said


def test_a_second_section_with_an_allergy_contradicts_the_first():
    said = alerts(section("48765-2", absent("no-known-allergies")), section("48765-2", allergy(AGENT)))
    assert "Amoxicillin" in said and "Sjekk avsnittet" in said


def test_a_drug_under_a_claim_that_there_is_none_keeps_its_dose():
    drug = medication(
        '<effectiveTime xsi:type="IVL_TS"><low value="20200101"/></effectiveTime>',
        '<doseQuantity value="1" unit="1"/>',
        f"<name>T</name>{TABLET}{ingredient()}",
    ).replace("<statusCode", f'<code code="no-known-medications" codeSystem="{ABSENT}"/><statusCode')
    (text,) = Shown(summary(section("10160-0", drug))).entries()
    assert "Dosering 1 tablett – siden 01.01.2020" in text


def test_an_ordered_device_is_no_implant():
    ordered = device(cd("code", "14106009", SNOMED, "Pacemaker")).replace('"EVN"', '"RQO"')
    assert "Pacemaker Ikke oversatt Bestilt" in alerts(section("46264-8", ordered))


def test_a_planned_procedure_in_a_section_nobody_knows_says_so():
    code = cd("code", "80146002", SNOMED)
    planned = f'<procedure classCode="PROC" moodCode="INT">{code}</procedure>'
    (text,) = Shown(summary(section("99999-9", planned))).entries()
    assert "Appendektomi Planlagt" in text


def test_a_section_without_any_word_does_not_claim_to_have_text():
    page = Shown(summary(section("48765-2")))
    assert "har bare tekst" not in page.section_text("Overfølsomhet og allergi")
