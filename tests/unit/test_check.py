"""The whole verdict: kind, wave, schema, tables and rules of our own together, on documents of ours."""

import copy
import gc

import pytest
from lxml import etree

from cda.check import check, nearest
from cda.checking.finding import Severity
from cda.checking.tree import Node
from schemas.namespaces import HL7, PHARM, XSI, q
from schemas.xml import parse
from tests.support.country_documents import DOCUMENTS, find, rich, root_of
from tests.support.tiny_rules import XMLNS, catalogue

E = "1.3.6.1.4.1.12559.11.10.1.3.1."


def verdict(root, **options):
    """The verdict on a copy, re-read so that lines and declarations are as in a file."""
    return check(parse(etree.tostring(root)), catalogue(), **options)


def rules_of(result):
    return [finding.rule for finding in result.findings]


def header(code, body="<structuredBody/>", template=E + "1.3", more=""):
    body = f"<component>{body}</component>" if body else ""
    return etree.fromstring(
        f'<ClinicalDocument {XMLNS}><templateId root="{template}"/><code code="{code}"/>{more}{body}'
        "</ClinicalDocument>"
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_of_the_simulated_countries_follow_schema_and_rules(path):
    result = verdict(root_of(path))
    assert result.kind in ("PS", "PS-L1") and result.rules == 8
    assert [finding.rule for finding in result.findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("code", "body", "kind", "judged"),
    [
        ("60591-5", "<structuredBody/>", "PS", 8),
        ("60591-5", "<nonXMLBody/>", "PS-L1", 8),
        ("57833-6", "<structuredBody/>", "eP", 8),
        ("57833-6", "<nonXMLBody/>", "eP-L1", 8),
        ("60593-1", "<structuredBody/>", "eD", 8),
        ("60593-1", "<nonXMLBody/>", "eD", 8),
        ("DISCARD-60593-1", "<structuredBody/>", "eD", None),
        ("11502-2", "<nonXMLBody/>", "OrCD", None),
        ("x-clinical-image", "<nonXMLBody/>", "OrCD", None),
        ("99999-9", "<structuredBody/>", "PS", 8),
    ],
)
def test_the_kind_of_document(code, body, kind, judged):
    result = verdict(header(code, body), schema=False)
    assert (result.kind, result.rules) == (kind, judged)
    assert ("own-no-rules" in rules_of(result)) is (judged is None)
    assert ("own-level" in rules_of(result)) is (code == "60593-1" and "nonXML" in body)


def test_an_unknown_kind_has_no_rules():
    result = verdict(header("99999-9", template="1.2.3"), schema=False)
    assert result.kind is None and "own-no-rules" in rules_of(result)


def test_a_document_without_body_is_an_error():
    assert "own-no-body" in rules_of(verdict(header("60591-5", ""), schema=False))


def test_a_wrong_template_on_the_root_is_loud():
    result = verdict(header("60591-5", template=E + "1.7"), schema=False)
    assert "own-template" in rules_of(result)
    silent = [each for each in result.findings if each.kind == "document-template"]
    assert [(each.severity, each.rule) for each in silent] == [(Severity.WARNING, "013445fc")]


def test_something_else_is_no_document():
    result = check(etree.Element("html"), catalogue())
    assert not result.cda and rules_of(result) == ["own-not-cda"] and result.errors == 1


def test_schema_findings_have_an_id_of_their_own_and_no_template():
    root = rich("pt")
    find(root, "h:title")[0].set("wrong", "1")
    found = [each for each in verdict(root).findings if each.rule == "schema"]
    assert (
        found and found[0].template is None and found[0].location == "/hl7:ClinicalDocument[1]/hl7:title[1]"
    )
    assert all(each.rule != "schema" for each in verdict(root, schema=False).findings)


def test_a_huge_document_is_judged_without_explanations(monkeypatch):
    """To explain takes half a minute there; what libxml2 says of a place is enough."""
    monkeypatch.setattr("cda.check.MAX_EXPLAINED", 100)
    monkeypatch.setattr("schemas.validate._explanation", lambda *_: pytest.fail("explained"))
    root = rich("pt")
    find(root, "h:title")[0].set("wrong", "1")
    assert [each.rule for each in verdict(root).findings if each.rule == "schema"] == ["schema"]


def test_locations_lead_to_the_element():
    root = rich("cz")
    for each in find(root, "//h:observation/h:code"):
        each.attrib.pop("displayName", None)
    tree = parse(etree.tostring(root))
    prefixes = {"hl7": HL7, "pharm": PHARM}
    found = [each for each in check(tree, catalogue(), schema=False).findings if "CD.EPSOS" in each.rule]
    assert len(found) > 10
    for each in found:
        (el,) = tree.xpath(each.location, namespaces=prefixes)
        assert el.get("code") and el.sourceline == each.line


def test_findings_come_in_document_order():
    root = rich("fi")
    for each in find(root, "//h:code"):
        each.attrib.pop("codeSystem", None)
    lines = [each.line for each in verdict(root, schema=False).findings if each.template]
    assert len(lines) > 100 and lines == sorted(lines)


@pytest.mark.parametrize(("wave", "judges"), [(None, 8), (1, 8), (8, 8), (9, 8)])
def test_the_nearest_rules_judge(wave, judges):
    assert nearest(wave) == judges


def older(root):
    """As a Wave 6 document: last year's SNOMED CT, no care team."""
    for each in find(root, "//*[@codeSystemVersion]"):
        each.set("codeSystemVersion", "2021-09-30")
    for each in find(root, f"//h:templateId[@root='{E}3.48' or @root='{E}3.49']"):
        each.getparent().remove(each)


def bare(root):
    """Without sections: only the header is left."""
    for each in find(root, "//h:structuredBody/*"):
        each.getparent().remove(each)


@pytest.mark.parametrize(("change", "guess"), [(lambda root: None, 7), (older, 6), (bare, None)])
def test_the_wave_is_guessed(change, guess):
    root = copy.deepcopy(rich("cz"))
    change(root)
    assert verdict(root, schema=False).wave == guess


def test_old_documents_are_told_by_their_extension():
    old = '<x:formCode xmlns:x="urn:epsos-org:ep:medication"/>'
    assert verdict(header("57833-6", f"<structuredBody>{old}</structuredBody>"), schema=False).wave == 2
    dose = f'{old}<doseQuantity><low value="1"/></doseQuantity>'
    late = header("57833-6", f"<structuredBody>{dose}</structuredBody>", template=E + "1.1")
    assert verdict(late, schema=False).wave == 5


def test_an_undeclared_prefix_is_an_error_of_its_own():
    root = rich("pt")
    value = find(root, "//h:observation/h:value[@xsi:type]")[0]
    value.set(q(XSI, "type"), "nowhere:CD")
    found = [each for each in verdict(root, schema=False).findings if each.rule == "own-xsi-type"]
    assert [each.location.rpartition("/")[2] for each in found] == ["hl7:value[1]"]
    value.set(q(XSI, "type"), "no name")
    assert "own-xsi-type" in rules_of(verdict(root, schema=False))


def test_two_ends_of_a_kind_are_an_error_of_their_own():
    root = rich("pt")
    low = find(root, "//h:effectiveTime/h:low")[0]
    low.addnext(copy.deepcopy(low))
    assert rules_of(verdict(root, schema=False)).count("own-interval") == 1


def test_without_a_patient_nothing_can_be_trusted():
    root = rich("pt")
    for each in find(root, "h:recordTarget/h:patientRole/h:id"):
        del each.attrib["root"]
    assert "own-patient" in rules_of(verdict(root, schema=False))


def test_a_link_into_the_narrative_must_resolve():
    root = rich("pt")
    assert "own-narrative-link" not in rules_of(verdict(root, schema=False))
    find(root, "//h:text/h:reference")[0].set("value", "#nowhere")
    found = [each for each in verdict(root, schema=False).findings if each.rule == "own-narrative-link"]
    assert [(each.found, each.severity) for each in found] == [("#nowhere", Severity.WARNING)]


def test_codes_taken_on_trust_are_named_once():
    found = [each for each in verdict(rich("pt"), schema=False).findings if each.rule == "own-undecided"]
    assert len(found) == 1 and "eHDSIIllnessandDisorder" in found[0].found


@pytest.mark.parametrize(
    ("value", "unit", "good"),
    [("1", "1", True), ("1", None, True), ("-1", "1", False), ("0", "1", False), ("1.1", "1", False),
     ("1", "mL", False), ("", "1", False), ("٣", "1", False), (None, None, True)],
)  # fmt: skip
def test_packages_are_counted(value, unit, good):
    said = "".join(
        f' {name}="{text}"' for name, text in (("value", value), ("unit", unit)) if text is not None
    )
    inner = f"<structuredBody><supply><quantity{said}/></supply></structuredBody>"
    found = rules_of(verdict(header("60593-1", inner, E + "1.2"), schema=False))
    assert ("own-package-quantity" not in found) is good


@pytest.mark.parametrize(
    ("quantity", "good"),
    [
        ('value="100" unit="mL"', True), ('value="0.00" unit="1"', False), ('value="-12" unit="1"', False),
        ('value="NaN" unit="1"', False), ('value="1e2" unit="1"', True), ('nullFlavor="UNK"', True),
    ],
)  # fmt: skip
def test_a_package_holds_something(quantity, good):
    inner = (
        f"<structuredBody><pharm:asContent><pharm:quantity {quantity}/></pharm:asContent></structuredBody>"
    )
    found = rules_of(verdict(header("60593-1", inner, E + "1.2"), schema=False))
    assert ("own-content-quantity" not in found) is good


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("JVBERi0xLjQK", None),
        ("", "nothing"),
        ("no!", "not base64"),
        ("QUJD", "no PDF"),
        ("JVBE\n Ri0x", None),
    ],
)
def test_a_file_is_a_pdf(content, found):
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{content}</text></nonXMLBody>'
    said = [each.found for each in verdict(header("60591-5", body, E + "1.7"), schema=False).findings
            if each.rule == "own-attachment"]  # fmt: skip
    assert said == ([] if found is None else [found])


def test_sentences_are_in_three_languages_and_say_what_was_found():
    root = rich("pt")
    find(root, "//h:statusCode")[0].set("code", "finished")
    for each in verdict(root, schema=False).findings:
        said = {each.sentence(language) for language in ("nb", "nn", "en")}
        assert len(said) == 3
        assert not each.found or all(each.found in one for one in said)
    with pytest.raises(ValueError):
        each.sentence("pt")


def test_a_type_that_no_schema_knows_is_a_finding_and_no_crash():
    """The explainer breaks off at such a type; the words of the judge take its place."""
    inner = "<structuredBody><component><section><entry><observation><value/></observation></entry></section>"
    root = header("60591-5", f"{inner}</component></structuredBody>")
    find(root, "//h:value")[0].set(q(XSI, "type"), "x:PIVL_TS")
    found = rules_of(verdict(root))
    assert "schema" in found and "own-xsi-type" in found


def test_a_verdict_leaves_no_nodes_to_the_garbage_collector():
    root = root_of(DOCUMENTS[0])
    gc.collect()
    gc.disable()
    try:
        assert check(root, catalogue()).kind is not None
        assert not any(type(each) is Node for each in gc.get_objects())
    finally:
        gc.enable()
