"""The catalogue: every concept that Norway knows, in memory, immutable; the one place where codes get text.

A look-up never guesses. A code that is unknown in its own code system stays without text, also when another
system has the same code string, and the answer says by number what was wrong.
Source: TSAM look-up of the MyHealth@EU reference, with the deviations recorded for fallback and value sets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from terminology import issues, languages
from terminology.code_systems import CodeSystem
from terminology.concept import Concept
from terminology.designation import Designation
from terminology.issues import Issue, Severity, Source
from terminology.release import Content, Release
from terminology.value_sets import ValueSet

if TYPE_CHECKING:
    from terminology.releases.reading import ReleasedMapping


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept of the catalogue as it is loaded: one code in one version of one code system."""

    system: CodeSystem
    version: str  # one of system.versions
    code: str
    designations: tuple[Designation, ...]
    value_sets: tuple[str, ...] = ()  # OIDs
    current: bool = True  # False: retired by the code system, still understood


@dataclass(frozen=True, slots=True)
class Answer:
    """What the catalogue says about one concept in one language."""

    text: str | None = None  # in the language asked for or a fallback; None: there is no text at all
    language: str | None = None  # of `text`: nb-NO, nn-NO, en
    fallback: int = 0  # position in the chain of languages: 0 as asked for, each further step one more
    english: str | None = None
    issues: tuple[Issue, ...] = ()  # errors first
    designation: Designation | None = None  # the one that `text` is from
    value_sets: tuple[str, ...] = ()  # OIDs of the sets that the concept belongs to
    system: CodeSystem | None = None
    version: str | None = (
        None  # of the code system, in which the concept was found; "" when it has no versions
    )
    equivalence: str | None = None  # of the mapping that led to `text`: equivalent, broader, narrower
    entry: Entry | None = None  # the concept as it was loaded; None: the catalogue does not hold it

    @property
    def issue(self) -> Issue | None:
        """The gravest finding, or None."""
        return self.issues[0] if self.issues else None

    @property
    def translated(self) -> bool:
        """Whether `text` is in the language asked for or a sister of it, rather than the English stand-in."""
        if self.text is None or not self.issues:
            return self.text is not None
        return all(issue.severity is not Severity.ERROR for issue in self.issues)


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    """An entry prepared for look-up: the designation to show per language, chosen once."""

    entry: Entry
    texts: Mapping[str, Designation]  # by stored language tag
    ambiguous: frozenset[str]  # languages with several designations and none preferred
    withheld: frozenset[str]  # languages with designations of which none may be shown


# Answers kept of one release, 150 to 500 bytes each: documents ask for the same few concepts again and again.
_REMEMBERED = 20_000

