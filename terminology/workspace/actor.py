"""Who works on the terminology, and what stops them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do. One person may hold several, but never takes both sides of one row."""

    EDITOR = "editor"  # writes, imports, submits
    REVIEWER = "reviewer"  # approves and rejects
    PUBLISHER = "publisher"  # makes, activates and rolls back releases


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work, as the login names them."""

    id: str
    name: str
    roles: frozenset[Role]

    def must_be(self, role: Role) -> None:
        """Raises: NotAllowed: the person does not have the role."""
        if role not in self.roles:
            raise NotAllowed(f"terminology.refused.needs_{role.value}", self.id)


class Refusal(Exception):
    """A deed that is refused. `key` is a sentence of the message catalogue, `detail` what it is about."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key, self.detail = key, detail


class NotAllowed(Refusal):
    """The person may not do it: no such role, or both sides of one row."""


class NotPossible(Refusal):
    """The row is not in a state for it, or the input is wrong."""


class NotFound(Refusal):
    """There is no such row, release or run."""
