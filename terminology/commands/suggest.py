"""`ncp terminology suggest`: what might be the text where there is none. Taken up, it is a draft."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminology.commands.start import (
    NOT_WELL,
    REFUSED,
    USAGE,
    AsJson,
    User,
    actor,
    now,
    print_json,
    print_table,
    stop,
    store,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from terminology.suggestions import Suggestion

System = Annotated[str | None, typer.Option(help="Code system: OID, canonical address or name.")]
Code = Annotated[str | None, typer.Option(help="Only this code (with --system).")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many concepts.")]
Apply = Annotated[bool, typer.Option("--apply", help="Make drafts of the best suggestions.")]
ValueSet = Annotated[str | None, typer.Option(help="Only concepts of this value set (OID).")]


class WayName(StrEnum):
    """How a suggestion is found."""

    DECISION = "decision"
    SAME_WORDS = "same words"
    LIKE_WORDS = "like words"
    SPELLING = "spelling"
    LANGUAGE = "language"
    PARENT = "parent"


SURE = [WayName.DECISION, WayName.SAME_WORDS, WayName.LIKE_WORDS, WayName.SPELLING]
Ways = Annotated[list[WayName] | None, typer.Option("--way", help="Only suggestions found so; repeatable.")]


def suggest(
    system: System = None,
    code: Code = None,
    value_set: ValueSet = None,
    way: Ways = None,
    limit: Limit = 100,
    apply: Apply = False,
    user: User = None,
    as_json: AsJson = False,
) -> None:
    """Suggest Norwegian texts where there are none, with where each comes from.

    A title of a parent or words of another language come only when they are asked for with --way, or for one
    code. With --apply the best suggestion of each concept becomes a draft that somebody has to review.

    Exit codes: 0 there are suggestions; 1 there is none; 2 wrong arguments; 3 refused: no such code, or no
    editor; 9 the database cannot be used.
    """
    if code is not None and system is None:
        stop("--code needs --system", USAGE)
    with store() as engine:
        key = None if system is None else _key(engine, system)
        ids = _concepts(engine, key, code, value_set, limit)
        wanted = [str(each) for each in (way or (list(WayName) if code is not None else SURE))]
        found = [(number, _found(engine, number, wanted)) for number in ids]
        rows = [_described(engine, number, held, None) for number, held in found]
        if apply:
            rows = [_taken_up(engine, user, number, held) for number, held in found]
    if as_json:
        print_json(rows)
    else:
        _show(rows)
    raise typer.Exit(0 if any(row["suggestions"] for row in rows) else NOT_WELL)


def _concepts(
    engine: "Engine", key: str | None, code: str | None, value_set: str | None, limit: int
) -> list[int]:
    from terminology.suggestions import without_text
    from terminology.workspace.rows import find_concept

    if key is None or code is None:
        return without_text(engine, system=key, value_set_oid=value_set, limit=limit)
    row = find_concept(engine, key, code)
    if row is None:
        stop(f"the draft has no code {code[:60]!r} in {key}", REFUSED)
    return [row.id]


def _found(engine: "Engine", number: int, ways: list[str]) -> "list[Suggestion]":
    from terminology.suggestions import suggest as suggested

    return [each for each in suggested(engine, number) if str(each.way) in ways]


def _taken_up(engine: "Engine", user: str | None, number: int, held: "list[Suggestion]") -> dict[str, Any]:
    from terminology.suggestions import take_up
    from terminology.workspace.changes import Conflict

    draft = None
    if held:
        try:
            draft = take_up(engine, actor(user), number, held[0], now=now()).id
        except Conflict:  # there is such a text, or somebody was faster: theirs stands
            draft = None
    return _described(engine, number, held, draft)


def _described(engine: "Engine", number: int, held: "list[Suggestion]", draft: int | None) -> dict[str, Any]:
    from terminology.languages import ENGLISH
    from terminology.workspace.rows import designations_of, get_concept

    row = get_concept(engine, number)
    english = next((each.text for each in designations_of(engine, number) if each.language == ENGLISH), None)
    return {
        "system": row.system,
        "systemName": row.system_name,
        "code": row.code,
        "english": english,
        "suggestions": [{"text": each.text, "way": str(each.way), "source": each.source} for each in held],
        "draft": draft,
    }


def _show(rows: list[dict[str, Any]]) -> None:
    lines = [
        (row["systemName"], row["code"], row["english"], each["text"], f"{each['way']}: {each['source']}",
         "draft" if row["draft"] is not None and place == 0 else "")
        for row in rows
        for place, each in enumerate(row["suggestions"])
    ]  # fmt: skip
    if lines:
        print_table(("system", "code", "english", "suggestion", "from", ""), lines)
    drafts = sum(row["draft"] is not None for row in rows)
    having = sum(bool(row["suggestions"]) for row in rows)
    typer.echo(f"{len(rows)} concepts, {having} with a suggestion, {drafts} drafts made")


def _key(engine: "Engine", system: str) -> str:
    """The key of the code system that the argument names."""
    from terminology.commands.lookup import catalogue, oid_named

    return oid_named(catalogue(engine, None), system)
