"""Writing texts and mappings. What is approved is never overwritten: a change is a proposal beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, select
from sqlalchemy.engine import CursorResult

from terminology import languages, search
from terminology.concept import Concept
from terminology.designation import Status
from terminology.store import moments
from terminology.store.schema import concept, designation, mapping
from terminology.workspace.actor import Actor, NotFound, NotPossible, Role
from terminology.workspace.changes import (
    DESIGNATION,
    MAPPING,
    TABLES,
    Conflict,
    Deed,
    change_row,
    get_row,
)
from terminology.workspace.rows import DesignationRow, MappingRow, get_designation, get_mapping

LONGEST = 4000  # characters of a designation. Source: the reference repository
OPEN = (Status.DRAFT.value, Status.IN_REVIEW.value)
RELATIONSHIPS = ("equivalent", "narrower", "broader", "inexact")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where words come from: `basis` as the clinician reads it, `source` the file or the way."""

    basis: str = "project"
    source: str = "workbench"


BY_HAND = Origin()


def propose(
    engine: Engine,
    actor: Actor,
    concept_id: int,
    language: str,
    text: str,
    *,
    now: datetime,
    preferred: bool = False,
    origin: Origin = BY_HAND,
    reason: str | None = None,
) -> DesignationRow:
    """Add a draft text to a concept. An approved text of the same language stays until the draft is approved.

    Raises: NotAllowed: no editor. NotFound: no such concept. NotPossible: no usable text or language.
            Conflict: somebody else's proposal for the same concept and language is open.
    """
    actor.must_be(Role.EDITOR)
    text, language = checked_text(text), checked_language(language)
    with engine.begin() as connection:
        if connection.execute(select(concept.c.id).where(concept.c.id == concept_id)).first() is None:
            raise NotFound("terminology.refused.no_such_row", str(concept_id))
        same = and_(designation.c.concept_id == concept_id, designation.c.language == language)
        open_row = connection.execute(
            select(designation.c.id).where(same, designation.c.status.in_(OPEN)).limit(1)
        ).scalar()
        if open_row is not None:
            raise Conflict(get_designation(connection, open_row), text)
        replaced = connection.execute(
            select(designation.c.id, designation.c.preferred)
            .where(same, designation.c.status == Status.ACTIVE.value)
            .order_by(designation.c.preferred.desc(), designation.c.id)
        ).first()
        row_id = _insert(
            connection,
            DESIGNATION,
            actor,
            now,
            {"concept_id": concept_id, "language": language, "text": text},
            preferred=preferred or bool(replaced and replaced.preferred),
            origin=origin,
            reason=reason,
            replaces=replaced.id if replaced else None,
        )
        search.touch(connection, concept_id)
        return get_designation(connection, row_id)


def change(
    engine: Engine,
    actor: Actor,
    row_id: int,
    row_version: int,
    *,
    now: datetime,
    text: str | None = None,
    preferred: bool | None = None,
    reason: str | None = None,
) -> DesignationRow:
    """Change a text. An open row becomes its new author's draft; an active one gets a proposal beside it.

    Args:   row_version: of the row as the editor read it.
    Raises: Conflict: it has been changed since; both texts are in it. NotPossible: retired, no usable text.
    """
    actor.must_be(Role.EDITOR)
    new = None if text is None else checked_text(text)
    with engine.begin() as connection:
        row = get_designation(connection, row_id)
        if row.review.status is Status.RETIRED:
            raise NotPossible("terminology.refused.retired", row.code)
        values: dict[str, Any] = {
            "text": row.text if new is None else new,
            "preferred": row.review.preferred if preferred is None else preferred,
        }
        if row.review.status is Status.ACTIVE:
            _unproposed(connection, DESIGNATION, row, row_version, values["text"])
            key = {"concept_id": row.concept_id, "language": row.language, "text": values["text"]}
            made = _insert(
                connection, DESIGNATION, actor, now, key,
                preferred=values["preferred"], origin=BY_HAND, reason=reason, replaces=row.id,
            )  # fmt: skip
            search.touch(connection, row.concept_id)
            return get_designation(connection, made)
        values |= {"status": Status.DRAFT.value, "author": actor.id, "reviewer": None, "reason": reason}
        if values["text"] != row.text:  # the words are not those of the file any more
            values |= {"basis": BY_HAND.basis, "origin": BY_HAND.source, "run_id": None}
        deed = Deed("change", actor.id, now, reason)
        change_row(connection, DESIGNATION, row_id, row_version, deed, values, values["text"])
        search.touch(connection, row.concept_id)
        return get_designation(connection, row_id)


