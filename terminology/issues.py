"""Findings of a look-up or a transformation, by the numbers MyHealth@EU gives them.

The transformation manager (TM) and the terminology access layer below it (TSAM) use the same numbers for
different conditions, so a number alone means nothing: findings always keep their source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_LONGEST = 200  # characters of detail: what a document sends is not repeated without end


class Source(StrEnum):
    """The layer that raised the finding."""

    TSAM = "TSAM"
    TM = "TM"


class Severity(StrEnum):
    """How a look-up ended: without the text asked for (ERROR), or with it but not as asked (WARNING)."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `text` is English, for testers and terminology managers; it names codes, no patient."""

    source: Source
    code: str  # four digits
    text: str
    severity: Severity


_TSAM = {
    "4500": "unexpected failure",
    "4501": "code system unknown",
    "4502": "code system version unknown",
    "4503": "concept not in the version or its predecessors",
    "4504": "no mapping, and the source concept has no English text",
    "4505": "no designation in the language asked for",
    "4506": "the target concept has no code system version",
    "4507": "the target concept has no code system",
    "4508": "the target code system has no OID",
    "4509": "mapping not active",
    "4510": "designations exist, but none is active",
    "2502": "concept not transcoded",
    "2503": "coded element not processed",
    "2504": "concept not translated",
    "2505": "target language unknown",
    "2506": "several active designations and none preferred",
    "2507": "concept is not a member of the value set",
    "2508": "code system name is not the name of the code system",
    "2509": "concept is no longer current",
}
_TM = {
    "4500": "unexpected failure",
    "4501": "input document missing",
    "4502": "document header not conformant",
    "4503": "input object is not valid",
    "4505": "required element not transcoded",
    "4506": "header element not processed",
    "4507": "input document not conformant",
    "4508": "PDF missing",
    "4509": "document code missing",
    "4510": "document code unknown",
    "4511": "required element absent",
    "4512": "required element not translated",
    "4513": "Base64 or XML could not be decoded",
    "2401": "input fails schema validation",
    "2402": "input fails Schematron validation",
    "2403": "input fails model validation",
    "2404": "output fails schema validation",
    "2405": "output fails Schematron validation",
    "2406": "output fails model validation",
    "2500": "header element not transcoded",
    "2501": "reference to the parent document is wrong",
    "2502": "coded element not transcoded",
    "2503": "coded element not processed",
    "2504": "coded element not translated",
    "2505": "target language unknown",
    "2506": "list of coded elements is empty",
    "2507": "element type is neither CE nor CD",
    "2508": "code or code system missing",
}

MEANINGS: Mapping[tuple[Source, str], str] = MappingProxyType(
    {(Source.TSAM, code): text for code, text in _TSAM.items()}
    | {(Source.TM, code): text for code, text in _TM.items()}
)


def error(source: Source, code: str, detail: str = "") -> Issue:
    """An ERROR: the meaning of its number, and `detail` after a colon. Raises KeyError: unknown number."""
    return _issue(source, code, detail, Severity.ERROR)


def warning(source: Source, code: str, detail: str = "") -> Issue:
    """A WARNING: the meaning of its number, and `detail` after a colon. Raises KeyError: unknown number."""
    return _issue(source, code, detail, Severity.WARNING)


def _issue(source: Source, code: str, detail: str, severity: Severity) -> Issue:
    meaning = MEANINGS[source, code]
    return Issue(source, code, f"{meaning}: {detail[:_LONGEST]}" if detail else meaning, severity)
