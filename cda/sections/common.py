"""What the section readers share: finding the observations that qualify another one."""

from collections.abc import Iterable

from ..datatypes import Coded, Value
from ..fixed import is_fixed
from ..statement import Statement

SEVERITY = frozenset({"SEV"})
CRITICALITY = frozenset({"82606-5"})
CERTAINTY = frozenset({"66455-7"})
CLINICAL_STATUS = frozenset({"33999-4"})
HEALTH_STATUS = frozenset({"11323-3"})
RELATED_PROFESSIONAL = frozenset({"85847-2"})
DOSE_NUMBER = frozenset({"30973-2"})
SUBSTITUTION = frozenset({"SUBST"})
PATIENT_INSTRUCTION = frozenset({"PINSTRUCT"})
DISPENSER_INSTRUCTION = frozenset({"FINSTRUCT"})
COMMENT = frozenset({"48767-8"})


class Picked:
    """The statements whose meaning a section reader knows; the display shows all others in full."""

    __slots__ = ("_nodes",)

    def __init__(self, *statements: Statement) -> None:
        self._nodes = {id(statement.node) for statement in statements}

    def __contains__(self, statement: Statement) -> bool:
        return id(statement.node) in self._nodes

    def add(self, statement: Statement) -> None:
        """Count a statement as understood."""
        self._nodes.add(id(statement.node))

    def take(self, statements: Iterable[Statement]) -> list[Statement]:
        """Count several statements as understood, and hand them back; not those that are denied."""
        taken = [statement for statement in statements if not statement.negated]
        for statement in taken:
            self.add(statement)
        return taken

    def merge(self, other: "Picked") -> None:
        """Count as understood what another reader of the same entry understood."""
        self._nodes |= other._nodes

    def find(self, below: Statement, codes: frozenset[str]) -> list[Statement]:
        """The statements directly below with one of the codes of its own system, counted as understood.

        A denied one says the opposite of its value: it is left to be shown in full, with its denial.
        """
        found = [s for s in below.related() if not s.negated and _has(s.code, codes)]
        for statement in found:
            self.add(statement)
        return found

    def values(self, below: Statement, codes: frozenset[str]) -> tuple[Value, ...]:
        """The values of the observations directly below with one of the codes."""
        if not below.relations:
            return ()
        return tuple(value for statement in self.find(below, codes) for value in statement.values)


def _has(code: Coded | None, codes: frozenset[str]) -> bool:
    """Whether it is one of the codes, and not the same letters of another code system."""
    return code is not None and code.code in codes and is_fixed(code.code, code.system)


def code_of(value: Value) -> Coded | None:
    """The value if it is a coded one."""
    return value if isinstance(value, Coded) else None


def named(codes: Iterable[Coded]) -> bool:
    """Whether any of the codes says what it is: a code, a translation or words of its own."""
    return any(code.named for code in codes)


def says(values: Iterable[Value]) -> bool:
    """Whether any of the values says something, rather than only why it is missing."""
    return any(value.named if isinstance(value, Coded) else True for value in values)
