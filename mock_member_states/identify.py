"""ITI-55 at country A: who is meant, and the answer in the form of the standard or of the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element as Element

from mock_member_states.country import Country
from mock_member_states.patients import Patient
from mock_member_states.register import Register
from ncp.wire.errors import ErrorCode, NotValid
from ncp.wire.iti55 import (
    AckDetail,
    Candidate,
    Demographics,
    DiscoveryRequest,
    DiscoveryResponse,
    Reason,
    XcpdReason,
)
from ncp.wire.profile import Profile
from ncp.wire.reading import descend, optional_attribute
from ncp.wire.xcpd_reasons import reason as reason_of
from ncp.wire.xcpd_transmission import Instance
from schemas.namespaces import HL7, q


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an answer needs of its question; readable also from many questions that break their schema."""

    receiver: str
    request: Instance
    query: Instance
    asked: DiscoveryRequest | None = None

    @classmethod
    def of(cls, request: DiscoveryRequest) -> Envelope:
        return cls(
            receiver=request.sender,
            request=Instance(request.message_root, request.message_extension),
            query=Instance(request.query_id, request.query_extension),
            asked=request,
        )

    @classmethod
    def rescued(cls, message: Element) -> Envelope | None:
        """From a message that does not follow its schema; None if it does not even say who asks what."""
        try:
            sender = descend(message, q(HL7, "sender"), q(HL7, "device"), q(HL7, "id"))
            query = descend(
                message, q(HL7, "controlActProcess"), q(HL7, "queryByParameter"), q(HL7, "queryId")
            )
            request = _instance(descend(message, q(HL7, "id")))
            receiver, asked = optional_attribute(sender, "root"), _instance(query)
        except NotValid:
            return None
        return cls(receiver, request, asked) if receiver and request and asked else None


@dataclass(frozen=True, slots=True)
class Responder:
    """Writes answers of one country."""

    country: Country
    now: datetime
    new_id: Callable[[], str]

    def match(self, to: Envelope, found: tuple[Patient, ...]) -> DiscoveryResponse:
        """Everybody found; several are left to the asking side, which must let a human choose."""
        candidates = tuple(Candidate(patient.ids, patient.demographics) for patient in found)
        return self._answer(to, "AA", "deliveredResponse", "OK", candidates=candidates)

    def nobody(self, to: Envelope) -> DiscoveryResponse:
        detail = AckDetail(ErrorCode.NO_MATCH, "No patient matches the traits given")
        why = reason_of(XcpdReason.ANSWER_NOT_AVAILABLE)
        return self._answer(to, "AA", "deliveredResponse", "NF", detail=detail, reason=why)

    def refusal(
        self, to: Envelope, code: str, text: str, reason: XcpdReason = XcpdReason.INSUFFICIENT_RIGHTS
    ) -> DiscoveryResponse:
        return self._answer(to, "AE", "aborted", "AE", detail=AckDetail(code, text), reason=reason_of(reason))

    def no_identifier(self, to: Envelope) -> DiscoveryResponse:
        """The question names nobody: traits alone are not searched for."""
        is_7 = self.country.wire_profile is Profile.W7
        code = ErrorCode.PI_GENERIC if is_7 else ErrorCode.PI_MISSING_REQUIRED_FIELDS
        text = "At least one patient identifier is required"
        return self.refusal(to, code, text, XcpdReason.DEMOGRAPHICS_QUERY_NOT_ALLOWED)

    def _answer(
        self,
        to: Envelope,
        ack: str,
        status: str,
        response: str,
        *,
        candidates: tuple[Candidate, ...] = (),
        detail: AckDetail | None = None,
        reason: Reason | None = None,
    ) -> DiscoveryResponse:
        return DiscoveryResponse(
            message=Instance(self.new_id().removeprefix("urn:uuid:")),
            created=self.now,
            receiver=to.receiver,
            sender=self.country.home_community,
            request=to.request,
            query=to.query,
            ack_code=ack,
            candidates=candidates,
            details=(detail,) if detail else (),
            reason=reason,
            query_status=status,
            query_response=response,
            asked_ids=to.asked.ids if to.asked else (),
            asked=to.asked.demographics if to.asked else Demographics(),
        )


def identify(
    request: DiscoveryRequest, register: Register, responder: Responder
) -> tuple[DiscoveryResponse, tuple[Patient, ...]]:
    """Find whom a discovery means.

    Returns: the answer, and those found, whether or not the answer names them (consent is the caller's).
    """
    to, country = Envelope.of(request), responder.country
    if request.receiver != country.home_community:
        text = "The request is addressed to another country"
        wrong = responder.refusal(to, ErrorCode.PI_GENERIC, text, XcpdReason.ANSWER_NOT_AVAILABLE)
        return wrong, ()
    found = register.search(request.ids, request.demographics)
    return (responder.match(to, found) if found else responder.nobody(to)), found


def names_nobody(message: Element) -> bool:
    """Whether the question has a parameter list without any identifier, which its schema forbids."""
    try:
        query = descend(message, q(HL7, "controlActProcess"), q(HL7, "queryByParameter"))
        parameters = descend(query, q(HL7, "parameterList"))
    except NotValid:
        return False
    return parameters is not None and parameters.find(q(HL7, "livingSubjectId")) is None


def _instance(el: Element | None) -> Instance | None:
    root = optional_attribute(el, "root")
    return Instance(root, optional_attribute(el, "extension")) if root else None
