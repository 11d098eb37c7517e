"""Our schema of CDA: statements, medicines and narrative, and one test per way to be refused."""

import pytest

from schemas.namespaces import HL7, q
from tests.support.clinical_document import accepted, refused, with_entry, with_medicine, with_narrative

REST = "<code code='1' codeSystem='2.999'/>"
STATEMENTS = {
    "act": f"<act classCode='ACT' moodCode='EVN'>{REST}</act>",
    "encounter": "<encounter classCode='ENC' moodCode='EVN'/>",
    "observation": f"<observation classCode='OBS' moodCode='EVN'>{REST}</observation>",
    "observationMedia": "<observationMedia ID='m1' classCode='OBS' moodCode='EVN'>"
    "<value mediaType='image/png' representation='B64'>AAAA</value></observationMedia>",
    "organizer": "<organizer classCode='BATTERY' moodCode='EVN'><statusCode code='completed'/></organizer>",
    "procedure": "<procedure classCode='PROC' moodCode='EVN'/>",
    "regionOfInterest": "<regionOfInterest ID='r1' classCode='ROIOVL' moodCode='EVN'>"
    "<id root='2.999.5'/><code code='CIRCLE'/><value value='3'/></regionOfInterest>",
    "substanceAdministration": "<substanceAdministration classCode='SBADM' moodCode='INT'><consumable>"
    "<manufacturedProduct>"
    "<manufacturedMaterial/></manufacturedProduct></consumable></substanceAdministration>",
    "supply": "<supply classCode='SPLY' moodCode='EVN'/>",
}


def below(relationship):
    """An act below an act, in the relationship whose start tag is given."""
    inner = f"{relationship}{STATEMENTS['act']}</entryRelationship>"
    return f"<act classCode='ACT' moodCode='EVN'>{REST}{inner}</act>"


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_kind_of_statement_may_be_an_entry_and_hang_below_another(name):
    statement = STATEMENTS[name]
    assert accepted(with_entry(statement))
    link = f"<entryRelationship typeCode='COMP'><sequenceNumber value='1'/>{statement}</entryRelationship>"
    assert accepted(with_entry(f"<act classCode='ACT' moodCode='EVN'>{REST}{link}</act>"))
    component = f"<component>{statement}</component>"
    assert accepted(with_entry(STATEMENTS["organizer"].replace("</organizer>", f"{component}</organizer>")))


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_needs_class_and_mood(name):
    for attribute in ("classCode", "moodCode"):
        root = with_entry(STATEMENTS[name])
        del next(root.iter(q(HL7, name))).attrib[attribute]
        assert refused(root)


@pytest.mark.parametrize(
    "statement",
    [
        "",
        STATEMENTS["act"] + STATEMENTS["act"],
        "<act classCode='ACT' moodCode='EVN'/>",
        "<organizer classCode='BATTERY' moodCode='EVN'/>",
        "<organizer classCode='PILE' moodCode='EVN'><statusCode code='completed'/></organizer>",
        "<act classCode='ACT' moodCode='WISH'>" + REST + "</act>",
        below("<entryRelationship>"),
        below("<entryRelationship typeCode='XX'>"),
        "<act classCode='ACT' moodCode='EVN'>" + REST + "<statusCode code='active'/><text>late</text></act>",
        "<act classCode='ACT' moodCode='EVN' negationInd='yes'>" + REST + "</act>",
        "<substanceAdministration classCode='SBADM' moodCode='INT'/>",
        "<substanceAdministration classCode='SBADM' moodCode='GOL'><consumable/></substanceAdministration>",
        "<observation classCode='OBS' moodCode='EVN'>" + REST + "<remark/></observation>",
    ],
)  # fmt: skip
def test_a_statement_that_breaks_its_class_is_refused(statement):
    assert refused(with_entry(statement))


