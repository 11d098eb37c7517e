"""Numbers, dates and units as Norwegians write them; nothing is rounded, converted or padded.

Source: norway.md 5.7.
"""

import re
from datetime import UTC, datetime, timedelta
from datetime import date as Date
from decimal import Decimal

from ..datatypes import Time, Timestamp
from .words import Words

NBSP = "\u00a0"
_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d+))?", re.ASCII)
# UCUM symbols that Norwegians write otherwise but do not spell out.
_SYMBOLS = {
    "mL": "ml",
    "dL": "dl",
    "cL": "cl",
    "mm[Hg]": "mmHg",
    "cm[H2O]": "cmH₂O",
    "Cel": "°C",
    "%": "%",
    "m2": "m²",
    "m3": "m³",
    "mmol": "mmol",
    "meq": "mekv",
    "10*9": "10⁹",
    "10*12": "10¹²",
    "10*3": "10³",
    "10*6": "10⁶",
    "[pH]": "pH",
    "deg": "°",
}
# UCUM units with a word of their own in each language; the message takes {count} for the plural.
_WORDS = {
    "ug": "microgram",
    "uL": "microlitre",
    "L": "litre",
    "[IU]": "iu",
    "[iU]": "iu",
    "U": "enzyme_unit",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
    "1": "each",
    "{tbl}": "tablet",
}
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_NO_LETTER = re.compile(r"[^a-zæøå]+")
_PLURALS = (("s", ""), ("es", ""), ("ies", "y"))  # of English, which UCUM annotations are in


def number(value: str, *, trim: bool = False) -> str:
    """A number with decimal comma and hard spaces between thousands; what is no number stays as it is.

    Args: trim: leave out zeros at the end of the decimals, as in doses, where 5,0 is misread as 50.
    """
    match = _NUMBER.fullmatch(value.strip())
    if not match or not (match[2] or match[3]):
        return value
    sign, whole, decimals = match[1].replace("-", "\u2212"), match[2] or "0", match[3] or ""
    if trim:
        decimals = decimals.rstrip("0")
    if len(whole) > 4:
        head = len(whole) % 3
        groups = [whole[:head]] if head else []
        whole = NBSP.join([*groups, *(whole[i : i + 3] for i in range(head, len(whole), 3))])
    return f"{sign}{whole},{decimals}" if decimals else f"{sign}{whole}"


def exact(value: str | None) -> Decimal | None:
    """A plain decimal number of at most 30 characters, None for anything else."""
    text = (value or "").strip()
    match = _NUMBER.fullmatch(text)
    return Decimal(text) if match and (match[2] or match[3]) and len(text) <= 30 else None


def is_number(value: str) -> bool:
    """Whether it is a plain decimal number, with a point if any: `1,000` may be one or a thousand."""
    match = _NUMBER.fullmatch(value.strip())
    return bool(match and (match[2] or match[3]))


def is_one(value: str | None) -> bool:
    """Whether a number takes the singular."""
    match = _NUMBER.fullmatch((value or "").strip())
    return bool(match and match[2].lstrip("0") == "1" and not (match[3] or "").strip("0"))


def unit(ucum: str, words: Words, *, one: bool = False) -> str:
    """A UCUM unit in words or Norwegian symbols, part by part; an unknown one as it is."""
    if ucum in _SYMBOLS:
        return _SYMBOLS[ucum]
    if ucum in _WORDS:
        return words(f"unit.{_WORDS[ucum]}.one" if one else f"unit.{_WORDS[ucum]}.other")
    if "/" in ucum:
        head, *rest = ucum.split("/")
        first = unit(head, words, one=one) if head else ""
        return first + "".join("/" + unit(part, words, one=True) for part in rest)
    if match := _ANNOTATION.fullmatch(ucum):
        stem = unit_key(match[1], words)
        return match[1].strip() if stem is None else words(f"{stem}.{'one' if one else 'other'}")
    return _ANNOTATION.sub(lambda found: f" {found[1].strip()}", ucum).strip() or ucum


def unit_key(said: str, words: Words) -> str | None:
    """The key of a unit word without its number: `tablet`, `Tablets` and `tablet(s)` are one word."""
    plain = _NO_LETTER.sub("_", said.strip().lower().removesuffix("(s)")).strip("_")
    forms = [plain, *[plain.removesuffix(end) + more for end, more in _PLURALS if plain.endswith(end)]]
    stems = [f"unit.annotation.{form}" for form in forms]
    return next((stem for stem in stems if words.find(f"{stem}.other") is not None), None)


def date(time: Time, words: Words, *, prose: bool = False) -> str:
    """A date in the precision received: `2014`, `juni 2014`, `05.06.2014`, `05.06.2014 kl. 14:05`.

    With `prose` the month is written out: `5. juni 2014`. A value that is no HL7 time comes back as it is.
    """
    stamp = time.stamp
    return (time.value or time.inline or "") if stamp is None else moment(stamp, words, prose=prose)


def day(digits: str) -> str | None:
    """A plain day such as `20140605` as `05.06.2014`: what nearly every date is. None for anything else."""
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        Date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return f"{digits[6:]}.{digits[4:6]}.{digits[:4]}"


def moment(stamp: Timestamp, words: Words, *, prose: bool = False) -> str:
    """A point in time in its precision, as `date` writes it."""
    at = stamp.at
    if stamp.digits == 4:
        return f"{at.year:04d}"
    month = words(f"month.{at.month}")
    if stamp.digits == 6:
        return f"{month} {at.year:04d}"
    day = (
        words("date.prose", day=at.day, month=month, year=f"{at.year:04d}")
        if prose
        else f"{at.day:02d}.{at.month:02d}.{at.year:04d}"
    )
    return day if stamp.digits == 8 else f"{day} {clock(stamp, words)}"


def clock(stamp: Timestamp, words: Words) -> str:
    """The time of day as stated, with the Norwegian time in front when the zone is another one."""
    local = _hhmm(stamp.at, stamp.digits)
    if not stamp.zone:
        return words("time.clock", time=local)
    try:
        oslo = stamp.at.astimezone(UTC) + oslo_offset(stamp.at)
    except (OverflowError, ValueError):
        return words("time.clock_zone", time=local, zone=stamp.zone)
    if oslo.utcoffset() is not None and (oslo - stamp.at.replace(tzinfo=UTC)) == timedelta(0):
        return words("time.clock", time=local)
    same_day = oslo.date() == stamp.at.date()
    there = local if same_day else f"{stamp.at.day:02d}.{stamp.at.month:02d}. {local}"
    shown = _hhmm(oslo, stamp.digits)
    if not same_day:
        return words("time.clock_zone", time=local, zone=f"UTC{stamp.zone[:3]}:{stamp.zone[3:]}")
    return words("time.clock_local", time=shown, local=there)


def oslo_offset(at: datetime) -> timedelta:
    """Norwegian offset from UTC: summer time from the last Sunday of March to that of October, 01:00 UTC.

    Source: Directive 2000/84/EC.
    """
    utc = at.astimezone(UTC)
    summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return timedelta(hours=2 if summer else 1)


def age(birth: datetime, today: datetime) -> tuple[int, int]:
    """Whole years and whole months between two days."""
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    return months // 12, months


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _hhmm(at: datetime, digits: int) -> str:
    if digits == 10:
        return f"{at.hour:02d}"
    return f"{at.hour:02d}:{at.minute:02d}" + (f":{at.second:02d}" if digits == 14 and at.second else "")
