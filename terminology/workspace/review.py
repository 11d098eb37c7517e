"""Two people per row: who wrote a text or mapping does not approve it, on one row or on ten thousand.

draft -> in review -> active -> retired      rejecting goes back to draft, clearing ends a proposal
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, and_, exists, select
from sqlalchemy.sql.elements import ColumnElement

from terminology import search
from terminology.designation import Status
from terminology.store import trail
from terminology.store.schema import designation, history
from terminology.workspace.actor import Actor, NotAllowed, NotPossible, Role
from terminology.workspace.changes import DESIGNATION, TABLES, Conflict, Deed, get_row, supersede
from terminology.workspace.filters import Filter, ids
from terminology.workspace.rows import DesignationRow, MappingRow


class Action(StrEnum):
    """What is done to a row under review."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"  # back to its author, with a reason
    CLEAR = "clear"  # the proposal is withdrawn
    RETIRE = "retire"  # an approved row is taken out of use, with a reason


@dataclass(frozen=True, slots=True)
class _Rule:
    role: Role
    before: tuple[Status, ...]
    after: Status
    reason: bool = False  # must be given


_RULES: Mapping[Action, _Rule] = MappingProxyType(
    {
        Action.SUBMIT: _Rule(Role.EDITOR, (Status.DRAFT,), Status.IN_REVIEW),
        Action.APPROVE: _Rule(Role.REVIEWER, (Status.IN_REVIEW,), Status.ACTIVE),
        Action.REJECT: _Rule(Role.REVIEWER, (Status.IN_REVIEW,), Status.DRAFT, reason=True),
        Action.CLEAR: _Rule(Role.EDITOR, (Status.DRAFT, Status.IN_REVIEW), Status.RETIRED),
        Action.RETIRE: _Rule(Role.REVIEWER, (Status.ACTIVE,), Status.RETIRED, reason=True),
    }
)
_REBUILD = 2000  # rows from which on the search index is made anew
_STEP = 500  # rows per statement


@dataclass(frozen=True, slots=True)
class Done:
    """What a deed on a whole filter came to."""

    done: int
    own: int  # left alone because the person wrote them
    other: int  # left alone because they are not in a state for it


def review(
    engine: Engine,
    actor: Actor,
    action: Action,
    kind: str,
    row_id: int,
    row_version: int,
    *,
    now: datetime,
    reason: str | None = None,
    override: str | None = None,
) -> DesignationRow | MappingRow:
    """Do something to one row.

    Args:   row_version: of the row as it was read. override: why own work needs no second person.
    Raises: NotAllowed: the role is missing, or it is own work. NotPossible: not in a state for it, or no
            reason. Conflict: the row was changed since it was read. NotFound: no such row.
    """
    rule = _allowed(actor, action, reason)
    with engine.begin() as connection:
        connection.execute(ids(Filter(kind)).where(TABLES[kind].c.id == row_id).with_for_update())
        row = get_row(connection, kind, row_id)
        if row.review.row_version != row_version:
            raise Conflict(row, "")
        if row.review.status not in rule.before:
            raise NotPossible("terminology.refused.row_state", row.review.status)
        this = TABLES[kind].c.id == row_id
        if (
            action is Action.APPROVE
            and not override
            and _any(connection, kind, and_(this, _own(kind, actor)))
        ):
            raise NotAllowed("terminology.refused.own_work")
        _do(connection, actor, action, kind, [row_id], now, reason, override)
        detail = {"row": row_id, "version": row_version, "reason": reason, "override": override}
        trail.append(connection, now, actor.id, action, f"{kind} {row_id}", detail)
        return get_row(connection, kind, row_id)


def review_all(
    engine: Engine,
    actor: Actor,
    action: Action,
    wanted: Filter,
    *,
    now: datetime,
    reason: str | None = None,
    override: str | None = None,
) -> Done:
    """Do something to every row of a filter that is in a state for it, in one transaction.

    Raises: NotAllowed: the role is missing. NotPossible: no reason.
    """
    rule = _allowed(actor, action, reason)
    kind, table = wanted.kind, TABLES[wanted.kind]
    with engine.begin() as connection:
        every = set(connection.execute(ids(wanted).with_for_update()).scalars())
        in_state = table.c.status.in_([status.value for status in rule.before])
        chosen = set(connection.execute(ids(wanted).where(in_state)).scalars())
        own: set[int] = set()
        if action is Action.APPROVE and not override:
            own = set(connection.execute(ids(wanted).where(in_state, _own(kind, actor))).scalars())
        todo = sorted(chosen - own)
        _do(connection, actor, action, kind, todo, now, reason, override)
        done = Done(len(todo), len(own), len(every) - len(chosen))
        detail = {"done": done.done, "own": done.own, "other": done.other, "filter": wanted.said()}
        detail |= {"reason": reason, "override": override}
        trail.append(connection, now, actor.id, f"{action} all", kind, detail)
    return done


def _allowed(actor: Actor, action: Action, reason: str | None) -> _Rule:
    rule = _RULES[action]
    actor.must_be(rule.role)
    if rule.reason and not (reason or "").strip():
        raise NotPossible("terminology.refused.needs_reason")
    return rule


def _own(kind: str, actor: Actor) -> ColumnElement[bool]:
    """Rows that the person wrote, now or in an earlier state."""
    table = TABLES[kind]
    earlier = exists().where(
        history.c.kind == kind, history.c.row_id == table.c.id, history.c.author == actor.id
    )
    return (table.c.author == actor.id) | earlier


def _any(connection: Connection, kind: str, which: ColumnElement[bool]) -> bool:
    return connection.execute(select(TABLES[kind].c.id).where(which).limit(1)).first() is not None


def _do(
    connection: Connection,
    actor: Actor,
    action: Action,
    kind: str,
    todo: list[int],
    now: datetime,
    reason: str | None,
    override: str | None,
) -> None:
    """Change the rows; approving one retires the row that it replaces."""
    table, rule = TABLES[kind], _RULES[action]
    why = override or reason
    deed = Deed("override" if override else action.value, actor.id, now, why)
    values: dict[str, Any] = {"status": rule.after.value, "reason": why}
    if action is Action.APPROVE:
        values["reviewer"] = actor.id
    touched = list(todo)
    for start in range(0, len(todo), _STEP):
        some = todo[start : start + _STEP]
        if action is Action.APPROVE:
            replaced = connection.execute(
                select(table.c.replaces).where(table.c.id.in_(some), table.c.replaces.is_not(None))
            ).scalars()
            old = and_(table.c.id.in_(list(replaced)), table.c.status == Status.ACTIVE.value)
            supersede(
                connection, kind, old, Deed("replace", actor.id, now, why), {"status": Status.RETIRED.value}
            )
        supersede(connection, kind, table.c.id.in_(some), deed, values)
    if kind == DESIGNATION and action in (Action.APPROVE, Action.CLEAR, Action.RETIRE):
        _follow(connection, touched)


def _follow(connection: Connection, touched: list[int]) -> None:
    """Follow with the search index."""
    if len(touched) >= _REBUILD:
        search.rebuild(connection)
        return
    for start in range(0, len(touched), _STEP):
        of = select(designation.c.concept_id).where(designation.c.id.in_(touched[start : start + _STEP]))
        for concept_id in connection.execute(of.distinct()).scalars().all():
            search.touch(connection, concept_id)
