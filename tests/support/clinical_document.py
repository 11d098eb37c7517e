"""Small clinical documents, to break in one place at a time."""

from lxml import etree

from schemas.namespaces import EPSOS, HL7, PHARM, XSI, q
from schemas.validate import Schema, violations

HEADER = """
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="1.3.6.1.4.1.12559.11.10.1.3.1.1.3"/>
  <id root="2.999.1" extension="D1"/>
  <code code="60591-5" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Summary</title>
  <effectiveTime value="20261122101500+0100"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="pt-PT"/>
  <recordTarget><patientRole>
    <id root="2.999.2" extension="P1"/>
    <addr><city>Coimbra</city><country>PT</country></addr>
    <telecom nullFlavor="NI"/>
    <patient>
      <name><given>Ana</given><family>Costa</family></name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="19850312"/>
    </patient>
  </patientRole></recordTarget>
  <author>
    <time value="20261122"/>
    <assignedAuthor>
      <id root="2.999.3"/>
      <representedOrganization><name>Clinic</name></representedOrganization>
    </assignedAuthor>
  </author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id root="2.999.4"/><name>Clinic</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
"""


def document(body: str) -> etree._Element:
    """A complete document round `body`, the content of `ClinicalDocument/component`."""
    text = (
        f'<ClinicalDocument xmlns="{HL7}" xmlns:hl7="{HL7}" xmlns:pharm="{PHARM}" xmlns:epsos="{EPSOS}" '
        f'xmlns:xsi="{XSI}">'
        f"{HEADER}<component>{body}</component></ClinicalDocument>"
    )
    return etree.fromstring(text, etree.XMLParser(remove_blank_text=True))


def with_section(content: str) -> etree._Element:
    """A document of one section."""
    section = f"<section><code code='1' codeSystem='2.999'/>{content}</section>"
    return document(f"<structuredBody><component>{section}</component></structuredBody>")


def with_entry(statement: str) -> etree._Element:
    """A document of one section with one entry."""
    return with_section(f"<entry>{statement}</entry>")


def with_value(value: str) -> etree._Element:
    """A document whose one observation holds `value`, a value element."""
    return with_entry(
        "<observation classCode='OBS' moodCode='EVN'><code code='1' codeSystem='2.999'/>"
        f"{value}</observation>"
    )


def with_medicine(material: str, timing: str = "") -> etree._Element:
    """A document whose one entry gives a medicine: the content of its material, and when it is taken."""
    return with_entry(
        f"<substanceAdministration classCode='SBADM' moodCode='INT'>{timing}<consumable><manufacturedProduct>"
        f"<manufacturedMaterial>{material}</manufacturedMaterial></manufacturedProduct></consumable>"
        "</substanceAdministration>"
    )


def with_narrative(narrative: str) -> etree._Element:
    """A document of one section that holds text only."""
    return with_section(f"<text>{narrative}</text>")


def narrative_targets(root: etree._Element) -> list[str]:
    """Every ID that a reference may point to."""
    return [target for el in root.iter(etree.Element) if (target := el.get("ID"))]


def narrative_references(root: etree._Element) -> list[str]:
    """What the references into the narrative point to."""
    values = [el.get("value", "") for el in root.iter(q(HL7, "reference"))]
    return [value[1:] for value in values if value.startswith("#")]


def refused(root: etree._Element) -> bool:
    """Whether our schema finds anything wrong."""
    return violations(root, Schema.CDA, explain=False) != []


def accepted(root: etree._Element) -> bool:
    """True if our schema finds nothing wrong; a failure shows what it found."""
    assert violations(root, Schema.CDA) == []
    return True
