"""Documents of ours that no sample resembles: read, translated and shown whole, word by word."""

from collections import Counter

import pytest
from lxml import etree

from cda.node import build
from cda.parse import parse
from cda.translate import translate
from schemas.validate import Schema, violations
from schemas.xml import parse as parse_xml
from schemas.xml import serialise
from terminology.seed import seed_catalogue
from tests.support.cda_pages import Shown
from tests.support.odd_prescriptions import PRESCRIPTIONS
from tests.support.odd_summaries import SUMMARIES
from tests.unit.test_cda_samples import every_entry, read_page

TERMS = seed_catalogue()
DOCUMENTS = {make.__name__: make for make in (*PRESCRIPTIONS, *SUMMARIES)}
# An attribute that says something, told without the reader's own list.
SAYING = ("code", "displayName", "value", "unit", "nullFlavor", "extension", "root", "use", "qualifier")


@pytest.fixture(scope="module", params=DOCUMENTS.values(), ids=DOCUMENTS.keys())
def odd(request):
    document, words = request.param()
    return document, words, Shown(document)


def test_there_are_more_than_twenty():
    assert len(DOCUMENTS) > 20


def test_it_is_lawful(odd):
    assert [f"{one.path} {one.message}" for one in violations(parse_xml(odd[0]), Schema.CDA)] == []


def test_its_words_are_on_the_page(odd):
    _, words, shown = odd
    assert [word for word in words if word not in shown.text] == []


def said_by(tree):
    """What elements say, counted without the reader: local name and number of saying attributes and texts."""
    found = Counter()
    for el in tree.iter(etree.Element):
        name = etree.QName(el).localname
        if name in ("templateId", "typeId") or any(
            etree.QName(up).localname == "text" and etree.QName(up.getparent()).localname == "section"
            for up in (el, *el.iterancestors())
            if up.getparent() is not None
        ):
            continue
        text = "".join([el.text or "", *((kid.tail or "") for kid in el)]).strip()
        if text or el.get("negationInd") == "true" or any(el.get(key) is not None for key in SAYING):
            found[name] += 1
    return found


def test_the_reader_counts_the_facts_that_another_one_counts(odd):
    document, _, shown = odd
    counted = Counter(node.name.rpartition("}")[2] for node in shown.document.nodes.facts)
    assert counted == said_by(parse_xml(document))


def test_every_fact_is_marked_in_its_own_entry(odd):
    shown = odd[2]
    marks = read_page(shown.display.html)
    assert marks.errors == []
    numbers = {str(number) for number in range(1, len(shown.document.nodes.facts) + 1)}
    lost = numbers - marks.texts.keys()
    assert [shown.document.fact(int(number)).name for number in sorted(lost)] == []
    for entry in every_entry(shown.document.sections):
        placed = {marks.entries[str(number)] for number in range(*entry.facts)}
        assert placed <= {str(entry.number)}
    empty = [number for number in numbers if not marks.texts[number].strip()]
    assert [shown.document.fact(int(number)).name for number in empty] == []


def test_the_self_check_finds_nothing_lost(odd):
    counts = odd[2].display.counts
    assert odd[2].display.missing == ()
    assert (counts.facts, counts.entries) == (counts.facts_shown, counts.entries_shown)


def test_translating_drops_nothing_and_is_done_once(odd):
    tree = parse_xml(odd[0])
    once = translate(tree, TERMS).tree
    assert serialise(translate(once, TERMS).tree) == serialise(once)
    assert len(build(once).facts) >= len(build(tree).facts)
    assert len(parse(serialise(once)).sections) == len(odd[2].document.sections)
