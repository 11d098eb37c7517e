"""A coded concept as it stands in a document: the question put to the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """One code in one code system, optionally in a stated version.

    Two concepts are the same only if code and system agree: the same code string in another system is another
    concept. Source: HL7 v3 Data Types R1, CD.
    """

    code: str
    system: str  # OID as in @codeSystem
    version: str | None = None  # as in @codeSystemVersion; None when the document states none
