"""Every kind of constraint: what satisfies it and what breaks it."""

import pytest

from tests.support.tiny_rules import document, found, row, rules

CODE = "2.16.840.1.113883.6.1"
SEVERITY = "1.3.6.1.4.1.12559.11.10.1.3.1.42.13"
SNOMED = "2.16.840.1.113883.6.96"
ICD10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
SETS = (("2.16.1", "2.16.9", "A"), ("2.16.1", "2.16.9", "B"), ("2.16.2", "2.16.8", "*"))
LINK = '<act moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.4.1"/>{inner}</act>'
OWNER = '<procedure moodCode="EVN"><id root="2.999" extension="1"/>{code}</procedure>'

# kind, subject, allowed, what satisfies it, what breaks it: content of an observation
CASES = [
    ("min", "hl7:code", "1", "<code/>", ""),
    ("min", "hl7:code", "2", "<code/><code/>", "<code/>"),
    ("min", "hl7:code[!null]", "1", "<code/>", '<code nullFlavor="UNK"/>'),
    ("min", "pharm:code", "1", "<pharm:code/>", "<code/>"),
    ("min", "hl7:value[#2]", "1", "<value/><value/>", "<value/><code/>"),
    ("min", "hl7:value[!null][#2]", "1", "<value/><value/>", '<value/><value nullFlavor="NI"/>'),
    ("min", f"hl7:code[code(1^{CODE})]", "1", f'<code code="1" codeSystem="{CODE}"/>', '<code code="1"/>'),
    ("min", "hl7:code[vs(2.16.1)]", "1", '<code code="A" codeSystem="2.16.9"/>', '<code code="A"/>'),
    ("min", "hl7:code[vscode(2.16.1)]", "1", '<code code="A"/>', '<code code="C"/>'),
    ("min", "hl7:code[vssystem(2.16.2)]", "1", '<code codeSystem="2.16.8"/>', '<code codeSystem="2.16.9"/>'),
    ("min", "hl7:value[type(hl7:CD)]", "1", '<value xsi:type="hl7:CD"/>', '<value xsi:type="pharm:CD"/>'),
    ("min", "hl7:value[@xsi:type=CD]", "1", '<value xsi:type="CD"/>', '<value xsi:type="hl7:CD"/>'),
    ("min", "hl7:act[hl7:code/@code=1]", "1", '<act><code code="1"/></act>', '<act code="1"><code/></act>'),
    ("min", "hl7:act[tpl(1.2,1.3)]", "1", '<act><templateId root="1.2"/><templateId root="1.3"/></act>',
     '<act><templateId root="1.2"/></act>'),
    ("min", "hl7:id[@root=1|2]", "1", '<id root="2"/>', '<id root="3"/>'),
    ("min", "hl7:id[@root='a b' | @extension]", "1", '<id root="a b"/>', '<id root="ab"/>'),
    ("min", "hl7:id[(@root & @extension) | null]", "1", '<id nullFlavor="NI"/>', '<id root="1"/>'),
    ("mandatory", "hl7:id[!null]", "1", "<id/>", '<id nullFlavor="UNK"/>'),
    ("max", "hl7:id", "1", "<id/>", "<id/><id/>"),
    ("max", "hl7:id[@root]", "1", '<id/><id root="1"/>', '<id root="1"/><id root="2"/>'),
    ("forbidden", "hl7:methodCode", "0", "", "<methodCode/>"),
    ("choice-min", "hl7:family ; hl7:given", "2", "<family/><given/>", "<given/>"),
    ("choice-max", "hl7:family ; hl7:given", "1", "<given/>", "<family/><given/>"),
    ("need-child", "hl7:id ; hl7:name", "", "<name/>", "<code/>"),
    ("code-fixed", "@code", f"1^{CODE}", f'code="1" codeSystem="{CODE}"', f'code="2" codeSystem="{CODE}"'),
    ("code-fixed", "@code", f"1^{CODE}^LOINC", f'code="1" codeSystem="{CODE}" codeSystemName="LOINC"',
     f'code="1" codeSystem="{CODE}" codeSystemName="loinc"'),
    ("code-fixed", "@code", "active|completed", 'code="completed"', 'code="aborted"'),
    ("value-set", "@code", "vs:2.16.1", 'code="A" codeSystem="2.16.9"', 'code="A" codeSystem="2.16.8"'),
    ("value-set", "@code", "vs:2.16.2+system", 'code="X" codeSystem="2.16.8"', 'codeSystem="2.16.9"'),
    ("value-set", "@code", "DRUG|vs:2.16.1", 'code="DRUG"', 'code="DRUGS"'),
    ("value-set", "@code", f"vs:{SEVERITY}", f'code="255604002" codeSystem="{SNOMED}"', 'code="255604002"'),
    ("attr-fixed", "@moodCode", "EVN|INT", 'moodCode="INT"', 'moodCode="RQO"'),
    ("attr-fixed", "@moodCode", "EVN", 'moodCode="EVN"', ""),
    ("attr-if-present", "@moodCode", "EVN", "", 'moodCode=""'),
    ("attr-required", "@moodCode", "", 'moodCode=""', ""),
    ("attr-forbidden", "@xsi:schemaLocation", "", "", 'xsi:schemaLocation="a b"'),
    ("attr-type", "@code", "token", 'code="a"', 'code="a b"'),
    ("attr-type", "@code", "token", "", 'code=""'),
    ("attr-type", "@code", "text", 'code="a b"', 'code=""'),
    ("attr-type", "@code", "boolean", 'code="true"', 'code="1"'),
    ("attr-type", "@code", "integer", 'code="+007"', 'code="-007"'),
    ("attr-type", "@code", "integer", 'code=""', 'code="1.0"'),
    ("attr-type", "@code", "real", 'code="-.5e-3"', 'code="5."'),
    ("attr-pattern", "@code", "[a-z]{2}-[A-Z]{2}", 'code="xnb-NOx"', 'code="nb"'),
    ("attr-pattern", "@code", "[a-z]{2}-[A-Z]{2}", 'code="nb-NO"', ""),
    ("attr-value-set", "@code", "vs:2.16.1|C", 'code="A C"', 'code="A D"'),
    ("attr-value-set", "@code", "vs:2.16.1", "", 'code="D"'),
    ("unit-ucum", "@unit", "", 'unit="[IU]"', 'unit="IU"'),
    ("unit-value-set", "@unit", "vs:1.3.6.1.4.1.12559.11.10.1.3.1.42.16", 'unit="mg"', 'unit="tablets"'),
    ("unit-value-set", "@unit", "vs:1.3.6.1.4.1.12559.11.10.1.3.1.42.16", 'unit="{tablet}"', 'unit="m g"'),
    ("unit-value-set", "@unit", "vs:1.3.6.1.4.1.12559.11.10.1.3.1.42.16", 'unit="1"', 'unit="µg"'),
    ("xsi-type", "@xsi:type", "hl7:CD", 'xsi:type="hl7:CD"', 'xsi:type="CE"'),
    ("xsi-type", "@xsi:type", "hl7:CD", "", 'xsi:type="pharm:CD"'),
    ("xsi-type-required", "@xsi:type", "hl7:CD", 'xsi:type="CD"', ""),
]  # fmt: skip
OF_THE_ELEMENT = {
    case[0]
    for case in CASES
    if case[0] not in {"min", "max", "mandatory", "forbidden", "choice-min", "choice-max", "need-child"}
}


