"""One request in, one answer out: a contact point of country A without sockets, clock or randomness.

Order: client certificate, MIME and envelope, operation, repetition, signatures, content and rights, schema of
the question, and only then the question itself. Whatever goes wrong has an answer and an audit entry.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml.etree import _Element as Element

from mock_member_states.audit_trail import Entry
from mock_member_states.call import Answer, Call
from mock_member_states.checks import Checker, Credentials, NotAccepted
from mock_member_states.refusals import Shape, ours, reference_exact
from mock_member_states.situation import Handler, NoConsent, Situation
from mock_member_states.state import MemberState
from mock_member_states.transactions import Listing, Retrieval, handler_of
from ncp.wire import media_type, mtom, soap
from ncp.wire.assertion_rules import Problem, ProblemKind
from ncp.wire.errors import NotValid, NotValidKind, Untrusted
from ncp.wire.profile import Profile
from ncp.wire.soap import FaultCode, FaultReceived, Message

_log = structlog.get_logger("mock_member_states.answer")
_LONGEST_ID = 200  # a real MessageID has 45 characters; it is logged, audited and remembered
_STATUS = {FaultCode.SENDER: 400}  # SOAP 1.2 HTTP binding; every other fault is a 500


def answer(call: Call, state: MemberState, *, now: datetime, new_id: Callable[[], str]) -> Answer:
    """Answer one request. Never raises for anything that a sender can do.

    Args: new_id: a fresh `urn:uuid:...` at each call.
    """
    entry = Entry(at=now, sender_certificate=_fingerprint(call.certificate))
    work = _Work(call, state, now, new_id, entry)
    try:
        return work.run()
    except NotValid as error:
        code, subcode = soap.fault_for(error)
        return work.fault(code, str(error), subcode)
    except FaultReceived:
        return work.fault(FaultCode.SENDER, "a fault is no request")
    except Exception as error:  # the next request must be served, whatever this one found
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
        _log.error("unexpected failure", kind=type(error).__name__, where=where)
        return work.fault(FaultCode.RECEIVER, "internal error")


def http_refusal(entry: Entry, text: str, new_id: Callable[[], str]) -> Answer:
    """A fault in place of an answer that must not leave."""
    body = soap.fault(code=FaultCode.RECEIVER, reason=text, message_id=new_id(), relates_to=entry.message_id)
    return Answer(500, media_type.soap_content_type(_SOAP_FAULT), body, entry)


_SOAP_FAULT = "http://www.w3.org/2005/08/addressing/soap/fault"


@dataclass(slots=True)
class _Work:
    """One request being worked on."""

    call: Call
    state: MemberState
    now: datetime
    new_id: Callable[[], str]
    entry: Entry

    def run(self) -> Answer:
        trust = self.state.trust()
        try:
            self.entry.sender, warnings = trust.check_client(self.call.certificate, self.now)
            self.entry.remarks = list(warnings)
        except Untrusted as error:
            self.entry.outcome, self.entry.codes, self.entry.reason = "refused", [error.reason], error.context
            text = f"client certificate refused: {error.reason}"
            return Answer(403, "text/plain; charset=utf-8", text.encode(), self.entry)
        message = mtom.message(self.call.content_type, self.call.body)
        if len(message.message_id) > _LONGEST_ID:
            raise NotValid("is too long", where="wsa:MessageID", kind=NotValidKind.HEADER_INVALID)
        self.entry.message_id = message.message_id
        handler = self._handler(message)
        if not self.state.replay.is_new(self.entry.sender, message.message_id, self.call.body, self.now):
            text = "this MessageID was used before"
            raise NotValid(text, where="wsa:MessageID", kind=NotValidKind.HEADER_INVALID)
        if not message.has_security:
            raise NotValid("is missing", where="wsse:Security", kind=NotValidKind.SECURITY_MISSING)
        country = self.state.country
        checker = Checker(trust, self.entry.sender, self.now, country.wire_profile, country.reference_exact)
        return self._judged(message, handler, checker)

    def _handler(self, message: Message) -> Handler:
        kind = handler_of(self.call.service, message.body)
        self.entry.transaction = kind.transaction
        named = {message.action, *filter(None, (self._http_action(),))}
        if named != {kind.action}:
            text = "the action does not fit the payload"
            raise NotValid(text, where="wsa:Action", kind=NotValidKind.UNKNOWN_OPERATION)
        state = self.state
        at = Situation(
            state.country, state.register(), state.prescriptions, self.now, self.new_id, self.entry
        )
        return kind(message.body, at)

    def _http_action(self) -> str | None:
        """The action that HTTP names: a parameter of the content type, else the SOAPAction header."""
        return media_type.action_of(self.call.content_type, self.call.soap_action)

    def _judged(self, message: Message, handler: Handler, checker: Checker) -> Answer:
        try:
            operations = handler.operations()
            credentials = checker.authenticate(message.assertions, operations[0])
            self._note(credentials)
            checker.authorise(credentials, operations)
            if handler.invalid is not None:
                problem = Problem(ProblemKind.SCHEMA, None, f"the request is not valid: {handler.invalid}")
                raise NotAccepted([problem], credentials)
            body = handler.perform(credentials)
        except NotAccepted as refused:
            self._note(refused.credentials)
            return self._refused(message, handler, refused)
        except NoConsent:
            self.entry.outcome, self.entry.reason = "refused", "no consent"
            body = handler.no_consent()
        return self._answered(message, handler, soap_body=body)

    def _refused(self, message: Message, handler: Handler, refused: NotAccepted) -> Answer:
        problem, country = refused.problems[0], self.state.country
        refusal = (
            reference_exact(problem, handler.transaction, country.wire_profile)
            if country.reference_exact
            else ours(problem, handler.transaction)
        )
        self.entry.outcome, self.entry.codes = "refused", [refusal.code]
        self.entry.reason = str(refused)
        if refusal.shape is Shape.FAULT:
            code = FaultCode.RECEIVER if country.wire_profile is Profile.W7 else FaultCode.SENDER
            return self.fault(code, problem.text)
        if refusal.shape is Shape.WITHOUT_STATUS and isinstance(handler, Listing):
            return self._answered(message, handler, soap_body=handler.without_status())
        return self._answered(message, handler, soap_body=handler.refuse(refusal, problem.text))

    def _answered(self, message: Message, handler: Handler, *, soap_body: Element) -> Answer:
        profile = self.state.country.wire_profile
        envelope = soap.response(
            action=handler.answer_action,
            message_id=self.new_id(),
            relates_to=message.message_id,
            body=soap_body,
            profile=profile,
        )
        content_type = media_type.soap_content_type(handler.answer_action)
        if isinstance(handler, Retrieval) and profile.retrieve_response_is_mtom:
            boundary = "uuid_" + self.new_id().removeprefix("urn:uuid:")
            content_type, envelope = mtom.pack(envelope, boundary=boundary, action=handler.answer_action)
        return Answer(200, content_type, envelope, self.entry)

    def fault(self, code: FaultCode, reason: str, subcode: str | None = None) -> Answer:
        """Written down as a fault unless a refusal has been written down already."""
        if self.entry.outcome != "refused":
            self.entry.outcome, self.entry.reason = "fault", reason
        self.entry.codes = self.entry.codes or [f"{code.value}{f'/{subcode}' if subcode else ''}"]
        body = soap.fault(
            code=code,
            reason=reason,
            message_id=self.new_id(),
            relates_to=self.entry.message_id,
            subcode=subcode,
        )
        action = _SOAP_FAULT.replace("/soap", "") if subcode else _SOAP_FAULT
        return Answer(_STATUS.get(code, 500), media_type.soap_content_type(action), body, self.entry)

    def _note(self, credentials: Credentials) -> None:
        """What has been verified goes into the audit line, also when the request is refused."""
        if credentials.hcp is not None:
            hcp = credentials.hcp
            self.entry.professional, self.entry.role = hcp.name_id, hcp.role.code
            self.entry.organization, self.entry.purpose = hcp.organization_id, hcp.purpose
            self.entry.on_behalf_of = hcp.on_behalf_of
        read = (credentials.hcp, credentials.trc, credentials.nok)
        flags = {flag.value for one in read if one is not None for flag in one.flags}
        self.entry.remarks = sorted({*self.entry.remarks, *flags})
        if credentials.trc is not None and self.entry.patient is None:
            self.entry.patient = credentials.trc.patient.cx()


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()
