"""`ncp terminology release` and `rollback`: what is in use, what may be, and how to return."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminology.commands.start import (
    NOT_WELL,
    AsJson,
    User,
    actor,
    now,
    print_json,
    print_table,
    said,
    stop,
    store,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from terminology.release import Content
    from terminology.releases.checking import Finding
    from terminology.releases.making import ReleaseRow

app = typer.Typer(help="Releases: list, check, make, activate.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of the release.")]
Reason = Annotated[str | None, typer.Option(help="Why; kept in the trail.")]


class ContentName(StrEnum):
    """What may be shown of a release."""

    TEST = "test"
    APPROVED = "approved"


ContentOption = Annotated[
    ContentName | None,
    typer.Option(
        "--content", help="test shows unapproved texts, marked; as the active release if not given."
    ),
]


@app.command("list")
def listing(as_json: AsJson = False) -> None:
    """List the releases, newest first; * marks the one in use."""
    from terminology.releases.making import listed
    from terminology.releases.switching import active

    with store() as engine:
        rows, used = listed(engine), active(engine).name
    if as_json:
        print_json([described(row, row.release.name == used) for row in rows])
        return
    heads = ("", "no", "name", "date", "content", "concepts", "texts", "mappings", "by", "sha256")
    print_table(heads, [_cells(row, row.release.name == used) for row in rows])


@app.command()
def check(content: ContentOption = None, as_json: AsJson = False) -> None:
    """Check whether the draft may become a release: contradictions, and required texts that are missing.

    Exit codes: 0 it may, perhaps with remarks; 1 it may not.
    """
    from terminology.releases.checking import validate

    with store() as engine:
        found = validate(engine, _content(engine, content))
    _findings(found, as_json)
    raise typer.Exit(NOT_WELL if any(each.error for each in found) else 0)


@app.command()
def make(
    name: Name,
    content: ContentOption = None,
    note: Annotated[str, typer.Option(help="What is new in it.")] = "",
    activate: Annotated[bool, typer.Option("--activate", help="Take it into use at once.")] = False,
    user: User = None,
    as_json: AsJson = False,
) -> None:
    """Make a release of the draft as it is now. Nothing in a release ever changes.

    Exit codes: 0 made; 1 the draft contradicts itself, nothing was made; 3 refused: name taken, or no
    publisher.
    """
    from terminology.releases import making, switching

    with store() as engine:
        try:
            row = making.build(engine, actor(user), name, _content(engine, content), now=now(), note=note)
        except making.NotPublishable as error:
            _findings(error.findings, as_json)
            stop(f"{error}: nothing was made", NOT_WELL)
        if activate:
            switching.activate(engine, actor(user), row.release.name, now=now(), reason=note or None)
    if as_json:
        print_json(described(row, activate))
        return
    state = "made and in use" if activate else "made"
    typer.echo(f"{row.release.name}: {state}, {row.concepts} concepts, {row.designations} texts, "
               f"{row.mappings} mappings, sha256 {row.release.hash}")  # fmt: skip


@app.command("activate")
def activate_release(name: Name, reason: Reason = None, user: User = None) -> None:
    """Take a release into use. A running service follows within half a second.

    Exit codes: 0 done; 3 refused: no such release, already in use, or no publisher; 9 the release is damaged.
    """
    from terminology.releases.switching import activate

    with store() as engine:
        typer.echo(f"{activate(engine, actor(user), name, now=now(), reason=reason).name} is in use")


def rollback(
    reason: Reason = None,
    user: User = None,
) -> None:
    """Return to the release that was in use before the present one.

    Exit codes: 0 done; 3 refused: there is none to return to, or no publisher.
    """
    from terminology.releases.switching import roll_back

    with store() as engine:
        typer.echo(f"{roll_back(engine, actor(user), now=now(), reason=reason).name} is in use")


def described(row: "ReleaseRow", used: bool) -> dict[str, Any]:
    """A release for a machine."""
    return {
        "number": row.number,
        "name": row.release.name,
        "date": row.release.date.isoformat(),
        "content": str(row.release.content),
        "hash": row.release.hash,
        "active": used,
        "madeAt": row.at,
        "madeBy": row.actor,
        "note": row.note,
        "concepts": row.concepts,
        "designations": row.designations,
        "mappings": row.mappings,
    }


def _cells(row: "ReleaseRow", used: bool) -> tuple[object, ...]:
    made = row.release
    counts = (row.concepts, row.designations, row.mappings)
    return (
        "*" if used else "",
        row.number,
        made.name,
        made.date,
        made.content,
        *counts,
        row.actor,
        made.hash[:12],
    )


def _content(engine: "Engine", wanted: ContentName | None) -> "Content":
    from terminology.release import Content
    from terminology.releases.switching import active_row

    if wanted is not None:
        return Content(wanted.value)
    row = active_row(engine)
    return Content.TEST if row is None else row.release.content


def _findings(found: "list[Finding]", as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {"error": each.error, "finding": each.key, "system": each.system, "code": each.code,
                 "detail": each.detail, "row": each.row_id}
                for each in found
            ]
        )  # fmt: skip
        return
    for each in found:
        words = said(each.key, system=each.system, code=each.code, detail=each.detail)
        typer.echo(f"{'error' if each.error else 'remark'}: {each.system}: {words}")
    errors = sum(each.error for each in found)
    typer.echo(f"{errors} errors, {len(found) - errors} remarks")
