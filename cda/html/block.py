"""One item on the page: a headline, labelled rows, marks, and a panel with the original of every code."""

from collections.abc import Sequence
from datetime import date as Date
from enum import StrEnum
from functools import lru_cache

from ..datatypes import Coded
from ..document import RawFact
from ..escape import e
from .vocabulary import Shown
from .words import words
from .writer import CodeRow, Writer

Row = tuple[str, str]  # label and value, both finished HTML


class Tone(StrEnum):
    """How an item stands out; it is always said in words too."""

    PLAIN = ""
    SEVERE = "severe"
    MUTED = "muted"  # inactive, cancelled: must not look like what holds now
    DENIED = "denied"  # explicitly not so
    ABSENT = "absent"


class Block:
    """What a section's renderer says about one item. Strings are finished HTML, labels too."""

    __slots__ = ("title", "rows", "badges", "tone", "quiet")

    def __init__(self, title: str = "") -> None:
        self.title, self.tone = title, Tone.PLAIN
        self.rows: list[Row] = []
        self.badges: list[tuple[str, str]] = []  # words and tone
        self.quiet: list[Row] = []  # rows for the details panel

    def row(self, label: str, html: str) -> None:
        """Add a labelled row; an empty value adds nothing."""
        if html:
            self.rows.append((label, html))

    def badge(self, words: str, tone: str = "") -> None:
        """Add a word beside the headline."""
        self.badges.append((words, tone))


def rows_html(rows: Sequence[Row]) -> str:
    """The inside of a `dl`: one `div` per row that says something."""
    return "".join([f"<div><dt>{label}</dt> <dd>{html}</dd></div>\n" for label, html in rows if html])


def list_html(rows: Sequence[Row]) -> str:
    """The rows as a `dl`; nothing where no row says anything."""
    inside = rows_html(rows)
    return f"<dl>{inside}</dl>" if inside else ""


def block_html(block: Block) -> str:
    """Headline, badges and rows."""
    badges = "".join(
        [f' <span class="badge{" b-" + tone if tone else ""}">{words}</span>' for words, tone in block.badges]
    )
    tone = f" t-{block.tone}" if block.tone else ""
    return f'<h3 class="it{tone}">{block.title}{badges}</h3>\n{list_html(block.rows)}'


def details_html(
    w: Writer, rows: Sequence[CodeRow], extra: Sequence[Row], summary: str = "view.details"
) -> str:
    """The panel behind an item: for each code the words shown, the code, the English and the original.

    Args: summary: the key of its heading.
    """
    if not rows and not extra:
        return ""
    html = [f'<details class="more"><summary>{w.words[summary]}</summary>']
    if rows:
        release = w.terms.release
        html.append(_table_head(w.words.language, release.name, release.date))
        html += [_code_row(w, label, coded, shown) for label, coded, shown in rows]
        html.append("</tbody></table>")
    if extra:
        html.append(f"<dl>{rows_html(extra)}</dl>")
    html.append("</details>")
    return "".join(html)


@lru_cache(maxsize=8)
def _table_head(language: str, release: str, date: Date) -> str:
    """The beginning of the table of codes in a page language, with the release that its words are from."""
    text = words(language)
    heads = ("display.shown", "display.original", "display.code", "display.english", "display.origin")
    cells = "".join(f'<th scope="col">{text[head]}</th>' for head in heads)
    said = text("display.release", name=release, date=date.strftime("%d.%m.%Y"))
    caption = f"{text['display.codes_caption']} · {e(said)}"
    return f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead><tbody>"


def _code_row(w: Writer, label: str, coded: Coded, shown: Shown) -> str:
    """Norwegian at the left, the country's own words beside it; then code, English, and whose word it is."""
    if not (english := shown.english):
        display = coded.display if shown.text != coded.display else ""
        english = f"<td{w.words.english}>{e(display)}</td>" if display else "<td></td>"
    system = coded.system_name or shown.system or coded.system or ""
    if coded.version:
        system += f" {coded.version}"
    head = f"<small>{label}</small> <b>{shown.html}</b>" if label else f"<b>{shown.html}</b>"
    if coded.original is None and not coded.translations:
        original = e(coded.display) if coded.display else w.words["display.code_only"]
    else:
        original = _originals(w, coded) or w.words["display.code_only"]
    return (
        f'<tr><th scope="row">{head}</th> <td class="o"{w.lang}>{original}</td> '
        f"<td>{e(coded.code or coded.null or '')} <small>{e(system)}</small></td> {english}"
        f" <td>{shown.basis}</td></tr>\n"
    )


def _originals(w: Writer, coded: Coded) -> str:
    """What the source said itself: translations to any depth, the words referred to, its display name."""
    display = e(coded.display) if coded.display else ""
    parts = []
    pending = list(coded.translations)
    for inner in pending:  # grows while it is read
        system = " ".join([p for p in (inner.system_name or inner.system, inner.version) if p])
        text = f"{e(inner.display or '')} {e(inner.code or '')} <small>{e(system)}</small>".strip()
        if inner.null:
            text += f" {w.flavour(inner.null)}"
        parts.append(w.mark(inner.fact, text))
        if inner.original is not None:
            parts.append(w.text(inner.original))
        for qualifier in inner.qualifiers:
            parts += [_plain(w, c) for c in (qualifier.name, qualifier.value) if c is not None]
        pending += inner.translations
    if coded.original is not None:
        parts.append(w.text(coded.original))
    if display and coded.translations:  # a transcoded element: its own words are the shared English ones
        display = f"<span{w.words.english}>{display}</span>"
    parts.append(display)
    return "; ".join(filter(None, parts))


def _plain(w: Writer, coded: Coded) -> str:
    return w.mark(coded.fact, e(coded.display or coded.code or coded.null or ""))


def raw_html(w: Writer, raw: Sequence[RawFact], heading: str) -> str:
    """Facts outside the typed model, as received, each with its mark. `heading` is HTML."""
    if not raw:
        return ""
    items = "".join(f"<li>{raw_fact(w, fact)}</li>" for fact in raw)
    head = f'<p><span class="st st-raw">{heading}</span></p>'
    return f'<div class="raw">{head}<ul{w.lang}>{items}</ul></div>'


def raw_fact(w: Writer, fact: RawFact) -> str:
    """One such fact: where it stood and everything it said."""
    said = ", ".join(f"{key} = {value}" if key else value for key, value in fact.said)
    return w.mark(fact.fact, f"<code>{e(fact.path)}</code>: {e(said)}")
