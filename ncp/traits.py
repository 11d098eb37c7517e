"""What a clinician entered about a patient, checked against the country's search mask before it is sent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ncp.directory import IdentityField, Peer, TraitKind
from ncp.wire.errors import ErrorCode, Refused
from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId

LONGEST = 200  # of one entered value; patterns of the mask never see more
GENDERS = ("M", "F", "UN")
_BLANKS = dict.fromkeys(map(ord, " \t\u00a0\u2009\u202f"))  # spaces that people and copies put between digits


@dataclass(frozen=True, slots=True)
class Traits:
    """Identifiers with the root their country declares, and demographics if the mask asks for them."""

    ids: tuple[PatientId, ...]
    demographics: Demographics | None = None


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of the form that cannot be sent. `code` picks the sentence shown beside it."""

    label: str
    code: ErrorCode


class TraitsRefused(Refused):
    """The entered traits do not fit the mask. `problems` names every field, never a value."""

    def __init__(self, country: str, problems: tuple[FieldProblem, ...]) -> None:
        listed = ", ".join(f"{problem.label} ({problem.code})" for problem in problems)
        super().__init__(f"{country} cannot be asked with these traits: {listed}", problems[0].code)
        self.problems = problems


def read_traits(peer: Peer, entered: Mapping[str, str]) -> Traits:
    """Check what was entered and give each identifier its root.

    Args:    entered: field label to value; each is sent as `as_sent` says.
    Raises:  TraitsRefused: a mandatory field is empty, nothing at all is filled, fields of two alternatives
             are filled, or a value breaks the format of its field.
    Source:  International Search Mask: `format` is matched in full; with nothing mandatory at least one
             identifier is needed.
    """
    filled = _filled(peer, entered)
    problems = [
        FieldProblem(label, ErrorCode.PI_INCORRECT_FORMATTING)
        for label in filled.keys() - {each.label for each in peer.identifiers}
    ]
    wanted = _chosen(peer.identifiers, filled)
    problems += [
        FieldProblem(each.label, ErrorCode.PI_INCORRECT_FORMATTING)
        for each in peer.identifiers
        if each.label in filled and each not in wanted
    ]
    for each in wanted:
        value = filled.get(each.label)
        if value is None and each.mandatory:
            problems.append(FieldProblem(each.label, ErrorCode.PI_MISSING_REQUIRED_FIELDS))
        elif value is not None and not fits(each, value):
            problems.append(FieldProblem(each.label, ErrorCode.PI_INCORRECT_FORMATTING))
    ids = [each for each in wanted if each.kind is TraitKind.ID]
    if not problems and ids and not any(each.label in filled for each in ids):
        problems = [FieldProblem(each.label, ErrorCode.PI_MISSING_REQUIRED_FIELDS) for each in ids]
    if problems:
        raise TraitsRefused(peer.country, tuple(sorted(problems, key=lambda each: each.label)))
    return Traits(
        ids=tuple(PatientId(each.domain or "", filled[each.label]) for each in ids if each.label in filled),
        demographics=_demographics(wanted, filled),
    )


def as_sent(each: IdentityField, value: str) -> str:
    """The value that is sent for what was typed.

    Outer white space is dropped. A value that fits stays as it was typed: zeros, letters and separators may
    all mean something. An identifier that the country's format refuses as typed loses the blanks that group
    its digits, then gets capitals, if it fits only so; what fits in no way stays as typed, to be refused.
    """
    typed = value.strip()
    if each.kind is not TraitKind.ID or each.format is None or len(typed) > LONGEST or fits(each, typed):
        return typed
    closed = typed.translate(_BLANKS)
    capitals = closed.upper() if closed.isascii() else closed  # ß would become two other letters
    return next((tried for tried in (closed, capitals) if fits(each, tried)), typed)


def _filled(peer: Peer, entered: Mapping[str, str]) -> dict[str, str]:
    """What was entered, by label, as it is sent; nothing for fields left blank."""
    known = {each.label: each for each in peer.identifiers}
    return {
        label: as_sent(known[label], value) if label in known else value
        for label, value in entered.items()
        if value.strip()
    }


def _chosen(fields: Iterable[IdentityField], filled: Mapping[str, str]) -> list[IdentityField]:
    """The fields that count: those outside every choice, and those of the first choice that was begun.

    With no choice begun the first one counts, so that its mandatory fields are asked for.
    """
    every = list(fields)
    begun = [each.choice for each in every if each.choice and each.label in filled]
    offered = [each.choice for each in every if each.choice]
    choice = next(iter(begun or offered), None)
    return [each for each in every if each.choice in (None, choice)]


def fits(each: IdentityField, value: str) -> bool:
    """Whether a value can be sent in this field exactly as it is."""
    if len(value) > LONGEST or not value.isprintable():
        return False
    if each.kind is TraitKind.GENDER:
        return value in GENDERS
    if each.kind is TraitKind.BIRTH_DATE and _hl7_date(value) is None:
        return False
    if each.kind is TraitKind.ID and set(value) & set("^&"):  # the separators of the CX form
        return False
    return each.format is None or re.fullmatch(each.format, value, re.ASCII) is not None


def _hl7_date(value: str) -> str | None:
    """`2001-05-17` or `20010517` as `20010517`; None if it is no date of the calendar."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return f"{day.year:04}{day:%m%d}"  # strftime does not pad years before 1000 on every platform


def _demographics(fields: Iterable[IdentityField], filled: Mapping[str, str]) -> Demographics | None:
    """Everything but the identifiers, placed by kind and, for text fields, by the mask's own names."""
    by_kind = {each.kind: filled[each.label] for each in fields if each.label in filled}
    texts = {
        each.label: filled[each.label]
        for each in fields
        if each.kind is TraitKind.TEXT and each.label in filled
    }
    if not texts and not by_kind.keys() & {TraitKind.BIRTH_DATE, TraitKind.GENDER}:
        return None
    birth = by_kind.get(TraitKind.BIRTH_DATE)
    given = texts.get("firstName") or texts.get("givenName")
    return Demographics(
        family=(texts["familyName"],) if "familyName" in texts else (),
        given=(given,) if given else (),
        gender=by_kind.get(TraitKind.GENDER),
        birth_time=_hl7_date(birth) if birth else None,
        street=texts.get("street"),
        city=texts.get("city"),
        postal_code=texts.get("postalCode"),
        country=texts.get("country"),
        telecoms=(),
    )
