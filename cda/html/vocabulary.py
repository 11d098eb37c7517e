"""The words for codes, finished for the page; those of the catalogue are kept from one page to the next."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from terminology.catalogue import Answer, Catalogue
from terminology.concept import Concept
from terminology.designation import Designation

from ..escape import e
from ..fixed import is_fixed
from .words import Words

_MOST_KEPT = 10_000  # concepts of one release in one language: some 6 MB


class State(StrEnum):
    """Where the shown word comes from. Source: portal.md 6, item 13, and cda.md 10.4."""

    TRANSLATED = "translated"
    MAPPED = "mapped"
    APPROXIMATE = "approximate"
    ENGLISH_ONLY = "english_only"
    UNTRANSLATED = "untranslated"
    UNMAPPED = "unmapped"  # a national concept without a shared code: label 153 of the value set of labels


@dataclass(slots=True)
class Shown:
    """The word chosen for a code: `text` as it is, and finished HTML.

    `lang` is the attribute for its language, `mark` the visible mark of its state. For the details panel:
    `basis` is where the word is from, `english` the cell with the catalogue's English, empty without one,
    `system` the catalogue's name of the code system, plain.
    """

    text: str
    html: str
    lang: str
    state: State
    mark: str
    basis: str
    system: str
    english: str
    ours: bool = False  # in the language of the page, by the catalogue or the templates


Concepts = dict[tuple[str, str, str | None], tuple[Answer, Shown | None]]  # by code, system and version


class Vocabulary:
    """One release of the catalogue in the words of one page language.

    `kept` outlives the page: it holds what is said about concepts of the catalogue and of the templates,
    never what a document made up. Entries are only ever added whole, so that threads may share it.
    """

    __slots__ = ("terms", "words", "kept", "units", "marks", "_states")

    def __init__(self, terms: Catalogue, words: Words) -> None:
        self.terms, self.words = terms, words
        self.kept: Concepts = {}
        self.units: dict[
            tuple[str, bool], str
        ] = {}  # in words, by code and whether one: those of the catalogue
        self._states = {state: self._state(state) for state in State}  # words and mark
        self.marks = {state: mark for state, (_, mark) in self._states.items()}

    def look_up(self, code: str, system: str, version: str | None) -> tuple[Answer, Shown | None]:
        """What the catalogue says about a concept, and the word for it in the page language or in English.

        Whether the concept belongs to the value set of its element changes no word; translation reports it.
        """
        answer = self.terms.lookup(Concept(code, system, version), self.words.tag)
        word = None
        if answer.text and answer.translated:
            word = self.shown(answer.text, answer.language, _by_mapping(answer), answer)
        elif is_fixed(code, system):
            word = self.fixed(code, answer)
        elif answer.english:
            word = self.shown(answer.english, "en", State.ENGLISH_ONLY, answer)
        if _common(code, system, version, answer) and len(self.kept) < _MOST_KEPT:
            self.kept[code, system, version] = (answer, word)
        return answer, word

    def shown(self, text: str, language: str | None, state: State, answer: Answer | None) -> Shown:
        """A word made ready for the page."""
        words = self.words
        basis, mark = self._states[state]
        if state is State.APPROXIMATE and answer is not None:
            basis, mark = self._state(state, f"approximate_{answer.equivalence}")
        system = english = ""
        if answer is not None:
            system = answer.system.name if answer.system is not None else ""
            english = f"<td{words.english}>{e(answer.english)}</td>" if answer.english else ""
            if answer.designation is not None:
                basis += self._basis(answer.designation)
        ours = state in (State.TRANSLATED, State.MAPPED, State.APPROXIMATE)
        return Shown(text, e(text), words.lang(language), state, mark, basis, system, english, ours)

    def fixed(self, code: str, answer: Answer | None = None) -> Shown:
        """The page's own word for a code that the templates fix."""
        return self.shown(self.words(f"fixed.{code}"), self.words.tag, State.TRANSLATED, answer)

    def _state(self, state: State, kind: str = "") -> tuple[str, str]:
        """What a state is called, and the mark of a word that is not plainly Norwegian: words and a sign."""
        label = self.words.find(f"translation.{kind}") or self.words[f"translation.{state}"]
        sign = f'<span class="st st-{state}">{label}</span>'
        return sign, "" if state is State.TRANSLATED else f" {sign}"

    def _basis(self, designation: Designation) -> str:
        """Where the catalogue's word is from and who approved it."""
        words = self.words
        source = words.find(f"basis.{designation.basis}") or e(designation.basis)
        approved = words["translation.not_approved"]
        if designation.approved_by:
            name, date = designation.approved_by, designation.approved_on
            approved = e(words("translation.approved_by", name=name, date=date))
        return f" <small>{source}, {approved}</small>"


def _by_mapping(answer: Answer) -> State:
    """Whether the words are those of the concept itself, or of another that it was mapped to."""
    if answer.equivalence is None:
        return State.TRANSLATED
    return State.MAPPED if answer.equivalence == "equivalent" else State.APPROXIMATE


def _common(code: str, system: str, version: str | None, answer: Answer) -> bool:
    """Whether every part of a concept is public vocabulary, and none a document's own invention."""
    held = answer.system
    if version and (held is None or version not in held.versions):
        return False
    if is_fixed(code, system):
        return True
    return held is not None and answer.version is not None


def vocabulary(terms: Catalogue, words: Words) -> Vocabulary:
    """The vocabulary of a release and a page language, shared by every page of the process."""
    shelf = _shelf(terms)
    if (found := shelf.get(words.language)) is None:
        found = shelf.setdefault(words.language, Vocabulary(terms, words))
    return found


@lru_cache(maxsize=1)  # the release in use: another one takes its place, so that the old one can go
def _shelf(terms: Catalogue) -> dict[str, Vocabulary]:
    return {}
