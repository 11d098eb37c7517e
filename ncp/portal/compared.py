"""What was entered beside what the country returned, trait by trait, differences in words."""

from dataclasses import dataclass

from ncp.directory import TraitKind
from ncp.portal.session import PatientContext
from ncp.portal.shown import address, birth_date, field_label, name, sex
from ncp.traits import as_sent
from ncp.wire.iti55 import Candidate, Demographics
from terminology.pages.messages import Messages


@dataclass(frozen=True, slots=True)
class Row:
    """One trait: its name, both values in words, and whether they differ (None: nothing was entered)."""

    label: str
    entered: str
    returned: str
    differs: bool | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One candidate as the page lists it. `number` is its place in the country's answer, from 0."""

    number: int
    title: str
    rows: tuple[Row, ...]


def compared(number: int, candidate: Candidate, context: PatientContext, words: Messages) -> Shown:
    """One candidate beside what was entered."""
    who = candidate.demographics
    rows = _identifiers(candidate, context, words)
    rows.append(_name(who, context, words))
    rows.append(_birth_date(who, context, words))
    rows.append(_sex(who, context, words))
    if who.has_address:
        rows.append(Row(words.text("patient.address"), "", address(who), None))
    return Shown(number, name(who) or words.text("absence.unknown"), tuple(rows))


def _identifiers(candidate: Candidate, context: PatientContext, words: Messages) -> list[Row]:
    """Each number that was entered, as typed, and further ones that the country gave."""
    returned = [each.extension for each in candidate.ids]
    rows: list[Row] = []
    asked: set[str] = set()
    for field in context.peer.identifiers:
        typed = context.entered.get(field.label, "").strip()
        if field.kind is not TraitKind.ID or not typed:
            continue
        sent = as_sent(
            field, typed
        )  # blanks and small letters that the format does not know differ in nothing
        asked.add(sent)
        found = sent in returned
        rows.append(Row(field_label(field, words), typed, sent if found else ", ".join(returned), not found))
    rest = [each for each in returned if each not in asked]
    if rest and not any(row.differs for row in rows):
        rows.append(Row(words.text("patient.id"), "", ", ".join(rest), None))
    return rows


def _name(who: Demographics, context: PatientContext, words: Messages) -> Row:
    """Given and family name, compared part by part without regard to capitals."""
    returned = {"firstName": " ".join(who.given), "familyName": ", ".join(who.family)}
    entered = {label: value for label in returned if (value := context.entered.get(label, "").strip())}
    differs = any(value.casefold() != returned[label].casefold() for label, value in entered.items())
    return Row(
        words.text("patient.name"), " ".join(entered.values()), name(who), differs if entered else None
    )


def _birth_date(who: Demographics, context: PatientContext, words: Messages) -> Row:
    """Compared in the precision that both have."""
    entered = context.entered.get("birthDate", "").strip().replace("-", "")
    common = min(len(entered), len(who.birth_time or ""), 8)
    differs = entered[:common] != (who.birth_time or "")[:common] if common else None
    return Row(
        words.text("patient.birth_date"),
        birth_date(entered, words) if entered else "",
        birth_date(who.birth_time, words),
        differs,
    )


def _sex(who: Demographics, context: PatientContext, words: Messages) -> Row:
    entered = context.entered.get("gender", "").strip()
    return Row(
        words.text("patient.sex"),
        sex(entered, words) if entered else "",
        sex(who.gender, words),
        entered != who.gender if entered and who.gender else None,
    )
