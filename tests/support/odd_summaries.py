"""Summaries of ours that look like no public sample: lawful, and unusual in one way each."""

from tests.support.cda_documents import (
    ABSENT,
    ATC,
    ICD10,
    LOINC,
    SNOMED,
    allergy,
    cd,
    document,
    no_medication,
    observation,
    problem,
    qualified,
    section,
    structured,
    summary,
)
from tests.support.odd_prescriptions import Odd

ALLERGY_CERTAINTY = "2.16.840.1.113883.4.642.4.1371"
CONDITION_CERTAINTY = "2.16.840.1.113883.4.642.4.1075"
OBSERVATION = '<observation classCode="OBS" moodCode="EVN">'


def guardians_and_many_ids() -> Odd:
    """A child with a person and an organisation as guardians, four ids, two names, and a year of birth."""
    guardians = """<guardian classCode="GUARD"><code code="MTH" codeSystem="2.16.840.1.113883.5.111"/>
      <addr use="HP"><streetName>Rua Sem Saída</streetName><houseNumber>4-B</houseNumber><postBox>77</postBox>
      <city>Beja</city></addr><telecom value="fax:+351284000111" use="HP"/><telecom nullFlavor="MSK"/>
      <guardianPerson><name use="L"><given qualifier="CL">Zita</given><family>Lampreia</family></name>
      </guardianPerson></guardian>
      <guardian classCode="GUARD"><guardianOrganization><id root="2.999.55"/><name>Casa do Rio</name>
      </guardianOrganization></guardian>"""
    ids = """<id root="2.999.9" extension="777001"/><id root="2.999.10" extension="SNS-1"
      assigningAuthorityName="SNS"/><id root="2.999.11.5"/><id nullFlavor="MSK" root="2.999.12"/>"""
    words = ("Zita", "Lampreia", "Casa do Rio", "SNS-1", "2.999.11.5", "4-B", "2019", "777001")
    body = structured(section("48765-2", allergy(cd("code", "260176001", SNOMED))))
    return document(body, ids=ids, birth="2019", guardian=guardians), words


def every_absence() -> Odd:
    """Known none, no information, a bare flavour, an old code, a denied class, and two sections missing."""
    value = cd("value", "no-known-food-allergies", ABSENT, xsi_type="CD")
    old = cd("value", "160245001", SNOMED, xsi_type="CD")
    procedure = (
        '<procedure classCode="PROC" moodCode="EVN"><code nullFlavor="NI"/>'
        '<text><reference value="#nada"/></text></procedure>'
    )
    return summary(
        section("48765-2", allergy(value=value), text="<paragraph>Sem alergias alimentares</paragraph>"),
        section("11450-4", problem(old)),
        section(
            "10160-0", no_medication("no-medication-info").replace("/></substance", f"/>{NO_DRUG}</substance")
        ),
        section("47519-4", procedure, text='<paragraph ID="nada">Nada a declarar aqui</paragraph>'),
    ), ("Nada a declarar aqui", "Ikke mottatt", "Ikke opplyst")


NO_DRUG = (
    '<consumable><manufacturedProduct><manufacturedMaterial nullFlavor="NA"/>'
    "</manufacturedProduct></consumable>"
)


def denied_and_listed() -> Odd:
    """No known allergies beside a real one, which no code names."""
    none = allergy(value=cd("value", "no-known-allergies", ABSENT, xsi_type="CD"))
    agent = '<code nullFlavor="OTH"><originalText>pólen de oliveira</originalText></code><name>Olea</name>'
    return summary(section("48765-2", none, allergy(agent))), ("pólen de oliveira", "Olea")


def told_in_text_alone() -> Odd:
    """Entries without a code: a medicine, an allergy and a problem that only refer to the narrative."""
    text = (
        '<list listType="ordered"><item ID="um">Xarope da avó</item><item><content ID="dois">Picada de '
        '<sub>abelha</sub></content></item></list><paragraph ID="tres">Dor antiga <br/> no joelho</paragraph>'
    )
    drug = (
        '<substanceAdministration classCode="SBADM" moodCode="INT" nullFlavor="UNK"><text>'
        f'<reference value="#um"/></text><effectiveTime nullFlavor="UNK"/>{NO_DRUG}</substanceAdministration>'
    )
    sting = '<code nullFlavor="UNK"><originalText><reference value="dois"/></originalText></code>'
    pain = (
        '<value xsi:type="CD" nullFlavor="UNK"><originalText><reference value="#tres"/>'
        "</originalText></value>"
    )
    return summary(
        section("10160-0", drug, text=text),
        section("48765-2", allergy(sting)),
        section("11450-4", problem(pain)),
    ), ("Xarope da avó", "Picada de abelha", "Dor antiga no joelho")


