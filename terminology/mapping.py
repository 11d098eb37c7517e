"""Mappings: from a national concept to the concept of the Master Value Sets Catalogue that says the same.

A mapping changes the code; a designation (see `catalogue`) only the words. A national code without a mapping
stays what it is: nothing is guessed from equal code strings or equal words.
Source: transcoding by the TSAM of the MyHealth@EU reference; only active mappings are used, and several of
them for one concept need one that is preferred.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from types import MappingProxyType

from terminology import issues
from terminology.catalogue import Catalogue
from terminology.concept import Concept
from terminology.issues import Issue, Source
from terminology.languages import ENGLISH

COLUMNS = (
    "system",
    "code",
    "text",
    "target_system",
    "target_code",
    "target_version",
    "relationship",
    "status",
    "preferred",
)


class Relationship(StrEnum):
    """How the source relates to the target. Anything but `equivalent` is shown as approximate."""

    EQUIVALENT = "equivalent"
    NARROWER = "narrower"  # the source says more than the target
    BROADER = "broader"  # the source says less than the target
    RELATED = "related"


class MappingStatus(StrEnum):
    """Life of a mapping, in this order."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ConceptMapping:
    """One national concept and where it leads. `text` is what the country calls it."""

    source: Concept
    text: str
    target: Concept
    relationship: Relationship = Relationship.EQUIVALENT
    status: MappingStatus = MappingStatus.ACTIVE
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Transcoded:
    """What a concept becomes: `concept` with its English text, or None with the reason among the issues.

    `mapping` is None for a concept that needs none, because it is of the catalogue already.
    """

    concept: Concept | None = None
    text: str | None = None
    system_name: str | None = None
    mapping: ConceptMapping | None = None
    issues: tuple[Issue, ...] = ()


_Key = tuple[str, str]  # code system and code


@dataclass(frozen=True, slots=True, eq=False)
class Mappings:
    """The mappings of one country onto one release of the catalogue; immutable."""

    catalogue: Catalogue
    by_source: Mapping[_Key, tuple[ConceptMapping, ...]]
    systems: frozenset[str]  # national code systems that occur as a source

    @classmethod
    def of(cls, catalogue: Catalogue, mappings: Iterable[ConceptMapping]) -> "Mappings":
        """Put together the mappings of a country.

        Raises: ValueError: several active mappings of one concept, of which not exactly one is preferred.
        """
        found: dict[_Key, tuple[ConceptMapping, ...]] = {}
        for one in mappings:
            key = (one.source.system, one.source.code)
            found[key] = (*found.get(key, ()), one)
        for (system, code), held in found.items():
            active = [one for one in held if one.status is MappingStatus.ACTIVE]
            if len(active) > 1 and sum(one.preferred for one in active) != 1:
                raise ValueError(f"{system} {code}: {len(active)} active mappings and no preferred one")
        return cls(catalogue, MappingProxyType(found), frozenset(system for system, _ in found))

    def transcode(self, concept: Concept) -> Transcoded:
        """The concept of the catalogue for a concept of a national document.

        The target is checked each time, so that a mapping never leads out of the release it is used with.
        """
        held = self.by_source.get((concept.system, concept.code))
        if held is None:
            return self._as_it_is(concept)
        active = [one for one in held if one.status is MappingStatus.ACTIVE]
        if not active:
            return _failed("4509", f"{concept.code} of {concept.system}: no active mapping")
        return self._target(next((one for one in active if one.preferred), active[0]))

    def _as_it_is(self, concept: Concept) -> Transcoded:
        """A concept without a mapping: of the catalogue, or a gap."""
        answer = self.catalogue.lookup(concept, ENGLISH)
        if answer.english is None:
            return _failed("4504", f"{concept.code} of {concept.system}")
        system = answer.system
        return Transcoded(concept, answer.english, system.name if system else None, issues=answer.issues)

    def _target(self, mapping: ConceptMapping) -> Transcoded:
        target = mapping.target
        system = self.catalogue.code_systems.get(target.system)
        if not target.system:
            return _failed("4508", f"target {target.code}")
        if system is None:
            return _failed("4507", f"{target.system} of target {target.code}")
        if target.version is not None and target.version not in system.versions:
            return _failed("4506", f"{system.name} {target.version}")
        answer = self.catalogue.lookup(target, ENGLISH)
        if answer.english is None:
            return Transcoded(issues=answer.issues)
        version = target.version or answer.version or None
        concept = Concept(target.code, target.system, version)
        return Transcoded(concept, answer.english, system.name, mapping, answer.issues)


def _failed(number: str, detail: str) -> Transcoded:
    return Transcoded(issues=(issues.error(Source.TSAM, number, detail),))


def read_mappings(data: bytes, name: str) -> tuple[ConceptMapping, ...]:
    """The mappings of a CSV file with the header COLUMNS, UTF-8, every cell as text.

    Raises: ValueError: another header, a row of another length, an empty code or system, an unknown word; the
            message names file and line.
    """
    reader = csv.reader(StringIO(data.decode("utf-8"), newline=""), strict=True)
    if next(reader, None) != list(COLUMNS):
        raise ValueError(f"{name}: the header is not {','.join(COLUMNS)}")
    found = []
    for row in reader:
        try:
            found.append(_mapping(row))
        except ValueError as error:
            raise ValueError(f"{name} line {reader.line_num}: {error}") from error
    return tuple(found)


def _mapping(row: list[str]) -> ConceptMapping:
    if len(row) != len(COLUMNS) or any(cell != cell.strip() for cell in row):
        raise ValueError(f"{len(COLUMNS)} cells without outer blanks expected")
    system, code, text, target_system, target_code, version, relationship, status, preferred = row
    if not (system and code and text and target_code):
        raise ValueError("system, code, text and target_code are needed")
    if preferred not in ("", "yes"):
        raise ValueError(f"preferred is {preferred!r}, neither empty nor yes")
    return ConceptMapping(
        Concept(code, system),
        text,
        Concept(target_code, target_system, version or None),
        Relationship(relationship),
        MappingStatus(status),
        preferred == "yes",
    )
