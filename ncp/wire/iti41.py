"""ITI-41 Provide and Register Document Set-b (XDR): a dispensation, or its discard, goes to the country.

Source: IHE ITI TF-2 3.41; wire specification 6.5 to 6.7.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias

from lxml import etree

from ncp.wire import ebrim
from ncp.wire.building import add, given, root
from ncp.wire.checked import lenient, strict
from ncp.wire.document_entry import DocumentEntry, read_entry, write_entry
from ncp.wire.ebrim import M
from ncp.wire.findings import Finding
from ncp.wire.inline_content import NOTHING_ATTACHED, content_of, encoded
from ncp.wire.iti41_outcome import Outcome, outcome
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.reading import attribute, expect, not_valid, only_child
from ncp.wire.registry import RegistryError, Status, read_errors, read_status, write_errors
from ncp.wire.source_patient import SLOT, SourcePatient
from ncp.wire.submission_kinds import SubmissionKind, kind_of
from ncp.wire.submission_set import SUBMISSION_SET, SubmissionSet, read_set, write_set
from schemas.namespaces import LCM, RIM, RS, XDSB
from schemas.validate import Schema

Element: TypeAlias = etree._Element
X = f"{{{XDSB}}}"
L = f"{{{LCM}}}"
R = f"{{{RS}}}"
NSMAP: dict[str | None, str] = {"xdsb": XDSB, "lcm": LCM, "rim": RIM}
ANSWER_NSMAP: dict[str | None, str] = {"rs": RS}
ACTION: Final = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
ANSWER_ACTION: Final = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse"
HAS_MEMBER: Final = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
_STATUS_SLOT = "SubmissionSetStatus"


@dataclass(frozen=True, slots=True)
class ProvideRequest:
    """One document with its metadata and the submission round them.

    Attributes:
        document: metadata; of one that is submitted, size and hash are the receiver's to compute.
        content:  the document's bytes, decoded.
        findings: what is odd in a request read without hindering it; not part of the message.
    """

    document: DocumentEntry
    submission_set: SubmissionSet
    content: bytes = field(repr=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def kind(self) -> SubmissionKind | None:
        """Dispensation or discard; None: a format that is answered with 4202."""
        return kind_of(self.document.format_code)

    @property
    def patient(self) -> PatientId:
        """Whose document it is; a request read always says it."""
        assert self.document.source_patient is not None
        return self.document.source_patient

    @property
    def person(self) -> SourcePatient:
        """Who the patient is, in the sender's words."""
        return SourcePatient.read(dict(self.document.other_slots).get(SLOT, ()))

    def to_xml(self, profile: Profile) -> Element:
        """Write ProvideAndRegisterDocumentSetRequest with the document as base64; `mtom.pack` moves it out
        where `profile.provide_request_is_mtom`.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or what `from_xml` refuses.
        """
        request = root(f"{X}ProvideAndRegisterDocumentSetRequest", NSMAP)
        objects = add(add(request, f"{L}SubmitObjectsRequest"), f"{M}RegistryObjectList")
        write_entry(objects, self.document, listed=False)
        write_set(objects, self.submission_set)
        _write_links(objects, self.submission_set.uuid, self.document.uuid)
        add(request, f"{X}Document", {"id": self.document.uuid}, encoded(self.content))
        strict(request, Schema.PROVIDE_REQUEST)
        _check(self, request)
        return request

    @classmethod
    def from_xml(cls, el: Element, attached: Mapping[Element, bytes] = NOTHING_ATTACHED) -> Self:
        """Read ProvideAndRegisterDocumentSetRequest, after `mtom.resolve` or `mtom.detach`.

        Raises:  NotValid: the schema refuses it, an identifier is missing, the parts do not belong together,
                 the patient differs from place to place, or size or hash do not fit the document.
        """
        strict(expect(el, f"{X}ProvideAndRegisterDocumentSetRequest"), Schema.PROVIDE_REQUEST)
        objects = only_child(only_child(el, f"{L}SubmitObjectsRequest"), f"{M}RegistryObjectList")
        findings: list[Finding] = []
        holder = only_child(el, f"{X}Document")
        request = cls(
            document=read_entry(only_child(objects, f"{M}ExtrinsicObject"), findings),
            submission_set=read_set(only_child(objects, f"{M}RegistryPackage")),
            content=content_of(holder, attached),
            findings=tuple(findings),
        )
        _check_links(request, objects, holder)
        _check(request, objects)
        return request


@dataclass(frozen=True, slots=True)
class ProvideResponse:
    """What the country says to a submission.

    Attributes:
        status:   None if an answer read has none that is known.
        findings: what is wrong in an answer read; not part of the message.
    """

    status: Status | None
    errors: tuple[RegistryError, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    def outcome(self) -> Outcome:
        """Accepted, PartlyAccepted, StoredOnly, Refused or Unclear."""
        return outcome(self.status, self.errors)

    def to_xml(self, profile: Profile) -> Element:
        """Write RegistryResponse.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or no status.
        """
        response = root(f"{R}RegistryResponse", ANSWER_NSMAP, given(status=self.status))
        write_errors(response, self.errors, profile)
        return strict(response, Schema.REGISTRY_RESPONSE)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Read RegistryResponse by name; what breaks the schema without hindering that is a finding.

        Raises:  NotValid: another message, or two lists of errors.
        """
        findings = list(lenient(expect(el, f"{R}RegistryResponse"), Schema.REGISTRY_RESPONSE))
        return cls(
            status=read_status(el, findings), errors=read_errors(el, findings), findings=tuple(findings)
        )


def _write_links(objects: Element, package: str, document: str) -> None:
    """The package is a submission set, and the document belongs to it."""
    node = {
        "id": ebrim.part_id(package, "node"),
        "classificationNode": SUBMISSION_SET,
        "classifiedObject": package,
    }
    add(objects, f"{M}Classification", node)
    member = {
        "id": ebrim.part_id(f"{package} {document}", HAS_MEMBER),
        "associationType": HAS_MEMBER,
        "sourceObject": package,
        "targetObject": document,
    }
    ebrim.write_slot(add(objects, f"{M}Association", member), _STATUS_SLOT, ("Original",))


def _check_links(request: ProvideRequest, objects: Element, holder: Element) -> None:
    """Document, metadata and submission set point to one another and to nothing else."""
    package, document = request.submission_set.uuid, request.document.uuid
    node = only_child(objects, f"{M}Classification")
    member = only_child(objects, f"{M}Association")
    expected = (
        (node, "classificationNode", SUBMISSION_SET),
        (node, "classifiedObject", package),
        (member, "associationType", HAS_MEMBER),
        (member, "sourceObject", package),
        (member, "targetObject", document),
        (holder, "id", document),
    )
    for el, name, value in expected:
        if attribute(el, name).lower() != value.lower():
            raise not_valid(f"@{name} does not belong to this submission", el)


def _check(request: ProvideRequest, at: Element) -> None:
    document = request.document
    if document.source_patient is None:
        raise not_valid("sourcePatientId is missing or cannot be read", at)
    patients = {document.source_patient, request.submission_set.patient}
    patients |= {each for each in (document.patient, request.person.patient) if each is not None}
    if len(patients) > 1:
        raise not_valid("patient ids that contradict one another", at)
    if document.size is not None and document.size != len(request.content):
        raise not_valid("the size is not the document's", at)
    digest = hashlib.sha1(request.content, usedforsecurity=False).hexdigest()
    if document.hash is not None and document.hash.lower() != digest:
        raise not_valid("the hash is not the document's", at)