_Versions = Mapping[str, Mapping[str, _Record]]  # version -> code -> record


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """An immutable release of the terminology; `Catalogue.of` builds one.

    A look-up costs a few microseconds, so that a document of 500 codes takes a few milliseconds.
    """

    release: Release
    code_systems: Mapping[str, CodeSystem] = field(repr=False)  # by OID, other OIDs included
    value_sets: Mapping[str, ValueSet] = field(repr=False)  # by OID
    languages: frozenset[str]  # primary subtags that designations exist in
    _records: Mapping[str, _Versions] = field(repr=False)  # by OID, other OIDs included
    _members: Mapping[str, tuple[Entry, ...]] = field(
        repr=False
    )  # by OID of the value set, in the order loaded
    _sole: Mapping[str, CodeSystem] = field(
        repr=False
    )  # by OID of a value set: its code system, if there is just one
    mappings: tuple["ReleasedMapping", ...] = field(default=(), repr=False)  # of the release, in its order
    _answers: dict[tuple[_Record, str], Answer] = field(
        default_factory=dict, repr=False
    )  # at most _REMEMBERED

    @classmethod
    def of(cls, release: Release, value_sets: Iterable[ValueSet], entries: Iterable[Entry]) -> "Catalogue":
        """Build the index of a release.

        Raises: ValueError: a code twice in a version, or an entry in a version or value set not declared.
        """
        sets = {value_set.oid: value_set for value_set in value_sets}
        systems: dict[str, CodeSystem] = {}
        records: dict[str, dict[str, dict[str, _Record]]] = {}
        members: dict[str, list[Entry]] = {oid: [] for oid in sets}
        tags: set[str] = set()
        seen: set[tuple[str, str, str]] = set()
        for entry in entries:
            system = entry.system
            key = (system.oid or system.name, entry.version, entry.code)
            if key in seen or entry.version not in system.versions:
                raise ValueError(
                    f"{system.name} {entry.code}: twice in a version, or in an undeclared version"
                )
            seen.add(key)
            for value_set in entry.value_sets:
                if value_set not in members:
                    raise ValueError(f"{system.name} {entry.code}: unknown value set {value_set}")
                members[value_set].append(entry)
            record = _prepared(entry, release.content)
            tags.update(record.texts)
            for oid in (system.oid, *system.other_oids) if system.oid else ():
                systems[oid] = system
                records.setdefault(oid, {}).setdefault(entry.version, {})[entry.code] = record
        return cls(
            release,
            MappingProxyType(systems),
            MappingProxyType(sets),
            frozenset(tag.partition("-")[0] for tag in tags),
            MappingProxyType(records),
            MappingProxyType({oid: tuple(held) for oid, held in members.items()}),
            MappingProxyType(_sole_systems(members)),
        )

    def lookup(
        self,
        concept: Concept,
        language: str = "nb-NO",
        value_set: str | None = None,
        system_name: str | None = None,
    ) -> Answer:
        """The text of a concept, with everything that was not as it should be.

        Args:    language: tag asked for; `nb`, `no` and `no-NO` mean `nb-NO`.
                 value_set: OID of the set that the element is bound to; None checks no membership.
                 system_name: code system name in the document; None checks no name.
        Raises:  ValueError: `language` is not a language tag.
        """
        found: list[Issue] = []
        oid = concept.system
        if (system := self.code_systems.get(oid)) is None:
            # Some documents name the value set where its code system belongs.
            system = self._sole.get(oid)
            if system is None or system.oid is None:
                return Answer(issues=(issues.error(Source.TSAM, "4501", oid),))
            found.append(issues.warning(Source.TSAM, "4501", f"{oid} is a value set, read as {system.name}"))
            oid = system.oid
        if system_name and not system.is_called(system_name):
            found.append(issues.warning(Source.TSAM, "2508", f"{system_name!r} for {system.name}"))
        record = self._find(system, self._records[oid], concept, found)
        if record is None:
            return Answer(issues=_errors_first(found), system=system)
        if value_set is not None and self._is_outside(record.entry, value_set):
            found.append(
                issues.warning(Source.TSAM, "2507", f"{concept.code} in {self.value_sets[value_set].name}")
            )
        return self._answer(record, language, found)

    def is_member(self, concept: Concept, value_set: str) -> bool | None:
        """Whether the concept is in the value set; None when the set is unknown or only partly held."""
        answer = self.lookup(concept, languages.ENGLISH)
        if value_set in answer.value_sets:
            return True
        known = self.value_sets.get(value_set)
        return False if known is not None and known.complete else None

    def members(self, value_set: str) -> tuple[Entry, ...]:
        """The concepts of a value set in catalogue order. Raises KeyError: value set not in the catalogue."""
        return self._members[value_set]

    def _find(
        self, system: CodeSystem, held: _Versions, concept: Concept, found: list[Issue]
    ) -> _Record | None:
        """The record in the version stated or a predecessor, else in the current version, with a warning."""
        versions, code = system.versions, concept.code
        stated = concept.version or versions[-1]
        record = _newest(held, (stated,), code)
        if record is not None and record.entry.current:
            return record
        if stated in versions:
            record = _newest(held, versions[: versions.index(stated) + 1], code)
            problem = ("4503", f"{code} in {system.name} {stated}".rstrip())
        else:
            problem = ("4502", f"{system.name} {stated}")
        if record is None and (record := _newest(held, versions, code)) is not None:
            found.append(issues.warning(Source.TSAM, *problem))
        if record is None:
            found.append(issues.error(Source.TSAM, "4503", f"{code} in {system.name}"))
        elif not record.entry.current or (not concept.version and record.entry.version != versions[-1]):
            found.append(issues.warning(Source.TSAM, "2509", f"{code} in {system.name}"))
        return record

    def _is_outside(self, entry: Entry, value_set: str) -> bool:
        """Whether the entry is known not to be a member; a set that is held in part proves nothing."""
        if value_set in entry.value_sets:
            return False
        known = self.value_sets.get(value_set)
        return known is not None and known.complete

    def _answer(self, record: _Record, language: str, found: list[Issue]) -> Answer:
        """What a record says in a language, and what was found on the way to it."""
        answer = self._answers.get((record, language))
        if answer is None:
            answer = self._said(record, language)
            if len(self._answers) < _REMEMBERED:
                self._answers[record, language] = answer
        return replace(answer, issues=_errors_first([*found, *answer.issues])) if found else answer

    def _said(self, record: _Record, language: str) -> Answer:
        texts, entry, found = record.texts, record.entry, list[Issue]()
        chain = languages.chain(language)
        level, chosen = 0, None
        for level, tag in enumerate(chain):  # noqa: B007 -- the level reached is part of the answer
            if (chosen := texts.get(tag)) is not None:
                break
        if chosen is None or (tag == languages.ENGLISH and len(chain) > 1):
            found.append(self._gap(record, chain))
        if tag in record.ambiguous:
            found.append(issues.warning(Source.TSAM, "2506", f"{entry.code} in {tag}"))
        english = texts.get(languages.ENGLISH)
        return Answer(
            text=chosen.text if chosen else None,
            language=languages.shown(tag) if chosen else None,
            fallback=level,
            english=english.text if english else None,
            issues=_errors_first(found),
            designation=chosen,
            value_sets=entry.value_sets,
            system=entry.system,
            version=entry.version,
            entry=entry,
        )

    def _gap(self, record: _Record, chain: tuple[str, ...]) -> Issue:
        """Why there is no text in the language asked for."""
        asked, entry = chain[:-1] or chain, record.entry
        if self.languages.isdisjoint(tag.partition("-")[0] for tag in asked):
            return issues.error(Source.TSAM, "2505", asked[0])
        number = "4505" if record.withheld.isdisjoint(asked) else "4510"
        return issues.error(Source.TSAM, number, f"{entry.code} of {entry.system.name} in {asked[0]}")


