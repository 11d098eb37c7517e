"""The step notation of the tables, read into a small tree. See README.md for the grammar.

A step names a child element and filters it. `parse_steps` reads a path, `parse_step` a single step. Nothing
here knows a document: what a filter means for an element is decided by who compiles the tree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schemas.namespaces import HL7, PHARM, XSI, q

PREFIXES: Final = {"hl7": HL7, "pharm": PHARM, "xsi": XSI}
ANY: Final = "*"
NULL_FLAVOR: Final = "nullFlavor"


@dataclass(frozen=True, slots=True)
class Templates:
    """templateId children with all these roots."""

    roots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The attribute is there; with one of the values, if there are any."""

    name: str  # as lxml writes it
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Typed:
    """An xsi:type that resolves to a name."""

    name: str  # {namespace}local


@dataclass(frozen=True, slots=True)
class Code:
    """Just this code of just this code system."""

    code: str
    system: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of one of the value sets: by `what` is compared, "both", "code" or "system"."""

    what: str
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Descendant:
    """A path of child steps leads somewhere, or to an element for which `last` holds."""

    steps: "tuple[Step, ...]"
    last: Attribute | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: "Filter"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Position:
    """The n-th of the elements that the step and the filters before it select, counted from 1."""

    number: int


Filter = Templates | Attribute | Typed | Code | Member | Descendant | Not | All | Some
IS_NULL: Final = Attribute(NULL_FLAVOR)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `name` is `{namespace}local`, `{namespace}*`, `*`, or None for a step that cannot match."""

    name: str | None
    filters: tuple[Filter | Position, ...] = ()


class Notation:
    """Reads steps with the abbreviations of one rule set; the same text gives the same object."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        self._abbreviations = dict(abbreviations)
        self._paths: dict[str, tuple[Step, ...]] = {}

    def steps(self, text: str) -> tuple[Step, ...]:
        """Read a path; `.` has no steps.

        Raises: ValueError: the text does not follow the grammar; the message says where.
        """
        if (known := self._paths.get(text)) is None:
            known = self._paths[text] = () if text == "." else _Reader(text, self._abbreviations).path()
        return known

    def step(self, text: str) -> Step:
        """Read a single step. Raises: ValueError: as `steps`, or there are several."""
        found = self.steps(text)
        if len(found) != 1:
            raise ValueError(f"{text!r} is not one step")
        return found[0]

    def full(self, oid: str) -> str:
        """An OID without its abbreviation."""
        return _full(oid, self._abbreviations)


def attribute_name(name: str) -> str:
    """`@xsi:type` or `xsi:type` as lxml writes it."""
    prefix, _, local = name.removeprefix("@").rpartition(":")
    return q(PREFIXES[prefix], local) if prefix else local


def element_name(name: str) -> str | None:
    """`hl7:code` as lxml writes it; None for a name without a prefix, which matches nothing."""
    prefix, _, local = name.rpartition(":")
    if prefix:
        return q(PREFIXES[prefix], local)
    return ANY if local == ANY else None


def _full(oid: str, abbreviations: Mapping[str, str]) -> str:
    for short, root in abbreviations.items():
        if oid.startswith(short):
            return root + oid[len(short) :]
    return oid


_NAME = re.compile(r"[A-Za-z0-9]+:(?:[A-Za-z0-9]+|\*)|\*|[A-Za-z0-9]+")
_CALL = re.compile(r"(tpl|type|code|vs|vscode|vssystem)\(([^()]*)\)")
_NULL = re.compile(r"null(?![\w:/\[])")
_ATTRIBUTE = re.compile(r"@([A-Za-z]+(?::[A-Za-z]+)?)")
_LITERAL = re.compile(r"'([^']*)'|([^\s\[\]&|!()']+)")
_OR_VALUE = re.compile(r"\|(?=[^\s@|])")  # `@a=x|y`; between filters the sign stands between blanks
_DIGITS = re.compile(r"\d+")
_MEMBERS = {"vs": "both", "vscode": "code", "vssystem": "system"}


class _Reader:
    """Recursive descent over one text."""

    def __init__(self, text: str, abbreviations: Mapping[str, str]) -> None:
        self.text, self.at, self.abbreviations = text, 0, abbreviations

    def path(self) -> tuple[Step, ...]:
        found = self.steps()
        if self.at != len(self.text):
            raise ValueError(f"{self.text!r}: not understood from position {self.at}")
        return found

    def steps(self) -> tuple[Step, ...]:
        found = [self.step()]
        while self.text.startswith("/", self.at) and not self.text.startswith("/@", self.at):
            self.at += 1
            found.append(self.step())
        return tuple(found)

    def step(self) -> Step:
        name = self.take(_NAME)[0]
        filters: list[Filter | Position] = []
        while self.skip("["):
            if self.skip("#"):
                filters.append(Position(int(self.take(_DIGITS)[0])))
            else:
                filters.append(self.either())
            self.expect("]")
        return Step(element_name(name), tuple(filters))

    def either(self) -> Filter:
        parts = [self.both()]
        while self.sign("|"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def both(self) -> Filter:
        parts = [self.one()]
        while self.sign("&"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Filter:
        self.blanks()
        if self.skip("!"):
            return Not(self.one())
        if self.skip("("):
            inner = self.either()
            self.expect(")")
            return inner
        if self.text.startswith("@", self.at):
            return self.attribute()
        if call := _CALL.match(self.text, self.at):
            self.at = call.end()
            return self.call(call[1], call[2])
        if null := _NULL.match(self.text, self.at):
            self.at = null.end()
            return IS_NULL
        steps = self.steps()
        return Descendant(steps, self.attribute() if self.skip("/") else None)

    def attribute(self) -> Attribute:
        name = attribute_name(self.take(_ATTRIBUTE)[1])
        if not self.skip("="):
            return Attribute(name)
        values = {self.literal()}
        while found := _OR_VALUE.match(self.text, self.at):
            self.at = found.end()
            values.add(self.literal())
        return Attribute(name, frozenset(values))

    def literal(self) -> str:
        found = self.take(_LITERAL)
        return found[1] if found[1] is not None else _full(found[2], self.abbreviations)

    def call(self, name: str, inside: str) -> Filter:
        if name == "type":
            return Typed(element_name(inside) or inside)
        if name == "code":
            code, _, system = inside.partition("^")
            return Code(code, _full(system, self.abbreviations))
        oids = tuple(_full(oid, self.abbreviations) for oid in inside.split(","))
        return Templates(frozenset(oids)) if name == "tpl" else Member(_MEMBERS[name], oids)

    def blanks(self) -> None:
        while self.text.startswith(" ", self.at):
            self.at += 1

    def sign(self, sign: str) -> bool:
        before = self.at
        self.blanks()
        if self.skip(sign):
            self.blanks()
            return True
        self.at = before
        return False

    def skip(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        self.blanks()
        if not self.skip(token):
            raise ValueError(f"{self.text!r}: {token!r} expected at position {self.at}")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"{self.text!r}: not understood from position {self.at}")
        self.at = found.end()
        return found
