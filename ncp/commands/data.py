"""`ncp data`: what the installation keeps on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ncp.commands.start import settings, stop
from ncp.error_tables import EXIT_CODE, SETUP, USAGE
from ncp.wire.errors import Malformed

if TYPE_CHECKING:
    from sqlalchemy import Engine

app = typer.Typer(help="Data that the installation keeps.", no_args_is_help=True)
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


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


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write; must not exist yet.")]) -> None:
    """Write the whole terminology store to one file: draft, releases, history, trail. The service may run.

    The audit trail of clinicians' work is a database of its own (`no/ncp.sqlite` in the data folder), which
    is never put back: copy it with the other files of the installation.

    Exit codes: 0 written; 2 the file is there already; 9 the store or the file cannot be used.
    """
    from terminology.backup import backup as write

    if file.exists():
        stop(f"{file} is there already", USAGE)
    with _terminology() as engine:
        try:
            rows = write(engine, file)
        except OSError as error:
            stop(f"{file}: {error.strerror}", SETUP)
    typer.echo(f"{rows} rows, {file.stat().st_size} bytes in {file}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file of `ncp data backup`.")], yes: Yes = False
) -> None:
    """Put a backup in place of the whole terminology store. A running service follows within half a second.

    Everything or nothing is restored; the release of the backup is in use afterwards.

    Exit codes: 0 restored; 1 not confirmed; 5 the file is no complete backup, nothing was changed; 9 the
    store or the file cannot be used.
    """
    from terminology.backup import BackupDamaged, check
    from terminology.backup import restore as put_back
    from terminology.releases.switching import active

    try:
        rows = check(file)
    except BackupDamaged as error:
        stop(f"{file}: {error}", EXIT_CODE[Malformed])
    except OSError as error:
        stop(f"{file}: {error.strerror}", SETUP)
    if not yes:
        typer.confirm(f"Replace the whole terminology store by the {rows} rows of {file}?", abort=True)
    with _terminology() as engine:
        try:
            put_back(engine, file, now=datetime.now(UTC))
        except BackupDamaged as error:
            stop(f"{file}: {error}", EXIT_CODE[Malformed])
        typer.echo(f"{rows} rows restored, {active(engine).name} is in use")


@contextmanager
def _terminology() -> "Iterator[Engine]":
    """The terminology store for one command."""
    from sqlalchemy.exc import SQLAlchemyError

    from ncp.terminology import address
    from terminology.store.engine import StoreDamaged, open_store

    try:
        engine = open_store(address(settings()))
    except StoreDamaged as error:
        stop(str(error), SETUP)
    try:
        yield engine
    except SQLAlchemyError as error:
        stop(f"the terminology store cannot be used: {getattr(error, 'orig', None) or error}", SETUP)
    finally:
        engine.dispose()
