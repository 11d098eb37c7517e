"""The kinds of documents that countries exchange, and the formats in which each of them comes.

Source: wire specification 6.1 and 6.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ncp.wire.coded import Coded

LOINC = "2.16.840.1.113883.6.1"
EHDSI_FORMATS = "eHDSI formatCodes"
PCC_FORMATS = "IHE PCC"
XDS_SD_PDF = "urn:ihe:iti:xds-sd:pdf:2008"


class DocumentClass(StrEnum):
    """Class codes, spelled as on the wire."""

    PATIENT_SUMMARY = "60591-5"
    EPRESCRIPTION = "57833-6"
    EDISPENSATION = "60593-1"
    EDISPENSATION_DISCARD = "DISCARD-60593-1"
    MRO = "56445-0"
    HOSPITAL_DISCHARGE_REPORT = "34105-7"
    LABORATORY_RESULT = "11502-2"
    IMAGING_REPORT = "18748-4"
    CLINICAL_IMAGE = "x-clinical-image"
    CONSENT = "57016-8"
    HCER = "34133-9"


class Level(StrEnum):
    """What a format code says about a document; the media type of all of them is text/xml."""

    L3 = "L3"  # structured CDA
    L1 = "L1"  # the same document as a PDF inside a CDA
    ORIGINAL = "original"  # OrCD: PDF or picture inside a CDA, without a structured twin
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """One row of the table: title in lists and formats; `legacy` classes ended with OpenNCP 7."""

    title: str
    l3: str | None
    unstructured: tuple[str, ...]
    legacy: bool = False


_PDF = (XDS_SD_PDF,)
_ORCD_PDF = ("urn:eHDSI:orcd:pdf:2021",)
CLASSES: Mapping[str, ClassInfo] = MappingProxyType(
    {
        DocumentClass.PATIENT_SUMMARY.value: ClassInfo("Patient Summary", "urn:epSOS:ps:ps:2010", _PDF),
        DocumentClass.EPRESCRIPTION.value: ClassInfo("eHDSI - ePrescription", "urn:epsos:ep:pre:2010", _PDF),
        DocumentClass.EDISPENSATION.value: ClassInfo("eDispensation", "urn:epSOS:ep:dis:2010", _PDF),
        DocumentClass.EDISPENSATION_DISCARD.value: ClassInfo(
            "eDispensation Discard", "urn:eHDSI:ed:discard:2020", ()
        ),
        DocumentClass.MRO.value: ClassInfo(
            "Medication Related Overview", "urn:epSOS:mro:mro:2013", _PDF, legacy=True
        ),
        DocumentClass.HOSPITAL_DISCHARGE_REPORT.value: ClassInfo(
            "OrCD Hospital Discharge Summary", None, _ORCD_PDF
        ),
        DocumentClass.LABORATORY_RESULT.value: ClassInfo("OrCD Laboratory Report", None, _ORCD_PDF),
        DocumentClass.IMAGING_REPORT.value: ClassInfo("OrCD Diagnostic Imaging Study", None, _ORCD_PDF),
        DocumentClass.CLINICAL_IMAGE.value: ClassInfo(
            "OrCD Medical Image", None, ("urn:eHDSI:orcd:png:2021", "urn:eHDSI:orcd:jpeg:2021")
        ),
        DocumentClass.CONSENT.value: ClassInfo(
            "Privacy Policy Acknowledgement Document",
            "urn:ihe:iti:bppc:2007",
            ("urn:ihe:iti:bppc-sd:2007",),
            legacy=True,
        ),
        DocumentClass.HCER.value: ClassInfo(
            "Health Care Encounter Report", "urn:epSOS:hcer:hcer:2013", (), legacy=True
        ),
    }
)
ORCD = frozenset(
    {
        DocumentClass.HOSPITAL_DISCHARGE_REPORT.value,
        DocumentClass.LABORATORY_RESULT.value,
        DocumentClass.IMAGING_REPORT.value,
        DocumentClass.CLINICAL_IMAGE.value,
    }
)


def _levels() -> dict[str, Level]:
    levels = {}
    for code, info in CLASSES.items():
        if info.l3:
            levels[info.l3.lower()] = Level.L3
        for format_code in info.unstructured:
            levels[format_code.lower()] = Level.ORIGINAL if code in ORCD else Level.L1
    return levels


_LEVELS: Mapping[str, Level] = MappingProxyType(_levels())


def level(format_code: str) -> Level:
    """Structured, PDF, original document or unknown, by the format code in any case of letters."""
    return _LEVELS.get(format_code.strip().lower(), Level.UNKNOWN)


def class_code(document_class: DocumentClass) -> Coded:
    """The classification of a listed document."""
    return Coded(document_class.value, LOINC, CLASSES[document_class.value].title)


def format_code(document_class: DocumentClass, wanted: Level) -> Coded:
    """The format as it is listed, spelled exactly.

    Raises:  ValueError: documents of this class have no such format.
    """
    info = CLASSES[document_class.value]
    if wanted is Level.L3 and info.l3:
        return Coded(info.l3, EHDSI_FORMATS, f"eHDSI coded {info.title.removeprefix('eHDSI - ')}")
    if wanted in (Level.L1, Level.ORIGINAL) and info.unstructured:
        first = info.unstructured[0]
        if level(first) is wanted:
            pdf = first == XDS_SD_PDF
            name = "PDF/A coded document" if pdf else info.title
            return Coded(first, PCC_FORMATS if pdf else EHDSI_FORMATS, name)
    raise ValueError(f"{document_class.name} has no format of level {wanted}")
