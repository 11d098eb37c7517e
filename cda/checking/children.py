"""Constraints on the children of an element: how many there are of what.

The machine tells for every child which wanted steps it fits. A `Shape` counts them and names the constraints
that are broken; the same sequence of children gives the same answer, so answers are remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.rules import Constraint, RuleSet
from schemas.rules.notation import Filter, Member, Position, Some, Step, element_name

from .run import Rule
from .tree import Node, shown

KINDS: Final = frozenset({"min", "mandatory", "max", "forbidden", "choice-min", "choice-max", "need-child"})
_MOST: Final = frozenset({"max", "forbidden", "choice-max"})
_MAX_QUOTED: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """One constraint: the numbers of the steps it counts, and the limit."""

    rules: tuple[Rule, ...]
    steps: tuple[int, ...]  # positions in Shape.steps
    limit: int
    most: bool  # the limit is a maximum
    or_null: bool

    def holds(self, counts: Sequence[int]) -> bool:
        """Whether the numbers of fitting children satisfy it."""
        count = sum(counts[step] for step in self.steps)
        return count <= self.limit if self.most else count >= self.limit


@dataclass(frozen=True, slots=True)
class Shape:
    """All constraints on the children of one kind of element."""

    steps: tuple[Step, ...]
    wanted: tuple[Wanted, ...]
    unheld: frozenset[int]  # steps that ask for a member of a value set that nobody holds

    def broken(self, fits: Sequence[tuple[int, ...]]) -> tuple[Wanted, ...]:
        """The constraints that the children break. Each child is given as the steps that it fits."""
        counts = [0] * len(self.steps)
        for fitting in fits:
            for step in fitting:
                counts[step] += 1
        return tuple(each for each in self.wanted if not each.holds(counts))

    def without_set(self, wanted: Wanted, node: Node) -> list[Node]:
        """Children with a code that only a value set that nobody holds could accept."""
        names = {self.steps[step].name for step in wanted.steps if step in self.unheld}
        return [kid for kid in node.kids if kid.tag in names and "code" in kid.attrs] if names else []

    def found(self, wanted: Wanted, node: Node, fits: Sequence[tuple[int, ...]]) -> str:
        """What there is instead: the number if there are too many, else the children of that name."""
        if wanted.most:
            return str(sum(any(step in fitting for step in wanted.steps) for fitting in fits))
        names = {self.steps[step].name for step in wanted.steps}
        others = [shown(kid) for kid in node.kids if kid.tag in names]
        more = f" (+{len(others) - _MAX_QUOTED})" if len(others) > _MAX_QUOTED else ""
        return "; ".join(others[:_MAX_QUOTED]) + more


def names(row: Constraint) -> list[str | None]:
    """The element names that a constraint counts, as lxml writes them."""
    return [element_name(text.partition("[")[0]) for text in row.subject.split(" ; ")]


def shape(rows: Sequence[tuple[Constraint, Rule]], rules: RuleSet) -> Shape:
    """Compile the constraints on children that apply to one kind of element."""
    steps: dict[Step, int] = {}
    same: dict[tuple[tuple[int, ...], int, bool, bool], list[Rule]] = {}
    for row, rule in rows:
        parsed = [rules.notation.step(text) for text in row.subject.split(" ; ")]
        numbers = tuple(steps.setdefault(step, len(steps)) for step in parsed)
        limit = int(row.allowed) if row.allowed else 0 if row.kind == "forbidden" else 1
        same.setdefault((numbers, limit, row.kind in _MOST, row.or_null), []).append(rule)
    wanted = [Wanted(tuple(found), *key) for key, found in same.items()]
    unheld = [
        number for step, number in steps.items() if any(_asks(f, rules.missing_sets) for f in step.filters)
    ]
    return Shape(tuple(steps), tuple(wanted), frozenset(unheld))


def _asks(part: Filter | Position, missing: frozenset[str]) -> bool:
    match part:
        case Member(_, oids):
            return not missing.isdisjoint(oids)
        case Some(parts):
            return any(_asks(each, missing) for each in parts)
        case _:
            return False
