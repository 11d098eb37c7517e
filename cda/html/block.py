"""One item on the page: a headline, labelled rows, marks, and a panel with the original of every code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..datatypes import Coded
from ..document import RawFact
from ..escape import e
from .writer import CodeRow, Writer


class Tone(StrEnum):
    """How an item stands out; it is always said in words too."""

    PLAIN = ""
    SEVERE = "severe"
    MUTED = "muted"  # inactive, cancelled: must not look like what holds now
    DENIED = "denied"  # explicitly not so
    ABSENT = "absent"


@dataclass(slots=True)
class Block:
    """What a section's renderer says about one item. Strings are finished HTML, labels are not."""

    title: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    badges: list[tuple[str, str]] = field(default_factory=list)  # words and tone
    tone: Tone = Tone.PLAIN
    quiet: list[tuple[str, str]] = field(default_factory=list)  # rows for the details panel

    def row(self, label: str, html: str) -> None:
        """Add a labelled row; an empty value adds nothing."""
        if html:
            self.rows.append((label, html))

    def badge(self, words: str, tone: str = "") -> None:
        """Add a word beside the headline."""
        self.badges.append((words, tone))


def rows_html(rows: Sequence[tuple[str, str]]) -> str:
    """The inside of a `dl`: one `div` per row that says something."""
    return "".join(f"<div><dt>{e(label)}</dt> <dd>{html}</dd></div>\n" for label, html in rows if html)


def block_html(block: Block) -> str:
    """Headline, badges and rows."""
    badges = "".join(
        f' <span class="badge{" b-" + tone if tone else ""}">{words}</span>' for words, tone in block.badges
    )
    rows = rows_html(block.rows)
    return f'<h3 class="it">{block.title}{badges}</h3>' + (f"<dl>{rows}</dl>" if rows else "")


def details_html(
    w: Writer, rows: Sequence[CodeRow], extra: Sequence[tuple[str, str]], summary: str | None = None
) -> str:
    """The panel behind an item: for each code the words shown, the code, the English and the original."""
    if not rows and not extra:
        return ""
    words = w.words
    heads = ("display.shown", "display.code", "display.english", "display.original", "display.origin")
    html = [f'<details class="more"><summary>{e(summary or words("view.details"))}</summary>']
    if rows:
        html.append(
            f"<table><caption>{e(words('display.codes_caption'))}</caption><thead><tr>"
            + "".join(f'<th scope="col">{e(words(head))}</th>' for head in heads)
            + "</tr></thead><tbody>"
        )
        html += [_code_row(w, row) for row in rows]
        html.append("</tbody></table>")
    if extra:
        html.append("<dl>" + rows_html(extra) + "</dl>")
    html.append("</details>")
    return "".join(html)


def _code_row(w: Writer, row: CodeRow) -> str:
    coded, shown = row.coded, row.shown
    system = coded.system_name or _system_name(row) or coded.system or ""
    version = f" {coded.version}" if coded.version else ""
    code = f"{e(coded.code or coded.null or '')} <small>{e(system)}{e(version)}</small>"
    english = (shown.answer.english if shown.answer else None) or ""
    if not english and coded.display and shown.text != coded.display:
        english = coded.display
    basis = e(w.words(f"translation.{shown.state}"))
    if shown.answer is not None and (designation := shown.answer.designation) is not None:
        status = (
            w.words("translation.approved_by", name=designation.approved_by, date=designation.approved_on)
            if designation.approved_by
            else w.words("translation.not_approved")
        )
        source = w.words.find(f"basis.{designation.basis}") or designation.basis
        basis += f" <small>{e(source)}, {e(status)}</small>"
    label = f"<small>{e(row.label)}</small> " if row.label else ""
    return (
        f'<tr><th scope="row">{label}{e(shown.text)}</th><td>{code}</td>'
        f"<td{w.lang('en') if english else ''}>{e(english)}</td><td>{_originals(w, row)}</td>"
        f"<td>{basis}</td></tr>"
    )


def _system_name(row: CodeRow) -> str:
    answer = row.shown.answer
    return answer.system.name if answer is not None and answer.system is not None else ""


def _originals(w: Writer, row: CodeRow) -> str:
    """What the source said itself: its display name, the words referred to, translations to any depth."""
    coded = row.coded
    parts = []
    if coded.display and coded.display != row.shown.text:
        parts.append(e(coded.display))
    if coded.original is not None:
        parts.append(w.text(coded.original))
    pending = list(coded.translations)
    while pending:
        inner = pending.pop(0)
        system = " ".join(p for p in (inner.system_name or inner.system, inner.version) if p)
        text = f"{e(inner.display or '')} {e(inner.code or '')} <small>{e(system)}</small>".strip()
        if inner.null:
            text += f" {w.flavour(inner.null)}"
        parts.append(w.mark(inner.fact, text, w.lang(w.source)))
        if inner.original is not None:
            parts.append(w.text(inner.original))
        for qualifier in inner.qualifiers:
            parts += [_plain(w, c) for c in (qualifier.name, qualifier.value) if c is not None]
        pending += inner.translations
    return "<br>".join(part for part in parts if part)


def _plain(w: Writer, coded: Coded) -> str:
    return w.mark(coded.fact, e(coded.display or coded.code or coded.null or ""))


def raw_html(w: Writer, raw: Sequence[RawFact], heading: str) -> str:
    """Facts outside the typed model, as received, each with its mark."""
    if not raw:
        return ""
    items = "".join(f"<li>{raw_fact(w, fact)}</li>" for fact in raw)
    head = f'<p><span class="st st-raw">{e(heading)}</span></p>'
    return f'<div class="raw">{head}<ul{w.lang(w.source)}>{items}</ul></div>'


def raw_fact(w: Writer, fact: RawFact) -> str:
    """One such fact: where it stood and everything it said."""
    said = ", ".join(f"{key} = {value}" if key else value for key, value in fact.said)
    return w.mark(fact.fact, f"<code>{e(fact.path)}</code>: {e(said)}")
