"""One valid message of each kind, written out by hand from the profile, not made by our serialiser."""

import re

SIGNATURE = """
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <ds:SignedInfo>
    <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
    <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
    <ds:Reference URI="#{id}">
      <ds:Transforms>
        <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
        <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">
          <ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xsd"/>
        </ds:Transform>
      </ds:Transforms>
      <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
      <ds:DigestValue>QUJD</ds:DigestValue>
    </ds:Reference>
  </ds:SignedInfo>
  <ds:SignatureValue>QUJDRA==</ds:SignatureValue>
  <ds:KeyInfo><ds:X509Data><ds:X509Certificate>QUJDREU=</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</ds:Signature>"""

_ASSERTION = """<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    ID="{id}" IssueInstant="2026-11-22T10:00:00.000Z" Version="2.0">
  <saml2:Issuer NameQualifier="urn:ehdsi:assertions:{kind}">{issuer}</saml2:Issuer>{signature}
  <saml2:Subject>
    <saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">kari.lege</saml2:NameID>
    <saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>
  </saml2:Subject>
  <saml2:Conditions NotBefore="2026-11-22T10:00:00.000Z" NotOnOrAfter="2026-11-22T12:00:00.000Z">
    <saml2:AudienceRestriction>
      <saml2:Audience>urn:ehdsi:assertions.audience:x-border</saml2:Audience>
    </saml2:AudienceRestriction>
  </saml2:Conditions>{advice}
  <saml2:AuthnStatement AuthnInstant="2026-11-22T10:00:00.000Z">
    <saml2:AuthnContext>
      <saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:{context}</saml2:AuthnContextClassRef>
    </saml2:AuthnContext>
  </saml2:AuthnStatement>
  <saml2:AttributeStatement>{attributes}
  </saml2:AttributeStatement>
</saml2:Assertion>"""

HCP_ID = "_6f3f2f0a-6d5c-4c0e-9a42-0d4f6a1b2c3d"
TRC_ID = "_0b9d7a54-7a2e-4f0b-8f3b-5a1e2d3c4b5a"
NOK_ID = "_c1d2e3f4-1111-4222-8333-444455556666"
PERMISSION = "urn:oasis:names:tc:xspa:1.0:subject:hl7:permission"
ROLE = (
    '<Role xmlns="urn:hl7-org:v3" code="221" codeSystem="2.16.840.1.113883.2.9.6.2.7"'
    ' codeSystemName="ISCO" displayName="Medical Doctors"/>'
)
PURPOSE = (
    '<PurposeOfUse xmlns="urn:hl7-org:v3" code="TREATMENT" codeSystem="3bc18518-d305-46c2-a8d6-94bd59856e9e"'
    ' codeSystemName="eHDSI XSPA PurposeOfUse" displayName="TREATMENT"/>'
)


def _attribute(name: str, friendly: str, *values: str) -> str:
    inside = "".join(
        f"<saml2:AttributeValue>{value}</saml2:AttributeValue>"
        if value.startswith("<")
        else f'<saml2:AttributeValue xsi:type="xsd:string">{value}</saml2:AttributeValue>'
        for value in values
    )
    return (
        f'\n    <saml2:Attribute Name="{name}" FriendlyName="{friendly}"'
        f' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">{inside}</saml2:Attribute>'
    )


_ADVICE = f"\n  <saml2:Advice><saml2:AssertionIDRef>{HCP_ID}</saml2:AssertionIDRef></saml2:Advice>"

HCP = _ASSERTION.format(
    id=HCP_ID,
    kind="hcp",
    issuer="urn:idp:NO:countryB",
    signature=SIGNATURE.format(id=HCP_ID),
    advice="",
    context="SmartcardPKI",
    attributes=_attribute(
        "urn:ihe:iti:xca:2010:homeCommunityId", "HCI Identifier", "urn:oid:2.16.578.1.12.4.5.10.1"
    )
    + _attribute("urn:oasis:names:tc:xspa:1.0:subject:subject-id", "XSPA Subject", "Kari Lege")
    + _attribute("urn:oasis:names:tc:xacml:2.0:subject:role", "XSPA Role", ROLE)
    + _attribute(
        "urn:oasis:names:tc:xspa:1.0:subject:organization", "XSPA Organization", "Fjordby legesenter"
    )
    + _attribute("urn:ehdsi:names:subject:healthcare-facility-type", "Healthcare Facility Type", "Hospital")
    + _attribute("urn:oasis:names:tc:xspa:1.0:subject:purposeofuse", "XSPA Purpose Of Use", PURPOSE)
    + _attribute("urn:oasis:names:tc:xspa:1.0:environment:locality", "XSPA Locality", "Fjordby")
    + _attribute(PERMISSION, "Hl7 Permissions", f"{PERMISSION}:PRD-003", f"{PERMISSION}:PRD-006"),
)

