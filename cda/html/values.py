"""Quantities, ranges, ratios, times and every other value type as marked HTML."""

from dataclasses import replace

from ..datatypes import (
    Coded,
    Flag,
    Identifier,
    Period,
    Quantity,
    Range,
    Ratio,
    Text,
    Time,
    Value,
)
from ..escape import e
from . import figures, units
from .figures import NBSP
from .writer import Writer

_FLAGS = {"true": "app.yes", "1": "app.yes", "false": "app.no", "0": "app.no"}


def amount(
    w: Writer, value: Quantity | Range | Ratio, unit_word: str | None = None, *, trim: bool = False
) -> str:
    """A quantity, an interval or a ratio. `unit_word` replaces the countable unit `1`."""
    if isinstance(value, Quantity):
        return quantity(w, value, unit_word, trim=trim)
    if isinstance(value, Range):
        return quantity_range(w, value, unit_word, trim=trim)
    return ratio(w, value, trim=trim)


def quantity(w: Writer, value: Quantity, unit_word: str | None = None, *, trim: bool = False) -> str:
    """Number and unit with a hard space; the producer's own word names what is counted, never a measure."""
    if value.value is None:
        missing = w.words["value.not_stated"]
        if value.unit and value.unit != "1":
            missing += f" ({units.unit(w, value.unit, one=False)})"
        shown = w.flavour(value.null, value.fact) if value.null else w.mark(value.fact, missing)
        word = value.word
        return _words(w, value, f"{shown} {w.text(word)}" if word is not None and word.text else shown)
    shown = figures.number(value.value, trim=trim)
    one = figures.is_one(value.value)
    html = e(shown)
    said = value.word is not None and bool(value.word.text)
    if said and value.word is not None and _countable(value.unit):
        html += NBSP + units.word(w, value.word, one=one)
    elif unit := _unit(w, value, unit_word, one):
        html += unit if unit == "°" else NBSP + unit
        if said and value.word is not None:
            html += _beside(w, value.word, value.unit or "", unit, one)
    if value.null:
        html += f" ({w.flavour(value.null)})"
    html = w.mark(value.fact, html)
    if shown == value.value and not figures.is_number(value.value):
        html += f' <span class="st">{w.words["value.not_a_number"]}</span>'
    return _words(w, value, html) if value.translations else html


def _countable(unit: str | None) -> bool:
    """Whether the unit says no more than that something is counted."""
    return not unit or unit == "1"


def _beside(w: Writer, word: Text, code: str, unit: str, one: bool) -> str:
    """The producer's word for a measure, where it is another than the measure's own."""
    html = units.word(w, word, one=one)
    same = word.text.strip().casefold() in (code.casefold(), unit.casefold()) or html == unit
    return "" if same else f" ({html})"


def _unit(w: Writer, value: Quantity, unit_word: str | None, one: bool) -> str:
    """The unit as HTML; `unit_word` stands for the countable one."""
    unit = value.unit
    if not unit or unit == "1":
        if unit_word is not None:
            return e(unit_word)
        if not unit:
            return ""
    return units.unit(w, unit, one=one)


def _words(w: Writer, value: Quantity, html: str) -> str:
    """A quantity with its translations; one that says the same again is marked with it."""
    for translation in value.translations:
        own_word = translation.original is not None and translation.original is value.word
        if again := _again(w, value, translation, own_word=own_word):
            html += f" ({again})"
        else:
            html = w.mark(translation.fact, html)
    return html


def _again(w: Writer, value: Quantity, translation: Coded, *, own_word: bool) -> str:
    """The quantity said once more in another unit or number; empty where it only repeats the first one."""
    other = _differs(value.value, translation.amount)
    unit = ""
    if translation.unit and (other or translation.unit != value.unit):
        unit = units.unit(w, translation.unit, one=figures.is_one(translation.amount))
    bare = replace(translation, original=None, translations=()) if own_word else translation
    said = w.coded(translation) if (bare.named if own_word else not bare.empty) else ""
    if not (other or unit or said):
        return ""
    number = e(figures.number(translation.amount)) if translation.amount and (other or unit or said) else ""
    return w.mark(translation.fact, NBSP.join(filter(None, (number, unit, said))))


def _differs(first: str | None, second: str | None) -> bool:
    """Whether a second number is stated, and another one."""
    if not second:
        return False
    numbers = figures.exact(first), figures.exact(second)
    return first != second if None in numbers else numbers[0] != numbers[1]


def quantity_range(w: Writer, value: Range, unit_word: str | None = None, *, trim: bool = False) -> str:
    """`1`, `1 til 2`, `minst 5`, `høyst 10`: equal ends are one amount."""
    low, high = value.low, value.high
    over, under = low is not None and w.exclusive(low.fact), high is not None and w.exclusive(high.fact)
    both = low is not None and high is not None and low.value is not None and high.value is not None
    if low is not None and high is not None and both and not (over or under):
        if (low.value, low.unit, _word(low)) == (high.value, high.unit, _word(high)):
            html = w.mark(low.fact, w.mark(high.fact, quantity(w, low, unit_word, trim=trim)))
            if high.translations:  # the same words a second time
                w.asides.append((w.words["value.as_received"], quantity(w, high, unit_word, trim=trim)))
        else:
            first = Quantity(low.value, None, low.null, None, (), low.kind, low.fact)
            same = (low.unit or "1") == (high.unit or "1") and not low.translations
            html = quantity(w, first if same else low, "" if same else unit_word, trim=trim)
            html = f"{html} {w.words['value.to']} {quantity(w, high, unit_word, trim=trim)}"
    else:
        ends = []
        if low is not None:
            word = w.words["value.over" if over else "value.at_least"]
            shown = quantity(w, low, unit_word, trim=trim)
            ends.append(f"{word} {shown}" if low.value else shown)
        if high is not None:
            word = w.words["value.under" if under else "value.at_most"]
            shown = quantity(w, high, unit_word, trim=trim)
            ends.append(f"{word} {shown}" if high.value else shown)
        html = ", ".join(ends)
    if value.center is not None:
        html += f" {w.words['value.about']} {quantity(w, value.center, unit_word, trim=trim)}"
    if value.width is not None:
        html += f" ({w.words['value.width']} {quantity(w, value.width, unit_word, trim=trim)})"
    if value.null:
        html += f" {w.flavour(value.null, value.fact)}"
    return html.strip()


