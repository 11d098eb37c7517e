"""What a check found, and the sentence that says so."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from terminology.pages.messages import messages


class Severity(StrEnum):
    """How grave a finding is. An error is against the rules, a warning is advice."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks one rule.

    `rule` is the id of the table row or of the datatype rule; rules of our own and of the schema have ids of
    their own and no template. `location` is an absolute path with positions. `found` is empty when the thing
    is missing. Both `found` and `expected` may quote the document: they are not for a log.
    """

    severity: Severity
    rule: str
    template: str | None  # OID
    location: str
    found: str
    expected: str
    kind: str  # kind of rule, the key of the sentence
    line: int = field(default=0, compare=False)

    def sentence(self, language: str) -> str:
        """Say it in nb, nn or en. Raises: ValueError: another language."""
        texts = messages(language)
        element = self.location.rpartition("/")[2].partition("[")[0] or "/"
        said = texts.text(f"validation.{self.kind}", element=element, expected=self.expected)
        if self.found:
            return f"{said} {texts.text('validation.found', found=self.found)}"
        return f"{said} {texts.text('validation.nothing_found')}" if self.kind in _COUNTED else said


#: Kinds where "nothing" is worth saying.
_COUNTED: Final = frozenset({"min", "mandatory", "choice-min", "need-child", "attr-fixed", "attr-required"})
