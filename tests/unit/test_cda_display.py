"""The page: banner, alerts, absence states, languages, level 1, self-check, facts and the journal copy."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

import cda.html.page
from cda.display import DisplayContext, page, stylesheet
from cda.facts import Kind, Why, facts
from cda.fixed import FIXED
from cda.html.section import ORDER
from cda.html.words import words
from cda.journal import journal_text
from cda.parse import NotCda, parse
from terminology.pages.messages import messages
from terminology.seed import BASES
from tests.support.cda_documents import (
    ABSENT,
    ICD10,
    LOINC,
    REQUIRED,
    SNOMED,
    allergy,
    cd,
    device,
    document,
    immunisation,
    medication,
    observation,
    problem,
    qualified,
    rich,
    section,
    structured,
    summary,
)
from tests.support.cda_pages import CONTEXT, TERMS, Shown, entry

KIWI = cd("code", "260176001", SNOMED)
DEEP = b'<ClinicalDocument xmlns="urn:hl7-org:v3">' + b"<a>" * 250 + b"</a>" * 250 + b"</ClinicalDocument>"
TOLD = "Reacção ao látex"
PDF = '<nonXMLBody><text mediaType="application/pdf" representation="B64">{}</text></nonXMLBody>'


def test_the_banner_names_the_patient_in_full():
    shown = Shown(rich())
    banner = shown.words(shown.root.cssselect(".banner")[0])
    assert "Inês Maria Sousa Lima" in banner and "14.02.1989 (37 år)" in banner
    assert "Kvinne" in banner and "777001" in banner and "2.999.9" not in banner and "Portugal" in banner


@pytest.mark.parametrize(
    ("birth", "words_"),
    [("1989", "født 1989 ·"), ("198902", "født februar 1989 ·"), ("20250301", "(12 md.)")],
)
def test_age_is_told_from_a_full_birth_date_only(birth, words_):
    shown = Shown(summary(section("48765-2", allergy(KIWI)), birth=birth))
    assert words_ in shown.words(shown.root.cssselect(".banner")[0])


def test_no_patient_data_in_the_title():
    title = Shown(rich()).root.findtext(".//title")
    assert title == "Pasientoppsummering"


def test_the_page_is_self_contained_and_runs_nothing():
    html = Shown(rich()).display.html
    assert "<script" not in html and "<link" not in html and "http-equiv" in html
    assert not re.search(r'(src|href)="(?!#)', html)


def test_sections_stand_in_the_norwegian_order():
    data = summary(*(section(code) for code in reversed(ORDER)))
    heads = [Shown.words(h) for h in Shown(data).root.xpath("//section[@class='sec']/h2")]
    expected = [words("nb")(f"section.{code}") for code in ORDER]
    assert [head.removesuffix(" Título") for head in heads[: len(ORDER)]] == expected


def test_alerts_come_before_everything_else_and_the_grave_one_first():
    grave = qualified("SUBJ", "82606-5", cd("value", "high", "2.16.840.1.113883.4.642.4.130", xsi_type="CD"))
    lactose = cd("code", "47703008", SNOMED)
    shown = Shown(summary(section("48765-2", allergy(KIWI), allergy(lactose, inner=grave))))
    alerts = shown.section_text("Varsler")
    assert alerts.index("Laktose") < alerts.index("Kiwi") and "Laktose Alvorlig" in alerts
    assert shown.text.index("Varsler") < shown.text.index("Overfølsomhet og allergi")


def test_an_inactive_allergy_is_no_alert_but_is_shown():
    over = qualified(
        "REFR", "33999-4", cd("value", "resolved", "2.16.840.1.113883.4.642.4.1373", xsi_type="CD")
    )
    shown = Shown(summary(section("48765-2", allergy(KIWI, inner=over))))
    assert "Kiwi" not in shown.section_text("Varsler") and "Kiwi Inaktiv" in shown.entries()[0]


def test_a_closed_concern_alone_silences_no_alert():
    assert "Kiwi" in Shown(summary(section("48765-2", allergy(KIWI, status="completed")))).section_text(
        "Varsler"
    )


@pytest.mark.parametrize(
    ("loinc", "body"),
    [
        ("48765-2", allergy(value=f'<text>{TOLD}</text><value xsi:type="CD" nullFlavor="NI"/>')),
        ("11450-4", problem(f'<text>{TOLD}</text><value xsi:type="CD" nullFlavor="NI"/>')),
        (
            "47519-4",
            f'<procedure moodCode="EVN"><code nullFlavor="NI"/><text>{TOLD}</text></procedure>',
        ),
        ("10160-0", medication(f"<text>{TOLD}</text>", "", "<name nullFlavor='NI'/>")),
        ("11369-6", medication(f"<text>{TOLD}</text>", "", "<code nullFlavor='NI'/>")),
        ("46264-8", device("<code nullFlavor='NI'/>").replace("<part", f"<text>{TOLD}</text><part", 1)),
    ],
)
def test_an_entry_told_in_words_alone_has_them_in_front(loinc, body):
    text = entry(summary(section(loinc, body)))
    assert text.startswith("Reacção ao látex") and "bare tekst, ikke kodet" in text


def test_an_allergy_told_in_words_alone_is_an_alert():
    words_ = f'<text>{TOLD}</text><value xsi:type="CD" nullFlavor="NI"/>'
    assert "Reacção ao látex" in Shown(summary(section("48765-2", allergy(value=words_)))).section_text(
        "Varsler"
    )


@pytest.mark.parametrize(
    ("loinc", "known", "stated"),
    [
        ("48765-2", "no-known-allergies", "no-allergy-info"),
        ("11450-4", "no-known-problems", "no-problem-info"),
    ],
)
def test_known_none_and_no_information_are_told_apart(loinc, known, stated):
    def said(code):
        value = cd("value", code, ABSENT, xsi_type="CD")
        return entry(summary(section(loinc, allergy(value=value) if loinc == "48765-2" else problem(value))))

    assert "Ingen kjente" in said(known) and "Ikke opplyst" not in said(known)
    assert "Ikke opplyst" in said(stated) and "Ingen kjente" not in said(stated)


def test_a_denial_of_one_class_says_so_and_contradicts_nothing():
    value = cd("value", "no-known-food-allergies", ABSENT, xsi_type="CD")
    shown = Shown(summary(section("48765-2", allergy(value=value), allergy(KIWI))))
    assert "gjelder bare én gruppe" in shown.text and "men har oppføringer likevel" not in shown.text


def test_missing_required_sections_are_not_received_and_missing_others_share_a_line():
    shown = Shown(summary(section("48765-2", allergy(KIWI))))
    for code in REQUIRED[1:]:
        assert "Ikke mottatt" in shown.section_text(words("nb")(f"section.{code}"))
    assert "Ikke mottatt: Tidligere sykdommer, Vaksiner" in shown.text


def test_an_entry_nobody_understands_is_shown_raw_with_a_mark():
    shown = Shown(rich())
    text = shown.entries()[-1]
    assert "Outra coisa" in text and "Ikke tolket, vist slik det kom" in text
    assert shown.display.counts.entries_raw == 1
    assert "kunne ikke tolkes og vises slik vi mottok" in shown.text


def test_an_element_nobody_reads_is_shown_raw_with_a_mark():
    odd = problem(
        cd("value", "J45", ICD10, xsi_type="CD"), inner='<odd xmlns="urn:x" value="42"><y>segredo</y></odd>'
    )
    text = entry(summary(section("11450-4", odd)))
    assert "value = 42" in text and "segredo" in text and "Ikke tolket" in text


@pytest.mark.parametrize(
    "flavour", ["NI", "UNK", "NA", "OTH", "ASKU", "NASK", "NAV", "MSK", "NINF", "PINF", "NP"]
)
def test_every_null_flavour_has_words_and_its_code(flavour):
    text = entry(summary(section("11450-4", problem(f'<value xsi:type="CD" nullFlavor="{flavour}"/>'))))
    assert flavour in text and messages("nb").text(f"null.{flavour}") in text


def test_an_unknown_null_flavour_is_never_hidden():
    text = entry(summary(section("11450-4", problem('<value xsi:type="CD" nullFlavor="QQ"/>'))))
    assert "Mangler QQ" in text


def test_a_null_flavour_does_not_hide_what_stands_beside_it():
    value = '<value xsi:type="CD" nullFlavor="OTH"><originalText>Febre dos fenos</originalText></value>'
    text = entry(summary(section("11450-4", problem(value))))
    assert "Febre dos fenos Kodet nasjonalt, ikke mappet OTH" in text


def test_original_words_carry_their_language():
    value = cd("value", "Q1", "1.2.3", "Gripe", xsi_type="CD")
    shown = Shown(summary(section("11450-4", problem(value))))
    (span,) = shown.root.xpath("//h3/span[text()='Gripe']")
    assert span.get("lang") == "pt-PT"
    assert shown.root.get("lang") == "nb"


TRANSCODED = "<translation code='1' codeSystem='1.2'/>"


@pytest.mark.parametrize(
    ("value", "words_"),
    [
        (cd("value", "Q99.99", ICD10, "Rare thing", TRANSCODED, "CD"), "Bare engelsk"),
        (cd("value", "Q99.99", ICD10, "Coisa rara", xsi_type="CD"), "Ikke oversatt"),
    ],
)
def test_words_in_another_language_say_which(value, words_):
    text = entry(summary(section("11450-4", problem(value))))
    assert ("Rare thing" in text or "Coisa rara" in text) and words_ in text


def test_english_of_the_catalogue_stands_in_where_there_is_no_norwegian():
    form = cd("pharm:formCode", "10230000", "0.4.0.127.0.16.1.1.2.1")
    text = entry(summary(section("10160-0", medication(material=f"<name>T</name>{form}"))))
    assert "Oral gum Bare engelsk" in text


def test_a_code_is_never_shown_with_the_words_of_another_system():
    text = entry(summary(section("11450-4", problem(cd("value", "J45", "1.2.3.4", xsi_type="CD")))))
    assert "Astma" not in text and "J45" in text


def test_the_details_panel_shows_code_system_version_and_every_original():
    inner = (
        "<originalText>Asma</originalText>"
        '<translation code="493" codeSystem="2.16.620.1" displayName="Asma brônquica"/>'
    )
    value = f'<value xsi:type="CD" code="J45" codeSystem="{ICD10}" codeSystemVersion="2019">{inner}</value>'
    (text,) = Shown(summary(section("11450-4", problem(value)))).entries(details=True)
    for part in ("J45", "2019", "Asthma", "Asma", "493", "Asma brônquica", "2.16.620.1"):
        assert part in text


def test_the_counts_of_a_section_are_stated():
    assert "2 oppføringer i dokumentet, 2 vist" in Shown(
        summary(section("11369-6", immunisation(), immunisation()))
    ).section_text("Vaksiner")


def test_newest_first_and_undated_last_under_a_heading():
    old = immunisation().replace("20240310", "2011")
    none = immunisation().replace('<effectiveTime value="20240310"/>', "")
    shown = Shown(summary(section("11369-6", none, old, immunisation())))
    text = shown.section_text("Vaksiner")
    assert text.index("10.03.2024") < text.index("2011") < text.index("Uten dato")


def test_an_old_summary_says_how_old():
    assert "år gammel" in page(parse(rich()), TERMS, context=DisplayContext(today=date(2029, 1, 1))).html
    assert "gammel" not in page(parse(rich()), TERMS, context=CONTEXT).html


def test_several_patients_are_said():
    data = rich()
    start, end = data.index(b"<recordTarget>"), data.index(b"</recordTarget>") + len(b"</recordTarget>")
    assert "2 pasienter" in Shown(data[:end] + data[start:end] + data[end:]).text


@pytest.mark.parametrize(
    ("content", "words_"),
    [
        ("JVBERi0xLjQK", "Størrelse"),
        ("", "Filen er tom"),
        ("@@@", "kunne ikke dekodes"),
        ("aGVp", "det er den ikke"),
    ],
)
def test_a_level_1_file_is_offered_or_its_fault_named(content, words_):
    assert words_ in Shown(document(PDF.format(content))).text


def test_the_portal_gets_a_link_to_the_file_and_the_page_of_its_own_none():
    context = DisplayContext(attachment_href="/ps/1/pdf")
    assert (
        'href="/ps/1/pdf"'
        in page(parse(document(PDF.format("JVBERi0xLjQK"))), TERMS, context=context).fragment
    )


def test_a_document_without_content_says_so():
    data = document("").replace(b"<component></component>", b"")
    assert "ikke annet innhold enn hodet" in Shown(data).text


def test_any_prefix_and_any_default_namespace_are_read():
    data = rich().decode()
    prefixed = re.sub(r"<(/?)(?!/|\?|pharm:|epsos:)", r"<\1h:", data).replace("xmlns=", "xmlns:h=", 1)
    assert Shown(prefixed.encode()).text == Shown(data.encode()).text


def test_an_extension_prefix_bound_to_hl7_is_read():
    material = '<name>T</name><pharm:formCode xmlns:pharm="urn:hl7-org:v3" code="10219000" codeSystem="{}"/>'
    data = summary(section("10160-0", medication(material=material.format("0.4.0.127.0.16.1.1.2.1"))))
    assert "Tablett" in entry(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-well-formed"),
        (b"<a/>", "not-cda"),
        (b"<ClinicalDocument/>", "not-cda"),
        (b'<!DOCTYPE a><ClinicalDocument xmlns="urn:hl7-org:v3"/>', "doctype"),
        (DEEP, "too-deep"),
    ],
)  # fmt: skip
def test_what_is_no_cda_is_refused_by_name(data, reason):
    with pytest.raises(NotCda) as refused:
        parse(data)
    assert refused.value.reason == reason


def test_the_self_check_finds_and_shows_what_no_part_of_the_page_placed(monkeypatch):
    monkeypatch.setattr(cda.html.page, "about_html", lambda w, document: "")
    shown = page(parse(rich()), TERMS, context=CONTEXT)
    assert shown.missing and shown.counts.facts_shown < shown.counts.facts
    assert "Ikke plassert i noe avsnitt" in shown.html
    marks = {int(number) for number in re.findall(r'data-fact="(\d+)"', shown.html)}
    assert set(shown.missing) <= marks


def test_facts_are_listed_with_where_they_are_shown():
    read = parse(rich())
    listed = facts(read, page(read, TERMS, context=CONTEXT))
    assert [fact.number for fact in listed] == list(range(1, len(read.nodes.facts) + 1))
    assert all(fact.shown for fact in listed)
    kiwi = next(fact for fact in listed if ("code", "260176001") in fact.said)
    assert (kiwi.kind, kiwi.section, kiwi.entry, kiwi.where) == (Kind.CODE, "48765-2", 1, "e1")
    assert {Kind.CODE, Kind.TIME, Kind.QUANTITY, Kind.NAME, Kind.IDENTIFIER, Kind.NEGATION, Kind.TEXT} <= {
        fact.kind for fact in listed
    }
    assert [fact.element for fact in listed if fact.raw] == []


def test_a_fact_without_a_mark_is_listed_as_not_shown():
    read = parse(rich())
    shown = page(read, TERMS, context=CONTEXT)
    bare = re.sub(r'data-fact="\d+"', "", shown.html)
    cut = replace(shown, html=bare)
    assert {(fact.shown, fact.why) for fact in facts(read, cut)} == {(False, Why.NO_MARK)}


def test_a_mark_without_words_shows_nothing():
    read = parse(rich())
    shown = page(read, TERMS, context=CONTEXT)
    wiped = re.sub(r'<span data-fact="1"[^>]*>.*?</span>', '<span data-fact="1"> </span>', shown.html)
    assert [fact.why for fact in facts(read, replace(shown, html=wiped)) if not fact.shown] == [Why.NO_WORDS]


def test_the_journal_copy_has_source_line_words_and_codes():
    context = DisplayContext(
        country="Portugal", retrieved=datetime(2026, 3, 15, 14, 5), today=date(2026, 3, 15)
    )
    text = journal_text(page(parse(rich()), TERMS, context=context), TERMS, context)
    assert text.startswith("Kilde: Patient Summary fra Portugal, mottatt 15.03.2026 kl. 14:05")
    for part in ("Inês Maria Sousa Lima", "OVERFØLSOMHET OG ALLERGI", "- Kiwi", "Kiwi = 260176001 SNOMED CT",
                 "1 til 2 tabletter 3 ganger daglig", "Ikke gitt", "Outra coisa"):  # fmt: skip
        assert part in text
    assert "<" not in text


def test_the_journal_copy_of_one_section_holds_no_other():
    context = DisplayContext()
    text = journal_text(page(parse(rich()), TERMS, context=context), TERMS, context, sections=["s0"])
    assert "Kiwi" in text and "Tirox" not in text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_fixed_code_and_status_has_words(language):
    texts = messages(language)
    for key in [f"fixed.{code}" for code in FIXED] + [
        f"act_status.{code}"
        for code in ("active", "completed", "suspended", "aborted", "cancelled", "held", "new")
    ]:
        assert texts.text(key)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_raw_enumeration_reaches_the_page(language):
    text = Shown(rich(), language=language).text
    for basis in BASES:
        assert f"{basis}," not in text
        assert messages(language).text(f"basis.{basis}")
    for word in ("completed", "active", "PIVL_TS", "SUBJ", "MFST", "display.", "null."):
        assert word not in text


def test_nynorsk_and_bokmaal_differ_only_in_words():
    nb, nn = (Shown(rich(), language=language) for language in ("nb", "nn"))
    assert "Legemiddel i bruk" in nn.text and "Legemidler i bruk" in nb.text
    assert nb.display.counts.facts == nn.display.counts.facts == nn.display.counts.facts_shown


def test_vital_signs_with_another_date_than_their_group_are_flagged():
    inner = observation("8480-6", '<value xsi:type="PQ" value="160" unit="mm[Hg]"/>', system=LOINC)
    group = (
        '<organizer classCode="CLUSTER" moodCode="EVN"><statusCode code="completed"/>'
        '<effectiveTime value="20240101"/>'
        f"<component>{inner}</component></organizer>"
    )
    text = entry(summary(section("8716-3", group)))
    assert "160 mmHg" in text and "ulike datoer" in text


def test_nested_and_unknown_sections_are_shown_with_narrative_and_entries():
    nested = section("10182-4", "<act classCode='ACT' moodCode='EVN'><code code='X' codeSystem='1.2'/></act>",
                     text="Viagem a Angola", title="Viagens")  # fmt: skip
    outer = section("10164-2", text="Antes", title="Fora").replace(
        "</section>", f"<component>{nested}</component></section>"
    )
    shown = Shown(document(structured(outer)))
    assert "Viagem a Angola" in shown.text and "Viagens" in shown.text and len(shown.entries()) == 1


def test_the_stylesheet_is_served_apart():
    assert ".cda" in stylesheet() and "@media print" in stylesheet()
