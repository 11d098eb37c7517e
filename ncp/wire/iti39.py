"""ITI-39 Cross Gateway Retrieve: fetch a document that was listed.

Source: IHE ITI TF-2 3.39; wire specification 6.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from lxml import etree

from ncp.wire.building import add, given, root
from ncp.wire.checked import lenient, strict
from ncp.wire.findings import Finding
from ncp.wire.inline_content import NOTHING_ATTACHED, content_of, encoded
from ncp.wire.iti39_outcome import (
    Comparison,
    Delivered,
    Outcome,
    RetrieveRefused,
    WrongDocument,
    compare,
    outcome,
)
from ncp.wire.profile import Profile
from ncp.wire.reading import (
    children,
    expect,
    only_child,
    only_text,
    optional_child,
    optional_text,
)
from ncp.wire.registry import RegistryError, Status, read_errors, read_status, write_errors
from schemas.namespaces import RS, XDSB
from schemas.validate import Schema

__all__ = [
    "ACTION",
    "ANSWER_ACTION",
    "Comparison",
    "Delivered",
    "DocumentRequest",
    "Outcome",
    "RetrieveRefused",
    "RetrieveRequest",
    "RetrieveResponse",
    "RetrievedDocument",
    "WrongDocument",
    "compare",
]

Element: TypeAlias = etree._Element
X = f"{{{XDSB}}}"
R = f"{{{RS}}}"
NSMAP: dict[str | None, str] = {"xdsb": XDSB}
ANSWER_NSMAP: dict[str | None, str] = {"xdsb": XDSB, "rs": RS}
ACTION = "urn:ihe:iti:2007:CrossGatewayRetrieve"
ANSWER_ACTION = "urn:ihe:iti:2007:CrossGatewayRetrieveResponse"


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """One document wanted.

    Attributes:
        home:       `urn:oid:<OID>` of the country that holds it; None only in requests read.
        repository: OID, from the list.
        document:   unique id, from the list, verbatim.
    """

    home: str | None
    repository: str
    document: str


@dataclass(frozen=True, slots=True)
class RetrieveRequest:
    """The documents wanted; OpenNCP answers the first one only."""

    documents: tuple[DocumentRequest, ...]

    def to_xml(self, profile: Profile) -> Element:
        """Write RetrieveDocumentSetRequest; the form is the same in every profile.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or no document.
        """
        request = root(f"{X}RetrieveDocumentSetRequest", NSMAP)
        for wanted in self.documents:
            el = add(request, f"{X}DocumentRequest")
            _write_ids(el, wanted.home, wanted.repository, wanted.document)
        return strict(request, Schema.RETRIEVE_REQUEST)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Read RetrieveDocumentSetRequest.

        Raises:  NotValid: the schema refuses it, or an id is empty.
        """
        strict(expect(el, f"{X}RetrieveDocumentSetRequest"), Schema.RETRIEVE_REQUEST)
        return cls(
            tuple(
                DocumentRequest(
                    home=optional_text(each, f"{X}HomeCommunityId"),
                    repository=only_text(each, f"{X}RepositoryUniqueId"),
                    document=only_text(each, f"{X}DocumentUniqueId"),
                )
                for each in children(el, f"{X}DocumentRequest")
            )
        )


@dataclass(frozen=True, slots=True)
class RetrievedDocument:
    """One document delivered; `content` is its bytes, decoded.

    `home` and `repository` are None if an answer read does not name them.
    """

    home: str | None
    repository: str | None
    document: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RetrieveResponse:
    """The documents, or why there are none.

    Attributes:
        status:    None if an answer read has none that is known.
        documents: as delivered; what was asked for is for `outcome` to compare.
        findings:  what is wrong in an answer read; not part of the message.
    """

    status: Status | None
    documents: tuple[RetrievedDocument, ...] = ()
    errors: tuple[RegistryError, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    def outcome(self, asked: DocumentRequest) -> Outcome:
        """Delivered, WrongDocument or RetrieveRefused, for one document asked for."""
        return outcome(self, asked)

    def to_xml(self, profile: Profile) -> Element:
        """Write RetrieveDocumentSetResponse with the documents as base64; `mtom.pack` moves them out.

        Raises:  NotValid: a value that the schema or XML itself does not allow, or no status.
        """
        response = root(f"{X}RetrieveDocumentSetResponse", ANSWER_NSMAP)
        write_errors(add(response, f"{R}RegistryResponse", given(status=self.status)), self.errors, profile)
        for each in self.documents:
            el = add(response, f"{X}DocumentResponse")
            _write_ids(el, each.home, each.repository, each.document)
            add(el, f"{X}mimeType", text=each.mime_type)
            add(el, f"{X}Document", text=encoded(each.content))
        return strict(response, Schema.RETRIEVE_RESPONSE)

    @classmethod
    def from_xml(cls, el: Element, attached: Mapping[Element, bytes] = NOTHING_ATTACHED) -> Self:
        """Read RetrieveDocumentSetResponse by name, after `mtom.resolve` or `mtom.detach`.

        Args:    attached: what `mtom.detach` returned; a document that is not in it is base64 inside.
        Raises:  NotValid: another message, or a document without id or content, or in broken base64.
        """
        findings = list(lenient(expect(el, f"{X}RetrieveDocumentSetResponse"), Schema.RETRIEVE_RESPONSE))
        answer = optional_child(el, f"{R}RegistryResponse")
        return cls(
            status=read_status(answer, findings),
            documents=tuple(_document(each, attached) for each in children(el, f"{X}DocumentResponse")),
            errors=() if answer is None else read_errors(answer, findings),
            findings=tuple(findings),
        )


def _write_ids(el: Element, home: str | None, repository: str | None, document: str) -> None:
    for name, value in (("HomeCommunityId", home), ("RepositoryUniqueId", repository)):
        if value:
            add(el, f"{X}{name}", text=value)
    add(el, f"{X}DocumentUniqueId", text=document)


def _document(el: Element, attached: Mapping[Element, bytes]) -> RetrievedDocument:
    holder = only_child(el, f"{X}Document")
    return RetrievedDocument(
        home=optional_text(el, f"{X}HomeCommunityId"),
        repository=optional_text(el, f"{X}RepositoryUniqueId"),
        document=only_text(el, f"{X}DocumentUniqueId"),
        mime_type=optional_text(el, f"{X}mimeType") or "",
        content=content_of(holder, attached),
    )
