"""Points in time as the messages write them: HL7 v3 TS, ebXML registry DTM and ISO 8601 instants."""

import re
from datetime import UTC, datetime, timedelta, timezone

_ZONE = r"(?:([+-])(\d\d)(\d\d))?"
_TS = re.compile(rf"(\d{{4}})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.(\d{{1,9}}))?{_ZONE}", re.ASCII)
_DTM = re.compile(rf"(\d{{4}})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:{_ZONE}|Z)", re.ASCII)


def hl7(at: datetime) -> str:
    """`yyyyMMddHHmmss.SSS+0000`, in UTC, cut to milliseconds.

    Raises:  ValueError: `at` has no offset.
    Source:  HL7 v3 Data Types R1, TS, with the precision that OpenNCP writes.
    """
    utc = _utc(at)
    return f"{_digits(utc)}.{utc.microsecond // 1000:03}+0000"


def read_hl7(value: str) -> datetime:
    """Read a point in time of at least minutes; without an offset it counts as UTC.

    Raises:  ValueError: another pattern, an impossible date or offset.
    Source:  HL7 v3 Data Types R1, TS.
    """
    if not (match := _TS.fullmatch(value)):
        raise ValueError("not an HL7 point in time")
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    micro = int((match[7] or "").ljust(6, "0")[:6])
    zone = _zone(match[8], match[9], match[10])
    return datetime(year, month, day, hour, minute, int(match[6] or 0), micro, tzinfo=zone)


def ebxml(at: datetime) -> str:
    """`yyyyMMddHHmmss` in UTC, 24-hour clock.

    Raises:  ValueError: `at` has no offset.
    Source:  IHE ITI TF-3, 4.2.3.1.7, DTM.
    """
    return _digits(_utc(at))


def read_ebxml(value: str) -> datetime:
    """Read a DTM of any precision; missing parts are the earliest ones meant.

    DTM has no offset and means UTC; one that is there all the same is applied. OpenNCP writes the hour
    with a 12-hour clock, so the hour of its times is not to be relied on.

    Raises:  ValueError: another pattern, an impossible date or offset.
    """
    if not (match := _DTM.fullmatch(value)):
        raise ValueError("not a registry time")
    year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(match.groups()[:6], "011000", strict=True)
    )
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7], match[8], match[9]))


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as SAML and the OrCD filters write it.

    Raises:  ValueError: `at` has no offset.
    """
    utc = _utc(at)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def read_instant(value: str) -> datetime:
    """Read ISO 8601 with any offset; without one it counts as UTC.

    Raises:  ValueError: not a date and time.
    """
    if "T" not in value:
        raise ValueError("not an instant")
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _zone(sign: str | None, hours: str | None, minutes: str | None) -> timezone:
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return at.astimezone(UTC)


def _digits(utc: datetime) -> str:
    # strftime does not pad years before 1000 on every platform.
    return f"{utc.year:04}{utc:%m%d%H%M%S}"
