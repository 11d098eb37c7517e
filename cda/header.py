"""The document header: whose document it is, who made it, when, and what it came from."""

from .datatypes import Address, Coded, Flag, Identifier, Name, Period, Telecom, Text, Time
from .node import READ, STRUCTURE, Node
from .people import Organisation, Party, organisation, party
from .read import Reader
from .record import record

_PARTIES = (
    "author",
    "dataEnterer",
    "informant",
    "custodian",
    "informationRecipient",
    "legalAuthenticator",
    "authenticator",
    "participant",
)


@record
class Patient:
    """recordTarget. Source: cda.md 3.1."""

    ids: tuple[Identifier, ...] = ()
    names: tuple[Name, ...] = ()
    gender: Coded | None = None
    birth: Time | None = None
    deceased: Flag | None = None
    death: Time | None = None
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    languages: tuple[Coded, ...] = ()
    guardians: tuple[Party, ...] = ()
    provider: Organisation | None = None
    other: tuple[tuple[str, Coded], ...] = ()  # marital status, religion, ... by element name


@record
class ServiceEvent:
    """documentationOf: what the document covers; its time ends with the last update."""

    code: Coded | None = None
    time: Period | None = None
    ids: tuple[Identifier, ...] = ()
    performers: tuple[Party, ...] = ()


@record
class Related:
    """A document or order that this one came from; `kind` is relatedDocument or inFulfillmentOf."""

    kind: str
    type_code: str | None
    ids: tuple[Identifier, ...]
    codes: tuple[Coded, ...] = ()
    versions: tuple[Text, ...] = ()


@record
class Header:
    """Everything of ClinicalDocument above its body."""

    patient: Patient
    patients: int  # how many recordTarget elements there are: more than one is a finding
    code: Coded | None = None
    title: Text | None = None
    ids: tuple[Identifier, ...] = ()
    created: Time | None = None
    confidentiality: Coded | None = None
    language: Coded | None = None
    realm: Coded | None = None
    set_ids: tuple[Identifier, ...] = ()
    version: Text | None = None
    templates: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    related: tuple[Related, ...] = ()

    def of(self, kind: str) -> tuple[Party, ...]:
        """The people and organisations of one kind, e.g. author."""
        return tuple(party for party in self.parties if party.kind == kind)

    @property
    def language_code(self) -> str | None:
        """The language of the narrative, as stated."""
        return self.language.code if self.language else None


def header(read: Reader, root: Node) -> Header:
    """Read the header from the ClinicalDocument node."""
    targets = root.children("recordTarget")
    version = root.child("versionNumber")
    if version is not None:
        version.read = READ
    return Header(
        patient=_patient(read, targets[0]) if targets else Patient(),
        patients=len(targets),
        code=read.coded(root.child("code")),
        title=read.text(root.child("title")),
        ids=read.identifiers(root),
        created=read.time(root.child("effectiveTime")),
        confidentiality=read.coded(root.child("confidentialityCode")),
        language=read.coded(root.child("languageCode")),
        realm=read.coded(root.child("realmCode")),
        set_ids=tuple(read.identifier(kid) for kid in root.children("setId")),
        version=Text(version.get("value") or "", None, version.fact) if version else None,
        templates=tuple(kid.get("root") or "" for kid in root.children("templateId")),
        parties=tuple(party(read, kid) for kid in root.kids if kid.name in _PARTIES),
        events=tuple(_event(read, kid) for kid in root.children("documentationOf")),
        related=tuple(_related(read, kid) for kid in root.children("relatedDocument", "inFulfillmentOf")),
    )


def _patient(read: Reader, target: Node) -> Patient:
    role = target.child("patientRole")
    if role is None:
        return Patient()
    role.read = target.read = READ
    person = role.child("patient") or Node("patient")
    person.read = READ
    other = []
    for kid in person.kids:
        if kid.name.endswith("Code") and kid.name != "administrativeGenderCode":
            if (code := read.coded(kid)) is not None:
                other.append((kid.name, code))
    languages = (
        read.coded(code)
        for kid in person.children("languageCommunication")
        for code in kid.children("languageCode", "modeCode", "proficiencyLevelCode")
    )
    return Patient(
        ids=read.identifiers(role),
        names=tuple(name for kid in person.children("name") if (name := read.name(kid)) is not None),
        gender=read.coded(person.child("administrativeGenderCode")),
        birth=read.time(person.child("birthTime")),
        deceased=_flag(read, person.child("deceasedInd")),
        death=read.time(person.child("deceasedTime")),
        addresses=tuple(read.address(kid) for kid in role.children("addr")),
        telecoms=tuple(read.telecom(kid) for kid in role.children("telecom")),
        languages=(*_missing_languages(person), *(code for code in languages if code is not None)),
        guardians=tuple(party(read, kid) for kid in person.children("guardian")),
        provider=organisation(read, role.child("providerOrganization")),
        other=tuple(other),
    )


def _flag(read: Reader, node: Node | None) -> Flag | None:
    if node is None:
        return None
    node.read = READ
    return Flag(node.get("value"), node.get("nullFlavor"), node.fact)


def _missing_languages(person: Node) -> tuple[Coded, ...]:
    """languageCommunication that only says why there is none."""
    found = [kid for kid in person.children("languageCommunication") if kid.get("nullFlavor")]
    for kid in found:
        kid.read = READ
    return tuple(Coded(null=kid.get("nullFlavor"), fact=kid.fact) for kid in found)


def _event(read: Reader, node: Node) -> ServiceEvent:
    event = node.child("serviceEvent")
    if event is None:
        return ServiceEvent()
    return ServiceEvent(
        read.coded(event.child("code")),
        read.period(event.child("effectiveTime")),
        read.identifiers(event),
        tuple(party(read, kid) for kid in event.children("performer")),
    )


def _related(read: Reader, node: Node) -> Related:
    inner = node.child("parentDocument") or node.child("order") or node
    codes = (read.coded(kid) for kid in inner.children("code", "priorityCode"))
    versions = []
    for kid in inner.children("versionNumber"):
        kid.read = STRUCTURE
        versions.append(Text(kid.get("value") or "", None, kid.fact))
    ids = (*read.identifiers(inner), *(read.identifier(kid) for kid in inner.children("setId")))
    return Related(
        node.name,
        node.get("typeCode"),
        ids,
        tuple(code for code in codes if code is not None),
        tuple(versions),
    )
