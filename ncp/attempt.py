"""One attempt and its audit row: whatever happens, the row is written before anyone sees the result."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import structlog

from ncp.audit_event import AuditEvent, Outcome, Transaction
from ncp.clinician import Login
from ncp.desk import Desk
from ncp.directory import Peer
from ncp.policy import NotPermitted
from ncp.wire.errors import (
    ERRORS,
    TRANSFORMATION,
    ErrorCode,
    Malformed,
    NcpError,
    NotValid,
    PeerFault,
    Refused,
    Unreachable,
)
from ncp.wire.roles import ROLES
from ncp.wire.xcpd_reasons import REASONS

log = structlog.get_logger(__name__)
UNLISTED = "unlisted"  # in the log, for a word that a country made up: it may name a patient


class Attempt:
    """Collects what the row will say."""

    def __init__(self, transaction: Transaction, desk: Desk, login: Login, peer: Peer) -> None:
        self._desk, self._login, self._peer = desk, login, peer
        self.transaction = transaction
        self._started = monotonic()
        self._fields: dict[str, Any] = _of_login(login, desk)
        self._partial = False
        self.sent = False

    def note(self, **fields: Any) -> None:
        """Set fields of the row, by their names in `AuditEvent`."""
        self._fields |= fields

    def partial(self) -> None:
        """The country delivered with warnings."""
        self._partial = True

    def write(self, error: NcpError | None = None) -> None:
        """Raises: AuditFailed."""
        lost = isinstance(error, Unreachable)
        if error is not None:
            self.note(
                error_code=str(error.code),
                error_text=error.context,
                error_reason=getattr(error, "reason", None) or self._fields.get("error_reason"),
            )
        event = AuditEvent(
            at=self._desk.clock(),
            transaction=Transaction.COMMUNICATION_FAILURE if lost else self.transaction,
            attempted=self.transaction if lost else None,
            outcome=self._outcome(error),
            sent=self.sent,
            milliseconds=round((monotonic() - self._started) * 1000),
            source=self._desk.audit_source,
            consumer=self._desk.own.consumer,
            country=self._peer.country,
            home_community=self._peer.home_community,
            **{"provider_host": self._peer.xca.host, "provider": self._peer.xca.server_name} | self._fields,
        )
        number = self._desk.audit.write(event)
        if error is not None:
            error.reference = f"{event.at:%y%m%d}-{number}"
        log.info(
            "transaction",
            transaction=event.transaction.number,
            attempted=self.transaction.number,
            country=event.country,
            outcome=int(event.outcome),
            code=_listed(event.error_code),
            reason=_listed(event.error_reason) if isinstance(error, PeerFault) else event.error_reason,
            message_id=event.request_id,
            milliseconds=event.milliseconds,
            audit=number,
        )

    def _outcome(self, error: NcpError | None) -> Outcome:
        if isinstance(error, Unreachable):
            return Outcome.TEMPORARY_FAILURE
        if error is not None:
            return Outcome.PERMANENT_FAILURE
        return Outcome.PARTIAL if self._partial else Outcome.SUCCESS


@contextmanager
def attempted(transaction: Transaction, desk: Desk, login: Login, peer: Peer) -> Iterator[Attempt]:
    """Write one audit row when the block ends, however it ends.

    `NotValid` leaves as `Malformed` if the peer had been asked, as `Refused` if the message was still ours: a
    message of ours that breaks the profile is not sent.

    Raises: AuditFailed: the row could not be written, so the result of the block is not to be shown.
    """
    attempt = Attempt(transaction, desk, login, peer)
    try:
        yield attempt
    except NotValid as error:
        kind = Malformed if attempt.sent else Refused
        renamed = kind(f"{error.kind}: {error}")
        attempt.write(renamed)
        raise renamed from error
    except NcpError as error:
        attempt.write(error)
        raise
    except BaseException as error:  # a bug or Ctrl-C: recorded by its type alone, then on its way
        attempt.write(NcpError(f"unexpected {type(error).__name__}", ErrorCode.GENERIC))
        raise
    attempt.write()


def _listed(word: str | None) -> str | None:
    """A code or reason of the profile's own tables as it is; any other is for the trail, not for the log."""
    known = word is None or any(word in table for table in (ERRORS, TRANSFORMATION, REASONS))
    return word if known else UNLISTED


def _of_login(login: Login, desk: Desk) -> dict[str, Any]:
    """Who and why, also for somebody who turns out to have no rights."""
    person, principal = login.clinician, login.clinician.principal
    try:
        code = person.profession or ""
        role = desk.policy.rights(code, principal.profession if principal else None)
    except NotPermitted:
        role = None
    return {
        "login_id": login.id,
        "user_id": person.user_id,
        "user_name": person.name,
        "profession": person.profession,
        "role": role.role if role else None,
        "role_name": ROLES[role.role].display_name if role else None,
        "on_behalf_of_id": principal.hpr if principal else None,
        "on_behalf_of_name": principal.name if principal else None,
        "on_behalf_of_role": role.on_behalf_of if role else None,
        "organisation": person.organisation.name,
        "organisation_id": person.organisation.urn,
        "point_of_care": person.point_of_care,
        "facility_type": person.organisation.facility,
        "purpose": str(login.purpose),
        "reason": login.reason,
    }
