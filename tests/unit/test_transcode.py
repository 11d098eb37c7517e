"""National to pivot: structure outside-in, nothing dropped, nothing twice, gaps by number."""

from lxml import etree

from cda.transcode import transcode
from cda.translate import Gravity, Status, translate
from schemas.namespaces import HL7, PHARM
from schemas.xml import parse
from terminology import code_systems as systems
from terminology.concept import Concept
from terminology.mapping import ConceptMapping, Mappings
from terminology.seed import seed_catalogue

HOME = "2.999.620.31"
MAPPINGS = Mappings.of(
    seed_catalogue(),
    [ConceptMapping(Concept("COMP", HOME), "Comprimido", Concept("10219000", systems.EDQM))],
)
FORM = f"{{{PHARM}}}formCode"


def document(form, kind="57833-6"):
    return parse(
        f"""<ClinicalDocument xmlns="{HL7}" xmlns:ph="{PHARM}"><code code="{kind}"
        codeSystem="{systems.LOINC}" displayName="Prescription for medication"/><title>Receita</title>
        <component>
        <structuredBody>
        <component><section><code code="57828-6" codeSystem="{systems.LOINC}"/><text><paragraph>Comprimido
        </paragraph></text><entry><substanceAdministration><consumable><manufacturedProduct>
        <manufacturedMaterial><code code="5800012" codeSystem="2.999.620.2" displayName="Marca"/>{form}
        </manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry></section>
        </component></structuredBody></component></ClinicalDocument>""".encode()
    )


def form_of(tree):
    (form,) = tree.iter(FORM)
    return form


def done(form, **more):
    return transcode(document(form, **more), MAPPINGS)


NATIONAL = f'<ph:formCode code="COMP" codeSystem="{HOME}" codeSystemVersion="2024" displayName="Comprimido"/>'


def test_the_national_code_moves_into_a_translation_with_its_version():
    result = done(NATIONAL)
    form = form_of(result.tree)
    assert dict(form.attrib) == {
        "code": "10219000",
        "codeSystem": systems.EDQM,
        "codeSystemName": "EDQM Standard Terms",
        "codeSystemVersion": "2025-01-07",
        "displayName": "Tablet",
    }
    (kept,) = form
    assert kept.tag == f"{{{HL7}}}translation" and form.prefix == "ph"
    assert dict(kept.attrib) == {
        "code": "COMP",
        "codeSystem": HOME,
        "codeSystemVersion": "2024",
        "displayName": "Comprimido",
    }


def test_an_earlier_translation_moves_inside_so_that_nothing_is_dropped():
    inner = '<translation code="T1" codeSystem="2.999.9" displayName="pastilha"/>'
    other = '<translation code="T2" codeSystem="2.999.8" displayName="outra"/>'
    form = form_of(done(NATIONAL.replace("/>", f">{inner}{other}</ph:formCode>")).tree)
    kept = {el.get("code"): el for el in form}
    assert set(kept) == {"COMP", "T2"}
    assert [el.get("code") for el in kept["COMP"]] == ["T1"]


def test_both_hops_nest_from_the_newest_to_the_oldest():
    pivot = done(NATIONAL).tree
    form = form_of(translate(pivot, seed_catalogue()).tree)
    assert (form.get("code"), form.get("displayName")) == ("10219000", "Tablett")
    (english,) = form
    (national,) = english
    assert (english.get("code"), english.get("displayName")) == ("10219000", "Tablet")
    assert (national.get("code"), national.get("displayName")) == ("COMP", "Comprimido")


def test_a_second_pass_changes_nothing():
    once = transcode(document(NATIONAL), MAPPINGS).tree
    again = transcode(once, MAPPINGS)
    assert etree.tostring(again.tree) == etree.tostring(once) and again.transcoded == 0


def test_the_national_document_itself_is_not_touched():
    tree = document(NATIONAL)
    before = etree.tostring(tree)
    transcode(tree, MAPPINGS)
    assert etree.tostring(tree) == before


def test_national_words_of_a_pivot_code_give_way_to_english():
    result = done(f'<ph:formCode code="10219000" codeSystem="{systems.EDQM}" displayName="Comprimido"/>')
    form = form_of(result.tree)
    assert form.get("displayName") == "Tablet" and form[0].get("displayName") == "Comprimido"
    assert result.status is Status.SUCCESS


def test_an_unmapped_national_concept_becomes_oth_with_its_words():
    result = done(f'<ph:formCode code="XX" codeSystem="{HOME}" displayName="Poção"/>')
    form = form_of(result.tree)
    assert dict(form.attrib) == {"nullFlavor": "OTH"}
    original, kept = form
    assert (original.tag, original.text) == (f"{{{HL7}}}originalText", "Poção")
    assert dict(kept.attrib) == {"code": "XX", "codeSystem": HOME, "displayName": "Poção"}
    assert result.unmapped == 1


def test_a_required_element_that_is_not_transcoded_blocks():
    result = done(f'<ph:formCode code="XX" codeSystem="{HOME}" displayName="Poção"/>')
    assert result.status is Status.ERROR
    found = {(one.issue.source.value, one.issue.code, one.gravity) for one in result.findings}
    assert found == {("TSAM", "4504", Gravity.BLOCKING), ("TM", "4505", Gravity.BLOCKING)}


def test_a_code_of_a_catalogue_system_that_the_release_lacks_stays_as_it_is():
    form = f'<ph:formCode code="99999999" codeSystem="{systems.EDQM}" displayName="Potion"/>'
    result = done(form)
    assert dict(form_of(result.tree).attrib) == dict(form_of(document(form)).attrib)
    assert result.unmapped == 0 and result.status is Status.ERROR


def test_a_document_without_or_of_another_code_blocks():
    for kind, number in (("", "4509"), ("11502-2", "4510")):
        found = {(one.issue.source.value, one.issue.code) for one in done(NATIONAL, kind=kind).findings}
        assert ("TM", number) in found


def test_a_prescribed_product_without_a_form_blocks():
    (found,) = done("").findings
    assert (found.issue.source.value, found.issue.code, found.gravity) == ("TM", "4511", Gravity.BLOCKING)
    assert done("", kind="60591-5").findings == ()


def test_null_flavours_and_codes_without_a_system_stay_as_they_are():
    for form in ('<ph:formCode nullFlavor="UNK"/>', '<ph:formCode code="COMP"/>'):
        result = done(form)
        assert dict(form_of(result.tree).attrib) == dict(form_of(document(form)).attrib)
    assert [one.issue.code for one in result.findings] == ["2508"]


def test_a_code_without_a_system_is_excused_by_original_text():
    result = done('<ph:formCode code="COMP"><originalText>Comprimido</originalText></ph:formCode>')
    assert result.findings == ()


def test_what_is_not_in_the_list_of_coded_elements_stays_as_it_is():
    result = done(NATIONAL)
    product = result.tree.find(f".//{{{HL7}}}manufacturedMaterial/{{{HL7}}}code")
    assert dict(product.attrib) == {
        "code": "5800012",
        "codeSystem": "2.999.620.2",
        "displayName": "Marca",
    }
    assert result.tree.findtext(f"{{{HL7}}}title") == "Receita"
    assert "Comprimido" in "".join(result.tree.find(f".//{{{HL7}}}paragraph").itertext())
