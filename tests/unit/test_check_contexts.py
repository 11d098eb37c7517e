"""Where constraints apply: contexts, their order within a group, and where a path may start."""

from tests.support.tiny_rules import OBSERVATION, TEMPLATE, XMLNS, document, found, row, rules


def kinds(findings):
    return [finding.rule for finding in findings]


def test_only_the_first_context_of_a_group_applies(tmp_path):
    rule_set = rules(
        tmp_path,
        row("attr-required", "@code", steps="hl7:value[@root]", order=1),
        row("attr-required", "@unit", steps="hl7:value", order=2),
    )
    assert kinds(found(rule_set, document('<value root="1"/>'))) == ["r1"]
    assert kinds(found(rule_set, document("<value/>"))) == ["r2"]


def test_the_order_decides_not_the_row(tmp_path):
    rule_set = rules(
        tmp_path,
        row("attr-required", "@code", steps="hl7:value", order=7),
        row("attr-required", "@unit", steps="hl7:value[@root]", order=3),
    )
    assert kinds(found(rule_set, document('<value root="1"/>'))) == ["r2"]


def test_groups_are_independent(tmp_path):
    rule_set = rules(
        tmp_path,
        row("attr-required", "@code", steps="hl7:value", group="A"),
        row("attr-required", "@code", steps="hl7:value", group="B"),
    )
    assert kinds(found(rule_set, document("<value/>"))) == ["r1", "r2"]


def test_a_path_starts_anywhere_but_at_the_root(tmp_path):
    rule_set = rules(tmp_path, row("min", "hl7:code", "1"))
    at_root = (
        f"<observation {XMLNS}>{TEMPLATE}<entry><observation>{TEMPLATE}</observation></entry></observation>"
    )
    (finding,) = found(rule_set, at_root)
    assert finding.location == "/hl7:observation[1]/hl7:entry[1]/hl7:observation[1]"


def test_a_path_from_the_root_starts_only_there(tmp_path):
    rule_set = rules(tmp_path, row("min", "hl7:code", "1", anchor="/hl7:ClinicalDocument[hl7:id]"))
    inner = f"<ClinicalDocument {XMLNS}><id/><ClinicalDocument><id/></ClinicalDocument></ClinicalDocument>"
    assert [each.location for each in found(rule_set, inner)] == ["/hl7:ClinicalDocument[1]"]
    assert found(rule_set, f"<ClinicalDocument {XMLNS}/>") == []


def test_any_element_that_holds_a_template(tmp_path):
    rule_set = rules(tmp_path, row("attr-fixed", "@typeCode", "COMP", anchor=f"*[{OBSERVATION}]"))
    (finding,) = found(rule_set, document(""))
    assert finding.location == "/hl7:ClinicalDocument[1]/hl7:component[1]"


def test_every_filter_on_the_way_must_hold(tmp_path):
    steps = "hl7:act[hl7:code]/hl7:value[!null]/hl7:low"
    rule_set = rules(tmp_path, row("attr-required", "@value", steps=steps))
    assert len(found(rule_set, document("<act><code/><value><low/><low/></value></act>"))) == 2
    assert found(rule_set, document("<act><value><low/></value></act>")) == []
    assert found(rule_set, document('<act><code/><value nullFlavor="NI"><low/></value></act>')) == []
    assert found(rule_set, document("<value><low/></value>")) == []


def test_all_templates_of_a_filter_are_needed(tmp_path):
    rule_set = rules(tmp_path, row("min", "hl7:code", "1", anchor="hl7:act[tpl(1.2,1.3)]"))
    one, two = '<templateId root="1.2"/>', '<templateId root="1.3"/>'
    assert found(rule_set, document(f"<act>{one}</act>")) == []
    assert len(found(rule_set, document(f"<act>{two}{one}<templateId root='1.4'/></act>"))) == 1
    assert found(rule_set, document(f"<act>{one}<pharm:templateId root='1.3'/></act>")) == []


def test_a_step_without_prefix_has_no_namespace_and_never_fits(tmp_path):
    rule_set = rules(tmp_path, row("min", "pharm:kind[material/code/@codeSystem=1.2]", "1"))
    inner = '<pharm:kind><material><code codeSystem="1.2"/></material></pharm:kind>'
    bare = '<pharm:kind><material xmlns=""><code codeSystem="1.2"/></material></pharm:kind>'
    assert len(found(rule_set, document(inner))) == len(found(rule_set, document(bare))) == 1


def test_prefixes_do_not_matter(tmp_path):
    rule_set = rules(tmp_path, row("min", "pharm:code", "1", steps="hl7:value"))
    text = document("<x:value xmlns:x='urn:hl7-org:v3'><y:code xmlns:y='urn:hl7-org:pharm'/></x:value>")
    assert found(rule_set, text) == []


def test_a_position_names_one_of_several(tmp_path):
    rule_set = rules(tmp_path, row("attr-required", "@code", steps="hl7:value[#2]"))
    (finding,) = found(rule_set, document("<value/><value/><value/>"))
    assert finding.location.endswith("/hl7:value[2]")


def test_what_several_groups_demand_alike_is_reported_for_each(tmp_path):
    rows = [row("max", "hl7:id", "1", group=group) for group in "ABC"]
    assert kinds(found(rules(tmp_path, *rows), document("<id/><id/>"))) == ["r1", "r2", "r3"]


def test_the_same_rule_set_gives_the_same_answer_again(tmp_path):
    """What the machine remembers of one document must not colour the next."""
    rule_set = rules(
        tmp_path,
        row("max", "hl7:id[@root]", "1"),
        row("min", "hl7:act[hl7:code[vs(2.16.1)]]", "1"),
        members=(("2.16.1", "2.16.9", "A"),),
    )
    act = '<act><code code="{}" codeSystem="2.16.9"/></act>'
    for _ in range(2):
        assert found(rule_set, document(act.format("A"))) == []
        assert kinds(found(rule_set, document(act.format("B")))) == ["r2"]
        assert kinds(found(rule_set, document('<id root="1"/><id root="1"/>' + act.format("A")))) == ["r1"]


def test_narrative_is_left_out_unless_it_hides_templates(tmp_path):
    rule_set = rules(tmp_path, row("attr-required", "@code", steps="hl7:value"))
    section = "<section><text><paragraph>{}</paragraph></text></section>"
    assert found(rule_set, document(section.format("<value/>"))) == []
    assert (
        len(found(rule_set, document(section.format(f"<observation>{TEMPLATE}<value/></observation>")))) == 1
    )
