"""`ncp terminology diff`: what differs between two releases, or between a release and the draft."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terminology.commands.releases import RELEASE_HELP, opened
from terminology.commands.start import SETUP, AsJson, print_json, print_table, stop, store

if TYPE_CHECKING:
    from terminology.releases.comparing import Change

Old = Annotated[str | None, typer.Argument(help=RELEASE_HELP, show_default=False)]
New = Annotated[str, typer.Argument(help="What to compare it with.")]
What = Annotated[
    str | None, typer.Option(help="Only these rows: concept, designation, mapping, value set or version.")
]
Rows = Annotated[int, typer.Option("--rows", min=0, help="Print at most so many rows.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write all rows to this CSV file.")]


class KindName(StrEnum):
    """How a row differs."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


def diff(
    old: Old = None,
    new: New = "utkast",
    kind: Annotated[KindName | None, typer.Option(help="Only rows that differ so.")] = None,
    what: What = None,
    system: Annotated[str | None, typer.Option(help="Only this code system (OID).")] = None,
    value_set: Annotated[str | None, typer.Option(help="Only members of this value set (OID).")] = None,
    language: Annotated[str | None, typer.Option(help="Only texts in this language, e.g. nb-NO.")] = None,
    contains: Annotated[str | None, typer.Option(help="Only rows with this in code or text.")] = None,
    rows: Rows = 100,
    csv: Csv = None,
    as_json: AsJson = False,
) -> None:
    """List what differs, row by row: from the active release to the draft unless other releases are named.

    Exit codes: 0 compared, whether anything differs or not; 2 wrong arguments; 3 refused: no such release;
    9 the database cannot be used, or the CSV file cannot be written.
    """
    from terminology.releases.comparing import Kind, as_csv, narrowed
    from terminology.releases.comparing import diff as compared

    with store() as engine:
        found = list(
            narrowed(
                compared(opened(engine, old), opened(engine, new)),
                kind=Kind(kind.value) if kind else None,
                what=what,
                system=system,
                value_set=value_set,
                language=language,
                contains=contains,
            )
        )
    if csv is not None:
        try:
            with csv.open("w", encoding="utf-8", newline="") as file:
                file.writelines(as_csv(found))
        except OSError as error:
            stop(f"{csv}: {error.strerror}", SETUP)
    if as_json:
        print_json([asdict(change) for change in found])
        return
    _show(found[:rows])
    counts = {each: sum(change.kind is each for change in found) for each in Kind}
    typer.echo(", ".join(f"{number} {each}" for each, number in counts.items()))


def _show(found: "list[Change]") -> None:
    if found:
        heads = ("", "row", "system", "code", "language", "before", "after")
        print_table(heads, [_cells(each) for each in found])


def _cells(each: "Change") -> tuple[str, ...]:
    texts = (_said(each.before, each.status_before), _said(each.after, each.status_after))
    return (each.kind, each.what, each.system, each.code, each.language, *texts)


def _said(text: str, status: str) -> str:
    return f"{text} ({status})" if status else text
