"""Reading a country's answer in the terms of a use case: refusals, remarks, documents."""

from collections.abc import Iterable, Sequence

import cda.parse
from cda.document import Document
from ncp.attempt import Attempt
from ncp.declined import Declined
from ncp.directory import Peer
from ncp.finding import Finding, Source
from ncp.guard import wrong_document
from ncp.wire import findings, iti38, iti39
from ncp.wire.ebrim import APPROVED
from ncp.wire.errors import Malformed
from ncp.wire.registry import RegistryError


def parsed(content: bytes, peer: Peer) -> Document:
    """Raises: Malformed: the bytes are no CDA document."""
    try:
        return cda.parse.parse(content)
    except cda.parse.NotCda as error:
        raise Malformed(f"the document of {peer.country} is not a CDA: {error.reason}") from error


def declined(error: RegistryError, attempt: Attempt, what: str) -> Declined:
    """The country's registry error as a refusal; its own words go to the audit trail and to testers."""
    alias = f"{error.code}: " if error.code != error.canonical_code else ""
    attempt.note(detail=alias + error.context)
    return Declined(what, error.canonical_code, detail=error.context)


def delivered(
    answer: iti39.RetrieveResponse, wanted: iti39.DocumentRequest, attempt: Attempt, peer: Peer
) -> iti39.Delivered:
    """The document that was asked for.

    Raises: Declined: none came, or the country's own errors forbid to use it; Untrusted: it is another one.
    """
    match answer.outcome(wanted):
        case iti39.RetrieveRefused(error):
            raise declined(error, attempt, f"{peer.country} gives no document")
        case iti39.WrongDocument(mismatches):
            raise wrong_document(mismatches)
        case iti39.Delivered() as given:
            return given


def of_wire(found: Iterable[findings.Finding], source: Source) -> tuple[Finding, ...]:
    """Deviations that a reader of messages kept."""
    return tuple(Finding(source, "", each.what, each.where) for each in found)


def of_country(errors: Iterable[RegistryError]) -> tuple[Finding, ...]:
    """Remarks of the country about what it delivers."""
    return tuple(Finding(Source.COUNTRY, each.canonical_code, each.context) for each in errors)


def not_as_asked(
    entries: Sequence[iti38.DocumentEntry], wanted: iti38.ListRequest, unreadable: int
) -> tuple[Finding, ...]:
    """What a list holds beside the approved documents of the classes that were asked for."""
    others = [each for each in entries if each.class_code and each.class_code not in wanted.class_codes]
    counted = {
        "cannot be read": unreadable,
        "are of another class than was asked for": len(others),
        "are not approved": sum(each.status not in (APPROVED, "") for each in entries),
    }
    return tuple(
        Finding(Source.WIRE, "", f"{count} documents of the list {what}", "RegistryObjectList")
        for what, count in counted.items()
        if count
    )


def note_findings(attempt: Attempt, found: tuple[Finding, ...]) -> None:
    """Keep them with the attempt; a remark of the country makes it a partial success."""
    if any(each.source is Source.COUNTRY for each in found):
        attempt.partial()
    if found:
        attempt.note(detail="; ".join(" ".join(filter(None, (e.where, e.code, e.text))) for e in found))
