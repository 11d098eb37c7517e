"""ITI-55 Cross Gateway Patient Discovery, the question: HL7 PRPA_IN201305UV02.

The answer is in `ncp.wire.iti55_answer`; its names are offered here too.
Source: IHE ITI TF-2 3.55; wire specification 5.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Self, TypeAlias

from lxml import etree

from ncp.wire.building import add, root
from ncp.wire.checked import strict
from ncp.wire.errors import ErrorCode
from ncp.wire.iti55_answer import DiscoveryResponse
from ncp.wire.iti55_candidate import Candidate
from ncp.wire.iti55_outcome import Match, NoMatch, Outcome, RefusedBy
from ncp.wire.iti55_reason import AckDetail
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.reading import descend, expect, not_valid, only_child
from ncp.wire.xcpd_demographics import Demographics
from ncp.wire.xcpd_query import identifier, read_parameters, write_parameters
from ncp.wire.xcpd_reasons import Branch, Reason, XcpdReason, reason
from ncp.wire.xcpd_transmission import (
    INTERACTIONS,
    NSMAP,
    H,
    Instance,
    read_created,
    read_device,
    read_instance,
    read_represented,
    write_device,
    write_wrapper,
)
from schemas.validate import Schema

__all__ = [
    "ACTION",
    "ANSWER_ACTION",
    "AckDetail",
    "Branch",
    "Candidate",
    "Demographics",
    "DiscoveryRequest",
    "DiscoveryResponse",
    "Instance",
    "Match",
    "NoMatch",
    "Outcome",
    "Reason",
    "RefusedBy",
    "XcpdReason",
    "found",
    "nobody",
    "refused",
]

Element: TypeAlias = etree._Element
ACTION = "urn:hl7-org:v3:PRPA_IN201305UV02:CrossGatewayPatientDiscovery"
ANSWER_ACTION = "urn:hl7-org:v3:PRPA_IN201306UV02:CrossGatewayPatientDiscovery"


@dataclass(frozen=True, slots=True)
class DiscoveryRequest:
    """Who has these identifiers and traits?

    Attributes:
        receiver, sender: home OIDs of the country asked and of the country that asks.
        message_root, message_extension: the message's id; a UUID and, from OpenNCP, ten digits.
        query_id:         root of the query's id (an OID or UUID); `query_extension` goes with it.
        created:          with an offset; written in UTC to the millisecond.
        ids:              in the order of the country's search mask; a request without any can be read,
                          so that it can be answered DemographicsQueryNotAllowed.
    """

    receiver: str
    sender: str
    message_root: str
    message_extension: str | None
    query_id: str
    created: datetime
    ids: tuple[PatientId, ...]
    demographics: Demographics = Demographics()
    query_extension: str | None = None

    def to_xml(self, profile: Profile) -> Element:
        """Write PRPA_IN201305UV02; the form is the same in every profile.

        Raises:  NotValid: a value that the schema or XML itself does not allow.
        """
        message = root(f"{H}PRPA_IN201305UV02", NSMAP, {"ITSVersion": "XML_1.0"})
        write_wrapper(message, Instance(self.message_root, self.message_extension), self.created, "AL")
        write_device(message, "receiver", self.receiver)
        write_device(message, "sender", self.sender)
        act = add(message, f"{H}controlActProcess", {"classCode": "CACT", "moodCode": "EVN"})
        # OpenNCP puts the OID into codeSystemName only; codeSystem is where HL7 wants it.
        trigger = {"code": "PRPA_TE201305UV02", "codeSystem": INTERACTIONS, "codeSystemName": INTERACTIONS}
        add(act, f"{H}code", trigger)
        author = add(act, f"{H}authorOrPerformer", {"typeCode": "AUT"})
        add(author, f"{H}assignedPerson", {"classCode": "ASSIGNED"})
        query = add(act, f"{H}queryByParameter")
        add(query, f"{H}queryId", Instance(self.query_id, self.query_extension).attributes())
        add(query, f"{H}statusCode", {"code": "new"})
        add(query, f"{H}responseModalityCode", {"code": "R"})
        add(query, f"{H}responsePriorityCode", {"code": "I"})
        add(query, f"{H}matchCriterionList")
        write_parameters(query, self.ids, self.demographics)
        return strict(message, Schema.XCPD_REQUEST)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Read PRPA_IN201305UV02, strictly.

        Raises:  NotValid: the schema refuses it, a value has the wrong form, or a device stands for
                 another organisation than its own.
        """
        _validate(expect(el, f"{H}PRPA_IN201305UV02"))
        query = only_child(only_child(el, f"{H}controlActProcess"), f"{H}queryByParameter")
        ids, demographics = read_parameters(only_child(query, f"{H}parameterList"))
        message, asked = (
            read_instance(only_child(el, f"{H}id")),
            read_instance(only_child(query, f"{H}queryId")),
        )
        return cls(
            receiver=_device(el, "receiver"),
            sender=_device(el, "sender"),
            message_root=message.root,
            message_extension=message.extension,
            query_id=asked.root,
            created=read_created(el),
            ids=ids,
            demographics=demographics,
            query_extension=asked.extension,
        )


