"""Writing values as HTML. Everything passes through `escape`; every shown fact gets its mark."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date

from terminology.catalogue import Answer, Catalogue

from ..datatypes import Coded, Identifier, Text
from ..escape import e
from ..fixed import is_fixed
from ..node import Node
from .vocabulary import Concepts, Shown, State, Vocabulary, vocabulary
from .words import Words

_BCP47 = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LANGUAGE_SYSTEM = "2.16.840.1.113883.6.121"
_NORWEGIAN = frozenset({"nb", "nn", "no"})

# A coded value of the current entry, for its details panel: its label as HTML, the value, the word shown.
CodeRow = tuple[str, Coded, Shown]


def language_tag(language: str | None) -> str | None:
    """A tag that may stand in a `lang` attribute, None for anything that is none."""
    return language if language and _BCP47.fullmatch(language) and len(language) < 36 else None


@dataclass(slots=True)
class Writer:
    """Writes the values of one document in one language and remembers which facts it has shown."""

    words: Words
    terms: Catalogue
    source: str | None  # language of the document, as a valid tag
    today: Date | None = None
    marked: set[int] = field(default_factory=lambda: {0})  # facts said; 0 is none, so there is nothing to say
    codes: list[CodeRow] = field(default_factory=list)
    states: list[State] = field(default_factory=list)  # of every code shown
    stand_ins: list[tuple[str, Shown]] = field(default_factory=list)  # words that are marked, and where
    anchor: str = "om"  # of the entry that is being written
    asides: list[tuple[str, str]] = field(default_factory=list)  # rows that values add to the details panel
    dates: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # times as received, in words, with a remark
    facts: Sequence[Node] = ()  # of the document, by number less one
    units: dict[tuple[str, bool], str] = field(default_factory=dict)  # finished, by code and whether one
    lang: str = field(init=False)  # the attribute for text in the language of the document
    spoken: str = field(init=False)  # that language in words, as HTML
    vocabulary: Vocabulary = field(init=False)
    _kept: Concepts = field(init=False)  # those of the vocabulary
    _asked: Concepts = field(default_factory=dict)  # on this page

    def __post_init__(self) -> None:
        self.vocabulary = vocabulary(self.terms, self.words)
        self._kept = self.vocabulary.kept
        self.lang = self.words.lang(self.source)
        self.spoken = e(self.source) if self.source else self.words["absence.unknown"]
        if self.source and (word := self.concept(self.source, _LANGUAGE_SYSTEM)[1]) is not None:
            self.spoken = word.html

    def scratch(self) -> "Writer":
        """A writer of the same words for what is said a second time."""
        shared = {name: getattr(self, name) for name in ("dates", "facts", "units", "_asked")}
        return Scratch(self.words, self.terms, self.source, self.today, **shared)

    def exclusive(self, fact: int) -> bool:
        """Whether the end of an interval says that it lies outside it, as in `high inclusive="false"`."""
        return fact > 0 and bool(self.facts) and self.facts[fact - 1].attrs.get("inclusive") == "false"

    def mark(self, fact: int, html: str, attributes: str = "") -> str:
        """Wrap what shows a fact; without a number the text stays bare."""
        if not fact:
            return f"<span{attributes}>{html}</span>" if attributes else html
        if not html:  # nothing to read is nothing shown
            return ""
        self.marked.add(fact)
        return f'<span data-fact="{fact}"{attributes}>{html}</span>'

    def marks(self, numbers: Sequence[int], html: str) -> str:
        """Wrap what shows several facts at once."""
        for number in numbers:
            html = self.mark(number, html)
        return html

    def text(self, text: Text) -> str:
        """Free text in the language of the document, never translated."""
        html = ""
        if text.text:
            html = self.mark(text.fact, e(text.text), self.lang)
            if text.several:
                html += f' <span class="st st-raw">{self.words["display.several_texts"]}</span>'
        elif text.reference is not None:
            html = self.mark(text.fact, e(self.words("display.dangling", reference=text.reference or "#")))
        if text.null:
            html = f"{html} {self.flavour(text.null, 0 if html else text.fact)}".strip()
        if text.reference_fact:
            html = self.mark(text.reference_fact, html)
        return html

    def flavour(self, null: str, fact: int = 0) -> str:
        """Why a value is missing, in words, with the flavour's code."""
        word = self.words.find(f"null.{null}") or self.words["null.other"]
        return self.mark(fact, f'{word} <abbr class="nf">{e(null)}</abbr>', ' class="missing"')

    def coded(self, coded: Coded, label: str = "", *, brief: bool = False) -> str:
        """The word for a code, by the order of choice of cda.md 10.4, with a mark for its state.

        A `brief` one names structure, not content: it has no mark and does not count as a code shown.
        `label` names the value in the details panel, as HTML.
        """
        code = coded.code
        if coded.null and not code:
            return self._missing(coded, label)
        found = self._kept.get((code, coded.system, coded.version)) if code and coded.system else None
        shown = (
            found[1] if found is not None and found[1] is not None and found[1].ours else self.choose(coded)
        )
        self.codes.append((label, coded, shown))
        html = self.mark(coded.fact, shown.html, shown.lang)
        if not brief:
            self.states.append(shown.state)
            if shown.mark:
                html += shown.mark + self._stood_in(coded, shown)
        if coded.null:
            html += f" ({self.flavour(coded.null)})"
        if coded.inline and coded.inline != shown.text:
            html += f" {e(coded.inline)}"
        for qualifier in coded.qualifiers:
            name = self.coded(qualifier.name, label, brief=True) if qualifier.name else ""
            value = self.coded(qualifier.value, label) if qualifier.value else ""
            html += f", {name}: {value}" if name else f", {value}"
        return html

    def _missing(self, coded: Coded, label: str) -> str:
        """A null flavour with whatever text stands beside it: translation, original text, display name."""
        shown = self.choose(coded)
        flavour = coded.null or ""
        if not shown.text:
            html = self.flavour(flavour, coded.fact)
            return f"{html} {self.text(coded.original)}" if coded.original is not None else html
        self.states.append(shown.state)
        self.codes.append((label, coded, shown))
        self.stand_ins.append((self.anchor, shown))
        html = self.mark(coded.fact, shown.html, shown.lang) + shown.mark
        if shown.state is State.UNMAPPED:
            return f'{html} <abbr class="nf">{e(flavour)}</abbr>'
        return f"{html} ({self.flavour(flavour)})"

    def _stood_in(self, coded: Coded, shown: Shown) -> str:
        """Remember where a word is not plainly Norwegian; beside an approximate one stands the original."""
        self.stand_ins.append((self.anchor, shown))
        if shown.state is not State.APPROXIMATE:
            return ""
        text, language = _original(coded, self.source)
        original = f"<span{self.words.lang(language)}>{e(text)}</span>"
        return f' <small class="orig">({self.words["display.original"]}: {original})</small>'

    def concept(self, code: str, system: str, version: str | None = None) -> tuple[Answer, Shown | None]:
        """What the catalogue says about a concept: asked once for all if it is common, else once per page."""
        key = (code, system, version)
        if (found := self._kept.get(key) or self._asked.get(key)) is None:
            found = self._asked[key] = self.vocabulary.look_up(code, system, version)
        return found

    def choose(self, coded: Coded) -> Shown:
        """Which word to show for a code. Source: cda.md 10.4."""
        answer, word = None, None
        code, display = coded.code, coded.display
        if code and coded.system:
            key = (code, coded.system, coded.version)
            answer, word = self._kept.get(key) or self.concept(*key)
            if word is not None and word.ours:
                return word
        shown = self.vocabulary.shown
        if code and is_fixed(code, coded.system):
            return self.vocabulary.fixed(code, answer)
        if display and self.source and self.source.partition("-")[0] in _NORWEGIAN:
            return shown(display, self.source, State.TRANSLATED, answer)
        if word is not None:
            return word
        if display and not coded.null:
            # Only a transcoded element is known to be English; any other word may be the country's own.
            if coded.translations or (self.source or "").partition("-")[0] == "en":
                return shown(display, "en", State.ENGLISH_ONLY, answer)
            return shown(display, self.source, State.UNTRANSLATED, answer)
        system = answer.system.name if answer is not None and answer.system is not None else ""
        text, language = _original(coded, self.source, system)
        state = State.UNMAPPED if coded.null == "OTH" and not code else State.UNTRANSLATED
        if code and language is not None and language.partition("-")[0] == "en":
            state = State.ENGLISH_ONLY
        return shown(text, language, state, answer)

    def language(self, coded: Coded, label: str = "") -> str:
        """A language code in words; it comes without a code system."""
        return self.coded(replace(coded, system=coded.system or _LANGUAGE_SYSTEM), label)

    def identifier(self, identifier: Identifier) -> str:
        """An identifier as a clinician sees it: the extension, or the root when it stands alone."""
        if identifier.null and not identifier.shown:
            return self.flavour(identifier.null, identifier.fact)
        return self.mark(identifier.fact, e(identifier.shown))


class Scratch(Writer):
    """Writes what is said a second time: a fact carries its mark once, in its own entry."""

    __slots__ = ()

    def mark(self, fact: int, html: str, attributes: str = "") -> str:
        """Wrap what shows a fact, without its number."""
        return f"<span{attributes}>{html}</span>" if fact or attributes else html


def _original(coded: Coded, source: str | None, system: str = "") -> tuple[str, str | None]:
    """The words of the source: national translation, original text, and at last the bare code.

    Args: system: the name of the code system, if the catalogue knows it.
    """
    for inner in coded.translations:
        text = inner.display or (inner.original.text if inner.original else "")
        if text:
            name = " ".join(part for part in (inner.system_name or inner.system, inner.code) if part)
            return f"{text} ({name})" if name else text, source
    text = coded.display or (coded.original.text if coded.original else "") or coded.inline
    if text:
        return text, source
    name = " ".join(part for part in (coded.system_name or system or coded.system, coded.code) if part)
    return name if coded.code else "", None
