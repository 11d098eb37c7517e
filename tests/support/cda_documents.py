"""Small CDA documents of our own, put together from the parts that a test is about."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:pharm="urn:hl7-org:pharm"
  xmlns:epsos="urn:epsos-org:ep:medication" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id root="2.999.7" extension="doc-1"/>
<code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>
<title>Resumo</title><effectiveTime value="20260301101500+0100"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="{language}"/>
<recordTarget><patientRole>{ids}<addr><city>Porto</city><country>PT</country></addr>
<patient><name><given>Inês</given><given>Maria</given><family>Sousa</family><family>Lima</family></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="{birth}"/>{guardian}
</patient></patientRole></recordTarget>
<author><functionCode code="2211" codeSystem="2.16.840.1.113883.2.9.6.2.7"/><time value="20260301"/>
<assignedAuthor><id root="2.999.8" extension="med-9"/><assignedPerson><name><given>Rui</given>
<family>Costa</family></name></assignedPerson>
<representedOrganization><id root="2.999.8.1" extension="org-3"/>
<name>Centro de Testes</name><telecom value="tel:+351220000000" use="WP"/></representedOrganization>
</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="2.999.8.2"/>
<name>Registo de Testes</name></representedCustodianOrganization></assignedCustodian></custodian>{more}
"""
ID = '<id root="2.999.9" extension="777001"/>'
REQUIRED = ("48765-2", "10160-0", "11450-4", "46264-8", "47519-4")


def document(
    body, *, code="60591-5", language="pt-PT", ids=ID, birth="19890214", guardian="", more="", extra_ns=""
):
    """A whole document round a body as bytes."""
    head = HEAD.format(code=code, language=language, ids=ids, birth=birth, guardian=guardian, more=more)
    return f"{head}<component>{body}</component></ClinicalDocument>".encode()


def structured(*sections):
    """A structured body."""
    parts = "".join(f"<component>{part}</component>" for part in sections)
    return f"<structuredBody>{parts}</structuredBody>"


def section(loinc, *entries, text="", system="2.16.840.1.113883.6.1", title="Título"):
    """A section with its entries; each is the content of `entry`."""
    inside = "".join(f"<entry>{one}</entry>" for one in entries)
    return (
        f'<section><code code="{loinc}" codeSystem="{system}"/><title>{title}</title>'
        f"<text>{text}</text>{inside}</section>"
    )


def summary(*sections, **options):
    """A patient summary that holds just these sections."""
    return document(structured(*sections), **options)


def cd(name, code, system, text=None, inner="", xsi_type=None):
    """A coded element."""
    kind = f' xsi:type="{xsi_type}"' if xsi_type else ""
    words = f' displayName="{text}"' if text else ""
    return f'<{name}{kind} code="{code}" codeSystem="{system}"{words}>{inner}</{name}>'


SNOMED = "2.16.840.1.113883.6.96"
ICD10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
ATC = "2.16.840.1.113883.6.73"
LOINC = "2.16.840.1.113883.6.1"
EDQM = "0.4.0.127.0.16.1.1.2.1"
ABSENT = "2.16.840.1.113883.5.1150.1"


def allergy(agent="", value="", *, inner="", negated="", status="active"):
    """A concern act with one allergy observation."""
    csm = (
        '<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">'
        f"{agent}</playingEntity></participantRole></participant>"
        if agent
        else ""
    )
    return (
        f'<act classCode="ACT" moodCode="EVN"><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>'
        f'<statusCode code="{status}"/><entryRelationship typeCode="SUBJ">'
        f'<observation classCode="OBS" moodCode="EVN"{negated}>'
        f'<code code="420134006" codeSystem="{SNOMED}"/><statusCode code="completed"/>{value}{csm}{inner}'
        "</observation></entryRelationship></act>"
    )


def qualified(type_code, code, value, system="2.16.840.1.113883.6.1"):
    """An observation that qualifies the one it hangs on."""
    return (
        f'<entryRelationship typeCode="{type_code}"><observation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{system}"/><statusCode code="completed"/>{value}'
        "</observation></entryRelationship>"
    )


def problem(value, *, inner="", negated="", status="active"):
    """A concern act with one problem observation."""
    return (
        f'<act classCode="ACT" moodCode="EVN"><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>'
        f'<statusCode code="{status}"/><entryRelationship typeCode="SUBJ">'
        f'<observation classCode="OBS" moodCode="EVN"{negated}>'
        f'<code code="282291009" codeSystem="{SNOMED}"/><statusCode code="completed"/>'
        f'<effectiveTime><low value="20190503"/></effectiveTime>{value}{inner}'
        "</observation></entryRelationship></act>"
    )


def medication(times="", dose="", material="", *, inner="", negated="", status="active", tail=""):
    """A substanceAdministration with one product."""
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="INT"{negated}>'
        f'<id root="2.999.5" extension="m1"/><statusCode code="{status}"/>{times}{dose}'
        f"<consumable><manufacturedProduct><manufacturedMaterial>{material}</manufacturedMaterial>{tail}</manufacturedProduct></consumable>{inner}</substanceAdministration>"
    )


