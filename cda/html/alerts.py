"""Alerts first: what a clinician must see before anything else, in fixed order. Source: norway.md 4.6."""

from collections.abc import Iterator

from ..document import Document, Section, text_only
from ..sections.allergies import Allergy
from ..sections.others import Device
from .block import Block
from .concerns import agents, doubtful, inactive, reaction_words, refuted, severe
from .items import item_block, removed
from .section import narrative_disagrees
from .standing import planned
from .writer import Writer


def alerts_html(w: Writer, document: Document) -> str:
    """Allergies by severity, implants, directives on treatment; each a link to its entry.

    What is refuted or inactive is not an alert; it stands in its section, marked.
    """
    w = w.scratch()
    words = w.words
    found: dict[str, list[Section]] = {}
    for section in every(document.sections):
        found.setdefault(section.loinc, []).append(section)
    groups = [
        (words["alert.hypersensitivity"], _allergies(w, found.get("48765-2", []))),
        (words["alert.treatments_implants"], _devices(w, found.get("46264-8", []))),
        (words["alert.changed_routines"], _directives(w, document)),
    ]
    body = "".join(f"<h3>{head}</h3><ul>{''.join(items)}</ul>" for head, items in groups if items)
    calm = "" if "<a " in body or 'class="warn"' in body else " calm"
    return (
        f'<section class="alerts{calm}" id="varsler"><h2>{words["section.alerts"]}</h2>{body}'
        f'<p class="note">{words["alert.not_kjernejournal"]}</p></section>'
    )


def every(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Sections at every depth."""
    for section in sections:
        yield section
        yield from every(section.sections)


def _allergies(w: Writer, sections: list[Section]) -> list[str]:
    found: list[tuple[bool, str]] = []
    for section in sections:
        for entry in section.entries:
            for item in entry.items:
                if isinstance(item, Allergy) and _current(item):
                    html = (item.real and agents(w, item)) or item_block(w, item).title
                    reactions = ", ".join(reaction_words(w, item))
                    more = f" – {reactions}" if reactions else ""
                    grave = severe(item)
                    severity = w.words["display.severe"]
                    mark = f' <span class="badge b-severe">{severity}</span>' if grave else ""
                    link = f'<a href="#e{entry.number}">{html}</a>'
                    found.append((not grave, f"<li>{link}{more}{mark}</li>"))
    found.sort(key=lambda one: one[0])
    items = [html for _, html in found]
    if not items:
        items = [f"<li>{_state(w, sections)}</li>"]
    none = any(a.state == "none_known" and not a.partial for s in sections for a in s.absences)
    listed = any(entry.real for s in sections for entry in s.entries)
    if (none and listed) or any(narrative_disagrees(s) for s in sections):
        items.append(f'<li class="warn">{w.words["display.check_original"]}</li>')
    return items


def _current(allergy: Allergy) -> bool:
    """Told in code or words, and neither refuted nor over."""
    return (allergy.real or text_only(allergy)) and not refuted(allergy) and not inactive(allergy)


def _state(w: Writer, sections: list[Section]) -> str:
    """Without an allergy to show: which of the absence states it is, in words."""
    words = w.words
    if not sections:
        return words["absence.not_received"]
    if any(doubtful(item) for s in sections for entry in s.entries for item in entry.items):
        return words["display.check_original"]
    absences = [a for s in sections for a in s.absences]
    if absences:
        if any(a.partial for a in absences):  # denies one kind only, whatever the others say
            return ", ".join([w.coded(a.coded) for a in absences])
        key = "absence.none_known" if all(a.state == "none_known" for a in absences) else "absence.not_stated"
        return words[key]
    return words["display.see_section"]


def _devices(w: Writer, sections: list[Section]) -> list[str]:
    return [
        f'<li><a href="#e{entry.number}">{item_block(w, item).title}</a>{_removed(w, item)}</li>'
        for section in sections
        for entry in section.entries
        for item in entry.items
        if isinstance(item, Device) and (item.real or text_only(item)) and not item.negated
    ]


def _removed(w: Writer, device: Device) -> str:
    """A device that is out again, or only ordered, is no implant; it is named all the same, with a mark."""
    if removed(w, device):
        return f' <span class="badge b-muted">{w.words["display.removed"]}</span>'
    block = Block()
    planned(w, device.statement, block)
    return "".join([f' <span class="badge b-{tone}">{word}</span>' for word, tone in block.badges])


def _directives(w: Writer, document: Document) -> list[str]:
    words = w.words
    return [
        f'<li><a href="#s{index}">{words["section.42348-3"]}</a>: {words["alert.own_assessment"]}</li>'
        for index, section in enumerate(document.sections)
        if section.loinc == "42348-3"
    ]
