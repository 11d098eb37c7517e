"""The 24 defects of the EU display tool (B-1 to B-24): ours shows the opposite. Source: cda.md 13.2."""

import pytest

from cda.display import page
from cda.parse import parse
from terminology.catalogue import Catalogue
from terminology.release import Release
from tests.support.cda_documents import (
    ABSENT,
    ATC,
    EDQM,
    ICD10,
    LOINC,
    SNOMED,
    TABLET,
    allergy,
    cd,
    device,
    document,
    immunisation,
    ingredient,
    medication,
    no_medication,
    observation,
    problem,
    qualified,
    section,
    structured,
    summary,
    supply,
)
from tests.support.cda_pages import CONTEXT, TERMS, Shown, entry

KIWI = cd("code", "260176001", SNOMED)
IVL = '<effectiveTime xsi:type="IVL_TS"><low value="20200101"/></effectiveTime>'


def drug(times="", dose='<doseQuantity value="1" unit="1"/>', **options):
    material = options.pop("material", f"<name>Tirox</name>{TABLET}{ingredient()}")
    return entry(summary(section("10160-0", medication(IVL + times, dose, material, **options))))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (cd("value", "195967001", SNOMED, "Asma brônquica", xsi_type="CD"), "Astma (195967001)"),
        (cd("value", "493.90", "2.16.840.1.113883.6.103", "Asma NE", xsi_type="CD"), "Asma NE"),
        (
            '<value xsi:type="CD" nullFlavor="OTH"><translation code="R99" codeSystem="1.2.3" '
            'codeSystemName="Nacional" displayName="Falta de ar"/></value>',
            "Falta de ar (Nacional R99)",
        ),
        (cd("value", "J45", ICD10, xsi_type="CD"), "Astma"),
        (cd("value", "130", "1.3.6.1.4.1.12559.11.10.1.3.1.44.5", "Brugada", xsi_type="CD"), "Brugada"),
    ],
)
def test_b_01_problems_of_every_code_system_are_shown(value, words):
    assert words in entry(summary(section("11450-4", problem(value))))


def test_b_02_one_denial_does_not_hide_the_real_allergies():
    denial = allergy(value=cd("value", "no-known-allergies", ABSENT, xsi_type="CD"))
    shown = Shown(summary(section("48765-2", denial, allergy(KIWI))))
    first, second = shown.entries()
    assert first.startswith("Kiwi") and "Ingen kjente" in second
    assert "Dokumentet sier at ingenting er kjent, men har oppføringer likevel" in shown.text
    assert "Kiwi" in shown.section_text("Varsler")


@pytest.mark.parametrize(
    ("loinc", "real", "denial"),
    [
        (
            "11450-4",
            problem(cd("value", "J45", ICD10, xsi_type="CD")),
            problem(cd("value", "no-known-problems", ABSENT, xsi_type="CD")),
        ),
        (
            "10160-0",
            medication(IVL, "", f"<name>Tirox</name>{ingredient()}"),
            no_medication("no-known-medications"),
        ),
        (
            "46264-8",
            device(cd("code", "14106009", SNOMED, "Pacemaker")),
            device(cd("code", "no-known-devices", ABSENT)),
        ),
    ],
)
def test_b_02_holds_for_problems_medicines_and_devices(loinc, real, denial):
    shown = Shown(summary(section(loinc, denial, real)))
    first, second = shown.entries()
    assert "Ingen kjente" not in first and second.startswith("Ingen kjente")
    assert "men har oppføringer likevel" in shown.text


def test_b_03_a_vaccine_that_was_not_given_says_so():
    given = entry(summary(section("11369-6", immunisation())))
    negated = entry(summary(section("11369-6", immunisation(negated=' negationInd="true"'))))
    cancelled = entry(summary(section("11369-6", immunisation(status="cancelled"))))
    assert "Gitt" in given and "Ikke gitt" not in given
    assert "Ikke gitt" in negated and "Ikke gitt" in cancelled


