"""The original of a prescription on paper: two A4 pages, the second one for the patient.

The same content makes the same bytes: no clock, no random id. The font is embedded, so that the page looks
the same everywhere; what it has no letter for is refused, never printed as a box.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from cda.build import Prescription
from cda.building.medicine import HEADINGS, cells
from cda.building.words import Words, words

PLAIN: Final = "Vera"
BOLD: Final = "VeraBd"
_LEFT, _RIGHT, _TOP, _BOTTOM = 20 * mm, A4[0] - 20 * mm, A4[1] - 25 * mm, 25 * mm
_LABEL: Final = 52 * mm  # width of the column of labels
_LINE: Final = 14  # points from one line to the next
_PAGES: Final = 2


class Unprintable(ValueError):
    """The font has no glyph for a character of the prescription."""


def prescription_pdf(one: Prescription) -> bytes:
    """Print a prescription.

    Raises: Unprintable: a character that the font lacks, or more text than two pages hold.
    """
    for name in (PLAIN, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            folder = Path(reportlab.__file__).parent / "fonts"
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    said, output = words(one.frame.language), BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=1, lang=one.frame.language)
    canvas.setTitle(one.frame.title)
    for number, draw in enumerate((_prescription, _guide), 1):
        sheet = _Sheet(canvas, said)
        draw(one, sheet, said)
        sheet.end(number)
    canvas.save()
    return output.getvalue()


class _Sheet:
    """One page, written from the top down."""

    def __init__(self, canvas: Canvas, said: Words) -> None:
        self._canvas, self._said, self._y = canvas, said, _TOP

    def heading(self, text: str) -> None:
        self._line(_LEFT, text, BOLD, 16)
        self._y -= _LINE

    def field(self, label: str, text: str) -> None:
        """A label with its text beside it; nothing for an empty text."""
        if not text:
            return
        self._put(_LEFT, self._y, label, BOLD, 9)
        for line in simpleSplit(text, PLAIN, 10, _RIGHT - _LEFT - _LABEL):
            self._line(_LEFT + _LABEL, line, PLAIN, 10)
        self._y -= _LINE / 3

    def paragraph(self, text: str) -> None:
        for line in simpleSplit(text, PLAIN, 11, _RIGHT - _LEFT):
            self._line(_LEFT, line, PLAIN, 11)
        self._y -= _LINE / 2

    def end(self, number: int) -> None:
        page = self._said("print.page", n=str(number), total=str(_PAGES))
        self._put(_LEFT, _BOTTOM / 2, f"{self._said('print.test')} – {page}", PLAIN, 8)
        self._canvas.showPage()

    def _line(self, x: float, text: str, font: str, size: int) -> None:
        if self._y < _BOTTOM:
            raise Unprintable("more text than the page holds")
        self._put(x, self._y, text, font, size)
        self._y -= _LINE

    def _put(self, x: float, y: float, text: str, font: str, size: int) -> None:
        glyphs = pdfmetrics.getFont(font).face.charToGlyph
        if missing := sorted({one for one in text if ord(one) not in glyphs}):
            raise Unprintable("no glyph for " + ", ".join(f"U+{ord(one):04X}" for one in missing))
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, y, text)


def _prescription(one: Prescription, sheet: _Sheet, said: Words) -> None:
    """What was prescribed, for whom and by whom."""
    patient, author = one.frame.patient, one.frame.authors[0]
    sheet.heading(one.frame.title)
    sheet.field(said("print.number"), one.id.shown)
    sheet.field(said("when"), said.date(one.frame.created))
    sheet.field(said("print.patient"), ", ".join(name.text for name in patient.names))
    sheet.field(said("print.born"), said.date(patient.birth))
    sheet.field("ID", ", ".join(each.shown for each in patient.ids))
    sheet.field(said("print.prescriber"), ", ".join(name.text for name in author.names))
    places = [name.text for place in author.organisations for name in place.names]
    sheet.field("", ", ".join(places))
    for item in one.items:
        for key, text in zip(HEADINGS, cells(item, said), strict=True):
            sheet.field(said(key), text)
        if item.substitution is not None and item.substitution.code == "N":
            sheet.field("", said("no_substitution"))
    sheet.field(said("print.signed"), said.date(one.frame.created))


def _guide(one: Prescription, sheet: _Sheet, said: Words) -> None:
    """What the patient takes home: medicine, dose, and what the prescriber says about it."""
    sheet.heading(said("print.guide"))
    for item in one.items:
        row = dict(zip(HEADINGS, cells(item, said), strict=True))
        sheet.field(said("medicine"), row["medicine"])
        sheet.field(said("dose"), row["dose"])
        sheet.field(said("route"), row["route"])
        for text in (item.patient_instructions, item.dispenser_instructions):
            sheet.paragraph(text or "")