def named(kind, said):
    """A document whose observation or, for constraints on one element, whose value is as said."""
    return document(f"<value {said}/>" if kind in OF_THE_ELEMENT else said)


@pytest.mark.parametrize(("kind", "subject", "allowed", "good", "bad"), CASES)
def test_a_constraint_holds_and_breaks(tmp_path, kind, subject, allowed, good, bad):
    steps = "hl7:value" if kind in OF_THE_ELEMENT else "."
    rule_set = rules(tmp_path, row(kind, subject, allowed, steps=steps), members=SETS)
    assert found(rule_set, named(kind, good)) == []
    (finding,) = found(rule_set, named(kind, bad))
    assert (finding.rule, finding.severity, finding.kind, finding.template) == ("r1", "error", kind, "T")
    place = "/hl7:value[1]" if kind in OF_THE_ELEMENT else ""
    assert finding.location == f"/hl7:ClinicalDocument[1]/hl7:component[1]/hl7:observation[1]{place}"
    assert finding.expected
    assert all(finding.sentence(language) for language in ("nb", "nn", "en"))


def test_no_children(tmp_path):
    rule_set = rules(tmp_path, row("no-children", steps="hl7:time"))
    assert found(rule_set, document("<time>now<!-- x --></time>")) == []
    assert [each.kind for each in found(rule_set, document("<time><low/></time>"))] == ["no-children"]


def test_text_is_compared_as_it_stands(tmp_path):
    rule_set = rules(tmp_path, row("text-fixed", "", "Prescriptions", steps="hl7:title"))
    assert found(rule_set, document("<title>Prescriptions<!-- x --></title>")) == []
    for title in ("<title> Prescriptions</title>", "<title/>", "<title>Prescription</title>"):
        assert [each.kind for each in found(rule_set, document(title))] == ["text-fixed"]


def test_an_attribute_of_a_child(tmp_path):
    rule_set = rules(tmp_path, row("attr-type", "hl7:low/@value", "real"))
    assert found(rule_set, document('<low value="1"/><high value="x"/>')) == []
    assert len(found(rule_set, document('<low value="x"/>'))) == 1


