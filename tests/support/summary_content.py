"""Content of summaries for tests: one entry of each kind; every required section saying why it is empty."""

from dataclasses import replace

from cda.build import (
    Absent,
    Allergy,
    DeviceInUse,
    Immunisation,
    MedicineInUse,
    Observed,
    Problem,
    ProcedureDone,
    Reaction,
    Summary,
    SummarySection,
    VitalSigns,
)
from cda.datatypes import Coded, Identifier, Period, Qualifier, Quantity, Text, Time
from cda.header import ServiceEvent
from cda.people import Party
from cda.product import Product
from terminology import code_systems as systems
from tests.support.content import ADDRESS, FRAME, ITEM, atc, coded, named, one_id, person


def snomed(code: str, display: str) -> Coded:
    return coded(systems.SNOMED_CT, code, display)


def loinc(code: str, display: str) -> Coded:
    return coded(systems.LOINC, code, display)


SINCE_2011 = Period(low=Time("201103"))
ON_A_DAY = Period(at=Time("20260914"))
CONTACT = Party(
    "participant",
    "PRS",
    function=Coded(
        "PCP", "2.16.840.1.113883.5.88", "ParticipationFunction", display="primary care physician"
    ),
    names=(named(given="Beatriz", family="Lacerda"),),
    addresses=(ADDRESS,),
    telecoms=(person("author").telecoms[0],),
)
PERFORMER = replace(person("author"), kind="performer", time=None, function=person("author").function)
SUMMARY_FRAME = replace(
    FRAME,
    id=one_id("PS1-L3"),
    title="Resumo do doente",
    parents=(one_id("PS1"),),
    contacts=(CONTACT,),
    event=ServiceEvent(time=Period(high=Time("20261103143000+0000")), performers=(PERFORMER,)),
)
ALLERGY = Allergy(
    one_id("A1"),
    one_id("A2"),
    snomed("609328004", "Allergic disposition"),
    atc("J01CA04", "amoxicillin"),
    SINCE_2011,
    (
        Reaction(one_id("A3"), snomed("126485001", "Urticaria"), snomed("6736007", "Moderate")),
        Reaction(one_id("A4"), snomed("41291007", "Angioedema"), snomed("24484000", "Severe")),
    ),
    coded("2.16.840.1.113883.4.642.4.130", "high", "High Risk"),
    coded("2.16.840.1.113883.4.642.4.1371", "confirmed", "Confirmed"),
    coded("2.16.840.1.113883.4.642.4.1373", "active", "Active"),
)
PROBLEM = Problem(
    one_id("P1"),
    one_id("P2"),
    coded(systems.ICD_10, "I10", "Essential (primary) hypertension"),
    snomed("64572001", "Disease"),
    SINCE_2011,
    snomed("6736007", "Moderate"),
    coded("2.16.840.1.113883.4.642.4.1075", "confirmed", "Confirmed"),
    snomed("90734009", "Chronic"),
    snomed("161901003", "Chronic sick"),
)
LEFT = Qualifier(Coded("272741003", systems.SNOMED_CT, display="Laterality"), snomed("7771000", "Left"))
PROCEDURE = ProcedureDone(
    one_id("O1"),
    snomed("52734007", "Total replacement of hip"),
    ON_A_DAY,
    replace(snomed("29836001", "Hip region structure"), qualifiers=(LEFT,)),
)
DEVICE = DeviceInUse(
    one_id("D1"),
    snomed("72506001", "Implantable defibrillator"),
    (Identifier("2.999.620.40", "CG7-00417"),),
    SINCE_2011,
)
VACCINE = Immunisation(
    one_id("V1"),
    Product(codes=(snomed("871739009", "Human papillomavirus vaccine"),), names=(Text("Papivax"),)),
    Time("20240922"),
    disease=coded(systems.ICD_10, "B07", "Viral warts"),
    dose_number=2,
    performer=replace(PERFORMER, function=None),
)
TOBACCO = Observed(
    one_id("S1"),
    snomed("229819007", "Tobacco use and exposure"),
    Quantity("0.5", "{pack}/d"),
    Period(low=Time("2003"), high=Time("2020")),
)
PRESSURE = VitalSigns(
    one_id("T1"),
    ON_A_DAY,
    (
        Observed(
            one_id("T2"), loinc("8480-6", "Systolic blood pressure"), Quantity("128", "mm[Hg]"), ON_A_DAY
        ),
        Observed(
            one_id("T3"), loinc("8462-4", "Diastolic blood pressure"), Quantity("82", "mm[Hg]"), ON_A_DAY
        ),
    ),
)
BLOOD = Observed(
    one_id("R1"),
    loinc("34530-6", "ABO and Rh group [Type] in Blood"),
    snomed("278152006", "Blood group A Rh(D) negative"),
    ON_A_DAY,
)
ENTRIES = {
    "48765-2": ALLERGY,
    "11450-4": PROBLEM,
    "10160-0": MedicineInUse(replace(ITEM, packages=None)),
    "46264-8": DEVICE,
    "47519-4": PROCEDURE,
    "11369-6": VACCINE,
    "29762-2": TOBACCO,
    "8716-3": PRESSURE,
    "30954-2": BLOOD,
}
REQUIRED = ("48765-2", "11450-4", "10160-0", "46264-8", "47519-4")


def filled(**changed):
    """A summary with one entry in each section; `changed` replaces entries by `s` and the code's digits."""
    sections = []
    for code, entry in ENTRIES.items():
        given = changed.get("s" + code.partition("-")[0], entry)
        sections.append(SummarySection(code, one_id(f"S-{code}"), (given,)))
    return Summary(SUMMARY_FRAME, tuple(sections))


def empty(absent: Absent) -> Summary:
    """A summary that lists nothing and says why, the same in each required section."""
    sections = tuple(SummarySection(code, one_id(f"S-{code}"), absent=absent) for code in REQUIRED)
    return Summary(SUMMARY_FRAME, sections)
