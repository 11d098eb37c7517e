"""Which listed documents are two forms of one: the structured document and its PDF.

Source: wire specification 6.3, association XFRM.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ncp.wire.document_classes import Level
from ncp.wire.document_entry import DocumentEntry
from ncp.wire.ebrim import TRANSFORMS, Association


@dataclass(frozen=True, slots=True)
class DocumentPair:
    """One document in the forms listed; exactly one or two of the three are there.

    `other` is an original document, which never has a twin, or one in an unknown format.
    """

    l3: DocumentEntry | None = None
    l1: DocumentEntry | None = None
    other: DocumentEntry | None = None

    @property
    def entries(self) -> tuple[DocumentEntry, ...]:
        return tuple(entry for entry in (self.l3, self.l1, self.other) if entry)


def distinct(entries: Sequence[DocumentEntry]) -> tuple[DocumentEntry, ...]:
    """Every document once, by unique id and repository; the first entry counts."""
    return tuple({(entry.unique_id, entry.repository): entry for entry in reversed(entries)}.values())[::-1]


def pairs(entries: Sequence[DocumentEntry], associations: Sequence[Association]) -> tuple[DocumentPair, ...]:
    """Every document once, twins together, in the order of the list.

    Twins are joined by association only, never by resemblance of their ids; which is which the formats
    tell, so an association in the wrong direction joins them too. What has no twin stands alone.
    """
    listed = distinct(entries)
    kept = {(entry.unique_id, entry.repository): entry for entry in listed}
    by_uuid = {entry.uuid: kept[entry.unique_id, entry.repository] for entry in entries}
    twin: dict[str, DocumentEntry] = {}
    for link in associations:
        source, target = by_uuid.get(link.source), by_uuid.get(link.target)
        if (
            link.kind != TRANSFORMS
            or source is None
            or target is None
            or twin.keys() & {source.uuid, target.uuid}
        ):
            continue
        if {source.level, target.level} == {Level.L1, Level.L3}:
            twin[source.uuid], twin[target.uuid] = target, source
    found: dict[str, DocumentPair] = {}
    for entry in listed:
        other = twin.get(entry.uuid)
        if other is None or other.uuid not in found:
            found[entry.uuid] = _pair(entry, other)
    return tuple(found.values())


def _pair(entry: DocumentEntry, twin: DocumentEntry | None) -> DocumentPair:
    match entry.level:
        case Level.L3:
            return DocumentPair(l3=entry, l1=twin)
        case Level.L1:
            return DocumentPair(l3=twin, l1=entry)
        case _:
            return DocumentPair(other=entry)
