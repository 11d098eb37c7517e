"""Constraints on the context element itself: its attributes, its code, its unit, its text.

`compiled` turns a constraint into a check. A check returns None if it holds, else what is there.
"""

import re
from collections.abc import Callable
from typing import Final

from schemas.rules import Constraint
from schemas.rules.notation import NULL_FLAVOR, attribute_name, element_name

from .membership import Members, Sets
from .references import same_code, same_mood, target_exists
from .run import Run
from .tree import XSI_TYPE, Node, own_text
from .units import is_misspelt, is_no_unit
from .xsi_type import NoName, resolved

Check = Callable[[Node, Run], str | None]

#: What the data types of attributes accept.
TYPES: Final = {
    "token": re.compile(r"\S+"),
    "text": re.compile(r".+", re.DOTALL),
    "boolean": re.compile(r"true|false"),
    "integer": re.compile(r"-?[1-9]\d*|\+?\d+|"),
    "real": re.compile(r"[-+]?\d*\.?[0-9]+([eE][-+]?\d+)?"),
}
_ANNOTATED: Final = re.compile(r"\{.*\}", re.DOTALL)


def compiled(row: Constraint, sets: Sets) -> Check:
    """The check of one constraint. Raises: KeyError: the kind is not one of the element itself."""
    check = _KINDS[row.kind](row, sets)
    if not row.or_null:
        return check
    return lambda node, run: None if NULL_FLAVOR in node.attrs else check(node, run)


def is_own(kind: str) -> bool:
    """Whether constraints of this kind are about the element itself."""
    return kind in _KINDS


def _fixed(row: Constraint, sets: Sets) -> Check:
    name, allowed = attribute_name(row.subject), frozenset(row.allowed.split("|"))

    def check(node: Node, run: Run) -> str | None:
        value = node.attrs.get(name, "")
        return None if value in allowed else value

    return check


def _if_present(row: Constraint, sets: Sets) -> Check:
    name, allowed = attribute_name(row.subject), frozenset(row.allowed.split("|"))

    def check(node: Node, run: Run) -> str | None:
        value = node.attrs.get(name)
        return None if value is None or value in allowed else value

    return check


def _required(row: Constraint, sets: Sets) -> Check:
    name = attribute_name(row.subject)
    return lambda node, run: None if name in node.attrs else ""


def _forbidden(row: Constraint, sets: Sets) -> Check:
    name = attribute_name(row.subject)
    return lambda node, run: node.attrs.get(name)


def _type(row: Constraint, sets: Sets) -> Check:
    child, _, name = row.subject.rpartition("@")
    attribute, fits = attribute_name(name), TYPES[row.allowed].fullmatch
    if not child:

        def check(node: Node, run: Run) -> str | None:
            value = node.attrs.get(attribute)
            return None if value is None or fits(value) else value

        return check
    tag = element_name(child.rstrip("/"))

    def inside(node: Node, run: Run) -> str | None:
        for kid in node.kids:
            if kid.tag == tag:
                value = kid.attrs.get(attribute)
                if value is not None and not fits(value):
                    return value
        return None

    return inside


def _pattern(row: Constraint, sets: Sets) -> Check:
    name, search = attribute_name(row.subject), re.compile(row.allowed).search

    def check(node: Node, run: Run) -> str | None:
        value = node.attrs.get(name, "")
        return None if search(value) else value

    return check


def _attribute_set(row: Constraint, sets: Sets) -> Check:
    name, literals, held = attribute_name(row.subject), *_allowed(row, sets)

    def check(node: Node, run: Run) -> str | None:
        value = node.attrs.get(name)
        if value is None:
            return None
        for word in value.split():
            if (word,) not in literals and not any(each.has_code(word) for each in held):
                return value
        return None

    return check


def _allowed(row: Constraint, sets: Sets) -> tuple[frozenset[tuple[str, ...]], list[Members]]:
    """The literals (code, code and system, or both and its name) and the value sets of a constraint."""
    parts = row.allowed.split("|")
    literals = frozenset(tuple(part.split("^")) for part in parts if not part.startswith("vs:"))
    return literals, [sets[part[3:].removesuffix("+system")] for part in parts if part.startswith("vs:")]


def _code(row: Constraint, sets: Sets) -> Check:
    literals, held = _allowed(row, sets)
    whole = (
        frozenset[str]().union(*(each.whole for each in held)) if "+system" in row.allowed else frozenset()
    )
    sure = frozenset[tuple[str, str]]().union(*(each.pairs for each in held))
    wide = [each for each in held if each.open]

    def check(node: Node, run: Run) -> str | None:
        attrs = node.attrs
        code, system = attrs.get("code"), attrs.get("codeSystem")
        if (code, system) in sure or (code, system) in literals or (code,) in literals:
            return None
        if (code, system, attrs.get("codeSystemName")) in literals or system in whole:
            return None
        if code is not None:
            for each in wide:
                if system in each.open:
                    run.cannot_decide(each.oid)
                    return None
        return f"{code or ''}^{system or ''}"

    return check


def _xsi_type(row: Constraint, sets: Sets) -> Check:
    name, required = element_name(row.allowed), row.kind == "xsi-type-required"

    def check(node: Node, run: Run) -> str | None:
        raw = node.attrs.get(XSI_TYPE)
        if raw is None:
            return "" if required else None
        try:
            return None if resolved(node) == name else raw
        except NoName:  # reported by a rule of our own: the published rules end here
            return None

    return check


def _unit(row: Constraint, sets: Sets) -> Check:
    name = attribute_name(row.subject)

    def check(node: Node, run: Run) -> str | None:
        value = node.attrs.get(name)
        return value if value is not None and is_misspelt(value) else None

    return check


def _unit_set(row: Constraint, sets: Sets) -> Check:
    name, held = attribute_name(row.subject), sets[row.allowed.removeprefix("vs:")]

    def check(node: Node, run: Run) -> str | None:
        value = node.attrs.get(name)
        if value is None or value == "1" or value in held.codes or _ANNOTATED.fullmatch(value):
            return None
        if held.open and not is_no_unit(value):
            run.cannot_decide(held.oid)
            return None
        return value

    return check


def _text(row: Constraint, sets: Sets) -> Check:
    wanted = row.allowed

    def check(node: Node, run: Run) -> str | None:
        el = node.el
        parts = [el.text, *(child.tail for child in el)]
        return None if wanted in parts else own_text(el).strip()

    return check


def _children(row: Constraint, sets: Sets) -> Check:
    return lambda node, run: " ".join(sorted({kid.tag for kid in node.kids})) or None


def _reference(row: Constraint, sets: Sets) -> Check:
    return {"reference-exists": target_exists, "reference-mood": same_mood, "reference-code": same_code}[
        row.kind
    ]


_KINDS: Final[dict[str, Callable[[Constraint, Sets], Check]]] = {
    "attr-fixed": _fixed,
    "attr-if-present": _if_present,
    "attr-required": _required,
    "attr-forbidden": _forbidden,
    "attr-type": _type,
    "attr-pattern": _pattern,
    "attr-value-set": _attribute_set,
    "code-fixed": _code,
    "value-set": _code,
    "xsi-type": _xsi_type,
    "xsi-type-required": _xsi_type,
    "unit-ucum": _unit,
    "unit-value-set": _unit_set,
    "text-fixed": _text,
    "no-children": _children,
    "reference-exists": _reference,
    "reference-mood": _reference,
    "reference-code": _reference,
}
