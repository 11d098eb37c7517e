"""The rules of the datatypes: one element that breaks each, and elements that break none."""

import pytest

from cda.checking.datatypes import EVERY, PLAIN, RULES
from cda.checking.datatypes.times import point
from schemas.rules import rule_set
from tests.support.datatype_bad import BAD
from tests.support.datatype_good import GOOD
from tests.support.tiny_rules import document, found, row, rules

W8 = rule_set(8)
#: Published, but never to be seen: one is a remark on style, the other can never fail.
UNSEEN = {"dtr1-13-II", "dtr1-3-EIVL_TS"}
ROWS = [
    (name, base, *row)
    for name, base in W8.bases.items()
    for row in [(each.rule, each.severity, each.expected) for each in W8.datatypes[name]] or [("", "", "")]
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """The datatype rules that the first `x` of a fragment breaks."""
    known = {}

    def of(datatype, fragment):
        if datatype not in known:
            folder = tmp_path_factory.mktemp("rules") / "set"
            known[datatype] = rules(folder, row("datatype", "", datatype, steps="hl7:x[#1]"), datatypes=ROWS)
        return [each.rule for each in found(known[datatype], document(fragment))]

    return of


def test_every_datatype_and_every_rule_is_tried():
    assert set(GOOD) == set(W8.bases)
    rules_of = {name: {each.rule for each in own} for name, own in W8.datatypes.items()}
    tried = {name: set(cases) for name, cases in BAD.items()}
    assert {name: own - UNSEEN for name, own in rules_of.items() if own} == tried
    assert sum(map(len, rules_of.values())) == 191


def test_every_datatype_has_its_function():
    assert set(RULES) | PLAIN == set(W8.bases)
    assert {name for name in RULES if not W8.datatypes[name]} == set()


@pytest.mark.parametrize(("datatype", "rule"), [(name, rule) for name, own in BAD.items() for rule in own])
def test_a_rule_is_broken(broken, datatype, rule):
    assert rule in broken(datatype, BAD[datatype][rule])


@pytest.mark.parametrize(
    ("datatype", "fragment"), [(name, each) for name, own in GOOD.items() for each in own]
)
def test_no_rule_is_broken(broken, datatype, fragment):
    assert broken(datatype, fragment) == []


@pytest.mark.parametrize("datatype", sorted(W8.bases))
def test_a_type_inherits_the_rule_on_null_flavours(broken, datatype):
    assert EVERY in broken(datatype, '<x><y nullFlavor="NI" assigned="1"/></x>')


@pytest.mark.parametrize(
    ("fragment", "stands"),
    [
        ('<x nullFlavor="UNK" xsi:type="CD" classCode="ACT" moodCode="EVN"/>', True),
        ('<x nullFlavor="UNK" unit="1" operator="I" inclusive="true" mediaType="text/plain"/>', True),
        ('<x nullFlavor="UNK" unit="mg"/>', False),
        ('<x nullFlavor="UNK">text</x>', False),
        ('<x nullFlavor="UNK"> <!-- nothing --> </x>', True),
        ('<x nullFlavor="UNK"><!-- something -->text</x>', False),
        ('<x nullFlavor="UNK"><y/></x>', False),
        ('<x nullFlavor="UNK" codeSystem="1.2"/>', False),
        ('<x nullFlavor="OTH" codeSystem="1.2"/>', True),
        ('<x nullFlavor="NA" extension="1" valueSet="1.2"/>', True),
        ('<x nullFlavor="UNC"><originalText>o</originalText>text<y/></x>', True),
        ('<x nullFlavor="OTH"><y/></x>', False),
        ('<x nullFlavor="OTH" codeSystemName="n"/>', False),
        ('<x nullFlavor="OTH" codeSystem="1.2" code="1"/>', False),
        ('<x nullFlavor="OTH" codeSystem="1.2" classCode="ACT"/>', False),
        ('<x nullFlavor="OTH" classCode="ACT"/>', True),
        ("<x><y><z nullFlavor='UNK'>text</z></y></x>", False),
    ],
)
def test_a_null_flavour_stands_alone(broken, fragment, stands):
    assert (broken("ANY", fragment) == []) is stands


def test_each_end_of_an_interval_counts_for_itself(broken):
    fragment = '<x><low value="a"/><high value="b"/></x>'
    assert broken("IVL_TS", fragment).count("dtr1-9-IVL_TS") == 2


def test_rules_are_reported_nearest_type_first(broken):
    assert broken("II.EPSOS", f'<x root="{"1." * 70}1"/>') == ["dtr1-1-II.EPSOS", "dtr1-8-II"]


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("20", True), ("2024", True), ("202", False), ("", False), ("0000", False), ("202413", False),
        ("20240229", True), ("20230229", False), ("2024010124", True), ("202401012401", False),
        ("20240101240000.0", True), ("20240101240000.1", False), ("20240101235960", False),
        ("20240101120000.123+0100", True), ("20240101+1", True), ("20240101+15", False),
        ("20240101+0160", False), ("20240101+14000", False), ("20240101 ", False), ("٢٠٢٤", False),
        ("99991231240000", False), ("00010101+0100", False),
    ],
)  # fmt: skip
def test_points_in_time(value, good):
    assert (point(value) is not None) is good


