"""What is denied, taken back or only planned says so at the statement itself, and never the opposite."""

import pytest

from tests.support.cda_documents import (
    ABSENT,
    ICD10,
    LOINC,
    SNOMED,
    TABLET,
    allergy,
    cd,
    immunisation,
    ingredient,
    medication,
    problem,
    section,
    summary,
)
from tests.support.cda_pages import Shown

NOT = ' negationInd="true"'
ACT = "2.16.840.1.113883.5.4"
AGENT = cd("code", "372687004", SNOMED, "Amoxicillin")
PEANUT = cd("code", "256349002", SNOMED, "Peanut")
ECZEMA = cd("value", "43116000", SNOMED, "Eczema", xsi_type="CD")
SEVERE = cd("value", "24484000", SNOMED, "Severe", xsi_type="CD")
REFUTED = (
    '<value xsi:type="CD" code="refuted" codeSystem="2.16.840.1.113883.4.642.4.1371" displayName="Refuted"/>'
)
RESOLVED = f'<value xsi:type="CD" code="413322009" codeSystem="{SNOMED}"/>'
ASTHMA = cd("value", "J45", ICD10, "Asthma", xsi_type="CD")
NONE = f'<value xsi:type="CD" code="no-known-allergies" codeSystem="{ABSENT}"/>'
DENIED = "Uttrykkelig avkreftet"
DRUG = f"<name>T</name>{TABLET}{ingredient()}"


def hung(type_code, inner, denied=""):
    return f'<entryRelationship typeCode="{type_code}"{denied}>{inner}</entryRelationship>'


def observed(code, value, denied="", *, system=LOINC, mood="EVN", status="completed", more=""):
    return (
        f'<observation classCode="OBS" moodCode="{mood}"{denied}><code code="{code}" codeSystem="{system}"/>'
        f'<statusCode code="{status}"/>{value}{more}</observation>'
    )


def shown(loinc, *entries):
    page = Shown(summary(section(loinc, *entries)))
    assert page.display.counts.facts == page.display.counts.facts_shown
    assert not any("Ikke tolket" in text for text in page.entries())
    return page


def entry(loinc, one):
    (text,) = shown(loinc, one).entries()
    return text


def alerts(page):
    return page.words(page.root.cssselect("section.alerts")[0])


@pytest.mark.parametrize("own", [True, False])
def test_a_denied_refutation_leaves_the_allergy_standing(own):
    inner = observed("66455-7", REFUTED, NOT if own else "")
    page = shown("48765-2", allergy(AGENT, inner=hung("SUBJ", inner, "" if own else NOT)))
    assert "Amoxicillin" in alerts(page) and not page.root.cssselect(".t-denied")
    assert f"Sikkerhet {DENIED}" in page.entries()[0]


def test_a_certainty_of_another_code_system_refutes_nothing():
    page = shown(
        "48765-2", allergy(AGENT, inner=hung("SUBJ", observed("66455-7", REFUTED, system="1.2.999")))
    )
    assert "Amoxicillin" in alerts(page)


def test_a_denied_severity_is_not_severe():
    page = shown("48765-2", allergy(AGENT, inner=hung("SUBJ", observed("SEV", SEVERE, NOT, system=ACT))))
    assert not page.root.cssselect(".b-severe")
    assert f"Alvorlighetsgrad {DENIED}" in page.entries()[0]


def test_a_denied_severity_stays_with_its_reaction():
    severity = hung("SUBJ", observed("SEV", SEVERE, NOT, system=ACT))
    first = hung("MFST", observed("418799008", ECZEMA, system=SNOMED, more=severity))
    other = cd("value", "422587007", SNOMED, "Nausea", xsi_type="CD")
    second = hung("MFST", observed("418799008", other, system=SNOMED))
    assert f"Eksem: andre opplysninger Alvorlighetsgrad {DENIED}" in entry(
        "48765-2", allergy(AGENT, inner=first + second)
    )


