"""One valid registry message of each kind, written by hand from the profile, not made by our serialiser."""

_NS = (
    'xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"'
    ' xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"'
    ' xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"'
    ' xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"'
    ' xmlns:xdsb="urn:ihe:iti:xds-b:2007"'
)
PATIENT = "123456789^^^&amp;2.16.620.1.101.10.1.1&amp;ISO"
XML = "urn:uuid:11111111-1111-4111-8111-111111111111"
PDF = "urn:uuid:22222222-2222-4222-8222-222222222222"
PACKAGE = "urn:uuid:33333333-3333-4333-8333-333333333333"
SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
FAILURE = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"
_APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
_DOCUMENT = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
_LOINC = "2.16.840.1.113883.6.1"


def _slot(name: str, *values: str) -> str:
    inside = "".join(f"<rim:Value>{value}</rim:Value>" for value in values)
    return f'<rim:Slot name="{name}"><rim:ValueList>{inside}</rim:ValueList></rim:Slot>'


def _text(tag: str, value: str) -> str:
    return f'<rim:{tag}><rim:LocalizedString value="{value}"/></rim:{tag}>'


def _classification(object_: str, scheme: str, node: str, coding: str, name: str) -> str:
    return (
        f'<rim:Classification id="urn:uuid:{scheme[9:]}" classificationScheme="{scheme}"'
        f' classifiedObject="{object_}" nodeRepresentation="{node}">'
        f"{_slot('codingScheme', coding)}{_text('Name', name)}</rim:Classification>"
    )


def _identifier(object_: str, scheme: str, value: str, name: str) -> str:
    kind = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:ExternalIdentifier"
    return (
        f'<rim:ExternalIdentifier id="{scheme}" objectType="{kind}" identificationScheme="{scheme}"'
        f' registryObject="{object_}" value="{value}">{_text("Name", name)}</rim:ExternalIdentifier>'
    )


