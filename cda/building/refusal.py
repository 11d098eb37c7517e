"""What no document may be made of: said before anything is built, with the place of the fault."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from ..datatypes import Coded, Identifier, Quantity, Telecom, Time

MAX_TEXT: Final = 8000  # characters of one text: more than a page of instructions
MAX_CODE: Final = 200  # characters of a code, an identifier, a unit, a number
# XML 1.0 has no place for these, or a line of text has none.
_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# An OID, or a UUID. Source: HL7 v3 Data Types R1, uid.
_ROOT: Final = re.compile(
    r"[0-2](\.(0|[1-9]\d*))+|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII
)
_SHORT: Final = frozenset({"code", "system", "version", "unit", "value", "null", "root", "extension", "use"})


class Unwritable(ValueError):
    """The content cannot become a document. `place` is the path to it in the input: `items[0].product`."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


def refuse_unwritable(content: object, name: str) -> None:
    """Look through a whole input, however deep.

    Raises: Unwritable: a control character or other character that XML lacks, a text that is too long, a
            number that is none, a time or an identifier against its pattern.
    """
    for place, value in _values(content, name):
        if isinstance(value, str):
            _text(place, value)
        elif isinstance(value, Coded):
            if value.code and any(one.isspace() for one in value.code):
                raise Unwritable(f"{place}.code", f"{value.code[:40]!r} has a blank, which no code may")
        elif isinstance(value, Quantity):
            _number(place, value.value)
        elif isinstance(value, Time):
            if value.value is not None and value.stamp is None:
                raise Unwritable(place, f"{value.value[:40]!r} is no HL7 time")
        elif isinstance(value, Identifier):
            if value.root is not None and not _ROOT.fullmatch(value.root):
                raise Unwritable(place, f"{value.root[:40]!r} is neither an OID nor a UUID")
        elif isinstance(value, Telecom) and value.value and any(one.isspace() for one in value.value):
            raise Unwritable(place, "an address for telecommunication with a blank in it")


def _values(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Every value with its place, the outer ones first."""
    yield place, value
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _values(item, f"{place}[{index}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _values(getattr(value, field.name), f"{place}.{field.name}")


def _text(place: str, text: str) -> None:
    if found := _FORBIDDEN.search(text):
        raise Unwritable(place, f"character U+{ord(found[0]):04X} has no place in a document")
    longest = MAX_CODE if place.rpartition(".")[2] in _SHORT else MAX_TEXT
    if len(text) > longest:
        raise Unwritable(place, f"{len(text)} characters, {longest} are the most")


def _number(place: str, value: str | None) -> None:
    if value is None:
        return
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or value != value.strip() or "_" in value or not value.isascii():
        raise Unwritable(place, f"{value[:40]!r} is no number")