@pytest.mark.parametrize("own", [True, False])
def test_a_denied_reaction_is_no_reaction(own):
    inner = observed("418799008", ECZEMA, NOT if own else "", system=SNOMED)
    page = shown("48765-2", allergy(AGENT, inner=hung("MFST", inner, "" if own else NOT)))
    assert "Eksem" not in alerts(page) and f"Eksem {DENIED}" in page.entries()[0]


@pytest.mark.parametrize(
    "opening", ['<act classCode="ACT" moodCode="EVN"', '<entryRelationship typeCode="SUBJ"']
)
def test_what_is_denied_above_the_observation_is_denied(opening):
    page = shown("48765-2", allergy(AGENT).replace(opening, opening + NOT))
    assert "Amoxicillin" not in alerts(page)
    assert page.entries()[0].startswith(f"Amoxicillin Ikke oversatt {DENIED}")


@pytest.mark.parametrize("code", ["completed", "active"])  # of the observation, of its concern
def test_an_allergy_entered_in_error_is_none(code):
    one = allergy(AGENT).replace(f'<statusCode code="{code}"/>', '<statusCode code="nullified"/>')
    page = shown("48765-2", one)
    assert "Amoxicillin" not in alerts(page) and "Feilregistrert" in page.entries()[0]


@pytest.mark.parametrize(
    "one",
    [
        allergy("", NONE, negated=NOT),
        allergy("", NONE).replace('moodCode="EVN">', f'moodCode="EVN"{NOT}>', 1),
        allergy("", NONE, inner=hung("SUBJ", observed("66455-7", REFUTED))),
    ],
)
def test_to_deny_that_there_are_none_is_not_to_say_that_there_are_none(one):
    page = shown("48765-2", one)
    assert "Sjekk avsnittet" in alerts(page) and not page.root.cssselect(".abs-none_known")


def test_only_the_refuted_one_of_two_in_a_concern_is_struck_out():
    one = allergy(AGENT, inner=hung("SUBJ", observed("66455-7", REFUTED))).replace("</act>", "")
    both = one + allergy(PEANUT).partition('<statusCode code="active"/>')[2]
    page = shown("48765-2", both)
    (struck,) = page.root.cssselect(".t-denied")
    assert "Amoxicillin" in page.words(struck) and not page.root.cssselect("li.e-denied")
    assert "Peanut" in alerts(page) and "Amoxicillin" not in alerts(page)


def test_a_comment_stays_with_its_own_allergy():
    note = hung("SUBJ", '<act classCode="ACT" moodCode="EVN"><text>mild in 1999</text></act>')
    one = allergy(AGENT, inner=note)[: -len("</act>")]
    both = one + allergy(PEANUT).partition('<statusCode code="active"/>')[2]
    (text,) = shown("48765-2", both).entries()
    assert text.index("Amoxicillin") < text.index("mild in 1999") < text.index("Peanut")


def test_a_resolved_status_that_is_denied_leaves_the_problem_active():
    denied = problem(ASTHMA, inner=hung("REFR", observed("33999-4", RESOLVED, NOT)))
    assert "Inaktiv" not in entry("11450-4", denied)
    assert "Inaktiv" in entry("11450-4", problem(ASTHMA, inner=hung("REFR", observed("33999-4", RESOLVED))))


@pytest.mark.parametrize(("kind", "label"), [("CAUS", "Førte til"), ("RSON", "Årsak")])
def test_a_side_effect_or_reason_that_is_denied_says_so_beside_it(kind, label):
    one = medication(inner=hung(kind, observed("75321-0", ECZEMA), NOT), material=DRUG)
    assert f"{label} LOINC 75321-0 Ikke oversatt {DENIED}Verdi Eksem" in entry("10160-0", one)


def test_a_vaccine_did_not_cause_what_is_denied():
    reaction = hung("CAUS", observed("75321-0", ECZEMA), NOT) + "</substanceAdministration>"
    text = entry("11369-6", immunisation().replace("</substanceAdministration>", reaction))
    assert "Gitt" in text and f"{DENIED}Verdi Eksem" in text


def test_a_denied_instruction_is_not_the_dose():
    told = '<act classCode="ACT" moodCode="INT"><code code="PINSTRUCT"/><text>with food</text></act>'
    text = entry("10160-0", medication(inner=hung("SUBJ", told, NOT), material=DRUG))
    assert "Dose ikke opplyst" in text and f"Veiledning til pasienten {DENIED}" in text


