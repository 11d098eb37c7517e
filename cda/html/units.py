"""Units of a quantity in words of the page; one that nobody has translated says so.

The code as received stays untouched in the document. Source: terminology.md 4, norway.md 5.7.
"""

import re

from ..datatypes import Text
from ..escape import e
from . import figures
from .vocabulary import State
from .writer import Writer

_UCUM = "2.16.840.1.113883.6.8"
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")


def unit(w: Writer, ucum: str, *, one: bool) -> str:
    """A UCUM unit as HTML: words or Norwegian symbols, else the word of the terminology, else as received."""
    key = (ucum, one)
    if (html := w.units.get(key) or w.vocabulary.units.get(key)) is None:
        html = w.units[key] = _unit(w, ucum, one)
        if "{" not in ucum and w.concept(ucum, _UCUM)[0].version is not None:  # no document made it up
            w.vocabulary.units[key] = html
    return html


def _unit(w: Writer, ucum: str, one: bool) -> str:
    shown = figures.unit(ucum, w.words, one=one)
    if shown == ucum and _BRACKETS.search(ucum) and (word := w.concept(ucum, _UCUM)[1]) is not None:
        return word.html + word.mark
    unknown = [
        part
        for part in _ANNOTATION.findall(ucum)
        if figures.unit_key(part, w.words) is None and _letters(part)
    ]
    strange = shown == ucum and _BRACKETS.search(ucum) is not None
    return e(shown) + (mark(w) if unknown or strange else "")


def word(w: Writer, text: Text, *, one: bool) -> str:
    """The producer's own word for a unit in words of the page, the original in the details panel."""
    stem = figures.unit_key(text.text, w.words)
    if stem is None:
        return w.text(text) + (mark(w) if _letters(text.text) else "")
    w.asides.append((w.words["value.unit_received"], w.text(text)))
    return w.words[f"{stem}.{'one' if one else 'other'}"]


def mark(w: Writer) -> str:
    """The mark of a word that stands in the language it came in."""
    return w.vocabulary.marks[State.UNTRANSLATED]


def _letters(said: str) -> bool:
    """Whether there is a word to translate, rather than a number or a unit such as `1.73_m2`."""
    return sum(letter.isalpha() for letter in said) > 2
