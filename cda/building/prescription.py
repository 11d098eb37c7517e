"""An ePrescription as XML. Source: cda.md 6."""

from ..datatypes import Moment
from . import fixed, frame, medicine
from .content import PrescribedItem, Prescription
from .narrative import Story
from .product import WAVE_5, WAVE_8, refuse_surplus
from .refusal import Unwritable, refuse_unwritable
from .space import NAMES, NAMES_TO_WAVE_5
from .statement import Writer
from .words import words

SECTION = fixed.loinc("57828-6", "Prescriptions")
TITLE = "Prescriptions"  # in English in every language: the template fixes it


def prescription(one: Prescription, wave: int = 8) -> bytes:
    """Write an ePrescription.

    Args:    wave: 6 to 8 write the product in `urn:hl7-org:pharm`, 1 to 5 in the extension before it.
    Raises:  Unwritable: the content cannot stand in a document; nothing has been built.
    """
    refuse_unwritable(one, "prescription")
    _refuse(one, wave)
    to_wave_5 = wave <= 5
    said = words(one.frame.language)
    story = Story("rx", [said(key) for key in medicine.HEADINGS])
    writer = (
        Writer(WAVE_5, fixed.PRODUCT_TO_WAVE_5)
        if to_wave_5
        else Writer(WAVE_8, fixed.PRODUCT_OF_PRESCRIPTION)
    )
    entries = [writer.statement(medicine.prescribed(item, story, said)) for item in one.items]
    section = frame.section(SECTION, TITLE, story.element(), entries, (f"{fixed.E}.2.1",), one.id)
    head = frame.model(one.frame, "57833-6", fixed.DOCUMENT_TEMPLATES["57833-6"])
    names = NAMES_TO_WAVE_5 if to_wave_5 else NAMES
    return frame.document(head, frame.structured([section]), names)


def _refuse(one: Prescription, wave: int) -> None:
    if not one.items or (wave > 5 and len(one.items) > 1):
        raise Unwritable("prescription.items", "a document has one item; before Wave 6 it may have more")
    for index, item in enumerate(one.items):
        place = f"prescription.items[{index}]"
        refuse_surplus(item.product, f"{place}.product")
        refuse_count(item.packages, f"{place}.packages")
        refuse_dosing(item, place)
        if item.packages is None:
            raise Unwritable(f"{place}.packages", "a prescription says how many")
        if item.steps and wave > 5:
            why = "the templates from Wave 6 on have no place for them: combine timings, and tell the patient"
            raise Unwritable(f"{place}.steps", why)


def refuse_dosing(item: PrescribedItem, place: str) -> None:
    """The period is an interval; a point or interval among the dosing times says so by its operator, else it
    would be read as the period.

    Raises: Unwritable.
    """
    for number, one in enumerate((item.posology, *item.steps)):
        where = f"{place}.posology" if number == 0 else f"{place}.steps[{number - 1}]"
        if one.period is not None and one.period.at is not None:
            raise Unwritable(f"{where}.period", "a point in time is no period")
        for index, when in enumerate(one.timings):
            if isinstance(when, Moment) and when.operator != "A":
                raise Unwritable(f"{where}.timings[{index}]", "a point or interval has the operator A here")


def refuse_count(packages: int | None, place: str) -> None:
    """A number of packages is a whole number above 0.  Raises: Unwritable."""
    if packages is not None and (isinstance(packages, bool) or packages < 1):
        raise Unwritable(place, f"{packages} is no number of packages")
