"""Decides which constraints apply to which element.

An element of the document stands at some places of the tree of paths; its children can only reach places
below those or start anew. What an element stands at is a `State`, the way to a child a `Move`. Both are made
when a document first needs them and kept, so that a walk mostly looks things up: they depend on the rule set
and the terminology release alone, never on a document.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from schemas.namespaces import HL7, q
from schemas.rules import Constraint, Context, RuleSet
from schemas.rules.notation import Step

from . import attributes, children
from .datatypes import EVERY, RULES, Rules
from .filters import MARK, Test, name_test, reads, step_test
from .finding import Severity
from .membership import Sets
from .places import Place, Places, first_contexts
from .run import Rule
from .tree import Node
from .wording import expected

#: Remembered results per move or state. A document made to flood them only costs its own time.
MAX_REMEMBERED: Final = 4096
MAX_STATES: Final = 20_000

Row = tuple[Constraint, Rule]
Find = Callable[[Node], "Outcome"]
_HL7: Final = q(HL7, "")
_HL7_STRANGER, _STRANGER = q(HL7, "?"), "?"
_SEVERITIES: Final = frozenset(Severity)


class Datatype:
    """A datatype that applies to an element: what to call, and per table row what to report by rule."""

    __slots__ = ("functions", "reports", "every")

    def __init__(self, datatype: str, rows: Sequence[Constraint], rules: RuleSet) -> None:
        lineage = rules.lineage(datatype)
        self.functions: tuple[Rules, ...] = tuple(RULES[name] for name in lineage if name in RULES)
        self.reports: tuple[dict[str, Rule], ...] = tuple(
            {
                each.rule: Rule(each.rule, row.template, Severity(each.severity), each.expected, "datatype")
                for name in lineage
                for each in rules.datatypes[name]
                if each.severity in _SEVERITIES
            }
            for row in rows
        )
        self.every = tuple(report[EVERY] for report in self.reports)


class Outcome:
    """Where a child stands, and which counted steps of its parent it fits; `number` is that of `fits`."""

    __slots__ = ("state", "fits", "number")

    def __init__(self, state: "State", fits: tuple[int, ...], number: int) -> None:
        self.state, self.fits, self.number = state, fits, number


class Move:
    """From a state to children of one name. `find` tells where a child stands.

    The answer depends on templates of the child and its children, on some attributes, and on whatever the
    `_direct` tests look at. It is computed once for each combination.
    """

    __slots__ = ("find", "_machine", "_places", "_wanted", "_tests", "_known")

    def __init__(
        self, machine: "Machine", places: Sequence[Place], wanted: Sequence[tuple[int, Step]]
    ) -> None:
        self._machine, self._places, self._wanted = machine, places, wanted
        self._tests: dict[Step, Test] = {}
        names: set[str] = set()
        direct: list[Test] = []
        for step in dict.fromkeys([*(place.step for place in places), *(step for _, step in wanted)]):
            seen = [reads(part) for part in step.filters]
            self._tests[step] = holds = machine.test(step)
            if any(each is None for each in seen):
                direct.append(holds)
            else:
                names.update(*(each for each in seen if each))
        self._known: dict[object, Outcome] = {}
        self.find: Find = self._finder(sorted(names - {MARK}), direct)

    def _finder(self, names: Sequence[str], direct: Sequence[Test]) -> Find:
        known, compute = self._known, self._compute
        if direct:
            return lambda node: _direct(node, names, direct, known, compute)
        if not names:
            return lambda node: known.get(node.mark) or compute(node, node.mark)
        if len(names) == 1:
            name = names[0]

            def by_attribute(node: Node) -> Outcome:
                key = node.attrs.get(name) if node.mark is None else (node.attrs.get(name), node.mark)
                return known.get(key) or compute(node, key)

            return by_attribute

        def by_attributes(node: Node) -> Outcome:
            key = (*map(node.attrs.get, names), node.mark)
            return known.get(key) or compute(node, key)

        return by_attributes

    def _compute(self, node: Node, key: object) -> Outcome:
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        held = {step: holds(node) for step, holds in self._tests.items()}
        places = [place for place in self._places if held[place.step]]
        fits = tuple(number for number, step in self._wanted if held[step])
        outcome = self._known[key] = self._machine.outcome(places, fits)
        return outcome


def _direct(
    node: Node,
    names: Sequence[str],
    direct: Sequence[Test],
    known: dict[object, Outcome],
    compute: Callable[[Node, object], Outcome],
) -> Outcome:
    key = (*[holds(node) for holds in direct], *map(node.attrs.get, names), node.mark)
    return known.get(key) or compute(node, key)


class State:
    """What applies to elements that stand at the same places."""

    __slots__ = (
        "moves",
        "checks",
        "xsi_types",
        "datatypes",
        "shape",
        "known",
        "idle",
        "good_roots",
        "_places",
        "_machine",
    )

    def __init__(self, machine: "Machine", places: Sequence[Place]) -> None:
        self._machine, self._places = machine, places
        self.moves: dict[str, Find] = {}
        rows = machine.rows(first_contexts(places))
        own = [row for row in rows if attributes.is_own(row[0].kind)]
        self.xsi_types = machine.checks([row for row in own if row[0].kind == "xsi-type"])
        self.checks = machine.checks([row for row in own if row[0].kind != "xsi-type"])
        self.datatypes = machine.datatypes([row for row, _ in rows if row.kind == "datatype"])
        counted = [row for row in rows if row[0].kind in children.KINDS]
        self.shape = children.shape(counted, machine.rules) if counted else None
        self.known: dict[tuple[int, ...], tuple[children.Wanted, ...]] = {}
        self.good_roots: set[str] = set()
        self.idle = not rows

    def move(self, tag: str) -> Find:
        """The way to children of a name, made when first needed. Names that no rule knows share one."""
        if (tag := self._machine.known_tag(tag)) in self.moves:
            return self.moves[tag]
        places = [*self._machine.places.starts(tag), *(p for at in self._places for p in at.onward(tag))]
        steps = self.shape.steps if self.shape else ()
        wanted = [(number, step) for number, step in enumerate(steps) if name_test(step.name)(tag)]
        found = self.moves[tag] = Move(self._machine, places, wanted).find
        return found

    def broken(self, outcomes: Sequence[Outcome]) -> tuple[children.Wanted, ...]:
        """The constraints on the children that this sequence of children breaks."""
        if self.shape is None:
            return ()
        key = tuple([outcome.number for outcome in outcomes])
        found = self.known.get(key)
        if found is None:
            found = self.shape.broken([outcome.fits for outcome in outcomes])
            if len(self.known) >= MAX_REMEMBERED:
                self.known.clear()
            if len(key) <= MAX_LENGTH:
                self.known[key] = found
        return found


#: Longest sequence of children whose verdict is worth remembering.
MAX_LENGTH: Final = 64


class Machine:
    """The compiled constraints of one document kind with one terminology release. Safe for threads."""

    def __init__(self, rules: RuleSet, sets: Sets, kind: str) -> None:
        self.rules, self.sets, self.kind = rules, sets, kind
        self.places = Places(rules.notation)
        self.whole: list[tuple[Step, Rule]] = []  # what the document must hold somewhere
        self._rows: dict[Context, list[Row]] = defaultdict(list)
        self._tags: set[str | None] = set()
        self._tests: dict[Step, Test] = {}
        self._states: dict[frozenset[int], State] = {}
        self._outcomes: dict[tuple[frozenset[int], tuple[int, ...]], Outcome] = {}
        self._numbers: dict[tuple[int, ...], int] = {}
        self._checks: dict[tuple[str, str, str, bool], attributes.Check] = {}
        self._guard = threading.RLock()
        for row in rules.constraints:
            if kind in row.documents and not row.silent:
                self._add(row)

    def _add(self, row: Constraint) -> None:
        severity = Severity(row.severity) if row.severity else Severity.ERROR
        rule = Rule(row.id, row.template, severity, expected(row, self.rules.notation, self.sets), row.kind)
        if row.kind == "document-template":
            self.whole.append((self.rules.notation.step(row.subject), rule))
            return
        if row.context not in self._rows:
            self._tags.update(self.places.add(row.context))
        if row.kind in children.KINDS:
            self._tags.update(children.names(row))
        self._rows[row.context].append((row, rule))

    def applies(self, root: Node) -> bool:
        """Whether the root element carries the template that the constraints on a document hang on."""
        return any(self.test(place.step)(root) for place in self.places.at_root(root.tag))

    def start(self, root: Node) -> State:
        """Where the root element stands."""
        places = [p for p in self.places.at_root(root.tag) if self.test(p.step)(root)]
        return self.outcome(places, ()).state

    def test(self, step: Step) -> Test:
        """The compiled filters of a step."""
        if (found := self._tests.get(step)) is None:
            found = self._tests[step] = step_test(step, self.sets)
        return found

    def outcome(self, places: Sequence[Place], fits: tuple[int, ...]) -> Outcome:
        """The one outcome for these places and fits."""
        numbers = frozenset(place.number for place in places)
        with self._guard:
            if len(self._states) > MAX_STATES:
                self._states.clear()
                self._outcomes.clear()
            if (found := self._outcomes.get((numbers, fits))) is None:
                if (state := self._states.get(numbers)) is None:
                    state = self._states[numbers] = State(self, places)
                number = self._numbers.setdefault(fits, len(self._numbers))
                found = self._outcomes[numbers, fits] = Outcome(state, fits, number)
            return found

    def known_tag(self, tag: str) -> str:
        """The name itself if a step has it, else the same stand-in for all names of its namespace."""
        return tag if tag in self._tags else _HL7_STRANGER if tag.startswith(_HL7) else _STRANGER

    def rows(self, contexts: Iterable[Context]) -> list[Row]:
        """The constraints of contexts, each with what a finding says of it."""
        return [row for context in contexts for row in self._rows[context]]

    def checks(self, rows: Sequence[Row]) -> tuple[tuple[attributes.Check, tuple[Rule, ...]], ...]:
        """Checks with their rules; what several groups demand alike is checked once."""
        same: dict[tuple[str, str, str, bool], list[Rule]] = {}
        for row, rule in rows:
            key = (row.kind, row.subject, row.allowed, row.or_null)
            same.setdefault(key, []).append(rule)
            if key not in self._checks:
                self._checks[key] = attributes.compiled(row, self.sets)
        return tuple((self._checks[key], tuple(found)) for key, found in same.items())

    def datatypes(self, rows: Sequence[Constraint]) -> tuple[Datatype, ...]:
        """The datatypes that rows demand, each with its rows."""
        same: dict[str, list[Constraint]] = {}
        for row in rows:
            same.setdefault(row.allowed, []).append(row)
        return tuple(Datatype(name, found, self.rules) for name, found in same.items())
