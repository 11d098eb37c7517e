"""What a constraint expects, in one line for a person who knows CDA. The same in every language."""

import re
from typing import Final

from schemas.rules import Constraint
from schemas.rules.notation import Notation

from .membership import Sets

_ABBREVIATED: Final = re.compile(r"(?<![\w.])[A-Z]+\.[0-9.]*")
_VALUE_SET: Final = re.compile(r"vs:([0-9.]+)(\+system)?")
_AT_LEAST: Final = frozenset({"min", "mandatory", "choice-min", "need-child"})
_AT_MOST: Final = frozenset({"max", "choice-max", "forbidden"})


def expected(row: Constraint, notation: Notation, sets: Sets) -> str:
    """Describe the constraint: numbers and steps, allowed values, value sets by name, data types."""
    subject = _ABBREVIATED.sub(lambda found: notation.full(found[0]), row.subject).replace(" ; ", " or ")
    if row.kind in _AT_LEAST:
        return f"at least {row.allowed or 1} {subject}"
    if row.kind in _AT_MOST:
        return f"at most {row.allowed or 0} {subject}"
    allowed = " or ".join(_VALUE_SET.sub(lambda found: _named(found, sets), row.allowed).split("|"))
    match row.kind:
        case "document-template":
            return subject
        case "attr-required":
            return f"{subject} present"
        case "attr-forbidden":
            return f"{subject} absent"
        case "attr-type":
            return f"{subject} of type {allowed}"
        case "attr-pattern":
            return f"{subject} with {allowed}"
        case "no-children":
            return "no child elements"
        case "unit-ucum":
            return f"{subject} in UCUM"
        case "text-fixed":
            return f"text {allowed}"
        case "reference-exists":
            return "the id of an element elsewhere in the document"
        case "reference-mood":
            return "@moodCode of the element referred to"
        case "reference-code":
            return "code and codeSystem of the element referred to"
        case _:
            return f"{subject} = {allowed}"


def _named(found: re.Match[str], sets: Sets) -> str:
    held = sets[found[1]]
    whole = " or its code systems" if found[2] else ""
    return f"{held.name} ({held.oid}){whole}"
