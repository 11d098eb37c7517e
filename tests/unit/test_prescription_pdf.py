"""The PDF of a prescription: two pages, the same every time, nothing unprintable, nothing active."""

import re
from dataclasses import replace

import pytest

from cda.build import FileDocument, file_document
from cda.parse import parse
from mock_member_states.prescription_pdf import Unprintable, prescription_pdf
from tests.support.content import FRAME, ITEM, PRESCRIPTION, prescribing

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:reportlab")


def test_it_has_two_pages_and_an_embedded_font():
    pdf = prescription_pdf(PRESCRIPTION)
    assert pdf.startswith(b"%PDF-1.") and pdf.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    assert b"/FontFile2" in pdf


def test_it_is_the_same_every_time():
    assert prescription_pdf(PRESCRIPTION) == prescription_pdf(PRESCRIPTION)


def test_nothing_in_it_acts():
    pdf = prescription_pdf(PRESCRIPTION)
    assert not re.search(rb"/(JavaScript|JS|OpenAction|Launch|URI|EmbeddedFile)\b", pdf)


def test_it_fits_into_a_level_1_document():
    pdf = prescription_pdf(PRESCRIPTION)
    read = parse(file_document(FileDocument(FRAME, "57833-6", pdf)))
    assert read.attachment.content == pdf and read.attachment.problem is None


@pytest.mark.parametrize("letter", ["ř", "Ж", "漢"])
def test_a_letter_that_the_font_lacks_is_refused_by_name(letter):
    item = replace(ITEM, patient_instructions=f"a{letter}b")
    with pytest.raises(Unprintable, match=f"U\\+{ord(letter):04X}"):
        prescription_pdf(prescribing(item))


def test_more_text_than_a_page_holds_is_refused():
    item = replace(ITEM, patient_instructions="palavra " * 900)
    with pytest.raises(Unprintable, match="more text"):
        prescription_pdf(prescribing(item))
