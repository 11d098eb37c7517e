"""A code with its coding scheme and its words, as registry metadata carry it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coded:
    """Attributes:
    code:   `nodeRepresentation`.
    scheme: the slot `codingScheme`: an OID or a name.
    name:   words of the sender; None if there are none.
    """

    code: str
    scheme: str
    name: str | None = None
