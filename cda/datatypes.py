"""HL7 v3 data types as they arrive: nothing padded, rounded or defaulted.

Every value keeps `fact`, the number of its element (0 when made by us), for the marks of the display.
"""

import re
from datetime import datetime, timedelta, timezone

from .record import record

_TS = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?([+-]\d{4})?", re.ASCII)


@record
class Timestamp:
    """A point in time with its precision.

    `digits` is 4 for a year, 6 month, 8 day, 10 hour, 12 minute, 14 second.
    """

    at: datetime  # always aware
    digits: int
    zone: str = ""  # +hhmm as stated, empty when none was


def parse_ts(value: str) -> Timestamp:
    """Read an HL7 v3 TS, e.g. `20240517` or `202405171030+0200`.

    Args:    value: YYYY[MM[DD[hh[mm[ss[.f]]]]]][±hhmm].
    Returns: the earliest instant meant, in the stated offset (UTC when none is given), and the precision.
             Fractions of a second are dropped.
    Raises:  ValueError: wrong pattern, calendar date or offset.
    Source:  HL7 v3 Data Types R1, TS.
    """
    if not (match := _TS.fullmatch(value)):
        raise ValueError(f"not an HL7 TS: {value!r}")
    *parts, zone = match.groups()
    year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(parts, "011000", strict=True)
    )
    sign, hours, minutes = (zone[0], zone[1:3], zone[3:]) if zone else ("", "0", "0")
    offset = timedelta(hours=int(sign + hours), minutes=int(sign + minutes))
    at = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    return Timestamp(at, digits=2 + 2 * sum(part is not None for part in parts), zone=zone or "")


@record
class Text:
    """Free text, inline or fetched from the narrative; `reference` is the id it was fetched by."""

    text: str
    reference: str | None = None
    fact: int = 0
    reference_fact: int = 0
    null: str | None = None
    several: bool = False  # more than one text bears that id: all of them are in it

    @property
    def resolved(self) -> bool:
        """False for a reference that points nowhere."""
        return bool(self.text)


@record
class Coded:
    """A coded value (CD, CE, CV, CS): the code, its text, where it was translated from and its qualifiers."""

    code: str | None = None
    system: str | None = None
    system_name: str | None = None
    version: str | None = None
    display: str | None = None
    null: str | None = None
    original: Text | None = None
    translations: "tuple[Coded, ...]" = ()
    qualifiers: "tuple[Qualifier, ...]" = ()
    fact: int = 0
    inline: str = ""  # stray text content
    amount: str | None = None  # of a quantity that is said again in this unit (PQR)
    unit: str | None = None

    @property
    def named(self) -> bool:
        """Whether it says what it is: a code, or words of its own or of a translation."""
        return bool(self.code or self.display or self.translations or (self.original and self.original.text))

    @property
    def empty(self) -> bool:
        """Nothing to show at all, not even why it is missing."""
        return not (
            self.code
            or self.display
            or self.null
            or self.inline
            or self.translations
            or (self.original and self.original.text)
        )


@record
class Qualifier:
    """`name` says what is qualified (e.g. laterality), `value` how."""

    name: Coded | None
    value: Coded | None


@record
class Quantity:
    """A number as it was written, with its UCUM unit; `word` is the unit in the producer's own word."""

    value: str | None = None
    unit: str | None = None
    null: str | None = None
    word: Text | None = None
    translations: tuple[Coded, ...] = ()
    kind: str = "PQ"
    fact: int = 0


@record
class Range:
    """An interval of quantities; a missing end is None."""

    low: Quantity | None = None
    high: Quantity | None = None
    width: Quantity | None = None
    center: Quantity | None = None
    null: str | None = None
    fact: int = 0


@record
class Ratio:
    """RTO: so much of one thing per so much of another."""

    numerator: "Value | None" = None
    denominator: "Value | None" = None
    null: str | None = None
    fact: int = 0


@record
class Time:
    """TS: the digits as received. They may break the pattern: then the raw text is shown."""

    value: str | None = None
    null: str | None = None
    fact: int = 0
    inline: str = ""

    @property
    def stamp(self) -> Timestamp | None:
        """The parsed value, None when there is none or it breaks the pattern."""
        try:
            return parse_ts(self.value) if self.value else None
        except ValueError:
            return None


@record
class Period:
    """IVL_TS or TS: a point (`at`) or an interval."""

    at: Time | None = None
    low: Time | None = None
    high: Time | None = None
    width: Quantity | None = None
    center: Time | None = None
    null: str | None = None
    fact: int = 0

    @property
    def start(self) -> Time | None:
        """The point or the beginning, whichever is stated."""
        return self.at or self.low or self.center


@record
class Identifier:
    """II: root and extension together; a root alone is the whole identifier."""

    root: str | None = None
    extension: str | None = None
    null: str | None = None
    fact: int = 0
    authority: str | None = None

    @property
    def shown(self) -> str:
        """What a clinician sees: the extension, or the root when it stands alone."""
        return self.extension or self.root or ""


@record
class Part:
    """One part of a name or address: `kind` is given, family, city, ...; `text` as received."""

    kind: str
    text: str
    null: str | None = None
    qualifier: str | None = None
    fact: int = 0


@record
class Name:
    """PN, ON or EN: the parts in the order given."""

    parts: tuple[Part, ...] = ()
    use: str | None = None
    null: str | None = None
    fact: int = 0

    def of(self, kind: str) -> str:
        """All parts of one kind, joined in order."""
        return " ".join(part.text for part in self.parts if part.kind == kind and part.text)

    @property
    def text(self) -> str:
        """Prefix, given names, family names, suffix; anything else in the order given."""
        order = {"prefix": 0, "given": 1, "family": 2, "suffix": 3}
        return " ".join(
            part.text for part in sorted(self.parts, key=lambda p: order.get(p.kind, 2)) if part.text
        )


@record
class Address:
    """AD: the parts in the order given."""

    parts: tuple[Part, ...] = ()
    use: str | None = None
    null: str | None = None
    fact: int = 0
    period: Period | None = None


@record
class Telecom:
    """TEL: a URL with its use."""

    value: str | None = None
    use: str | None = None
    null: str | None = None
    fact: int = 0


@record
class Flag:
    """BL: true, false or why it is not known."""

    value: str | None
    null: str | None = None
    fact: int = 0


@record
class Periodic:
    """PIVL_TS: repeated every `period`; `counted` means so many times per period, hours left open."""

    period: Quantity | None = None
    phase: Period | None = None
    counted: bool = False
    operator: str | None = None
    null: str | None = None
    fact: int = 0


@record
class EventBound:
    """EIVL_TS: at a daily event such as breakfast, shifted by `offset`."""

    event: Coded | None = None
    offset: Range | None = None
    operator: str | None = None
    null: str | None = None
    fact: int = 0


@record
class Moment:
    """A point or interval used as a dosing time."""

    period: Period
    operator: str | None = None


@record
class Combination:
    """SXPR_TS: several timings in order, each with the operator that joins it to those before."""

    parts: "tuple[Timing, ...]" = ()
    operator: str | None = None
    null: str | None = None
    fact: int = 0


Timing = Moment | Periodic | EventBound | Combination
Value = Coded | Quantity | Range | Ratio | Period | Text | Flag | Identifier
