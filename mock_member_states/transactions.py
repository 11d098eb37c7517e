"""The transactions that ask, each with its question, its rights, its answer and its way to refuse."""

from __future__ import annotations

from lxml.etree import _Element as Element

from mock_member_states import retrieving
from mock_member_states.call import Service
from mock_member_states.checks import Credentials, NotAccepted
from mock_member_states.identify import Envelope, Responder, identify, names_nobody
from mock_member_states.listing import EP, list_documents, offered
from mock_member_states.patients import Patient
from mock_member_states.refusals import Refusal, Shape, Transaction
from mock_member_states.situation import NoConsent, Situation, consent_error, trc_of
from mock_member_states.submitting import Submission
from ncp.wire import iti38, iti39, iti55
from ncp.wire.assertion_rules import Problem, ProblemKind, patient_problems
from ncp.wire.errors import ErrorCode, NotValid, NotValidKind, Severity
from ncp.wire.iti38 import ListRequest, ListResponse
from ncp.wire.iti39 import RetrieveRequest, RetrieveResponse
from ncp.wire.iti55 import DiscoveryRequest, DiscoveryResponse
from ncp.wire.permissions import OPERATION_BY_CLASS_CODE, Operation
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status, context
from ncp.wire.saml import AssertionKind
from schemas.namespaces import HL7, QUERY, XDSB, q


class Discovery:
    """ITI-55."""

    transaction = Transaction.IDENTIFY
    action, answer_action = iti55.ACTION, iti55.ANSWER_ACTION

    def __init__(self, body: Element, at: Situation) -> None:
        self._at = at
        self._responder = Responder(at.country, at.now, at.new_id)
        self._request: DiscoveryRequest | None = None
        self.invalid: NotValid | None = None
        try:
            self._request = DiscoveryRequest.from_xml(body)
            at.entry.patient = " ".join(one.cx() for one in self._request.ids) or None
        except NotValid as error:
            self.invalid = error
        envelope = Envelope.of(self._request) if self._request else Envelope.rescued(body)
        if envelope is None:  # there is nobody to address an answer to
            raise self.invalid or NotValid("not readable", kind=NotValidKind.XSD)
        self._to = envelope
        self._names_nobody = names_nobody(body)
        if self._names_nobody:  # has an answer of its own, although the schema refuses it too
            self.invalid = None

    def operations(self) -> list[Operation]:
        return [Operation.IDENTIFY]

    def perform(self, credentials: Credentials) -> Element:
        """Raises: NoConsent: those found have not agreed."""
        answer, found = self._searched()
        agreed = tuple(patient for patient in found if patient.consent)
        if found and not agreed:
            raise NoConsent
        if answer.candidates and agreed != found:
            answer = self._responder.match(self._to, agreed)
        self._at.entry.codes = [answer.detail_code] if answer.detail_code else []
        self._at.entry.outcome = "success" if answer.ack_code == "AA" else "refused"
        return answer.to_xml(self._at.profile, reference_exact=self._at.exact)

    def _searched(self) -> tuple[DiscoveryResponse, tuple[Patient, ...]]:
        if self._request is None or self._names_nobody:
            return self._responder.no_identifier(self._to), ()
        return identify(self._request, self._at.register, self._responder)

    def refuse(self, refusal: Refusal, text: str) -> Element:
        answer = self._responder.refusal(self._to, refusal.code, text, refusal.reason)
        return answer.to_xml(self._at.profile, reference_exact=self._at.exact)

    def no_consent(self) -> Element:
        is_7 = self._at.profile is Profile.W7
        code = ErrorCode.PI_GENERIC if is_7 else ErrorCode.WARNING_PI_NO_CONSENT
        self._at.entry.codes = [code]
        answer = self._responder.refusal(self._to, code, "The patient has not consented")
        return answer.to_xml(self._at.profile, reference_exact=self._at.exact)


