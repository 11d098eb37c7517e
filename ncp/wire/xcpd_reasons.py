"""Reason codes of a patient discovery that found nobody or was refused.

Source: wire specification 5.4 (IHE ITI TF-2 3.55.4.2.2.7 with the eHDSI additions).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

IHE_SYSTEM = "1.3.6.1.4.1.19376.1.2.27.3"
EHDSI_SYSTEM = "1.3.6.1.4.1.12559.11.10.1.3.2.2.1"


class XcpdReason(StrEnum):
    """Codes under `reasonOf`, spelled as on the wire."""

    ANSWER_NOT_AVAILABLE = "AnswerNotAvailable"
    RESPONDER_BUSY = "ResponderBusy"
    INTERNAL_ERROR = "InternalError"
    ADDITIONAL_DEMOGRAPHICS_REQUESTED = "AdditionalDemographicsRequested"
    DEMOGRAPHICS_QUERY_NOT_ALLOWED = "DemographicsQueryNotAllowed"
    EHIC_DATA_REQUESTED = "EHICDataRequested"
    PATIENT_AUTHENTICATION_REQUIRED = "PatientAuthenticationRequired"
    PRIVACY_VIOLATION = "PrivacyViolation"
    INSUFFICIENT_RIGHTS = "InsufficientRights"
    POLICY_VIOLATION = "PolicyViolation"
    NATIONAL_INFRASTRUCTURE = "NationalInfrastructure"


class Branch(StrEnum):
    """Where the code stands in the detected issue; the value is the element's name."""

    MITIGATED_BY = "mitigatedBy"  # the request is refused
    TRIGGER_FOR = "triggerFor"  # the requester must do something


class Reason(NamedTuple):
    """A reason code of a message. `branch` is None if the message names none."""

    branch: Branch | None
    code: str  # an unknown code is kept verbatim
    system: str

    @property
    def known(self) -> XcpdReason | None:
        """The code as one of the table; None if it is not in it."""
        return XcpdReason(self.code) if self.code in REASONS else None


@dataclass(frozen=True, slots=True)
class ReasonInfo:
    """One row of the table.

    `branch` is where the specification puts the code, `reference_branch` where OpenNCP does: None means
    that it writes a detected issue without any branch, so that the code never reaches the wire.
    """

    system: str
    branch: Branch
    reference_branch: Branch | None
    when: str
    since: int = 7

    def as_reason(self, code: XcpdReason) -> Reason:
        """The reason as the specification writes it."""
        return Reason(self.branch, code.value, self.system)


_M, _T = Branch.MITIGATED_BY, Branch.TRIGGER_FOR
REASONS: Mapping[str, ReasonInfo] = MappingProxyType(
    {
        XcpdReason.ANSWER_NOT_AVAILABLE.value: ReasonInfo(
            IHE_SYSTEM, _M, _M, "no match, or the receiver is another country"
        ),
        XcpdReason.RESPONDER_BUSY.value: ReasonInfo(IHE_SYSTEM, _M, None, "overload"),
        XcpdReason.INTERNAL_ERROR.value: ReasonInfo(IHE_SYSTEM, _M, None, "unexpected failure"),
        XcpdReason.ADDITIONAL_DEMOGRAPHICS_REQUESTED.value: ReasonInfo(
            EHDSI_SYSTEM, _T, None, "the identifier alone is not enough"
        ),
        XcpdReason.DEMOGRAPHICS_QUERY_NOT_ALLOWED.value: ReasonInfo(
            EHDSI_SYSTEM, _T, _T, "the request had no identifier"
        ),
        XcpdReason.EHIC_DATA_REQUESTED.value: ReasonInfo(
            EHDSI_SYSTEM, _T, None, "the number of the health card is needed"
        ),
        XcpdReason.PATIENT_AUTHENTICATION_REQUIRED.value: ReasonInfo(
            EHDSI_SYSTEM, _T, None, "the patient's TAN or PIN is missing"
        ),
        XcpdReason.PRIVACY_VIOLATION.value: ReasonInfo(
            EHDSI_SYSTEM, _M, None, "an answer would disclose private data"
        ),
        XcpdReason.INSUFFICIENT_RIGHTS.value: ReasonInfo(
            EHDSI_SYSTEM, _M, _M, "refusal by assertion, rights or consent"
        ),
        XcpdReason.POLICY_VIOLATION.value: ReasonInfo(
            EHDSI_SYSTEM, _M, None, "the confidence level conflicts with the policy"
        ),
        XcpdReason.NATIONAL_INFRASTRUCTURE.value: ReasonInfo(
            EHDSI_SYSTEM, _M, None, "the national back end failed", since=9
        ),
    }
)


def reason(code: XcpdReason) -> Reason:
    """The reason for `code`, in the branch and with the code system of the specification."""
    return REASONS[code.value].as_reason(code)
