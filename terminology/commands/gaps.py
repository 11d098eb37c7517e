"""`ncp terminology gaps`: which codes clinicians met without a Norwegian text, the most frequent first."""

from dataclasses import asdict
from typing import Annotated

import typer

from terminology.commands.start import AsJson, print_json, print_table, store


def gaps(
    all: Annotated[bool, typer.Option("--all", help="Also gaps that a release has closed.")] = False,
    country: Annotated[str | None, typer.Option(help="Only from this country, e.g. PT.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what displayed documents lacked, by how often it was met. Codes only; nothing of any patient."""
    from terminology.gaps import listed

    with store() as engine:
        rows = listed(
            engine,
            closed=None if all else False,
            country=country.strip().upper() if country else None,
            limit=limit,
        )
    if as_json:
        print_json([asdict(row.gap) | {name: getattr(row, name) for name in _TOLD} for row in rows])
        return
    heads = ("met", "code", "system", "version", "value set", "element", "country", "last seen", "closed by")
    print_table(
        heads,
        [
            (row.number, row.gap.code, row.gap.system, row.gap.version, row.gap.value_set.rpartition(".")[2],
             row.gap.element, row.gap.country, row.last_seen[:10], row.closed_by)
            for row in rows
        ],
    )  # fmt: skip


_TOLD = ("number", "first_seen", "last_seen", "closed_at", "closed_by")
