"""What a Patient Summary is written from: one class per kind of entry, in the data types of the model.

An entry without a statement of its own says why: known to be none, or no information. The two never mix.
"""

from dataclasses import dataclass
from enum import StrEnum

from ..datatypes import Coded, Identifier, Period, Quantity, Time, Value
from ..parts import ReferenceRange
from ..people import Party
from ..product import Product
from .content import Frame, PrescribedItem


class Absent(StrEnum):
    """Why a required section lists nothing. Source: cda.md 9."""

    NONE_KNOWN = "none known"
    NO_INFORMATION = "no information"


@dataclass(frozen=True, slots=True)
class Reaction:
    """How an allergy showed itself, and how severe that was."""

    id: Identifier
    manifestation: Coded
    severity: Coded | None = None
    onset: Period | None = None


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy or intolerance; `concern` is the status of the concern, `status` the clinical one."""

    concern_id: Identifier
    id: Identifier
    kind: Coded
    agent: Coded
    onset: Period | None = None
    reactions: tuple[Reaction, ...] = ()
    criticality: Coded | None = None
    certainty: Coded | None = None
    status: Coded | None = None
    concern: str = "active"


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnosis or complaint, present or past: the section it stands in decides."""

    concern_id: Identifier
    id: Identifier
    diagnosis: Coded
    kind: Coded
    onset: Period | None = None
    severity: Coded | None = None
    certainty: Coded | None = None
    status: Coded | None = None
    outcome: Coded | None = None
    concern: str = "active"


@dataclass(frozen=True, slots=True)
class MedicineInUse:
    """A medicine; `taken` False says that the patient does not take it."""

    item: PrescribedItem
    taken: bool = True


@dataclass(frozen=True, slots=True)
class DeviceInUse:
    """A device or implant with its identifiers, since when and until when."""

    id: Identifier
    device: Coded
    device_ids: tuple[Identifier, ...] = ()
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class ProcedureDone:
    """An operation or procedure; the site may say the side in a qualifier."""

    id: Identifier
    procedure: Coded
    when: Period | None = None
    site: Coded | None = None


@dataclass(frozen=True, slots=True)
class Immunisation:
    """A vaccination, given or not."""

    id: Identifier
    product: Product  # its code is the vaccine
    when: Time | None = None
    given: bool = True
    disease: Coded | None = None
    dose_number: int | None = None
    dose: Quantity | None = None
    route: Coded | None = None
    performer: Party | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation of any section that lists some: habits, blood pressure, blood group, pregnancy."""

    id: Identifier
    code: Coded
    value: Value
    when: Period | None = None
    interpretation: Coded | None = None
    reference: ReferenceRange | None = None


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """Observations made at one time."""

    id: Identifier
    when: Period
    signs: tuple[Observed, ...]


SummaryEntry = (
    Allergy | Problem | MedicineInUse | DeviceInUse | ProcedureDone | Immunisation | Observed | VitalSigns
)


@dataclass(frozen=True, slots=True)
class SummarySection:
    """A section by its LOINC code: entries, or why there are none, or narrative alone."""

    code: str
    id: Identifier
    entries: tuple[SummaryEntry, ...] = ()
    absent: Absent | None = None
    paragraphs: tuple[str, ...] = ()
    title: str | None = None  # None: the customary one in the language of the document


@dataclass(frozen=True, slots=True)
class Summary:
    """A Patient Summary. Five sections are required, in whatever order."""

    frame: Frame
    sections: tuple[SummarySection, ...]
