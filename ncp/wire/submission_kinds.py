"""What can be submitted about a prescription: a dispensation, or that one is taken back.

Source: wire specification 6.1, 6.5 and 6.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ncp.wire.coded import Coded
from ncp.wire.document_classes import EHDSI_FORMATS, LOINC, DocumentClass


class SubmissionKind(StrEnum):
    """The kinds, by the format code that the receiver goes by."""

    DISPENSATION = "urn:epSOS:ep:dis:2010"
    DISCARD = "urn:eHDSI:ed:discard:2020"


@dataclass(frozen=True, slots=True)
class KindInfo:
    """The codes and words of the metadata of one kind."""

    document_class: Coded
    document_type: Coded
    format: Coded
    title: str  # of the submission set


DESCRIPTION: Final = "Description of eDispensation"
# A discard is of the same content type as the dispensation that it takes back.
CONTENT_TYPE: Final = Coded(DocumentClass.EDISPENSATION.value, LOINC, "Medication dispensed")
_DISCARD = DocumentClass.EDISPENSATION_DISCARD.value
KINDS: Mapping[SubmissionKind, KindInfo] = MappingProxyType(
    {
        SubmissionKind.DISPENSATION: KindInfo(
            document_class=CONTENT_TYPE,
            document_type=Coded(DocumentClass.EDISPENSATION.value, LOINC, "eDispensation"),
            format=Coded(SubmissionKind.DISPENSATION.value, EHDSI_FORMATS, "eHDSI coded eDispensation"),
            title="eDispensation",
        ),
        SubmissionKind.DISCARD: KindInfo(
            document_class=Coded(_DISCARD, LOINC, "Discard Medication dispensed"),
            document_type=Coded(_DISCARD, LOINC, "eDispensation Discard"),
            format=Coded(SubmissionKind.DISCARD.value, EHDSI_FORMATS, "eHDSI coded eDispensation Discard"),
            title="Medication Dispensation Discard",
        ),
    }
)


def kind_of(format_code: str) -> SubmissionKind | None:
    """By the format code exactly as it is spelled: OpenNCP refuses other cases of letters with 4202."""
    return next((kind for kind in SubmissionKind if kind.value == format_code), None)
