"""Walks a document and applies what the machine says."""

from collections.abc import Sequence

from . import own
from .children import Wanted
from .machine import MAX_REMEMBERED, Machine, Outcome, State
from .run import Run
from .tree import TEMPLATE_ID, XSI_TYPE, Node, shown


def check(machine: Machine, run: Run) -> None:
    """Check a document against the tables. The findings go into the run, in document order."""
    root = run.root
    for step, rule in machine.whole:
        holds = machine.test(step)
        if not any(node.tag == step.name and holds(node) for node in run.tree.nodes):
            run.report((rule,), root)
    _visit(root, machine.start(root), run)


def _visit(node: Node, state: State, run: Run) -> None:
    kids, moves = node.kids, state.moves
    outcomes = [(moves.get(kid.tag) or state.move(kid.tag))(kid) for kid in kids]
    if not state.idle:
        _apply(node, state, outcomes, run)
    for kid, outcome in zip(kids, outcomes, strict=True):
        below = outcome.state
        if kid.kids:
            _visit(kid, below, run)
        elif not below.idle:
            if kid.tag == TEMPLATE_ID and len(kid.attrs) == 1 and not node.repeats:
                _template(kid, below, run)
            else:
                _apply(kid, below, (), run)


def _template(node: Node, state: State, run: Run) -> None:
    """Check a templateId. They are a sixth of all elements, and a root that was good is good again."""
    root = node.attrs.get("root")
    if root in state.good_roots:
        return
    before = len(run.findings)
    _apply(node, state, (), run)
    if root is not None and len(run.findings) == before and len(state.good_roots) < MAX_REMEMBERED:
        state.good_roots.add(root)


def _apply(node: Node, state: State, outcomes: Sequence[Outcome], run: Run) -> None:
    """Check one element against everything that applies to it."""
    if state.shape is not None:
        for wanted in state.broken(outcomes):
            _report_children(node, state, wanted, outcomes, run)
    for holds, rules in state.checks:
        if (found := holds(node, run)) is not None:
            run.report(rules, node, found)
    if state.xsi_types and XSI_TYPE in node.attrs:
        for holds, rules in state.xsi_types:
            if (found := holds(node, run)) is not None:
                run.report(rules, node, found)
    broken = run.broken
    for datatype in state.datatypes:
        for function in datatype.functions:
            function(node, broken)
        if broken:
            for report in datatype.reports:
                run.report_element([report[rule] for rule in broken if rule in report], node)
            broken.clear()
        if run.misplaced and node.el in run.misplaced:
            run.report_element(datatype.every, node)


def _report_children(node: Node, state: State, wanted: Wanted, outcomes: Sequence[Outcome], run: Run) -> None:
    if state.shape is None or (wanted.or_null and "nullFlavor" in node.attrs):
        return
    found = state.shape.found(wanted, node, [outcome.fits for outcome in outcomes])
    run.report(wanted.rules, node, found)
    if state.shape.unheld and not wanted.most:
        for kid in state.shape.without_set(wanted, node):
            run.report((own.MISSING_SET,), kid, shown(kid))
