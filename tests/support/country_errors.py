"""A country that answers with an error of our choice: put into its own answer, sent in its own form."""

from __future__ import annotations

from dataclasses import replace

from ncp.exchange import Operation
from ncp.wire import mtom, soap
from ncp.wire.errors import ERRORS, TRANSFORMATION, ErrorCode, Severity, Where
from ncp.wire.iti38 import ListResponse
from ncp.wire.iti39 import RetrieveResponse
from ncp.wire.iti55 import AckDetail, DiscoveryResponse, XcpdReason
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from ncp.wire.xcpd_reasons import reason

LEGS = {
    Operation.IDENTIFY: frozenset({Where.XCPD}),
    Operation.LIST: frozenset({Where.PS_LIST, Where.EP_LIST, Where.ORCD_LIST}),
    Operation.RETRIEVE: frozenset({Where.PS_RETRIEVE, Where.EP_RETRIEVE, Where.ORCD_RETRIEVE}),
}
_MESSAGES = {
    Operation.IDENTIFY: DiscoveryResponse,
    Operation.LIST: ListResponse,
    Operation.RETRIEVE: RetrieveResponse,
}
#: Which country's profile sends it: 7 what it has always sent, 9 what came with it.
COUNTRY = {7: "PT", 9: "CZ"}


def codes(operation, severity=None):
    """Every code of the table that this exchange can carry, sorted."""
    return sorted(
        code
        for code, info in ERRORS.items()
        if info.where & LEGS[operation] and severity in (None, info.severity)
    )


def severity_of(code) -> Severity:
    return (ERRORS if code in ERRORS else TRANSFORMATION)[code].severity


def country_of(code) -> str:
    return COUNTRY[ERRORS[code].since if code in ERRORS else 7]


def rewritten(operation, profile: Profile, change):
    """A damage: the answer to `operation`, changed by `change` as a message and written again."""

    def damage(asked, answer):
        if asked is not operation:
            return answer
        received = mtom.message(answer.header("Content-Type"), answer.body)
        changed = change(_MESSAGES[operation].from_xml(received.body))
        body = soap.response(
            action=received.action,
            message_id=received.message_id,
            relates_to=received.relates_to,
            body=changed.to_xml(profile),
            profile=profile,
        )
        headers = (("Content-Type", f'application/soap+xml; charset=UTF-8; action="{received.action}"'),)
        return replace(answer, headers=headers, body=body)

    return damage


def refusing_to_identify(code):
    """The country's answer turned into a refusal with this code."""
    why = XcpdReason.ANSWER_NOT_AVAILABLE if code == ErrorCode.NO_MATCH else XcpdReason.INSUFFICIENT_RIGHTS

    def change(answer):
        return replace(
            answer,
            ack_code="AE",
            candidates=(),
            details=(AckDetail(code, "In the country's words"),),
            reason=reason(why),
            query_status="aborted",
            query_response="AE",
        )

    return change


def remarking(code, *, empty: bool = False):
    """A registry error with this code and its own severity, beside the documents or instead of them."""
    error = RegistryError(code, "In the country's words^national detail", severity_of(code), "Some.class:1")

    def change(answer):
        status = Status.FAILURE if empty or error.severity is Severity.ERROR else Status.SUCCESS
        changed = replace(answer, status=status, errors=(*answer.errors, error))
        if not empty:
            return changed
        if isinstance(answer, ListResponse):
            return replace(changed, entries=(), associations=())
        return replace(changed, documents=())

    return change
