"""Suggestions for missing Norwegian texts. None is ever shown to a clinician: taken up, it is a draft.

The same words in two sets may mean two things (a blister is a package and a unit), so that a text found by
its English words is offered with the concept it comes from, for a person to decide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, Select, and_, exists, select

from terminology import spelling
from terminology.code_systems import ATC, ICD_10
from terminology.designation import Status
from terminology.languages import ENGLISH
from terminology.search import search
from terminology.store.engine import snapshot
from terminology.store.schema import (
    code_system,
    code_system_version,
    concept,
    designation,
    membership,
    value_set,
)
from terminology.value_sets import ACTIVE_INGREDIENT, SUBSTANCE
from terminology.workspace.actor import Actor
from terminology.workspace.changes import Conflict
from terminology.workspace.edit import Origin, propose
from terminology.workspace.rows import (
    ConceptRow,
    DesignationRow,
    designations_of,
    find_concept,
    get_concept,
)

BASIS = "suggestion"
NORWEGIAN = ("nb-NO", "nb", "no")
_SISTERS = ("nn-NO", "nn", "da", "da-DK", "sv", "sv-SE")
_LETTERS = re.compile(r"[^\w]+")


class Way(StrEnum):
    """How a suggestion was found, the most reliable first."""

    DECISION = "decision"  # the same concept had this text before, or has it in another version
    SAME_WORDS = "same words"  # another concept has exactly this English text
    LIKE_WORDS = "like words"  # the same but for letter case, blanks, punctuation and plural
    SPELLING = "spelling"  # substance name in Norwegian spelling
    LANGUAGE = "language"  # the text in a neighbouring language
    PARENT = "parent"  # the title of the parent


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that might fit, and why. `source` names the concept, language or row that it comes from."""

    text: str
    way: Way
    source: str


def suggest(engine: Engine, concept_id: int) -> list[Suggestion]:
    """What might be the Norwegian text of a concept, each text once, the best first.

    Raises: NotFound: no such concept.
    """
    row = get_concept(engine, concept_id)
    texts = designations_of(engine, concept_id)
    english = next((each.text for each in texts if each.language == ENGLISH and _live(each)), None)
    found: dict[str, Suggestion] = {}
    for suggestion in sorted(_all(engine, row, texts, english), key=lambda each: list(Way).index(each.way)):
        found.setdefault(suggestion.text, suggestion)
    present = {each.text for each in texts if each.language in NORWEGIAN and _live(each)}
    return [each for text, each in found.items() if text not in present]


def take_up(
    engine: Engine, actor: Actor, concept_id: int, suggestion: Suggestion, *, now: datetime
) -> DesignationRow:
    """Make a draft of a suggestion. Raises as `workspace.edit.propose`."""
    origin = Origin(BASIS, f"{suggestion.way}: {suggestion.source}"[:200])
    return propose(engine, actor, concept_id, "nb-NO", suggestion.text, now=now, origin=origin)


def without_text(
    engine: Engine, *, system: str | None = None, value_set_oid: str | None = None, limit: int = 1000
) -> list[int]:
    """Current concepts without any Norwegian text, drafts included, by system and code."""
    with snapshot(engine).connect() as connection:
        return list(connection.execute(_lacking(system, value_set_oid).limit(limit)).scalars())


def suggest_missing(
    engine: Engine,
    actor: Actor,
    *,
    now: datetime,
    system: str | None = None,
    value_set_oid: str | None = None,
    ways: frozenset[Way] = frozenset(Way) - {Way.PARENT, Way.LANGUAGE},
    limit: int = 1000,
) -> Iterator[tuple[int, DesignationRow | None]]:
    """Draft the best suggestion for every concept without text: its id, and the draft or None.

    A parent's title or another language's words are not put in place of the text unless asked for.
    """
    for concept_id in without_text(engine, system=system, value_set_oid=value_set_oid, limit=limit):
        best = next((each for each in suggest(engine, concept_id) if each.way in ways), None)
        try:
            yield concept_id, take_up(engine, actor, concept_id, best, now=now) if best else None
        except Conflict:  # somebody proposed a text meanwhile
            yield concept_id, None


