"""What every importer yields, whatever the format: one neutral item after the other, never a whole file.

Order in a stream: a code system or value set before its concepts, a concept before its texts. `where` says
the place in the file so that a person finds it: `line 12`, `sheet Country row 3`, a JSON pointer, and for
archives the member before it (`package/CodeSystem-x.json /concept/3`).
A `reason` is a key of the message catalogue, `import.reject.*` or `import.note.*`, with `{what}` as its only
placeholder.
"""

from dataclasses import dataclass
from enum import StrEnum

from terminology.concept import Concept
from terminology.designation import Status


class Relationship(StrEnum):
    """What the target of a mapping is to its source; `BROADER`: the target means more than the source."""

    EQUIVALENT = "equivalent"
    NARROWER = "narrower"
    BROADER = "broader"
    INEXACT = "inexact"


@dataclass(frozen=True, slots=True)
class CodeSystemItem:
    """A code system in one version, as the file declares it."""

    oid: str | None
    uri: str | None  # canonical of FHIR, when the file states one
    name: str
    version: str  # "" when the file states none
    where: str


@dataclass(frozen=True, slots=True)
class ValueSetItem:
    """A value set in one version. `complete`: the file holds every member, so an absent one is gone."""

    oid: str
    name: str
    version: str
    complete: bool
    where: str


@dataclass(frozen=True, slots=True)
class ConceptItem:
    """A code in one version of a code system, and value sets that it belongs to.

    A stream may name a concept several times, once by its code system and once by each value set: the sets
    add up, `current` is the same in all of them, and a parent stands whoever says it.
    """

    system: str  # OID; the name of the code system when it has none
    version: str
    code: str
    current: bool
    parent: str | None  # code in the same system and version
    value_sets: tuple[str, ...]  # OIDs
    where: str


@dataclass(frozen=True, slots=True)
class DesignationItem:
    """A text of a concept in one language. `status` None: the file says nothing of review.

    `version` is "" where the file does not know the version of the code system: the text is then meant for
    the current one.
    """

    system: str
    version: str
    code: str
    language: str  # tag as terminology.languages.stored spells it
    text: str
    preferred: bool
    status: Status | None
    basis: str  # where the words come from: a key of terminology.seed.BASES, or the format's name
    where: str


@dataclass(frozen=True, slots=True)
class MappingItem:
    """A link from one concept to another, as transcoding uses it."""

    source: Concept
    target: Concept
    relationship: str  # a value of Relationship
    preferred: bool
    status: Status | None
    where: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not taken over, and why. Nothing of it enters the store."""

    where: str
    what: str  # the offending value, shortened; never more than 200 characters
    reason: str  # import.reject.*


@dataclass(frozen=True, slots=True)
class Noted:
    """Something about the row that was taken over: what was put right (blanks, a lost NA), or looks odd."""

    where: str
    what: str
    reason: str  # import.note.*


Item = CodeSystemItem | ValueSetItem | ConceptItem | DesignationItem | MappingItem | Rejected | Noted
