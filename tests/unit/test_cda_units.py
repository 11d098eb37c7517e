"""Units in words, ends that lie outside an interval, and identifiers without a root."""

import pytest

from cda.html import units
from cda.html.words import words
from cda.html.writer import Writer
from tests.support.cda_documents import LOINC, observation, section, summary
from tests.support.cda_pages import TERMS, Shown, entry

PQ = 'xsi:type="IVL_PQ"'


@pytest.fixture
def writer():
    return Writer(words("nb"), TERMS, "pt")


@pytest.mark.parametrize(
    ("ucum", "shown"),
    [
        ("mg", "mg"),
        ("{actuation}", "utløsninger"),
        ("{Pre-filled pens}", "ferdigfylte penner"),
        ("{pessaries}", "vagitorier"),
        ("mL/min/{1.73_m2}", "ml/minutt/1.73_m2"),
    ],
)
def test_a_unit_with_words_of_the_page_has_no_mark(writer, ucum, shown):
    assert units.unit(writer, ucum, one=False) == shown


@pytest.mark.parametrize("ucum", ["{colher}", "{colher}/d", "[foo_us]", "<b>{colher}"])
def test_a_unit_that_nobody_translated_is_marked_and_escaped(writer, ucum):
    shown = units.unit(writer, ucum, one=False)
    assert "Ikke oversatt" in shown and "<b>" not in shown


def test_the_unit_word_as_received_stands_in_the_details():
    value = (
        '<value xsi:type="PQ" value="2" unit="1"><translation nullFlavor="NA">'
        "<originalText>actuation</originalText></translation></value>"
    )
    data = summary(section("30954-2", observation("718-7", value, system=LOINC, text="Hb")))
    assert "2 utløsninger" in entry(data)
    (text,) = Shown(data).entries(details=True)
    assert "Enhet slik den kom actuation" in text


def measured(ends, kind="IVL_PQ"):
    value = f'<value xsi:type="{kind}">{ends}</value>'
    return entry(summary(section("30954-2", observation("718-7", value, system=LOINC, text="Hb"))))


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ('<high value="5" unit="g" inclusive="false"/>', "under 5 g"),
        ('<high value="5" unit="g" inclusive="true"/>', "høyst 5 g"),
        ('<high value="5" unit="g"/>', "høyst 5 g"),
        ('<low value="5" unit="g" inclusive="false"/>', "over 5 g"),
        ('<low value="5" unit="g"/>', "minst 5 g"),
        ('<low value="4" unit="g"/><high value="5" unit="g"/>', "4 til 5 g"),
        ('<low value="4" unit="g"/><high value="5" unit="g" inclusive="false"/>', "minst 4 g, under 5 g"),
        ('<low value="4" unit="g" inclusive="false"/><high value="5" unit="g"/>', "over 4 g, høyst 5 g"),
        ('<low value="5" unit="g"/><high value="5" unit="g" inclusive="false"/>', "minst 5 g, under 5 g"),
    ],
)
def test_an_end_outside_the_interval_is_never_said_to_belong_to_it(ends, shown):
    assert shown in measured(ends)


def test_an_end_outside_a_reference_range_is_never_said_to_belong_to_it():
    ranges = (
        f"<referenceRange><observationRange><value {PQ}>"
        '<high value="5" unit="mmol/L" inclusive="false"/></value></observationRange></referenceRange>'
    )
    value = '<value xsi:type="PQ" value="5" unit="mmol/L"/>'
    found = observation("718-7", value, system=LOINC, text="Hb", inner=ranges)
    assert "Referanseområde under 5 mmol/liter" in entry(summary(section("30954-2", found)))


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ('<low value="2020" inclusive="false"/>', "etter 2020"),
        ('<high value="2021" inclusive="false"/>', "før 2021"),
        ('<low value="2020"/><high value="2021" inclusive="false"/>', "siden 2020, før 2021"),
        ('<low value="2020"/><high value="2021"/>', "fra 2020 til 2021"),
    ],
)
def test_an_end_outside_a_period_is_never_said_to_belong_to_it(ends, shown):
    assert shown in measured(ends, "IVL_TS")


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        ('<id extension="doc-1"/>', "Dokument-ID doc-1"),
        ('<id root="2.999.7"/>', "Dokument-ID 2.999.7"),
        ('<id nullFlavor="UNK"/>', "Dokument-ID Ukjent UNK"),
        ('<id root="2.999.7" extension="doc-1"/>', "Dokument-ID doc-1 2.999.7"),
    ],
)
def test_the_document_id_is_shown_as_far_as_it_is_stated(identifier, shown):
    data = summary(section("30954-2")).replace(b'<id root="2.999.7" extension="doc-1"/>', identifier.encode())
    text = Shown(data).section_text("Om dokumentet og personene")
    assert shown in text and "None" not in text
