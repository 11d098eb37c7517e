"""Faults once reported against the EU display tool, in what entries say: ours shows the opposite of each.

The names carry the number of the report. Source: cda.md 13.1.
"""

import pytest

from tests.support.cda_documents import (
    ABSENT,
    ATC,
    EDQM,
    ICD10,
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
    problem,
    qualified,
    section,
    structured,
    summary,
)
from tests.support.cda_pages import Shown, entry

KIWI = cd("code", "260176001", SNOMED)
IVL = '<effectiveTime xsi:type="IVL_TS"><low value="20200101"/></effectiveTime>'
ONE = '<doseQuantity value="1" unit="1"/>'
SMS = "1.3.6.1.4.1.12559.11.10.1.3.1.44.100000075825"
HOLDER = "<{0}><name>Fabrikken AS</name></{0}>"
PART = (
    '<pharm:part><pharm:quantity value="{n}" unit="1"/><pharm:partProduct><pharm:name>{name}</pharm:name>'
    "{inside}</pharm:partProduct></pharm:part>"
)


TIROX = f"<name>Tirox</name>{TABLET}{ingredient()}"


def drug(times="", dose=ONE, material=TIROX, **options):
    return entry(summary(section("10160-0", medication(IVL + times, dose, material, **options))))


def reaction(value):
    return (
        '<entryRelationship typeCode="MFST"><observation classCode="OBS" moodCode="EVN">'
        f"<code code='418799008' codeSystem='{SNOMED}'/>{value}</observation></entryRelationship>"
    )


def kind(code, system=ATC, text=None):
    return (
        '<pharm:asSpecializedKind classCode="GRIC"><pharm:generalizedMaterialKind>'
        f"{cd('pharm:code', code, system, text)}</pharm:generalizedMaterialKind></pharm:asSpecializedKind>"
    )


def package(value, unit):
    return (
        f'<pharm:asContent><pharm:quantity value="{value}" unit="{unit}"/><pharm:containerPackagedProduct>'
        f"{cd('pharm:formCode', '30009000', EDQM)}</pharm:containerPackagedProduct></pharm:asContent>"
    )


def test_ehealth_9964_an_uncoded_agent_with_text_is_shown():
    agent = '<code nullFlavor="OTH"><originalText>Amêndoa amarga</originalText></code>'
    text = entry(summary(section("48765-2", allergy(agent))))
    assert text.startswith("Amêndoa amarga Kodet nasjonalt, ikke mappet OTH")


@pytest.mark.parametrize("flavour", ["NI", "UNK", "OTH"])
def test_ehncp_1962_no_empty_brackets_for_a_null_flavour(flavour):
    value = f'<value xsi:type="CD" nullFlavor="{flavour}"/>'
    for text in (
        entry(summary(section("11450-4", problem(value)))),
        entry(summary(section("48765-2", allergy(f'<code nullFlavor="{flavour}"/>')))),
    ):
        assert "()" not in text and "( )" not in text and flavour in text


def test_ehncp_1928_a_null_flavour_of_the_agent_is_said_once():
    text = entry(summary(section("48765-2", allergy('<code nullFlavor="UNK"/>'))))
    assert text.count("UNK") == 1 and text.count("Ukjent") == 1


def test_ehncp_1941_a_reaction_in_icd_10_has_its_text():
    value = cd("value", "J45", ICD10, xsi_type="CD")
    assert "Reaksjon Astma" in entry(summary(section("48765-2", allergy(KIWI, inner=reaction(value)))))


def test_ehncp_1964_past_illness_in_icd_10_has_text_and_code():
    value = cd("value", "J45", ICD10, xsi_type="CD")
    assert entry(summary(section("11348-0", problem(value)))).startswith("Astma (J45)")