def test_a_planned_vaccine_is_not_given():
    text = entry("11369-6", immunisation().replace('moodCode="EVN"', 'moodCode="INT"'))
    assert "Ikke gitt Planlagt" in text


def test_a_planned_procedure_says_so():
    code = cd("code", "80146002", SNOMED, "Appendectomy")
    one = f'<procedure classCode="PROC" moodCode="INT">{code}<statusCode code="active"/></procedure>'
    assert "Appendektomi Planlagt" in entry("47519-4", one)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"mood": "GOL"}, "17 g/dl Mål"),
        ({"status": "cancelled"}, "17 g/dl Avlyst"),
        ({"status": "nullified"}, "17 g/dl Feilregistrert"),
        ({"status": "active"}, "Status Aktiv"),
    ],
)
def test_a_result_that_does_not_stand_says_so(more, words):
    value = '<value xsi:type="PQ" value="17" unit="g/dL"/>'
    assert words in entry("30954-2", observed("718-7", value, **more))
    group = (
        '<organizer classCode="BATTERY" moodCode="EVN"><statusCode code="completed"/><component>'
        f"{observed('718-7', value, **more)}</component></organizer>"
    )
    assert words in entry("30954-2", group)


def test_a_denied_member_of_an_observation_carries_its_denial():
    value = '<value xsi:type="PQ" value="17" unit="g/dL"/>'
    one = observed("718-7", value, more=hung("COMP", observed("1234-5", value, NOT)))
    assert f"LOINC 1234-5 Ikke oversatt: 17 g/dl {DENIED}" in entry("30954-2", one)


def test_the_comment_on_one_result_of_a_group_names_it():
    value = '<value xsi:type="PQ" value="17" unit="g/dL"/>'
    note = hung("SUBJ", '<act classCode="ACT" moodCode="EVN"><text>haemolysed</text></act>')
    members = "".join(
        f"<component>{observed(code, value, more=more)}</component>"
        for code, more in (("718-7", note), ("2345-7", ""))
    )
    group = f'<organizer classCode="BATTERY" moodCode="EVN">{members}</organizer>'
    assert "718-7: kommentar" in entry("30954-2", group)


def step(number, dose, more="", denied=""):
    return (
        f'<entryRelationship typeCode="COMP"{denied}><sequenceNumber value="{number}"/>'
        f'<substanceAdministration classCode="SBADM" moodCode="INT">{more}'
        f'<doseQuantity value="{dose}" unit="1"/></substanceAdministration></entryRelationship>'
    )


def test_a_step_keeps_its_route_its_words_and_its_own_product():
    strength = 'value="500" unit="ug"'
    material = f"<name>Forte</name>{TABLET}{ingredient(numerator=strength)}"
    own = (
        "<consumable><manufacturedProduct><manufacturedMaterial>"
        f"{material}</manufacturedMaterial></manufacturedProduct></consumable>"
    )
    first = step(1, 2, "<text>only if pain</text>")
    second = step(2, 7).replace("</substanceAdministration>", f"{own}</substanceAdministration>")
    text = entry("10160-0", medication(inner=second + first, material=DRUG))
    dose = text.partition("Dosering ")[2]
    assert dose.startswith("Trinn 1: 2 tabletter, only if pain")
    assert "500 mikrogram Tablett · Forte, Trinn 2: 7 tabletter" in dose


def test_steps_of_a_step_are_steps():
    text = entry(
        "10160-0",
        medication(
            inner=step(1, 2, "", "").replace(
                "</substanceAdministration>", step(1, 5) + "</substanceAdministration>"
            ),
            material=DRUG,
        ),
    )
    assert "Trinn 1: 2 tabletterTrinn 1: 5 tabletter" in text


def test_a_step_that_is_denied_is_no_step():
    text = entry("10160-0", medication(inner=step(1, 2) + step(2, 7, denied=NOT), material=DRUG))
    assert "Trinn 2:" not in text and f"{DENIED}Trinn 2 Dose 7 enheter" in text