_OPTIONAL = re.compile(r"\n    <saml2:Attribute Name=\"[^\"]*(homeCommunityId|subject:organization)\".*")
_SECOND = re.compile(
    f'<saml2:AttributeValue xsi:type="xsd:string">{PERMISSION}:PRD-006</saml2:AttributeValue>'
)
#: The same with the six mandatory attributes only, each with one value.
MINIMAL_HCP = _SECOND.sub("", _OPTIONAL.sub("", HCP))

TRC = _ASSERTION.format(
    id=TRC_ID,
    kind="trc",
    issuer="urn:initgw:NO:countryB",
    signature=SIGNATURE.format(id=TRC_ID),
    advice=_ADVICE,
    context="PreviousSession",
    attributes=_attribute(
        "urn:oasis:names:tc:xspa:1.0:subject:subject-id",
        "XSPA Subject",
        "123456789^^^&amp;2.16.620.1.101&amp;ISO",
    )
    + _attribute("urn:oasis:names:tc:xspa:1.0:subject:purposeofuse", "XSPA Purpose Of Use", PURPOSE),
)

NOK = _ASSERTION.format(
    id=NOK_ID,
    kind="nok",
    issuer="urn:initgw:NO:countryB",
    signature=SIGNATURE.format(id=NOK_ID),
    advice=_ADVICE,
    context="PreviousSession",
    attributes=_attribute("urn:ehdsi:names:subject:nextofkin:id", "NextOfKinId", "13116900216"),
)

_DEVICE = """<device classCode="DEV" determinerCode="INSTANCE">
      <id root="{root}"/>
      <asAgent classCode="AGNT">
        <representedOrganization classCode="ORG" determinerCode="INSTANCE">
          <id root="{root}"/>
        </representedOrganization>
      </asAgent>
    </device>"""
_NORWAY = _DEVICE.format(root="2.16.578.1.12.4.5.10.1")
_PORTUGAL = _DEVICE.format(root="2.16.17.710.820.1000.990.1")
_PARAMETERS = """<parameterList>
        <livingSubjectAdministrativeGender>
          <value code="F"/><semanticsText>LivingSubject.administrativeGender</semanticsText>
        </livingSubjectAdministrativeGender>
        <livingSubjectBirthTime>
          <value value="19600101"/><semanticsText>LivingSubject.birthTime</semanticsText>
        </livingSubjectBirthTime>
        <livingSubjectId>
          <value root="2.16.620.1.101.10.1.1" extension="123456789"/>
          <semanticsText>LivingSubject.id</semanticsText>
        </livingSubjectId>
        <livingSubjectName>
          <value><family>Sintra</family><given>Ana</given></value>
          <semanticsText>LivingSubject.name</semanticsText>
        </livingSubjectName>
        <patientAddress>
          <value><streetName>Rua Nova 1</streetName><city>Porto</city><country>PT</country></value>
          <semanticsText>Patient.addr</semanticsText>
        </patientAddress>
      </parameterList>"""

XCPD_REQUEST = f"""<PRPA_IN201305UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">
  <id root="3d1ab927-4ded-4cb2-a077-18d25a62869c" extension="3122391072"/>
  <creationTime value="20261122100000.071+0000"/>
  <versionCode code="V3PR1"/>
  <interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201305UV02"/>
  <processingCode code="P"/>
  <processingModeCode code="T"/>
  <acceptAckCode code="AL"/>
  <receiver typeCode="RCV">
    {_PORTUGAL}
  </receiver>
  <sender typeCode="SND">
    {_NORWAY}
  </sender>
  <controlActProcess classCode="CACT" moodCode="EVN">
    <code code="PRPA_TE201305UV02" codeSystem="2.16.840.1.113883.1.6" codeSystemName="2.16.840.1.113883.1.6"/>
    <authorOrPerformer typeCode="AUT"><assignedPerson classCode="ASSIGNED"/></authorOrPerformer>
    <queryByParameter>
      <queryId root="0f2b3c4d-1111-4222-8333-444455556666"/>
      <statusCode code="new"/>
      <responseModalityCode code="R"/>
      <responsePriorityCode code="I"/>
      <matchCriterionList/>
      {_PARAMETERS}
    </queryByParameter>
  </controlActProcess>
</PRPA_IN201305UV02>"""