def test_ehncp_1916_a_reaction_in_icd_10_has_its_code_one_step_away():
    value = cd("value", "J45", ICD10, xsi_type="CD")
    (text,) = Shown(summary(section("48765-2", allergy(KIWI, inner=reaction(value))))).entries(details=True)
    assert "Reaksjon Astma" in text and "J45 ICD-10" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (cd("code", "J07AM", ATC), "tetanus"),
        (cd("code", "836374004", SNOMED, "Hepatitis B vaccine"), "epatitt B"),
        (cd("code", "X1", "1.2.3", "Vacina nacional"), "Vacina nacional"),
        (cd("code", "J07ZZ99", ATC), "Anatomical Therapeutic Chemical J07ZZ99"),
    ],
)
def test_ehncp_2146_vaccines_of_every_code_system_are_shown(code, words):
    body = immunisation().replace(f'<code code="J07AM" codeSystem="{ATC}"/>', code)
    assert words.lower() in entry(summary(section("11369-6", body))).lower()


@pytest.mark.parametrize(
    ("loinc", "body", "words"),
    [
        ("48765-2", allergy(value=cd("value", "no-known-allergies", ABSENT, xsi_type="CD")), "Ingen kjente"),
        ("11450-4", problem(cd("value", "no-problem-info", ABSENT, xsi_type="CD")), "Ikke opplyst"),
        ("10160-0", no_medication("no-medication-info"), "Ikke opplyst"),
        ("46264-8", device(cd("code", "no-known-devices", ABSENT)), "Ingen kjent"),
    ],
)
def test_ehncp_1746_what_is_absent_or_unknown_is_said_in_words(loinc, body, words):
    assert words in entry(summary(section(loinc, body)))


def test_ehncp_1732_the_manifestation_is_translated():
    value = cd("value", "43116000", SNOMED, "Eczema", xsi_type="CD")
    text = entry(summary(section("48765-2", allergy(KIWI, inner=reaction(value)))))
    assert "Reaksjon Eksem" in text and "Eczema" not in text


def test_ehealth_8593_an_unmapped_concept_is_shown_with_its_own_words():
    value = (
        '<value xsi:type="CD" nullFlavor="OTH"><translation code="Z9" codeSystem="1.2.9" '
        'codeSystemName="Registo" displayName="Doença rara local"/></value>'
    )
    assert "Doença rara local (Registo Z9) Kodet nasjonalt" in entry(
        summary(section("11450-4", problem(value)))
    )


@pytest.mark.parametrize("prefix", ["hl7:", "urn:", "ns1:", ""])
def test_ehealth_9965_a_prefixed_periodic_time_is_understood(prefix):
    times = (
        f'<effectiveTime xsi:type="{prefix}PIVL_TS" operator="A" institutionSpecified="true">'
        '<period value="12" unit="h"/></effectiveTime>'
    )
    assert "2 ganger daglig" in drug(times)


@pytest.mark.parametrize(("code", "words"), [("ACM", "før frokost"), ("PCV", "etter middag")])
def test_ehncp_1785_a_time_bound_to_an_event_is_said_in_words(code, words):
    times = f'<effectiveTime xsi:type="EIVL_TS" operator="A"><event code="{code}"/></effectiveTime>'
    assert f"1 tablett {words}" in drug(times)


def test_ehncp_1963_the_length_of_the_period_is_shown():
    times = '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="36" unit="h"/></effectiveTime>'
    assert "hver 36. time" in drug(times)


def test_ehncp_2048_units_per_intake_are_said_once():
    assert drug(dose='<doseQuantity value="3" unit="1"/>').count("3 tabletter") == 1
    assert "tabletter tabletter" not in drug(dose='<doseQuantity value="3" unit="{tablet}"/>')


def test_ehealth_9936_strength_as_free_text_is_shown():
    assert "vinte por cento" in drug(
        material=f"<name>T</name>{TABLET}<pharm:desc>vinte por cento</pharm:desc>"
    )


def test_ehealth_9966_atc_at_the_level_of_the_kind_is_shown():
    assert "levotyroksinnatrium" in drug(material=f"<name>T</name>{TABLET}{kind('H03AA01')}")