def test_a_time_without_offset_is_utc():
    assert point("202401011200") == point("202401011300+0100")
    assert point("2024010112+01", four=True) is None


# What the published rules mean at their edges: the datatype, an element, and every rule that it breaks.
EDGES = [
    ("AD", '<x nullFlavor="NI"><city>Oslo</city></x>', ["dtr1-1-ANY"]),
    ("AD", '<x nullFlavor="NI"/><x><city>Oslo</city></x>', ["dtr1-9-AD"]),
    ("AD", '<x><a>b</a><useablePeriod><low value="2024a"/><high value="2025b"/></useablePeriod></x>',
     ["dtr1-6-AD"]),
    ("BIN", "<x>\u00a0</x>", []),
    ("BIN", "<x> \t\n</x>", ["dtr1-1-BIN"]),
    ("CD", '<x code="1" codeSystem="1.2"><originalText language="x-">o</originalText></x>', ["dtr1-20-CD"]),
    ("CD", '<x code="1" codeSystem="1.2"><originalText language="i-klingon">o</originalText></x>', []),
    ("CD", '<x code="1" codeSystem="1.2"><originalText language="9x-ab">o</originalText></x>', []),
    ("ED", '<x compression="GZ" representation="B64"> </x>', ["dtr1-1-BIN"]),
    ("EIVL_TS", '<x><event/><offset value="1"><low/></offset></x>', ["dtr1-13-EIVL_TS"]),
    ("EIVL_TS", '<x><event/><offset xsi:type="h:IVL_TS"><width unit="h"/></offset></x>', ["dtr1-16-EIVL_TS"]),
    ("IVL_PQ", '<x><low value="1" unit="mg"/><high value="2"/></x>', []),
    ("IVL_PQ", '<x><low unit="mg"/><high unit="g"/></x>', ["dtr1-8-IVL_PQ"]),
    ("IVL_PQ", '<x><low value="+1"/><high value="1e1"/></x>', []),
    ("PIVL_TS", '<x><phase><low value="2024"/><width value="1" unit="h"/></phase></x>', []),
    ("PIVL_TS", '<x value="2024"><period value="1" unit="d"/></x>', ["dtr1-3-PIVL_TS"]),
    ("PIVL_TS", '<x><period value="0.1e-10" unit="d"/></x>', ["dtr1-5-PIVL_TS"]),
    ("QTY", '<x nullFlavor="NI"/><x><low value="1"/></x>', ["dtr1-3-QTY"]),
    ("QTY", '<x nullFlavor="NI"/><x nullFlavor="UNK"/>', []),
    ("SXPR_TS", '<x><comp/><comp><comp xsi:type="PIVL_TS"/></comp></x>',
     ["dtr1-9-SXPR_TS", "dtr1-11-SXPR_TS"]),
    ("SXPR_TS", '<x><comp xsi:type="h:IVL_TS"><low value="2024"/><high value="202401"/></comp><comp/></x>',
     ["dtr1-6-SXPR_TS"]),
    ("SXPR_TS", '<x><comp xsi:type="IVL_TS"><low value="2024"/><high value="202401"/></comp>'
     '<comp xsi:type="IVL_TS"/></x>', []),
    ("SXPR_TS", '<x><comp/><comp xsi:type="PIVL_TS"><period nullFlavor="UNK" value="1"/></comp></x>',
     ["dtr1-1-ANY", "dtr1-9-SXPR_TS"]),
    ("TS", '<x value="2024.5"/>', ["dtr1-2-TS"]),
    ("TS", '<x value="202401011200.5+02"/>', ["dtr1-2-TS"]),
    ("TS", '<x value="2024+"/>', ["dtr1-2-TS"]),
    ("TS", '<x value="-20240229"/>', []),
    ("URL", '<x nullFlavor="NI"/><x><a/></x>', ["dtr1-4-URL"]),
]  # fmt: skip


@pytest.mark.parametrize(("datatype", "fragment", "expected"), EDGES, ids=lambda each: str(each)[:60])
def test_at_the_edges(broken, datatype, fragment, expected):
    assert sorted(broken(datatype, fragment)) == sorted(expected)