def test_b_03_a_medicine_that_is_not_taken_says_so():
    assert "Brukes ikke" in drug(negated=' negationInd="true"')
    assert "Brukes ikke" not in drug()


@pytest.mark.parametrize(("code", "words"), [("confirmed", "Bekreftet"), ("unconfirmed", "Ubekreftet")])
def test_b_04_certainty_of_an_allergy_is_shown(code, words):
    value = cd("value", code, "2.16.840.1.113883.4.642.4.1371", xsi_type="CD")
    assert words in entry(
        summary(section("48765-2", allergy(KIWI, inner=qualified("SUBJ", "66455-7", value))))
    )


def test_b_04_a_refuted_allergy_does_not_look_like_one():
    value = cd("value", "refuted", "2.16.840.1.113883.4.642.4.1371", xsi_type="CD")
    shown = Shown(summary(section("48765-2", allergy(KIWI, inner=qualified("SUBJ", "66455-7", value)))))
    (text,) = shown.entries()
    assert "Avkreftet" in text and "Kiwi" not in shown.section_text("Varsler")
    assert shown.root.cssselect(".e-denied")


def test_b_05_brand_and_atc_stand_side_by_side():
    kind = (
        '<pharm:asSpecializedKind classCode="GRIC"><pharm:generalizedMaterialKind>'
        f"{cd('pharm:code', 'H03AA01', ATC)}</pharm:generalizedMaterialKind></pharm:asSpecializedKind>"
    )
    text = drug(material=f"<name>Tirox</name>{TABLET}{kind}")
    assert "Tirox" in text and "levotyroksinnatrium" in text


def test_b_06_documents_to_wave_5_show_the_whole_product():
    material = (
        f"<name>Tirox</name>{cd('epsos:formCode', '10219000', EDQM)}<epsos:desc>cem microgramas</epsos:desc>"
        "<epsos:asContent><epsos:containerPackagedMedicine><epsos:name>Caixa azul</epsos:name>"
        f'{cd("epsos:formCode", "30009000", EDQM)}<epsos:capacityQuantity value="30" unit="1"/>'
        "</epsos:containerPackagedMedicine></epsos:asContent>"
        '<epsos:ingredient classCode="ACTI"><epsos:quantity><epsos:numerator xsi:type="epsos:PQ" value="100" '
        'unit="ug"/><epsos:denominator xsi:type="epsos:PQ" value="1" unit="1"/></epsos:quantity>'
        f"<epsos:ingredient>{cd('epsos:code', 'H03AA01', ATC)}<epsos:name>levothyroxinum</epsos:name>"
        "</epsos:ingredient></epsos:ingredient>"
    )
    text = drug(material=material)
    for words in (
        "levotyroksinnatrium",
        "100 mikrogram",
        "Tablett",
        "30",
        "Eske",
        "Caixa azul",
        "cem microgramas",
    ):
        assert words in text


def test_b_07_every_dosing_time_is_shown():
    times = (
        '<effectiveTime xsi:type="PIVL_TS" operator="A" institutionSpecified="true">'
        '<period value="8" unit="h"/></effectiveTime>'
        '<effectiveTime xsi:type="EIVL_TS" operator="A"><event code="HS"/></effectiveTime>'
    )
    text = drug(times)
    assert "3 ganger daglig" in text and "ved sengetid" in text


def test_b_08_a_period_that_does_not_divide_the_day_is_not_rounded():
    times = (
        '<effectiveTime xsi:type="PIVL_TS" operator="A" institutionSpecified="true">'
        '<period value="0.75" unit="d"/></effectiveTime>'
    )
    text = drug(times)
    assert "én gang per 0,75 dager" in text and "daglig" not in text


