"""Every public sample document is read, translated and shown whole."""

import os
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cda.display import DisplayContext, page
from cda.html import figures
from cda.node import build
from cda.parse import parse
from cda.translate import translate
from schemas.xml import serialise
from terminology.seed import seed_catalogue

SAMPLES = os.environ.get("NCP_SAMPLES")
FILES = sorted(Path(SAMPLES, "cda").glob("*/*.xml")) if SAMPLES else []
pytestmark = pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
TERMS = seed_catalogue()
# Said in other words than the element's own: how often, a country, yes or no, a file.
WORDED = {"period", "country", "independentInd", "text"}
TIMES = {"time", "effectiveTime", "birthTime", "low", "high", "center"}
CONTEXT = DisplayContext(country="Portugal", today=date(2026, 11, 22))


class Marks(HTMLParser):
    """Reads a finished page with another parser: the text of every fact mark, and the entry it stands in."""

    VOID = {"meta", "br", "link", "img", "input", "hr"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.texts, self.entries, self.errors = [], {}, {}, []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in self.VOID:
            return
        fact, entry = values.get("data-fact"), values.get("data-entry")
        self.stack.append((tag, fact, entry))
        if fact:
            self.texts.setdefault(fact, "")
            self.entries.setdefault(fact, next((e for _, _, e in reversed(self.stack) if e), None))

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1][0] != tag:
            self.errors.append(tag)
            return
        self.stack.pop()

    def handle_data(self, data):
        for _, fact, _ in self.stack:
            if fact:
                self.texts[fact] += data


def read_page(html):
    marks = Marks()
    marks.feed(html)
    marks.close()
    return marks


def every_entry(sections):
    for section in sections:
        yield from section.entries
        yield from every_entry(section.sections)


def test_the_samples_are_all_there():
    assert len(FILES) == 61


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_fact_is_shown_in_its_own_entry(path):
    document = parse(path.read_bytes())
    shown = page(document, TERMS, context=CONTEXT)
    marks = read_page(shown.html)
    assert marks.errors == [] and marks.stack == []
    numbers = {str(number) for number in range(1, len(document.nodes.facts) + 1)}
    assert numbers - marks.texts.keys() == set()
    assert shown.missing == ()
    for entry in every_entry(document.sections):
        for number in range(*entry.facts):
            assert marks.entries[str(number)] == str(entry.number)
    empty = [number for number in numbers if not marks.texts[number].strip()]
    assert [document.fact(int(number)).name for number in empty] == []


def said(document, node):
    """What the words of a fact's mark must hold, any one of several forms; empty for a matter of wording."""
    value, text = node.get("value"), " ".join(node.text.split())
    if node.name in ("id", "setId"):
        return {node.get("extension") or node.get("root")} - {None}
    if node.name == "reference":
        return {document.narrative.text(value or ""), value}
    if node.name in WORDED or node.get("nullFlavor") and not text:
        return set()
    if text:
        return {text}
    if value and node.get("code") is None:
        if node.name in TIMES or node.type() == "TS":
            return {value[:4], value}
        return {figures.number(value), figures.number(value, trim=True), value, value.partition(":")[2]}
    return set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_words_of_a_mark_hold_the_value_of_its_fact(path):
    document = parse(path.read_bytes())
    marks = read_page(page(document, TERMS, context=CONTEXT).html)
    wrong = []
    for node in document.nodes.facts:
        shown = " ".join(marks.texts[str(node.fact)].split())
        forms = [" ".join(form.split()) for form in said(document, node) if form]
        if forms and not any(form in shown for form in forms):
            wrong.append((node.name, forms, shown))
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_entries_in_equals_entries_shown(path):
    document = parse(path.read_bytes())
    counts = page(document, TERMS, context=CONTEXT).counts
    assert counts.entries == counts.entries_shown == len(list(every_entry(document.sections)))
    expected = document.tree.xpath("count(//*[local-name()='section']/*[local-name()='entry'])")
    assert counts.entries == expected


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_language_shows_as_much(path, language):
    document = parse(path.read_bytes())
    shown = page(document, TERMS, language=language, context=CONTEXT)
    assert shown.counts.facts_shown == shown.counts.facts and shown.missing == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_translating_twice_adds_nothing(path):
    document = parse(path.read_bytes())
    before = serialise(document.tree)
    once = translate(document.tree, TERMS)
    twice = translate(once.tree, TERMS)
    assert serialise(once.tree) == serialise(twice.tree)
    assert serialise(document.tree) == before


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_translating_drops_nothing(path):
    document = parse(path.read_bytes())
    once = translate(document.tree, TERMS)
    old, new = build(document.tree), build(once.tree)
    assert len(new.facts) >= len(old.facts)
    narrative = "//*[local-name()='section']/*[local-name()='text']"
    assert [serialise(el) for el in document.tree.xpath(narrative)] == [
        serialise(el) for el in once.tree.xpath(narrative)
    ]
