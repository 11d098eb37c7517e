"""What one row of the audit trail says: everything that the ATNA message made from it later will need.

The EHDSI number is kept beside the IHE code because the DICOM form of the message loses it.
Source: trust specification 4; norway.md 5.3.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

from ncp.wire.errors import NcpError


class AuditFailed(NcpError):
    """The row could not be written: what it would have recorded is not shown."""


class Transaction(Enum):
    """What was attempted. Source: trust specification 4.2; NO-… are our own."""

    HP_AUTHENTICATION = ("EHDSI-91", "ITI-40", "identityProvider::HPAuthentication", "E")
    TRC_ASSERTION = ("EHDSI-92", "EHDSI-92", "ncp::TrcAssertion", "E")
    IDENTIFY = ("EHDSI-11", "ITI-55", "IdentityService::FindIdentityByTraits", "E")
    SUMMARY_LIST = ("EHDSI-21", "ITI-38", "PatientService::List", "E")
    SUMMARY_RETRIEVE = ("EHDSI-22", "ITI-39", "PatientService::Retrieve", "C")
    TRANSLATE = ("EHDSI-94", "EHDSI-94", "ncpTransformationMgr::Translate", "E")
    COMMUNICATION_FAILURE = ("EHDSI-CF", "EHDSI-CF", "CommunicationFailure", "E")
    CONTRADICTION_ACCEPTED = ("NO-01", "NO-01", "portal::ContradictionAccepted", "E")
    DOCUMENT_USED = ("NO-02", "NO-02", "portal::DocumentUsed", "R")
    DOCUMENT_CHECKED = ("NO-03", "NO-03", "portal::DocumentChecked", "E")

    def __init__(self, number: str, event_type: str, label: str, action: str) -> None:
        self.number = number  # EHDSI number
        self.event_type = event_type  # csd-code of EventTypeCode
        self.label = label  # its displayName
        self.action = action  # EventActionCode at B


class Outcome(IntEnum):
    """EventOutcomeIndicator. Source: trust specification 4.3."""

    SUCCESS = 0
    PARTIAL = 4  # delivered with warnings
    TEMPORARY_FAILURE = 8  # unreachable, busy
    PERMANENT_FAILURE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One attempt; the store bounds its texts. None means: not known at that point, or not applicable."""

    at: datetime  # aware; stored in UTC to the millisecond
    transaction: Transaction
    outcome: Outcome
    attempted: Transaction | None = None  # of a communication failure: what was being sent
    sent: bool = False  # whether sending was tried; False: refused before
    milliseconds: int | None = None

    error_code: str | None = None  # eHDSI code
    error_text: str | None = None
    error_reason: str | None = None  # e.g. CERT_EXPIRED, WRONG_PATIENT; of a success: a warning

    login_id: str | None = None
    user_id: str | None = None  # NameID of the HCP assertion
    user_name: str | None = None
    profession: str | None = None  # Volven 9060
    role: str | None = None  # ISCO code of the assertion
    role_name: str | None = None
    on_behalf_of_id: str | None = None
    on_behalf_of_name: str | None = None
    on_behalf_of_role: str | None = None
    organisation: str | None = None
    organisation_id: str | None = None
    point_of_care: str | None = None
    facility_type: str | None = None

    source: str  # AuditSourceID, e.g. NO-03
    consumer: str  # CN of our TLS certificate
    provider: str | None = None  # CN of the peer's TLS certificate
    provider_host: str | None = None
    country: str | None = None  # of the patient
    home_community: str | None = None

    patient_id: str | None = None  # CX form
    patient_name: str | None = None  # as returned
    query: str | None = None  # queryByParameter, AdhocQuery or DocumentRequest as XML
    documents: tuple[str, ...] = ()  # unique ids
    class_code: str | None = None

    purpose: str | None = None
    reason: str | None = None  # of an emergency
    notice_offered: bool | None = None
    hcp_id: str | None = None
    trc_id: str | None = None
    request_id: str | None = None  # wsa:MessageID
    response_id: str | None = None
    request_header: str | None = None  # SHA-256 (hexadecimal) of the SOAP header
    response_header: str | None = None
    release: str | None = None  # of the terminology
    detail: str | None = None