@pytest.mark.parametrize("side", ["playingDevice", "playingEntity"])
def test_a_participant_plays_one_thing(side):
    one = f"<{side}><code code='1' codeSystem='2.999'/></{side}>"

    def supply(content):
        role = f"<participantRole><id root='2.999.6'/>{content}</participantRole>"
        participant = f"<participant typeCode='DEV'>{role}</participant>"
        return with_entry(f"<supply classCode='SPLY' moodCode='EVN'>{participant}</supply>")

    assert accepted(supply(one))
    assert refused(supply(one + one))


# --- medicines

TIMES = (
    "<effectiveTime xsi:type='IVL_TS'><low value='2026'/><high nullFlavor='NA'/></effectiveTime>"
    "<effectiveTime xsi:type='PIVL_TS' operator='A' institutionSpecified='true'><period value='8' "
    "unit='h'/></effectiveTime>"
    "<effectiveTime xsi:type='EIVL_TS' operator='A'><event code='HS' "
    "codeSystem='2.16.840.1.113883.5.139'/></effectiveTime>"
    "<effectiveTime value='20260611'/>"
)
PACKAGE = (
    "<pharm:asContent classCode='CONT'><pharm:quantity value='3' unit='mL'/>"
    "<pharm:containerPackagedProduct classCode='CONT' determinerCode='KIND'><pharm:formCode code='1' "
    "codeSystem='2.999'/>{}"
    "</pharm:containerPackagedProduct></pharm:asContent>"
)
INGREDIENT = (
    "<pharm:ingredient classCode='ACTI'><pharm:quantity><numerator xsi:type='PQ' value='5' unit='mg'/>"
    "<denominator xsi:type='PQ' value='1' unit='1'/></pharm:quantity>"
    "<pharm:ingredientSubstance classCode='MMAT' "
    "determinerCode='KIND'><pharm:code nullFlavor='UNK'/><pharm:name>x</pharm:name>"
    "</pharm:ingredientSubstance></pharm:ingredient>"
)
KIND = (
    "<pharm:asSpecializedKind classCode='GRIC'><pharm:generalizedMaterialKind classCode='MMAT' "
    "determinerCode='KIND'>"
    "<pharm:code code='C' codeSystem='2.999'/></pharm:generalizedMaterialKind></pharm:asSpecializedKind>"
)
PART = (
    "<pharm:part classCode='PART'><pharm:quantity value='1' unit='1'/><pharm:partProduct classCode='MMAT' "
    "determinerCode='KIND'><pharm:name>cream</pharm:name><pharm:formCode code='2' codeSystem='2.999'/>"
    + PACKAGE.format("")
    + INGREDIENT
    + "</pharm:partProduct></pharm:part>"
)  # fmt: skip
LOT = "<lotNumberText>A-1</lotNumberText>"
NAMED = "<name>Brand</name><pharm:desc>5 mg</pharm:desc><pharm:formCode code='1' codeSystem='2.999'/>"
OLD = (
    "<name>Brand</name><epsos:desc>5 mg</epsos:desc><epsos:formCode code='1' codeSystem='2.999'>"
    "<epsos:originalText>x</epsos:originalText></epsos:formCode>"
    "<epsos:asContent classCode='CONT'><epsos:containerPackagedMedicine classCode='CONT' "
    "determinerCode='INSTANCE'>"
    "<epsos:formCode nullFlavor='UNK'/><epsos:capacityQuantity value='30' unit='1'/>"
    "</epsos:containerPackagedMedicine></epsos:asContent>"
    "<epsos:asSpecializedKind classCode='GEN'><epsos:generalizedMedicineClass classCode='MMAT'>"
    "<epsos:code code='C' codeSystem='2.999'/></epsos:generalizedMedicineClass></epsos:asSpecializedKind>"
    "<epsos:ingredient classCode='ACTI'><epsos:quantity><epsos:numerator xsi:type='epsos:PQ' value='5' "
    "unit='mg'/>"
    "<epsos:denominator xsi:type='epsos:PQ' value='1' unit='1'/></epsos:quantity>"
    "<epsos:ingredient classCode='MMAT' determinerCode='KIND'>"
    "<epsos:code code='C' codeSystem='2.999'/><epsos:name>x</epsos:name></epsos:ingredient>"
    "</epsos:ingredient>"
)


