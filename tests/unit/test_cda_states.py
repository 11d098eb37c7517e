"""Where each word comes from: every state in words and with a sign, and the original one step away."""

from dataclasses import replace

import pytest

from cda.display import page
from cda.html.stylesheet import STYLESHEET
from cda.html.vocabulary import State
from cda.parse import parse
from terminology.catalogue import Catalogue
from terminology.concept import Concept
from tests.support.cda_documents import EDQM, ICD10, cd, medication, problem, section, summary
from tests.support.cda_pages import CONTEXT, TERMS, Shown, entry

NATIONAL = '<translation code="493" codeSystem="2.16.620.1" codeSystemName="CID-9" displayName="Asma"/>'
ASTHMA = cd("value", "J45", ICD10, "Asthma", NATIONAL, "CD")


class Mapped(Catalogue):
    """A catalogue that reached its words by a mapping of some equivalence."""

    kind = "broader"

    def lookup(self, *args, **more):
        return replace(TERMS.lookup(*args, **more), equivalence=self.kind)


def mapped(kind):
    fields = {name: getattr(TERMS, name) for name in TERMS.__dataclass_fields__}
    return type("Some", (Mapped,), {"kind": kind})(**fields)


def told(value, terms=TERMS):
    return entry(summary(section("11450-4", problem(value))), terms=terms)


def test_a_translated_word_stands_without_a_mark_and_says_so_in_the_details():
    data = summary(section("11450-4", problem(ASTHMA)))
    assert "Oversatt" not in entry(data)
    (text,) = Shown(data).entries(details=True)
    assert "Oversatt" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("broader", "Astma Omtrentlig: videre begrep enn originalen (Original: Asma (CID-9 493))"),
        ("narrower", "Astma Omtrentlig: snevrere begrep enn originalen (Original: Asma (CID-9 493))"),
        ("equivalent", "Astma Mappet"),
    ],
)
def test_a_mapped_word_says_how_and_an_approximate_one_has_the_original_beside_it(kind, words):
    assert words in told(ASTHMA, mapped(kind))


def test_an_equivalent_mapping_needs_no_original_beside_it():
    assert "Asma" not in told(ASTHMA, mapped("equivalent"))


def test_the_original_beside_an_approximate_word_is_in_its_own_language():
    shown = Shown(summary(section("11450-4", problem(ASTHMA))), terms=mapped("broader"))
    (span,) = shown.root.xpath("//h3//small[@class='orig']/span")
    assert span.get("lang") == "pt-PT" and span.text == "Asma (CID-9 493)"


def test_an_english_stand_in_says_so():
    form = cd("pharm:formCode", "10230000", EDQM)
    assert "Oral gum Bare engelsk" in entry(summary(section("10160-0", medication(material=form))))


def test_an_untranslated_original_says_so():
    assert "Asma Ikke oversatt" in told(cd("value", "Q1", "1.2.3", "Asma", xsi_type="CD"))


@pytest.mark.parametrize(
    "inside",
    ["<originalText>Asma</originalText>", '<translation code="1" codeSystem="1.2" displayName="Asma"/>'],
)
def test_a_national_concept_without_a_shared_code_says_so(inside):
    text = told(f'<value xsi:type="CD" nullFlavor="OTH">{inside}</value>')
    assert "Asma" in text and "Kodet nasjonalt, ikke mappet OTH" in text and "Ikke oversatt" not in text


def test_the_words_for_an_unmapped_concept_agree_with_label_153():
    label = TERMS.lookup(Concept("153", "1.3.6.1.4.1.12559.11.10.1.3.1.44.4"))
    assert "Nasjonalt brukt begrep" in label.text and "uten trygg mapping" in label.text


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_and_a_sign(state):
    assert f".st-{state}::before{{content:" in STYLESHEET
    for language in ("nb", "nn", "en"):
        shown = Shown(summary(section("11450-4", problem(ASTHMA))), language=language)
        assert shown.display.counts.facts_shown == shown.display.counts.facts


def test_the_strip_counts_each_state_and_links_every_marked_word_to_its_entry():
    other = problem(cd("value", "Q1", "1.2.3", "Gripe", xsi_type="CD"))
    shown = Shown(summary(section("11450-4", problem(ASTHMA), other)))
    strip = shown.words(shown.root.cssselect(".strip")[0])
    assert "Ikke oversatt 1" in strip and "terminologi testinnhold" in strip
    (link,) = shown.root.cssselect(".gaps a")
    assert link.text == "Gripe" and link.get("lang") == "pt-PT"
    (target,) = shown.root.xpath(f"//*[@id='{link.get('href')[1:]}']")
    assert "Gripe" in shown.words(target)


def test_a_page_without_gaps_lists_none():
    assert not Shown(summary(section("11450-4", problem(ASTHMA)))).root.cssselect(".gaps")


def test_the_details_name_original_code_english_release_and_approval():
    approved = {"approved_by": "Kari Nordmann", "approved_on": TERMS.release.date}

    class Approved(Catalogue):
        def lookup(self, *args, **more):
            answer = TERMS.lookup(*args, **more)
            found = answer.designation
            return replace(answer, designation=found and replace(found, **approved))

    terms = Approved(**{name: getattr(TERMS, name) for name in TERMS.__dataclass_fields__})
    data = summary(section("11450-4", problem(ASTHMA)))
    (text,) = Shown(data, terms=terms).entries(details=True)
    for words in ("Diagnose Astma", "Asma 493 CID-9", "J45", "ICD-10", "Asthma", "Godkjent av Kari Nordmann",
                  "terminologi testinnhold 8.1.0 av 22.11.2026"):  # fmt: skip
        assert words in text
    (text,) = Shown(data).entries(details=True)
    assert "testinnhold, ikke godkjent" in text


def test_each_code_has_norwegian_at_the_left_and_the_original_beside_it():
    shown = Shown(summary(section("11450-4", problem(ASTHMA))))
    row = shown.root.xpath("//details[@class='more']//tr[th/b='Astma']")[0]
    assert [cell.tag for cell in row][:2] == ["th", "td"]
    original = row.cssselect(".o")[0]
    assert original.get("lang") == "pt-PT" and shown.words(original).startswith("Asma 493 CID-9")
    assert original.xpath("./span[@lang='en']")[0].text == "Asthma"


def test_a_bare_code_says_that_no_words_came_with_it():
    shown = Shown(summary(section("11450-4", problem(cd("value", "J45", ICD10, xsi_type="CD")))))
    row = shown.root.xpath("//details[@class='more']//tr[th/b='Astma']")[0]
    assert shown.words(row.cssselect(".o")[0]) == "(bare kode)"


def test_the_switch_side_by_side_needs_no_script_and_names_the_language():
    shown = Shown(summary(section("11450-4", problem(ASTHMA))))
    (box,) = shown.root.cssselect("input#side")
    assert box.get("type") == "checkbox" and shown.root.xpath("//label[@for='side']")
    heads = shown.words(shown.root.cssselect(".heads")[0])
    assert heads == "Norsk Original (portugisisk (Portugal))" and ":has(#side:checked)" in STYLESHEET
    assert "<script" not in page(shown.document, TERMS, context=CONTEXT).html


def test_a_document_without_sections_has_no_switch():
    data = summary()
    assert not Shown(data).root.cssselect("#side") and parse(data).sections == ()
