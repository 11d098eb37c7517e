"""What is written is read back as it was: every dosing form, package level, kit and ingredient."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cda.build import (
    Posology,
    Unwritable,
    answering,
    dispensation,
    dispensation_of,
    prescription,
    prescription_of,
)
from cda.check import check
from cda.parse import parse
from schemas.validate import Schema, violations
from schemas.xml import parse as parse_xml
from terminology.seed import seed_catalogue
from tests.support.content import FRAME, ITEM, Prescription, differences, one_id, prescribing
from tests.support.content_strategies import items, items_to_wave_5, posologies
from tests.support.dispensing import ACT, handing

# A counterexample is not made smaller: with documents of this size that takes minutes, and says little more.
SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def broken(document):
    """What schema and rules say against a document, as lines."""
    tree = parse_xml(document)
    verdict = check(tree, seed_catalogue(), schema=False)
    rules = [
        f"{f.rule} {f.location} {f.found} {f.expected}" for f in verdict.findings if f.severity == "error"
    ]
    return [f"{v.path} {v.message}" for v in violations(tree, Schema.CDA)] + rules


@SLOW
@given(items)
def test_a_prescription_is_read_back_as_it_was_written(item):
    content = Prescription(FRAME, one_id("RX"), (item,))
    document = prescription(content)
    assert differences(content, prescription_of(parse(document))) == []
    assert broken(document) == []


@SLOW
@given(items_to_wave_5, st.lists(posologies, max_size=2).map(tuple))
def test_a_prescription_of_wave_5_is_read_back_as_it_was_written(item, steps):
    content = Prescription(FRAME, one_id("RX"), (replace(item, steps=steps),))
    document = prescription(content, wave=5)
    assert differences(content, prescription_of(parse(document))) == []
    assert violations(parse_xml(document), Schema.CDA) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_back_or_refused_by_name(said):
    item = replace(ITEM, patient_instructions=said, posology=Posology(condition=said or None))
    try:
        document = prescription(prescribing(item, title=said))
    except Unwritable as refused:
        assert refused.place.startswith("prescription.") and "U+" in refused.why
        return
    read = prescription_of(parse(document))
    got = read.items[0].patient_instructions or ""
    assert got.split() == said.split()
    assert read.frame.title.split() == said.split()


@SLOW
@given(items, items, st.booleans())
def test_a_dispensation_is_read_back_as_it_was_written(item, other, substituted):
    received = prescription_of(parse(prescription(Prescription(FRAME, one_id("RX"), (item,)))))
    handed = handing(item.id, other.product, substituted, "why" if substituted else None)
    content = answering(received, [handed], ACT)
    document = dispensation(content)
    assert differences(content, dispensation_of(parse(document))) == []
    assert content.order == one_id("RX") and content.items[0].prescribed.id == item.id
    assert broken(document) == []
