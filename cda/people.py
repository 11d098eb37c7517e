"""People, organisations and systems round a patient: authors, performers, contacts, guardians."""

from .datatypes import Address, Coded, Identifier, Name, Part, Period, Telecom, Text
from .node import READ, Node
from .read import Reader
from .record import record

_ROLES = (
    "assignedAuthor",
    "assignedEntity",
    "associatedEntity",
    "assignedCustodian",
    "relatedEntity",
    "intendedRecipient",
    "participantRole",
    "specimenRole",
    "healthCareFacility",
    "responsibleParty",
    "relatedSubject",
)
_PERSONS = (
    "assignedPerson",
    "associatedPerson",
    "guardianPerson",
    "informationRecipient",
    "relatedPerson",
    "subject",
)
_ORGANISATIONS = (
    "representedOrganization",
    "representedCustodianOrganization",
    "scopingOrganization",
    "guardianOrganization",
    "receivedOrganization",
    "serviceProviderOrganization",
    "providerOrganization",
    "manufacturerOrganization",
    "wholeOrganization",
    "marketingAuthorizationHolder",
)
_DEVICE_TEXTS = ("manufacturerModelName", "softwareName", "desc")


@record
class Organisation:
    """An organisation with all it says about itself, and the one it is part of."""

    names: tuple[Name, ...] = ()
    ids: tuple[Identifier, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()
    codes: tuple[Coded, ...] = ()
    null: str | None = None
    fact: int = 0
    part_of: "Organisation | None" = None


@record
class Party:
    """Who did or is something. `kind` is the element: author, performer, participant, ..."""

    kind: str
    class_code: str | None = None
    function: Coded | None = None
    signature: Coded | None = None
    time: Period | None = None
    ids: tuple[Identifier, ...] = ()
    codes: tuple[Coded, ...] = ()
    names: tuple[Name, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    device: tuple[Part, ...] = ()
    nulls: tuple[Part, ...] = ()  # a person or role that is only said to be missing, and why
    note: Text | None = None
    fact: int = 0

    @property
    def is_device(self) -> bool:
        """A system rather than a person."""
        return bool(self.device) and not any(name.text for name in self.names)


def organisation(read: Reader, node: Node | None, depth: int = 0) -> Organisation | None:
    """An organisation of any of the roles; None for a missing element."""
    if node is None or depth > 5:
        return None
    node.read = READ
    whole = node.down("asOrganizationPartOf", "wholeOrganization")
    part_of = organisation(read, whole, depth + 1)
    return Organisation(
        names=tuple(name for kid in node.children("name") if (name := read.name(kid)) is not None),
        ids=read.identifiers(node),
        telecoms=tuple(read.telecom(kid) for kid in node.children("telecom")),
        addresses=tuple(read.address(kid) for kid in node.children("addr")),
        codes=_codes(read, node, "standardIndustryClassCode", "code"),
        null=node.get("nullFlavor"),
        fact=node.fact,
        part_of=part_of,
    )


def party(read: Reader, node: Node) -> Party:
    """Any participation: the role inside it, the person, the organisation and the device behind it."""
    node.read = READ
    role = next((kid for kid in node.kids if kid.name in _ROLES), node)
    role.read = READ
    persons = [kid for kid in role.kids if kid.name in _PERSONS]
    names = [name for person in persons for name in person.children("name")]
    for person in persons:
        person.read = READ
    return Party(
        kind=node.name,
        class_code=role.get("classCode"),
        function=read.coded(node.child("functionCode")),
        signature=read.coded(node.child("signatureCode")),
        time=read.period(node.child("time")),
        ids=read.identifiers(role),
        codes=_codes(read, role, "code"),
        names=tuple(found for name in names if (found := read.name(name)) is not None),
        telecoms=tuple(read.telecom(kid) for kid in role.children("telecom")),
        addresses=tuple(read.address(kid) for kid in role.children("addr")),
        organisations=_organisations(read, role),
        device=_device(role),
        nulls=tuple(
            Part(kid.name, "", kid.get("nullFlavor"), None, kid.fact)
            for kid in (node, role, *persons)
            if kid.get("nullFlavor")
        ),
        note=read.text(node.child("noteText")),
        fact=node.fact,
    )


def _codes(read: Reader, node: Node, *names: str) -> tuple[Coded, ...]:
    found = (read.coded(kid) for kid in node.children(*names))
    return tuple(code for code in found if code is not None)


def _organisations(read: Reader, role: Node) -> tuple[Organisation, ...]:
    found = (organisation(read, kid) for kid in role.kids if kid.name in _ORGANISATIONS)
    return tuple(org for org in found if org is not None)


def _device(role: Node) -> tuple[Part, ...]:
    device = role.child("assignedAuthoringDevice")
    if device is None:
        return ()
    device.read = READ
    parts = []
    for kid in device.kids:
        if kid.name in _DEVICE_TEXTS:
            kid.read = READ
            text = kid.text or kid.get("displayName") or kid.get("code") or ""
            if text or kid.get("nullFlavor"):
                parts.append(Part(kid.name, text, kid.get("nullFlavor"), None, kid.fact))
    return tuple(parts)
