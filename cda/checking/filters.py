"""Filters of the tables as functions on nodes.

`test` compiles a filter. `reads` tells what its result depends on, so that the machine can remember results
instead of computing them: attributes by name, and MARK for templates on the element or its children.
"""

from collections.abc import Callable, Iterable
from typing import Final

from schemas.rules.notation import (
    ANY,
    All,
    Attribute,
    Code,
    Descendant,
    Filter,
    Member,
    Not,
    Position,
    Some,
    Step,
    Templates,
    Typed,
)

from .membership import Sets
from .tree import Node
from .xsi_type import is_typed

Test = Callable[[Node], bool]
MARK: Final = "(templates)"  # no attribute can have this name


def reads(part: Filter | Position) -> frozenset[str] | None:
    """What the filter looks at: attribute names and MARK; None when that cannot be told by name."""
    match part:
        case Attribute(name):
            return frozenset({name})
        case Code() | Member():
            return frozenset({"code", "codeSystem"})
        case Templates():
            return frozenset({MARK})
        case Not(inner):
            return reads(inner)
        case All(parts) | Some(parts):
            found: set[str] = set()
            for each in parts:
                if (inside := reads(each)) is None:
                    return None
                found |= inside
            return frozenset(found)
        case Descendant((Step(str(), (Templates(),)),), None):
            return frozenset({MARK})
        case Descendant(steps) if any(step.name is None for step in steps):
            return frozenset()
        case _:
            return None


def test(part: Filter, sets: Sets) -> Test:
    """Compile one filter."""
    match part:
        case Attribute(name, values):
            if values:
                return lambda node: node.attrs.get(name) in values
            return lambda node: name in node.attrs
        case Code(code, system):
            return lambda node: node.attrs.get("code") == code and node.attrs.get("codeSystem") == system
        case Member(what, oids):
            return _member(what, oids, sets)
        case Templates(roots):
            return lambda node: roots <= node.templates
        case Typed(name):
            return lambda node: is_typed(node, name)
        case Not(inner):
            denied = test(inner, sets)
            return lambda node: not denied(node)
        case All(parts):
            all_parts = [test(each, sets) for each in parts]
            return lambda node: all(holds(node) for holds in all_parts)
        case Some(parts):
            some_parts = [test(each, sets) for each in parts]
            return lambda node: any(holds(node) for holds in some_parts)
        case Descendant(steps, last):
            return _descendant(steps, last, sets)


def step_test(step: Step, sets: Sets) -> Test:
    """Compile all filters of a step, for a node whose name already fits."""
    tests = [
        _position(part.number, step, index, sets) if isinstance(part, Position) else test(part, sets)
        for index, part in enumerate(step.filters)
    ]
    if len(tests) == 1:
        return tests[0]
    return lambda node: all(holds(node) for holds in tests)


def name_test(name: str | None) -> Callable[[str], bool]:
    """Whether an element name fits the name of a step."""
    if name is None:
        return lambda tag: False
    if name == ANY:
        return lambda tag: True
    if name.endswith("}*"):
        space = name[:-1]
        return lambda tag: tag.startswith(space)
    return lambda tag: tag == name


def select(nodes: Iterable[Node], step: Step, sets: Sets) -> list[Node]:
    """The children that a step selects."""
    fits, holds = name_test(step.name), step_test(step, sets)
    return [node for node in nodes if fits(node.tag) and holds(node)]


def _member(what: str, oids: tuple[str, ...], sets: Sets) -> Test:
    held = [sets[oid] for oid in oids]
    if what == "code":
        return lambda node: any(each.has_code(node.attrs.get("code")) for each in held)
    if what == "system":
        whole = frozenset[str]().union(*(each.whole for each in held))
        return lambda node: node.attrs.get("codeSystem") in whole

    def holds(node: Node) -> bool:
        code, system = node.attrs.get("code"), node.attrs.get("codeSystem")
        return any(each.has(code, system) for each in held)

    return holds


def _descendant(steps: tuple[Step, ...], last: Attribute | None, sets: Sets) -> Test:
    step, rest = steps[0], steps[1:]
    fits, holds = name_test(step.name), step_test(step, sets)
    if rest:
        inner = _descendant(rest, last, sets)
    elif last is not None:
        inner = test(last, sets)
    else:
        return lambda node: any(fits(kid.tag) and holds(kid) for kid in node.kids)
    return lambda node: any(fits(kid.tag) and holds(kid) and inner(kid) for kid in node.kids)


def _position(number: int, step: Step, index: int, sets: Sets) -> Test:
    before = Step(step.name, step.filters[:index])

    def holds(node: Node) -> bool:
        if node.parent is None:
            return False
        found = select(node.parent.kids, before, sets)
        return len(found) >= number and found[number - 1] is node

    return holds
