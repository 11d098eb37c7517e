"""Faults once reported against the EU display tool, in people, ids, findings and layout: ours has none.

The names carry the number of the report. Source: cda.md 13.1.
"""

import re
from collections import Counter

import pytest

from cda.html.stylesheet import STYLESHEET
from tests.support.cda_documents import (
    ICD10,
    LOINC,
    SNOMED,
    allergy,
    cd,
    immunisation,
    ingredient,
    medication,
    observation,
    problem,
    rich,
    section,
    summary,
)
from tests.support.cda_pages import Shown, entry

KIWI = section("48765-2", allergy(cd("code", "260176001", SNOMED)))
PEOPLE = "Om dokumentet og personene"
GUARDIAN = (
    '<guardian classCode="GUARD"><addr><city>Braga</city></addr><telecom value="tel:+351211"/>'
    "<guardianPerson><name><given>Eva</given><family>Lima</family></name></guardianPerson></guardian>"
)
CONTACT = (
    '<participant typeCode="IND"><associatedEntity classCode="ECON"><code code="MTH" '
    'codeSystem="2.16.840.1.113883.5.111"/><telecom value="tel:+351999"/><associatedPerson><name>'
    "<given>Ana</given></name></associatedPerson></associatedEntity></participant>"
)
AUTHENTICATOR = (
    '<legalAuthenticator><time value="20260301"/><signatureCode code="S"/><assignedEntity>'
    '<id root="2.999.12" extension="jur-1"/><addr><city>Faro</city></addr>'
    '<telecom value="mailto:a@b.example"/>'
    "<assignedPerson><name><given>Olga</given></name></assignedPerson><representedOrganization>"
    '<id root="2.999.13" extension="org-13"/><name>Hospital Um</name><telecom value="tel:+3515"/>'
    "<addr><city>Beja</city></addr></representedOrganization></assignedEntity></legalAuthenticator>"
)


def about(**options):
    return Shown(summary(KIWI, **options)).section_text(PEOPLE)


def pressure(code, value, when):
    found = observation(code, f'<value xsi:type="PQ" value="{value}" unit="mm[Hg]"/>', system=LOINC)
    return f"<component>{found.replace('20250601', when)}</component>"


def vitals(*members):
    return entry(
        summary(
            section(
                "8716-3",
                '<organizer classCode="CLUSTER" moodCode="EVN"><statusCode code="completed"/><effectiveTime '
                f'value="20250601"/>{"".join(members)}</organizer>',
            )
        )
    )


def test_ehealth_9971_device_ids_and_the_date_of_removal_are_shown():
    body = (
        '<supply classCode="SPLY" moodCode="EVN"><effectiveTime xsi:type="IVL_TS"><low value="2015"/>'
        '<high value="20200304"/></effectiveTime><participant typeCode="DEV"><participantRole>'
        '<id root="2.999.31" extension="UDI-1"/><id root="2.999.32" extension="SN-2"/>'
        f"<playingDevice>{cd('code', '14106009', SNOMED, 'Pacemaker')}</playingDevice></participantRole>"
        "</participant></supply>"
    )
    text = entry(summary(section("46264-8", body)))
    assert "Utstyrs-ID UDI-1, SN-2" in text and "fra 2015 til 04.03.2020" in text and "Fjernet" in text


def test_ehealth_8205_blood_pressure_has_its_units():
    text = vitals(pressure("8480-6", 160, "20250601"), pressure("8462-4", 90, "20250601"))
    assert "160 mmHg" in text and "90 mmHg" in text


def test_ehncp_2148_observations_keep_their_own_dates():
    text = vitals(pressure("8480-6", 160, "20250601"), pressure("8462-4", 90, "20250701"))
    assert "01.06.2025" in text and "01.07.2025" in text and "ulike datoer" in text


@pytest.mark.parametrize(
    ("unit", "words"), [("{pack}/d", "2 pakker/dag"), ("{glass}/wk", "2 glass/uke"), ("g", "2 g")]
)
def test_ehealth_8550_social_history_has_its_units(unit, words):
    found = observation("229819007", f'<value xsi:type="PQ" value="2" unit="{unit}"/>')
    assert words in entry(summary(section("29762-2", found)))


def test_ehealth_8207_guardian_participants_and_every_ingredient_are_shown():
    text = about(guardian=GUARDIAN, more=CONTACT)
    assert "Verge Eva Lima" in text and "Braga" in text and "Ana" in text
    two = "".join(
        ingredient(f"Z99ZZ0{n}", name=f"<pharm:name>stoff{n}</pharm:name>", numerator=f'value="{n}" unit="g"')
        for n in (1, 2)
    )
    drug = entry(summary(section("10160-0", medication("", "", f"<name>T</name>{two}"))))
    assert "stoff1" in drug and "stoff2" in drug


def test_ehealth_9394_contact_details_of_authenticator_and_organisations_are_shown():
    text = about(more=AUTHENTICATOR)
    for words in ("Olga", "Faro", "E-post a@b.example", "Hospital Um", "Telefon +3515", "Beja"):
        assert words in text


def test_ehealth_8896_the_relationship_of_a_contact_is_shown():
    text = about(more=CONTACT)
    assert "Kontaktperson: nødkontakt" in text and "Ana; mor" in text


