"""A document as a complete Norwegian page: everything that arrived, each word with where it comes from."""

from dataclasses import dataclass

from terminology.catalogue import Catalogue

from .document import Document
from .html.page import DisplayContext, parts, whole_page
from .html.stylesheet import STYLESHEET
from .html.vocabulary import State
from .html.words import words
from .html.writer import Writer, language_tag

__all__ = ["Counts", "Display", "DisplayContext", "page", "stylesheet"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What arrived and what is shown. `facts_shown` equals `facts` unless the self-check found a gap."""

    sections: int
    entries: int
    entries_shown: int
    entries_raw: int
    translated: int
    untranslated: int
    english_only: int
    facts: int
    facts_shown: int
    facts_raw: int


@dataclass(frozen=True, slots=True)
class Display:
    """A finished display: `html` is a page of its own, `banner` and `fragment` are for the portal's frame."""

    html: str
    fragment: str
    banner: str
    counts: Counts
    raw: frozenset[int]  # facts shown as received, because no reader or renderer took them
    missing: tuple[int, ...]  # facts that had to be added at the top, because no part of the page placed them


def page(
    document: Document, terms: Catalogue, *, language: str = "nb", context: DisplayContext | None = None
) -> Display:
    """Write the display of a document.

    Args: language: nb, nn or en, the language of the page; texts of the document keep their own.
    """
    context = context or DisplayContext()
    w = Writer(
        words(language), terms, language_tag(document.language), context.today, facts=document.nodes.facts
    )
    done = parts(w, document, context)
    translated = w.states.count(State.TRANSLATED)
    facts = len(document.nodes.facts)
    counts = Counts(
        sections=done.tally.sections,
        entries=done.tally.entries,
        entries_shown=done.tally.shown,
        entries_raw=done.tally.raw_entries,
        translated=translated,
        untranslated=len(w.states) - translated,
        english_only=w.states.count(State.ENGLISH_ONLY),
        facts=facts,
        facts_shown=facts - len(done.missing),
        facts_raw=len(done.tally.raw),
    )
    return Display(
        whole_page(w, done, context),
        done.fragment,
        done.banner,
        counts,
        frozenset(done.tally.raw),
        done.missing,
    )


def stylesheet() -> str:
    """The style sheet that the fragment needs; a page of its own carries it already."""
    return STYLESHEET