class Listing:
    """ITI-38."""

    transaction = Transaction.LIST
    action, answer_action = iti38.ACTION, iti38.ANSWER_ACTION

    def __init__(self, body: Element, at: Situation) -> None:
        self._at = at
        self._request: ListRequest | None = None
        self.invalid: NotValid | None = None
        try:
            self._request = ListRequest.from_xml(body)
            at.entry.patient = self._request.patient.cx()
        except NotValid as error:
            self.invalid = error

    def operations(self) -> list[Operation]:
        codes = self._request.class_codes if self._request else ()
        return [OPERATION_BY_CLASS_CODE.get(code, Operation.PATIENT_SUMMARY) for code in codes] or [
            Operation.PATIENT_SUMMARY
        ]

    def perform(self, credentials: Credentials) -> Element:
        """Raises: NotAccepted: another patient than the TRC's. NoConsent."""
        assert self._request is not None
        if problems := patient_problems(trc_of(credentials), self._request.patient):
            raise NotAccepted(problems, credentials)
        patient = self._at.register.patient(self._request.patient)
        if patient is not None and not patient.consent:
            raise NoConsent
        return self._written(self._found())

    def _found(self) -> ListResponse:
        assert self._request is not None
        answer = list_documents(self._request, self._at)
        self._at.entry.documents = [one.unique_id for one in answer.entries]
        self._at.entry.codes = [error.code for error in answer.errors]
        self._at.entry.outcome = "success"
        return answer

    def refuse(self, refusal: Refusal, text: str) -> Element:
        error = RegistryError(refusal.code, text, refusal.severity)
        if refusal.continues and self._request is not None:  # OpenNCP 7: noted, and searched all the same
            found = self._found()
            self._at.entry.codes = [refusal.code, *self._at.entry.codes]
            both = (error, *found.errors)
            # A patient who is not the TRC's is only noted; a failed assertion fails the answer all the same.
            status = found.status if refusal.severity is Severity.WARNING else Status.FAILURE
            return self._written(ListResponse(status, found.entries, found.associations, both))
        return self._written(ListResponse(Status.FAILURE, errors=(error,)))

    def without_status(self) -> Element:
        """What the 9.0 pre-release sends when an assertion fails."""
        return ListResponse(None).to_xml(self._at.profile, reference_exact=True)

    def no_consent(self) -> Element:
        error = consent_error(self._at)
        return self._written(ListResponse(Status.FAILURE, errors=(error,)))

    def _written(self, answer: ListResponse) -> Element:
        return answer.to_xml(self._at.profile, reference_exact=self._at.exact)


class Retrieval:
    """ITI-39. Like the reference, only the first document of a request is given."""

    transaction = Transaction.RETRIEVE
    action, answer_action = iti39.ACTION, iti39.ANSWER_ACTION

    def __init__(self, body: Element, at: Situation) -> None:
        self._at = at
        self._request: RetrieveRequest | None = None
        self.invalid: NotValid | None = None
        try:
            self._request = RetrieveRequest.from_xml(body)
            at.entry.documents = [self._request.documents[0].document]
        except NotValid as error:
            self.invalid = error

    def operations(self) -> list[Operation]:
        """By the class of every document of that id; of none, a prescription's id still tells itself."""
        wanted = self._request.documents[0].document if self._request else ""
        documents = self._at.register.documents
        classes = {one.header.class_code for one in documents if one.header.unique_id == wanted}
        if EP in offered(self._at.country) and not classes and self._at.prescriptions.names(wanted):
            classes = {EP}
        found = {OPERATION_BY_CLASS_CODE.get(code, Operation.PATIENT_SUMMARY) for code in classes}
        return sorted(found) or [Operation.PATIENT_SUMMARY]

    def perform(self, credentials: Credentials) -> Element:
        """Raises: NotAccepted: the document is another patient's. NoConsent."""
        assert self._request is not None
        wanted, asked = self._request.documents[0], trc_of(credentials).patient
        self._at.entry.patient = asked.cx()
        patient = self._at.register.patient(asked)
        if patient is not None and not patient.consent:
            raise NoConsent
        found = retrieving.find(wanted, asked, self._at)
        if found.belongs_to_another:
            text = "the document belongs to another patient than the TRC's"
            raise NotAccepted([Problem(ProblemKind.PATIENT, AssertionKind.TRC, text)], credentials)
        if found.content is None:
            self._at.entry.codes, self._at.entry.outcome = [ErrorCode.XDS_MISSING_DOCUMENT], "refused"
            return retrieving.missing().to_xml(self._at.profile)
        answer = retrieving.deliver(wanted, found.content, self._at.country)
        self._at.entry.outcome = "success"
        return answer.to_xml(self._at.profile)

    def refuse(self, refusal: Refusal, text: str) -> Element:
        partial = refusal.shape is Shape.PARTIAL_SUCCESS
        status = Status.PARTIAL_SUCCESS if partial else Status.FAILURE
        said = context(text, "", self._at.profile, retrieve=True)
        error = RegistryError(refusal.code, said, refusal.severity)
        return RetrieveResponse(status, errors=(error,)).to_xml(self._at.profile)

    def no_consent(self) -> Element:
        error = consent_error(self._at)
        return RetrieveResponse(Status.FAILURE, errors=(error,)).to_xml(self._at.profile)


Kind = type[Discovery] | type[Listing] | type[Retrieval] | type[Submission]
_HANDLERS: dict[tuple[Service, str], Kind] = {
    (Service.XCPD, q(HL7, "PRPA_IN201305UV02")): Discovery,
    (Service.XCA, q(QUERY, "AdhocQueryRequest")): Listing,
    (Service.XCA, q(XDSB, "RetrieveDocumentSetRequest")): Retrieval,
    (Service.XDR, q(XDSB, "ProvideAndRegisterDocumentSetRequest")): Submission,
}


def handler_of(service: Service, body: Element) -> Kind:
    """By the payload first; the action is compared afterwards.

    Raises: NotValid (UNKNOWN_OPERATION): this service has no such operation.
    """
    found = _HANDLERS.get((service, str(body.tag)))
    if found is None:
        raise NotValid(
            "this service has no such operation", where="Body", kind=NotValidKind.UNKNOWN_OPERATION
        )
    return found