@pytest.mark.parametrize(
    "material",
    [
        "",
        NAMED + PACKAGE.format("") + KIND + KIND + INGREDIENT + INGREDIENT,
        NAMED + PACKAGE.format(PACKAGE.format(PACKAGE.format(PACKAGE.format("")))),
        NAMED + PACKAGE.format("") + KIND + PART + PART,
        NAMED + LOT + KIND,
        "<code code='1' codeSystem='2.999'/><name>Vaccine</name>" + LOT + INGREDIENT,
        OLD,
        OLD.replace("<epsos:asContent", LOT + "<epsos:asContent"),
    ],
    ids=["empty", "ingredients", "four packages", "kit", "lot", "lot alone", "Wave 5", "Wave 5 lot"],
)
def test_a_medicine_of_either_extension_is_accepted(material):
    assert accepted(with_medicine(material, TIMES))


@pytest.mark.parametrize(
    "material",
    [
        NAMED + OLD.replace("<name>Brand</name>", ""),
        NAMED + LOT + OLD[OLD.index("<epsos:ingredient") :],
        LOT + NAMED,
        KIND + PACKAGE.format(""),
        NAMED + KIND.replace("<pharm:code code='C' codeSystem='2.999'/>", ""),
        NAMED + INGREDIENT.replace("<numerator xsi:type='PQ'", "<numerator"),
        NAMED + INGREDIENT.replace("numerator", "pharm:numerator"),
        NAMED + PACKAGE.format("").replace("pharm:containerPackagedProduct", "containerPackagedProduct"),
        NAMED + PART.replace("pharm:partProduct", "pharm:product"),
        OLD.replace("epsos:PQ", "PQ"),
        OLD.replace("epsos:numerator", "numerator"),
    ],
    ids=[
        "both extensions",
        "both extensions round a lot",
        "lot before the name",
        "order",
        "kind without code",
        "number without type",
        "number in pharm",
        "package in CDA",
        "part",
        "type of CDA",
        "number in CDA",
    ],
)
def test_a_medicine_that_breaks_its_extension_is_refused(material):
    assert refused(with_medicine(material))


# --- narrative

TABLE = (
    "<table><thead><tr><th>A</th></tr></thead><tbody><tr ID='r1'><td ID='c1'>b<br/>"
    "<content ID='x1' styleCode='Bold'>c</content></td></tr></tbody></table>"
)


@pytest.mark.parametrize(
    "narrative",
    [
        "plain",
        TABLE,
        "<paragraph><caption>C</caption>a <sub>1</sub><sup>2</sup>"
        "<linkHtml href='https://x.example'>y</linkHtml></paragraph>",
        "<list listType='ordered'><item>a<list><item>b</item></list></item><item>"
        + TABLE.replace("1'", "2'")
        + "</item></list>",
        "<content><footnoteRef IDREF='f1'/></content><footnote ID='f1'><paragraph>n</paragraph></footnote>",
    ],
)
def test_a_narrative_may_hold_text_tables_and_lists(narrative):
    assert accepted(with_narrative(narrative))


@pytest.mark.parametrize(
    "narrative",
    [
        "<p>html</p>",
        "<table><tr><td>no body</td></tr></table>",
        "<table><tbody/></table>",
        "<list/>",
        "<paragraph><paragraph>nested</paragraph></paragraph>",
        "<paragraph ID='a'/><paragraph ID='a'/>",
        "<paragraph onclick='x()'/>",
        "<script>x()</script>",
    ],
)
def test_a_narrative_that_is_no_narrative_is_refused(narrative):
    assert refused(with_narrative(narrative))
