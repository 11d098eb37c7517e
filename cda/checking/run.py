"""One run over one document: what was found so far and what constraints may ask of the whole document."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from schemas.namespaces import HL7, q

from .finding import Finding, Severity
from .tree import Node, Tree, shown, step_of

ID: Final = q(HL7, "id")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding says of the rule behind it."""

    id: str
    template: str | None
    severity: Severity
    expected: str
    kind: str


class Run:
    """Collects findings. `misplaced`: elements with a null flavour beside content, on them or inside."""

    def __init__(self, tree: Tree, misplaced: frozenset[object]) -> None:
        self.tree, self.root, self.misplaced = tree, tree.root, misplaced
        self.findings: list[Finding] = []
        self.undecided: dict[str, int] = {}  # OID of an open value set -> how many codes it could not decide
        self.broken: list[str] = []  # datatype rules that the element at hand breaks
        self.narrative_ids: frozenset[str] | None = None  # collected when first needed
        self._paths: dict[Node, str] = {}
        self._ids: dict[tuple[str | None, str | None], list[Node]] | None = None

    def report(self, rules: Iterable[Rule], node: Node, found: str = "") -> None:
        """Add one finding per rule at an element."""
        path, line = self.path(node), node.el.sourceline or 0
        for rule in rules:
            self.findings.append(
                Finding(rule.severity, rule.id, rule.template, path, found, rule.expected, rule.kind, line)
            )

    def path(self, node: Node) -> str:
        """Absolute path with positions and customary prefixes: `/hl7:ClinicalDocument[1]/hl7:id[1]`."""
        known = self._paths.get(node)
        if known is None:
            before = self.path(node.parent) if node.parent is not None else ""
            known = self._paths[node] = f"{before}/{step_of(node)}"
        return known

    def report_element(self, rules: Iterable[Rule], node: Node) -> None:
        """Add one finding per rule; what was found is the element itself."""
        self.report(rules, node, shown(node))

    def cannot_decide(self, value_set: str) -> None:
        """Note that a code was taken on trust."""
        self.undecided[value_set] = self.undecided.get(value_set, 0) + 1

    def identified(self, root: str | None, extension: str | None) -> list[Node]:
        """The `id` elements with this root and extension."""
        if self._ids is None:
            self._ids = {}
            for node in self.tree.nodes:
                if node.tag == ID:
                    key = (node.attrs.get("root"), node.attrs.get("extension"))
                    self._ids.setdefault(key, []).append(node)
        return self._ids.get((root, extension), [])