def _validate(message: Element) -> None:
    """Strict, but for the identifier that the schema demands: its absence has an answer of its own."""
    query = descend(message, f"{H}controlActProcess", f"{H}queryByParameter", f"{H}parameterList")
    if query is None or query.find(f"{H}livingSubjectId") is not None:
        strict(message, Schema.XCPD_REQUEST)
        return
    completed = deepcopy(message)
    parameters = completed.find(f"{H}controlActProcess/{H}queryByParameter/{H}parameterList")
    assert parameters is not None  # as in the original
    traits = [each.tag for each in parameters]
    before = (f"{H}livingSubjectAdministrativeGender", f"{H}livingSubjectBirthTime")
    place = sum(1 for _ in takewhile(before.__contains__, traits))
    parameters.insert(place, identifier(PatientId("2.999", "any")))
    strict(completed, Schema.XCPD_REQUEST)


def _device(message: Element, name: str) -> str:
    home, represented = read_device(message, name), read_represented(message, name)
    if represented not in (None, home):
        raise not_valid("representedOrganization/id is another than the device's", message, f"{H}{name}")
    return home


def found(
    request: DiscoveryRequest,
    *,
    home: str,
    message: Instance,
    created: datetime,
    candidates: tuple[Candidate, ...],
) -> DiscoveryResponse:
    """The answer of country `home` with one or more people."""
    answer = _answer(request, home, message, created, "AA", "deliveredResponse", "OK")
    return replace(answer, candidates=candidates)


def nobody(
    request: DiscoveryRequest, *, home: str, message: Instance, created: datetime, text: str | None = None
) -> DiscoveryResponse:
    """The answer of country `home` that nobody has these traits."""
    answer = _answer(request, home, message, created, "AA", "deliveredResponse", "NF")
    detail = AckDetail(ErrorCode.NO_MATCH.value, text)
    return replace(answer, details=(detail,), reason=reason(XcpdReason.ANSWER_NOT_AVAILABLE))


def refused(
    request: DiscoveryRequest,
    *,
    home: str,
    message: Instance,
    created: datetime,
    detail: AckDetail,
    why: XcpdReason,
) -> DiscoveryResponse:
    """The answer of country `home` that it does not look, or did not manage to."""
    answer = _answer(request, home, message, created, "AE", "aborted", "AE")
    return replace(answer, details=(detail,), reason=reason(why))


def _answer(
    request: DiscoveryRequest,
    home: str,
    message: Instance,
    created: datetime,
    ack: str,
    status: str,
    response: str,
) -> DiscoveryResponse:
    return DiscoveryResponse(
        message=message,
        created=created,
        receiver=request.sender,
        sender=home,
        request=Instance(request.message_root, request.message_extension),
        query=Instance(request.query_id, request.query_extension),
        ack_code=ack,
        query_status=status,
        query_response=response,
        asked_ids=request.ids,
        asked=request.demographics,
    )
