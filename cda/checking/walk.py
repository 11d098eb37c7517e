"""Walks a document and applies what the machine says."""

from . import own
from .children import Wanted
from .machine import Machine, Outcome, State
from .run import Run
from .tree import XSI_TYPE, Node, shown


def check(root: Node, machine: Machine, run: Run) -> None:
    """Check a document against the tables. The findings go into the run, in document order."""
    for step, rule in machine.whole:
        holds = machine.test(step)
        if not any(node.tag == step.name and holds(node) for node in root.walk()):
            run.report((rule,), root)
    _visit(root, machine.start(root), run)


def _visit(node: Node, state: State, run: Run) -> None:
    kids = node.kids
    outcomes: list[Outcome] = []
    if kids:
        moves = state.moves
        for kid in kids:
            outcomes.append((moves.get(kid.tag) or state.move(kid.tag))(kid))
    if not state.idle:
        _apply(node, state, outcomes, run)
    for kid, outcome in zip(kids, outcomes, strict=True):
        below = outcome.state
        if kid.kids or not below.idle:
            _visit(kid, below, run)


def _apply(node: Node, state: State, outcomes: list[Outcome], run: Run) -> None:
    """Check one element against everything that applies to it."""
    if state.shape is not None:
        for wanted in state.broken(outcomes):
            _report_children(node, state, wanted, outcomes, run)
    for holds, rules in state.checks:
        found = holds(node, run)
        if found is not None:
            run.report(rules, node, found)
    if state.xsi_types and XSI_TYPE in node.attrs:
        for holds, rules in state.xsi_types:
            found = holds(node, run)
            if found is not None:
                run.report(rules, node, found)
    if state.datatypes:
        _datatypes(node, state, run)


def _datatypes(node: Node, state: State, run: Run) -> None:
    broken: list[str] = []
    for datatype in state.datatypes:
        for function in datatype.functions:
            function(node, broken)
        if run.misplaced and node.el in run.misplaced:
            run.report_element(datatype.every, node)
        if broken:
            for report in datatype.reports:
                run.report_element([report[rule] for rule in broken if rule in report], node)
            broken.clear()


def _report_children(node: Node, state: State, wanted: Wanted, outcomes: list[Outcome], run: Run) -> None:
    if state.shape is None or (wanted.or_null and "nullFlavor" in node.attrs):
        return
    found = state.shape.found(wanted, node, [outcome.fits for outcome in outcomes])
    run.report(wanted.rules, node, found)
    if state.shape.unheld and not wanted.most:
        for kid in state.shape.without_set(wanted, node):
            run.report((own.MISSING_SET,), kid, shown(kid))
