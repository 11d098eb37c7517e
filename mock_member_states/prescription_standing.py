"""Where a prescription stands: what the country's rules leave of it after all that was dispensed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cda.datatypes import Identifier
from mock_member_states.country import DispensingRules
from mock_member_states.prescriptions import Prescribed


class State(StrEnum):
    """What can be said of a prescription as a whole."""

    OPEN = "open"
    PARTLY_DISPENSED = "partly dispensed"
    DISPENSED = "dispensed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Tally:
    """What has been dispensed of one prescription and not taken back. `packages` by key of the item."""

    packages: Mapping[str, int] = field(default_factory=dict)
    dispensations: int = 0
    cancelled: bool = False  # after it was written, by the prescriber


@dataclass(frozen=True, slots=True)
class Standing:
    """`remaining`: packages left by key of the item, also of a prescription that is not open any more."""

    state: State
    remaining: Mapping[str, int]
    narcotic: bool

    @property
    def dispensable(self) -> bool:
        """Whether a pharmacy abroad may hand out something for it now."""
        return self.state in (State.OPEN, State.PARTLY_DISPENSED) and not self.narcotic


def key(one: Identifier) -> str:
    """An identifier as the messages write it: `root^extension`, or the root alone."""
    return f"{one.root}^{one.extension}" if one.extension else f"{one.root}"


def standing(one: Prescribed, tally: Tally, rules: DispensingRules, now: datetime) -> Standing:
    """Where it stands at `now`. What is wholly dispensed stays dispensed when its time is over."""
    remaining = {
        key(item.id): max(0, (item.packages or 1) - tally.packages.get(key(item.id), 0))
        for item in one.content.items
    }
    return Standing(_state(one, tally, rules, now, sum(remaining.values())), remaining, one.narcotic)


def _state(one: Prescribed, tally: Tally, rules: DispensingRules, now: datetime, left: int) -> State:
    limit = rules.dispensations
    if left == 0 or (limit is not None and tally.dispensations >= limit):
        return State.DISPENSED
    if one.cancelled or tally.cancelled:
        return State.CANCELLED
    if one.valid_until is not None and now.date() > one.valid_until:
        return State.EXPIRED
    return State.PARTLY_DISPENSED if tally.dispensations else State.OPEN
