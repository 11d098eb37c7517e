"""People, organisations and systems as XML: what `cda.people` reads, written."""

from ..people import Organisation, Party
from . import values
from .space import CDA, Element, templates

CONTACT_TEMPLATE = "1.3.6.1.4.1.19376.1.5.3.1.2.4"  # IHE PCC: contacts, and guardians among them
_PERSON = {"author": "assignedPerson", "participant": "associatedPerson", "guardian": "guardianPerson"}
_ORGANISATION = {"participant": "scopingOrganization", "guardian": "guardianOrganization"}


def organisation(tag: str, one: Organisation) -> Element:
    """Any organisation. Source: CDA R2, Organization."""
    whole = organisation("wholeOrganization", one.part_of) if one.part_of else None
    return CDA.el(
        tag,
        *values.identifiers(one.ids),
        *(values.name("name", name) for name in one.names),
        *(values.telecom(each) for each in one.telecoms),
        *(values.address(each) for each in one.addresses),
        *(values.coded("standardIndustryClassCode", code) for code in one.codes),
        CDA.el("asOrganizationPartOf", whole) if whole is not None else None,
        nullFlavor=one.null,
    )


def party(one: Party) -> Element:
    """A participation by its kind: author, performer, legalAuthenticator, participant, guardian, ..."""
    return _KINDS.get(one.kind, _entity)(one)


def _role(tag: str, one: Party, *roots: str, **attrs: str | None) -> Element:
    """The role: identifiers, code, addresses, then the person or device, then the organisation."""
    person = CDA.el(
        _PERSON.get(one.kind, "assignedPerson"),
        *(values.name("name", name) for name in one.names),
        nullFlavor=next((part.null for part in one.nulls if part.kind.endswith("Person")), None),
    )
    has_person = bool(one.names) or any(part.kind.endswith("Person") for part in one.nulls)
    place = _ORGANISATION.get(one.kind, "representedOrganization")
    return CDA.el(
        tag,
        *templates(*roots),
        *values.identifiers(one.ids),
        *(values.coded("code", code) for code in one.codes),
        *(values.address(each) for each in one.addresses),
        *(values.telecom(each) for each in one.telecoms),
        person if has_person else None,
        _device(one) if one.device and not has_person else None,
        *(organisation(place, each) for each in one.organisations),
        **attrs,
    )


def _device(one: Party) -> Element:
    return CDA.el("assignedAuthoringDevice", *(CDA.el(part.kind, said=part.text) for part in one.device))


def _author(one: Party) -> Element:
    return CDA.el(
        "author",
        values.coded("functionCode", one.function),
        values.period("time", one.time),
        _role("assignedAuthor", one),
    )


def _custodian(one: Party) -> Element:
    keepers = (organisation("representedCustodianOrganization", each) for each in one.organisations)
    return CDA.el("custodian", CDA.el("assignedCustodian", *keepers))


def _authenticator(one: Party) -> Element:
    return CDA.el(
        one.kind,
        values.period("time", one.time),
        values.coded("signatureCode", one.signature),
        _role("assignedEntity", one),
    )


def _participant(one: Party) -> Element:
    return CDA.el(
        "participant",
        *templates(CONTACT_TEMPLATE),
        values.coded("functionCode", one.function),
        values.period("time", one.time),
        _role("associatedEntity", one, classCode=one.class_code),
        typeCode="IND",
    )


def _guardian(one: Party) -> Element:
    return _role("guardian", one, CONTACT_TEMPLATE, classCode="GUARD")


def _entity(one: Party) -> Element:
    return CDA.el(
        one.kind,
        values.coded("functionCode", one.function),
        values.period("time", one.time),
        _role("assignedEntity", one),
        typeCode="PRF" if one.kind == "performer" else None,
    )


_KINDS = {
    "author": _author,
    "custodian": _custodian,
    "legalAuthenticator": _authenticator,
    "authenticator": _authenticator,
    "participant": _participant,
    "guardian": _guardian,
}
