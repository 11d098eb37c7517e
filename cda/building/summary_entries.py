"""The entries of a Patient Summary as clinical statements, each with its row in the narrative.

Source: cda.md 4; the templates are those of the Wave 8 constraint tables.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminology.code_systems import SNOMED_CT

from ..datatypes import Coded, Identifier, Moment, Period, Quantity, Text
from ..node import Node
from ..parts import Participant
from ..product import Product
from ..statement import Relation, Statement
from . import fixed, medicine
from .concerns import allergy, concern, problem
from .dosing_words import amount
from .dosing_words import period as span
from .fixed import CCD, IHE, E
from .narrative import Story
from .observation import UNKNOWN, observation
from .summary_content import (
    Allergy,
    DeviceInUse,
    Immunisation,
    MedicineInUse,
    Observed,
    Problem,
    ProcedureDone,
    SummaryEntry,
    VitalSigns,
)
from .words import Words, national

HEADINGS: Final[dict[type, tuple[str, ...]]] = {
    Allergy: ("kind", "agent", "reaction", "criticality", "certainty", "status", "since"),
    Problem: ("problem", "since", "severity", "certainty", "status"),
    MedicineInUse: medicine.HEADINGS[:-1],
    DeviceInUse: ("device", "since"),
    ProcedureDone: ("procedure", "when", "site"),
    Immunisation: ("vaccine", "when", "status"),
    Observed: ("observation", "value", "when"),
    VitalSigns: ("observation", "value", "when"),
}
_PROPENSITY: Final = Coded("420134006", SNOMED_CT, "SNOMED CT", display="Propensity to adverse reaction")
_PROBLEM: Final = Coded("55607006", SNOMED_CT, "SNOMED CT", display="Problem")
_DOSE_NUMBER: Final = fixed.loinc("30973-2", "Dose number")
# The identifier is a misprint of the template itself, which fixes it.
_IMMUNIZ: Final = Coded("IMMUNIZ", "1.3.5.1.4.1.19376.1.5.3.2", "IHEActCode", display="Immunization")
_VITAL_SIGNS: Final = Coded("46680005", SNOMED_CT, "SNOMED CT", display="Vital signs")
_SIMPLE: Final = (f"{E}.3.20", f"{IHE}.4.13")
#: Templates of an observation by the section it stands in.
_OBSERVED: Final = {
    "29762-2": (f"{E}.3.23", *_SIMPLE, f"{IHE}.4.13.4", f"{CCD}.33"),
    "30954-2": (f"{E}.3.25", *_SIMPLE),
    "8716-3": (f"{E}.3.22", *_SIMPLE, f"{IHE}.4.13.2", f"{CCD}.31"),
    "10162-6": (f"{E}.3.45",),
}


def statement(entry: SummaryEntry, section: str, story: Story, said: Words) -> Statement:
    """The statement of an entry, and its row in the narrative."""
    write: Callable[..., Statement] = _WRITERS[type(entry)]
    return write(entry, section, story, said)


def _medicine(one: MedicineInUse, section: str, story: Story, said: Words) -> Statement:
    return medicine.in_use(one.item, one.taken, story, said)


def _device(one: DeviceInUse, section: str, story: Story, said: Words) -> Statement:
    row = Text("", story.row((national(one.device), span(one.period, said))))
    return _supply(one.device, (one.id,), row, one.period, one.device_ids)


def _supply(
    device: Coded,
    ids: tuple[Identifier, ...],
    text: Text,
    when: Period | None,
    device_ids: tuple[Identifier, ...] = (),
) -> Statement:
    return Statement(
        "supply",
        Node("supply"),
        templates=frozenset((f"{E}.3.5",)),
        ids=ids,
        texts=(text,),
        times=(Moment(when or UNKNOWN),),
        participants=(Participant("DEV", "MANU", codes=(device,), ids=device_ids),),
    )


def _procedure(one: ProcedureDone, section: str, story: Story, said: Words) -> Statement:
    sides = [national(q.value) for q in one.site.qualifiers] if one.site else []
    site = " ".join(filter(None, (national(one.site), *sides)))
    row = Text("", story.row((national(one.procedure), span(one.when, said), site)))
    sites = (one.site,) if one.site else ()
    return _done(one.procedure, (one.id,), row, one.when or UNKNOWN, sites)


def _done(
    code: Coded, ids: tuple[Identifier, ...], text: Text, when: Period, sites: tuple[Coded, ...] = ()
) -> Statement:
    return Statement(
        "procedure",
        Node("procedure"),
        templates=frozenset((f"{E}.3.26",)),
        ids=ids,
        code=code,
        texts=(text,),
        status=fixed.COMPLETED,
        times=(Moment(when),),
        sites=sites,
    )


def _immunisation(one: Immunisation, section: str, story: Story, said: Words) -> Statement:
    vaccine = ", ".join(filter(None, (medicine.name(one.product), *map(national, one.product.codes))))
    row = Text("", story.row((vaccine, said.date(one.when), "" if one.given else said("not_taken"))))
    roots = (f"{E}.3.28", f"{CCD}.46")
    number = Quantity(str(one.dose_number), kind="INT")
    relations = []
    if one.dose_number is not None:
        relations.append(Relation("SUBJ", observation(_DOSE_NUMBER, number, roots, row)))
    disease = (Participant("IND", "AGNT", role_codes=(one.disease,)),) if one.disease else ()
    return Statement(
        "substanceAdministration",
        Node("substanceAdministration"),
        negated=not one.given,
        templates=frozenset((f"{E}.3.19", f"{IHE}.4.12", f"{CCD}.24")),
        ids=(one.id,),
        code=_IMMUNIZ,
        texts=(row,),
        status=fixed.COMPLETED if one.given else Coded("cancelled"),
        times=(Moment(Period(at=one.when)),) if one.when else (),
        routes=(one.route,) if one.route else (),
        amounts=(("doseQuantity", one.dose),) if one.dose else (),
        products=(_named(one.product),),
        parties=(one.performer,) if one.performer else (),
        participants=disease,
        relations=tuple(relations),
    )


def _named(one: Product) -> Product:
    """A vaccine whose code has original words: the templates ask for them."""
    codes = tuple(replace(code, original=code.original or Text(national(code))) for code in one.codes)
    return replace(one, codes=codes)


def _observed(one: Observed, section: str, story: Story, said: Words) -> Statement:
    value = national(one.value) if isinstance(one.value, Coded) else amount(one.value, said)
    row = Text("", story.row((national(one.code), value, span(one.when, said))))
    return observation(
        one.code,
        one.value,
        _OBSERVED.get(section, _SIMPLE),
        row,
        one.when,
        (one.id,),
        interpretations=(one.interpretation,) if one.interpretation else (),
        ranges=(one.reference,) if one.reference else (),
    )


def _vital_signs(one: VitalSigns, section: str, story: Story, said: Words) -> Statement:
    relations = [Relation("COMP", _observed(sign, section, story, said)) for sign in one.signs]
    return Statement(
        "organizer",
        Node("organizer"),
        templates=frozenset((f"{E}.3.21", f"{IHE}.4.13.1", f"{CCD}.32", f"{CCD}.35")),
        ids=(one.id,),
        code=_VITAL_SIGNS,
        status=fixed.COMPLETED,
        times=(Moment(one.when),),
        relations=tuple(relations),
    )


def nothing(section: str, own: Identifier, coded: Coded, text: Text) -> Statement:
    """The entry that says that there is nothing to list, or nothing known. Source: cda.md 9."""
    ids = (Identifier(own.root, f"{own.extension or ''}-0"),)
    if section == "10160-0":
        return medicine.not_listed(ids, coded, text)
    if section == "46264-8":
        return _supply(coded, ids, text, None)
    if section == "47519-4":
        return _done(coded, ids, text, UNKNOWN)
    allergic = section == "48765-2"
    kind = _PROPENSITY if allergic else _PROBLEM
    roots = (f"{E}.3.17" if allergic else f"{E}.3.7",)
    inner_id = (Identifier(own.root, f"{own.extension or ''}-1"),)
    inner = observation(kind, coded, roots, text, UNKNOWN, inner_id)
    return concern(ids[0], "active", None, f"{E}.3.{16 if allergic else 15}", inner)


_WRITERS: Final[dict[type, Callable[..., Statement]]] = {
    Allergy: allergy,
    Problem: problem,
    MedicineInUse: _medicine,
    DeviceInUse: _device,
    ProcedureDone: _procedure,
    Immunisation: _immunisation,
    Observed: _observed,
    VitalSigns: _vital_signs,
}
