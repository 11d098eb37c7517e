"""Whatever happens to a document, the checker answers, and always in the same way."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from cda.check import _machine, check
from cda.checking.datatypes.times import point
from schemas.rules.notation import Notation
from schemas.xml import XmlRefused, parse
from tests.support.country_documents import rich
from tests.support.tiny_rules import catalogue

DOCUMENT = rich("pt")
VALUES = st.sampled_from(
    ["", "UNK", "1", "-1", "CD", "x:CD", "a b", "2024", "\u202e", "9" * 300, "2.16.840.1.113883.6.1"]
)
ATTRIBUTES = st.sampled_from(
    ["nullFlavor", "code", "codeSystem", "value", "unit", "root", "extension", "use", "displayName",
     "{http://www.w3.org/2001/XMLSchema-instance}type"]
)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 5), ATTRIBUTES, VALUES),
    min_size=1,
    max_size=12,
)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def edited(edits):
    """A copy of the document, damaged and re-read; None if nothing readable is left."""
    root = copy.deepcopy(DOCUMENT)
    for first, second, action, attribute, value in edits:
        elements = list(root.iter("*"))
        el, other = elements[first % len(elements)], elements[second % len(elements)]
        if action == 0 and el.getparent() is not None:
            el.getparent().remove(el)
        elif action == 1 and el.getparent() is not None and len(elements) < 6000:
            el.addnext(copy.deepcopy(el))
        elif action == 2:
            el.set(attribute, value)
        elif action == 3:
            for name in list(el.attrib)[:1]:
                del el.attrib[name]
        elif action == 4 and el is not root:
            el.tag = other.tag
        elif action == 5:
            el.text = value
    try:
        return parse(etree.tostring(root))
    except XmlRefused:
        return None


@SLOW
@given(EDITS)
def test_a_damaged_document_gets_a_verdict(edits):
    root = edited(edits)
    if root is None:
        return
    before = etree.tostring(root)
    result = check(root, catalogue(), schema=False)
    assert etree.tostring(root) == before
    assert check(root, catalogue(), schema=False) == result
    for finding in result.findings:
        assert finding.location.startswith("/hl7:ClinicalDocument[1]") or not result.cda
        assert finding.sentence("nb") and finding.expected
        assert (finding.template is None) == finding.rule.startswith("own-")


@settings(SLOW, max_examples=8)
@given(EDITS)
def test_what_was_checked_before_does_not_matter(edits):
    """The machine remembers results; a fresh one must come to the same verdict."""
    root = edited(edits)
    if root is None:
        return
    warm = check(root, catalogue(), schema=False)
    _machine.cache_clear()
    assert check(root, catalogue(), schema=False) == warm


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{2,16}(\.[0-9]{1,3})?([+-][0-9]{0,5})?", fullmatch=True))
def test_a_point_in_time_is_read_or_refused(value):
    at = point(value)
    assert at is None or at.tzinfo is not None
    if point(value, four=True) is not None:
        assert at == point(value, four=True)


@given(st.text(alphabet="hl7:pharm[]()@|&!#'/*. =0123456789E^,nuvscode", max_size=40))
def test_the_notation_refuses_nonsense_cleanly(text):
    try:
        Notation({}).steps(text)
    except (ValueError, KeyError):
        pass
