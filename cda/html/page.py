"""The whole display: banner, alerts, translation strip, sections, what was not received, the header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from ..document import Document, Kind, raw_facts
from ..escape import e
from .alerts import alerts_html
from .attachment import attachment_html, download_html
from .block import raw_html
from .head import about_html, banner_html, source_line
from .section import ORDER, PLACE, REQUIRED, Tally, ordered, section_html
from .strip import strip_html
from .stylesheet import STYLESHEET
from .writer import Writer

_FACT = re.compile(r'data-fact="(\d+)"')
_FIRST = ("48765-2", "10160-0", "11450-4", "57828-6", "60590-7")


@dataclass(frozen=True, slots=True)
class Parts:
    """The finished pieces of a display. `missing` are facts that are on the page nowhere: always empty."""

    title: str
    banner: str
    source: str
    body: str
    tally: Tally
    missing: tuple[int, ...]
    file: str = ""  # the link that saves the file of a level 1 document, for a page of its own

    @property
    def fragment(self) -> str:
        """The page without its banner."""
        return self.source + self.body


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
    notices: Sequence[str] = ()
    old_after_days: int = 183
    attachment_href: str | None = None


def parts(w: Writer, document: Document, context: DisplayContext) -> Parts:
    """Write banner and body of a document."""
    banner = banner_html(w, document, context.country, context.today)
    source = source_line(w, document)
    header_codes = w.codes
    tally, kind = Tally(), document.kind
    summary = kind is Kind.PATIENT_SUMMARY and document.level == 3
    sections = _sections(w, document, tally, summary)
    alerts = alerts_html(w, document) if summary else ""
    attachment = attachment_html(w, document, context.attachment_href)
    w.codes, w.anchor = header_codes, "om"
    about = about_html(w, document)
    body = [
        _notices(w, document, kind, context, tally),
        alerts,
        strip_html(w),
        _view(w) if document.sections else "",
        attachment,
        sections,
        _not_received(w, document) if summary else "",
        about,
    ]
    html = "".join(body)
    missing = unshown(document, banner + source + html)
    if missing:
        facts = raw_facts([document.fact(number) for number in missing], document.nodes.root)
        html = raw_html(w, facts, w.words["display.not_placed"]) + html
    return Parts(_title(w, document, kind), banner, source, html, tally, missing, download_html(w, document))


def _title(w: Writer, document: Document, kind: Kind) -> str:
    """The kind of document; never a name, which would reach the browser's history."""
    code = document.header.code
    if kind is Kind.PATIENT_SUMMARY or code is None or code.empty:
        return w.words("document.patient_summary" if code is not None else "display.document_type")
    return w.choose(code).text


def unshown(document: Document, html: str) -> tuple[int, ...]:
    """The self-check: the facts that were read, less the facts that carry a mark in the finished page."""
    marked = set(map(int, _FACT.findall(html)))
    numbers = range(1, len(document.nodes.facts) + 1)
    return () if marked.issuperset(numbers) else tuple(sorted(set(numbers) - marked))


def whole_page(w: Writer, done: Parts, context: DisplayContext) -> str:
    """A page of its own: no outside resource, no script."""
    words = w.words
    mark = f'<div class="testmark">{words["app.test_environment"]}</div>' if context.test_environment else ""
    title = e(done.title)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html><html lang="{w.words.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="referrer" content="no-referrer"><title>{title}</title>'
        f"<style>{STYLESHEET}</style></head>"
        f'<body><div class="cda"><a class="skip" href="#innhold">{words["app.skip_to_content"]}</a>'
        f'<header class="top"><div class="stick">{mark}{done.banner}</div>{done.source}</header>'
        f'<main id="innhold"><h1>{title}</h1>{done.file}{done.body}</main></div></body></html>'
    )


def _sections(w: Writer, document: Document, tally: Tally, summary: bool) -> str:
    """All sections in the fixed order; a required one that is missing from a summary says so."""
    place = {id(section): index for index, section in enumerate(document.sections)}
    written: list[tuple[str, str]] = []
    present = {section.loinc for section in document.sections}
    for section in ordered(document.sections):
        anchor = f"s{place[id(section)]}"
        written.append((section.loinc, section_html(w, document, section, tally, anchor)))
    if summary:
        written += [(code, _missing_section(w, code)) for code in REQUIRED if code not in present]
    written.sort(key=lambda one: PLACE.get(one[0], len(ORDER)))
    first = "".join([html for code, html in written if code in _FIRST])
    rest = "".join([html for code, html in written if code not in _FIRST])
    return f'{first}<div class="cols">{rest}</div>' if rest else first


def _missing_section(w: Writer, code: str) -> str:
    words = w.words
    return (
        f'<section class="sec"><h2>{words[f"section.{code}"]}</h2><p class="warn">'
        f'<span class="abs">{words["absence.not_received"]}</span> '
        f"{words['absence.not_received.help']}</p></section>"
    )


def _not_received(w: Writer, document: Document) -> str:
    """One line for the optional sections of a summary that did not come."""
    present = {section.loinc for section in document.sections}
    absent = [code for code in ORDER if code not in present and code not in REQUIRED]
    if not absent:
        return ""
    names = ", ".join([w.words(f"section.{code}") for code in absent])
    return f'<p class="count">{e(w.words("section.not_received_list", sections=names))}</p>'


def _notices(w: Writer, document: Document, kind: Kind, context: DisplayContext, tally: Tally) -> str:
    words = w.words
    texts = list(context.notices)
    if document.header.patients != 1:
        texts.append(words("display.patients", count=document.header.patients))
    if kind is Kind.OTHER:
        texts.append(words("display.unknown_kind"))
    if document.attachment is None and not document.sections:
        texts.append(words("display.no_body"))
    if tally.raw or tally.raw_entries:
        texts.append(words("translation.parse_failed", count=len(tally.raw) + tally.raw_entries))
    if kind is Kind.PATIENT_SUMMARY and (old := _old(w, document, context)) is not None:
        texts.append(old)
    return "".join([f'<p class="warn" role="note">{e(text)}</p>' for text in texts])


def _old(w: Writer, document: Document, context: DisplayContext) -> str | None:
    """The age of the information in words when it is above the limit."""
    if context.today is None:
        return None
    times = [
        ev.time.high for ev in document.header.events if ev.time is not None and ev.time.high is not None
    ]
    stamp = next(
        (time.stamp for time in (*times, document.header.created) if time is not None and time.stamp), None
    )
    if stamp is None:
        return None
    days = (context.today - stamp.at.date()).days
    if days <= context.old_after_days:
        return None
    words = w.words
    age = words("time.year", count=days // 365) if days >= 730 else words("time.months", count=days // 30)
    return words("document.age_warning", age=age)


def _view(w: Writer) -> str:
    """The switch that sets the country's own words beside ours; the style sheet does the rest."""
    label = w.words["view.side_by_side_original"]
    return f'<p class="view"><input type="checkbox" id="side"> <label for="side">{label}</label></p>'
