"""A section: what is known to be absent, its entries, what could not be read, and its narrative."""

from dataclasses import dataclass, field

from ..absence import AbsenceState
from ..document import Document, Entry, RawFact, Section, raw_facts
from ..escape import e
from ..narrative import rebuild, rich, table_rows
from ..narrative import words as said
from ..sections.common import Picked
from . import people
from .arrangement import arranged
from .block import Block, Row, Tone, block_html, details_html, raw_html
from .items import item_block
from .prescription import prescription_html
from .remainder import Remainder, whole
from .writer import CodeRow, Writer

# The order of the page. Source: norway.md 4.7.
ORDER = (
    "48765-2",
    "10160-0",
    "11450-4",
    "46264-8",
    "47519-4",
    "11348-0",
    "11369-6",
    "30954-2",
    "8716-3",
    "10162-6",
    "29762-2",
    "18776-5",
    "47420-5",
    "42348-3",
)
PLACE = {code: index for index, code in enumerate(ORDER)}
REQUIRED = ("48765-2", "10160-0", "11450-4", "46264-8", "47519-4")
_ONE_ROW_EACH = frozenset({"48765-2", "10160-0", "11450-4", "11348-0", "11369-6", "47519-4", "46264-8"})
_NARRATIVE_OPEN = frozenset({"18776-5", "42348-3"})


@dataclass(slots=True)
class Tally:
    """What the page holds, counted while it is written."""

    sections: int = 0
    entries: int = 0
    shown: int = 0
    raw_entries: int = 0
    raw: set[int] = field(default_factory=set)  # facts shown as received


def ordered(sections: tuple[Section, ...]) -> list[Section]:
    """In the order of the page, unknown sections last and in the order of the document."""
    return sorted(sections, key=lambda section: PLACE.get(section.loinc, len(ORDER)))


def section_html(
    w: Writer, document: Document, section: Section, tally: Tally, anchor: str, level: int = 2
) -> str:
    """One section with heading, entries and narrative; nested sections follow inside."""
    words = w.words
    tally.sections += 1
    w.codes, w.anchor = [], anchor
    html = [f'<section class="sec" id="{anchor}"><h{level}>{_heading(w, section)}</h{level}>']
    codes = w.codes
    if section.null:
        html.append(f"<p>{w.flavour(section.null, section.fact)}</p>")
    real = {entry.number: entry.real for entry in section.entries}
    in_order, undated = arranged(section, real)
    absences = section.absences
    disagrees = bool(absences) and narrative_disagrees(section)
    body = []
    for entry in in_order:
        if entry is undated:
            body.append(f'<li class="undated">{words["time.undated"]}</li>')
        body.append(entry_html(w, document, entry, tally))
    html.append(_count(w, section, len(in_order)))
    html += _warnings(w, section, sum(real.values()), bool(absences) and section.contradictory, disagrees)
    if section.loinc == "57828-6":
        html.append(prescription_html(w.scratch(), document, section))
    if body:
        html.append(f'{_heads(w)}<ul class="entries">{"".join(body)}</ul>')
    w.anchor = anchor
    html.append(_about(w, section, codes))
    html.append(raw_html(w, section.raw, words["display.not_understood"]))
    tally.raw.update([fact.fact for fact in section.raw])
    bare = any([absence.state is AbsenceState.FLAVOUR for absence in absences])
    html.append(_narrative(w, section, disagrees or bare))
    for index, inner in enumerate(section.sections):
        html.append(section_html(w, document, inner, tally, f"{anchor}-{index}", min(level + 1, 5)))
    html.append(_unshown(w, document, section))
    html.append("</section>")
    return "".join(html)


def _heading(w: Writer, section: Section) -> str:
    """Norwegian heading; for other codes the value set's text, then the document's own title."""
    known = w.words.find(f"section.{section.loinc}") if section.loinc else None
    title = section.title.text if section.title else ""
    if section.code is not None and known is not None:
        head = w.mark(section.code.fact, known)
        w.codes.append((w.words["display.section"], section.code, w.choose(section.code)))
    elif section.code is not None and not section.code.empty:
        head = w.coded(section.code, w.words["display.section"])
    else:
        head = w.words["section.other"]
    if section.title is not None and title:
        head += f' <small class="orig">{w.text(section.title)}</small>'
    return head


def _heads(w: Writer) -> str:
    """What stands left and right in the view side by side, and on paper."""
    words = w.words
    original = words.fill("view.original_of", language=w.spoken)
    return f'<p class="heads"><span>{words["view.norwegian"]}</span> <span>{original}</span></p>'


def _count(w: Writer, section: Section, shown: int) -> str:
    if not section.entries:
        told = section.text is not None and bool(said(section.text))
        key = "display.narrative_only" if told else "display.empty_section"
        return f'<p class="count">{w.words[key]}</p>'
    return f'<p class="count">{e(w.words("display.count", count=len(section.entries), shown=shown))}</p>'


def _warnings(w: Writer, section: Section, real: int, contradictory: bool, disagrees: bool) -> list[str]:
    words, html = w.words, []
    if contradictory:
        html.append(words["display.contradiction"])
    if disagrees:
        html.append(words["display.narrative_more"])
    elif (listed := _rows_listed(section, real)) is not None:
        html.append(words["translation.narrative_differs"])
        html.append(e(words("display.narrative_count", rows=listed, entries=real)))
    return [f'<p class="warn" role="note"><strong>{text}</strong></p>' for text in html]


def narrative_disagrees(section: Section) -> bool:
    """An absence in code beside a narrative that lists something. Source: cda.md 9."""
    absent = bool(section.absences) and not any(entry.real for entry in section.entries)
    return absent and rich(section.text)


