"""A release as a catalogue. Lines are split when their concept is first asked for.

A full release is half a million texts; to make objects of them all would hold up every reader of the process
for seconds, for concepts that nobody ever meets.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from terminology.catalogue import Catalogue, Entry, _prepared, _Record
from terminology.code_systems import CodeSystem
from terminology.concept import Concept
from terminology.designation import Designation, Status
from terminology.release import Content, Release
from terminology.releases.snapshot import GROUP, RECORD, UNIT, Header, key_of, lines

_STATUS = {status.value: status for status in Status}
# Of the texts in one language the furthest reviewed are shown: a draft never beside an approved text.
_RANK = {Status.RETIRED: 0, Status.DRAFT: 1, Status.IN_REVIEW: 2, Status.ACTIVE: 3}


@dataclass(frozen=True, slots=True)
class ReleasedMapping:
    """A mapping of a release."""

    source: Concept
    target: Concept
    relationship: str  # equivalent, narrower, broader, inexact
    preferred: bool
    status: Status
    basis: str
    origin: str
    approved_by: str | None
    approved_on: date | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A whole release: what it says of concepts and of mappings."""

    header: Header
    catalogue: Catalogue
    mappings: tuple[ReleasedMapping, ...]
    by_version: Mapping[tuple[str, str], "Concepts"]  # (key of the system, version)

    def entries(self) -> Iterator[Entry]:
        """Every concept by system, version and code, also those that no look-up by OID reaches."""
        for concepts in self.by_version.values():
            for record in concepts.values():
                yield record.entry

    def parent(self, system: str, version: str, code: str) -> str | None:
        """The parent code in the same version; None: no parent, or no such concept."""
        concepts = self.by_version.get((system, version))
        if concepts is None or code not in concepts:
            return None
        return concepts.lines[code].partition(RECORD)[0].split(UNIT)[2] or None


class Concepts(Mapping[str, _Record]):
    """The concepts of one version by code, made on demand. Two of them are the same only if they are one."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def __init__(self, system: CodeSystem, version: str, content: Content) -> None:
        self.system, self.version, self.content = system, version, content
        self.lines: dict[str, str] = {}
        self._made: dict[str, _Record] = {}

    def __getitem__(self, code: str) -> _Record:
        if (record := self._made.get(code)) is None:
            entry = entry_of(self.lines[code], self.system, self.version, self.content)
            record = self._made[code] = _prepared(entry, self.content)
        return record

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, code: object) -> bool:
        return code in self.lines


class Members(Mapping[str, tuple[Entry, ...]]):
    """The members of each value set, made on demand; the entries are those of `Concepts`."""

    def __init__(self, sets: Iterable[str]) -> None:
        # Lists of strings, which the garbage collector does not walk through.
        self.held: dict[str, dict[Concepts, list[str]]] = {oid: {} for oid in sets}
        self._made: dict[str, tuple[Entry, ...]] = {}

    def __getitem__(self, oid: str) -> tuple[Entry, ...]:
        if (entries := self._made.get(oid)) is None:
            entries = self._made[oid] = tuple(
                concepts[code].entry for concepts, codes in self.held[oid].items() for code in codes
            )
        return entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def __contains__(self, oid: object) -> bool:
        return oid in self.held


def opened(release: Release, packed: Iterable[bytes]) -> Opened:
    """Read a release. Raises snapshot.Damaged: the chunks do not have the hash of the release."""
    header: Header | None = None
    by_version: dict[tuple[str, str], Concepts] = {}
    mappings: list[ReleasedMapping] = []
    members = Members(())
    concepts: Concepts | None = None
    for chunk in lines(packed, release.hash):
        if header is None:
            header, chunk = Header.of(chunk[0]), chunk[1:]
            members = Members(each.oid for each in header.value_sets)
            systems = {key_of(each): each for each in header.systems}
        for line in chunk:
            if line.startswith(GROUP):
                key, _, version = line[1:].partition(UNIT)
                concepts = Concepts(systems[key], version, release.content) if key else None
                if concepts is not None:
                    by_version[key, version] = concepts
            elif concepts is None:
                mappings.append(mapping_of(line))
            else:
                _add(line, concepts, members)
    assert header is not None  # a release has at least its header
    catalogue = _catalogue(release, header, by_version, members, tuple(mappings))
    return Opened(header, catalogue, tuple(mappings), by_version)


def _add(line: str, concepts: Concepts, members: Members) -> None:
    code, _, _, sets = line.partition(RECORD)[0].split(UNIT)
    concepts.lines[code] = line
    if sets:
        for oid in sets.split(","):
            of_set = members.held[oid]
            if concepts not in of_set:
                of_set[concepts] = []
            of_set[concepts].append(code)


def _catalogue(
    release: Release,
    header: Header,
    by_version: Mapping[tuple[str, str], Concepts],
    members: Members,
    mappings: tuple[ReleasedMapping, ...],
) -> Catalogue:
    systems: dict[str, CodeSystem] = {}
    records: dict[str, Mapping[str, Concepts]] = {}
    for system in header.systems:
        held = {version: by_version[key_of(system), version] for version in system.versions}
        for oid in (system.oid, *system.other_oids) if system.oid else ():
            systems[oid], records[oid] = system, held
    sole = {}
    for oid, of_set in members.held.items():
        used = {concepts.system for concepts in of_set}
        if len(used) == 1:
            sole[oid] = used.pop()
    return Catalogue(
        release,
        MappingProxyType(systems),
        MappingProxyType({each.oid: each for each in header.value_sets}),
        frozenset(header.languages),
        MappingProxyType(records),
        members,
        MappingProxyType(sole),
        mappings,
    )


def entry_of(line: str, system: CodeSystem, version: str, content: Content) -> Entry:
    """The concept that a line tells of; per language only the texts that are furthest reviewed."""
    head, *texts = line.split(RECORD)
    code, current, _, sets = head.split(UNIT)
    found = [designation_of(text) for text in texts]
    if content is Content.TEST and len(found) > 1:
        best: dict[str, int] = {}
        for each in found:
            best[each.language] = max(best.get(each.language, 0), _RANK[each.status])
        found = [each for each in found if _RANK[each.status] == best[each.language]]
    return Entry(system, version, code, tuple(found), tuple(sets.split(",")) if sets else (), current == "1")


def designation_of(text: str) -> Designation:
    """One text of a line."""
    language, words, status, preferred, basis, origin, approver, day = text.split(UNIT)
    return Designation(
        words,
        language,
        _STATUS[status],
        basis,
        origin,
        preferred == "1",
        approver or None,
        date.fromisoformat(day) if day else None,
    )


def mapping_of(line: str) -> ReleasedMapping:
    """One mapping line."""
    (
        source_system, source_version, source_code, target_system, target_version, target_code,
        relationship, preferred, status, basis, origin, approver, day,
    ) = line.split(UNIT)  # fmt: skip
    return ReleasedMapping(
        Concept(source_code, source_system, source_version or None),
        Concept(target_code, target_system, target_version or None),
        relationship,
        preferred == "1",
        Status(status),
        basis,
        origin,
        approver or None,
        date.fromisoformat(day) if day else None,
    )
