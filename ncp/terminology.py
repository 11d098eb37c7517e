"""The terminology of an installation: its database, the release in use, and what is lacking in it.

At the first start the database is empty: it is filled from the seed and gets its first release, test content.
At every start, imports that a crash left behind are put in order.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ncp.gaps import GapCounter
from ncp.settings import Settings
from terminology import gaps
from terminology.active import ActiveTerms
from terminology.first_release import ensure
from terminology.imports import runs
from terminology.releases.snapshot import Damaged
from terminology.store.engine import StoreDamaged, open_store, store_url
from terminology.workspace.actor import Refusal


@dataclass(frozen=True, slots=True)
class Terminology:
    """What the process holds of it."""

    engine: Engine = field(repr=False)
    active: ActiveTerms = field(repr=False)
    gaps: GapCounter = field(repr=False)


def address(settings: Settings) -> str:
    """Where the database is: as the setting says, or in the data folder."""
    return settings.terminology_store or store_url(settings.data)


@contextmanager
def opened_terminology(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Terminology]:
    """The terminology, with its first release made if there was none; closed again at the end.

    Raises: StoreDamaged: the database cannot be opened, or the release in use is damaged.
    """
    engine = open_store(address(settings))
    try:
        active = _in_use(engine, clock)
    except BaseException:
        engine.dispose()
        raise
    counter = GapCounter(lambda found, at: gaps.record(engine, found, at), clock)
    try:
        yield Terminology(engine, active, counter)
    finally:
        counter.close()
        engine.dispose()


def _in_use(engine: Engine, clock: Callable[[], datetime]) -> ActiveTerms:
    try:
        try:
            ensure(engine, now=clock())
        except Refusal:  # another process made the first release at the same moment
            ensure(engine, now=clock())
        runs.recover(engine, now=clock())  # imports that a crash left in the middle
        active = ActiveTerms(engine)
        active.current()
    except (SQLAlchemyError, Damaged, Refusal) as error:
        reason = getattr(error, "orig", None) or error
        raise StoreDamaged(f"the terminology cannot be used: {reason}") from error
    return active
