"""Templates and fixed codes of what we write. Source: cda.md 1, 2 and 4 to 7; the Wave 8 tables."""

from typing import Final

from terminology.code_systems import LOINC

from ..datatypes import Coded

E: Final = "1.3.6.1.4.1.12559.11.10.1.3.1"
IHE: Final = "1.3.6.1.4.1.19376.1.5.3.1"
CCD: Final = "2.16.840.1.113883.10.20.1"
ACT_CLASS: Final = "2.16.840.1.113883.5.6"
ACT_CODE: Final = "2.16.840.1.113883.5.4"
IHE_ACT_CODE: Final = "1.3.6.1.4.1.19376.1.5.3.2"

PRODUCT_OF_PRESCRIPTION: Final = (f"{E}.3.29", f"{E}.3.30")
PRODUCT_OF_SUMMARY: Final = (f"{E}.3.31", f"{E}.3.32")
PRODUCT_OF_VACCINE: Final = (
    f"{E}.3.18 {CCD}.53 {IHE}.4.7.2",
    "",
)  # several of the product, none of the material
PRODUCT_TO_WAVE_5: Final = PRODUCT_OF_PRESCRIPTION  # change proposal 38 gave Wave 5 the templates of today

DRUG: Final = Coded("DRUG", ACT_CODE, "ActCode", display="Drug therapy")
SUBSTITUTION: Final = Coded("SUBST", ACT_CLASS, "ActClass", display="Substitution")
CONCERN: Final = Coded("CONC", ACT_CLASS, "ActClass", display="Concern")
TO_PATIENT: Final = Coded("PINSTRUCT", IHE_ACT_CODE, "IHEActCode", display="Patient Instructions")
TO_DISPENSER: Final = Coded(
    "FINSTRUCT", IHE_ACT_CODE, "IHEActCode", display="Medication Fulfillment Instructions"
)
ACTIVE: Final = Coded("active")
COMPLETED: Final = Coded("completed")


def loinc(code: str, display: str) -> Coded:
    """A fixed LOINC code."""
    return Coded(code, LOINC, "LOINC", display=display)


PRESCRIPTION: Final = loinc("57833-6", "Prescription for medication")
DISPENSATION: Final = loinc("60593-1", "Medication dispensed.extended Document")
SUMMARY: Final = loinc("60591-5", "Patient summary Document")
KINDS: Final = {code.code: code for code in (PRESCRIPTION, DISPENSATION, SUMMARY)}

DOCUMENT_TEMPLATES: Final = {"57833-6": f"{E}.1.1", "60593-1": f"{E}.1.2", "60591-5": f"{E}.1.3"}
FILE_TEMPLATES: Final = {"57833-6": f"{E}.1.6", "60591-5": f"{E}.1.7"}
