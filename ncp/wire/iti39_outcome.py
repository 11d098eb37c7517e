"""What an answer to a retrieve means, and whether it holds the document that was asked for.

Source: wire specification 6.4, 6.7; the rules for the same document are the project's own: another document
is refused, a missing repository or home community is noted.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ncp.wire.errors import ErrorCode, Severity
from ncp.wire.findings import Finding
from ncp.wire.registry import RegistryError, stopping

if TYPE_CHECKING:
    from ncp.wire.iti39 import DocumentRequest, RetrievedDocument, RetrieveResponse


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names of what differs between wanted and delivered, and what could not be compared."""

    mismatches: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The document asked for, with what the country remarks about it."""

    document: "RetrievedDocument"
    notices: tuple[RegistryError, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongDocument:
    """Something was delivered, but not what was asked for; it must not be shown."""

    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetrieveRefused:
    """No document, or one that the country's own errors forbid to use."""

    error: RegistryError
    further: tuple[RegistryError, ...] = ()


Outcome: TypeAlias = Delivered | WrongDocument | RetrieveRefused


def compare(asked: "DocumentRequest", got: "RetrievedDocument") -> Comparison:
    """Compare document id, repository and home community; the last with or without `urn:oid:`."""
    differ = [] if got.document == asked.document else ["DocumentUniqueId"]
    findings = []
    pairs = (
        ("RepositoryUniqueId", asked.repository, got.repository),
        ("HomeCommunityId", _oid(asked.home), _oid(got.home)),
    )
    for name, wanted, found in pairs:
        if found is None:
            findings.append(Finding(f"DocumentResponse/{name}", "is missing"))
        elif wanted is not None and found != wanted:
            differ.append(name)
    return Comparison(tuple(differ), tuple(findings))


def outcome(answer: "RetrieveResponse", asked: "DocumentRequest") -> Outcome:
    """Interpret an answer for one of the documents asked for.

    A document exists if and only if it is there; the status alone proves nothing. Failed coding of its
    content (45xx, 25xx, 24xx) is a notice beside a document and the reason when there is none.
    """
    if (error := stopping(answer.errors)) is not None:
        return _refused(answer, error)
    compared = [(each, compare(asked, each)) for each in answer.documents]
    right = [(each, result) for each, result in compared if not result.mismatches]
    if len({each.content for each, _ in right}) > 1:
        return WrongDocument(("Document",))  # one id, several contents: choosing would be guessing
    if right:
        document, result = right[0]
        return Delivered(document, answer.errors, _surplus(len(compared)) + result.findings)
    if compared:
        return WrongDocument(compared[0][1].mismatches)
    missing = RegistryError(ErrorCode.GENERIC_DOCUMENT_MISSING.value, "no document in the answer")
    errors = [each for each in answer.errors if each.severity is Severity.ERROR]
    return _refused(answer, next(iter(errors or answer.errors), missing))


def _refused(answer: "RetrieveResponse", error: RegistryError) -> RetrieveRefused:
    return RetrieveRefused(error, tuple(each for each in answer.errors if each is not error))


def _surplus(number: int) -> tuple[Finding, ...]:
    if number == 1:
        return ()
    return (Finding("DocumentResponse", f"{number} documents; only the one asked for is used"),)


def _oid(home: str | None) -> str | None:
    return None if home is None else home.strip().lower().removeprefix("urn:oid:")
