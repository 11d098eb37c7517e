"""Translation writes the structure of the reference and judges gaps our way (terminology.md 3 and 4)."""

import pytest
from lxml import etree

from cda.parse import parse
from cda.translate import Gravity, Status, translate, write
from schemas.xml import serialise
from terminology.issues import Source
from tests.support.cda_documents import (
    ATC,
    EDQM,
    ICD10,
    TABLET,
    cd,
    document,
    ingredient,
    medication,
    problem,
    section,
    structured,
    summary,
)
from tests.support.cda_pages import TERMS

V3 = "{urn:hl7-org:v3}"


def translated(data, language="nb-NO"):
    return translate(parse(data).tree, TERMS, language)


def value(done):
    return done.tree.find(f".//{V3}observation/{V3}value")


def codes(done, source=None):
    return {(f.issue.source, f.issue.code) for f in done.issues}


def one(text="Asthma", inner="", attributes=""):
    xml = (
        f'<value xsi:type="CD" code="J45" codeSystem="{ICD10}" codeSystemName="ICD-10"{attributes} '
        f'displayName="{text}">{inner}</value>'
    )
    return translated(summary(section("11450-4", problem(xml))))


def test_the_english_words_move_into_a_translation():
    el = value(one())
    assert (el.get("displayName"), el.get("code"), el.get("codeSystem")) == ("Astma", "J45", ICD10)
    (inner,) = el
    assert inner.tag == f"{V3}translation"
    assert dict(inner.attrib) == {
        "code": "J45",
        "codeSystem": ICD10,
        "codeSystemName": "ICD-10",
        "displayName": "Asthma",
    }


def test_the_national_code_ends_up_innermost():
    el = value(one(inner='<translation code="493" codeSystem="2.16.620.1.101.10.4.2" displayName="Asma"/>'))
    assert [t.get("displayName") for t in el.iter(f"{V3}translation")] == ["Asthma", "Asma"]
    assert el[0][0].get("code") == "493"


def test_the_structure_is_byte_exact():
    root = etree.fromstring(
        '<v xmlns="urn:hl7-org:v3" code="J45.9" codeSystem="1.2" displayName="Asthma, unspecified">'
        '<translation code="493" codeSystem="2.16" displayName="Asma"/></v>'
    )
    write(root, "Uspesifisert astma")
    assert etree.tostring(root, encoding="unicode") == (
        '<v xmlns="urn:hl7-org:v3" code="J45.9" codeSystem="1.2" displayName="Uspesifisert astma">'
        '<translation code="J45.9" codeSystem="1.2" displayName="Asthma, unspecified">'
        '<translation code="493" codeSystem="2.16" displayName="Asma"/></translation></v>'
    )


def test_of_several_translations_none_is_dropped():
    inner = '<translation code="1" codeSystem="1.2"/><translation code="2" codeSystem="1.3"/>'
    el = value(one(inner=inner))
    assert {t.get("code") for t in el.iter(f"{V3}translation")} == {"J45", "1", "2"}


def test_prefix_and_attribute_order_stay():
    form = f'<pharm:formCode displayName="Tablet" codeSystem="{EDQM}" code="10219000"/>'
    done = translated(summary(section("10160-0", medication(material=form))))
    el = done.tree.find(".//{urn:hl7-org:pharm}formCode")
    assert list(el.attrib) == ["displayName", "codeSystem", "code"] and el.prefix == "pharm"
    assert el.get("displayName") == "Tablett" and el[0].tag == f"{V3}translation" and el[0].prefix is None


def test_a_second_pass_adds_nothing():
    done = one(inner='<translation code="493" codeSystem="2.16.620.1.101.10.4.2" displayName="Asma"/>')
    again = translate(done.tree, TERMS)
    assert serialise(again.tree) == serialise(done.tree)


def test_the_incoming_tree_is_not_touched():
    root = parse(summary(section("11450-4", problem(cd("value", "J45", ICD10, xsi_type="CD"))))).tree
    before = serialise(root)
    translate(root, TERMS)
    assert serialise(root) == before


def test_the_words_are_settled_at_once_and_the_tree_is_written_once_when_asked_for():
    source = parse(
        summary(
            section(
                "11450-4", problem(f'<value xsi:type="CD" code="J45" codeSystem="{ICD10}" displayName="A"/>')
            )
        )
    ).tree
    done = translate(source, TERMS)
    assert "Astma" in [text for _, text in done.words] and "tree" not in vars(done)
    assert value(done).get("displayName") == "Astma" and done.tree is done.tree
    assert done.tree is not source and done.tree.getroottree() is not source.getroottree()