def _rows_listed(section: Section, real: int) -> int | None:
    """The rows of the only narrative table, where they are not as many as the `real` entries.

    Groups and several tables are left alone: there one entry fills several rows by nature.
    Source: portal.md 6, item 19.
    """
    if section.text is None or section.loinc not in _ONE_ROW_EACH or not section.entries:
        return None
    rows = table_rows(section.text)
    return None if rows == real else rows


def entry_html(w: Writer, document: Document, entry: Entry, tally: Tally) -> str:
    """One entry: its items, everything else it says, what was not understood, and the details panel."""
    tally.entries += 1
    w.codes, w.asides, w.anchor = [], [], f"e{entry.number}"
    understood = _understood if entry.items else _unknown
    blocks, quiet = understood(w, document, entry)
    tally.raw_entries += not entry.items
    if entry.null:
        blocks.append(Block(title=w.flavour(entry.null)))
    if not blocks:
        blocks.append(Block(title=w.words["absence.not_displayable"]))
    tones = {block.tone for block in blocks}
    # What holds for one of several items must not colour the others, save that it is severe.
    tone = tones.pop() if len(tones) == 1 else Tone.SEVERE if Tone.SEVERE in tones else Tone.PLAIN
    inside = "".join([block_html(block) for block in blocks])
    details = details_html(w, w.codes, [*quiet, *_together(w.asides)] if w.asides else quiet)
    w.marked -= document.nodes.odd
    if not w.marked.issuperset(numbers := range(*entry.facts)):
        raw = _raw_of(document, entry, [number for number in numbers if number not in w.marked])
        tally.raw.update([fact.fact for fact in raw])
        inside += raw_html(w, raw, w.words["display.not_understood"])
    tally.shown += 1
    name = f" e-{tone}" if tone else ""
    return f'<li class="entry{name}" id="e{entry.number}" data-entry="{entry.number}">{inside}{details}</li>'


def _together(rows: list[Row]) -> list[Row]:
    """Rows of one label as one row."""
    grouped: dict[str, list[str]] = {}
    for label, html in rows:
        grouped.setdefault(label, []).append(html)
    return [(label, " · ".join(found)) for label, found in grouped.items()]


def _understood(w: Writer, document: Document, entry: Entry) -> tuple[list[Block], list[Row]]:
    """The blocks of an entry's items, what is left of its statements, and the rows for the details panel."""
    blocks = [item_block(w, item) for item in entry.items]
    picked = Picked()
    for item in entry.items:
        picked.merge(item.picked)
    own = {id(item.statement.node): block for item, block in zip(entry.items, blocks, strict=True)}
    rest = Remainder(w, picked, blocks[-1], document.nodes.facts, own)
    for statement in entry.statements:
        rest.statement(statement)
    quiet = [*rest.quiet, *[row for block in blocks for row in block.quiet]]
    text = w.words["display.text"]
    for block in blocks:
        if block.tone is Tone.ABSENT:  # placeholders beside a statement of absence
            quiet += [row for row in block.rows if row[0] != text]
            block.rows = [row for row in block.rows if row[0] == text]
    return blocks, quiet


def _unknown(w: Writer, document: Document, entry: Entry) -> tuple[list[Block], list[Row]]:
    """An entry no reader knows: each of its statements in full, with a mark."""
    blocks = []
    for statement in entry.statements:
        block = Block()
        whole(w, statement, block, document.nodes.facts)
        block.title = block.title or w.words["display.unnamed"]
        block.badge(w.words["display.not_understood"], "raw")
        blocks.append(block)
    return blocks, []


def _raw_of(document: Document, entry: Entry, missing: list[int]) -> list[RawFact]:
    """The facts of an entry that are on the page nowhere: those no reader took and those no renderer said."""
    known = {fact.fact: fact for fact in (*entry.raw, *entry.structure)}
    found = [known.pop(number) for number in missing if number in known]
    rest = [number for number in missing if number not in {fact.fact for fact in found}]
    if rest:
        found += raw_facts([document.fact(number) for number in rest], document.nodes.root)
    return found


def _about(w: Writer, section: Section, codes: list[CodeRow]) -> str:
    """What the section says about itself: code, ids, language, author, informant."""
    words = w.words
    rows = []
    if section.ids:
        rows.append((words["display.id"], ", ".join([w.identifier(one) for one in section.ids])))
    if section.language is not None and not section.language.empty:
        rows.append((words["translation.original_language"], w.language(section.language)))
    rows += [people.labelled(w, party) for party in section.parties]
    return details_html(w, codes, rows, "display.about_section")


def _narrative(w: Writer, section: Section, more: bool) -> str:
    """The text of the section; open where it is all there is, or says `more` than the codes."""
    if section.text is None:
        return ""
    inside = rebuild(section.text)
    if not inside:
        return ""
    opened = more or not section.entries or section.loinc in _NARRATIVE_OPEN
    attribute = ' open=""' if opened else ""
    summary = w.words.fill("display.narrative", language=w.spoken)
    return (
        f'<details class="narr"{attribute}><summary>{summary}</summary>'
        f'<div class="ntext" tabindex="0"{w.lang}>{inside}</div></details>'
    )


def _unshown(w: Writer, document: Document, section: Section) -> str:
    """The section's own facts that stand nowhere yet, e.g. the text of a languageCode translation."""
    w.marked -= document.nodes.odd
    missing = [number for number in section.facts if number not in w.marked]
    if not missing:
        return ""
    facts = raw_facts([document.fact(number) for number in missing], document.nodes.root)
    return raw_html(w, facts, w.words["display.not_understood"])
