"""The codes with which a transformation layer reports what it could not code or translate.

The transformation manager (TM) and the mapping layer below it (TSAM) use the same numbers for different
things, so the number alone never tells what happened. Source: wire specification 6.8, terminology
specification 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ncp.wire.error_table import Severity

_E, _W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Transformation:
    """One transformation code. The number means different things in the two layers that raise it.

    `tm`: raised while a CDA is transformed; `tsam`: raised by the mapping layer below; None if that
    layer does not raise the number.
    """

    code: str
    severity: Severity
    tm: str | None
    tsam: str | None


_TRANSFORMATION: tuple[tuple[str, str | None, str | None], ...] = (
    ("4500", "unexpected failure", "unexpected failure"),
    ("4501", "input document null", "code system unknown"),
    ("4502", "CDA header not conforming", "code system version unknown"),
    ("4503", "input not a valid object", "concept not in that version"),
    ("4504", None, "target concept not found and no English text"),
    ("4505", "required element not transcoded", "no designation in the requested language"),
    ("4506", "header element processing failure", "version of the target missing"),
    ("4507", "CDA not conforming", "code system of the target missing"),
    ("4508", "PDF null", "target code system has no OID"),
    ("4509", "document code missing", "mapping invalid"),
    ("4510", "document code unknown", "designations exist, none is current"),
    ("4511", "required element missing", None),
    ("4512", "required element not translated", None),
    ("4513", "base64 or XML decoding failed", None),
    ("2401", "XSD validation of the input failed", None),
    ("2402", "schematron validation of the input failed", None),
    ("2403", "model validation of the input failed", None),
    ("2404", "XSD validation of the output failed", None),
    ("2405", "schematron validation of the output failed", None),
    ("2406", "model validation of the output failed", None),
    ("2500", "header element not transcoded", None),
    ("2501", "parent document badly referenced", None),
    ("2502", "coded element not transcoded", "transcoding failed"),
    ("2503", "coded element processing failure", "processing failure"),
    ("2504", "coded element not translated", "translation failed"),
    ("2505", "unknown target language", "unknown target language"),
    ("2506", "list of coded elements empty", "several current designations, none preferred"),
    ("2507", "wrong element type, neither CE nor CD", "concept not in the value set"),
    ("2508", "code or codeSystem attribute missing", "code system name differs"),
    ("2509", None, "status of the concept is not current"),
)

TRANSFORMATION: Mapping[str, Transformation] = MappingProxyType(
    {
        code: Transformation(code, _E if code.startswith("45") else _W, tm, tsam)
        for code, tm, tsam in _TRANSFORMATION
    }
)


def is_transformation(code: str) -> bool:
    """Whether a registry error comes from a transformation: such a code alone does not abort a retrieve."""
    return len(code) == 4 and code.isascii() and code.isdigit() and code[:2] in ("45", "25", "24")
