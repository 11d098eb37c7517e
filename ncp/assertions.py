"""Issuing what travels with every request: who asks (HCP) and about whom (TRC).

A profession that may not use the service is refused here, before anything is signed or sent.
Source: wire.md 2 and 3; norway.md 2.
"""

from datetime import datetime

from lxml.etree import _Element as Element

from ncp.assertion_cache import Sealed
from ncp.attempt import attempted
from ncp.audit_event import Transaction
from ncp.clinician import Clinician, Login
from ncp.desk import Desk
from ncp.directory import Peer
from ncp.own import Own
from ncp.policy import NotPermitted, Policy, Rights, Service
from ncp.wire import xmldsig
from ncp.wire.checked import strict
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import PREFIX
from ncp.wire.roles import ROLES
from ncp.wire.saml import UNSPECIFIED, HcpAssertion, TrcAssertion
from schemas.validate import Schema
from schemas.xml import parse


def rights_of(clinician: Clinician, policy: Policy) -> Rights:
    """Raises: NotPermitted: the person, or the person worked for, has no rights abroad."""
    if clinician.profession is None or clinician.hpr is None:
        raise NotPermitted("only health professionals may request foreign health data")
    principal = clinician.principal
    return policy.rights(clinician.profession, principal.profession if principal else None)


def allow(login: Login, policy: Policy, service: Service) -> None:
    """Raises: NotPermitted: the profession may not use the service."""
    if service not in rights_of(login.clinician, policy).services:
        raise NotPermitted(f"profession {login.clinician.profession} may not use {service.name}")


def hcp_for(login: Login, peer: Peer, desk: Desk) -> Sealed[HcpAssertion]:
    """The HCP assertion of this login and purpose; signed once, renewed before it runs out.

    Raises: NotPermitted; AuditFailed: it was not issued because that could not be recorded.
    """
    key = (login.id, login.purpose)
    now = desk.clock()

    def issue() -> Sealed[HcpAssertion]:
        with attempted(Transaction.HP_AUTHENTICATION, desk, login, peer) as attempt:
            assertion = _hcp(login, rights_of(login.clinician, desk.policy), now, desk)
            attempt.note(hcp_id=assertion.id, **_by_ourselves(desk.own))
            return Sealed(assertion, _sealed(assertion.to_xml(), Schema.HCP_ASSERTION, desk.own))

    return desk.assertions.hcp(key, now, issue)


def _by_ourselves(own: Own) -> dict[str, str | None]:
    """Nobody else provides what we issue."""
    return {"provider": own.consumer, "provider_host": None}


def _sealed(tree: Element, schema: Schema, own: Own) -> bytes:
    """Sign, and make sure that what was signed is what the profile wants.

    Raises: NotValid: it is not; then nothing is sent.
    """
    xml = xmldsig.sign(tree, key=own.seal_key, certificate=own.seal)
    strict(parse(xml), schema)
    return xml


def _hcp(login: Login, rights: Rights, now: datetime, desk: Desk) -> HcpAssertion:
    person = login.clinician
    return HcpAssertion(
        id=f"_{desk.new_id()}",
        issued=now,
        issuer=desk.own.hcp_issuer,
        name_id=person.hpr or "",
        name_id_format=UNSPECIFIED,
        not_before=now,
        not_on_or_after=now + desk.assertions.lifetimes.hcp,
        authn_instant=login.at,
        authn_class=login.authn_class,
        subject_id=person.name,
        role=ROLES[rights.role],
        organization=person.organisation.name,
        organization_id=person.organisation.urn,
        facility_type=person.organisation.facility,
        purpose=login.purpose,
        locality=person.point_of_care,
        permissions=tuple(PREFIX + code for code in rights.permissions),
        home_community=f"urn:oid:{desk.own.home_community}",
        on_behalf_of=rights.on_behalf_of,
        npi=person.hpr,
    )


def trc_for(
    login: Login,
    patient: PatientId,
    peer: Peer,
    desk: Desk,
    *,
    patient_name: str | None = None,
    notice_offered: bool | None = None,
) -> tuple[Sealed[HcpAssertion], Sealed[TrcAssertion]]:
    """HCP and TRC assertion for this country's patient and purpose; a new HCP assertion means a new TRC.

    Args:   patient: exactly as the country returned it.
    Raises: NotPermitted, AuditFailed.
    """
    sealed_hcp = hcp_for(login, peer, desk)
    hcp = sealed_hcp.assertion
    now = desk.clock()

    def issue() -> Sealed[TrcAssertion]:
        with attempted(Transaction.TRC_ASSERTION, desk, login, peer) as attempt:
            assertion = _trc(login, hcp, patient, now, desk)
            attempt.note(hcp_id=hcp.id, trc_id=assertion.id, patient_id=patient.cx())
            attempt.note(patient_name=patient_name, notice_offered=notice_offered, **_by_ourselves(desk.own))
            return Sealed(assertion, _sealed(assertion.to_xml(), Schema.TRC_ASSERTION, desk.own))

    key = (login.id, hcp.id, peer.country, patient, login.purpose)
    return sealed_hcp, desk.assertions.trc(key, now, issue)


def _trc(login: Login, hcp: HcpAssertion, patient: PatientId, now: datetime, desk: Desk) -> TrcAssertion:
    return TrcAssertion(
        id=f"_{desk.new_id()}",
        issued=now,
        issuer=desk.own.trc_issuer,
        name_id=hcp.name_id,
        name_id_format=hcp.name_id_format,
        not_before=now,
        not_on_or_after=now + desk.assertions.lifetimes.trc,
        authn_instant=login.at,
        patient=patient,
        hcp_id=hcp.id,
        purpose=login.purpose,
    )
