"""Our schema of CDA: what it accepts, and one test per way to be refused."""

import pytest
from lxml import etree

from schemas.namespaces import HL7, q
from schemas.validate import Schema, violations
from tests.support.clinical_document import accepted, document, refused, with_section, with_value
from tests.support.outside import samples

NULL_BODY = "<nonXMLBody><text mediaType='application/pdf' representation='B64'>JVBERi0=</text></nonXMLBody>"


def test_the_smallest_documents_are_valid():
    assert accepted(document(NULL_BODY))
    assert accepted(with_section("<title>T</title><text>x</text>"))


# --- header


@pytest.mark.parametrize(
    "name",
    "typeId id code effectiveTime confidentialityCode recordTarget author custodian component".split(),
)
def test_a_required_part_of_the_header_must_be_there(name):
    root = document(NULL_BODY)
    root.remove(root.find(q(HL7, name)))
    assert refused(root)


@pytest.mark.parametrize(
    "name", "typeId id code title effectiveTime languageCode custodian component".split()
)
def test_a_single_part_of_the_header_stands_once(name):
    root = document(NULL_BODY)
    part = root.find(q(HL7, name))
    part.addnext(etree.fromstring(etree.tostring(part)))
    assert refused(root)


@pytest.mark.parametrize("name", [etree.QName(child).localname for child in document(NULL_BODY)][:-1])
def test_the_parts_of_the_header_keep_their_order(name):
    root = document(NULL_BODY)
    part = root.find(q(HL7, name))
    part.getnext().addnext(part)
    assert refused(root)


@pytest.mark.parametrize(
    "path, name",
    [
        ("recordTarget/patientRole", "id"),
        ("author", "time"),
        ("author/assignedAuthor", "id"),
        ("custodian/assignedCustodian/representedCustodianOrganization", "id"),
    ],
)
def test_a_required_part_of_a_person_must_be_there(path, name):
    root = document(NULL_BODY)
    parent = root.find("/".join(q(HL7, step) for step in path.split("/")))
    parent.remove(parent.find(q(HL7, name)))
    assert refused(root)


def test_an_address_stands_before_the_telecom():
    root = document(NULL_BODY)
    role = root.find(f"{q(HL7, 'recordTarget')}/{q(HL7, 'patientRole')}")
    role.find(q(HL7, "telecom")).addnext(role.find(q(HL7, "addr")))
    assert refused(root)


@pytest.mark.parametrize(
    "path, attribute, value",
    [
        ("typeId", "root", "2.16.840.1.113883.1.4"),
        ("id", "root", "1.2..3"),
        ("id", "extension", ""),
        ("code", "code", "60591 5"),
        ("code", "displayName", ""),
        ("effectiveTime", "value", "2026-11-22"),
        ("effectiveTime", "value", "20261122101500.+0100"),
        ("effectiveTime", "nullFlavor", "NOTHING"),
        ("effectiveTime", "unknown", "1"),
    ],
)
def test_an_attribute_keeps_its_form(path, attribute, value):
    root = document(NULL_BODY)
    root.find(q(HL7, path)).set(attribute, value)
    assert refused(root)


@pytest.mark.parametrize(
    "value", ["2026", "202611", "20261122", "2026112210", "20261122101500+0100", "20261122101500.5-1000"]
)
def test_a_time_may_have_any_precision(value):
    root = document(NULL_BODY)
    root.find(q(HL7, "effectiveTime")).set("value", value)
    assert accepted(root)


@pytest.mark.parametrize(
    "kind, good", [("XFRM", True), ("RPLC", True), ("APND", True), ("SOMETHING", False), (None, False)]
)
def test_a_related_document_says_how_it_is_related(kind, good):
    root = document(NULL_BODY)
    type_code = f" typeCode='{kind}'" if kind else ""
    parent = "<parentDocument><id root='2.999.9'/></parentDocument>"
    related = f"<relatedDocument xmlns='{HL7}'{type_code}>{parent}</relatedDocument>"
    root.find(q(HL7, "component")).addprevious(etree.fromstring(related))
    assert refused(root) is not good