def _all(
    engine: Engine, row: ConceptRow, texts: list[DesignationRow], english: str | None
) -> Iterator[Suggestion]:
    for each in texts:
        if each.language in NORWEGIAN and not _live(each):
            yield Suggestion(each.text, Way.DECISION, f"{each.review.author} {each.review.at[:10]}")
        if each.language in _SISTERS and _live(each):
            yield Suggestion(each.text, Way.LANGUAGE, each.language)
    yield from _other_versions(engine, row)
    yield from _of_parent(engine, row)
    if english is not None:
        yield from _of_words(engine, row, english)
        substance = row.system == ATC or {ACTIVE_INGREDIENT, SUBSTANCE} & set(row.value_sets)
        if substance and (spelt := spelling.norwegian(english)) is not None:
            yield Suggestion(spelt, Way.SPELLING, english)


def _of_words(engine: Engine, row: ConceptRow, english: str) -> Iterator[Suggestion]:
    """Texts of concepts with the same English words."""
    # Words without their plural are part of those with it, so that the second search finds both.
    hits = {
        hit.concept_id: hit for words in (english, normal(english)) for hit in search(engine, words, limit=50)
    }
    for hit in hits.values():
        if hit.concept_id == row.id or hit.norwegian is None or hit.english is None:
            continue
        source = f"{hit.system_name} {hit.code}"
        if hit.english == english:
            yield Suggestion(hit.norwegian, Way.SAME_WORDS, source)
        elif normal(hit.english) == normal(english):
            yield Suggestion(hit.norwegian, Way.LIKE_WORDS, source)


def normal(text: str) -> str:
    """A text as it is compared: no case, punctuation or plural."""
    words = _LETTERS.sub(" ", text.casefold()).split()
    return " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words)


def _other_versions(engine: Engine, row: ConceptRow) -> Iterator[Suggestion]:
    """Norwegian texts of the same code in other versions of its code system."""
    query = (
        select(designation.c.text, code_system_version.c.version)
        .join_from(designation, concept, designation.c.concept_id == concept.c.id)
        .join(code_system_version, concept.c.version_id == code_system_version.c.id)
        .join(code_system, code_system_version.c.system_id == code_system.c.id)
        .where(code_system.c.key == row.system, concept.c.code == row.code, concept.c.id != row.id)
        .where(designation.c.language.in_(NORWEGIAN), designation.c.status != Status.RETIRED.value)
        .order_by(code_system_version.c.ordinal.desc(), designation.c.id)
    )
    with snapshot(engine).connect() as connection:
        for found in connection.execute(query).all():
            yield Suggestion(found.text, Way.DECISION, f"{row.system_name} {found.version} {row.code}")


def _of_parent(engine: Engine, row: ConceptRow) -> Iterator[Suggestion]:
    """The title of the parent; in ICD-10 and ATC the parent is what the code begins with."""
    codes = [row.parent] if row.parent else []
    if not codes and row.system in (ICD_10, ATC):
        codes = [row.code[:length].rstrip(".") for length in range(len(row.code) - 1, 2, -1)]
    for code in codes:
        parent = find_concept(engine, row.system, code, row.version)
        texts = designations_of(engine, parent.id) if parent else []
        title = next((each.text for each in texts if each.language in NORWEGIAN and _live(each)), None)
        if title is not None:
            yield Suggestion(title, Way.PARENT, code)
            return


def _lacking(system: str | None, value_set_oid: str | None) -> Select[int]:
    c = designation.c
    text = exists().where(
        c.concept_id == concept.c.id, c.language.in_(NORWEGIAN), c.status != Status.RETIRED.value
    )
    query = (
        select(concept.c.id)
        .join(code_system_version, concept.c.version_id == code_system_version.c.id)
        .join(code_system, code_system_version.c.system_id == code_system.c.id)
        .where(concept.c.current, ~text)
        .order_by(code_system.c.key, concept.c.code, concept.c.id)
    )
    if system is not None:
        query = query.where(code_system.c.key == system)
    if value_set_oid is not None:
        member = and_(membership.c.concept_id == concept.c.id, membership.c.value_set_id == value_set.c.id)
        query = query.where(exists().where(member, value_set.c.oid == value_set_oid))
    return query


def _live(row: DesignationRow) -> bool:
    return row.review.status is not Status.RETIRED
