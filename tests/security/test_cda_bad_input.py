"""Documents that say things in the wrong place: found by damaging documents, one test per finding."""

import re

import pytest
from lxml import etree

from cda.display import page
from cda.facts import facts
from cda.parse import NotCda, parse
from cda.uncounted import uncounted
from schemas.xml import serialise
from tests.support.cda_documents import medication, rich, section, summary
from tests.support.cda_pages import CONTEXT, TERMS

TOKEN = "zq17x"
# What an attribute of no data type, of another data type, or of none at all may be called.
ATTRIBUTES = ("code", "value", "unit", "extension", "root", "currency", "vaIue", "")


def shown(data):
    """The page of a document; nothing of it is lost."""
    document = parse(data if isinstance(data, bytes) else data.encode())
    made = page(document, TERMS, context=CONTEXT)
    assert [fact for fact in facts(document, made) if fact.lost] == []
    assert [each for each in uncounted(document) if each.reason is None] == []
    assert made.missing == ()
    return made.html


def elements(root):
    """All elements but those that name rules and those of narratives."""
    narrative = {el for text in root.findall(".//{*}section/{*}text") for el in text.iter()}
    for el in root.iter(etree.Element):
        if el not in narrative and etree.QName(el).localname not in ("templateId", "typeId"):
            yield el


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_whatever_an_element_says_in_whatever_attribute_is_on_the_page(attribute):
    """One token at a time, where nothing stood before; in the last round as text beside the content."""
    root, lost = etree.fromstring(rich()), []
    for el in list(elements(root))[ATTRIBUTES.index(attribute) % 3 :: 3]:
        before = el.text if not attribute else el.get(attribute)
        if before and attribute:
            continue
        if attribute:
            el.set(attribute, TOKEN)
        else:
            el.text = f"{before or ''}{TOKEN}"
        if TOKEN not in shown(serialise(root)):
            lost.append(etree.QName(el).localname)
        if attribute:
            del el.attrib[attribute]
        else:
            el.text = before
    # A unit beside a bare time is the one thing that no reader can tell from a quantity.
    assert [name for name in lost if attribute != "unit" or name not in ("low", "high")] == []


@pytest.mark.parametrize("byte", [b"\x00", b"\x08", b"\x1b", b"\xff", b"\xed\xa0\x80", b"&#0;", b"&#xFFFE;"])
def test_characters_that_xml_forbids_are_refused_by_name(byte):
    with pytest.raises(NotCda) as refused:
        parse(rich().replace(b"Porto", b"Po" + byte + b"rto"))
    assert refused.value.reason == "not-well-formed"


STRAY = "<section><text><paragraph>Bare i teksten</paragraph></text></section>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<structuredBody>", f"<structuredBody>{STRAY}"),
        ("<component><structuredBody>", f"<component>{STRAY}<structuredBody>"),
        ("<recordTarget>", f"<recordTarget>{STRAY}"),
        ("<entry>", f"<entry>{STRAY}"),
    ],
)
def test_the_text_of_a_section_in_the_wrong_place_is_shown(old, new):
    assert "Bare i teksten" in shown(rich().decode().replace(old, new, 1))


def test_a_second_text_of_a_section_is_shown():
    twice = summary(section("10160-0", text="Den ene</text><text>Den andre"))
    assert "Den ene" in shown(twice) and "Den andre" in shown(twice)


@pytest.mark.parametrize("value", ["1", "TRUE", " true "])
def test_a_misspelt_denial_denies(value):
    data = summary(
        section("10160-0", medication(negated=f' negationInd="{value}"', material="<name>X</name>"))
    )
    assert parse(data).sections[0].entries[0].items[0].negated
    shown(data)


def test_a_denial_that_cannot_be_read_is_shown_as_received():
    data = summary(
        section("10160-0", medication(negated=' negationInd="kanskje"', material="<name>X</name>"))
    )
    assert not parse(data).sections[0].entries[0].items[0].negated
    assert "negationInd = kanskje" in shown(data)


@pytest.mark.parametrize("kind", ["II", "BL", "TS", "ST", "CD"])
def test_a_quantity_of_another_declared_type_is_shown(kind):
    value = f'<value xsi:type="{kind}" value="17" unit="g/dL"/>'
    text = shown(summary(section("30954-2", f'<observation><code code="718-7"/>{value}</observation>')))
    assert "17" in re.sub(r"<[^>]*>", " ", text) and "g/dL" in text


def test_a_text_beside_a_value_is_shown():
    value = '<value xsi:type="PQ" value="1" unit="mg">to</value>'
    assert "value = 1, unit = mg, to" in shown(
        summary(section("30954-2", f'<observation><code code="718-7"/>{value}</observation>'))
    )


def test_a_translation_that_says_nothing_known_is_shown_as_received():
    code = '<code code="718-7"><translation eCode="MFST"/></code>'
    assert "eCode = MFST" in shown(summary(section("30954-2", f"<observation>{code}</observation>")))


@pytest.mark.parametrize(
    ("unit", "said"),
    [("1", "2 doser"), ("{x}", "2 x (doser)"), ("{dose}", "2 doser"), ("mg", "2 mg (doser)")],
)
def test_a_unit_word_names_what_is_counted_and_hides_no_measure(unit, said):
    word = '<translation nullFlavor="OTH"><originalText>dose</originalText></translation>'
    amount = f'<doseQuantity value="2" unit="{unit}">{word}</doseQuantity>'
    text = shown(summary(section("10160-0", medication(dose=amount, material="<name>X</name>"))))
    assert said in text.replace("\xa0", " ")


def test_a_section_among_the_parts_of_a_name_is_shown():
    data = rich().replace(b"<given>Maria</given>", b'<section value="2010"/>')
    assert "value = 2010" in shown(data)


def test_a_document_inside_a_document_is_shown():
    inner = rich().decode().partition("?>")[2]
    text = shown(rich().replace(b"<patientRole>", f"<patientRole>{inner}".encode()))
    assert text.count("Tirox") > 1
