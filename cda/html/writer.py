"""Writing values as HTML. Everything passes through `escape`; every shown fact gets its mark."""

import re
from dataclasses import dataclass, field, replace
from datetime import date as Date
from enum import StrEnum

from terminology import value_sets as vs
from terminology.catalogue import Answer, Catalogue
from terminology.concept import Concept

from ..datatypes import Coded, Identifier, Text
from ..escape import e
from ..fixed import FIXED
from .words import Words

_MARK = re.compile(r' data-fact="\d+"')
_BCP47 = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LANGUAGE_SYSTEM = "2.16.840.1.113883.6.121"
_NORWEGIAN = frozenset({"nb", "nn", "no"})


class State(StrEnum):
    """Where the shown word comes from. Source: portal.md 6, item 13, and cda.md 10.4."""

    TRANSLATED = "translated"
    MAPPED = "mapped"
    APPROXIMATE = "approximate"
    ENGLISH_ONLY = "english_only"
    UNTRANSLATED = "untranslated"


@dataclass(frozen=True, slots=True)
class Shown:
    """The word chosen for a code: its language (None: unknown), its state, and what the catalogue said."""

    text: str
    language: str | None
    state: State
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A coded value of the current entry, for its details panel."""

    label: str
    coded: Coded
    shown: Shown


def unmarked(html: str) -> str:
    """Words said a second time: a fact carries its mark once, in its own entry."""
    return _MARK.sub("", html)


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
    marked: set[int] = field(default_factory=set)
    codes: list[CodeRow] = field(default_factory=list)
    counts: dict[State, int] = field(default_factory=dict)
    asides: list[tuple[str, str]] = field(default_factory=list)  # rows that values add to the details panel
    _known: dict[tuple[object, ...], Shown] = field(default_factory=dict)
    _answers: dict[tuple[Concept, str | None], Answer] = field(default_factory=dict)

    def scratch(self) -> "Writer":
        """A writer of the same words whose marks and counts do not count: for what is said a second time."""
        return Writer(
            self.words, self.terms, self.source, self.today, _known=self._known, _answers=self._answers
        )

    def mark(self, fact: int, html: str, attributes: str = "") -> str:
        """Wrap what shows a fact; without a number the text stays bare."""
        if not fact:
            return f"<span{attributes}>{html}</span>" if attributes else html
        self.marked.add(fact)
        return f'<span data-fact="{fact}"{attributes}>{html}</span>'

    def lang(self, language: str | None) -> str:
        """The `lang` attribute for text in another language than the page."""
        if language is None or language.partition("-")[0] == self.words.language:
            return ""
        return f' lang="{language}"'

    def text(self, text: Text, *, translate_none: bool = True) -> str:
        """Free text in the language of the document, never translated."""
        html = ""
        if text.text:
            html = self.mark(text.fact, e(text.text), self.lang(self.source))
        elif text.reference is not None:
            html = self.mark(text.fact, e(self.words("display.dangling", reference=text.reference or "#")))
        if text.null:
            html = f"{html} {self.flavour(text.null, 0 if html else text.fact)}".strip()
        if text.reference_fact:
            html = self.mark(text.reference_fact, html)
        return html

    def flavour(self, null: str, fact: int = 0) -> str:
        """Why a value is missing, in words, with the flavour's code."""
        word = self.words.find(f"null.{null}") or self.words("null.other")
        return self.mark(fact, f'{e(word)} <abbr class="nf">{e(null)}</abbr>', ' class="missing"')

    def coded(self, coded: Coded, *value_sets: str, label: str = "", brief: bool = False) -> str:
        """The word for a code, by the order of choice of cda.md 10.4, with a mark for its state.

        A `brief` one names structure, not content: it has no mark and does not count as a code shown.
        `value_sets` are those the element is bound to; `label` names the value in the details panel.
        """
        if coded.null and not coded.code:
            return self._missing(coded, label)
        shown = self.choose(coded, *value_sets)
        self.codes.append(CodeRow(label, coded, shown))
        html = self.mark(coded.fact, e(shown.text), self.lang(shown.language))
        if not brief:
            self.counts[shown.state] = self.counts.get(shown.state, 0) + 1
            html += self.state(shown.state)
        if coded.null:
            html += f" ({self.flavour(coded.null)})"
        if coded.inline and coded.inline != shown.text:
            html += f" {e(coded.inline)}"
        for qualifier in coded.qualifiers:
            name = self.coded(qualifier.name, label=label, brief=True) if qualifier.name else ""
            value = self.coded(qualifier.value, label=label) if qualifier.value else ""
            html += f", {name}: {value}" if name else f", {value}"
        return html

    def _missing(self, coded: Coded, label: str) -> str:
        """A null flavour with whatever text stands beside it: translation, original text, display name."""
        shown = self.choose(coded)
        flavour = coded.null or ""
        if not shown.text:
            html = self.flavour(flavour, coded.fact)
            return f"{html} {self.text(coded.original)}" if coded.original is not None else html
        self.counts[shown.state] = self.counts.get(shown.state, 0) + 1
        self.codes.append(CodeRow(label, coded, shown))
        html = self.mark(coded.fact, e(shown.text), self.lang(shown.language))
        return f"{html}{self.state(shown.state)} ({self.flavour(flavour)})"

    def state(self, state: State) -> str:
        """The visible mark of a word that is not Norwegian: icon and text, never colour alone."""
        if state is State.TRANSLATED:
            return ""
        return f' <span class="st st-{state}">{e(self.words(f"translation.{state}"))}</span>'

    def choose(self, coded: Coded, *value_sets: str) -> Shown:
        """Which word to show for a code. Source: cda.md 10.4."""
        key = (coded.code, coded.system, coded.version, coded.display, coded.null, value_sets, coded.fact)
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._choose(coded, value_sets)
        return known

    def _choose(self, coded: Coded, value_sets: tuple[str, ...]) -> Shown:
        answer = None
        if coded.code and coded.system:
            concept = Concept(coded.code, coded.system, coded.version)
            value_set = value_sets[0] if len(value_sets) == 1 else None
            answer = self._answers.get((concept, value_set))
            if answer is None:
                answer = self.terms.lookup(concept, self.words.tag, value_set)
                self._answers[concept, value_set] = answer
            if answer.text and answer.translated:
                return Shown(answer.text, answer.language, State.TRANSLATED, answer)
        if coded.code in FIXED:
            return Shown(self.words(f"fixed.{coded.code}"), self.words.tag, State.TRANSLATED, answer)
        if coded.display and self.source and self.source.partition("-")[0] in _NORWEGIAN:
            return Shown(coded.display, self.source, State.TRANSLATED, answer)
        if answer is not None and answer.english:
            return Shown(answer.english, "en", State.ENGLISH_ONLY, answer)
        if coded.display and not coded.null:
            # Only a transcoded element is known to be English; any other word may be the country's own.
            english = bool(coded.translations) or (self.source or "").partition("-")[0] == "en"
            language, state = ("en", State.ENGLISH_ONLY) if english else (self.source, State.UNTRANSLATED)
            return Shown(coded.display, language, state, answer)
        return self._original(coded, answer)

    def _original(self, coded: Coded, answer: Answer | None) -> Shown:
        """The words of the source: national translation, original text, and at last the bare code."""
        for inner in coded.translations:
            text = inner.display or (inner.original.text if inner.original else "")
            if text:
                name = " ".join(part for part in (inner.system_name or inner.system, inner.code) if part)
                return Shown(f"{text} ({name})" if name else text, self.source, State.UNTRANSLATED, answer)
        text = coded.display or (coded.original.text if coded.original else "") or coded.inline
        if text:
            return Shown(text, self.source, State.UNTRANSLATED, answer)
        name = " ".join(part for part in (coded.system_name or coded.system, coded.code) if part)
        if not coded.code:
            name = ""
        return Shown(name, None, State.UNTRANSLATED, answer)

    def language(self, coded: Coded, *, label: str = "", brief: bool = False) -> str:
        """A language code in words; it comes without a code system."""
        system = coded.system or _LANGUAGE_SYSTEM
        return self.coded(replace(coded, system=system), vs.LANGUAGE, label=label, brief=brief)

    def identifier(self, identifier: Identifier) -> str:
        """An identifier as a clinician sees it: the extension, or the root when it stands alone."""
        if identifier.null and not identifier.shown:
            return self.flavour(identifier.null, identifier.fact)
        return self.mark(identifier.fact, e(identifier.shown))