def which_side() -> Odd:
    """Left in a qualifier, both in another, and a site that only the country knows."""

    def done(code: str, site: str) -> str:
        return (
            f'<procedure classCode="PROC" moodCode="EVN"><code code="{code}" codeSystem="{SNOMED}"/>'
            f'<effectiveTime value="2026"/>{site}</procedure>'
        )

    def sided(side: str) -> str:
        name = '<name code="272741003" codeSystem="2.16.840.1.113883.6.96"/>'
        value = f'<value code="{side}" codeSystem="{SNOMED}"/>'
        inner = f"<qualifier>{name}{value}</qualifier>"
        return cd("targetSiteCode", "29836001", SNOMED, "Hip region structure", inner)

    home = (
        '<targetSiteCode nullFlavor="OTH"><originalText>mindinho</originalText>'
        '<translation code="M5" codeSystem="2.999.66" displayName="dedo mindinho"/></targetSiteCode>'
    )
    entries = (
        done("52734007", sided("7771000")),
        done("52734007", sided("51440002")),
        done("80146002", home),
    )
    return summary(section("47519-4", *entries)), ("Venstre", "mindinho", "Høyre og venstre")


def how_certain() -> Odd:
    """A refuted allergy, an unconfirmed one, a differential diagnosis, and an observation that is denied."""

    def certainty(code: str, system: str) -> str:
        return qualified("SUBJ", "66455-7", cd("value", code, system, xsi_type="CD"))

    refuted = allergy(cd("code", "J01CA04", ATC), inner=certainty("refuted", ALLERGY_CERTAINTY))
    doubtful = allergy(cd("code", "260176001", SNOMED), inner=certainty("unconfirmed", ALLERGY_CERTAINTY))
    perhaps = problem(
        cd("value", "I48", ICD10, xsi_type="CD"), inner=certainty("differential", CONDITION_CERTAINTY)
    )
    denied = problem(cd("value", "J45", ICD10, xsi_type="CD"), negated=' negationInd="true"')
    return summary(section("48765-2", refuted, doubtful), section("11450-4", perhaps, denied)), (
        "Avkreftet",
        "Ubekreftet",
        "amoksicillin",
        "Astma",
    )


_JUDGED = (
    '<interpretationCode code="HH" codeSystem="2.16.840.1.113883.5.83"/><methodCode code="M" '
    'codeSystem="2.999.34" displayName="fotometria"/><entryRelationship typeCode="SUBJ">'
    '<act classCode="ACT" '
    f'moodCode="EVN"><code code="48767-8" codeSystem="{LOINC}"/><text>amostra hemolisada</text></act>'
    "</entryRelationship><referenceRange><observationRange><text>3,5 a 5,1</text>"
    "<value xsi:type='IVL_PQ'>"
    "<low value='3.5' unit='mmol/L'/><high value='5.1' unit='mmol/L'/></value></observationRange>"
    "</referenceRange>"
)


def results_of_every_type() -> Odd:
    """Text, numbers, intervals, ratios, times, truth, with interpretation, method, range and comment."""
    values = (
        '<value xsi:type="ST">ligeiramente turvo</value>',
        '<value xsi:type="ED">ver relatório</value>',
        '<value xsi:type="INT" value="-3"/>',
        '<value xsi:type="REAL" value="0.050"/>',
        '<value xsi:type="PQ" value="1e3" unit="10*9/L"/>',
        '<value xsi:type="IVL_PQ"><low value="4" unit="mmol/L"/><high value="6.10" unit="mmol/L"/></value>',
        (
            '<value xsi:type="RTO_PQ_PQ"><numerator value="1" unit="1"/>'
            '<denominator value="128" unit="1"/></value>'
        ),
        '<value xsi:type="TS" value="202602"/>',
        '<value xsi:type="BL" value="true"/>',
        '<value xsi:type="CD" nullFlavor="MSK"/>',
    )
    entries = [
        observation(f"K{n}", value, system="2.999.33", text=f"Análise {n}") for n, value in enumerate(values)
    ]
    potassium = '<value xsi:type="PQ" value="6.80" unit="mmol/L"/>'
    entries.append(observation("2823-3", potassium, system=LOINC, text="Potassium", inner=_JUDGED))
    return summary(section("30954-2", *entries)), (
        "ligeiramente turvo",
        "0,050",
        "6,10",
        "6,80",
        "fotometria",
        "amostra hemolisada",
        "3,5 a 5,1",
        "februar 2026",
    )


