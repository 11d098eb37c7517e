"""The checker and a slow interpreter of the same tables find the same, whatever happens to a document."""

import copy
import random
from collections import Counter

import pytest
from lxml import etree

from cda.check import check
from schemas.namespaces import XSI, q
from schemas.rules import rule_set
from schemas.xml import XmlRefused, parse
from tests.support.country_documents import DOCUMENTS, root_of
from tests.support.slow_rules import LEFT_OUT, SlowRules
from tests.support.tiny_rules import catalogue

SLOW = SlowRules(catalogue())
KNOWN = {row.id for row in rule_set(8).constraints if row.kind not in LEFT_OUT}
SMALL = [path for path in DOCUMENTS if path.stat().st_size < 40_000]
TYPES = ["CD", "PQ", "IVL_TS", "PIVL_TS", "ST", "SXPR_TS"]
SPACES = ["urn:hl7-org:v3", "urn:hl7-org:pharm", "urn:epsos-org:ep:medication", "urn:x"]
VALUES = ["", "UNK", "1", "-1", "x y", "20240101", "2.16.840.1.113883.6.96", "1.5", "true", "OTH"]


def same(root):
    """Compare the two on one document."""
    result = check(root, catalogue(), schema=False)
    tree = root.getroottree()
    prefixes = {"hl7": "urn:hl7-org:v3", "pharm": "urn:hl7-org:pharm"}
    found = Counter()
    for each in result.findings:
        if each.rule in KNOWN:
            (el,) = etree.XPath(each.location, namespaces=prefixes)(tree)
            found[tree.getpath(el), each.rule] += 1
    assert found == SLOW.broken(root, result.kind)
    return found


def damaged(root, dice):
    """A copy with up to three things dropped, doubled, moved, emptied, mistyped or of another template."""
    root = copy.deepcopy(root)
    for _ in range(dice.randint(1, 3)):
        elements = list(root.iter(etree.Element))
        el, other = dice.choice(elements), dice.choice(elements)
        roots = [each for each in elements if each.tag.endswith("}templateId")]
        typed = [each for each in elements if q(XSI, "type") in each.attrib]
        action = dice.randrange(9)
        if action == 0 and el is not root:
            el.getparent().remove(el)
        elif action == 1 and el is not root:
            el.addnext(copy.deepcopy(el))
        elif action == 2 and el is not root and other not in el.iter():
            other.append(el)
        elif action == 3 and el.attrib:
            el.set(dice.choice(list(el.attrib)), dice.choice(VALUES))
        elif action == 4 and el.attrib:
            del el.attrib[dice.choice(list(el.attrib))]
        elif action == 5 and typed:
            dice.choice(typed).set(q(XSI, "type"), dice.choice(TYPES))
        elif action == 6 and roots:
            dice.choice(roots).set("root", dice.choice(roots).get("root", "1.2"))
        elif action == 7:
            el.set("nullFlavor", dice.choice(["UNK", "NI", "OTH", "NA"]))
        elif action == 8 and el is not root:
            el.tag = f"{{{dice.choice(SPACES)}}}{etree.QName(el).localname}"
    return root


def series(paths, count, seed):
    """Damage documents and compare. Returns: how many findings there were."""
    dice, findings = random.Random(seed), 0
    roots = [root_of(path) for path in paths]
    for _ in range(count):
        try:
            root = parse(etree.tostring(damaged(dice.choice(roots), dice)))
        except XmlRefused:
            continue
        findings += sum(same(root).values())
    return findings


@pytest.mark.parametrize("path", SMALL[:3], ids=lambda path: path.stem)
def test_they_agree_on_documents_of_ours(path):
    same(root_of(path))


def test_they_agree_on_damaged_documents():
    assert series(SMALL, 12, 7) > 10


@pytest.mark.soak
def test_they_agree_on_500_damaged_documents():
    assert series(DOCUMENTS, 500, 2026) > 1500
