"""Metadata of one document in a list: XDS `DocumentEntry`, on the wire an `rim:ExtrinsicObject`.

Source: IHE ITI TF-3 4.2.3.2; wire specification 6.3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

from lxml import etree

from ncp.wire import document_classes, ebrim
from ncp.wire.building import add, given
from ncp.wire.coded import Coded
from ncp.wire.document_classes import Level
from ncp.wire.ebrim import APPROVED, M, Slots
from ncp.wire.errors import NotValid
from ncp.wire.event_codes import EventCodes
from ncp.wire.findings import Finding
from ncp.wire.patient_id import PatientId
from ncp.wire.reading import attribute, children, not_valid, optional_attribute, optional_child
from ncp.wire.times import read_ebxml
from schemas.validate import path_of

Element: TypeAlias = etree._Element
_T = TypeVar("_T")
STABLE = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
PATIENT_ID = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
EVENT = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
CLASS = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
TYPE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
FORMAT = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
NORMAL: Final = Coded("N", "2.16.840.1.113883.5.25", "Normal")
NOT_GIVEN: Final = Coded("", "")
PRACTICE_NOT_USED: Final = Coded("Not Used", "eHDSI Practice Setting Codes-Not Used", "Not Used")
_SLOTS = (
    "sourcePatientId",
    "size",
    "hash",
    "creationTime",
    "repositoryUniqueId",
    "languageCode",
    "serviceStartTime",
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the document; each part as received (XCN, XON or text)."""

    person: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    specialty: tuple[str, ...] = ()
    role: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One listed document.

    Attributes:
        uuid:           id of the registry object, `urn:uuid:...`.
        unique_id:      id of the document, opaque, verbatim; asked for in ITI-39.
        repository:     OID.
        home:           `urn:oid:<OID>` as received.
        document_class, document_type, format, confidentiality, facility, practice: codes with their words.
        patient:        from the external identifier; `source_patient` from the slot.
        created, service_start: digits as received, UTC, yyyyMMddHHmmss or shorter.
        size:           bytes; with `hash` (SHA-1, hex) absent for documents made on demand.
        events:         eP metadata and OrCD reasons; `event_codes` reads them.
        other_slots:    slots that the profile does not name.
    """

    uuid: str
    unique_id: str
    repository: str | None
    home: str | None
    document_class: Coded
    format: Coded
    patient: PatientId | None
    source_patient: PatientId | None = None
    document_type: Coded | None = None
    title: str | None = None
    description: str | None = None
    created: str | None = None
    language: str | None = None
    size: int | None = None
    hash: str | None = None
    mime_type: str = "text/xml"
    confidentiality: Coded | None = NORMAL
    facility: Coded | None = None
    practice: Coded | None = PRACTICE_NOT_USED
    authors: tuple[Author, ...] = ()
    events: tuple[Coded, ...] = ()
    service_start: str | None = None
    version: str | None = "1.1"
    status: str = APPROVED
    object_type: str = STABLE
    other_slots: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def class_code(self) -> str:
        return self.document_class.code

    @property
    def format_code(self) -> str:
        return self.format.code

    @property
    def level(self) -> Level:
        """Structured, PDF, original or unknown."""
        return document_classes.level(self.format.code)

    @property
    def event_codes(self) -> EventCodes:
        """What the list says about a prescription."""
        return EventCodes.of(self.events)

    @property
    def created_at(self) -> datetime | None:
        """`created` as a time; None if absent or unreadable. OpenNCP's hours cannot be relied on."""
        try:
            return read_ebxml(self.created) if self.created else None
        except ValueError:
            return None


def write_entry(parent: Element, entry: DocumentEntry, *, listed: bool = True) -> None:
    """Append an `ExtrinsicObject`; one that is submitted, not listed, has no logical id yet."""
    whole = {
        "id": entry.uuid,
        **({"lid": entry.uuid} if listed else {}),
        "mimeType": entry.mime_type,
        "objectType": entry.object_type,
    }
    el = add(parent, f"{M}ExtrinsicObject", whole | {"status": entry.status} | given(home=entry.home))
    values = (
        entry.source_patient.cx() if entry.source_patient else None,
        None if entry.size is None else str(entry.size),
        entry.hash,
        entry.created,
        entry.repository,
        entry.language,
        entry.service_start,
    )
    for name, value in zip(_SLOTS, values, strict=True):
        if value:
            ebrim.write_slot(el, name, (value,))
    for name, several in entry.other_slots:
        ebrim.write_slot(el, name, several)
    ebrim.write_text(el, "Name", entry.title)
    ebrim.write_text(el, "Description", entry.description)
    if entry.version:
        add(el, f"{M}VersionInfo", {"versionName": entry.version})
    _write_classifications(el, entry)
    if entry.patient:
        ebrim.write_external_identifier(
            el, entry.uuid, PATIENT_ID, entry.patient.cx(), "XDSDocumentEntry.patientId"
        )
    ebrim.write_external_identifier(el, entry.uuid, UNIQUE_ID, entry.unique_id, "XDSDocumentEntry.uniqueId")


