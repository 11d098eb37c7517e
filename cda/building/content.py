"""What documents are written from: typed, immutable, in the data types of the document model.

Texts are plain strings; the narrative and the references into it are made when the document is built.
"""

from dataclasses import dataclass, field
from typing import Final

from terminology.code_systems import CONFIDENTIALITY

from ..datatypes import Coded, Identifier, Period, Quantity, Range, Ratio, Time, Timing
from ..header import Patient, ServiceEvent
from ..people import Organisation, Party
from ..product import Product

Amount = Quantity | Range | Ratio
NORMAL: Final = Coded("N", CONFIDENTIALITY, "Confidentiality", display="normal")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every document says about itself. `parent` is the national original, or what stands for it."""

    id: Identifier
    title: str
    created: Time  # with its zone
    language: str  # of the narrative and all free text, ll-CC
    patient: Patient
    authors: tuple[Party, ...]
    custodian: Organisation
    authenticator: Party
    parents: tuple[Identifier, ...]
    set_id: Identifier | None = None
    version: int | None = None
    confidentiality: Coded = NORMAL
    contacts: tuple[Party, ...] = ()  # of a summary: whom to ask, next of kin
    event: ServiceEvent | None = None  # of a summary: what it covers, when it was last updated


@dataclass(frozen=True, slots=True)
class Posology:
    """One administration: how much, when, between which ends. A text alone is a legitimate dose."""

    period: Period | None = None
    timings: tuple[Timing, ...] = ()
    dose: Quantity | Range | None = None
    rate: Quantity | Range | None = None
    maximum: Ratio | None = None
    condition: str | None = None  # when to take it: as needed, at pain


@dataclass(frozen=True, slots=True)
class PrescribedItem:
    """One prescribed medicine."""

    id: Identifier
    product: Product
    posology: Posology = field(default_factory=Posology)
    steps: tuple[Posology, ...] = ()  # of a split or tapered dose, in order
    route: Coded | None = None
    packages: int | None = None  # demanded of a prescription, not repeated in a dispensation
    substitution: Coded | None = None  # None: allowed, because nothing forbids it
    reason: Coded | None = None
    patient_instructions: str | None = None
    dispenser_instructions: str | None = None
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Prescription:
    """An ePrescription; most carry one item. `id` is the prescription's, not the document's."""

    frame: Frame
    id: Identifier
    items: tuple[PrescribedItem, ...]


@dataclass(frozen=True, slots=True)
class DispensedItem:
    """What was handed out for one prescribed item. `dispenser`: a performer with the time of dispensing."""

    id: Identifier
    packages: int
    product: Product
    dispenser: Party
    prescribed: PrescribedItem
    substituted: bool = False
    reason: str | None = None  # why it was substituted


@dataclass(frozen=True, slots=True)
class Dispensation:
    """An eDispensation. `order` is the id of the prescription it answers, exactly as received."""

    frame: Frame
    id: Identifier
    order: Identifier
    items: tuple[DispensedItem, ...]


@dataclass(frozen=True, slots=True)
class FileDocument:
    """A level 1 document: its header and a PDF. `kind` is the LOINC code of what the file is."""

    frame: Frame
    kind: str
    pdf: bytes
