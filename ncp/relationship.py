"""A confirmed patient and the clinician who treats her: what every later question rests on."""

from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element as Element

from ncp.assertions import allow, trc_for
from ncp.attempt import Attempt
from ncp.clinician import Login
from ncp.desk import Desk
from ncp.directory import Peer
from ncp.exchange import Operation
from ncp.policy import Service
from ncp.transaction import Reply, ask, query_text
from ncp.wire import iti55
from ncp.wire.patient_id import PatientId


@dataclass(frozen=True, slots=True)
class Relationship:
    """Made by `patient_summary.confirm` and by nothing else."""

    candidate: iti55.Candidate
    patient: PatientId  # exactly as the country returned it, not as typed
    peer: Peer
    login: Login
    confirmed: datetime
    notice_offered: bool


def name_of(candidate: iti55.Candidate) -> str:
    """Given and family names as returned."""
    who = candidate.demographics
    return " ".join((*who.given, *who.family))


def ask_about(
    relationship: Relationship,
    operation: Operation,
    body: Element,
    *,
    service: Service,
    desk: Desk,
    attempt: Attempt,
) -> Reply:
    """Ask the patient's country about the confirmed patient: HCP and TRC travel along.

    Raises: NotPermitted, AuditFailed; otherwise as `transaction.ask`.
    """
    login, peer = relationship.login, relationship.peer
    attempt.note(
        patient_id=relationship.patient.cx(),
        patient_name=name_of(relationship.candidate),
        notice_offered=relationship.notice_offered,
        query=query_text(body),
    )
    allow(login, desk.policy, service)
    hcp, trc = trc_for(
        login,
        relationship.patient,
        peer,
        desk,
        patient_name=name_of(relationship.candidate),
        notice_offered=relationship.notice_offered,
    )
    attempt.note(hcp_id=hcp.assertion.id, trc_id=trc.assertion.id)
    return ask(operation, body, [hcp.xml, trc.xml], peer=peer, to=peer.xca, desk=desk, attempt=attempt)
