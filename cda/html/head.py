"""The patient banner and everything else of the document header."""

from datetime import date as Date

from ..datatypes import Identifier
from ..document import Document, raw_facts
from ..escape import e
from ..header import Header
from . import people
from .block import details_html, raw_html, rows_html
from .values import period, time, value_of
from .writer import Writer


def patient_name(header: Header) -> str:
    """The first name of the patient as plain text."""
    return next((name.text for name in header.patient.names if name.text), "")


def banner_html(w: Writer, document: Document, country: str | None, today: Date | None) -> str:
    """Who the page is about: name, birth date with age, sex, identifiers, country."""
    words, patient = w.words, document.header.patient
    names = "; ".join([people.name(w, name) for name in patient.names]) or words["absence.unknown"]
    parts = [f"<strong>{names}</strong>"]
    if patient.birth is not None:
        born = time(w, patient.birth)
        years = "" if dead(document.header) else age_words(w, document, today)
        parts.append(f"{words['display.born']} {born}{f' ({e(years)})' if years else ''}")
    if death := _death(w, document.header):
        parts.append(f'<strong class="dead">{words["display.dead"]}{death}</strong>')
    if patient.gender is not None:
        parts.append(w.coded(patient.gender, words["patient.sex"]))
    first, *more = [w.identifier(one) for one in patient.ids] or [words["absence.unknown"]]
    parts.append(f"{words['patient.id']} {first}")
    if more:
        parts.append(f"{words['display.other_ids']} {', '.join(more)}")
    if country:
        parts.append(e(country))
    return (
        f'<div class="banner" role="group" aria-label="{words["display.patient"]}">{" · ".join(parts)}</div>'
    )


def dead(header: Header) -> bool:
    """Whether the document says that the patient is dead."""
    patient = header.patient
    stated = patient.deceased is not None and (patient.deceased.value or "").strip() in ("true", "1")
    return stated or (patient.death is not None and bool(patient.death.value))


def _death(w: Writer, header: Header) -> str:
    """What follows the word dead: the day, or that the country does not know; empty for the living."""
    patient = header.patient
    flag, death = patient.deceased, patient.death
    if flag is None and death is None:
        return ""
    html = f" {time(w, death)}" if death is not None else ""
    if flag is not None and (not dead(header) or not html):
        html += f": {value_of(w, flag)}"
    elif flag is not None:
        html = w.mark(flag.fact, html)
    return html


