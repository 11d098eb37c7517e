"""A Patient Summary as XML. Source: cda.md 3 and 4, and 9 for what is not there."""

from typing import Final

from terminology.code_systems import ABSENT_OR_UNKNOWN

from ..datatypes import Coded
from ..statement import Statement
from . import fixed, frame
from . import summary_entries as entries
from .narrative import Story
from .product import WAVE_8, refuse_surplus
from .refusal import Unwritable, refuse_unwritable
from .space import Element
from .statement import Writer
from .summary_content import (
    Absent,
    Immunisation,
    MedicineInUse,
    Summary,
    SummaryEntry,
    SummarySection,
)
from .words import Words, words

#: Sections by LOINC code: template roots and English name of the code.
SECTIONS: Final = {
    "48765-2": ((f"{fixed.E}.2.12",), "Allergies and adverse reactions Document"),
    "11450-4": ((f"{fixed.E}.2.9", f"{fixed.CCD}.11"), "Problem list - Reported"),
    "10160-0": ((f"{fixed.E}.2.3", f"{fixed.CCD}.8"), "History of Medication use Narrative"),
    "46264-8": ((f"{fixed.E}.2.4", f"{fixed.CCD}.7"), "History of medical device use"),
    "47519-4": ((f"{fixed.E}.2.11",), "History of Procedures Document"),
    "11348-0": ((f"{fixed.E}.2.10",), "History of Past illness Narrative"),
    "11369-6": ((f"{fixed.E}.2.15", f"{fixed.CCD}.6"), "History of Immunization Narrative"),
    "10162-6": ((f"{fixed.E}.2.7",), "History of pregnancies Narrative"),
    "29762-2": ((f"{fixed.E}.2.13", f"{fixed.CCD}.15"), "Social history Narrative"),
    "8716-3": ((f"{fixed.E}.2.6",), "Vital signs"),
    "30954-2": ((f"{fixed.E}.2.5",), "Relevant diagnostic tests/laboratory data Narrative"),
    "42348-3": ((f"{fixed.E}.2.16",), "Advance directives"),
    "18776-5": ((f"{fixed.E}.2.8", f"{fixed.CCD}.10"), "Plan of care note"),
}
REQUIRED: Final = ("48765-2", "11450-4", "10160-0", "46264-8", "47519-4")
# What the codes of a missing statement call the content of a section.
_ABOUT: Final = {
    "48765-2": ("allergies", "allergy"),
    "11450-4": ("problems", "problem"),
    "10160-0": ("medications", "medication"),
    "46264-8": ("devices", "device"),
    "47519-4": ("procedures", "procedure"),
}


def summary(one: Summary) -> bytes:
    """Write a Patient Summary in the vocabulary of Wave 6 and later.

    Raises: Unwritable: the content cannot stand in a document, a required section is missing, or a section
            has entries and says that there are none; nothing has been built.
    """
    refuse_unwritable(one, "summary")
    _refuse(one)
    said = words(one.frame.language)
    sections = [_section(section, said) for section in one.sections]
    head = frame.model(one.frame, "60591-5", fixed.DOCUMENT_TEMPLATES["60591-5"])
    return frame.document(head, frame.structured(sections))


def _refuse(one: Summary) -> None:
    codes = [section.code for section in one.sections]
    for index, section in enumerate(one.sections):
        place = f"summary.sections[{index}]"
        if section.code not in SECTIONS or codes.count(section.code) > 1:
            raise Unwritable(f"{place}.code", f"{section.code} is unknown here, or there twice")
        if section.absent is not None and (section.entries or section.code not in _ABOUT):
            raise Unwritable(f"{place}.absent", "entries beside it, or a section that cannot say so")
        if section.code in REQUIRED and not section.entries and section.absent is None:
            raise Unwritable(f"{place}.entries", "nothing, and not why")
        for number, entry in enumerate(section.entries):
            if isinstance(entry, MedicineInUse | Immunisation):
                product = entry.product if isinstance(entry, Immunisation) else entry.item.product
                refuse_surplus(product, f"{place}.entries[{number}].product")
    if missing := [code for code in REQUIRED if code not in codes]:
        raise Unwritable("summary.sections", f"required and missing: {', '.join(missing)}")


def _section(section: SummarySection, said: Words) -> Element:
    roots, name = SECTIONS[section.code]
    kinds = {type(entry) for entry in section.entries}
    headings = entries.HEADINGS.get(next(iter(kinds)), ()) if kinds else ()
    story = Story(f"s{section.code.partition('-')[0]}x", [said(key) for key in headings])
    statements = [entries.statement(entry, section.code, story, said) for entry in section.entries]
    if section.absent is not None:
        statements.append(_absence(section, section.absent, story, said))
    for paragraph in section.paragraphs:
        story.paragraph(paragraph)
    title = section.title or (said(f"title.{section.code}") if said.has(f"title.{section.code}") else name)
    written = [_writer(entry).statement(each) for entry, each in _pairs(section, statements)]
    code = fixed.loinc(section.code, name)
    return frame.section(code, title, story.element(), written, roots, section.id)


def _pairs(
    section: SummarySection, statements: list[Statement]
) -> list[tuple[SummaryEntry | None, Statement]]:
    sources: tuple[SummaryEntry | None, ...] = section.entries or (None,)
    return list(zip(sources, statements, strict=False))


def _writer(entry: SummaryEntry | None) -> Writer:
    vaccine = isinstance(entry, Immunisation)
    return Writer(WAVE_8, fixed.PRODUCT_OF_VACCINE if vaccine else fixed.PRODUCT_OF_SUMMARY)


def _absence(section: SummarySection, absent: Absent, story: Story, said: Words) -> Statement:
    many, single = _ABOUT[section.code]
    code = f"no-known-{many}" if absent is Absent.NONE_KNOWN else f"no-{single}-info"
    coded = Coded(code, ABSENT_OR_UNKNOWN, "Absent and Unknown Data", display=_ENGLISH[code])
    return entries.nothing(section.code, section.id, coded, story.paragraph(said(code)))


_ENGLISH: Final = {
    "no-known-allergies": "No known allergies",
    "no-allergy-info": "No information about allergies",
    "no-known-problems": "No known problems",
    "no-problem-info": "No information about problems",
    "no-known-medications": "No known medications",
    "no-medication-info": "No information about medications",
    "no-known-devices": "No known devices in use",
    "no-device-info": "No information about device use",
    "no-known-procedures": "No known procedures",
    "no-procedure-info": "No information about past history of procedures",
}
