"""Points in time: TS and the eHDSI flavour."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from ..tree import Node
from .quantities import valued

_POINT: Final = re.compile(
    r"-?(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d+)?)?)?)?)?)?)?([+-]\d{1,4})?",
    re.ASCII,
)
_DIGITS: Final = re.compile(r"\d*", re.ASCII)
_LEFT_OUT: Final = ("", "0", "1", "1", "0", "0", "0")
_MOST_MINUTES: Final = 14 * 60


@lru_cache(maxsize=1024)  # a document says the same few days again and again
def point(value: str, *, four: bool = False) -> datetime | None:
    """Read a time stamp of any precision; None when it is no point in time.

    Parts left out count as the first month and day or as zero; without an offset it is UTC. A year before
    Christ is one, and read as if it were not.

    Args: four: the offset must have four digits; otherwise a short one is filled up with zeros.
    """
    parts = _POINT.fullmatch(value)
    if parts is None:
        return None
    zone = parts[9]
    if zone and four and len(zone) != 5:
        return None
    century, year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(parts.groups()[:7], _LEFT_OUT, strict=True)
    )
    fraction = float(parts[8]) if parts[8] else 0.0
    midnight = hour == 24 and not (minute or second or fraction)
    try:
        at = datetime(century * 100 + year, month, day, 0 if midnight else hour, minute, second, tzinfo=UTC)
        if midnight or fraction:
            at += timedelta(days=midnight, seconds=fraction)
        return at - _offset(zone) if zone else at
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    """Raises: ValueError: no offset that exists."""
    digits = zone[1:].ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if int(digits[2:]) > 59 or minutes > _MOST_MINUTES:
        raise ValueError(zone)
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def leading_digits(value: str) -> int:
    """How many digits a value begins with."""
    found = _DIGITS.match(value)
    return found.end() if found else 0


def ts(node: Node, out: list[str]) -> None:
    """Point in time."""
    valued(node, out, "dtr1-1-TS")
    value = node.attrs.get("value")
    if value is not None and point(value) is None:
        out.append("dtr1-2-TS")


def ts_epsos_tz(node: Node, out: list[str]) -> None:
    """Point in time of eHDSI: at least a day, and a time only with its offset."""
    value = node.attrs.get("value")
    if value is None:
        return
    digits = leading_digits(value)
    if digits < 8:
        out.append("dtr1-1-TS.EPSOS.TZ")
    if digits < 14:
        out.append("dtr1-2-TS.EPSOS.TZ")
    if digits >= 10 and "+" not in value and "-" not in value:
        out.append("dtr1-3-TS.EPSOS.TZ")
