"""What is kept from one page to the next: public vocabulary, and nothing of a document."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cda.datatypes import Coded, Time, parse_ts
from cda.display import page
from cda.fixed import FIXED
from cda.html import figures, vocabulary
from cda.html.vocabulary import State
from cda.html.words import words
from cda.html.writer import Writer
from cda.parse import parse
from terminology.seed import seed_catalogue
from tests.support.cda_documents import rich

TERMS = seed_catalogue()
SNOMED = "2.16.840.1.113883.6.96"
LOINC = "2.16.840.1.113883.6.1"
SEVERE = Coded(code="24484000", system=SNOMED)
NB = words("nb")


@pytest.fixture
def writer():
    """A writer over a release of its own, so that nothing is kept yet."""
    return Writer(NB, replace(TERMS), "pt")


def test_a_word_of_the_catalogue_is_finished_once(writer):
    shown = writer.choose(SEVERE)
    assert shown.state is State.TRANSLATED and shown.english
    assert Writer(NB, writer.terms, "pt").choose(replace(SEVERE, fact=7)) is shown


@pytest.mark.parametrize(
    "coded",
    [
        Coded(code="Ola Nordmann", system=SNOMED),
        Coded(code="24484000", system="Ola Nordmann"),
        Coded(code="24484000", system=SNOMED, version="Ola Nordmann"),
        Coded(code="SEV", system="Ola Nordmann"),
        Coded(code="SEV", system="2.16.840.1.113883.5.4", version="Ola Nordmann"),
        Coded(code="Ola Nordmann", system=LOINC, display="Kari Nordmann"),
    ],
)
def test_what_a_document_made_up_is_not_kept(writer, coded):
    writer.choose(coded)
    assert writer.vocabulary.kept == {}


def test_nothing_kept_after_a_page_names_the_patient(writer):
    document = parse(rich())
    page(document, writer.terms)
    kept = writer.vocabulary.kept
    assert kept and "Sousa" not in repr(kept) and "2.999" not in repr(kept)
    for (code, system, _), (answer, _) in kept.items():
        assert answer.version is not None or code in FIXED, (code, system)


def test_a_fixed_code_is_kept_with_the_word_of_the_page(writer):
    shown = writer.choose(Coded(code="SEV", system="2.16.840.1.113883.5.4"))
    assert shown.text == NB("fixed.SEV") and shown.state is State.TRANSLATED
    assert len(writer.vocabulary.kept) == 1


def test_another_release_takes_the_place_of_the_last(writer):
    before = vocabulary.vocabulary(writer.terms, NB)
    assert vocabulary.vocabulary(writer.terms, NB) is before
    assert vocabulary.vocabulary(TERMS, NB).terms is TERMS
    assert vocabulary.vocabulary(writer.terms, NB) is not before


def test_each_language_has_its_own_words(writer):
    nynorsk = Writer(words("nn"), writer.terms, "pt").choose(SEVERE)
    english = Writer(words("en"), writer.terms, "pt").choose(SEVERE)
    assert english.lang == "" and english.text != writer.choose(SEVERE).text
    assert nynorsk is not writer.choose(SEVERE)


def test_the_store_is_bounded(writer, monkeypatch):
    monkeypatch.setattr(vocabulary, "_MOST_KEPT", 1)
    writer.choose(SEVERE)
    other = writer.choose(Coded(code="255604002", system=SNOMED))
    assert other.state is State.TRANSLATED
    assert len(writer.vocabulary.kept) == 1


def test_a_word_of_the_document_is_escaped_and_not_shared(writer):
    shown = writer.choose(Coded(code="x", system="1.2.3", display="<b>dor</b>"))
    assert shown.text == "<b>dor</b>" and shown.html == "&lt;b&gt;dor&lt;/b&gt;"
    assert shown.lang == ' lang="pt"' and "st-untranslated" in shown.mark


def test_what_is_said_a_second_time_carries_no_mark(writer):
    scratch = writer.scratch()
    assert scratch.mark(5, "x") == "<span>x</span>"
    assert scratch.mark(0, "x") == "x"
    assert scratch.mark(0, "x", ' class="missing"') == '<span class="missing">x</span>'
    assert 5 not in writer.marked and 5 not in scratch.marked


def test_page_words_are_escaped_and_plain():
    english = words("en")
    assert english("medication.not_pll").count("'") == 1
    assert english["medication.not_pll"] == english("medication.not_pll").replace("'", "&#39;")
    assert NB.fill("medication.since", date="<i>{x}</i>") == "siden <i>{x}</i>"
    assert NB.find("act_status.no such code") is None
    assert NB.find("medication.since") is None  # a text with a gap is not one to show
    with pytest.raises(KeyError):
        NB["no such key"]


@given(
    st.one_of(
        st.from_regex(r"[0-9]{8}", fullmatch=True),
        st.dates().map(lambda day: day.isoformat().replace("-", "")),
    )
)
def test_a_plain_day_reads_as_any_time_does(digits):
    stamp = Time(digits).stamp
    assert figures.day(digits) == (None if stamp is None else figures.moment(parse_ts(digits), NB))


@pytest.mark.parametrize(
    "digits", ["", "2014", "2014060", "201406051", "2014o605", "２０１４０６０５", "20140231"]
)
def test_anything_else_is_no_plain_day(digits):
    assert figures.day(digits) is None