def _word(value: Quantity) -> str | None:
    return value.word.text if value.word is not None else None


def ratio(w: Writer, value: Ratio, *, trim: bool = False) -> str:
    """`500 mg / 5 ml`; a denominator of one unit is left out of sight when it adds nothing."""
    top, bottom = value.numerator, value.denominator
    if _zero(top) and (bottom is None or _zero(bottom)):
        for part in (top, bottom):
            if isinstance(part, Quantity):
                raw = w.mark(part.fact, e(f"{part.value} {part.unit or ''}".strip()))
                w.asides.append((w.words["value.as_received"], raw))
        return w.words["value.not_stated"]
    html = value_of(w, top, trim=trim) if top is not None else w.words["value.not_stated"]
    counted = isinstance(top, Quantity) and top.unit in (None, "1") and top.word is None  # a titre of 1 to 1
    if isinstance(bottom, Quantity) and _one_unit(bottom) and not counted:
        w.asides.append((w.words["value.per"], quantity(w, bottom, trim=trim)))
    elif bottom is not None:
        html = f"{html} / {value_of(w, bottom, trim=trim)}"
    if value.null:
        html += f" {w.flavour(value.null, value.fact)}"
    return html


def _one_unit(value: Quantity) -> bool:
    """Per one countable unit: understood without being said, so it is said in the details panel only."""
    return figures.is_one(value.value) and value.unit in (None, "1") and value.word is None and not value.null


def _zero(value: object) -> bool:
    return (
        isinstance(value, Quantity)
        and (value.value or "").strip("0.") == ""
        and value.value is not None
        and (not value.null)
        and value.unit in (None, "", "0")
    )


def time(w: Writer, value: Time) -> str:
    """A point in time in the precision received."""
    html = ""
    if value.value:
        if (shown := w.dates.get(value.value)) is None:
            shown = w.dates[value.value] = _date(w, value)
        date, note = shown
        html = w.mark(value.fact, date) + note
    elif value.inline:
        html = w.mark(value.fact, e(value.inline))
    if value.null:
        html = f"{html} {w.flavour(value.null, 0 if html else value.fact)}".strip()
    return html


def _date(w: Writer, value: Time) -> tuple[str, str]:
    """A date in words, and the remark on what is none."""
    if (day := figures.day(value.value or "")) is not None:
        return day, ""
    if (stamp := value.stamp) is None:
        return e(value.value or ""), f' <span class="st">{w.words["value.not_a_date"]}</span>'
    return e(figures.moment(stamp, w.words)), ""


def period(w: Writer, value: Period) -> str:
    """A point, or an interval in words: `siden 06.10.1997`, `fra 07.05.2017 til 21.05.2017`."""
    at, low, high = value.at, value.low, value.high
    parts = [time(w, at)] if at is not None else []
    if low is not None or high is not None:
        parts += _ends(w, low, high)
    if value.center is not None:
        parts.append(w.words.fill("time.approximate", date=time(w, value.center)))
    if value.width is not None:
        parts.append(w.words.fill("dose.for_duration", duration=quantity(w, value.width, trim=True)))
    if value.null:
        parts.append(w.flavour(value.null, value.fact))
    return ", ".join(filter(None, parts))


def _ends(w: Writer, low: Time | None, high: Time | None) -> list[str]:
    """Beginning and end, together if both belong to the interval."""
    after, before = low is not None and w.exclusive(low.fact), high is not None and w.exclusive(high.fact)
    if low is not None and low.value and high is not None and high.value and not (after or before):
        return [w.words.fill("dose.from_to", start=time(w, low), end=time(w, high))]
    ends = []
    if low is not None:
        ends.append(_end(w, low, "period.after" if after else "medication.since", "low"))
    if high is not None:
        ends.append(_end(w, high, "period.before" if before else "medication.until", "high"))
    return ends


def _end(w: Writer, end: Time, key: str, side: str) -> str:
    if end.value or end.inline:
        return w.words.fill(key, date=time(w, end))
    if end.null:
        if end.null in ("NA", "UNK", "NI"):
            word = w.words[f"period.{side}.{end.null}"]
            return w.mark(end.fact, f'{word} <abbr class="nf">{end.null}</abbr>', ' class="missing"')
        return f"{w.words[f'period.{side}']} {w.flavour(end.null, end.fact)}"
    return ""


def value_of(w: Writer, value: Value | None, label: str = "", *, trim: bool = False) -> str:
    """Any value type. None gives an empty string. `label` is HTML."""
    match value:
        case Coded():
            return w.coded(value, label)
        case None:
            return ""
        case Quantity() | Range() | Ratio():
            return amount(w, value, trim=trim)
        case Period():
            return period(w, value)
        case Text():
            return w.text(value)
        case Flag():
            said = _FLAGS.get((value.value or "").strip())
            if value.null or said is None:
                raw = f"{e(value.value)} " if value.value and not value.null else ""
                return raw + w.flavour(value.null or "NP", value.fact)
            return w.mark(value.fact, w.words[said])
        case Identifier():
            return w.identifier(value)