def propose_mapping(
    engine: Engine,
    actor: Actor,
    source: Concept,
    target: Concept,
    relationship: str,
    *,
    now: datetime,
    preferred: bool = False,
    origin: Origin = BY_HAND,
    reason: str | None = None,
) -> MappingRow:
    """Add a draft mapping. Raises as `propose`; a mapping with the same two ends is a conflict."""
    actor.must_be(Role.EDITOR)
    values = _ends(source, target, relationship)
    ends = [mapping.c[name] == value for name, value in values.items() if name != "relationship"]
    with engine.begin() as connection:
        query = select(mapping.c.id).where(*ends, mapping.c.status != Status.RETIRED.value).limit(1)
        if (held := connection.execute(query).scalar()) is not None:
            raise Conflict(get_mapping(connection, held), f"{relationship} {target.code}")
        made = _insert(
            connection, MAPPING, actor, now, values,
            preferred=preferred, origin=origin, reason=reason, replaces=None,
        )  # fmt: skip
        return get_mapping(connection, made)


def change_mapping(
    engine: Engine,
    actor: Actor,
    row_id: int,
    row_version: int,
    *,
    now: datetime,
    target: Concept | None = None,
    relationship: str | None = None,
    preferred: bool | None = None,
    reason: str | None = None,
) -> MappingRow:
    """Change a mapping. An active one gets a proposal beside it. Raises as `change`."""
    actor.must_be(Role.EDITOR)
    with engine.begin() as connection:
        row = get_mapping(connection, row_id)
        if row.review.status is Status.RETIRED:
            raise NotPossible("terminology.refused.retired", row.source.code)
        values = _ends(row.source, target or row.target, relationship or row.relationship)
        wanted = row.review.preferred if preferred is None else preferred
        yours = f"{values['relationship']} {values['target_code']}"
        if row.review.status is Status.ACTIVE:
            _unproposed(connection, MAPPING, row, row_version, yours)
            made = _insert(
                connection, MAPPING, actor, now, values,
                preferred=wanted, origin=BY_HAND, reason=reason, replaces=row.id,
            )  # fmt: skip
            return get_mapping(connection, made)
        values |= {"preferred": wanted, "status": Status.DRAFT.value, "author": actor.id}
        values |= {"reviewer": None, "reason": reason}
        change_row(
            connection, MAPPING, row_id, row_version, Deed("change", actor.id, now, reason), values, yours
        )
        return get_mapping(connection, row_id)


def checked_text(text: str) -> str:
    """The text without outer blanks. Raises NotPossible: empty, too long, or with control characters."""
    text = text.strip()
    if not text:
        raise NotPossible("terminology.refused.empty_text")
    if len(text) > LONGEST:
        raise NotPossible("terminology.refused.long_text", str(len(text)))
    if not text.isprintable() and any(sign < " " or sign in "\x7f\u2028\u2029" for sign in text):
        raise NotPossible("terminology.refused.control_character")
    return text


def checked_language(tag: str) -> str:
    """The tag as it is stored. Raises NotPossible: not a language tag."""
    try:
        return languages.stored(tag)
    except ValueError:
        raise NotPossible("terminology.refused.language", tag[:20]) from None


def _ends(source: Concept, target: Concept, relationship: str) -> dict[str, Any]:
    if relationship not in RELATIONSHIPS:
        raise NotPossible("terminology.refused.relationship", relationship[:20])
    found: dict[str, Any] = {"relationship": relationship}
    for end, value in (("source", source), ("target", target)):
        found[f"{end}_system"] = checked_text(value.system)
        found[f"{end}_version"] = value.version or ""
        found[f"{end}_code"] = checked_text(value.code)
    return found


def _unproposed(
    connection: Connection, kind: str, row: DesignationRow | MappingRow, row_version: int, yours: str
) -> None:
    """Raises Conflict: the active row was changed since it was read, or a proposal to replace it is open."""
    if row.review.row_version != row_version:
        raise Conflict(row, yours)
    table = TABLES[kind]
    query = select(table.c.id).where(table.c.replaces == row.id, table.c.status.in_(OPEN)).limit(1)
    if (held := connection.execute(query).scalar()) is not None:
        raise Conflict(get_row(connection, kind, held), yours)


def _insert(
    connection: Connection,
    kind: str,
    actor: Actor,
    now: datetime,
    values: dict[str, Any],
    *,
    preferred: bool,
    origin: Origin,
    reason: str | None,
    replaces: int | None,
) -> int:
    made: CursorResult[Any] = connection.execute(
        TABLES[kind].insert(),
        values
        | {
            "status": Status.DRAFT.value,
            "preferred": preferred,
            "basis": origin.basis,
            "origin": origin.source,
            "author": actor.id,
            "reviewer": None,
            "at": moments.written(now),
            "reason": reason,
            "run_id": None,
            "replaces": replaces,
            "row_version": 1,
        },
    )
    return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
