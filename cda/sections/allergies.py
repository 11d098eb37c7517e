"""Allergies and intolerances (48765-2): one concern act with one or more observations. Source: cda.md 4.1."""

from ..absence import Absence, absence
from ..datatypes import Coded, Name, Period, Text, Value
from ..record import record
from ..statement import Statement
from . import common
from .common import SEVERITY, Picked


@record
class Agent:
    """What the patient reacts to: codes, and the name when it is uncoded."""

    codes: tuple[Coded, ...]
    names: tuple[Name, ...]
    texts: tuple[Text, ...] = ()


@record
class Reaction:
    """One manifestation with its own severity; `kind` is the problem type."""

    values: tuple[Value, ...]
    kind: Coded | None
    period: Period | None
    severities: tuple[Value, ...]
    negated: bool
    statement: Statement


@record
class Allergy:
    """One allergy observation. Severity belongs to a reaction, criticality to the risk of a future one."""

    concern: Coded | None
    concern_period: Period | None
    kind: Coded | None
    agents: tuple[Agent, ...]
    reactions: tuple[Reaction, ...]
    severities: tuple[Value, ...]
    criticalities: tuple[Value, ...]
    certainties: tuple[Value, ...]
    statuses: tuple[Value, ...]
    values: tuple[Value, ...]
    period: Period | None
    negated: bool
    absence: Absence | None
    statement: Statement
    picked: Picked

    @property
    def nullified(self) -> bool:
        """Whether it was entered in error, by its own status or that of its concern."""
        statuses = (self.statement.status, self.concern)
        return any(status is not None and status.code == "nullified" for status in statuses)

    @property
    def real(self) -> bool:
        """Whether it names an agent, a reaction or a value, rather than only saying that there is none."""
        return (
            any(common.named(agent.codes) for agent in self.agents)
            or any(name.text for agent in self.agents for name in agent.names)
            or any(common.says(reaction.values) for reaction in self.reactions)
            or common.says(self.values)
        )


def allergies(top: Statement) -> list[Allergy]:
    """The observations of one entry; an entry that is an observation itself counts as one."""
    observations = [s for s in top.related() if s.kind == "observation"] if top.kind == "act" else [top]
    return [
        _allergy(top, obs) for obs in observations if obs.kind == "observation" and obs.values is not None
    ]


def _allergy(top: Statement, obs: Statement) -> Allergy:
    picked = Picked(top, obs)
    reactions = tuple(_reaction(r, picked) for r in obs.related("MFST") if r.kind == "observation")
    stated = next((found for v in obs.values if (found := absence(common.code_of(v)))), None)
    return Allergy(
        concern=top.status if top is not obs else None,
        concern_period=top.period if top is not obs else None,
        kind=obs.code,
        agents=tuple(Agent(p.codes, p.names, p.texts) for p in obs.participants if p.type_code == "CSM"),
        reactions=reactions,
        severities=picked.values(obs, SEVERITY),
        criticalities=picked.values(obs, common.CRITICALITY),
        certainties=picked.values(obs, common.CERTAINTY),
        statuses=picked.values(obs, common.CLINICAL_STATUS),
        values=tuple(v for v in obs.values if stated is None or v is not stated.coded),
        period=obs.period,
        negated=obs.negated or top.negated,
        absence=stated,
        statement=obs,
        picked=picked,
    )


def _reaction(statement: Statement, picked: Picked) -> Reaction:
    picked.add(statement)
    return Reaction(
        statement.values,
        statement.code,
        statement.period,
        picked.values(statement, SEVERITY),
        statement.negated,
        statement,
    )