_RESPONSE = """<PRPA_IN201306UV02 xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    ITSVersion="XML_1.0">
  <id root="7a1ab927-4ded-4cb2-a077-18d25a62869c"/>
  <creationTime value="20261122100001.000+0000"/>
  <versionCode code="V3PR1"/>
  <interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201306UV02"/>
  <processingCode code="P"/>
  <processingModeCode code="T"/>
  <acceptAckCode code="NE"/>
  <receiver typeCode="RCV">
    {norway}
  </receiver>
  <sender typeCode="SND">
    <device classCode="DEV" determinerCode="INSTANCE"><id root="2.16.17.710.820.1000.990.1"/></device>
  </sender>
  <acknowledgement>
    <typeCode code="{ack}"/>
    <targetMessage>
      <id root="3d1ab927-4ded-4cb2-a077-18d25a62869c" extension="3122391072"/>
    </targetMessage>{detail}
  </acknowledgement>
  <controlActProcess classCode="CACT" moodCode="EVN">
    <code code="PRPA_TE201306UV02"/>{content}
    <queryAck>
      <queryId root="0f2b3c4d-1111-4222-8333-444455556666"/>
      <statusCode code="{status}"/>
      <queryResponseCode code="{answer}"/>
    </queryAck>
    <queryByParameter>
      <queryId root="0f2b3c4d-1111-4222-8333-444455556666"/>
      <statusCode code="new"/>
      {parameters}
    </queryByParameter>
  </controlActProcess>
</PRPA_IN201306UV02>"""

XCPD_MATCH = _RESPONSE.format(
    norway=_NORWAY,
    ack="AA",
    detail="",
    status="deliveredResponse",
    answer="OK",
    parameters=_PARAMETERS,
    content="""
    <subject typeCode="SUBJ">
      <registrationEvent classCode="REG" moodCode="EVN">
        <id nullFlavor="NA"/>
        <statusCode code="active"/>
        <subject1 typeCode="SBJ">
          <patient classCode="PAT">
            <id root="2.16.620.1.101.10.1.1" extension="123456789"/>
            <statusCode code="active"/>
            <patientPerson classCode="PSN" determinerCode="INSTANCE">
              <name><family>Sintra</family><given>Ana</given></name>
              <telecom value="tel:+351000000000" use="HP"/>
              <administrativeGenderCode code="F"/>
              <birthTime value="19600101"/>
              <addr><city>Porto</city><postalCode>4000</postalCode>
                <streetAddressLine>Rua Nova 1</streetAddressLine><country>PT</country></addr>
            </patientPerson>
            <subjectOf1>
              <queryMatchObservation classCode="OBS" moodCode="EVN">
                <code code="IHE_PDQ" codeSystem="2.16.840.1.113883.1.11.19914"/>
                <value xsi:type="INT" value="100"/>
              </queryMatchObservation>
            </subjectOf1>
          </patient>
        </subject1>
        <custodian typeCode="CST">
          <assignedEntity classCode="ASSIGNED">
            <id root="2.16.17.710.820.1000.990.1"/>
            <code code="NotHealthDataLocator" codeSystem="1.3.6.1.4.1.19376.1.2.27.2"/>
          </assignedEntity>
        </custodian>
      </registrationEvent>
    </subject>""",
)

XCPD_REFUSAL = _RESPONSE.format(
    norway=_NORWAY,
    ack="AE",
    status="aborted",
    answer="AE",
    parameters=_PARAMETERS,
    detail="""
    <acknowledgementDetail>
      <code code="ERROR_PI_NO_MATCH"/><text>no match^none here</text><location/>
    </acknowledgementDetail>""",
    content="""
    <reasonOf typeCode="RSON">
      <detectedIssueEvent classCode="ALRT" moodCode="EVN">
        <code code="ActAdministrativeDetectedIssueCode" codeSystem="2.16.840.1.113883.5.4"/>
        <mitigatedBy typeCode="MITGT">
          <detectedIssueManagement classCode="ACT" moodCode="EVN">
            <code code="AnswerNotAvailable" codeSystem="1.3.6.1.4.1.19376.1.2.27.3"/>
          </detectedIssueManagement>
        </mitigatedBy>
        <triggerFor typeCode="TRIG">
          <actOrderRequired classCode="ACT" moodCode="RQO">
            <code code="EHICDataRequested" codeSystem="1.3.6.1.4.1.12559.11.10.1.3.2.2.1"/>
          </actOrderRequired>
        </triggerFor>
      </detectedIssueEvent>
    </reasonOf>""",
)
