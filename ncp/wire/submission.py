"""A submission put together from what a pharmacy knows: dispensation or discard, with all its metadata.

Pure: ids and times are given, so that a submission written down before it leaves can be made again.

Source: wire specification 6.5 and 6.6.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ncp.wire.coded import Coded
from ncp.wire.document_entry import Author, DocumentEntry
from ncp.wire.iti41 import ProvideRequest
from ncp.wire.patient_id import PatientId
from ncp.wire.source_patient import SLOT, SourcePatient
from ncp.wire.submission_kinds import CONTENT_TYPE, DESCRIPTION, KINDS, SubmissionKind
from ncp.wire.submission_set import SubmissionSet, fresh_oid
from ncp.wire.times import ebxml

_COUNTRY_CODES = "1.0.3166.1"
DEFAULT_LANGUAGE = "en-GB"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who submits. `author_person` as XCN and `author_institution` as XON: `ncp.wire.author_forms`."""

    country: str
    country_name: str
    home_community: str  # OID, also the source of the submission
    author_person: str = field(repr=False)
    author_institution: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """What is submitted.

    Attributes:
        document_id: ClinicalDocument/id as `root^extension`, or `root`.
        patient:     the id that the country returned, as in the TRC assertion.
        language:    of the document; None if it does not say.
        content:     the pivot document, as it is to be stored.
    """

    document_id: str
    patient: PatientId
    person: SourcePatient = field(repr=False)
    language: str | None
    content: bytes = field(repr=False)


def compose(
    kind: SubmissionKind,
    what: Submitted,
    sender: Sender,
    *,
    document_uuid: UUID,
    set_uuid: UUID,
    submission: UUID,
    at: datetime,
) -> ProvideRequest:
    """The request that submits a document.

    Args:    submission: identity of this submission, from which its OID is made; a deliberate resend has
             the same.
    Raises:  ValueError: `at` has no offset.
    """
    info, time = KINDS[kind], ebxml(at)
    document = DocumentEntry(
        uuid=document_uuid.urn,
        unique_id=what.document_id,
        repository=None,
        home=None,
        document_class=info.document_class,
        document_type=info.document_type,
        format=info.format,
        patient=what.patient,
        source_patient=what.patient,
        created=time,
        language=what.language or DEFAULT_LANGUAGE,
        facility=Coded(sender.country, _COUNTRY_CODES, sender.country_name),
        version=None,
        other_slots=((SLOT, what.person.values()),),
    )
    whole = SubmissionSet(
        uuid=set_uuid.urn,
        unique_id=fresh_oid(submission),
        patient=what.patient,
        source=sender.home_community,
        submitted=time,
        author=Author((sender.author_person,), (sender.author_institution,)),
        content_type=CONTENT_TYPE,
        title=info.title,
        description=DESCRIPTION,
    )
    return ProvideRequest(document, whole, what.content)