def test_ehealth_9808_the_code_of_the_product_is_shown():
    material = f"{cd('code', 'MP-77', '1.2.3.9', 'Produto nacional')}<name>T</name>{TABLET}"
    text = drug(material=material)
    assert "Produktkode Produto nacional" in text


def test_ehealth_8798_each_part_of_a_kit_has_its_own_ingredients():
    parts = "".join(
        PART.format(n=n, name=name, inside=ingredient(code, f'value="{n}0" unit="mg"'))
        for n, name, code in ((1, "Creme", "C07AB02"), (2, "Comprimido", "H03AA01"))
    )
    text = drug(material=f"<name>Kit</name>{TABLET}{parts}")
    first, second = text.index("Creme"), text.index("Comprimido")
    assert text.index("metoprolol") < first < text.index("levotyroksinnatrium") < second
    assert "10 mg" in text[:first] and "20 mg" in text[first:second]


def test_ehealth_8799_each_part_of_a_kit_has_its_own_package():
    parts = "".join(
        PART.format(n=1, name=name, inside=package(size, "1")) for name, size in (("Creme", 7), ("Pó", 9))
    )
    text = drug(material=f"<name>Kit</name>{TABLET}{parts}")
    assert text.index("Creme") < text.index("7 enheter i Eske") < text.index("Pó") < text.index("9 enheter")


def test_ehealth_8865_a_package_in_millilitres_is_shown():
    assert "150 ml i Eske" in drug(material=f"<name>T</name>{TABLET}{package('150', 'mL')}")


@pytest.mark.parametrize(
    "report, tag",
    [("EHNCP-1884", "manufacturerOrganization"), ("EHEALTH-9462", "epsos:marketingAuthorizationHolder")],
)
def test_ehncp_1884_and_ehealth_9462_the_holder_is_shown(report, tag):
    assert "Fabrikken AS" in drug(tail=HOLDER.format(tag))


def test_ehealth_9056_substances_of_the_sms_are_shown():
    code = cd("pharm:code", "100000092059", SMS, "Paracetamol (SMS)")
    one = ingredient().replace(f'<pharm:code code="H03AA01" codeSystem="{ATC}"/>', code)
    text = drug(material=f"<name>T</name>{TABLET}{one}")
    assert "Paracetamol (SMS)" in text and "100 mikrogram" in text


def test_ehncp_2178_ingredients_of_the_product_are_all_shown():
    several = "".join(
        ingredient(f"Z99ZZ{n:02}", f'value="{n}" unit="mg"', name=f"<pharm:name>stoff{n}</pharm:name>")
        for n in range(1, 5)
    )
    text = drug(material=f"<name>T</name>{TABLET}{several}")
    assert [n for n in range(1, 5) if f"stoff{n}" in text and f"{n} mg" in text] == [1, 2, 3, 4]


def prescribed(code):
    value = cd("value", code, "2.16.840.1.113883.5.1070", xsi_type="CE")
    inner = qualified("SUBJ", "SUBST", value, "2.16.840.1.113883.5.6") if code else ""
    items = section("57828-6", medication(IVL, "", f"<name>T</name>{ingredient()}", inner=inner))
    return Shown(document(structured(items), code="57833-6"))


@pytest.mark.parametrize(
    ("code", "words"), [("N", "Bytte ikke tillatt"), ("G", "Bytte tillatt"), ("TE", "Bytte tillatt")]
)
def test_ehealth_9705_substitution_follows_the_guide(code, words):
    assert words in prescribed(code).entries()[0]


def test_ehealth_9705_substitution_that_is_not_stated_is_not_forbidden():
    assert "Bytte ikke tillatt" not in prescribed(None).entries()[0]


def test_ehncp_1882_substitution_is_said_in_words_and_not_by_a_box():
    shown = prescribed("N")
    assert not shown.root.cssselect(".entry input") and "Bytte ikke tillatt" in shown.entries()[0]
