"""Elements as nodes: names, texts and the numbers of their facts."""

import pytest
from lxml import etree

from cda.datatypes import Coded, Identifier
from cda.node import HL7, MAX_DEPTH, TooDeep, build


def root_of(inner, attributes=""):
    return build(etree.fromstring(f'<ClinicalDocument xmlns="{HL7}" {attributes}>{inner}</ClinicalDocument>'))


def test_facts_are_numbered_children_first():
    tree = root_of(
        '<id root="1"/><author><time value="2024"/><code code="x"><translation code="y"/></code></author>'
    )
    assert [(node.name, node.fact) for node in tree.facts] == [
        ("id", 1),
        ("time", 2),
        ("translation", 3),
        ("code", 4),
    ]
    author = tree.root.kids[1]
    assert (author.fact, author.first, author.last) == (0, 2, 5)
    assert (tree.root.first, tree.root.last) == (1, 5)


def test_text_round_comments_instructions_and_children_belongs_to_the_element():
    tree = root_of("<title> Two <!-- c -->words<?pi x?> and<b/> more </title>")
    assert tree.root.kids[0].text == "Two words and more"
    assert [kid.name for kid in tree.root.kids[0].kids] == ["b"]


@pytest.mark.parametrize("blank", ["", "\n   ", "\u00a0\u2003"])
def test_white_space_is_no_fact(blank):
    tree = root_of(f"<title>{blank}<b/>{blank}</title>{blank}")
    assert tree.facts == [] and tree.root.kids[0].text == ""


def test_narrative_is_kept_as_it_is_and_text_behind_it_is_not_lost():
    section = "<section><text>one<br/>two</text>stray</section>"
    tree = root_of(
        f"<component><structuredBody><component>{section}</component></structuredBody></component>"
        "<act><text>three</text></act>"
    )
    component, act = tree.root.kids
    section = component.down("structuredBody", "component", "section")
    narrative = section.kids[0]
    assert (narrative.text, narrative.kids, narrative.fact) == ("", (), 0)
    assert narrative.el is not None and "".join(narrative.el.itertext()) == "onetwo"
    assert section.text == "stray" and section.fact == 1
    assert act.kids[0].text == "three" and act.kids[0].el is None


@pytest.mark.parametrize(
    "around",
    [
        "<structuredBody>{}</structuredBody>",  # not in a component
        "<component><section>{}</section></component>",  # not in a body
        "<component><structuredBody><component><section><entry><act>{}</act></entry></section></component>"
        "</structuredBody></component>",
    ],
)
def test_the_text_of_a_section_that_stands_nowhere_known_is_read_as_facts(around):
    section = "<section><text><paragraph>one</paragraph>two</text></section>"
    assert {node.text for node in root_of(around.format(section)).facts} == {"one", "two"}


def test_a_narrative_that_is_missing_for_a_reason_is_a_fact():
    section = '<section><text nullFlavor="MSK"/></section>'
    tree = root_of(
        f"<component><structuredBody><component>{section}</component></structuredBody></component>"
    )
    assert [(node.name, node.el is not None, node.first, node.last) for node in tree.facts] == [
        ("text", True, 1, 2)
    ]


def test_negation_is_a_fact_and_rules_are_none():
    tree = root_of(
        '<act negationInd="true"/><act negationInd="false"/><templateId root="1.2"/><typeId root="1.3"/>'
    )
    assert [node.name for node in tree.facts] == ["act"]
    assert [node.get("root") for node in tree.root.kids] == [None, None, "1.2", "1.3"]


@pytest.mark.parametrize(
    ("value", "fact", "denies"),
    [
        ("true", True, True),
        ("1", True, True),
        (" TRUE ", True, True),
        ("maybe", True, False),
        ("false", False, False),
        ("0", False, False),
    ],
)
def test_a_denial_that_is_misspelt_does_not_pass_for_a_statement(value, fact, denies):
    (act,) = root_of(f'<act negationInd="{value}"/>').root.kids
    assert (bool(act.fact), act.denies) == (fact, denies)


def test_an_extension_shares_the_vocabulary_and_a_stranger_keeps_its_namespace():
    tree = root_of('<p:asContent xmlns:p="urn:hl7-org:pharm"/><x:code xmlns:x="urn:x" code="1"/>')
    assert [node.name for node in tree.root.kids] == ["asContent", "{urn:x}code"]


def test_an_element_without_attributes_shares_nothing_that_can_be_written():
    first, second = root_of("<a/><b/>").root.kids
    assert first.attrs == second.attrs == {} and first.kids == second.kids == ()


def test_nesting_is_bounded():
    deepest = MAX_DEPTH  # the root is level 0
    root_of("<a>" * deepest + "</a>" * deepest)
    with pytest.raises(TooDeep):
        root_of("<a>" * (deepest + 1) + "</a>" * (deepest + 1))


def test_records_are_compared_by_value_and_have_no_other_attributes():
    assert Coded("1", "2") == Coded("1", "2") and Coded("1", "2") != Coded("1", "3")
    assert len({Identifier("1", "2"), Identifier("1", "2"), Identifier("1")}) == 2
    with pytest.raises(AttributeError):
        Coded("1", "2").colour = "red"
