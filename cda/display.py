"""A document as a complete Norwegian page: everything that arrived, each word with where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime

from terminology.catalogue import Catalogue

from .document import Document
from .html.page import Frame, parts, whole_page
from .html.stylesheet import STYLESHEET
from .html.words import words
from .html.writer import State, Writer, language_tag


@dataclass(frozen=True, slots=True)
class DisplayContext:
    """What the page needs to know that the document does not say.

    `country` is the sending country in words; `today` is needed for ages; `notices` are sentences to stand
    at the top; `attachment_href` is where the portal serves the file of a level 1 document.
    """

    country: str | None = None
    retrieved: datetime | None = None
    today: Date | None = None
    test_environment: bool = True
    notices: Sequence[str] = field(default=())
    old_after_days: int = 183
    attachment_href: str | None = None


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
    w = Writer(words(language), terms, language_tag(document.language), context.today)
    frame = Frame(
        context.country,
        context.retrieved,
        context.today,
        context.test_environment,
        context.notices,
        context.old_after_days,
        context.attachment_href,
    )
    done = parts(w, document, frame)
    total = sum(w.counts.values())
    translated = w.counts.get(State.TRANSLATED, 0)
    facts = len(document.nodes.facts)
    counts = Counts(
        sections=done.tally.sections,
        entries=done.tally.entries,
        entries_shown=done.tally.shown,
        entries_raw=done.tally.raw_entries,
        translated=translated,
        untranslated=total - translated,
        english_only=w.counts.get(State.ENGLISH_ONLY, 0),
        facts=facts,
        facts_shown=facts - len(done.missing),
        facts_raw=len(done.tally.raw),
    )
    return Display(
        whole_page(w, done, frame),
        done.fragment,
        done.banner,
        counts,
        frozenset(done.tally.raw),
        done.missing,
    )


def stylesheet() -> str:
    """The style sheet that the fragment needs; a page of its own carries it already."""
    return STYLESHEET