def test_a_path_leads_to_the_place_in_the_document_as_it_came():
    """Also where the writing moves a coded qualifier one level inwards."""
    done = one(inner='<translation><qualifier><name code="x" codeSystem="1.2.3"/></qualifier></translation>')
    (path,) = [finding.path for finding in done.issues if finding.code == "x"]
    assert [el.get("code") for el in done.source.getroottree().xpath(path)] == ["x"]
    assert done.tree.getroottree().xpath(path)[0].get("code") != "x"


def test_narrative_ids_and_units_stay():
    dose = '<doseQuantity value="1" unit="ug"/>'
    text = '<content ID="a">Tablet</content>'
    done = translated(summary(section("10160-0", medication(dose=dose, material=TABLET), text=text)))
    assert done.tree.find(f".//{V3}content").text == "Tablet"
    assert done.tree.find(f".//{V3}doseQuantity").get("unit") == "ug"
    assert done.tree.find(f"{V3}id").get("extension") == "doc-1"


def test_a_null_flavour_is_left_alone_and_no_finding():
    data = summary(section("11450-4", problem('<value xsi:type="CD" nullFlavor="OTH"/>')))
    assert value(translated(data)).attrib.get("displayName") is None
    assert not [f for f in translated(data).issues if f.issue.source is Source.TM]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<value xsi:type="CD" code="J45"/>', (Source.TM, "2508")),
        (cd("value", "J45", ICD10, xsi_type="CV"), (Source.TM, "2507")),
        (cd("value", "I84", ICD10, xsi_type="CD"), (Source.TSAM, "4503")),
        (cd("value", "X", "1.2.3.4.5", xsi_type="CD"), (Source.TSAM, "4501")),
    ],
)
def test_each_gap_has_its_number_and_its_layer(xml, expected):
    done = translated(summary(section("11450-4", problem(xml))))
    assert expected in codes(done)
    assert done.status is Status.WARNING


def test_an_original_text_excuses_a_missing_code_system():
    xml = '<value xsi:type="CD" code="J45"><originalText>Asma</originalText></value>'
    assert (Source.TM, "2508") not in codes(translated(summary(section("11450-4", problem(xml)))))


def test_a_code_outside_its_value_set_is_found():
    route = f'<routeCode code="10219000" codeSystem="{EDQM}"/>'  # a dose form where a route belongs
    done = translated(summary(section("10160-0", medication(dose=route))))
    assert (Source.TSAM, "2507") in codes(done)


def test_only_a_required_element_blocks():
    wrong = f'<pharm:formCode code="99" codeSystem="{EDQM}"/>'
    optional = translated(summary(section("10160-0", medication(material=wrong))))
    assert optional.status is Status.WARNING
    required = translated(
        document(structured(section("57828-6", medication(material=wrong))), code="57833-6")
    )
    assert required.status is Status.ERROR
    assert (Source.TM, "4512") in codes(required)
    absent = translated(document(structured(section("57828-6", medication())), code="57833-6"))
    assert (Source.TM, "4511") in codes(absent)
    assert {f.gravity for f in absent.issues if f.issue.code == "4511"} == {Gravity.BLOCKING}


def test_a_document_without_code_is_an_error():
    data = summary(section("11450-4")).replace(
        b'<code code="60591-5" codeSystem="2.16.840.1.113883.6.1"/>', b"", 1
    )
    assert (Source.TM, "4509") in codes(translated(data))


def test_nynorsk_falls_back_to_bokmaal_and_says_so():
    done = translated(summary(section("11450-4", problem(cd("value", "J45", ICD10, xsi_type="CD")))), "nn-NO")
    assert value(done).get("displayName") == "Astma"
    assert sum(count for level, count in done.fallbacks.items() if level > 0) > 0


def test_counts_and_release_are_reported():
    material = f"{TABLET}{ingredient()}{cd('pharm:code', 'ZZ', ATC)}"
    done = translated(summary(section("10160-0", medication(material=material))))
    assert done.translated > 0 and done.untranslated > 0
    assert TERMS.release.name in done.release


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="not a language tag"):
        translated(summary(section("11450-4", problem(cd("value", "J45", ICD10, xsi_type="CD")))), "??")


def test_the_letters_of_a_fixed_code_in_a_national_list_are_no_fixed_code():
    def found(system):
        value = f'<value xsi:type="CD" code="SEV" codeSystem="{system}" displayName="Sever"/>'
        return translated(summary(section("11450-4", problem(value)))).issues

    fixed, national = found("2.16.840.1.113883.5.4"), found("1.2.999")
    assert not any(issue.code == "SEV" for issue in fixed)
    assert any(issue.code == "SEV" and issue.system == "1.2.999" for issue in national)
