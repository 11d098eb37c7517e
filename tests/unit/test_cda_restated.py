"""A quantity that is said again in a translation: shown once, unless the second time says something else."""

import pytest

from tests.support.cda_documents import TABLET, ingredient, medication, section, summary
from tests.support.cda_pages import Shown

CODE = ' code="C48542" codeSystem="1.2.999" displayName="Tableta"'


def said(value="", code="", word=""):
    inside = f"<originalText>{word}</originalText>" if word else ""
    number = f' value="{value}"' if value else ""
    return f"<translation{number}{code}>{inside}</translation>"


def dose(inside):
    """The dose in words; nothing of it is left over as received."""
    material = f"<name>T</name>{TABLET}{ingredient()}"
    page = Shown(summary(section("10160-0", medication("", f"<doseQuantity{inside}", material))))
    assert page.display.counts.facts == page.display.counts.facts_shown
    (text,) = page.entries()
    assert "Ikke tolket" not in text
    return text.partition("Dosering ")[2].partition(" Status")[0].replace(" Ikke oversatt", "")


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (f' value="2" unit="1">{said("2", "", "tableta")}</doseQuantity>', "2 tableta"),
        (f' value="2" unit="1">{said("2.0", "", "tableta")}</doseQuantity>', "2 tableta"),
        (f' value="2" unit="1">{said("2", CODE)}</doseQuantity>', "2 tabletter (2 Tableta)"),
        (f' value="2" unit="1">{said("10", CODE)}</doseQuantity>', "2 tabletter (10 Tableta)"),
        (f' value="2" unit="1">{said("3", "", "tableta")}</doseQuantity>', "2 tableta (3)"),
        (' value="2" unit="mg"><translation value="0.002" unit="g"/></doseQuantity>', "2 mg (0,002 g)"),
    ],
)
def test_one_amount(inside, words):
    assert dose(inside) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (said("1", "", "tableta"), said("1", "", "tableta"), "1 tableta"),
        (said("1", "", "tableta"), said("1", "", "kapsle"), "1 tableta til 1 kapsle"),
    ],
)
def test_a_range_with_equal_ends(low, high, words):
    ends = f'<low value="1" unit="1">{low}</low><high value="1" unit="1">{high}</high>'
    assert dose(f">{ends}</doseQuantity>") == words


def test_a_range_keeps_the_unit_words_of_both_ends():
    ends = f'<low value="1" unit="1">{said("1", CODE)}</low><high value="2" unit="1">{said("2", CODE)}</high>'
    assert dose(f">{ends}</doseQuantity>").endswith("(1 Tableta) til 2 tabletter (2 Tableta)")


@pytest.mark.parametrize("value", ["1,000", "1E3"])
def test_what_is_no_plain_number_says_so(value):
    # With a decimal comma on the page 1,000 would read as one.
    assert dose(f' value="{value}" unit="mg"/>') == f"{value} mg (slik det kom: ikke et vanlig tall)"


def test_a_unit_without_a_number_is_kept():
    assert "ikke oppgitt (mg)" in dose(' unit="mg"/>')
