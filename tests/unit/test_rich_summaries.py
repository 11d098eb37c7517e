"""What the summaries of the simulated countries hold: every section, many shapes, known and unknown codes."""

import pytest

from schemas.namespaces import HL7, PHARM, q
from terminology.concept import Concept
from terminology.seed import seed_catalogue
from tests.support.country_documents import CODES, DOCUMENTS, country_of, find, rich, root_of, section_codes

SECTIONS = {
    "48765-2", "11450-4", "10160-0", "46264-8", "47519-4",  # required
    "11348-0", "11369-6", "10162-6", "29762-2", "8716-3", "30954-2", "47420-5", "42348-3", "18776-5",
}  # fmt: skip
REQUIRED = {"48765-2", "11450-4", "10160-0", "46264-8", "47519-4"}
NOTHING = {
    "no-known-allergies",
    "no-known-problems",
    "no-known-medications",
    "no-known-devices",
    "no-known-procedures",
}


@pytest.mark.parametrize("code", CODES)
def test_the_required_sections_are_in_every_summary(code):
    for path in DOCUMENTS:
        if country_of(path) == code and path.stem.endswith("l3"):
            assert section_codes(root_of(path)) >= REQUIRED


def test_the_rich_summaries_together_hold_every_section():
    assert set().union(*(section_codes(rich(code)) for code in CODES)) == SECTIONS


def test_nothing_is_said_in_both_wordings():
    said = {}
    for path in DOCUMENTS:
        codes = set(find(root_of(path), "//@code[starts-with(., 'no-')]"))
        said[path.stem] = codes
    assert said["900000022-ps-l3"] == NOTHING
    assert said["140688-922A-ps-l3"] == {
        "no-known-allergies",
        "no-known-problems",
        "no-medication-info",
        "no-device-info",
        "no-known-procedures",
    }
    assert "no-known-medication-allergies" in said["SYN900022-ps-l3"]


