"""Writing CDA documents from typed content: PS, eP, eD, level 1, and the discard of an eD.

What is written passes the schema and, in the vocabulary of Wave 6 and later, the Wave 8 rules, if the content
does; `check` says so. Nothing reads a clock or makes an id here: the same content makes the same bytes.
"""

from .building.answer import Dispensing, Handed, answering
from .building.content import (
    Dispensation,
    DispensedItem,
    FileDocument,
    Frame,
    Posology,
    PrescribedItem,
    Prescription,
)
from .building.dispensation import discard, dispensation
from .building.file import file_document
from .building.prescription import prescription
from .building.received import dispensation_of, plain, prescription_of
from .building.refusal import Unwritable
from .building.summary import summary
from .building.summary_content import (
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

__all__ = [
    "Absent",
    "Allergy",
    "DeviceInUse",
    "Immunisation",
    "MedicineInUse",
    "Observed",
    "Problem",
    "ProcedureDone",
    "Reaction",
    "Summary",
    "SummarySection",
    "VitalSigns",
    "summary",
    "Dispensation",
    "DispensedItem",
    "Dispensing",
    "FileDocument",
    "Frame",
    "Handed",
    "Posology",
    "PrescribedItem",
    "Prescription",
    "Unwritable",
    "answering",
    "discard",
    "dispensation",
    "dispensation_of",
    "file_document",
    "plain",
    "prescription",
    "prescription_of",
]
