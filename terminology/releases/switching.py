"""Which release is active. Activating and rolling back move one pointer, in one transaction, with a trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, select, update

from terminology import gaps
from terminology.releases.making import ReleaseRow, get, listed, load, packed
from terminology.releases.snapshot import verify
from terminology.store import moments, trail
from terminology.store.engine import snapshot
from terminology.store.schema import activation, active_release, release
from terminology.workspace.actor import Actor, NotPossible, Role


@dataclass(frozen=True, slots=True)
class Active:
    """Where the pointer stands. `counter` grows with every switch, so a reader sees that there was one."""

    counter: int
    name: str | None  # None: no release was ever activated
    hash: str | None


@dataclass(frozen=True, slots=True)
class Activation:
    """One switch, as the list of releases shows it."""

    release: str
    at: str
    actor: str
    action: str  # activate or roll back
    reason: str | None


def active(engine: Engine) -> Active:
    """The pointer, read by its key: cheap enough for every request."""
    with snapshot(engine).connect() as connection:
        row = connection.execute(_POINTER).one()
    return Active(row.counter, row.name, row.hash)


def active_row(engine: Engine) -> ReleaseRow | None:
    """The active release, or None."""
    name = active(engine).name
    return None if name is None else get(engine, name)


def activate(engine: Engine, actor: Actor, name: str, *, now: datetime, reason: str | None = None) -> Active:
    """Make a release the one in use. A damaged one is not activated.

    Raises: NotAllowed: no publisher. NotFound: no such release. NotPossible: it is active already.
            snapshot.Damaged: its content does not have its hash.
    """
    actor.must_be(Role.PUBLISHER)
    row = get(engine, name)
    with snapshot(engine).connect() as connection:
        verify(packed(connection, row.number), row.release.hash)
    with engine.begin() as connection:
        now_active = _locked(connection)
        if now_active.name == name:
            raise NotPossible("terminology.refused.already_active", name)
        _switch(connection, actor, now, row.number, now_active.activation_id, "activate", reason)
        detail = {"before": now_active.name, "reason": reason, "hash": row.release.hash}
        trail.append(connection, now, actor.id, "activate", name, detail)
    _follow(engine, name, now)
    return active(engine)


def roll_back(engine: Engine, actor: Actor, *, now: datetime, reason: str | None = None) -> Active:
    """Return to the release that was active before the present one was activated.

    Raises: NotAllowed: no publisher. NotPossible: there is none to return to.
    """
    actor.must_be(Role.PUBLISHER)
    with engine.begin() as connection:
        before = _locked(connection)
        below = _activation(connection, before.below)
        if below is None:
            raise NotPossible("terminology.refused.nothing_below")
        _switch(connection, actor, now, below.release_id, below.below, "roll back", reason)
        name = connection.execute(select(release.c.name).where(release.c.id == below.release_id)).scalar_one()
        detail = {"before": before.name, "reason": reason}
        trail.append(connection, now, actor.id, "roll back", name, detail)
    _follow(engine, name, now)
    return active(engine)


def _follow(engine: Engine, name: str, now: datetime) -> None:
    """Close and open gaps by the release now in use."""
    if gaps.listed(engine, closed=None, limit=1):
        gaps.follow(engine, load(engine, name), now=now)


def activations(engine: Engine) -> list[Activation]:
    """Every switch, newest first."""
    query = (
        select(release.c.name, activation)
        .join(release, activation.c.release_id == release.c.id)
        .order_by(activation.c.id.desc())
    )
    with snapshot(engine).connect() as connection:
        return [
            Activation(row.name, row.at, row.actor, row.action, row.reason)
            for row in connection.execute(query)
        ]


def below(engine: Engine) -> str | None:
    """The release that a rollback would return to, or None."""
    with snapshot(engine).connect() as connection:
        found = _activation(connection, connection.execute(_POINTER).one().below)
    if found is None:
        return None
    return next(each.release.name for each in listed(engine) if each.number == found.release_id)


class _Pointer(NamedTuple):
    counter: int
    activation_id: int | None
    below: int | None
    name: str | None
    hash: str | None


_POINTER = (
    select(
        active_release.c.counter,
        active_release.c.activation_id,
        activation.c.below,
        release.c.name,
        release.c.hash,
    )
    .outerjoin_from(active_release, activation, active_release.c.activation_id == activation.c.id)
    .outerjoin(release, activation.c.release_id == release.c.id)
    .where(active_release.c.id == 1)
)


def _locked(connection: Connection) -> _Pointer:
    """The pointer, held until the transaction ends: two switches at once happen one after the other."""
    connection.execute(select(active_release.c.id).where(active_release.c.id == 1).with_for_update())
    return _Pointer(*connection.execute(_POINTER).one())


def _activation(connection: Connection, number: int | None) -> Row[Any] | None:
    if number is None:
        return None
    return connection.execute(select(activation).where(activation.c.id == number)).first()


def _switch(
    connection: Connection,
    actor: Actor,
    now: datetime,
    release_id: int,
    underneath: int | None,
    action: str,
    reason: str | None,
) -> None:
    made = connection.execute(
        activation.insert(),
        {
            "release_id": release_id,
            "below": underneath,
            "actor": actor.id,
            "at": moments.written(now),
            "action": action,
            "reason": reason,
        },
    )
    assert made.inserted_primary_key is not None
    connection.execute(
        update(active_release)
        .where(active_release.c.id == 1)
        .values(activation_id=made.inserted_primary_key[0], counter=active_release.c.counter + 1)
    )
