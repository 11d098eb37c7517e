"""Loads a rule set: the constraint tables of one wave. See README.md for every column."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .notation import Notation

_HERE: Final = Path(__file__).parent
_COLUMNS: Final = {
    "templates": ("template", "date", "name"),
    "contexts": ("context", "group", "order", "anchor", "steps"),
    "constraints": (
        "id",
        "context",
        "documents",
        "template",
        "kind",
        "subject",
        "allowed",
        "or_null",
        "severity",
        "published",
    ),
    "datatypes": ("datatype", "base", "rule", "severity", "expected"),
    "value_sets": ("value_set", "name"),
    "members": ("value_set", "system", "code"),
}


@dataclass(frozen=True, slots=True)
class Context:
    """Where constraints apply: the elements that `steps` lead to from an element that fits `anchor`.

    Within a group only the first context that fits an element applies, in `order`.
    """

    number: int
    group: str
    order: int
    anchor: str
    steps: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint. What `subject` and `allowed` mean depends on `kind`."""

    id: str
    context: Context
    documents: frozenset[str]
    template: str  # OID of the template that states it
    kind: str
    subject: str
    allowed: str
    or_null: bool  # a nullFlavor on the context element satisfies it
    severity: str  # error or warning; empty for kind `datatype`
    silent: bool  # the published rules never report it


@dataclass(frozen=True, slots=True)
class DatatypeRule:
    """One rule of an HL7 data type, inherited by the types that build on it."""

    rule: str
    severity: str
    expected: str


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """The constraints of one wave and what they refer to. Immutable; `rule_set` loads it."""

    wave: int
    kinds: Mapping[str, Mapping[str, str]]  # LOINC code -> structured, file -> document kind
    notation: Notation
    constraints: tuple[Constraint, ...]
    templates: Mapping[str, str]  # OID -> name
    bases: Mapping[str, str]  # datatype -> the one it extends, or ""
    datatypes: Mapping[str, tuple[DatatypeRule, ...]]
    set_names: Mapping[str, str]
    members: Mapping[str, frozenset[tuple[str, str]]]  # value set -> (code, system)
    whole_systems: Mapping[str, frozenset[str]]  # value set -> systems taken in whole
    open_sets: Mapping[str, frozenset[str]]  # value set -> systems it draws from
    missing_sets: frozenset[str]
    closed_sets: frozenset[str]

    @property
    def name(self) -> str:
        """W8."""
        return f"W{self.wave}"

    def lineage(self, datatype: str) -> tuple[str, ...]:
        """The datatype and those it extends, nearest first. Raises: KeyError: not in the table."""
        found = [datatype]
        while base := self.bases[found[-1]]:
            found.append(base)
        return tuple(found)


@cache
def available() -> tuple[int, ...]:
    """The waves that have a set of their own, in order."""
    return tuple(sorted(int(path.parent.name[1:]) for path in _HERE.glob("w*/set.toml")))


@cache
def rule_set(wave: int) -> RuleSet:
    """Return the set of a wave, read once per process.

    Raises: KeyError: the wave has no set of its own (see `available`). ValueError: a table is damaged; the
            message names file and line.
    """
    if wave not in available():
        raise KeyError(wave)
    return load(_HERE / f"w{wave}")


def load(folder: Path) -> RuleSet:
    """Read a rule set from its folder. Raises: as `rule_set`, and OSError."""
    head = tomllib.loads((folder / "set.toml").read_text(encoding="utf-8"))
    templates = {row[0]: row[2] for row in _rows(folder, "templates")}
    contexts = {
        row[0]: Context(int(row[0]), row[1], int(row[2]), row[3], row[4]) for row in _rows(folder, "contexts")
    }
    constraints = tuple(_constraint(row, contexts, templates) for row in _rows(folder, "constraints"))
    bases: dict[str, str] = {}
    datatypes: dict[str, tuple[DatatypeRule, ...]] = {}
    for datatype, base, rule, severity, expected in _rows(folder, "datatypes"):
        bases[datatype] = base
        own = datatypes.setdefault(datatype, ())
        if rule:
            datatypes[datatype] = (*own, DatatypeRule(rule, severity, expected))
    members: dict[str, set[tuple[str, str]]] = {}
    whole: dict[str, set[str]] = {}
    for value_set, system, code in _rows(folder, "members"):
        members.setdefault(value_set, set())
        if code == "*":
            whole.setdefault(value_set, set()).add(system)
        else:
            members[value_set].add((code, system))
    return RuleSet(
        wave=head["wave"],
        kinds=MappingProxyType(head["kinds"]),
        notation=Notation(head["abbreviations"]),
        constraints=constraints,
        templates=MappingProxyType(templates),
        bases=MappingProxyType(bases),
        datatypes=MappingProxyType(datatypes),
        set_names=MappingProxyType({row[0]: row[1] for row in _rows(folder, "value_sets")}),
        members=MappingProxyType({oid: frozenset(held) for oid, held in members.items()}),
        whole_systems=MappingProxyType({oid: frozenset(held) for oid, held in whole.items()}),
        open_sets=MappingProxyType({oid: frozenset(held) for oid, held in head["open"].items()}),
        missing_sets=frozenset(head["missing"]["sets"]),
        closed_sets=frozenset(head["closed"]["sets"]),
    )


def _constraint(row: list[str], contexts: Mapping[str, Context], templates: Mapping[str, str]) -> Constraint:
    number, context, documents, template, kind, subject, allowed, or_null, severity, published = row
    if context not in contexts or template not in templates:
        raise ValueError(f"constraints.csv {number}: unknown context or template")
    return Constraint(
        number,
        contexts[context],
        frozenset(documents.split()),
        template,
        kind,
        subject,
        allowed,
        or_null == "yes",
        severity,
        published == "silent",
    )


def _rows(folder: Path, name: str) -> Iterator[list[str]]:
    """The rows of a table, every cell as text. Raises: ValueError: wrong header or number of cells."""
    columns = _COLUMNS[name]
    text = (folder / f"{name}.csv").read_text(encoding="utf-8")
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    if next(reader, None) != list(columns):
        raise ValueError(f"{name}.csv: the header is not {','.join(columns)}")
    for row in reader:
        if len(row) != len(columns):
            raise ValueError(f"{name}.csv line {reader.line_num}: {len(columns)} cells expected")
        yield row
