"""A reference finds the words of its own section, and a patient who is dead is said to be dead."""

import pytest

from tests.support.cda_documents import allergy, document, medication, section, summary
from tests.support.cda_pages import Shown

UNCODED = '<code nullFlavor="NI"><originalText><reference value="#n1"/></originalText></code>'
DRUG = medication("", "", "<name>T</name>").replace(
    "<consumable>", '<text><reference value="#n1"/></text><consumable>'
)


def paragraph(words):
    return f'<paragraph ID="n1">{words}</paragraph>'


def test_sections_that_number_their_texts_alike_keep_their_own():
    page = Shown(
        summary(
            section("48765-2", allergy(UNCODED), text=paragraph("Penicillin")),
            section("10160-0", DRUG, text=paragraph("one at night")),
        )
    )
    allergen, drug = page.entries()
    assert "Penicillin" in allergen and "one at night" not in allergen
    assert "one at night" in drug and "Penicillin" not in drug


def test_two_texts_of_one_id_are_both_shown_with_a_mark():
    text = paragraph("one at night") + paragraph("two at noon")
    (drug,) = Shown(summary(section("10160-0", DRUG, text=text))).entries()
    assert "one at night | two at noon flere tekster i dokumentet har denne ID-en" in drug


def test_the_same_words_twice_are_no_ambiguity():
    text = paragraph("one at night") * 2
    (drug,) = Shown(summary(section("10160-0", DRUG, text=text))).entries()
    assert "|" not in drug and "one at night" in drug


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('<s:deceasedInd value="true"/><s:deceasedTime value="20240105"/>', "Død 05.01.2024"),
        ('<s:deceasedInd value="1"/>', "Død: Ja"),
        ('<s:deceasedTime value="2024"/>', "Død 2024"),
        ('<s:deceasedInd value="false"/>', "Død: Nei"),
        ('<s:deceasedInd nullFlavor="UNK"/>', "Død: Ukjent"),
    ],
)
def test_death_stands_in_the_banner(said, words):
    said = said.replace("/>", ' xmlns:s="urn:hl7-org:sdtc"/>')
    data = summary(section("48765-2")).replace(
        b'<birthTime value="19890214"/>', f'<birthTime value="19890214"/>{said}'.encode()
    )
    page = Shown(data)
    banner = page.words(page.root.cssselect(".banner")[0])
    assert words in banner and ("(37 år)" in banner) == ("Nei" in words or "Ukjent" in words)
    assert page.display.counts.facts == page.display.counts.facts_shown
    assert "Ikke tolket" not in page.text


def test_paper_says_that_the_file_is_not_on_it():
    body = (
        '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0xLjQK</text></nonXMLBody>'
    )
    page = Shown(document(body))
    (note,) = page.root.cssselect("#fil .paper")
    assert page.words(note) == "Innholdet i filen er ikke med på denne utskriften."