TABLET = f'<pharm:formCode code="10219000" codeSystem="{EDQM}"/>'


def ingredient(code="H03AA01", numerator='value="100" unit="ug"', denominator='value="1" unit="1"', name=""):
    """A pharm ingredient with strength."""
    return (
        '<pharm:ingredient classCode="ACTI"><pharm:quantity>'
        f'<numerator xsi:type="PQ" {numerator}/><denominator xsi:type="PQ" {denominator}/></pharm:quantity>'
        f'<pharm:ingredientSubstance><pharm:code code="{code}" codeSystem="{ATC}"/>{name}'
        "</pharm:ingredientSubstance></pharm:ingredient>"
    )


def immunisation(*, negated="", status="completed"):
    """A vaccination."""
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN"{negated}><statusCode code="{status}"/>'
        '<effectiveTime value="20240310"/><consumable><manufacturedProduct><manufacturedMaterial>'
        f'<code code="J07AM" codeSystem="{ATC}"/><name>Vacinex</name><lotNumberText>L-42</lotNumberText>'
        "</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>"
    )


def observation(code, value, *, system=SNOMED, inner="", text=None):
    """A single observation."""
    words = f' displayName="{text}"' if text else ""
    return (
        '<observation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{system}"{words}/><statusCode code="completed"/>'
        f'<effectiveTime value="20250601"/>{value}{inner}</observation>'
    )


def device(code):
    """A supply of one device."""
    return (
        '<supply classCode="SPLY" moodCode="EVN"><participant typeCode="DEV"><participantRole>'
        f"<playingDevice>{code}</playingDevice></participantRole></participant></supply>"
    )


def no_medication(code):
    """A statement that there is nothing to list, or that nothing is known."""
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN"><code code="{code}" '
        f'codeSystem="{ABSENT}"/></substanceAdministration>'
    )


def supply(material, *, inner="", amount="2"):
    """A dispensation of one product."""
    return (
        '<supply classCode="SPLY" moodCode="EVN"><id root="2.999.6" extension="d1"/>'
        f'<quantity value="{amount}" unit="1"/><product><manufacturedProduct><manufacturedMaterial>{material}'
        "</manufacturedMaterial></manufacturedProduct></product><performer><time value='20260302'/>"
        "<assignedEntity><id root='2.999.6.1'/><assignedPerson><name><given>Ana</given></name>"
        f"</assignedPerson></assignedEntity></performer>{inner}</supply>"
    )


def rich():
    """A summary with an entry in most sections, both kinds of dosing and a kit."""
    graded = qualified("SUBJ", "SEV", cd("value", "24484000", SNOMED, xsi_type="CD"), "2.16.840.1.113883.5.4")
    reaction = (
        '<entryRelationship typeCode="MFST"><observation classCode="OBS" moodCode="EVN">'
        f'<code code="418799008" codeSystem="{SNOMED}"/>'
        f"{cd('value', '43116000', SNOMED, xsi_type='CD')}{graded}"
        "</observation></entryRelationship>"
    )
    strong = 'value="10" unit="mg"'
    part = (
        '<pharm:part><pharm:quantity value="1" unit="1"/><pharm:partProduct><pharm:name>Creme</pharm:name>'
        f"{ingredient('C07AB02', strong)}"
        "</pharm:partProduct></pharm:part>"
    )
    times = (
        '<effectiveTime xsi:type="IVL_TS"><low value="20250101"/><high value="20250108"/></effectiveTime>'
        '<effectiveTime xsi:type="PIVL_TS" operator="A" institutionSpecified="true">'
        '<period value="8" unit="h"/></effectiveTime>'
        '<effectiveTime xsi:type="EIVL_TS" operator="A"><event code="HS"/></effectiveTime>'
    )
    dose = '<doseQuantity><low value="1" unit="1"/><high value="2" unit="1"/></doseQuantity>'
    rows = '<paragraph ID="p1">Uma frase</paragraph><table><tr><td>um</td><td>dois</td></tr></table>'
    return summary(
        section("48765-2", allergy(cd("code", "260176001", SNOMED), inner=reaction), text=rows),
        section("11450-4", problem(cd("value", "J45", ICD10, "Asthma", xsi_type="CD"))),
        section("10160-0", medication(times, dose, f"<name>Tirox</name>{TABLET}{ingredient()}{part}")),
        section("46264-8", device(cd("code", "14106009", SNOMED, "Pacemaker"))),
        section(
            "47519-4", no_medication("no-procedure-info").replace("substanceAdministration", "procedure")
        ),
        section("11369-6", immunisation(), immunisation(negated=' negationInd="true"')),
        section("30954-2", observation("718-7", '<value xsi:type="PQ" value="17" unit="g/dL"/>', text="Hb")),
        section("99999-9", "<encounter><text>Outra coisa</text></encounter>", title="Desconhecida"),
        more='<relatedDocument typeCode="XFRM"><parentDocument><id root="2.999.77"/></parentDocument>'
        "</relatedDocument>",
    )
