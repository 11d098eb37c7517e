"""HL7 permissions in the HCP assertion, and which of them an operation needs.

Source: wire specification 2.5.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

PREFIX = "urn:oasis:names:tc:xspa:1.0:subject:hl7:permission:"


class Permission(StrEnum):
    """A permission as the full URN on the wire."""

    REVIEW_HISTORY = PREFIX + "PRD-003"
    REVIEW_ORDERS = PREFIX + "PRD-004"
    REVIEW_VITAL_SIGNS = PREFIX + "PRD-005"
    PATIENT_LOOKUP = PREFIX + "PRD-006"
    REVIEW_MEDICATIONS = PREFIX + "PRD-010"
    REVIEW_PROBLEMS = PREFIX + "PRD-016"
    NEW_CONSENT = PREFIX + "PPD-032"
    EDIT_CONSENT = PREFIX + "PPD-033"
    RECORD_MEDICATION = PREFIX + "PPD-046"


class Operation(StrEnum):
    """What the professional wants to do, as far as rights distinguish it."""

    IDENTIFY = "identify"
    PATIENT_SUMMARY = "patient-summary"
    EPRESCRIPTION = "eprescription"
    MEDICATION_OVERVIEW = "medication-overview"
    ORIGINAL_DOCUMENT = "original-document"
    DISPENSE = "dispense"
    DISCARD = "discard"
    CONSENT = "consent"
    ENCOUNTER_REPORT = "encounter-report"

    @property
    def needs_trc(self) -> bool:
        """Everything but the identification of the patient needs a confirmed treatment relationship."""
        return self is not Operation.IDENTIFY


_SUMMARY = frozenset(
    {
        Permission.REVIEW_HISTORY,
        Permission.REVIEW_VITAL_SIGNS,
        Permission.REVIEW_MEDICATIONS,
        Permission.REVIEW_PROBLEMS,
    }
)
_PRESCRIPTION = frozenset({Permission.REVIEW_ORDERS, Permission.REVIEW_MEDICATIONS})
_RECORD = frozenset({Permission.RECORD_MEDICATION})

NEEDED: Mapping[Operation, frozenset[Permission]] = MappingProxyType(
    {
        Operation.IDENTIFY: frozenset({Permission.PATIENT_LOOKUP}),
        Operation.PATIENT_SUMMARY: _SUMMARY,
        Operation.EPRESCRIPTION: _PRESCRIPTION,
        Operation.MEDICATION_OVERVIEW: _PRESCRIPTION,
        Operation.ORIGINAL_DOCUMENT: _SUMMARY,
        Operation.DISPENSE: _RECORD,
        Operation.DISCARD: _RECORD,
        Operation.CONSENT: frozenset({Permission.NEW_CONSENT}),
        Operation.ENCOUNTER_REPORT: _RECORD,
    }
)
"""All of an operation's permissions are needed."""

OPERATION_BY_CLASS_CODE: Mapping[str, Operation] = MappingProxyType(
    {
        "60591-5": Operation.PATIENT_SUMMARY,
        "57833-6": Operation.EPRESCRIPTION,
        "56445-0": Operation.MEDICATION_OVERVIEW,
        "34105-7": Operation.ORIGINAL_DOCUMENT,
        "11502-2": Operation.ORIGINAL_DOCUMENT,
        "18748-4": Operation.ORIGINAL_DOCUMENT,
        "x-clinical-image": Operation.ORIGINAL_DOCUMENT,
        "60593-1": Operation.DISPENSE,
        "DISCARD-60593-1": Operation.DISCARD,
        "57016-8": Operation.CONSENT,
        "34133-9": Operation.ENCOUNTER_REPORT,
    }
)


def missing(granted: Iterable[str], operation: Operation) -> tuple[Permission, ...]:
    """The permissions that `operation` needs and `granted` (full URNs) lacks, in a stable order."""
    held = {permission.strip() for permission in granted}
    return tuple(sorted(permission for permission in NEEDED[operation] if permission not in held))