def age_words(w: Writer, document: Document, today: Date | None) -> str:
    """Age today from a full birth date only."""
    birth = document.header.patient.birth
    stamp = birth.stamp if birth is not None else None
    if stamp is None or today is None or stamp.digits < 8 or stamp.at.date() > today:
        return ""
    born = stamp.at.date()
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 24:
        return w.words("time.months_age", count=months)
    return w.words("time.year", count=months // 12)


def source_line(w: Writer, document: Document) -> str:
    """What the document is, when it was made and last updated, by whom."""
    words, header = w.words, document.header
    parts = []
    if header.code is not None and not header.code.empty:
        parts.append(w.coded(header.code, words["display.document_type"]))
    if header.created is not None:
        parts.append(f"{words['display.created']} {time(w, header.created)}")
    updated = next(
        (ev.time.high for ev in header.events if ev.time is not None and ev.time.high is not None), None
    )
    if updated is not None:
        parts.append(f"{words['display.updated']} {time(w, updated)}")
    for author in header.of("author"):
        who = people.joined([people.name(w, one) for one in author.names], ", ")
        who = who or ", ".join([e(part.text) for part in author.device])
        where = ", ".join([people.name(w, one) for org in author.organisations for one in org.names])
        if who or where:
            parts.append(f"{words['display.by']} {people.joined((who, where), ', ')}")
    return f'<p class="source">{" · ".join(parts)}</p>'


def about_html(w: Writer, document: Document) -> str:
    """Everything about document, patient and people."""
    words, header = w.words, document.header
    rows = [
        *_identity_rows(w.scratch(), header),
        *_patient_rows(w, header),
        *_people_rows(w, header),
        *_document_rows(w, header),
    ]
    details = details_html(w, w.codes, ())
    w.marked -= document.nodes.odd
    missing = [number for number in document.facts if number not in w.marked]
    raw = raw_facts([document.fact(number) for number in missing], document.nodes.root)
    return (
        f'<section class="sec" id="om"><h2>{words["display.about"]}</h2>'
        f"<dl>{rows_html(rows)}</dl>{raw_html(w, raw, words['display.not_understood'])}{details}</section>"
    )


def _identity_rows(w: Writer, header: Header) -> list[tuple[str, str]]:
    """The banner said again for frames that have one of their own: every name and every identifier."""
    words, patient = w.words, header.patient
    first, *more = [w.identifier(one) for one in patient.ids] or [""]
    rows = [
        (words["patient.name"], "; ".join([people.name(w, name) for name in patient.names])),
        (words["patient.birth_date"], time(w, patient.birth) if patient.birth is not None else ""),
        (words["patient.id"], first),
        (words["display.other_ids"], ", ".join(more)),
    ]
    if death := _death(w, header):
        rows.append((words["display.dead"], death.lstrip(": ")))
    if patient.gender is not None:
        rows.append((words["patient.sex"], w.coded(patient.gender)))
    return rows


def _patient_rows(w: Writer, header: Header) -> list[tuple[str, str]]:
    words, patient = w.words, header.patient
    rows = [(words["patient.address"], "; ".join([people.address(w, one) for one in patient.addresses]))]
    rows.append((words["display.telecom"], "; ".join([people.telecom(w, one) for one in patient.telecoms])))
    label = words["display.language"]
    rows.append((label, ", ".join([w.language(code, label) for code in patient.languages if not code.empty])))
    rows += [(words["display.guardian"], people.party(w, one)) for one in patient.guardians]
    rows += [
        (words.find(f"patient_code.{name}") or words["display.further"], w.coded(code))
        for name, code in patient.other
        if not code.empty
    ]
    if patient.provider is not None:
        rows.append((words["display.organisation"], people.organisation(w, patient.provider)))
    return rows


def _people_rows(w: Writer, header: Header) -> list[tuple[str, str]]:
    words = w.words
    rows = []
    for one in header.parties:
        label = words.find(f"party.{one.kind}") or words["display.participant"]
        if one.kind == "participant":
            preferred = one.function is not None and one.function.code == "PCP"
            role = words.find(f"role_class.{one.class_code}") or e(one.class_code or "")
            label = words["display.preferred"] if preferred else people.joined((label, role.lower()), ": ")
        rows.append((label, people.party(w, one)))
    for event in header.events:
        parts = [w.coded(event.code)] if event.code is not None and not event.code.empty else []
        parts += [period(w, event.time)] if event.time is not None else []
        parts += [w.identifier(one) for one in event.ids]
        parts += [people.party(w, one) for one in event.performers]
        rows.append((words["display.covers"], people.joined(parts, "; ")))
    return rows


def _document_rows(w: Writer, header: Header) -> list[tuple[str, str]]:
    words = w.words
    rows = [(words["display.document_id"], ", ".join(_with_roots(w, header.ids)))]
    if header.title is not None:
        rows.append((words["display.title"], w.text(header.title)))
    language = header.language
    if language is not None and not language.empty:
        said = w.language(language, words["display.language"])
        rows.append((words["translation.original_language"], said))
    for key, code in (("display.confidentiality", header.confidentiality), ("display.realm", header.realm)):
        if code is not None and not code.empty:
            rows.append((words[key], w.coded(code, words[key])))
    rows.append((words["display.set_id"], ", ".join([w.identifier(one) for one in header.set_ids])))
    if header.version is not None:
        rows.append((words["display.version"], w.mark(header.version.fact, e(header.version.text))))
    for one in header.related:
        parts = _with_roots(w, one.ids)
        parts += [w.coded(code) for code in one.codes if not code.empty]
        parts += [w.mark(text.fact, e(text.text)) for text in one.versions]
        key = "display.fulfils" if one.kind == "inFulfillmentOf" else "display.related"
        rows.append((words[key], people.joined(parts, ", ")))
    return rows


def _with_roots(w: Writer, ids: tuple[Identifier, ...]) -> list[str]:
    """Identifiers of documents, each with its root, which tells who numbered it."""
    shown = []
    for one in ids:
        root = f" <small>{e(one.root)}</small>" if one.root and one.extension else ""
        shown.append(w.identifier(one) + root)
    return shown
