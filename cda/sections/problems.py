"""Active problems (11450-4) and past illness (11348-0); the section decides which. Source: cda.md 4.2."""

from ..absence import Absence, absence
from ..datatypes import Coded, Period, Text, Value
from ..parts import External
from ..people import Party
from ..record import record
from ..statement import Statement
from . import common
from .common import Picked


@record
class Problem:
    """One diagnosis with everything said about it; dates of concern and observation are kept apart."""

    concern: Coded | None
    concern_period: Period | None
    kind: Coded | None
    values: tuple[Value, ...]
    texts: tuple[Text, ...]
    period: Period | None
    severities: tuple[Value, ...]
    statuses: tuple[Value, ...]
    health: tuple[Value, ...]
    certainties: tuple[Value, ...]
    professionals: tuple[Party, ...]
    externals: tuple[External, ...]
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
        """Whether it names a problem, in a code of any system or in words."""
        return common.says(self.values)


def problems(top: Statement) -> list[Problem]:
    """The observations of one entry; an entry that is an observation itself counts as one."""
    if top.kind != "act":
        return [_problem(top, top)] if top.kind == "observation" else []
    return [_problem(top, s) for s in top.related() if s.kind == "observation"]


def _problem(top: Statement, obs: Statement) -> Problem:
    picked = Picked(top, obs)
    stated = next((found for v in obs.values if (found := absence(common.code_of(v)))), None)
    professionals = tuple(
        party for act in picked.find(obs, common.RELATED_PROFESSIONAL) for party in act.parties
    )
    return Problem(
        concern=top.status if top is not obs else None,
        concern_period=top.period if top is not obs else None,
        kind=obs.code,
        values=tuple(v for v in obs.values if stated is None or v is not stated.coded),
        texts=obs.texts,
        period=obs.period,
        severities=picked.values(obs, common.SEVERITY),
        statuses=picked.values(obs, common.CLINICAL_STATUS),
        health=picked.values(obs, common.HEALTH_STATUS),
        certainties=picked.values(obs, common.CERTAINTY),
        professionals=professionals,
        externals=obs.externals,
        negated=obs.negated or top.negated,
        absence=stated,
        statement=obs,
        picked=picked,
    )
