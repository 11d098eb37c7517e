"""Which listed documents are two forms of one: the structured document and its PDF.

Source: wire specification 6.3, association XFRM; CDA specification 3.3 for documents that no list has joined.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Origin:
    """What a retrieved document says of itself: its ids, and those of what it was made from (XFRM)."""

    own: frozenset[str]
    parents: frozenset[str] = frozenset()


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


def joined(found: Sequence[DocumentPair], origins: Mapping[str, Origin]) -> tuple[DocumentPair, ...]:
    """Pairs once the documents themselves are there: those alone are joined by what they say.

    By equal parents first, then by one that names the other. Only within one class, and only where a document
    has exactly one candidate: with two, choosing would be guessing.

    Args:    origins: by `uuid` of the entry; a document that could not be read is absent and stays alone.
    """
    lone = [pair for pair in found if len(pair.entries) == 1 and pair.other is None]
    structured = [pair.l3 for pair in lone if pair.l3]
    printed = [pair.l1 for pair in lone if pair.l1]
    twin: dict[str, DocumentEntry] = {}
    for related in (_same_parents, _names):
        for l3, l1 in list(_unambiguous(related, structured, printed, twin, origins)):
            twin[l3.uuid], twin[l1.uuid] = l1, l3
    whole: list[DocumentPair] = []
    done: set[str] = set()
    for pair in found:
        (entry, *_) = pair.entries
        if entry.uuid not in done:
            other = twin.get(entry.uuid)
            whole.append(pair if other is None else _pair(entry, other))
            done |= {entry.uuid} | ({other.uuid} if other else set())
    return tuple(whole)


def _unambiguous(
    related: Callable[[Origin, Origin], bool],
    structured: Sequence[DocumentEntry],
    printed: Sequence[DocumentEntry],
    twin: Mapping[str, DocumentEntry],
    origins: Mapping[str, Origin],
) -> Iterator[tuple[DocumentEntry, DocumentEntry]]:
    """Those of either form that are related to exactly one of the other."""
    links = [
        (l3, l1)
        for l3 in structured
        for l1 in printed
        if l3.class_code == l1.class_code
        and not twin.keys() & {l3.uuid, l1.uuid}
        and l3.uuid in origins
        and l1.uuid in origins
        and related(origins[l3.uuid], origins[l1.uuid])
    ]
    for l3, l1 in links:
        if sum(1 for each, other in links if each is l3 or other is l1) == 1:
            yield l3, l1


def _same_parents(one: Origin, other: Origin) -> bool:
    return bool(one.parents) and one.parents == other.parents


def _names(one: Origin, other: Origin) -> bool:
    return bool(one.parents & other.own or other.parents & one.own)