def test_b_09_rate_maximum_instructions_status_and_package_are_shown():
    instruct = (
        '<entryRelationship typeCode="SUBJ"><act classCode="ACT" moodCode="INT"><code code="PINSTRUCT" '
        'codeSystem="1.3.6.1.4.1.19376.1.5.3.2"/><text>Tomar com água</text></act></entryRelationship>'
    )
    dose = (
        '<doseQuantity value="1" unit="1"/><rateQuantity value="5" unit="mL/h"/><maxDoseQuantity>'
        '<numerator xsi:type="PQ" value="4" unit="1"/><denominator xsi:type="PQ" value="1" unit="d"/>'
        "</maxDoseQuantity>"
    )
    box = (
        '<pharm:asContent><pharm:quantity xsi:type="PQ" value="30" unit="1"/><pharm:containerPackagedProduct>'
        f"{cd('pharm:formCode', '30009000', EDQM)}</pharm:containerPackagedProduct></pharm:asContent>"
    )
    text = drug(
        dose=dose, inner=instruct, status="suspended", material=f"<name>T</name>{TABLET}{box}{ingredient()}"
    )
    for words in ("5 ml/time", "høyst 4", "Tomar com água", "Satt på vent", "30 enheter i Eske"):
        assert words in text


@pytest.mark.parametrize(
    ("said", "words"),
    [("tablets", "2 tabletter"), ("tablet(s)", "2 tabletter"), ("Actuation", "2 utløsninger")],
)
def test_b_10_the_unit_word_of_the_source_is_used(said, words):
    dose = (
        '<doseQuantity value="2" unit="1"><translation nullFlavor="NA">'
        f"<originalText>{said}</originalText></translation></doseQuantity>"
    )
    assert words in drug(dose=dose) and "Ikke oversatt" not in drug(dose=dose)


def test_b_10_a_unit_word_that_nobody_translated_is_marked():
    dose = (
        '<doseQuantity value="2" unit="1"><translation nullFlavor="NA"><originalText>colheres</originalText>'
        "</translation></doseQuantity>"
    )
    assert "2 colheres Ikke oversatt" in drug(dose=dose)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('<value xsi:type="ST">sem crescimento</value>', "sem crescimento"),
        ('<value xsi:type="INT" value="7"/>', "7"),
        ('<value xsi:type="REAL" value="1.50"/>', "1,50"),
        (
            '<value xsi:type="IVL_PQ"><low value="4" unit="mg/L"/><high value="8" unit="mg/L"/></value>',
            "4 til 8 mg/liter",
        ),
        (
            '<value xsi:type="RTO_PQ_PQ"><numerator xsi:type="PQ" value="1" unit="mg"/>'
            '<denominator xsi:type="PQ" value="8" unit="mL"/></value>',
            "1 mg / 8 ml",
        ),
        ('<value xsi:type="BL" value="false"/>', "Nei"),
    ],
)
def test_b_11_results_of_every_type_are_shown(value, words):
    assert words in entry(summary(section("30954-2", observation("718-7", value, system=LOINC, text="Hb"))))


def test_b_11_interpretation_range_method_and_comment_are_shown():
    inner = (
        '<interpretationCode code="H" codeSystem="2.16.840.1.113883.5.83"/>'
        f"{cd('methodCode', 'M1', '1.2.3', 'Contagem')}"
        '<entryRelationship typeCode="SUBJ"><act classCode="ACT" moodCode="EVN"><code code="48767-8" '
        f'codeSystem="{LOINC}"/><text>Repetir em breve</text></act></entryRelationship>'
        '<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="11" unit="g/dL"/>'
        '<high value="15" unit="g/dL"/></value></observationRange></referenceRange>'
    )
    text = entry(
        summary(
            section(
                "30954-2",
                observation("718-7", '<value xsi:type="PQ" value="17" unit="g/dL"/>', inner=inner, text="Hb"),
            )
        )
    )
    for words in ("Høy", "11 til 15", "Contagem", "Repetir em breve"):
        assert words in text


def test_b_12_a_coded_social_history_value_is_shown():
    value = cd("value", "8517006", SNOMED, "Ex-smoker", xsi_type="CD")
    assert "Ex-smoker" in entry(summary(section("29762-2", observation("229819007", value))))


