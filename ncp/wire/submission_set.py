"""The submission set round a provided document: on the wire a `rim:RegistryPackage`.

Source: IHE ITI TF-3 4.2.3.3; wire specification 6.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from lxml import etree

from ncp.wire import ebrim
from ncp.wire.building import add
from ncp.wire.coded import Coded
from ncp.wire.document_entry import Author
from ncp.wire.ebrim import M
from ncp.wire.patient_id import PatientId
from ncp.wire.reading import attribute, children, not_valid

Element: TypeAlias = etree._Element
SUBMISSION_SET: Final = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
AUTHOR: Final = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
CONTENT_TYPE: Final = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
UNIQUE_ID: Final = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
PATIENT_ID: Final = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SOURCE_ID: Final = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
_NAMES: Mapping[str, str] = {
    UNIQUE_ID: "XDSSubmissionSet.uniqueId",
    PATIENT_ID: "XDSSubmissionSet.patientId",
    SOURCE_ID: "XDSSubmissionSet.sourceId",
}


def fresh_oid(uuid: UUID) -> str:
    """An OID of its own for every submission: `2.25.` and the UUID as a number."""
    return f"2.25.{uuid.int}"


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """One submission.

    Attributes:
        uuid:         id of the registry object, `urn:uuid:...`.
        unique_id:    OID of this submission; of a discard, the discard's identity.
        source:       OID of the sender; OpenNCP sends a fixed test OID.
        submitted:    digits as received; OpenNCP's hours cannot be relied on.
        content_type: what the submission is.
    """

    uuid: str
    unique_id: str
    patient: PatientId
    source: str
    submitted: str | None
    author: Author
    content_type: Coded
    title: str | None = None
    description: str | None = None


def write_set(parent: Element, one: SubmissionSet) -> None:
    """Append a `RegistryPackage`."""
    el = add(parent, f"{M}RegistryPackage", {"id": one.uuid, "objectType": SUBMISSION_SET})
    if one.submitted:
        ebrim.write_slot(el, "submissionTime", (one.submitted,))
    ebrim.write_text(el, "Name", one.title)
    ebrim.write_text(el, "Description", one.description)
    slots = {"authorInstitution": one.author.institution, "authorPerson": one.author.person}
    ebrim.write_slotted(el, one.uuid, AUTHOR, slots, "author")
    ebrim.write_coded(el, one.uuid, CONTENT_TYPE, one.content_type, CONTENT_TYPE)
    identifiers = ((UNIQUE_ID, one.unique_id), (PATIENT_ID, one.patient.cx()), (SOURCE_ID, one.source))
    for scheme, value in identifiers:
        ebrim.write_external_identifier(el, one.uuid, scheme, value, _NAMES[scheme])


def read_set(el: Element) -> SubmissionSet:
    """Read a `RegistryPackage`.

    Raises:  NotValid: one of the three identifiers is missing or the patient's is none.
    """
    classified = {
        (each.get("classificationScheme") or "").strip().lower(): each
        for each in children(el, f"{M}Classification")
    }
    found = {
        attribute(each, "identificationScheme").lower(): attribute(each, "value")
        for each in children(el, f"{M}ExternalIdentifier")
    }
    for scheme, name in _NAMES.items():
        if scheme not in found:
            raise not_valid(f"{name} is missing", el)
    slots = ebrim.read_slots(el)
    content = classified.get(CONTENT_TYPE)
    return SubmissionSet(
        uuid=attribute(el, "id"),
        unique_id=found[UNIQUE_ID],
        patient=PatientId.parse(found[PATIENT_ID]),
        source=found[SOURCE_ID],
        submitted=next(iter(slots.get("submissionTime", ())), None),
        author=_author(classified.get(AUTHOR)),
        content_type=Coded("", "") if content is None else ebrim.read_coded(content),
        title=ebrim.read_text(el, "Name"),
        description=ebrim.read_text(el, "Description"),
    )


def _author(el: Element | None) -> Author:
    slots = {} if el is None else ebrim.read_slots(el)
    return Author(person=slots.get("authorPerson", ()), institution=slots.get("authorInstitution", ()))
