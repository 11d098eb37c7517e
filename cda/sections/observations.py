"""Pregnancy, social history, vital signs, results and functional status: observations, alone or in groups.

Source: cda.md 4.6 to 4.10.
"""

from ..absence import Absence, absence
from ..datatypes import Coded, Moment, Timing, Value
from ..parts import ReferenceRange
from ..people import Party
from ..record import record
from ..statement import Statement
from .common import Picked, code_of, says


@record
class Observation:
    """One observation: what was asked, what was found, when, and how to read it."""

    code: Coded | None
    values: tuple[Value, ...]
    times: tuple[Timing, ...]
    interpretations: tuple[Coded, ...]
    ranges: tuple[ReferenceRange, ...]
    methods: tuple[Coded, ...]
    sites: tuple[Coded, ...]
    parties: tuple[Party, ...]
    below: "tuple[Observation, ...]"  # e.g. the expected date of delivery of a pregnancy
    negated: bool
    absence: Absence | None
    statement: Statement
    picked: Picked

    @property
    def real(self) -> bool:
        """Whether it says anything."""
        return says(self.values) or (self.code is not None and self.code.named and not self.absence)


@record
class Group:
    """An organizer: what kind of study or set, with its members."""

    code: Coded | None
    members: tuple[Observation, ...]
    times: tuple[Timing, ...]
    status: Coded | None
    parties: tuple[Party, ...]
    negated: bool
    absence: None
    statement: Statement
    picked: Picked

    @property
    def real(self) -> bool:
        """A group is real if it has members or says what it is."""
        return bool(self.members) or self.code is not None

    @property
    def dates_differ(self) -> bool:
        """Whether a member states another time than the group: then the member's own time counts."""
        own = {t.period.start.value for t in self.times if isinstance(t, Moment) and t.period.start}
        return bool(own) and any(
            t.period.start.value not in own
            for member in self.members
            for t in member.times
            if isinstance(t, Moment) and t.period.start and t.period.start.value
        )


def observations(top: Statement) -> list[Observation | Group]:
    """An observation, or a group of them."""
    if top.kind == "observation":
        return [_observation(top)]
    if top.kind != "organizer":
        return []
    picked = Picked(top)
    members = tuple(_observation(s, picked) for s in top.related("COMP") if s.kind == "observation")
    return [Group(top.code, members, top.times, top.status, top.parties, top.negated, None, top, picked)]


def _observation(statement: Statement, picked: Picked | None = None) -> Observation:
    picked = picked if picked is not None else Picked()
    picked.add(statement)
    below = tuple(_observation(s, picked) for s in statement.related("COMP") if s.kind == "observation")
    stated = next((found for v in statement.values if (found := absence(code_of(v)))), None)
    return Observation(
        statement.code,
        statement.values,
        statement.times,
        statement.interpretations,
        statement.ranges,
        statement.methods,
        statement.sites,
        statement.parties,
        below,
        statement.negated,
        stated,
        statement,
        picked,
    )
