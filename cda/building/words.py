"""Words of the narrative in the language of the document: a written document speaks to whoever wrote it.

They are no words of a page: those come from the message catalogue, and only in the languages of Norway.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

from ..datatypes import Coded, Time

FALLBACK = "en"
_SISTERS = {"nn": "nb", "no": "nb"}  # languages that have no words of their own, but those of a sister


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    table: Mapping[str, str]

    def __call__(self, key: str, **said: str) -> str:
        """A word or phrase with its placeholders filled.  Raises: KeyError: no such key."""
        return self.table[key].format(**said)

    def has(self, key: str) -> bool:
        """Whether there is such a key."""
        return key in self.table

    def number(self, value: str | None) -> str:
        """A number as it was written, with the decimal sign of the language."""
        return (value or "").replace(".", self.table["decimal"])

    def date(self, when: Time | None) -> str:
        """A point in time in the precision given; empty for none."""
        digits = when.value if when else None
        if not digits:
            return ""
        stamp = when.stamp if when else None
        if stamp is None or stamp.digits < 8:
            return digits[:4] if len(digits) < 6 else f"{digits[4:6]}.{digits[:4]}"
        day = self("date", y=digits[:4], m=digits[4:6], d=digits[6:8])
        return f"{day} {digits[8:10]}:{digits[10:12]}" if stamp.digits >= 12 else day


@cache
def words(language: str) -> Words:
    """The words for a language tag such as `fi-FI`; English where there are none of its own."""
    stated = language.partition("-")[0].lower()
    tag = _SISTERS.get(stated, stated)
    columns = _table()
    return Words(tag if tag in columns else FALLBACK, columns.get(tag, columns[FALLBACK]))


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = files("cda").joinpath("building", "words.csv").read_text("utf-8")
    rows = list(csv.DictReader(StringIO(text), strict=True))
    languages = [name for name in rows[0] if name != "key"]
    return {each: {row["key"]: row[each] for row in rows} for each in languages}


def national(code: Coded | None) -> str:
    """What a coded value is called at home: the innermost translation, else its own words, else the code."""
    if code is None:
        return ""
    inner = code
    while inner.translations:
        inner = inner.translations[0]
    original = code.original.text if code.original else ""
    return inner.display or original or code.display or code.code or ""
