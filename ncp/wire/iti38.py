"""ITI-38 Cross Gateway Query: which documents does this patient have?

Source: IHE ITI TF-2 3.38; wire specification 6.2, 6.3 and 6.7.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, TypeAlias

from lxml import etree

from ncp.wire import ebrim
from ncp.wire.building import add, given, root
from ncp.wire.checked import lenient, strict
from ncp.wire.document_entry import Author, DocumentEntry, read_entry, write_entry
from ncp.wire.document_pairs import DocumentPair, pairs
from ncp.wire.ebrim import APPROVED, Association, M
from ncp.wire.errors import NotValid
from ncp.wire.findings import Finding
from ncp.wire.iti38_outcome import Listed, ListRefused, Outcome, foreign_entries, outcome
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.reading import children, expect, not_valid, only_child, optional_child
from ncp.wire.registry import RegistryError, Status, read_errors, read_status, write_errors
from ncp.wire.stored_query import quoted_codes, read_codes, read_patient, read_whole
from ncp.wire.times import instant, read_instant
from schemas.namespaces import QUERY, RIM, RS
from schemas.validate import Schema, path_of

__all__ = [
    "ACTION",
    "ANSWER_ACTION",
    "Association",
    "Author",
    "DocumentEntry",
    "DocumentPair",
    "Filters",
    "ListRefused",
    "ListRequest",
    "ListResponse",
    "Listed",
    "Outcome",
    "foreign_entries",
    "pairs",
]

Element: TypeAlias = etree._Element
Q = f"{{{QUERY}}}"
NSMAP: dict[str | None, str] = {"query": QUERY, "rim": RIM, "rs": RS}
ACTION = "urn:ihe:iti:2007:CrossGatewayQuery"
ANSWER_ACTION = "urn:ihe:iti:2007:CrossGatewayQueryResponse"
FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
_PREFIX = "$XDSDocumentEntry"


@dataclass(frozen=True, slots=True)
class Filters:
    """Limits of a query for original documents: largest size in bytes, and points in time with an offset."""

    maximum_size: int | None = None
    created_before: datetime | None = None
    created_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListRequest:
    """All approved documents of a patient in these classes; one class per query is safest with every peer.

    Attributes:
        patient:     the id that the country returned, as in the TRC assertion.
        class_codes: LOINC codes as they are; their code system is added on the wire.
    """

    patient: PatientId
    class_codes: tuple[str, ...]
    filters: Filters = Filters()

    def to_xml(self, profile: Profile) -> Element:
        """Write AdhocQueryRequest; several class codes are quoted as the generation does it.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or that cannot be quoted.
        """
        request = root(f"{Q}AdhocQueryRequest", NSMAP)
        add(request, f"{Q}ResponseOption", {"returnComposedObjects": "true", "returnType": "LeafClass"})
        query = add(request, f"{M}AdhocQuery", {"id": FIND_DOCUMENTS})
        filters = self.filters
        slots = {
            "PatientId": f"'{self.patient.cx()}'",
            "Status": f"('{APPROVED}')",
            "ClassCode": quoted_codes(self.class_codes, profile),
            "FilterMaximumSize": None if filters.maximum_size is None else str(filters.maximum_size),
            "FilterCreatedBefore": filters.created_before and instant(filters.created_before),
            "FilterCreatedAfter": filters.created_after and instant(filters.created_after),
        }
        for name, value in slots.items():
            if value:
                ebrim.write_slot(query, _PREFIX + name, (value,))
        return strict(request, Schema.ADHOC_QUERY_REQUEST)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Read AdhocQueryRequest, in every way of quoting that is met.

        Raises:  NotValid: the schema refuses it, it is another query than FindDocuments, patient or class
                 code is missing, or a filter is no number or instant.
        """
        strict(expect(el, f"{Q}AdhocQueryRequest"), Schema.ADHOC_QUERY_REQUEST)
        query = only_child(el, f"{M}AdhocQuery")
        if query.get("id") != FIND_DOCUMENTS:
            raise not_valid("another stored query than FindDocuments", query)
        slots = ebrim.read_slots(query)
        values = {name.removeprefix(_PREFIX): found[0] for name, found in slots.items() if found}
        at = path_of(query)
        return cls(
            patient=read_patient(values.get("PatientId"), at),
            class_codes=read_codes(values.get("ClassCode"), at),
            filters=Filters(
                maximum_size=read_whole(int, values.get("FilterMaximumSize"), f"{at}/FilterMaximumSize"),
                created_before=read_whole(
                    read_instant, values.get("FilterCreatedBefore"), f"{at}/FilterCreatedBefore"
                ),
                created_after=read_whole(
                    read_instant, values.get("FilterCreatedAfter"), f"{at}/FilterCreatedAfter"
                ),
            ),
        )


@dataclass(frozen=True, slots=True)
class ListResponse:
    """The documents found, or why there are none.

    Attributes:
        status:       None if an answer read has none that is known; OpenNCP 9 sends such answers when an
                      assertion fails.
        entries:      in the order received.
        associations: which PDF is a form of which structured document.
        unreadable:   how many objects of an answer read are no usable entry; each is a finding.
        findings:     what is wrong in an answer read; not part of the message.
    """

    status: Status | None
    entries: tuple[DocumentEntry, ...] = ()
    associations: tuple[Association, ...] = ()
    errors: tuple[RegistryError, ...] = ()
    unreadable: int = field(default=0, compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    def outcome(self) -> Outcome:
        """Listed or ListRefused.

        Raises:  NotValid: neither status nor objects nor errors: a failure, never "no documents".
        """
        return outcome(self)

    def to_xml(self, profile: Profile, *, reference_exact: bool = False) -> Element:
        """Write AdhocQueryResponse.

        With `reference_exact` an answer without a status is written too, as OpenNCP 9 does.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or no status.
        """
        response = root(f"{Q}AdhocQueryResponse", NSMAP, given(status=self.status))
        write_errors(response, self.errors, profile)
        objects = add(response, f"{M}RegistryObjectList")
        for entry in self.entries:
            write_entry(objects, entry)
        for association in self.associations:
            ebrim.write_association(objects, association)
        if reference_exact and self.status is None:
            return response
        return strict(response, Schema.ADHOC_QUERY_RESPONSE)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Read AdhocQueryResponse by name; what breaks the schema without hindering that is a finding.

        Raises:  NotValid: another message, or two lists of errors or objects.
        """
        findings = list(lenient(expect(el, f"{Q}AdhocQueryResponse"), Schema.ADHOC_QUERY_RESPONSE))
        objects = optional_child(el, f"{M}RegistryObjectList")
        entries, unreadable = _entries(objects, findings)
        return cls(
            status=read_status(el, findings),
            entries=entries,
            associations=_associations(objects, findings),
            errors=read_errors(el, findings),
            unreadable=unreadable,
            findings=tuple(findings),
        )


def _entries(objects: Element | None, findings: list[Finding]) -> tuple[tuple[DocumentEntry, ...], int]:
    entries, unreadable = [], 0
    for el in () if objects is None else children(objects, f"{M}ExtrinsicObject"):
        try:
            entries.append(read_entry(el, findings))
        except NotValid as error:
            unreadable += 1
            findings.append(Finding(error.where, f"a document that cannot be listed: {error.what}"))
    return tuple(entries), unreadable


def _associations(objects: Element | None, findings: list[Finding]) -> tuple[Association, ...]:
    found = []
    for el in () if objects is None else children(objects, f"{M}Association"):
        try:
            found.append(ebrim.read_association(el))
        except NotValid as error:
            findings.append(Finding(error.where, error.what))
    return tuple(found)
