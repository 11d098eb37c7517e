"""`ncp terminology trail`: who did what with the terminology, exportable, and whether it is whole."""

from typing import Annotated

import typer

from terminology.commands.start import SETUP, stop, store


def trail(
    verify: Annotated[bool, typer.Option("--verify", help="Only walk the hash chain.")] = False,
) -> None:
    """Print the trail as JSON lines, oldest first, or check that nothing in it was changed.

    Exit codes: 0 printed, or the chain holds; 9 the chain is broken.
    """
    from terminology.store import trail as kept

    with store() as engine:
        if not verify:
            for line in kept.export(engine):
                typer.echo(line.rstrip("\n"))
            return
        found = kept.verify(engine)
    if found.broken is not None:
        stop(f"the chain breaks at row {found.broken}; {found.rows} rows before it hold", SETUP)
    typer.echo(f"{found.rows} rows, unbroken; the last hash is {found.head}")
