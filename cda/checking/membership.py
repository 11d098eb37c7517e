"""Which codes belong to which value set: the sets of the tables and those of the active terminology release.

A set that the release holds only in part never proves that a code does not belong to it, as long as the code
is of a system that the set draws from. Membership is by code and code system as written: a catalogue that
understands an older OID of a code system does not make it right in a pivot document.
"""

from dataclasses import dataclass
from typing import Final

from schemas.rules import RuleSet
from terminology.catalogue import Catalogue

NO_SYSTEMS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Members:
    """A value set as far as it is known."""

    oid: str
    name: str
    pairs: frozenset[tuple[str, str]]  # (code, system)
    codes: frozenset[str]
    whole: frozenset[str]  # systems taken in whole
    open: frozenset[str]  # systems of which more codes may belong to it; empty: all members are known
    missing: bool = False  # nobody holds it

    def has(self, code: str | None, system: str | None) -> bool:
        """Whether the code belongs to the set, for all that is known."""
        return (code, system) in self.pairs or (code is not None and system in self.open)

    def has_code(self, code: str | None) -> bool:
        """Whether a member has this code, in whatever system."""
        return code is not None and (code in self.codes or bool(self.open))

    def is_certain(self, code: str | None, system: str | None) -> bool:
        """Whether the verdict on this code rests on a known member or a closed set."""
        return (code, system) in self.pairs or system not in self.open


class Sets:
    """The value sets that one rule set refers to, with one terminology release."""

    def __init__(self, rules: RuleSet, terms: Catalogue) -> None:
        self._rules, self._terms = rules, terms
        self._known: dict[str, Members] = {}

    def __getitem__(self, oid: str) -> Members:
        if (found := self._known.get(oid)) is None:
            found = self._known[oid] = self._members(oid)
        return found

    def _members(self, oid: str) -> Members:
        rules = self._rules
        if (pairs := rules.members.get(oid)) is not None:
            whole = rules.whole_systems.get(oid, NO_SYSTEMS)
            return _of(oid, rules.set_names.get(oid, oid), pairs, whole, NO_SYSTEMS)
        held = self._terms.value_sets.get(oid)
        if held is None:
            name = f"value set {oid}"
            if oid in rules.missing_sets:
                return Members(oid, name, frozenset(), frozenset(), NO_SYSTEMS, NO_SYSTEMS, missing=True)
            return _of(oid, name, frozenset(), NO_SYSTEMS, rules.open_sets.get(oid, NO_SYSTEMS))
        known = frozenset(
            (entry.code, entry.system.oid)
            for entry in self._terms.members(oid)
            if entry.system.oid is not None
        )
        complete = held.complete or oid in rules.closed_sets
        return _of(oid, held.name, known, NO_SYSTEMS, NO_SYSTEMS if complete else self._open(oid, known))

    def _open(self, oid: str, known: frozenset[tuple[str, str]]) -> frozenset[str]:
        declared = self._rules.open_sets.get(oid)
        return declared if declared is not None else frozenset(system for _, system in known)


def _of(
    oid: str, name: str, pairs: frozenset[tuple[str, str]], whole: frozenset[str], open_: frozenset[str]
) -> Members:
    return Members(oid, name, pairs, frozenset(code for code, _ in pairs), whole, open_)
