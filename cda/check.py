"""Is a CDA document as the rules want it? Schema, constraint tables, and rules of our own.

Findings accumulate; nothing here refuses a document. Whoever shows it decides what a finding means for that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from schemas.rules import RuleSet, available, rule_set
from schemas.validate import Schema, violations
from terminology.catalogue import Catalogue

from .checking import own, walk
from .checking.finding import Finding, Severity
from .checking.kinds import Kind, is_cda, kind_of, wave_of
from .checking.machine import Machine
from .checking.membership import Sets
from .checking.nulls import misplaced
from .checking.run import Run
from .checking.tree import Tree, build

SCHEMA_RULE: Final = "schema"
NOT_CDA: Final = "own-not-cda"
#: Elements up to which breaches of the schema are explained in words: half a minute for the largest document.
MAX_EXPLAINED: Final = 12_000
_ELEMENTS: Final = cast(Callable[[etree._Element], float], etree.XPath("count(//*)"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in a document, and by which rules."""

    kind: str | None  # PS, eP, eD, PS-L1, eP-L1, OrCD; None: unknown
    wave: int | None  # our best guess; None: nothing tells
    rules: int | None  # the wave whose rules judged; None: there are none for this kind
    findings: tuple[Finding, ...]
    cda: bool = True

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


def nearest(wave: int | None) -> int:
    """The wave whose rules judge a document of this wave: its own, else the nearest one with a set."""
    sets = available()
    return sets[-1] if wave is None else min(sets, key=lambda each: (abs(each - wave), -each))


def check(tree: etree._Element, terms: Catalogue, *, wave: int | None = None, schema: bool = True) -> Verdict:
    """Check a document.

    Args:    terms: the terminology release that says which codes belong to which value set.
             wave: judge it as a document of this wave; None means the wave that it seems to be of. A wave
             without rules of its own is judged by the nearest set there is.
             schema: whether to validate against the schema too.
    """
    if not is_cda(tree):
        return Verdict(None, None, None, (not_cda(str(tree.tag)[:80]),), cda=False)
    found = _schema_findings(tree) if schema else ()
    nodes = build(tree)
    try:
        return _judged(nodes, terms, wave, found)
    finally:
        nodes.let_go()


def _judged(nodes: Tree, terms: Catalogue, wave: int | None, found: tuple[Finding, ...]) -> Verdict:
    """The verdict of tables and rules, after the findings of the schema."""
    guessed = wave_of(nodes)
    rules = rule_set(nearest(guessed if wave is None else wave))
    kind = kind_of(nodes.root, rules)
    run = Run(nodes, misplaced(nodes))
    _tables(kind, rules, terms, run)
    _own(kind, run)
    judged = rules.wave if kind.rules else None
    return Verdict(kind.name, guessed, judged, (*found, *run.findings))


def not_cda(found: str) -> Finding:
    """The one finding of something that is no clinical document."""
    return Finding(Severity.ERROR, NOT_CDA, None, "/", found, own.NOT_CDA.expected, NOT_CDA)


def _tables(kind: Kind, rules: RuleSet, terms: Catalogue, run: Run) -> None:
    if kind.rules is None:
        run.report((own.NO_RULES,), run.root, "a discard" if kind.discard else kind.name or "")
        return
    machine = _machine(rules.wave, kind.rules, terms)
    if not machine.applies(run.root):
        run.report((own.TEMPLATE,), run.root, " ".join(sorted(run.root.templates)))
    walk.check(machine, run)
    own.report_undecided(run, lambda oid: machine.sets[oid].name)


def _own(kind: Kind, run: Run) -> None:
    if not kind.has_body:
        run.report((own.NO_BODY,), run.root)
    if not kind.allowed:
        run.report((own.LEVEL,), run.root, "nonXMLBody")
    own.check(run)
    own.check_patient(run)
    own.check_file(run)


def _schema_findings(tree: etree._Element) -> tuple[Finding, ...]:
    explain = _ELEMENTS(tree) <= MAX_EXPLAINED
    return tuple(
        Finding(
            Severity.ERROR,
            SCHEMA_RULE,
            None,
            each.path,
            each.message,
            "the CDA schema",
            SCHEMA_RULE,
            each.line,
        )
        for each in violations(tree, Schema.CDA, explain=explain)
    )


@lru_cache(maxsize=4)
def _sets(wave: int, terms: Catalogue) -> Sets:
    return Sets(rule_set(wave), terms)


@lru_cache(maxsize=16)
def _machine(wave: int, kind: str, terms: Catalogue) -> Machine:
    """Compiled once per process for each kind of document and terminology release."""
    return Machine(rule_set(wave), _sets(wave, terms), kind)