SHAPES = {
    "several given and family names": "//h:patient/h:name[count(h:given) > 1 and count(h:family) > 1]",
    "guardian": "//h:guardian/h:guardianPerson",
    "next of kin": "//h:associatedEntity[@classCode='NOK'][h:code]",
    "authoring device": "//h:author//h:assignedAuthoringDevice",
    "several reactions with severity": "//h:observation[count(h:entryRelationship[@typeCode='MFST']) > 1]"
    "[h:entryRelationship/h:observation/h:entryRelationship/h:observation/h:code/@code='SEV']",
    "refuted allergy": "//h:observation[h:participant]//h:value[@code='refuted']",
    "refuted problem": "//h:section[h:code/@code='11450-4']//h:value[@code='refuted']",
    "resolved problem": "//h:section[h:code/@code='11348-0']//h:value[@code='413322009']",
    "rare disease": "//h:value[@codeSystem='1.3.6.1.4.1.12559.11.10.1.3.1.44.5']",
    "problem without pivot code": "//h:section[h:code/@code='11450-4']"
    "//h:value[@nullFlavor='OTH']/h:translation",
    "agent without pivot code": "//h:playingEntity/h:code[@nullFlavor='OTH']/h:translation",
    "kit": "//p:part[2]/p:partProduct/p:asContent",
    "three packages in one another": "//p:asContent//p:asContent//p:asContent",
    "three ingredients": "//h:manufacturedMaterial[count(p:ingredient) > 2]",
    "strength that says nothing": "//p:quantity/h:numerator[@value='0']",
    "kind of product by class": "//p:asSpecializedKind[@classCode='GEN']",
    "periodic timing": "//h:effectiveTime[contains(@xsi:type, 'PIVL_TS')]/h:period",
    "phase with width": "//h:comp/h:phase/h:width",
    "timing by event with offset": "//h:effectiveTime[contains(@xsi:type, 'EIVL_TS')]/h:offset/h:low",
    "combined timing": "//h:effectiveTime[contains(@xsi:type, 'SXPR_TS')][count(h:comp) > 1]",
    "duration": "//h:effectiveTime/h:width",
    "unknown timing": "//h:effectiveTime/h:period[@nullFlavor='UNK']",
    "dose range": "//h:doseQuantity[h:low/@value != h:high/@value]",
    "rate": "//h:rateQuantity/h:low",
    "maximum": "//h:maxDoseQuantity/h:numerator",
    "as needed": "//h:precondition/h:criterion/h:text",
    "tapered dose": "//h:entryRelationship[h:sequenceNumber/@value='3']/h:substanceAdministration",
    "medicine not taken": "//h:section[h:code/@code='10160-0']"
    "//h:substanceAdministration[@negationInd='true']",
    "instructions": "//h:code[@code='PINSTRUCT']",
    "left side": "//h:qualifier/h:value[@code='7771000']",
    "both sides": "//h:qualifier/h:value[@code='51440002']",
    "cancelled procedure": "//h:procedure[h:statusCode/@code='cancelled']",
    "procedure for a reason": "//h:procedure/h:entryRelationship[@typeCode='RSON']",
    "unique device identifier": "//h:participantRole[h:playingDevice]"
    "/h:id[starts-with(@extension, '(01)')]",
    "removed device": "//h:supply/h:effectiveTime[h:high/@value]",
    "vaccination not given": "//h:section[h:code/@code='11369-6']"
    "//h:substanceAdministration[@negationInd='true']",
    "reaction to a vaccine": "//h:entryRelationship[@typeCode='CAUS']",
    "pregnancy": "//h:observation[h:code/@code='82810-3']//h:observation/h:value[@value]",
    "abnormal result": "//h:interpretationCode[@code='HH']",
    "reference range": "//h:observationRange/h:value[h:low and h:high]",
    "method": "//h:methodCode[@code]",
    "result as ratio": "//h:component//h:value[contains(@xsi:type, 'RTO_PQ_PQ')]",
    "result as text": "//h:component//h:value[contains(@xsi:type, 'ST')]",
    "vital sign beyond blood pressure": "//h:observation[h:code/@code='8867-4']",
    "blood pressure of two days": "//h:organizer[h:component[1]/h:observation/h:effectiveTime/@value"
    " != h:component[2]/h:observation/h:effectiveTime/@value]",
    "coded habit": "//h:section[h:code/@code='29762-2']//h:value[@code='8517006']",
    "comment": "//h:act[h:code/@code='48767-8']/h:text",
    "link to the web": "//h:reference/h:externalDocument/h:text/h:reference[starts-with(@value, 'https:')]",
    "list in the narrative": "//h:section/h:text/h:list/h:item",
    "restricted document": "/h:ClinicalDocument/h:confidentialityCode[@code='R']",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_one_of_the_rich_summaries_has_the_shape(shape):
    assert [code for code in CODES if find(rich(code), SHAPES[shape])] != []


def test_no_two_countries_write_their_prefixes_alike():
    def style(code):
        root = rich(code)
        product = next(root.iter(f"{{{PHARM}}}*"))
        return root.prefix, product.prefix

    assert len({style(code) for code in CODES}) == len(CODES)


# --- terms


def concepts(root):
    """Coded elements of the body, without the national codes below them."""
    for el in find(root, "//h:structuredBody//*[@code and @codeSystem]"):
        system = el.get("codeSystem")
        if el.tag != q(HL7, "translation") and not system.startswith("2.999."):
            yield el, Concept(el.get("code"), system)


@pytest.mark.parametrize("code", CODES)
def test_most_codes_have_a_norwegian_text_and_some_have_none(code):
    answers = {concept: seed_catalogue().lookup(concept, "nb-NO") for _, concept in concepts(rich(code))}
    without = [concept for concept, answer in answers.items() if not answer.translated]
    assert 0 < len(without) < len(answers) / 3


@pytest.mark.parametrize("code", CODES)
def test_the_english_text_of_a_known_code_is_that_of_the_catalogue(code):
    wrong = []
    for el, concept in concepts(rich(code)):
        english = seed_catalogue().lookup(concept, "en").english
        if english is not None and el.get("displayName", english) != english:
            wrong.append((concept.code, el.get("displayName"), english))
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_codes_carry_the_national_text_too(code):
    own = find(rich(code), "//h:structuredBody//h:translation[@displayName]")
    texts = {el.get("displayName") for el in own}
    assert len(texts) > 50