# --- data types

VALUES = {
    "BL": "<value xsi:type='BL' value='true'/>",
    "ED": "<value xsi:type='ED' mediaType='text/plain'>seen<reference value='#a'/></value>",
    "ST": "<value xsi:type='ST'>seen</value>",
    "SC": "<value xsi:type='SC' code='1' codeSystem='2.999'>seen</value>",
    "CD": "<value xsi:type='CD' nullFlavor='OTH'><originalText>x</originalText><qualifier><name code='1' "
    "codeSystem='2.999'/>"
    "<value code='2' codeSystem='2.999'/></qualifier><translation code='3' codeSystem='2.999'>"
    "<translation code='4' codeSystem='2.999'/></translation></value>",
    "CE": "<value xsi:type='CE' code='1' codeSystem='2.999' displayName='x'><translation code='3' "
    "codeSystem='2.999'/></value>",
    "CV": "<value xsi:type='CV' code='1' codeSystem='2.999'><originalText>x</originalText></value>",
    "CS": "<value xsi:type='CS' code='completed'/>",
    "CO": "<value xsi:type='CO' code='1' codeSystem='2.999'/>",
    "II": "<value xsi:type='II' root='1A2B3C4D-0000-0000-0000-00000000000F'/>",
    "INT": "<value xsi:type='INT' value='-3'/>",
    "REAL": "<value xsi:type='REAL' value='2.5E3'/>",
    "PQ": "<value xsi:type='PQ' value='5.6' unit='mmol/L'><translation value='56' code='x' "
    "codeSystem='2.999'/></value>",
    "IVL_PQ": "<value xsi:type='IVL_PQ'><low value='3' unit='g'/><high value='4' unit='g' "
    "inclusive='false'/></value>",
    "IVL_INT": "<value xsi:type='IVL_INT'><high value='4'/></value>",
    "RTO": "<value xsi:type='RTO'><numerator xsi:type='PQ' value='1' unit='mg'/>"
    "<denominator xsi:type='INT' value='2'/></value>",
    "RTO_PQ_PQ": "<value xsi:type='RTO_PQ_PQ'><numerator value='1' unit='mg'/><denominator value='2' "
    "unit='mL'/></value>",
    "MO": "<value xsi:type='MO' value='10' currency='NOK'/>",
    "TS": "<value xsi:type='TS' value='20270318'/>",
    "IVL_TS": "<value xsi:type='IVL_TS'><center value='2026'/><width value='2' unit='a'/></value>",
    "PIVL_TS": "<value xsi:type='PIVL_TS'><phase><low value='202601010800'/></phase><period value='8' "
    "unit='h'/></value>",
    "EIVL_TS": "<value xsi:type='EIVL_TS'><event code='ACM'/><offset><low value='30' unit='min'/>"
    "</offset></value>",
    "SXPR_TS": "<value xsi:type='SXPR_TS'><comp xsi:type='EIVL_TS'><event code='HS'/></comp>"
    "<comp operator='A' value='2026'/></value>",
    "TEL": "<value xsi:type='TEL' value='tel:+351239000111' use='WP MC'/>",
    "AD": "<value xsi:type='AD'><houseNumber>1</houseNumber><streetName>X</streetName>"
    "<postBox>9</postBox></value>",
    "PN": "<value xsi:type='PN'><given>A</given><prefix qualifier='AC'>Dr</prefix><family>B</family>"
    "<given>C</given></value>",
    "ON": "<value xsi:type='ON'>Clinic</value>",
    "TN": "<value xsi:type='TN'>Word</value>",
    "SLIST_PQ": "<value xsi:type='SLIST_PQ'><origin value='0' unit='uV'/><scale value='5' unit='uV'/>"
    "<digits>1 2 -3</digits></value>",
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_every_data_type_may_be_a_value(name):
    assert accepted(with_value(VALUES[name]))


@pytest.mark.parametrize("name", VALUES)
def test_a_type_may_carry_a_prefix_that_is_declared(name):
    assert accepted(with_value(VALUES[name].replace("xsi:type='", "xsi:type='hl7:")))
    assert refused(with_value(VALUES[name].replace("xsi:type='", "hl7:type='hl7:")))


@pytest.mark.parametrize(
    "value",
    [
        "<value code='1' codeSystem='2.999'/>",  # the type is missing
        "<value xsi:type='XX' value='1'/>",  # no such type
        "<value xsi:type='ns1:PQ' value='1'/>",  # a prefix that nobody declared
        "<value xsi:type='ANY' nullFlavor='UNK'/>",  # abstract
        "<value xsi:type='BL' value='1'/>",
        "<value xsi:type='INT' value='1.5'/>",
        "<value xsi:type='PQ' value='many' unit='g'/>",
        "<value xsi:type='PQ' value='1' unit='a b'/>",
        "<value xsi:type='ST'>x<reference value='#a'/></value>",
        "<value xsi:type='CS' code='a' codeSystem='2.999'/>",
        "<value xsi:type='CV' code='1' codeSystem='2.999'><translation code='2' codeSystem='2.999'/></value>",
        "<value xsi:type='CE' code='1' codeSystem='2.999'><qualifier/></value>",
        "<value xsi:type='CD' code='1' codeSystem='2.999'><translation code='2' codeSystem='2.999'/>"
        "<originalText>x</originalText></value>",
        "<value xsi:type='IVL_PQ'><high value='4'/><low value='3'/></value>",
        "<value xsi:type='IVL_TS'><low value='2026'/><center value='2026'/></value>",
        "<value xsi:type='RTO'><numerator value='1'/><denominator xsi:type='INT' value='2'/></value>",
        "<value xsi:type='RTO_PQ_PQ'><denominator value='2'/><numerator value='1'/></value>",
        "<value xsi:type='PIVL_TS'><period value='8' unit='h'/><phase/></value>",
        "<value xsi:type='EIVL_TS'><event code='ACM' codeSystem='2.999'/></value>",
        "<value xsi:type='SXPR_TS'><comp value='2026'/></value>",
        "<value xsi:type='ON'><family>x</family></value>",
        "<value xsi:type='TN'><given>x</given></value>",
        "<value xsi:type='AD'><village>x</village></value>",
        "<value xsi:type='II' root='no oid!'/>",
    ],
)
def test_a_value_that_breaks_its_type_is_refused(value):
    assert refused(with_value(value))


def test_a_violation_names_the_place_with_customary_prefixes():
    root = with_value("<value xsi:type='PQ' value='many'/>")
    found = violations(root, Schema.CDA)
    assert found[0].path.endswith("/hl7:entry[1]/hl7:observation[1]/hl7:value[1]")


def test_another_root_is_refused():
    assert refused(etree.fromstring(f"<Bundle xmlns='{HL7}'/>"))


# --- public samples: verdicts known and understood

FAULTY = {
    "ep/1-1234-W1.xml": "no corresponding namespace declaration",
    "ep/1-1234-W3.xml": "marketingAuthorizationHolder",
    "ep/1-1234-W4.xml": "marketingAuthorizationHolder",
    "ep/1-1234-W5.xml": "marketingAuthorizationHolder",
    "ep/ePsample_UNK.xml": "Missing child element",
    "ps/PT_CDA_W3_810813305_NontoxicNodularGoiter_CompleteThyroidectomy.xml": "marketingAuthorizationHolder",
    "ps/RTD_CCD_Martha_as_PS-2a787.xml": "p': This element is not expected",
    "ps/RTD_CCD_Martha_as_PS.xml": "p': This element is not expected",
}


def test_public_documents_fail_only_for_their_own_mistakes():
    folder = samples() / "cda"
    files = sorted(folder.glob("*/*.xml"))
    verdicts = {}
    for file in files:
        found = violations(etree.parse(file).getroot(), Schema.CDA, explain=False)
        if found:
            verdicts[str(file.relative_to(folder))] = " ".join(one.message for one in found)
    assert len(files) >= 61
    assert verdicts.keys() == FAULTY.keys()
    assert [name for name, words in FAULTY.items() if words not in verdicts[name]] == []
