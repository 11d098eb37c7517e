"""Traits of a patient in words, for banner and confirmation. Partial dates stay partial."""

from datetime import date

from ncp.directory import IdentityField
from ncp.wire.iti55 import Demographics
from terminology.pages.messages import Messages

MONTHS = 12


def name(who: Demographics) -> str:
    """Given names, then family names, as received."""
    return " ".join((*who.given, *who.family)) or ", ".join(who.other_names)


def field_label(field: IdentityField, words: Messages) -> str:
    """The Norwegian name of a field of a search mask; the country's own for one that nobody has named."""
    key = f"portal.ism.{field.label}"
    return words.text(key) if key in words else field.description or field.label


def birth_date(digits: str | None, words: Messages) -> str:
    """`19580605` as `05.06.1958`, `195806` as `06.1958`, `1958` as it is; anything else as received."""
    if not digits:
        return words.text("absence.unknown")
    parts = digits[:8]
    if not parts.isdigit() or len(parts) not in (4, 6, 8):
        return digits
    return ".".join(part for part in (parts[6:8], parts[4:6], parts[:4]) if part)


def age(digits: str | None, today: date, words: Messages) -> str:
    """The age in words from a full birth date; empty when the date is partial or impossible."""
    try:
        born = date(int((digits or "")[:4]), int((digits or "")[4:6]), int((digits or "")[6:8]))
    except ValueError:
        return ""
    months = (today.year - born.year) * MONTHS + today.month - born.month - (today.day < born.day)
    if months < 0:
        return ""
    if months < 2 * MONTHS:
        return words.text("time.months_age", count=months)
    return words.text("time.year", count=months // MONTHS)


def sex(code: str | None, words: Messages) -> str:
    """The sex in words; an unknown code as received, a missing one as unknown."""
    if not code:
        return words.text("absence.unknown")
    key = f"patient.sex.{code}"
    return words.text(key) if key in words else code


def address(who: Demographics) -> str:
    """Street, postal code with city, country: what there is of it."""
    town = " ".join(part for part in (who.postal_code, who.city) if part)
    return ", ".join(part for part in (who.street, town, who.country) if part)


def birth_with_age(digits: str | None, today: date, words: Messages) -> str:
    """`05.06.1958 (68 år)`; without the age when the date is partial."""
    years = age(digits, today, words)
    born = birth_date(digits, words)
    return f"{born} ({years})" if years else born