def test_a_null_satisfies_only_where_the_table_says_so(tmp_path):
    code = '<code nullFlavor="UNK"/>'
    strict = rules(tmp_path / "strict", row("code-fixed", "@code", "A", steps="hl7:code"))
    lenient = rules(tmp_path / "lenient", row("code-fixed", "@code", "A", steps="hl7:code", or_null=True))
    assert len(found(strict, document(code))) == 1
    assert found(lenient, document(code)) == []
    needed = rules(tmp_path / "needed", row("need-child", "hl7:*", "", steps="hl7:addr", or_null=True))
    assert found(needed, document('<addr nullFlavor="NI"/>')) == []
    assert len(found(needed, document("<addr><pharm:city/></addr>"))) == 1


def test_the_document_carries_the_template_of_its_kind(tmp_path):
    rule_set = rules(
        tmp_path, row("document-template", "hl7:ClinicalDocument[tpl(E.1.3)]", anchor="/", severity="warning")
    )
    carried = '<templateId root="1.3.6.1.4.1.12559.11.10.1.3.1.1.3"/>'
    assert found(rule_set, document("", root=carried)) == []
    (finding,) = found(rule_set, document(""))
    assert (finding.severity, finding.location) == ("warning", "/hl7:ClinicalDocument[1]")


def test_an_open_set_takes_codes_of_its_systems_on_trust(tmp_path):
    illness = "vs:1.3.6.1.4.1.12559.11.10.1.3.1.42.5"
    rule_set = rules(tmp_path, row("value-set", "@code", illness, steps="hl7:value"))
    assert found(rule_set, document(f'<value code="Q99.9" codeSystem="{ICD10}"/>')) == []
    assert len(found(rule_set, document(f'<value code="Q99.9" codeSystem="{SNOMED}"/>'))) == 1
    assert len(found(rule_set, document(f'<value codeSystem="{ICD10}"/>'))) == 1


def test_a_set_that_nobody_holds_is_empty_and_says_so(tmp_path):
    step = "hl7:code[vs(1.3.6.1.4.1.12559.11.10.1.3.1.42.61,2.16.1) | null]"
    rule_set = rules(tmp_path, row("min", step, "1"), members=SETS)
    assert found(rule_set, document('<code code="A" codeSystem="2.16.9"/>')) == []
    assert found(rule_set, document('<code nullFlavor="UNK"/>')) == []
    findings = found(
        rule_set, document('<code code="100000092372" codeSystem="2.16.840.1.113883.3.6905.2"/>')
    )
    assert [each.rule for each in findings] == ["r1", "own-missing-set"]
    assert [each.rule for each in found(rule_set, document("<code/>"))] == ["r1"]


REFERENCES = ("reference-exists", "reference-mood", "reference-code")


@pytest.mark.parametrize(
    ("inner", "owner", "broken"),
    [
        ('<id root="2.999" extension="1"/><code code="5" codeSystem="1.2"/>',
         '<code code="5" codeSystem="1.2"/>', set()),
        ('<id root="2.999" extension="1"/><code nullFlavor="NA"/>', "", set()),
        ('<id root="2.999" extension="1"/><code nullFlavor="UNK"/>', "", {"reference-code"}),
        ('<id root="2.999" extension="1"/><code code="5" codeSystem="1.2"/>',
         '<code code="5" codeSystem="1.3"/>', {"reference-code"}),
        ('<id root="2.999" extension="2"/><code nullFlavor="NA"/>', "", set(REFERENCES)),
        ('<id root="2.999"/><code nullFlavor="NA"/>', "", set(REFERENCES)),
        ("", "", set(REFERENCES)),
    ],
)  # fmt: skip
def test_internal_references(tmp_path, inner, owner, broken):
    rows = [row(kind, anchor="hl7:act[tpl(IHE.4.4.1)]") for kind in REFERENCES]
    text = document(LINK.format(inner=inner) + OWNER.format(code=owner))
    assert {each.kind for each in found(rules(tmp_path, *rows), text)} == broken


def test_another_reference_is_nothing_to_refer_to(tmp_path):
    rule_set = rules(tmp_path, row("reference-exists", anchor="hl7:act[tpl(IHE.4.4.1)]"))
    link = LINK.format(inner='<id root="2.999" extension="1"/>')
    assert len(found(rule_set, document(link + link))) == 2


def test_the_mood_must_be_the_same(tmp_path):
    rule_set = rules(tmp_path, row("reference-mood", anchor="hl7:act[tpl(IHE.4.4.1)]"))
    link = LINK.format(inner='<id root="2.999" extension="1"/>')
    assert found(rule_set, document(link + OWNER.format(code=""))) == []
    assert len(found(rule_set, document(link + OWNER.format(code="").replace("EVN", "INT")))) == 1


def test_a_silent_row_never_reports(tmp_path):
    assert found(rules(tmp_path, row("min", "hl7:code", "1", published="silent")), document("")) == []


def test_rows_of_another_kind_of_document_do_not_count(tmp_path):
    rule_set = rules(tmp_path, row("min", "hl7:code", "1", documents="eP eD"))
    assert found(rule_set, document("")) == []
    assert len(found(rule_set, document(""), kind="eP")) == 1
