"""Damaged documents: a page with every fact, or a refusal by name; never a silent loss."""

import os
import random
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from cda.check import check
from cda.display import page
from cda.facts import facts
from cda.node import build
from cda.parse import NotCda, parse
from cda.translate import translate
from cda.uncounted import uncounted
from schemas.xml import serialise
from tests.support.cda_documents import rich
from tests.support.cda_pages import CONTEXT, TERMS

RICH = etree.fromstring(rich())
NASTY = [
    "",
    "-1",
    "NaN",
    "1e999",
    "99999999999999999999",
    "20241399",
    "\u202e1",
    "<b>",
    "&",
    "'\"",
    "ÆØÅ\u0301",
    "0.0",
    "-0.0001",
    "1,5",
    "9" * 4_000,
    "lang " * 4_000,
    "\u061c\u2066\u05d0\u05d1\u2069",
    "\u200b\ufeff",
    "\t\n\u0085\u009f\u2028",
    "urn:oid:\ud7ff\ufffd\U0010fffd",
    "2024-01-01T00:00:00Z",
    "true",
]
SAMPLES = os.environ.get("NCP_SAMPLES")
FILES = sorted(Path(SAMPLES, "cda").glob("*/*.xml")) if SAMPLES else []
slow = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def swap(one, other):
    """Let two elements change places, unless one stands inside the other."""
    if one in other.iter() or other in one.iter():
        return
    mark = etree.Comment("here")
    one.addprevious(mark)
    other.addprevious(one)
    mark.addprevious(other)
    mark.getparent().remove(mark)


def mutate(root, number, dice):
    """A copy with elements dropped, doubled, moved, swapped, renamed, emptied, null or given odd values."""
    root = deepcopy(root)
    for _ in range(number):
        elements = [el for el in root.iter() if isinstance(el.tag, str) and el.getparent() is not None]
        if not elements:
            break
        el, parent = (chosen := dice.choice(elements)), dice.choice(elements).getparent()
        kind = dice.randrange(10)
        if kind == 0:
            chosen.getparent().remove(chosen)
        elif kind == 1:
            chosen.getparent().append(deepcopy(chosen))
        elif kind == 2 and chosen not in parent.iterancestors() and parent is not chosen:
            if chosen not in parent.iterancestors() and parent not in chosen.iter():
                parent.append(chosen)
        elif kind == 3:
            el.tag = (
                f"{{urn:hl7-org:v3}}{dice.choice(['value', 'code', 'name', 'entry', 'x', 'section', 'text'])}"
            )
        elif kind == 4 and el.attrib:
            del el.attrib[dice.choice(list(el.attrib))]
        elif kind == 5 and el.attrib:
            el.set(dice.choice(list(el.attrib)), dice.choice(NASTY))
        elif kind == 6:
            el.text = dice.choice(NASTY)
        elif kind == 7:
            swap(el, dice.choice(elements))
        elif kind == 8:
            el.set("nullFlavor", dice.choice(["UNK", "MSK", "OTH", "?"]))
        else:
            xsi = "{http://www.w3.org/2001/XMLSchema-instance}type"
            el.set(xsi, dice.choice(["TS", "x:PQ", "IVL_TS", "CD", "ST", "BL", "II", "RTO", "PIVL_TS", "?"]))
    return root


def whole(data, *, schema=False):
    """Parse, show, list, translate and check; the page holds every fact, and the translation is stable."""
    try:
        document = parse(data)
    except NotCda as refused:
        assert refused.reason
        return
    shown = page(document, TERMS, context=CONTEXT)
    assert shown.missing == ()
    assert [fact for fact in facts(document, shown) if fact.lost] == []
    assert [each for each in uncounted(document) if each.reason is None] == []
    once = translate(document.tree, TERMS)
    assert serialise(translate(once.tree, TERMS).tree) == serialise(once.tree)
    assert len(build(once.tree).facts) >= len(document.nodes.facts)
    verdict = check(document.tree, TERMS, schema=schema)
    assert verdict.cda and all(finding.sentence("nb") for finding in verdict.findings)


@slow
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=12))
def test_a_mutated_document_is_shown_whole_or_refused(seed, number):
    whole(serialise(mutate(RICH, number, random.Random(seed))))


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=len(rich())))
def test_a_document_cut_off_anywhere_is_refused(length):
    data = rich()[:length]
    if length < len(rich()):
        with pytest.raises(NotCda) as refused:
            parse(data)
        assert refused.value.reason == "not-well-formed"


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60))
def test_no_text_of_a_document_becomes_markup(text):
    root = deepcopy(RICH)
    for el in root.iter():
        if isinstance(el.tag, str) and el.text and el.text.strip():
            el.text = text
        for name in ("displayName", "extension", "unit", "use", "codeSystemName"):
            if isinstance(el.tag, str) and el.get(name) is not None:
                el.set(name, text)
    shown = page(parse(serialise(root)), TERMS, context=CONTEXT)
    tree = html.fragment_fromstring(f"{shown.banner}{shown.fragment}", create_parent=True)
    assert not tree.xpath("//script|//style|//iframe|//img|//@onclick|//@style")
    assert all(href.startswith("#") for href in tree.xpath("//@href"))


@pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
def test_mutated_samples_are_shown_whole_or_refused():
    dice = random.Random(61)
    for path in FILES:
        root = etree.fromstring(path.read_bytes())
        whole(serialise(mutate(root, 6, dice)))


@pytest.mark.soak
@pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_survives_250_kinds_of_damage(path):
    dice = random.Random(path.name)
    data = path.read_bytes()
    root = etree.fromstring(data)
    for _ in range(50):
        whole(data[: dice.randrange(len(data))])
    for number in range(200):  # to explain what breaks the schema takes longer than all the rest
        whole(serialise(mutate(root, dice.randint(1, 10), dice)), schema=number % 20 == 0)
