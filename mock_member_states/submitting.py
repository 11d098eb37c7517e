"""ITI-41 at country A: a dispensation is entered, or taken back, if nothing speaks against it.

Source: wire specification 6.5 to 6.8.
"""

from __future__ import annotations

from lxml.etree import _Element as Element

from mock_member_states.checks import Credentials, NotAccepted
from mock_member_states.dispensation_judgement import spoken
from mock_member_states.dispensation_kept import NotAvailable, Rejection
from mock_member_states.dispensation_reading import NotADispensation, Received, document_id, read
from mock_member_states.patients import Patient
from mock_member_states.prescription_register import NO_MATCH, Dispenser
from mock_member_states.refusals import Refusal, Transaction
from mock_member_states.situation import NoConsent, Situation, trc_of
from ncp.wire import iti41
from ncp.wire.assertion_rules import Problem, ProblemKind, patient_problems
from ncp.wire.errors import ErrorCode, NotValid, Severity
from ncp.wire.iti41 import ProvideRequest, ProvideResponse
from ncp.wire.permissions import Operation
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status, context
from ncp.wire.saml import AssertionKind
from ncp.wire.submission_kinds import SubmissionKind

_URN_OID, _URN_HL7II = "urn:oid:", "urn:hl7ii:"


class Submission:
    """ITI-41. What cannot be read is answered in the codes of dispensations, after the assertions."""

    transaction = Transaction.DISPENSE
    action, answer_action = iti41.ACTION, iti41.ANSWER_ACTION

    def __init__(self, body: Element, at: Situation) -> None:
        self._at = at
        self._request: ProvideRequest | None = None
        self._broken: NotValid | None = None
        self.invalid: NotValid | None = None
        try:
            self._request = ProvideRequest.from_xml(body)
            at.entry.patient = self._request.patient.cx()
            at.entry.documents = [self._request.document.unique_id]
            at.entry.remarks = [f"{each.where}: {each.what}" for each in self._request.findings]
        except NotValid as error:
            self._broken = error
        if self._kind is SubmissionKind.DISCARD:
            self.transaction = at.entry.transaction = Transaction.DISCARD

    @property
    def _kind(self) -> SubmissionKind | None:
        return self._request.kind if self._request else None

    def operations(self) -> list[Operation]:
        return [Operation.DISCARD if self._kind is SubmissionKind.DISCARD else Operation.DISPENSE]

    def perform(self, credentials: Credentials) -> Element:
        """Raises: NotAccepted: another patient than the TRC's. NoConsent."""
        if self._request is None:
            text = f"the request is not valid: {self._broken}"
            return self._rejected(Rejection(ErrorCode.ED_INCORRECT_FORMATTING, text))
        if self._kind is None:
            text = "the format code is not supported"
            return self._rejected(Rejection(ErrorCode.DOCUMENT_TYPE_NOT_SUPPORTED, text))
        if problems := patient_problems(trc_of(credentials), self._request.patient):
            raise NotAccepted(problems, credentials)
        patient = self._at.register.patient(self._request.patient)
        if patient is None:
            return self._rejected(NO_MATCH)
        if not patient.consent:
            raise NoConsent
        try:
            return self._done(self._request, patient, credentials)
        except NotAvailable as error:
            self._at.entry.reason = str(error)
            return self._rejected(self._not_stored())

    def _done(self, request: ProvideRequest, patient: Patient, credentials: Credentials) -> Element:
        by = self._dispenser(credentials)
        if request.kind is SubmissionKind.DISCARD:
            return self._discarded(request, by)
        try:
            received = read(request.content)
        except NotADispensation as error:
            code = ErrorCode.ED_INCORRECT_FORMATTING if error.structured else ErrorCode.PIVOT_DOCUMENT_MISSING
            return self._rejected(Rejection(code, str(error)))
        register = self._at.register
        named = [one for each in received.patients if (one := register.patient(each)) is not None]
        if not named or any(one != patient for one in named):
            text = "the document belongs to another patient than the TRC's"
            raise NotAccepted([Problem(ProblemKind.PATIENT, AssertionKind.TRC, text)], credentials)
        rejection = self._at.prescriptions.dispense(
            received,
            request.content,
            request.submission_set.unique_id,
            by=by,
            is_mine=lambda held: register.patient(held.patient) == patient,
            now=self._at.now,
        )
        if rejection is not None:
            return self._rejected(rejection)
        return self._accepted(_warnings(received, by))

    def _discarded(self, request: ProvideRequest, by: Dispenser) -> Element:
        named = document_id(request.content)
        if named is None:
            text = "the document has no id"
            return self._rejected(Rejection(ErrorCode.ED_DISCARD_FAILED, text))
        rejection = self._at.prescriptions.discard(
            named, request.submission_set.unique_id, by=by, now=self._at.now
        )
        return self._accepted(()) if rejection is None else self._rejected(rejection)

    def _dispenser(self, credentials: Credentials) -> Dispenser:
        assert credentials.hcp is not None  # `authorise` has demanded it
        hcp = credentials.hcp
        return Dispenser(
            country=self._at.entry.sender or "",
            organisation=(hcp.organization_id or "").strip(),
            professional=hcp.name_id,
            patient=trc_of(credentials).patient.cx(),
        )

    def _not_stored(self) -> Rejection:
        is_7 = self._at.profile is Profile.W7
        code = ErrorCode.ED_EDISPENSATION_NOT_STORED if is_7 else ErrorCode.ED_REGISTRY_NOT_AVAILABLE
        return Rejection(code, "the register of prescriptions cannot be reached")

    def _accepted(self, warnings: tuple[RegistryError, ...]) -> Element:
        self._at.entry.outcome = "success"
        self._at.entry.codes = [each.code for each in warnings]
        return ProvideResponse(Status.SUCCESS, warnings).to_xml(self._at.profile)

    def _rejected(self, rejection: Rejection) -> Element:
        said = spoken(rejection, self._at.profile)
        self._at.entry.outcome, self._at.entry.codes = "refused", [said.code]
        self._at.entry.reason = self._at.entry.reason or said.text
        return self._failure(RegistryError(said.code, self._context(said.text)))

    def _context(self, text: str) -> str:
        """With the document's id, which the reference puts there; from 8 behind the description."""
        named = self._request.document.unique_id if self._request else ""
        return context(text, named, self._at.profile)

    def refuse(self, refusal: Refusal, text: str) -> Element:
        return self._failure(RegistryError(refusal.code, text, refusal.severity))

    def no_consent(self) -> Element:
        code = self._at.profile.dispensation_consent_code
        self._at.entry.codes = [code]
        return self._failure(RegistryError(code, "The patient has not consented"))

    def _failure(self, error: RegistryError) -> Element:
        return ProvideResponse(Status.FAILURE, (error,)).to_xml(self._at.profile)


def _warnings(received: Received, by: Dispenser) -> tuple[RegistryError, ...]:
    """An organisation in the document that is not the one of the assertion is accepted, and said."""
    own = by.organisation.removeprefix(_URN_OID).removeprefix(_URN_HL7II).replace(":", "^")
    if not received.organisations or own in received.organisations:
        return ()
    text = "the organisation in the document is not the one in the assertion"
    return (RegistryError(ErrorCode.WARNING_ED_GENERIC, text, Severity.WARNING),)
