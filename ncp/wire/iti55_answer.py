"""ITI-55 Cross Gateway Patient Discovery, the answer: HL7 PRPA_IN201306UV02.

Written in the form of the standard, or with `reference_exact` as OpenNCP writes it; read by name, whatever
the order. Source: IHE ITI TF-2 3.55; wire specification 5.2 to 5.4 and 7.1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, TypeAlias, TypeVar

from lxml import etree

from ncp.wire import iti55_outcome
from ncp.wire.building import add, given, root
from ncp.wire.checked import lenient, strict
from ncp.wire.errors import NotValid
from ncp.wire.findings import Finding
from ncp.wire.iti55_candidate import Candidate, read_candidates, write_candidate
from ncp.wire.iti55_outcome import Outcome
from ncp.wire.iti55_reason import AckDetail, read_details, read_reason, write_detail, write_reason
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.reading import descend, expect, only_child, optional_attribute, optional_child
from ncp.wire.xcpd_demographics import Demographics
from ncp.wire.xcpd_query import read_parameters, write_parameters
from ncp.wire.xcpd_reasons import Reason
from ncp.wire.xcpd_transmission import (
    INTERACTIONS,
    NSMAP,
    H,
    Instance,
    read_created,
    read_device,
    read_instance,
    write_device,
    write_wrapper,
)
from schemas.validate import Schema

Element: TypeAlias = etree._Element
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class DiscoveryResponse:
    """The answer to one discovery. What an answer read does not hold is None.

    Attributes:
        message:          id of this answer.
        receiver, sender: home OIDs of the country that asked and of the one that answers.
        created:          with an offset; written in UTC to the millisecond.
        request, query:   ids of the request and of its query, repeated.
        ack_code:         AA or AE.
        candidates:       everybody found; the first id of each is used afterwards.
        details:          error code and texts; the first one with a code counts.
        reason:           why nobody is returned.
        query_status, query_response: codes of `queryAck`; nothing is decided on them.
        asked_ids, asked: the echo of what was asked for.
        findings:         what is wrong in an answer read; not part of the message.
    """

    message: Instance | None
    created: datetime | None
    receiver: str | None
    sender: str | None
    request: Instance | None
    query: Instance | None
    ack_code: str | None
    candidates: tuple[Candidate, ...] = ()
    details: tuple[AckDetail, ...] = ()
    reason: Reason | None = None
    query_status: str | None = None
    query_response: str | None = None
    asked_ids: tuple[PatientId, ...] = ()
    asked: Demographics = Demographics()
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def detail(self) -> AckDetail | None:
        """The detail that counts: the first with a code, else the first."""
        return next((each for each in self.details if each.code), next(iter(self.details), None))

    @property
    def detail_code(self) -> str | None:
        return self.detail.code if self.detail else None

    @property
    def detail_text(self) -> str | None:
        return self.detail.text if self.detail else None

    @property
    def detail_location(self) -> str | None:
        return self.detail.location if self.detail else None

    def outcome(self) -> Outcome:
        """Match, NoMatch or RefusedBy.

        Raises:  NotValid: the answer holds neither a patient nor a reason.
        """
        return iti55_outcome.outcome(self)

    def to_xml(self, profile: Profile, *, reference_exact: bool = False) -> Element:
        """Write PRPA_IN201306UV02; the form is the same in every profile.

        With `reference_exact` it is OpenNCP's: AE in both codes of `queryAck`, `NF` in the place of the
        detail's location when nobody is found, most reasons without a branch, the sender without asAgent.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or a missing id, time,
                 receiver, sender or acknowledgement, which only answers read may lack.
        """
        if not (self.message and self.created and self.receiver and self.sender):
            raise _incomplete("id, time, receiver or sender")
        if not (self.request and self.query and self.ack_code):
            raise _incomplete("acknowledgement or query")
        message = root(f"{H}PRPA_IN201306UV02", NSMAP, {"ITSVersion": "XML_1.0"})
        write_wrapper(message, self.message, self.created, "NE")
        write_device(message, "receiver", self.receiver)
        write_device(message, "sender", self.sender, as_agent=not reference_exact)
        self._write_acknowledgement(message, self.request, self.ack_code, reference_exact)
        act = add(message, f"{H}controlActProcess", {"classCode": "CACT", "moodCode": "EVN"})
        trigger = {"code": "PRPA_TE201306UV02", "codeSystem": INTERACTIONS, "codeSystemName": INTERACTIONS}
        if reference_exact:
            del trigger["codeSystem"]
        add(act, f"{H}code", trigger)
        for candidate in self.candidates:
            write_candidate(act, candidate, self.sender)
        if self.reason:
            write_reason(act, self.reason, reference_exact)
        self._write_query(act, self.query, reference_exact)
        return strict(message, Schema.XCPD_RESPONSE)

    def _write_acknowledgement(
        self, message: Element, request: Instance, ack_code: str, reference_exact: bool
    ) -> None:
        ack = add(message, f"{H}acknowledgement")
        add(ack, f"{H}typeCode", {"code": ack_code})
        add(add(ack, f"{H}targetMessage"), f"{H}id", request.attributes())
        for detail in self.details:
            write_detail(ack, detail, found_nobody=reference_exact and self.query_response == "NF")

    def _write_query(self, act: Element, query: Instance, reference_exact: bool) -> None:
        status, response = ("AE", "AE") if reference_exact else (self.query_status, self.query_response)
        ack = add(act, f"{H}queryAck")
        add(ack, f"{H}queryId", query.attributes())
        if status:
            add(ack, f"{H}statusCode", {"code": status})
        add(ack, f"{H}queryResponseCode", given(code=response))
        echo = add(act, f"{H}queryByParameter")
        add(echo, f"{H}queryId", query.attributes())
        add(echo, f"{H}statusCode", {"code": "new"})
        write_parameters(echo, self.asked_ids, self.asked)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Read PRPA_IN201306UV02 by name; what breaks the schema without hindering that is a finding.

        Raises:  NotValid: another message; something that is needed occurs twice; there are subjects, but
                 none has a usable patient id.
        """
        findings = list(lenient(expect(el, f"{H}PRPA_IN201306UV02"), Schema.XCPD_RESPONSE))
        ack, act = optional_child(el, f"{H}acknowledgement"), optional_child(el, f"{H}controlActProcess")
        candidates = () if act is None else read_candidates(act, findings)
        reason = None if act is None else read_reason(act, findings)
        details = () if ack is None else read_details(ack)
        if candidates and reason:
            findings.append(Finding("controlActProcess", "both a patient and a reason for not returning one"))
        if candidates:
            remarks = (f"{each.code} beside a patient" for each in details if each.code)
            findings += (Finding("acknowledgement/acknowledgementDetail", remark) for remark in remarks)
        query_ack, echo = descend(act, f"{H}queryAck"), descend(act, f"{H}queryByParameter")
        query = descend(query_ack, f"{H}queryId")
        ids, asked = read_parameters(descend(echo, f"{H}parameterList"), findings)
        return cls(
            message=_tried(lambda: read_instance(only_child(el, f"{H}id")), findings),
            created=_tried(lambda: read_created(el), findings),
            receiver=_tried(lambda: read_device(el, "receiver"), findings),
            sender=_tried(lambda: read_device(el, "sender"), findings),
            request=_instance(descend(ack, f"{H}targetMessage", f"{H}id")),
            query=_instance(descend(echo, f"{H}queryId") if query is None else query),
            ack_code=optional_attribute(descend(ack, f"{H}typeCode"), "code"),
            candidates=candidates,
            details=details,
            reason=reason,
            query_status=optional_attribute(descend(query_ack, f"{H}statusCode"), "code"),
            query_response=optional_attribute(descend(query_ack, f"{H}queryResponseCode"), "code"),
            asked_ids=ids,
            asked=asked,
            findings=tuple(findings),
        )


def _tried(read: Callable[[], _T], findings: list[Finding]) -> _T | None:
    """What `read` returns; what is not needed to understand the answer may also be unreadable."""
    try:
        return read()
    except NotValid as error:
        findings.append(Finding(error.where, error.what))
        return None


def _instance(el: Element | None) -> Instance | None:
    return None if optional_attribute(el, "root") is None or el is None else read_instance(el)


def _incomplete(what: str) -> NotValid:
    return NotValid(f"{what} is missing", where="PRPA_IN201306UV02")
