"""What a document repository must know about a CDA document to list it: read from the header, by names.

A missing detail is left out rather than guessed; only the document type is required.
"""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from dataclasses import dataclass

from lxml.etree import _Element as Element

from ncp.wire import times
from ncp.wire.errors import NotValid
from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId
from schemas.namespaces import HL7, q
from schemas.xml import parse

_OWN = uuid.UUID("6f0bb3b4-3c44-4d2c-9f46-0d9c5d1f3f61")  # namespace of the ids that we make for documents
_NO_TIME = "19700101000000"


class NotADocument(ValueError):
    """The bytes are XML, but no CDA document that could be listed. The text names no person."""


@dataclass(frozen=True, slots=True)
class Header:
    """The facts of one document."""

    unique_id: str  # root or root^extension
    uuid: str  # urn:uuid:...; the same for the same bytes
    level: int  # 1: a PDF inside, 3: structured
    class_code: str
    title: str
    language: str
    created: str  # yyyyMMddHHmmss, UTC
    author: str
    institution: str
    patients: tuple[PatientId, ...]
    demographics: Demographics
    related: tuple[str, ...]  # unique ids of the documents that this one was made from
    size: int
    sha1: str


def read(content: bytes) -> Header:
    """Read the header of one document.

    Raises: schemas.xml.XmlRefused: not acceptable XML. NotADocument: not CDA, no type or no patient id.
    """
    root = parse(content)
    if root.tag != q(HL7, "ClinicalDocument"):
        raise NotADocument("the root element is not ClinicalDocument of urn:hl7-org:v3")
    code = root.find(q(HL7, "code"))
    if code is None or not code.get("code"):
        raise NotADocument("no document type (ClinicalDocument/code)")
    role = _at(root, "recordTarget", "patientRole")
    patients = tuple(known for el in _all(role, "id") if (known := _patient_id(el)) is not None)
    if not patients:
        raise NotADocument("recordTarget holds no patient identifier with root and extension")
    digest = uuid.uuid5(_OWN, hashlib.sha256(content).hexdigest())
    language = _at(root, "languageCode")
    return Header(
        unique_id=_document_id(root.find(q(HL7, "id"))) or f"2.25.{digest.int}",
        uuid=f"urn:uuid:{digest}",
        level=1 if _at(root, "component", "nonXMLBody") is not None else 3,
        class_code=code.get("code", ""),
        title=_text(root.find(q(HL7, "title"))) or "Document",
        language=(language.get("code") if language is not None else None) or "en-GB",
        created=_utc(_value(_at(root, "effectiveTime"))),
        author=_name(_at(root, "author", "assignedAuthor", "assignedPerson", "name")),
        institution=_text(
            _at(root, "custodian", "assignedCustodian", "representedCustodianOrganization", "name")
        ),
        patients=patients,
        demographics=_demographics(role),
        related=_related(root),
        size=len(content),
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),  # XDS demands SHA-1
    )


def _demographics(role: Element | None) -> Demographics:
    patient = _at(role, "patient")
    name, address = _at(patient, "name"), _at(role, "addr")
    gender = _at(patient, "administrativeGenderCode")
    street = [*_all(address, "streetAddressLine"), *_all(address, "streetName")]
    return Demographics(
        family=tuple(filter(None, map(_text, _all(name, "family")))),
        given=tuple(filter(None, map(_text, _all(name, "given")))),
        gender=gender.get("code") if gender is not None and gender.get("code") in ("M", "F", "UN") else None,
        birth_time=_value(_at(patient, "birthTime")),
        street=_text(street[0]) or None if street else None,
        city=_text(_at(address, "city")) or None,
        postal_code=_text(_at(address, "postalCode")) or None,
        country=_text(_at(address, "country")) or None,
    )


def _related(root: Element) -> tuple[str, ...]:
    found = []
    for related in _all(root, "relatedDocument"):
        if related.get("typeCode") == "XFRM":
            parents = _all(related, "parentDocument")
            found += [_document_id(el) for parent in parents for el in _all(parent, "id")]
    return tuple(filter(None, found))


def _patient_id(el: Element) -> PatientId | None:
    """None if it cannot travel in CX form: no extension, no OID as root, or a separator inside."""
    root, extension = (el.get("root") or "").strip(), (el.get("extension") or "").strip()
    if not root or not extension or el.get("nullFlavor"):
        return None
    wanted = PatientId(root, extension)
    try:
        return wanted if PatientId.parse(wanted.cx()) == wanted else None
    except NotValid:
        return None


def _document_id(el: Element | None) -> str:
    root, extension = (el.get("root"), el.get("extension")) if el is not None else (None, None)
    if not root:
        return ""
    return f"{root}^{extension}" if extension else root


def _utc(value: str | None) -> str:
    """An HL7 time in any precision and zone as yyyyMMddHHmmss in UTC; the start of 1970 if there is none."""
    for read_time in (times.read_ebxml, times.read_hl7):  # the one knows no fractions, the other no dates
        with suppress(ValueError, OverflowError):
            return times.ebxml(read_time(value or ""))
    return _NO_TIME


def _at(el: Element | None, *names: str) -> Element | None:
    for name in names:
        if el is None:
            return None
        el = el.find(q(HL7, name))
    return el


def _all(el: Element | None, name: str) -> list[Element]:
    return [] if el is None else el.findall(q(HL7, name))


def _value(el: Element | None) -> str | None:
    return (el.get("value") or "").strip() or None if el is not None else None


def _text(el: Element | None) -> str:
    return " ".join("".join(el.itertext("*")).split()) if el is not None else ""


def _name(el: Element | None) -> str:
    parts = [_text(part) for part in (*_all(el, "given"), *_all(el, "family"))]
    return " ".join(filter(None, parts)) or _text(el)