def _write_classifications(el: Element, entry: DocumentEntry) -> None:
    single = (
        (CLASS, entry.document_class),
        (TYPE, entry.document_type),
        (FORMAT, entry.format),
        (CONFIDENTIALITY, entry.confidentiality),
        (FACILITY, entry.facility),
        (PRACTICE, entry.practice),
    )
    for scheme, coded in single:
        if coded:
            ebrim.write_coded(el, entry.uuid, scheme, coded, scheme)
    for number, author in enumerate(entry.authors):
        slots = {
            "authorPerson": author.person,
            "authorInstitution": author.institution,
            "authorSpecialty": author.specialty,
            "authorRole": author.role,
        }
        ebrim.write_slotted(el, entry.uuid, AUTHOR, slots, f"author {number}")
    for number, event in enumerate(entry.events):
        ebrim.write_coded(el, entry.uuid, EVENT, event, f"event {number}")


def read_entry(el: Element, findings: list[Finding]) -> DocumentEntry:
    """Read an `ExtrinsicObject` by name.

    A document without class or format is listed all the same: leaving it out would be the graver error.

    Raises:  NotValid: id or unique id is missing, or there are contradicting ones or contradicting codes.
    """
    slots = ebrim.read_slots(el)
    by_scheme: dict[str, list[Element]] = {}
    for each in children(el, f"{M}Classification"):
        by_scheme.setdefault((each.get("classificationScheme") or "").strip().lower(), []).append(each)
    _note_unknown(el, by_scheme, findings)
    authors, events = by_scheme.pop(AUTHOR, []), by_scheme.pop(EVENT, [])
    single = {scheme: _single(el, found, findings) for scheme, found in by_scheme.items()}
    for scheme, name in ((CLASS, "class code"), (FORMAT, "format code")):
        if scheme not in single:
            findings.append(Finding(path_of(el), f"no {name}"))
    identifiers = _identifiers(el)
    if not (unique_id := identifiers.get(UNIQUE_ID)):
        raise not_valid("uniqueId is missing", el)
    return DocumentEntry(
        uuid=attribute(el, "id"),
        unique_id=unique_id,
        repository=_first(slots, "repositoryUniqueId"),
        home=optional_attribute(el, "home"),
        document_class=single.get(CLASS, NOT_GIVEN),
        format=single.get(FORMAT, NOT_GIVEN),
        patient=_read(PatientId.parse, identifiers.get(PATIENT_ID), el, "patientId", findings),
        source_patient=_read(
            PatientId.parse, _first(slots, "sourcePatientId"), el, "sourcePatientId", findings
        ),
        document_type=single.get(TYPE),
        title=ebrim.read_text(el, "Name"),
        description=ebrim.read_text(el, "Description"),
        created=_first(slots, "creationTime"),
        language=_first(slots, "languageCode"),
        size=_read(_size, _first(slots, "size"), el, "size", findings),
        hash=_first(slots, "hash"),
        mime_type=optional_attribute(el, "mimeType") or "",
        confidentiality=single.get(CONFIDENTIALITY),
        facility=single.get(FACILITY),
        practice=single.get(PRACTICE),
        authors=tuple(_author(each) for each in authors),
        events=tuple(ebrim.read_coded(each) for each in events),
        service_start=_first(slots, "serviceStartTime"),
        version=optional_attribute(optional_child(el, f"{M}VersionInfo"), "versionName"),
        status=optional_attribute(el, "status") or "",
        object_type=optional_attribute(el, "objectType") or "",
        other_slots=tuple((name, values) for name, values in slots.items() if name not in _SLOTS),
    )


def _note_unknown(el: Element, by_scheme: dict[str, list[Element]], findings: list[Finding]) -> None:
    known = {CLASS, TYPE, FORMAT, CONFIDENTIALITY, FACILITY, PRACTICE, AUTHOR, EVENT}
    for scheme in by_scheme.keys() - known:
        findings.append(Finding(path_of(el), f"unknown classification {scheme or 'without a scheme'}"))


def _single(el: Element, found: list[Element], findings: list[Finding]) -> Coded:
    first, *others = (ebrim.read_coded(each) for each in found)
    if any(other != first for other in others):
        raise not_valid("contradicting classifications of one scheme", el)
    if others:
        findings.append(Finding(path_of(el), "a classification occurs twice"))
    return first


def _identifiers(el: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in children(el, f"{M}ExternalIdentifier"):
        scheme, value = attribute(each, "identificationScheme").lower(), attribute(each, "value")
        if found.setdefault(scheme, value) != value:
            raise not_valid("contradicting identifiers of one scheme", el)
    return found


def _author(el: Element) -> Author:
    slots = ebrim.read_slots(el)
    return Author(
        person=slots.get("authorPerson", ()),
        institution=slots.get("authorInstitution", ()),
        specialty=slots.get("authorSpecialty", ()),
        role=slots.get("authorRole", ()),
    )


def _first(slots: Slots, name: str) -> str | None:
    values = slots.get(name, ())
    return values[0] if values else None


def _size(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ValueError("not a number of bytes")
    return int(value)


def _read(
    read: Callable[[str], _T], value: str | None, el: Element, name: str, findings: list[Finding]
) -> _T | None:
    """What `read` makes of a value; an unreadable one is a finding, its text stays out of it."""
    try:
        return None if value is None else read(value)
    except (NotValid, ValueError):
        findings.append(Finding(f"{path_of(el)}/{name}", "cannot be read"))
        return None
