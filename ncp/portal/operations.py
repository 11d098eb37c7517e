"""The operator's page: what runs out, where the countries answer, and how they last did. Nobody is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ncp.directory import Peer
from ncp.norwegian import OSLO
from ncp.portal.web import OperationsSession, Portal, ThePortal, page

router = APIRouter()
NEWEST = 1000  # rows of the trail that are looked through


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a certificate runs out; `days` is negative afterwards."""

    name: str
    until: datetime
    days: int


@dataclass(frozen=True, slots=True)
class LastCall:
    """How a country last answered, and how it last failed to, of the newest rows of the trail."""

    peer: Peer
    answered: str
    milliseconds: int | None
    failed: str
    code: str


@router.get("/drift")
def operations(request: Request, session: OperationsSession, portal: ThePortal) -> Response:
    """Certificates and countries."""
    calls = [row for row in portal.desk.audit.newest(NEWEST) if row["sent"]]
    return page(
        request,
        "operations.html",
        "portal.operations.heading",
        session=session,
        certificates=sorted(_expiries(portal), key=lambda each: each.days),
        countries=[_last_call(peer, calls) for peer in portal.directory],
    )


def _expiries(portal: Portal) -> Iterable[Expiry]:
    own, now = portal.desk.own, portal.now()
    certificates = [(f"{own.country} TLS", own.tls), (f"{own.country} SEAL", own.seal)]
    for peer in portal.directory:
        certificates += [(f"{peer.country} CA (TLS)", each) for each in peer.xcpd.anchors]
        certificates += [(f"{peer.country} CA (SEAL)", each) for each in peer.anchors_seal]
    for name, certificate in certificates:
        yield _expiry(name, certificate, now)


def _expiry(name: str, certificate: x509.Certificate, now: datetime) -> Expiry:
    until = certificate.not_valid_after_utc
    return Expiry(name, until, (until - now).days)


def _last_call(peer: Peer, calls: Iterable[Mapping[str, Any]]) -> LastCall:
    """A refusal is an answer: only what could not be reached, read or trusted counts as a failure."""
    of_peer = [row for row in calls if row["country"] == peer.country]
    answered = next((row for row in of_peer if row["response_id"]), None)
    failed = next((row for row in of_peer if not row["response_id"]), None)
    return LastCall(
        peer,
        _time(answered),
        answered["milliseconds"] if answered else None,
        _time(failed),
        str(failed["error_reason"] or failed["error_code"] or "") if failed else "",
    )


def _time(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "–"
    return datetime.fromisoformat(str(row["at"])).astimezone(OSLO).strftime("%d.%m.%Y %H:%M:%S")
