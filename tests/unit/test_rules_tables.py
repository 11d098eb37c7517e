"""The tables of Wave 8: whole, consistent, and every row something the engine can do."""

from collections import Counter

import pytest

from cda.check import SCHEMA_RULE
from cda.checking import attributes, children, own
from cda.checking.membership import Sets
from cda.checking.run import Rule
from schemas.rules import available, rule_set
from schemas.rules.tables import load
from terminology.pages.messages import LANGUAGES, messages
from tests.support.tiny_rules import catalogue, row, rules

W8 = rule_set(8)
KINDS = Counter(each.kind for each in W8.constraints)
PUBLISHED = {
    "PS": (3487, 928, 74),
    "eP": (1215, 309, 20),
    "eD": (1588, 416, 22),
    "PS-L1": (481, 113, 12),
    "eP-L1": (336, 74, 8),
}


def test_wave_8_is_there_and_loaded_once():
    assert available() == (8,)
    assert rule_set(8) is W8
    assert W8.name == "W8"
    with pytest.raises(KeyError):
        rule_set(7)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_each_kind_of_document_has_all_its_rows(kind):
    rows = [each for each in W8.constraints if kind in each.documents]
    contexts, templates = {each.context for each in rows}, {each.template for each in rows}
    assert (len(rows), len(contexts), len(templates)) == PUBLISHED[kind]


def test_nothing_is_lost():
    assert len(W8.constraints) == len({each.id for each in W8.constraints}) == 7078
    assert len({each.context for each in W8.constraints}) == 1829
    assert Counter(each.severity for each in W8.constraints) == {"error": 5717, "warning": 76, "": 1285}
    assert KINDS["datatype"] == 1285 and KINDS["max"] == 1596 and KINDS["silent"] == 0
    assert sum(each.silent for each in W8.constraints) == 16
    assert sum(map(len, W8.members.values())) + sum(map(len, W8.whole_systems.values())) == 671


def test_the_engine_knows_every_kind():
    other = {"datatype", "document-template", "value-set-code"}
    assert {kind for kind in KINDS if not attributes.is_own(kind) and kind not in children.KINDS} == other
    assert all(each.silent for each in W8.constraints if each.kind == "value-set-code")


def test_every_row_compiles():
    sets = Sets(W8, catalogue())
    for each in W8.constraints:
        if attributes.is_own(each.kind):
            assert callable(attributes.compiled(each, sets))
        elif each.kind == "datatype":
            assert W8.lineage(each.allowed)[-1] == "ANY"
        elif each.kind != "value-set-code":
            assert all(W8.notation.step(text) for text in each.subject.split(" ; "))


def test_an_order_is_taken_once_in_a_group():
    places = {(each.context.group, each.context.order): each.context for each in W8.constraints}
    assert all(places[each.context.group, each.context.order] == each.context for each in W8.constraints)


def test_every_value_set_is_held_by_somebody_or_known_to_be_missing():
    sets = Sets(W8, catalogue())
    for each in W8.constraints:
        for part in each.allowed.split("|"):
            if part.startswith("vs:"):
                held = sets[part[3:].removesuffix("+system")]
                assert held.pairs or held.whole or held.open or held.missing, part


def test_the_closed_set_of_genders():
    gender = Sets(W8, catalogue())["1.3.6.1.4.1.12559.11.10.1.3.1.42.34"]
    assert not gender.open and gender.codes == {"F", "M", "UN"}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("constraints.csv", "r1,1,", "r1,7,", "r1: unknown context"),
        ("constraints.csv", ",T,", ",U,", "r1: unknown context or template"),
        ("contexts.csv", "anchor", "anker", "the header is not"),
        ("templates.csv", "T,", "T,T,", "line 2: 3 cells"),
    ],
)
def test_a_damaged_table_is_refused_by_name(tmp_path, name, old, new, said):
    rules(tmp_path, row("min", "hl7:id", "1"))
    path = tmp_path / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load(tmp_path)


def test_every_kind_of_rule_has_its_sentence():
    ours = {each.kind for each in vars(own).values() if isinstance(each, Rule)}
    assert len(ours) == 14
    for kind in {*KINDS, *ours, SCHEMA_RULE} - {"value-set-code"}:
        assert all(f"validation.{kind}" in messages(language) for language in LANGUAGES), kind
