"""The eHDSI error code table as data: meaning, severity, place and age of every code.

Meanings are ours, in English, for testers; what a clinician reads is chosen by code from the message
catalogue. Source: wire specification 6.8 and 7.1, terminology specification 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from ncp.wire.error_codes import ErrorCode as C


class Severity(StrEnum):
    """As an XDS registry error states it."""

    ERROR = "E"
    WARNING = "W"


class Where(StrEnum):
    """The operation in which a code occurs."""

    XCPD = "XCPD"
    PS_LIST = "PS list"
    PS_RETRIEVE = "PS retrieve"
    EP_LIST = "EP list"
    EP_RETRIEVE = "EP retrieve"
    ORCD_LIST = "OrCD list"
    ORCD_RETRIEVE = "OrCD retrieve"
    DISPENSE = "dispense"
    DISCARD = "discard"
    AUDIT = "audit"  # found afterwards in the audit trail
    B = "NCP-B"  # raised inside the country of treatment only


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """One row of the table.

    `w6` is the number that the 6.x code base used for the same condition: accepted, never sent.
    `until` is the last generation that sends the code, None if it is current.
    """

    code: C
    w6: str | None
    severity: Severity
    meaning: str
    where: frozenset[Where]
    since: Literal[7, 9]
    until: int | None = None


PI = frozenset({Where.XCPD})
PS = frozenset({Where.PS_LIST, Where.PS_RETRIEVE})
EP = frozenset({Where.EP_LIST, Where.EP_RETRIEVE})
ORCD = frozenset({Where.ORCD_LIST, Where.ORCD_RETRIEVE})
LIST = frozenset({Where.PS_LIST, Where.EP_LIST, Where.ORCD_LIST})
RETRIEVE = frozenset({Where.PS_RETRIEVE, Where.EP_RETRIEVE, Where.ORCD_RETRIEVE})
XCA = LIST | RETRIEVE
ED = frozenset({Where.DISPENSE, Where.DISCARD})
DISCARD = frozenset({Where.DISCARD})
HP = PI | XCA | ED
DOCUMENT = RETRIEVE | ED
AUDIT = frozenset({Where.AUDIT})
B = frozenset({Where.B})
ANY = HP | B

_E, _W = Severity.ERROR, Severity.WARNING
_Row = tuple[C, str | None, Severity, str, frozenset[Where], Literal[7, 9]]
_ROWS: tuple[_Row, ...] = (
    (C.GENERIC, "4999", _E, "unspecified internal failure", ANY, 7),
    (C.WARNING_GENERIC, None, _W, "unspecified warning", ANY, 7),
    (C.NO_CONNECTION, "5036", _E, "country A cannot be reached", B, 7),
    (C.GENERIC_DOCUMENT_MISSING, None, _E, "the requested document was not found", RETRIEVE, 7),
    (C.GENERIC_SERVICE_SIGNIFIER_UNKNOWN, None, _E, "class code not supported", LIST, 7),
    (C.HPI_GENERIC, "5037", _E, "problem with the identification of the health professional", HP, 7),
    (C.WARNING_HPI_GENERIC, "5038", _W, "doubt about the identification of the professional", HP, 7),
    (C.HPI_NO_INFORMATION, "5039", _E, "nothing about the health professional was received", HP, 7),
    (C.HPI_INSUFFICIENT_INFORMATION, "5040", _E, "data on the professional insufficient, e.g. role", HP, 7),
    (C.HPI_HAI_NO_INFORMATION, "5041", _E, "nothing about the authority or provider organisation", HP, 7),
    (C.HPI_POC_NO_INFORMATION, "5042", _E, "nothing about the point of care", HP, 7),
    (C.HPI_AUTHENTICATION_NOT_RECEIVED, "5043", _E, "the HCP assertion is absent", HP, 7),
    (C.PI_GENERIC, "5044", _E, "problem with the identification of the patient", PI, 7),
    (C.WARNING_PI_GENERIC, "5045", _W, "doubt about the identification of the patient", PI, 7),
    (C.NO_MATCH, "5046", _E, "the traits match no patient", PI, 7),
    (C.PI_MULTIPLE_MATCHES, "5047", _E, "the traits match several patients", PI, 7),
    (C.PI_INCORRECT_FORMATTING, None, _E, "an identifier has the wrong format", PI, 9),
    (C.PI_MISSING_REQUIRED_FIELDS, None, _E, "a field of the search mask is missing", PI, 9),
    (C.PI_REGISTRY_NOT_AVAILABLE, None, _E, "the patient registry is down", PI, 9),
    (C.PI_INTERNAL_ERROR, None, _E, "unexpected error while identifying the patient", PI, 9),
    (C.WARNING_PI_NO_CONSENT, None, _W, "the patient has not consented", PI, 9),
    (C.PS_GENERIC, "5048", _E, "problem with the Patient Summary", PS, 7),
    (C.WARNING_PS_GENERIC, "5049", _W, "doubt about the Patient Summary", PS, 7),
    (C.PS_MISSING_BASIC_SECTIONS, "5050", _E, "a basic section is absent without reason", PS, 7),
    (C.WARNING_PS_MISSING_BASIC_DATA, "5051", _W, "basic data of the summary missing", PS, 7),
    (C.PS_MISSING_BASIC_DATA, None, _E, "required information missing, summary not deliverable", PS, 9),
    (
        C.PS_MISSING_EXPECTED_MAPPING,
        None,
        _E,
        "a needed code mapping is missing",
        frozenset({Where.PS_RETRIEVE}),
        7,
    ),
    (
        C.WARNING_PS_MISSING_EXPECTED_MAPPING,
        "5052",
        _W,
        "an expected code mapping is missing",
        frozenset({Where.PS_RETRIEVE}),
        7,
    ),
    (C.WARNING_PS_MISSING_EXPECTED_TRANSLATION, None, _W, "a translation is missing", PS | B, 7),
    (C.PS_PDF_FORMAT_NOT_PROVIDED, "5053", _E, "no PDF of the summary available", PS, 7),
    (C.PS_NOT_FOUND, None, _W, "no Patient Summary for the patient", frozenset({Where.PS_LIST}), 9),
    (C.PS_NO_CONSENT, None, _E, "no consent (9 uses it for every XCA service)", PS | EP, 9),
    (C.PS_INCORRECT_FORMATTING, None, _E, "syntax of the request for a summary", PS, 9),
    (C.PS_MISSING_REQUIRED_FIELDS, None, _E, "values missing in the request for a summary", PS, 9),
    (C.PS_INTERNAL_ERROR, None, _E, "unexpected error with the summary", PS, 9),
    (C.PS_REGISTRY_NOT_AVAILABLE, None, _E, "the registry of summaries is down", PS, 9),
    (C.EP_GENERIC, "5000", _E, "problem with the ePrescription", EP, 7),
    (C.WARNING_EP_GENERIC, "5001", _W, "doubt about the ePrescription", EP, 7),
    (C.WARNING_EP_MISSING_BASIC_DATA, "5002", _W, "basic data missing without reason", EP, 7),
    (C.EP_MISSING_BASIC_DATA, None, _E, "required information missing, not deliverable", EP, 9),
    (
        C.EP_MISSING_EXPECTED_MAPPING,
        None,
        _E,
        "a needed code mapping is missing",
        frozenset({Where.EP_RETRIEVE}),
        7,
    ),
    (
        C.WARNING_EP_MISSING_EXPECTED_MAPPING,
        "5003",
        _W,
        "an expected code mapping is missing",
        frozenset({Where.EP_RETRIEVE}),
        7,
    ),
    (C.WARNING_EP_MISSING_EXPECTED_TRANSLATION, None, _W, "a translation is missing", EP | B, 7),
    (C.EP_PDF_FORMAT_NOT_PROVIDED, "5004", _E, "no PDF of the prescription available", EP, 7),
    (C.EP_NOT_FOUND, None, _W, "no ePrescription for the patient", frozenset({Where.EP_LIST}), 9),
    (C.EP_NO_CONSENT, None, _E, "no consent for ePrescriptions", EP, 9),
    (
        C.EP_REGISTRY_NOT_AVAILABLE,
        None,
        _E,
        "the prescription registry is down",
        frozenset({Where.EP_LIST}),
        9,
    ),
    (C.EP_INCORRECT_FORMATTING, None, _E, "syntax of the request for prescriptions", EP, 9),
    (C.EP_MISSING_REQUIRED_FIELDS, None, _E, "values missing in the request for prescriptions", EP, 9),
    (C.EP_INTERNAL_ERROR, None, _E, "unexpected error with the prescription", EP, 9),
    (C.ED_GENERIC, "5005", _E, "problem with the dispensation", ED, 7),
    (C.WARNING_ED_GENERIC, "5006", _W, "doubt about the dispensation", ED, 7),
    (C.ED_NOT_DISPENSABLE_EPRESCRIPTION, "5007", _E, "the chosen prescription is not dispensable", ED, 7),
    (C.ED_SUBSTITUTION_INFORMATION_NOT_ALLOWED, "5008", _E, "substitution sent although forbidden", ED, 7),
    (C.ED_EPRESCRIPTION_NOT_IDENTIFIABLE, "5009", _E, "dispensation fits no prescription or product", ED, 7),
    (C.WARNING_ED_MISSING_BASIC_DATA, "5010", _W, "basic data of the dispensation missing", ED, 7),
    (C.ED_MISSING_BASIC_DATA, None, _E, "required data of the dispensation missing", ED, 9),
    (C.ED_INFORMATION_NOT_STORE, "5011", _E, "country B could not store the dispensation", B, 7),
    (C.ED_MISSING_EXPECTED_MAPPING, None, _E, "an expected code is missing", ED, 7),
    (C.WARNING_ED_MISSING_EXPECTED_MAPPING, "5012", _W, "an expected code is missing", ED, 7),
    (C.ED_EDISPENSATION_ACK_NOT_RECEIVED, "5013", _E, "an earlier dispensation is unacknowledged", B, 7),
    (C.ED_EPRESCRIPTION_NOT_UPDATED, "5014", _E, "country A could not update the prescription", ED, 7),
    (C.ED_EDISPENSATION_NOT_STORED, "5015", _E, "country A could not store the dispensation", ED, 7),
    (C.ED_DISCARD_SERVICE_NOT_AVAILABLE, "5016", _E, "the discard service cannot be reached", B, 7),
    (C.ED_DISCARD_FAILED, "5017", _E, "country A could not discard", DISCARD, 7),
    (C.WARNING_ED_DISCARD_MISSING_MANDATORY_DATA, "5018", _W, "mandatory data missing", DISCARD, 7),
    (C.ED_INCORRECT_FORMATTING, None, _E, "syntax of the dispensation", ED, 9),
    (C.ED_MISSING_REQUIRED_FIELDS, None, _E, "values missing in the dispensation", ED, 9),
    (C.ED_INTERNAL_ERROR, None, _E, "unexpected error with the dispensation", ED, 9),
    (C.ED_REGISTRY_NOT_AVAILABLE, None, _E, "the dispensation registry is down", ED, 9),
    (C.ED_NO_CONSENT, None, _E, "no consent for dispensation", ED, 9),
    (C.ORCD_GENERIC, "5019", _E, "problem with an original clinical document", ORCD, 7),
    (C.WARNING_ORCD_GENERIC, "5020", _W, "doubt about an original clinical document", ORCD, 7),
    (C.ORCD_SERVICE_NOT_AVAILABLE, "5021", _E, "the service for original documents is down", B, 7),
    (C.WARNING_ORCD_MISSING_MANDATORY_DATA, "5022", _W, "mandatory elements missing", ORCD, 7),
    (C.ORCD_INCORRECT_FORMAT, "5023", _E, "file format not allowed", ORCD, 7),
    (C.WARNING_ORCD_MISSING_MANDATORY_METADATA, "5024", _W, "mandatory metadata missing", ORCD, 7),
    (C.HQI_GENERIC, "5025", _E, "problem with the quality of the information", DOCUMENT, 7),
    (C.WARNING_HQI_GENERIC, "5026", _W, "doubt about the quality of the information", DOCUMENT, 7),
    (C.WARNING_HQI_B_NOT_STRUCTURED, "5027", _W, "data from country B badly structured", DOCUMENT, 7),
    (C.WARNING_HQI_A_NOT_STRUCTURED, "5028", _W, "data from country A badly structured", DOCUMENT, 7),
    (C.SEC_GENERIC, "5029", _E, "security problem: signature or evidence", ANY, 7),
    (C.WARNING_SEC_GENERIC, "5030", _W, "doubt about security: signature or evidence", ANY, 7),
    (C.SEC_DATA_INTEGRITY_NOT_ENSURED, "5031", _E, "assertion invalid, integrity not assured", HP, 7),
    (C.WARNING_SEC_REQUESTS_FOR_PATIENT, "5032", _W, "too many requests for one patient", AUDIT, 7),
    (C.WARNING_SEC_REQUESTS_FOR_POINT_OF_CARE, "5034", _W, "too many from one point of care", AUDIT, 7),
    (C.WARNING_SEC_REQUESTS, "5035", _W, "too many requests overall", AUDIT, 7),
    (C.UI_TRANSFORMATION, None, _E, "the document could not be turned into a page", B, 7),
    (C.ASSERTION_NOT_VALID, "1001", _E, "assertion not valid", HP, 7),
    (C.TRC_DOES_NOT_MATCH_HCP, "1002", _E, "the TRC does not match the HCP assertion", HP, 7),
    (C.NO_DOCUMENTS, "1100", _W, "no documents for the patient", LIST, 7),
    (C.NO_EP_W7, "1101", _W, "no ePrescription for the patient (7)", LIST, 7),
    (C.NO_PS_W7, "1102", _W, "no Patient Summary for the patient (7)", LIST, 7),
    (C.NO_MRO, "1103", _W, "no medication overview for the patient", LIST, 7),
    (C.NO_ORCD, "1104", _W, "no original clinical document for the patient", LIST, 7),
    (C.NOT_PROCESSED, "2201", _E, "received but not processed", ED, 7),
    (C.RENDERING_INCOMPLETE, "4101", _E, "rendering incomplete", RETRIEVE, 7),
    (C.COLLECTION_INCOMPLETE, "4102", _E, "collection incomplete", RETRIEVE, 7),
    (
        C.EP_REGISTRY_NOT_ACCESSIBLE,
        "4103",
        _W,
        "the prescription registry is not accessible",
        frozenset({Where.EP_LIST}),
        7,
    ),
    (C.DATA_ACCESS_FAILURE, "4104", _E, "failure of access to the data", EP, 7),
    (C.NO_MATCHING_EP, "4105", _E, "no matching prescription", ED, 7),
    (C.ALREADY_DISPENSED, "4106", _E, "already dispensed, or dispensation invalid", ED, 7),
    (C.ORIGINAL_PDF_MISSING, "4107", _E, "the original PDF is missing", ED, 7),
    (C.PIVOT_DOCUMENT_MISSING, "4108", _E, "the pivot document is missing", ED, 7),
    (C.SOURCE_PDF_NOT_OFFERED, "4201", _E, "the optional source PDF is not offered", RETRIEVE, 7),
    (C.DOCUMENT_TYPE_NOT_SUPPORTED, "4202", _E, "class or format code not supported", ED, 7),
    (C.TRANSCODING_FAILED, "4203", _E, "transcoding failed", RETRIEVE, 7),
    (C.QUERY_ARGUMENT_NOT_EVALUABLE, "4204", _E, "a query argument cannot be evaluated", LIST, 7),
    (C.ON_DEMAND_NOT_IMPLEMENTED, "4205", _E, "on-demand documents are not implemented", LIST, 7),
    (C.PATIENT_DIFFERS_FROM_TRC, "4206", _E, "the patient of the query is not the TRC's", XCA, 7),
    (C.DOCUMENT_ID_DIFFERS_FROM_TRC, None, _E, "PIN or prescription id is not the TRC's", XCA, 7),
    (C.NO_CONSENT, "4701", _E, "no consent", XCA | ED, 7),
    (C.STRONGER_AUTHENTICATION, "4702", _E, "stronger authentication demanded", ANY, 7),
    (C.INSUFFICIENT_RIGHTS, "4703", _E, "insufficient rights", ANY, 7),
    (C.HP_SIGNATURE_DEMANDED, "4704", _E, "signature of the professional on the document demanded", ED, 7),
    (C.POLICY_VIOLATION, None, _E, "policy violation", ANY, 7),
    (C.UNKNOWN_POLICY, None, _E, "unknown policy", ANY, 7),
    (C.XDS_MISSING_DOCUMENT, None, _E, "IHE: metadata without a document", RETRIEVE, 7),
    (C.XDS_REPOSITORY_ERROR, None, _E, "IHE: unspecific repository error", RETRIEVE, 7),
)
_LAST_GENERATION = {C.NO_EP_W7: 7, C.NO_PS_W7: 7}

ERRORS: Mapping[str, ErrorInfo] = MappingProxyType(
    {row[0].value: ErrorInfo(*row, until=_LAST_GENERATION.get(row[0])) for row in _ROWS}
)

ALIASES: Mapping[str, C] = MappingProxyType(
    {info.w6: info.code for info in ERRORS.values() if info.w6}
    # Germany's contact point writes this for a refusal for want of consent.
    | {"ERROR_NO_CONSENT": C.NO_CONSENT}
)
"""Other spellings met in the field (numbers of the 6.x code base, a national word) and the code meant."""


def canonical(code: str) -> str:
    """The current spelling of a received code; an unknown one is returned as it came."""
    return ALIASES.get(code, code)
