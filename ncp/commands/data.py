"""`ncp data`: what the installation keeps on disk."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from ncp.commands.start import settings, stop
from ncp.error_tables import SETUP

app = typer.Typer(help="Data that the installation keeps.", no_args_is_help=True)


@app.command()
def path() -> None:
    """Print the folder of keys, directory and databases."""
    typer.echo(settings().data.resolve())


@app.command()
def purge(
    all: Annotated[bool, typer.Option("--all", help="Also those that are not old enough yet.")] = False,
) -> None:
    """Remove kept messages and documents whose days are over. The audit trail stays."""
    from ncp.kept import purge as remove

    found = settings()
    before = None if all else datetime.now(UTC).date() - timedelta(days=found.keep_days)
    try:
        removed = remove(found.kept_folder, before)
    except OSError as error:
        stop(f"{found.kept_folder}: {error.strerror}", SETUP)
    typer.echo(f"{removed} kept messages removed from {found.kept_folder}")