def test_b_13_vital_signs_other_than_blood_pressure_are_shown():
    inner = observation("8867-4", '<value xsi:type="PQ" value="72" unit="/min"/>', system=LOINC, text="Pulso")
    group = (
        '<organizer classCode="CLUSTER" moodCode="EVN"><statusCode code="completed"/><effectiveTime '
        f'value="20250601"/><component>{inner}</component></organizer>'
    )
    text = entry(summary(section("8716-3", group)))
    assert "Pulso" in text and "72" in text


@pytest.mark.parametrize(
    ("value", "words", "not_words"),
    [
        (cd("value", "160244002", SNOMED, xsi_type="CD"), "Ingen kjente", "Ikke opplyst"),
        (cd("value", "716186003", SNOMED, xsi_type="CD"), "Ingen kjente", "Ikke opplyst"),
        ('<value xsi:type="CD" nullFlavor="NI"/>', "Ingen opplysning", "Ingen kjente"),
        ('<value xsi:type="CD" nullFlavor="NA"/>', "Ikke aktuelt", "Ingen kjente"),
    ],
)
def test_b_14_old_forms_of_absence_are_told_apart(value, words, not_words):
    text = entry(summary(section("48765-2", allergy(value=value))))
    assert words in text and not_words not in text


def test_b_14_unknown_drug_treatment_is_no_denial():
    code = cd("code", "182904002", SNOMED)
    body = f'<substanceAdministration classCode="SBADM" moodCode="EVN">{code}</substanceAdministration>'
    text = entry(summary(section("10160-0", body)))
    assert "Ikke opplyst" in text and "Ingen kjente" not in text


def test_b_15_a_level_1_summary_shows_its_file_and_no_missing_sections():
    body = (
        '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0xLjQK</text></nonXMLBody>'
    )
    text = Shown(document(body)).text
    assert "PDF fra landet" in text and "Ikke mottatt" not in text


def test_b_16_a_dispensation_is_shown():
    given = section("60590-7", supply(f"<name>Tirox</name>{TABLET}{ingredient()}"))
    (text,) = Shown(document(structured(given), code="60593-1")).entries()
    for words in ("Tirox", "levotyroksinnatrium", "Antall pakninger utlevert", "Ana"):
        assert words in text


def test_b_17_an_id_with_a_root_only_and_every_patient_id_are_shown():
    ids = (
        "".join(f'<id root="2.999.9.{n}" extension="ID-{n}"/>' for n in range(4)) + '<id root="2.999.9.77"/>'
    )
    shown = Shown(summary(section("48765-2", allergy(KIWI)), ids=ids))
    banner = shown.words(shown.root.cssselect(".banner")[0])
    for words in ("ID-0", "ID-1", "ID-2", "ID-3", "2.999.9.77"):
        assert words in banner
    assert "2.999.9.0" not in banner
    about = shown.section_text("Om dokumentet og personene")  # the portal has a banner of its own
    assert all(f"ID-{n}" in about for n in range(4))


def test_b_18_the_side_of_a_procedure_is_shown():
    side = f"<qualifier>{cd('name', '272741003', SNOMED)}{cd('value', '7771000', SNOMED)}</qualifier>"
    site = cd("targetSiteCode", "72696002", SNOMED, "Joelho", inner=side)
    body = (
        f'<procedure classCode="PROC" moodCode="EVN">{cd("code", "609588000", SNOMED, "Prótese")}'
        f'<effectiveTime value="2019"/>{site}</procedure>'
    )
    text = entry(summary(section("47519-4", body)))
    assert "Side: Venstre" in text and "Joelho" in text


