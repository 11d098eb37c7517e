"""Sends wrong assertions to a member state with every operation, and checks what holds for each refusal."""

from __future__ import annotations

from dataclasses import replace

from mock_member_states.call import Service
from mock_member_states.certificate_issuing import Role
from ncp.wire import xmldsig
from ncp.wire.iti38 import ListResponse
from ncp.wire.iti39 import RetrieveResponse
from ncp.wire.iti55 import DiscoveryResponse, XcpdReason
from ncp.wire.registry import Status
from tests.support.chain import RICH, Asker, body_of, identity

PATIENT = RICH["PT"]
INTEGRITY = "ERROR_SEC_DATA_INTEGRITY_NOT_ENSURED"
OPERATIONS = ("identify", "list", "retrieve")
NEEDS_TRC = ("list", "retrieve")


def hcp_and_trc(ask, **changes):
    """The HCP assertion with `changes`, and a good TRC on top of it."""
    own = Asker(ask.member, hcp=replace(ask.hcp, **changes))
    return own.assertions(PATIENT)


def sealed(tree) -> bytes:
    """An assertion given as a tree, signed with the Norwegian seal."""
    pair = identity("NO", Role.SEAL)
    return xmldsig.sign(tree, key=pair.key, certificate=pair.certificate)


class Refusing:
    """Portugal, asked with wrong assertions: each refusal is audited once, and good requests go on."""

    def __init__(self, member) -> None:
        self.member = member
        self.document = Asker(member).list(PATIENT).entries[0].unique_id

    def __call__(self, assertions, operations=OPERATIONS, **asker) -> str:
        """The code with which every one of `operations` is refused."""
        ask = Asker(self.member, **asker)
        codes = set()
        for operation in operations:
            before = len(self.member.audit)
            codes.add(self._refusal(ask, operation, list(assertions)))
            lines = self.member.audit[before:]
            assert len(lines) == 1 and lines[0]["outcome"] == "refused", lines
            assert lines[0]["codes"] and lines[0]["reason"]
        assert ask.is_served()
        (code,) = codes
        return code

    def _refusal(self, ask, operation, assertions) -> str:
        if operation == "identify":
            answered = ask.call(Service.XCPD, ask.discovery_bytes(PATIENT, assertions=assertions))
            answer = DiscoveryResponse.from_xml(body_of(answered))
            assert (answer.candidates, answer.ack_code, answer.query_response) == ((), "AE", "AE")
            assert answer.reason.code == XcpdReason.INSUFFICIENT_RIGHTS
            code = answer.detail_code
        elif operation == "list":
            answered = ask.call(Service.XCA, ask.list_bytes(PATIENT, assertions=assertions))
            answer = ListResponse.from_xml(body_of(answered))
            assert (answer.status, answer.entries) == (Status.FAILURE, ())
            code = answer.errors[0].code
        else:
            body = ask.retrieve_bytes(ask.wanted(self.document), PATIENT, assertions=assertions)
            answered = ask.call(Service.XCA, body)
            answer = RetrieveResponse.from_xml(body_of(answered))
            assert (answer.status, answer.documents) == (Status.FAILURE, ())
            code = answer.errors[0].code
        assert answered.status == 200
        return code
