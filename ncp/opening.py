"""Putting the contact point together from its settings: the one place where everything meets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from ncp import directory, own, policy
from ncp.assertion_cache import AssertionCache, Lifetimes
from ncp.audit import AuditStore
from ncp.connection import Limits, Pool
from ncp.desk import Desk
from ncp.directory import Directory, DirectoryDamaged
from ncp.exchange import SoapSender
from ncp.kept import keeping, purge
from ncp.own import IdentityDamaged, Own
from ncp.settings import Environment, Settings
from ncp.store import StoreDamaged, open_store
from ncp.terminology import Terminology, opened_terminology
from ncp.trust import Trust
from terminology.store.engine import StoreDamaged as TerminologyDamaged

log = structlog.get_logger(__name__)
SETUP_ERRORS = (DirectoryDamaged, IdentityDamaged, StoreDamaged, TerminologyDamaged)
"""What `opened` raises when our own files are not in order; each text says what to do."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A contact point ready for work."""

    desk: Desk
    directory: Directory
    pool: Pool
    terminology: Terminology


def now() -> datetime:
    """The clock of the contact point."""
    return datetime.now(UTC)


def _forget_old_messages(settings: Settings) -> None:
    """Their days end also where keeping was switched off meanwhile."""
    try:
        purge(settings.kept_folder, now().date() - timedelta(days=settings.keep_days))
    except OSError as error:
        log.warning("kept messages not removed", reason=error.strerror)


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    """Everything that is built once per process; closed again at the end.

    Raises: DirectoryDamaged, IdentityDamaged, StoreDamaged, TerminologyDamaged.
    """
    _forget_old_messages(settings)
    identity = own.load(settings)
    countries = directory.load(settings.directory_file)
    engine = open_store(settings.database_file)
    limits = Limits(
        settings.connect_seconds, settings.read_seconds, settings.total_seconds, settings.max_body
    )
    pool = Pool(Trust(identity, now), limits)
    sender = SoapSender(pool)
    try:
        with opened_terminology(settings, now) as terminology:
            desk = _desk(settings, identity, AuditStore(engine), sender, terminology)
            yield Opened(desk, countries, pool, terminology)
    finally:
        pool.close()
        engine.dispose()


def _desk(
    settings: Settings, identity: Own, audit: AuditStore, sender: SoapSender, terminology: Terminology
) -> Desk:
    return Desk(
        own=identity,
        send=keeping(sender, settings, now) if settings.keeps_messages else sender,
        audit=audit,
        policy=policy.load(
            ps_for_nurses=settings.ps_for_nurses, ps_for_pharmacists=settings.ps_for_pharmacists
        ),
        assertions=AssertionCache(
            Lifetimes(settings.hcp_lifetime, settings.trc_lifetime, settings.renew_before)
        ),
        terms=terminology.active.current(),
        clock=now,
        new_id=lambda: str(uuid4()),
        audit_source=settings.audit_source,
        test_environment=settings.environment is Environment.TEST,
        active_terms=terminology.active.current,
        gaps=terminology.gaps,
    )
