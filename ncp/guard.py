"""Same patient, same document: the last look before anything of a returned document is shown.

Source: clarifications 15; cda.md 3.1.
"""

import hashlib
from dataclasses import dataclass

from cda import identity
from cda.document import Document
from ncp.finding import Finding, Source
from ncp.wire import iti38, iti39, iti55
from ncp.wire.document_classes import Level
from ncp.wire.errors import ErrorCode, Untrusted

WRONG_PATIENT = "WRONG_PATIENT"
WRONG_DOCUMENT = "WRONG_DOCUMENT"
_ROLE = "{*}recordTarget/{*}patientRole"
_ONCE = (
    ("{*}recordTarget", "patientRole"),
    (_ROLE, "patient"),
    (f"{_ROLE}/{{*}}patient", "birthTime"),
    (f"{_ROLE}/{{*}}patient", "administrativeGenderCode"),
)
_TRAITS = {identity.Trait.BIRTH_DATE: "birthDate", identity.Trait.GENDER: "gender"}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A trait of the document that contradicts the confirmed patient: shown on the stop page."""

    trait: str  # "birthDate" or "gender"
    confirmed: str
    received: str


def wrong_patient(what: str) -> Untrusted:
    """The refusal of something that is not the confirmed patient's."""
    text = f"{what} belongs to another patient; it is not shown"
    return Untrusted(text, ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED, reason=WRONG_PATIENT)


def wrong_document(differences: tuple[str, ...]) -> Untrusted:
    """The refusal of a document that is not the one asked for."""
    text = f"another document than the one asked for: {', '.join(differences)} differs"
    return Untrusted(text, ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED, reason=WRONG_DOCUMENT)


def same_patient(document: Document, candidate: iti55.Candidate) -> tuple[Contradiction, ...]:
    """Compare the document's patient with the confirmed one.

    Returns: what contradicts and does not prove another person: birth date and gender.
    Raises:  Untrusted: none of the document's patient ids is the one that the country returned, or the
             document names several patients or none, or describes one twice.
    """
    asked, who = candidate.ids[0], candidate.demographics
    result = identity.compare(document, [(asked.root, asked.extension)], who.birth_time, who.gender)
    if not result.same:
        raise wrong_patient("the document")
    if _describes_several(document):
        raise wrong_patient("a part of the document")
    return tuple(
        Contradiction(_TRAITS[each.trait], each.asked, each.received) for each in result.contradictions
    )


def as_findings(contradictions: tuple[Contradiction, ...]) -> tuple[Finding, ...]:
    """For the trail, which must say why a page was stopped; without the values."""
    return tuple(
        Finding(Source.DOCUMENT, "", f"contradicts the confirmed patient: {each.trait}", "recordTarget")
        for each in contradictions
    )


def _describes_several(document: Document) -> bool:
    """Whether something that a patient has once stands there twice.

    The model reads the first of each, so the second would be another person's whom nobody looks at.
    """
    return any(
        sum(1 for _ in parent.iterchildren(f"{{*}}{child}")) > 1
        for path, child in _ONCE
        for parent in document.tree.iterfind(path)
    )


def as_listed(
    document: Document, got: iti39.RetrievedDocument, entry: iti38.DocumentEntry
) -> tuple[Finding, ...]:
    """What the document says of itself otherwise than the list did: findings: lists are careless."""
    found = []
    own = ["^".join(filter(None, (each.root, each.extension))) for each in document.header.ids]
    if entry.unique_id not in own:
        found.append(Finding(Source.DOCUMENT, "", "has another id than in the list", "ClinicalDocument/id"))
    kind = document.header.code.code if document.header.code else None
    if entry.class_code and kind != entry.class_code:
        found.append(Finding(Source.DOCUMENT, "", "is of another type than in the list", "code"))
    if (entry.level, document.level) in ((Level.L1, 3), (Level.L3, 1)):
        found.append(Finding(Source.DOCUMENT, "", "has another format than in the list", "formatCode"))
    if entry.hash and entry.hash.lower() != hashlib.sha1(got.content, usedforsecurity=False).hexdigest():
        found.append(Finding(Source.DOCUMENT, "", "has another hash than in the list", "hash"))
    if entry.size is not None and entry.size != len(got.content):
        found.append(Finding(Source.DOCUMENT, "", "has another size than in the list", "size"))
    return tuple(found)
