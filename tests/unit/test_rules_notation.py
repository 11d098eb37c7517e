"""The step notation: every form it has, and refusals that say where."""

import pytest

from schemas.namespaces import HL7, PHARM, XSI, q
from schemas.rules.notation import (
    IS_NULL,
    All,
    Attribute,
    Code,
    Descendant,
    Member,
    Not,
    Notation,
    Position,
    Some,
    Step,
    Templates,
    Typed,
    attribute_name,
)

ABBREVIATIONS = {"E.": "1.3.6.1.", "HL.": "2.16."}


def step(text):
    return Notation(ABBREVIATIONS).step(text)


def only_filter(text):
    (found,) = step(f"hl7:x[{text}]").filters
    return found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hl7:code", q(HL7, "code")),
        ("pharm:asContent", q(PHARM, "asContent")),
        ("hl7:*", q(HL7, "*")),
        ("*", "*"),
        ("material", None),
    ],
)
def test_names(text, name):
    assert step(text) == Step(name)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("null", IS_NULL),
        ("!null", Not(IS_NULL)),
        ("@root", Attribute("root")),
        ("@root=E.4", Attribute("root", frozenset({"1.3.6.1.4"}))),
        ("@typeCode=SPRT|REFR", Attribute("typeCode", frozenset({"SPRT", "REFR"}))),
        ("@a='x y'", Attribute("a", frozenset({"x y"}))),
        ("@xsi:type=CD", Attribute(q(XSI, "type"), frozenset({"CD"}))),
        ("type(hl7:CD)", Typed(q(HL7, "CD"))),
        ("tpl(E.1,HL.2)", Templates(frozenset({"1.3.6.1.1", "2.16.2"}))),
        ("code(A^HL.5)", Code("A", "2.16.5")),
        ("vs(E.1,E.2)", Member("both", ("1.3.6.1.1", "1.3.6.1.2"))),
        ("vscode(E.1)", Member("code", ("1.3.6.1.1",))),
        ("vssystem(E.1)", Member("system", ("1.3.6.1.1",))),
        ("#2", Position(2)),
        ("hl7:code", Descendant((Step(q(HL7, "code")),))),
        ("hl7:code[null]", Descendant((Step(q(HL7, "code"), (IS_NULL,)),))),
        ("nullable:x", None),
        ("hl7:a/hl7:b", Descendant((Step(q(HL7, "a")), Step(q(HL7, "b"))))),
        ("hl7:a/@root=1", Descendant((Step(q(HL7, "a")),), Attribute("root", frozenset({"1"})))),
        ("@a | @b", Some((Attribute("a"), Attribute("b")))),
        ("@a=1 | @b", Some((Attribute("a", frozenset({"1"})), Attribute("b")))),
        ("@a & !null", All((Attribute("a"), Not(IS_NULL)))),
        ("@a & @b | @c", Some((All((Attribute("a"), Attribute("b"))), Attribute("c")))),
        ("@a & (@b | @c)", All((Attribute("a"), Some((Attribute("b"), Attribute("c")))))),
        ("!(@a | @b)", Not(Some((Attribute("a"), Attribute("b"))))),
    ],
)
def test_filters(text, part):
    if part is None:  # a prefix that is not ours
        with pytest.raises(KeyError):
            only_filter(text)
    else:
        assert only_filter(text) == part


def test_several_filters_keep_their_order():
    assert step("hl7:value[!null][#1]").filters == (Not(IS_NULL), Position(1))


def test_a_path_and_the_element_itself():
    notation = Notation(ABBREVIATIONS)
    assert notation.steps(".") == ()
    assert [each.name for each in notation.steps("hl7:a[hl7:b/hl7:c]/pharm:d")] == [
        q(HL7, "a"),
        q(PHARM, "d"),
    ]


def test_the_same_text_gives_the_same_object():
    notation = Notation(ABBREVIATIONS)
    assert notation.steps("hl7:a/hl7:b") is notation.steps("hl7:a/hl7:b")


@pytest.mark.parametrize(
    "text", ["", "hl7:", "hl7:a[", "hl7:a[@]", "hl7:a[@b", "hl7:a]", "hl7:a[(@b]", "hl7:a[#x]"]
)
def test_nonsense_is_refused_with_the_place(text):
    with pytest.raises(ValueError, match="position"):
        Notation(ABBREVIATIONS).steps(text)


def test_a_path_is_not_one_step():
    with pytest.raises(ValueError, match="not one step"):
        step("hl7:a/hl7:b")


def test_attribute_names():
    assert attribute_name("@xsi:type") == q(XSI, "type")
    assert attribute_name("code") == "code"