def test_b_19_severity_status_and_outcome_of_a_problem_are_shown():
    inner = (
        qualified("SUBJ", "SEV", cd("value", "24484000", SNOMED, xsi_type="CD"), "2.16.840.1.113883.5.4")
        + qualified("REFR", "33999-4", cd("value", "55561003", SNOMED, "Active", xsi_type="CD"))
        + qualified("REFR", "11323-3", cd("value", "81323004", SNOMED, "Alive and well", xsi_type="CD"))
    )
    text = entry(summary(section("11450-4", problem(cd("value", "J45", ICD10, xsi_type="CD"), inner=inner))))
    for words in ("Alvorlighetsgrad Alvorlig", "Status Aktiv", "Utfall"):
        assert words in text


def test_b_20_an_empty_catalogue_does_not_stop_the_page():
    release = Release("tom", TERMS.release.date, TERMS.release.content, "0")
    empty = Catalogue.of(release, [], [])
    data = summary(section("11450-4", problem(cd("value", "J45", ICD10, "Asthma", xsi_type="CD"))))
    shown = page(parse(data), empty, context=CONTEXT)
    assert "Asthma" in shown.html and shown.counts.facts_shown == shown.counts.facts


def test_b_21_dose_and_package_forms_are_in_norwegian():
    form = cd("pharm:formCode", "10219000", EDQM, "Tablet")
    text = drug(material=f"<name>T</name>{form}{ingredient()}")
    assert "Tablett" in text


def test_b_22_a_range_with_equal_ends_is_one_amount():
    dose = '<doseQuantity><low value="1" unit="1"/><high value="1" unit="1"/></doseQuantity>'
    text = drug(dose=dose)
    assert "1 tablett" in text and "til 1" not in text


def test_b_23_an_unknown_code_is_never_a_blank():
    text = entry(summary(section("11450-4", problem(cd("value", "Q-17", "1.2.3.4", xsi_type="CD")))))
    assert "1.2.3.4 Q-17" in text and "Ikke oversatt" in text


def test_b_24_narrative_that_says_more_than_the_absence_is_opened():
    rows = "<table><tbody><tr><td>Varfarina</td><td>5 mg</td></tr><tr><td>Insulina</td></tr></tbody></table>"
    body = no_medication("no-medication-info")
    shown = Shown(summary(section("10160-0", body, text=rows)))
    assert shown.section("Legemidler i bruk").xpath(".//details[@class='narr'][@open]")
    assert "teksten sier mer" in shown.section_text("Legemidler i bruk")
    assert "Varfarina" in shown.text


@pytest.mark.parametrize(
    ("amount", "odd"), [("2", False), ("1", False), ("-1", True), ("1.1", True), ("0", True)]
)
def test_an_impossible_number_of_packages_is_marked(amount, odd):
    given = section("60590-7", supply(f"<name>Tirox</name>{TABLET}{ingredient()}", amount=amount))
    (text,) = Shown(document(structured(given), code="60593-1")).entries()
    assert ("ikke et antall pakninger" in text) is odd
    assert "pakning" in text


def test_a_prescription_names_its_numbers_and_prescriber_in_front():
    items = section("57828-6", medication(IVL, "", f"<name>T</name>{TABLET}{ingredient()}"))
    items = items.replace("<title>", '<id root="2.999.55" extension="R-1"/><title>', 1)
    shown = Shown(document(structured(items), code="57833-6"))
    text = shown.words(shown.root.cssselect(".lead")[0])
    for words in ("Resept-ID R-1", "Reseptlinje-ID m1", "Rui Costa", "Centro de Testes", "01.03.2026"):
        assert words in text


@pytest.mark.parametrize(("code", "words"), [("N", "Bytte ikke tillatt"), ("G", "Bytte tillatt")])
def test_only_the_code_n_forbids_substitution(code, words):
    value = cd("value", code, "2.16.840.1.113883.5.1070", xsi_type="CE")
    inner = qualified("SUBJ", "SUBST", value, "2.16.840.1.113883.5.6")
    items = section("57828-6", medication(IVL, "", f"<name>T</name>{ingredient()}", inner=inner))
    assert words in Shown(document(structured(items), code="57833-6")).entries()[0]
