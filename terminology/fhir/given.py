"""What a request gives: its parameters, checked against the definition of the operation.

A query (GET) has simple values only; a body (POST) is a Parameters resource. Both may be there at once.
Source: FHIR R4, operations.html and the Parameters resource.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from terminology.fhir.definitions import Kind, Operation, Parameter
from terminology.fhir.outcome import FhirError, invalid, not_supported, required

# Parameters of the HTTP layer, understood for every request. Source: R4 http.html, general parameters.
GENERAL = frozenset({"_format", "_pretty"})
_TEXTS = frozenset(
    {"valueString", "valueCode", "valueUri", "valueUrl", "valueCanonical", "valueId", "valueOid"}
    | {"valueMarkdown", "valueUuid"}
)
_NUMBERS = frozenset({"valueInteger", "valuePositiveInt", "valueUnsignedInt"})
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_LONGEST = 5_000  # characters of one value


@dataclass(frozen=True, slots=True)
class Coding:
    """A code as a request gives it. `system` is an address or None."""

    code: str
    system: str | None = None
    version: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of one request. `accept`: languages of the Accept-Language header, best first."""

    values: Mapping[str, tuple[Any, ...]]
    accept: tuple[str, ...] = field(default=())

    def text(self, name: str) -> str | None:
        """The value of a parameter of one simple value, None when it is not given."""
        found = self.values.get(name)
        return str(found[0]) if found else None

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a parameter that may be repeated."""
        return tuple(map(str, self.values.get(name, ())))

    def flag(self, name: str) -> bool:
        """Whether a boolean parameter is given and true."""
        return self.values.get(name, (False,))[0] is True

    def number(self, name: str) -> int | None:
        """The value of an integer parameter, None when it is not given."""
        found = self.values.get(name)
        return int(found[0]) if found else None

    def coding(self, system: str, version: str) -> tuple[Coding, ...]:
        """The concept that is asked for, from exactly one of `code`, `coding` and `codeableConcept`.

        Args:    system, version: names of the parameters that belong to `code`.
        Raises:  FhirError: none of them, several, or a coding without a code.
        """
        named = [name for name in ("code", "coding", "codeableConcept") if name in self.values]
        if len(named) != 1:
            wrong = " and ".join(named) + " together" if named else "none"
            raise required(f"one of code, coding and codeableConcept is needed, {wrong} given")
        if named == ["code"]:
            display = self.text("display")
            return (Coding(self.text("code") or "", self.text(system), self.text(version), display),)
        found: tuple[Coding, ...] = self.values[named[0]][0]
        return found


def read(
    operation: Operation, query: Iterable[tuple[str, str]], body: Any, *, lenient: bool = False
) -> Given:
    """The parameters of a request.

    Args:    body: a Parameters resource as plain data, or None.
             lenient: leave out what is unknown instead of refusing it (Prefer: handling=lenient).
    Raises:  FhirError: an unknown, unsupported, repeated or unreadable parameter.
    """
    found: dict[str, list[Any]] = {}
    for name, value in query:
        if name not in GENERAL and (known := _known(operation, name, lenient)) is not None:
            found.setdefault(name, []).append(_of_query(known, value))
    for name, part in _parts(body):
        if (known := _known(operation, name, lenient)) is not None:
            found.setdefault(name, []).append(_of_body(known, part))
    for name, values in found.items():
        if len(values) > 1 and not operation.parameters[name].repeats:
            raise invalid(f"{name} is given {len(values)} times", name)
    return Given({name: tuple(values) for name, values in found.items()})


def _known(operation: Operation, name: str, lenient: bool) -> Parameter | None:
    known = operation.parameters.get(name)
    if known is None and lenient:
        return None
    if known is None:
        served = ", ".join(each.name for each in operation.parameters.values() if each.served)
        raise FhirError(400, "invalid", f"${operation.name} has no parameter {name[:60]!r}; it has {served}")
    if not known.served:
        raise not_supported(f"the parameter {name} of ${operation.name} is not supported", name)
    return known


def _of_query(known: Parameter, value: str) -> Any:
    if known.kind in (Kind.CODING, Kind.CONCEPT):
        raise invalid(f"{known.name} is not a simple value: send it as Parameters with POST", known.name)
    if known.kind is Kind.BOOLEAN:
        return _boolean(known, {"true": True, "false": False}.get(value, value))
    return _integer(known, value) if known.kind is Kind.INTEGER else _text(known, value)


def _of_body(known: Parameter, part: Mapping[str, Any]) -> Any:
    values = {name: value for name, value in part.items() if name.startswith("value")}
    if len(values) != 1:
        raise invalid(f"{known.name} needs one value", known.name)
    (name, value), *_ = values.items()
    match known.kind:
        case Kind.CODING if name == "valueCoding":
            return (_coding(known, value),)
        case Kind.CONCEPT if name == "valueCodeableConcept":
            return _concept(known, value)
        case Kind.BOOLEAN if name == "valueBoolean":
            return _boolean(known, value)
        case Kind.INTEGER if name in _NUMBERS:
            return _integer(known, str(value))
        case Kind.CODE | Kind.URI | Kind.STRING if name in _TEXTS:
            return _text(known, value)
    raise invalid(f"{known.name} is of type {known.kind}, not {name[:60]}", known.name)


def _parts(body: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The parameters of a Parameters resource. Raises: FhirError: it is none."""
    if body is None:
        return
    if not isinstance(body, dict) or body.get("resourceType") != "Parameters":
        raise FhirError(400, "structure", "the body is not a Parameters resource")
    parts = body.get("parameter", [])
    if not isinstance(parts, list):
        raise FhirError(400, "structure", "Parameters.parameter is not a list")
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("name"), str):
            raise FhirError(400, "structure", "a parameter without a name")
        yield part["name"], part


def _text(known: Parameter, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise invalid(f"{known.name} has no value", known.name)
    if len(value) > _LONGEST or not all(map(_is_text, value)):
        wrong = f"is longer than {_LONGEST} characters or holds what is no text"
        raise invalid(f"{known.name} {wrong}", known.name)
    return value


def _is_text(char: str) -> bool:
    """Neither a control character nor half of one, which JSON can smuggle in."""
    return (char >= " " or char in "\t\r\n") and not "\ud800" <= char <= "\udfff"


def _boolean(known: Parameter, value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid(f"{known.name} is true or false, not {str(value)[:60]!r}", known.name)
    return value


def _integer(known: Parameter, value: str) -> int:
    if not _INTEGER.fullmatch(value):
        raise invalid(f"{known.name} is a whole number from 0 to 999999999, not {value[:60]!r}", known.name)
    return int(value)


def _coding(known: Parameter, value: Any) -> Coding:
    if not isinstance(value, dict) or "code" not in value:
        raise invalid(f"a coding of {known.name} has no code", known.name)
    fields = {name: value[name] for name in ("code", "system", "version", "display") if name in value}
    return Coding(**{name: _text(known, each) for name, each in fields.items()})


def _concept(known: Parameter, value: Any) -> tuple[Coding, ...]:
    codings = value.get("coding") if isinstance(value, dict) else None
    if not isinstance(codings, list) or not codings:
        raise invalid(f"{known.name} has no coding", known.name)
    return tuple(_coding(known, each) for each in codings)
