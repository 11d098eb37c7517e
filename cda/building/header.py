"""The document header as XML: what `cda.header` reads, in the order of the schema. Source: cda.md 3."""

from ..datatypes import Coded
from ..header import Header, Patient, Related, ServiceEvent
from . import people, values
from .space import CDA, Element, templates

_BEFORE = ("author", "dataEnterer", "informant", "custodian", "informationRecipient")
_AFTER = ("legalAuthenticator", "authenticator", "participant")


def header(head: Header) -> list[Element]:
    """Every element of ClinicalDocument above its body."""
    found = [
        values.coded("realmCode", head.realm),
        CDA.el("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040"),
        *templates(*head.templates),
        *values.identifiers(head.ids),
        values.coded("code", head.code),
        values.text("title", head.title),
        values.time("effectiveTime", head.created),
        values.coded("confidentialityCode", head.confidentiality),
        values.coded("languageCode", head.language),
        *(values.identifier("setId", one) for one in head.set_ids),
        CDA.el("versionNumber", value=head.version.text) if head.version else None,
        CDA.el("recordTarget", _patient(head.patient)),
        *_parties(head, _BEFORE),
        *_parties(head, _AFTER),
        *(_order(one) for one in head.related if one.kind == "inFulfillmentOf"),
        *(_event(one) for one in head.events),
        *(_parent(one) for one in head.related if one.kind == "relatedDocument"),
    ]
    return [el for el in found if el is not None]


def _parties(head: Header, kinds: tuple[str, ...]) -> list[Element]:
    return [people.party(one) for kind in kinds for one in head.of(kind)]


def _patient(one: Patient) -> Element:
    person = CDA.el(
        "patient",
        *(values.name("name", name) for name in one.names),
        values.coded("administrativeGenderCode", one.gender),
        values.time("birthTime", one.birth),
        *(values.coded(tag, code) for tag, code in one.other),
        *(people.party(guardian) for guardian in one.guardians),
        *(_language(code) for code in one.languages),
    )
    return CDA.el(
        "patientRole",
        *values.identifiers(one.ids),
        *(values.address(each) for each in one.addresses),
        *(values.telecom(each) for each in one.telecoms),
        person,
        people.organisation("providerOrganization", one.provider) if one.provider else None,
    )


def _language(code: Coded) -> Element:
    if code.null is not None and code.code is None:
        return CDA.el("languageCommunication", nullFlavor=code.null)
    return CDA.el("languageCommunication", values.coded("languageCode", code))


def _order(one: Related) -> Element:
    order = CDA.el("order", *values.identifiers(one.ids), classCode="ACT", moodCode="RQO")
    return CDA.el("inFulfillmentOf", order, typeCode="FLFS")


def _parent(one: Related) -> Element:
    parent = CDA.el("parentDocument", *values.identifiers(one.ids))
    return CDA.el("relatedDocument", parent, typeCode=one.type_code or "XFRM")


def _event(one: ServiceEvent) -> Element:
    event = CDA.el(
        "serviceEvent",
        *values.identifiers(one.ids),
        values.coded("code", one.code),
        values.period("effectiveTime", one.time),
        *(people.party(each) for each in one.performers),
        classCode="PCPR",
        moodCode="EVN",
    )
    return CDA.el("documentationOf", event, typeCode="DOC")