def _sole_systems(members: Mapping[str, list[Entry]]) -> dict[str, CodeSystem]:
    """The code system of every value set that has just one."""
    systems = {oid: {entry.system for entry in held} for oid, held in members.items()}
    return {oid: of_set.pop() for oid, of_set in systems.items() if len(of_set) == 1}


def _prepared(entry: Entry, content: Content) -> _Record:
    """Choose per language the designation to show: usable, the preferred one if there are several."""
    by_tag: dict[str, list[Designation]] = {}
    for designation in entry.designations:
        by_tag.setdefault(languages.stored(designation.language), []).append(designation)
    texts: dict[str, Designation] = {}
    ambiguous, withheld = set(), set()
    for tag, all_of_them in by_tag.items():
        usable = [designation for designation in all_of_them if designation.usable(content)]
        preferred = [designation for designation in usable if designation.preferred]
        if not usable:
            withheld.add(tag)
            continue
        if len(usable) > 1 and len(preferred) != 1:
            ambiguous.add(tag)
        texts[tag] = (preferred or usable)[0]
    return _Record(entry, texts, frozenset(ambiguous), frozenset(withheld))


def _newest(held: _Versions, versions: tuple[str, ...], code: str) -> _Record | None:
    """The record of `code` in the last of `versions` that has it."""
    for version in reversed(versions):
        if (record := held.get(version, {}).get(code)) is not None:
            return record
    return None


def _errors_first(found: list[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(found, key=lambda issue: issue.severity is Severity.WARNING))
