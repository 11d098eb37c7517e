"""One line of a list: the metadata that a document's header gives."""

from __future__ import annotations

from mock_member_states.cda_header import Header
from mock_member_states.country import Country
from ncp.wire.coded import Coded
from ncp.wire.document_classes import CLASSES, DocumentClass, Level, class_code, format_code
from ncp.wire.iti38 import Author, DocumentEntry
from ncp.wire.patient_id import PatientId

_COUNTRY_CODES = "1.0.3166.1"


def level_of(header: Header) -> Level:
    return Level.L1 if header.level == 1 else Level.L3


def entry(
    header: Header,
    patient: PatientId,
    country: Country,
    *,
    events: tuple[Coded, ...] = (),
    description: str | None = None,
) -> DocumentEntry:
    """The entry of a document in a list for `patient`, who may be known by several identifiers."""
    kind = DocumentClass(header.class_code)
    return DocumentEntry(
        uuid=header.uuid,
        unique_id=header.unique_id,
        repository=country.repository,
        home=f"urn:oid:{country.home_community}",
        document_class=class_code(kind),
        document_type=class_code(kind),
        format=format_code(kind, level_of(header)),
        patient=patient,
        source_patient=patient,
        title=CLASSES[kind.value].title,
        description=description or CLASSES[kind.value].title,
        created=header.created,
        language=header.language,
        size=header.size,
        hash=header.sha1,
        facility=Coded(country.code, _COUNTRY_CODES, country.names.en),
        authors=_authors(header),
        events=events,
    )


def _authors(header: Header) -> tuple[Author, ...]:
    person, institution = header.author, header.institution
    if not person and not institution:
        return ()
    return (Author((person,) if person else (), (institution,) if institution else ()),)