def vital_signs_of_many_kinds() -> Odd:
    """An organizer in an organizer, times that differ, and signs beside blood pressure."""

    def sign(code: str, value: str, unit: str, at: str) -> str:
        return (
            f'<component>{OBSERVATION}<code code="{code}" codeSystem="{LOINC}" displayName="sign {code}"/>'
            f'<effectiveTime value="{at}"/><value xsi:type="PQ" value="{value}" unit="{unit}"/></observation>'
            "</component>"
        )

    frame = (
        '<organizer classCode="CLUSTER" moodCode="EVN"><code code="46680005" codeSystem="{s}"/>'
        '<statusCode code="completed"/><effectiveTime value="20260101"/>{inner}</organizer>'
    )
    inner = frame.format(s=SNOMED, inner=sign("8310-5", "38.4", "Cel", "202601010815+0100"))
    whole = sign("8480-6", "141", "mm[Hg]", "20260102") + sign("9279-1", "22", "/min", "20260101")
    nested = frame.format(s=SNOMED, inner=f"{whole}<component>{inner}</component>")
    return summary(section("8716-3", nested)), ("38,4", "141", "22", "02.01.2026")


def sections_nobody_knows() -> Odd:
    """Travel history and a section without a code, nested three deep, with entries of rare kinds."""
    seen = (
        '<encounter classCode="ENC" moodCode="EVN">'
        '<code code="V" codeSystem="2.999.35" displayName="Visita"/>'
        '<effectiveTime><low value="2026"/></effectiveTime></encounter>',
        '<observationMedia classCode="OBS" moodCode="EVN"><value mediaType="image/png" representation="B64">'
        "iVBORw0KGgo=</value></observationMedia>",
    )
    deepest = section("8648-8", text="<paragraph>Na gruta mais funda</paragraph>", title="Fundo")
    middle = section("10182-4", *seen, text="<paragraph>Madagáscar 2025</paragraph>", title="Viagens")
    middle = middle.replace("</section>", f"<component>{deepest}</component></section>")
    outer = f"<section><title>Sem código</title><text>Início</text><component>{middle}</component></section>"
    return summary(outer), ("Sem código", "Madagáscar 2025", "Na gruta mais funda", "Visita", "Viagens")


def denied_in_three_ways() -> Odd:
    """A medicine not taken, a vaccine not given by its status, and a relation that is denied."""
    material = '<name>Nuncamais</name><pharm:formCode code="10219000" codeSystem="0.4.0.127.0.16.1.1.2.1"/>'
    side_effect = (
        f'<entryRelationship typeCode="CAUS" negationInd="true">{OBSERVATION}<code code="404684003" '
        f'codeSystem="{SNOMED}"/><value xsi:type="CD" code="R42" codeSystem="{ICD10}"/></observation>'
        "</entryRelationship>"
    )
    drug = (
        '<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="true">'
        '<statusCode code="active"/>'
        '<effectiveTime xsi:type="IVL_TS"><low nullFlavor="UNK"/></effectiveTime><consumable>'
        "<manufacturedProduct>"
        f"<manufacturedMaterial>{material}</manufacturedMaterial></manufacturedProduct>"
        f"</consumable>{side_effect}"
        "</substanceAdministration>"
    )
    vaccine = (
        '<substanceAdministration classCode="SBADM" moodCode="EVN"><statusCode code="aborted"/>'
        '<effectiveTime value="20240310"/><consumable><manufacturedProduct><manufacturedMaterial>'
        f'<code code="J07AM" codeSystem="{ATC}" displayName="Tetanus vaccines"/>'
        "<lotNumberText>L-42</lotNumberText>"
        "</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>"
    )
    words = ("Nuncamais", "L-42", "Brukes ikke", "Ikke gitt")
    return summary(section("10160-0", drug), section("11369-6", vaccine)), words


SUMMARIES = (
    guardians_and_many_ids,
    every_absence,
    denied_and_listed,
    told_in_text_alone,
    which_side,
    how_certain,
    results_of_every_type,
    vital_signs_of_many_kinds,
    sections_nobody_knows,
    denied_in_three_ways,
)