def test_ehealth_8396_the_role_of_the_author_is_shown():
    assert re.search(r"Forfatter Rui Costa; Allmennpraktiserende leger", about())


def test_ehncp_2177_every_given_name_is_shown():
    assert "Navn Inês Maria Sousa Lima" in about()


def test_ehealth_8399_the_use_of_an_address_is_shown():
    data = summary(KIWI).replace(b"<addr><city>Porto", b'<addr use="HP"><city>Porto')
    assert "Adresse hovedbopel: Porto" in Shown(data).section_text(PEOPLE)


def test_ehealth_9034_people_of_an_entry_are_not_taken_for_those_of_the_document():
    own = (
        "<author><time value='2025'/><assignedAuthor><id root='2.999.40'/><assignedPerson><name><given>Xavier"
    )
    body = immunisation().replace(
        "<consumable>", f"{own}</given></name></assignedPerson></assignedAuthor></author><consumable>", 1
    )
    shown = Shown(summary(section("11369-6", body)))
    assert "Xavier" in shown.entries()[0] and "Xavier" not in shown.section_text(PEOPLE)
    assert "Rui" in shown.section_text(PEOPLE) and "Rui" not in shown.entries()[0]


def test_ehealth_9937_the_root_of_a_patient_id_is_not_shown():
    shown = Shown(summary(KIWI))
    banner = shown.words(shown.root.cssselect(".banner")[0])
    assert "777001" in banner and "2.999.9" not in banner
    assert "Pasient-ID 777001" in about() and "2.999.9 " not in about()


def test_ehncp_1799_the_primary_id_stands_apart_from_the_others():
    ids = "".join(f'<id root="2.999.9.{n}" extension="ID-{n}"/>' for n in range(3))
    shown = Shown(summary(KIWI, ids=ids))
    assert "Pasient-ID ID-0 · Andre ID-er ID-1, ID-2" in shown.words(shown.root.cssselect(".banner")[0])
    assert "Pasient-ID ID-0 Andre ID-er ID-1, ID-2" in shown.section_text(PEOPLE)


def test_ehncp_2149_the_id_of_an_organisation_is_its_own():
    text = about(more=AUTHENTICATOR)
    assert "Hospital Um; ID org-13" in text and "Centro de Testes; ID org-3" in text


def test_ehncp_2174_values_are_never_glued_together():
    text = Shown(rich()).text
    for glued in ("KiwiReaksjon", "mmHg160", "PortoPortugal", "MariaSousa", "AktivStatus"):
        assert glued not in text
    assert "Porto, Portugal" in text


def test_ehncp_2147_no_two_parts_of_a_page_share_a_name():
    nested = section("10164-2", text="Antes").replace(
        "</section>", f"<component>{KIWI}</component></section>"
    )
    shown = Shown(summary(KIWI, KIWI, nested))
    names = Counter(shown.root.xpath("//@id"))
    assert names and set(names.values()) == {1}
    linked = {href[1:] for href in shown.root.xpath("//a/@href") if href.startswith("#")}
    assert linked and linked <= set(names)


def test_ehealth_8185_past_illness_stands_under_its_own_heading():
    past = section("11348-0", problem(cd("value", "J45", ICD10, xsi_type="CD")))
    shown = Shown(summary(section("11450-4"), past))
    assert "Astma" in shown.section_text("Tidligere sykdommer")
    assert "Astma" not in shown.section_text("Aktuelle problemer")


def test_ehncp_1930_a_large_narrative_table_is_shown_whole_and_scrolls_by_itself():
    rows = "".join(f"<tr>{''.join(f'<td>r{n}k{k}</td>' for k in range(30))}</tr>" for n in range(200))
    shown = Shown(summary(section("11348-0", text=f"<table><tbody>{rows}</tbody></table>")))
    (panel,) = shown.root.cssselect(".ntext")
    assert len(panel.cssselect("td")) == 6000 and panel.get("tabindex") == "0"
    assert ".ntext{overflow-x:auto}" in STYLESHEET


def test_ehncp_1784_whether_a_vaccine_was_given_is_said_in_words_on_paper_too():
    shown = Shown(summary(section("11369-6", immunisation(), immunisation(negated=' negationInd="true"'))))
    badges = [shown.words(badge) for badge in shown.root.cssselect(".entry h3 .badge")]
    assert badges == ["Gitt", "Ikke gitt"]
    paper = STYLESHEET.partition("@media print")[2]
    assert not [rule for rule in paper.split("}") if ".badge" in rule and "display:none" in rule]


ENGLISH = (
    "Missing",
    "Not stated",
    "since",
    "Allergies",
    "Details",
    "Show",
    "entries",
    "Code ",
    "Author",
)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_hard_coded_english_labels_are_none(language):
    shown = Shown(rich(), language=language)
    for el in shown.root.xpath("//*[@lang]"):
        if not el.get("lang").startswith(language) and el.tag != "html":
            for kid in list(el):
                el.remove(kid)
            el.text = ""
    text = Shown.words(shown.root.body)
    assert [word for word in ENGLISH if re.search(rf"\b{word}\b", text)] == []