def _metadata(format_code: str) -> list[tuple[str, str, str, str]]:
    return [
        ("41a5887f-8865-4c09-adf7-e362475b143a", "60591-5", _LOINC, "Patient Summary"),
        ("f0306f51-975f-434e-a61c-c59651d33983", "60591-5", _LOINC, "Patient Summary"),
        ("a09d5840-386c-46f2-b5ad-9c3699a4309d", format_code, "eHDSI formatCodes", "Format"),
        ("f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25", "Normal"),
        ("f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "PT", "1.0.3166.1", "Portugal"),
        (
            "cccf5598-8b07-4b77-a05e-ae952c785ead",
            "Not Used",
            "eHDSI Practice Setting Codes-Not Used",
            "Not Used",
        ),
    ]


def _listed(uuid: str, format_code: str, document: str) -> str:
    return (
        f'<rim:ExtrinsicObject id="{uuid}" lid="{uuid}" home="urn:oid:2.16.17.710.820.1000.990.1"'
        f' mimeType="text/xml" objectType="{_DOCUMENT}" status="{_APPROVED}">'
        + _slot("sourcePatientId", PATIENT)
        + _slot("creationTime", "20261122100000")
        + _slot("repositoryUniqueId", "2.16.17.710.820.1000.990.1.2")
        + _slot("languageCode", "pt-PT")
        + _text("Name", "Patient Summary")
        + _text("Description", "Patient Summary")
        + '<rim:VersionInfo versionName="1.1"/>'
        + "".join(
            _classification(uuid, f"urn:uuid:{scheme}", *rest) for scheme, *rest in _metadata(format_code)
        )
        + _identifier(
            uuid, "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", PATIENT, "XDSDocumentEntry.patientId"
        )
        + _identifier(
            uuid, "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", document, "XDSDocumentEntry.uniqueId"
        )
        + "</rim:ExtrinsicObject>"
    )


def _errors(code: str) -> str:
    severity = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning"
    return (
        f'<rs:RegistryErrorList><rs:RegistryError errorCode="{code}" codeContext="{code}^none"'
        f' severity="{severity}" location=""/></rs:RegistryErrorList>'
    )


ADHOC_QUERY_REQUEST = (
    f"<query:AdhocQueryRequest {_NS}>"
    '<query:ResponseOption returnComposedObjects="true" returnType="LeafClass"/>'
    '<rim:AdhocQuery id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d">'
    + _slot("$XDSDocumentEntryPatientId", f"'{PATIENT}'")
    + _slot("$XDSDocumentEntryStatus", f"('{_APPROVED}')")
    + _slot("$XDSDocumentEntryClassCode", f"('60591-5^^{_LOINC}')")
    + "</rim:AdhocQuery></query:AdhocQueryRequest>"
)

ADHOC_QUERY_RESPONSE = (
    f'<query:AdhocQueryResponse {_NS} status="{SUCCESS}">'
    + _errors("ERROR_PS_NOT_FOUND")
    + "<rim:RegistryObjectList>"
    + _listed(XML, "urn:epSOS:ps:ps:2010", "2.16.620.1.2^1L3")
    + _listed(PDF, "urn:ihe:iti:xds-sd:pdf:2008", "2.16.620.1.2^1L1")
    + '<rim:Association id="urn:uuid:44444444-4444-4444-8444-444444444444"'
    ' associationType="urn:ihe:iti:2007:AssociationType:XFRM"'
    f' sourceObject="{PDF}" targetObject="{XML}"/>' + "</rim:RegistryObjectList></query:AdhocQueryResponse>"
)

RETRIEVE_REQUEST = (
    f"<xdsb:RetrieveDocumentSetRequest {_NS}><xdsb:DocumentRequest>"
    "<xdsb:HomeCommunityId>urn:oid:2.16.17.710.820.1000.990.1</xdsb:HomeCommunityId>"
    "<xdsb:RepositoryUniqueId>2.16.17.710.820.1000.990.1.2</xdsb:RepositoryUniqueId>"
    "<xdsb:DocumentUniqueId>2.16.620.1.2^1L3</xdsb:DocumentUniqueId>"
    "</xdsb:DocumentRequest></xdsb:RetrieveDocumentSetRequest>"
)

RETRIEVE_RESPONSE = (
    f'<xdsb:RetrieveDocumentSetResponse {_NS}><rs:RegistryResponse status="{SUCCESS}">'
    + _errors("2504")
    + "</rs:RegistryResponse><xdsb:DocumentResponse>"
    "<xdsb:HomeCommunityId>urn:oid:2.16.17.710.820.1000.990.1</xdsb:HomeCommunityId>"
    "<xdsb:RepositoryUniqueId>2.16.17.710.820.1000.990.1.2</xdsb:RepositoryUniqueId>"
    "<xdsb:DocumentUniqueId>2.16.620.1.2^1L3</xdsb:DocumentUniqueId>"
    "<xdsb:mimeType>text/xml</xdsb:mimeType>"
    "<xdsb:Document>PENsaW5pY2FsRG9jdW1lbnQvPg==</xdsb:Document>"
    "</xdsb:DocumentResponse></xdsb:RetrieveDocumentSetResponse>"
)

_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
PROVIDE_REQUEST = (
    f"<xdsb:ProvideAndRegisterDocumentSetRequest {_NS}><lcm:SubmitObjectsRequest><rim:RegistryObjectList>"
    f'<rim:ExtrinsicObject id="{XML}" mimeType="text/xml" objectType="{_DOCUMENT}" status="{_APPROVED}">'
    + _slot("creationTime", "20261122130500")
    + _slot("sourcePatientId", PATIENT)
    + _slot("sourcePatientInfo", "PID-5|Sintra^Ana")
    + _classification(XML, "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", "60593-1", _LOINC, "Dispensed")
    + _identifier(XML, "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", PATIENT, "XDSDocumentEntry.patientId")
    + _identifier(XML, "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", "1.2^3", "XDSDocumentEntry.uniqueId")
    + "</rim:ExtrinsicObject>"
    f'<rim:RegistryPackage id="{PACKAGE}" objectType="{_SET}">'
    + _slot("submissionTime", "20261122130500")
    + _text("Name", "eDispensation")
    + _text("Description", "Description of eDispensation")
    + f'<rim:Classification id="urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d" classifiedObject="{PACKAGE}"'
    ' classificationScheme="urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d" nodeRepresentation="">'
    + _slot("authorPerson", "^Farmasoyt^Per")
    + "</rim:Classification>"
    + _classification(
        PACKAGE, "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", "60593-1", _LOINC, "Dispensed"
    )
    + _identifier(
        PACKAGE, "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", "2.25.1", "XDSSubmissionSet.uniqueId"
    )
    + _identifier(
        PACKAGE, "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446", PATIENT, "XDSSubmissionSet.patientId"
    )
    + _identifier(
        PACKAGE, "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832", "2.16.578", "XDSSubmissionSet.sourceId"
    )
    + "</rim:RegistryPackage>"
    f'<rim:Classification id="{_SET}" classificationNode="{_SET}" classifiedObject="{PACKAGE}"/>'
    '<rim:Association id="urn:uuid:55555555-5555-4555-8555-555555555555"'
    ' associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"'
    f' sourceObject="{PACKAGE}" targetObject="{XML}">'
    + _slot("SubmissionSetStatus", "Original")
    + "</rim:Association></rim:RegistryObjectList></lcm:SubmitObjectsRequest>"
    f'<xdsb:Document id="{XML}">PENsaW5pY2FsRG9jdW1lbnQvPg==</xdsb:Document>'
    "</xdsb:ProvideAndRegisterDocumentSetRequest>"
)

REGISTRY_RESPONSE = f'<rs:RegistryResponse {_NS} status="{FAILURE}">{_errors("4202")}</rs:RegistryResponse>'
