"""With which code and in which form a country answers a failed check.

`ours` is the one table of the simulated countries; `reference_exact` reproduces OpenNCP 7 and 9 column by
column, for testers who must see what those send. Source: wire specification 4.3, 6.4 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ncp.wire.assertion_rules import Problem, ProblemKind
from ncp.wire.errors import ErrorCode, Severity
from ncp.wire.iti55 import XcpdReason
from ncp.wire.profile import Profile
from ncp.wire.saml import AssertionKind


class Transaction(StrEnum):
    """The exchange that is refused."""

    IDENTIFY = "ITI-55"
    LIST = "ITI-38"
    RETRIEVE = "ITI-39"
    DISPENSE = "ITI-41"
    DISCARD = "ITI-41 discard"


class Shape(StrEnum):
    """The form of the refusal."""

    XCPD_ERROR = "AE message with a reason"
    FAILURE = "error list, status Failure"
    PARTIAL_SUCCESS = "error list, status PartialSuccess, no document"
    WITHOUT_STATUS = "list response without status and without errors"
    FAULT = "SOAP fault"


@dataclass(frozen=True, slots=True)
class Refusal:
    """How to answer.

    `reason` counts in XCPD only. `continues`: the reference notes the error and searches on; the status of
    the search wins over a warning.
    """

    shape: Shape
    code: ErrorCode
    reason: XcpdReason = XcpdReason.INSUFFICIENT_RIGHTS
    severity: Severity = Severity.ERROR
    continues: bool = False


_K, _C = ProblemKind, ErrorCode

_OURS: dict[ProblemKind, ErrorCode] = {
    _K.NO_HCP: _C.HPI_AUTHENTICATION_NOT_RECEIVED,
    _K.NO_TRC: _C.ASSERTION_NOT_VALID,
    _K.UNKNOWN_KIND: _C.SEC_DATA_INTEGRITY_NOT_ENSURED,
    _K.REPEATED_KIND: _C.SEC_DATA_INTEGRITY_NOT_ENSURED,
    _K.SCHEMA: _C.SEC_DATA_INTEGRITY_NOT_ENSURED,
    _K.TRUST: _C.SEC_DATA_INTEGRITY_NOT_ENSURED,
    _K.COUNTRY: _C.SEC_DATA_INTEGRITY_NOT_ENSURED,
    _K.FIELD: _C.HPI_GENERIC,
    _K.ROLE: _C.HPI_INSUFFICIENT_INFORMATION,
    _K.RIGHTS: _C.INSUFFICIENT_RIGHTS,
    _K.ADVICE: _C.TRC_DOES_NOT_MATCH_HCP,
    _K.PATIENT: _C.PATIENT_DIFFERS_FROM_TRC,
    _K.DOCUMENT_ID: _C.DOCUMENT_ID_DIFFERS_FROM_TRC,
}


def ours(problem: Problem, transaction: Transaction) -> Refusal:
    """The answer of a simulated country: one code per kind of problem, whatever the transaction."""
    code = _OURS[problem.kind]
    if problem.kind is ProblemKind.FIELD and problem.subject is not AssertionKind.HCP:
        code = ErrorCode.ASSERTION_NOT_VALID
    return Refusal(Shape.XCPD_ERROR if transaction is Transaction.IDENTIFY else Shape.FAILURE, code)


def reference_exact(problem: Problem, transaction: Transaction, profile: Profile) -> Refusal:
    """The answer of OpenNCP 7 (profile 7) or of the 9.0 pre-release (profiles 8 and 9)."""
    if problem.kind is ProblemKind.PATIENT:
        return _other_patient(transaction, profile)
    return _reference_7(problem, transaction) if profile is Profile.W7 else _reference_9(problem, transaction)


def _reference_9(problem: Problem, transaction: Transaction) -> Refusal:
    """Every failed assertion check has one code; the form is the transaction's."""
    code = ErrorCode.INSUFFICIENT_RIGHTS
    if transaction is Transaction.IDENTIFY:
        return Refusal(Shape.XCPD_ERROR, code)
    if transaction is Transaction.DISPENSE:
        return Refusal(Shape.FAILURE, code)
    if transaction is Transaction.DISCARD:
        return Refusal(Shape.FAILURE, ErrorCode.SEC_GENERIC)
    if problem.kind is ProblemKind.SCHEMA and problem.subject is None:  # the question, not an assertion
        return Refusal(Shape.FAILURE, code)
    return Refusal(Shape.WITHOUT_STATUS if transaction is Transaction.LIST else Shape.FAULT, code)


_TRUST_7: dict[Transaction, Refusal] = {
    Transaction.IDENTIFY: Refusal(Shape.XCPD_ERROR, _C.PI_GENERIC, XcpdReason.INTERNAL_ERROR),
    Transaction.LIST: Refusal(Shape.FAULT, _C.SEC_GENERIC),
    Transaction.RETRIEVE: Refusal(Shape.PARTIAL_SUCCESS, _C.SEC_GENERIC),
    Transaction.DISPENSE: Refusal(Shape.FAILURE, _C.SEC_GENERIC),
    Transaction.DISCARD: Refusal(Shape.FAILURE, _C.SEC_GENERIC),
}


def _reference_7(problem: Problem, transaction: Transaction) -> Refusal:
    if problem.kind in (ProblemKind.TRUST, ProblemKind.COUNTRY):
        return _TRUST_7[transaction]
    code = _code_7(problem, transaction)
    match transaction:
        case Transaction.IDENTIFY:
            return Refusal(Shape.XCPD_ERROR, code)
        case Transaction.LIST:
            return Refusal(Shape.FAILURE, code, continues=True)
        case Transaction.RETRIEVE:
            return Refusal(Shape.PARTIAL_SUCCESS, code)
        case Transaction.DISPENSE:
            return Refusal(Shape.FAILURE, code)
        case Transaction.DISCARD:
            return _TRUST_7[transaction]


def _code_7(problem: Problem, transaction: Transaction) -> ErrorCode:
    """Codes of 7: the role's own code is wrapped away, the schema's survives in XCPD only."""
    if problem.kind is ProblemKind.NO_HCP:
        return ErrorCode.HPI_AUTHENTICATION_NOT_RECEIVED
    if problem.kind in (ProblemKind.RIGHTS, ProblemKind.ADVICE):
        return ErrorCode.INSUFFICIENT_RIGHTS
    if problem.kind is ProblemKind.SCHEMA:
        in_xcpd = transaction is Transaction.IDENTIFY
        return ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED if in_xcpd else ErrorCode.INSUFFICIENT_RIGHTS
    return ErrorCode.HPI_GENERIC if problem.subject is AssertionKind.HCP else ErrorCode.ASSERTION_NOT_VALID


def _other_patient(transaction: Transaction, profile: Profile) -> Refusal:
    """The list answers as if nothing had been found: 7 searches on all the same, 9 stops."""
    if transaction is not Transaction.LIST:
        return Refusal(Shape.FAILURE, ErrorCode.PATIENT_DIFFERS_FROM_TRC)
    is_7 = profile is Profile.W7
    code = ErrorCode.NO_PS_W7 if is_7 else ErrorCode.PS_NOT_FOUND
    return Refusal(Shape.FAILURE, code, severity=Severity.WARNING, continues=is_7)
