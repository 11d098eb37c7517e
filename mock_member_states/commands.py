"""The commands of the simulated Europe: `ncp up`, `ncp demo`, `ncp pki`, `ncp country`.

Everything heavy is imported inside a command: `ncp --help` must not pay for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

_DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of keys and state (default: NCP_DATA or .data).", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `ncp`."""
    app.command()(up)
    app.command()(demo)
    pki_app = typer.Typer(help="Keys and certificates of the simulated Europe.", no_args_is_help=True)
    pki_app.command("init")(pki_init)
    app.add_typer(pki_app, name="pki")
    country_app = typer.Typer(help="The simulated member states.", no_args_is_help=True)
    country_app.command("list")(country_list)
    country_app.command("documents")(country_documents)
    country_app.command("dispensations")(country_dispensations)
    app.add_typer(country_app, name="country")


def up(
    port: Annotated[int, typer.Option(help="Port of the portal.")] = 8080,
    countries_port: Annotated[
        int, typer.Option(help="Port of the first member state; the others follow.")
    ] = 9441,
    reference_exact: Annotated[
        list[str] | None,
        typer.Option(metavar="CC", help="Let this country refuse exactly as OpenNCP does. Repeatable."),
    ] = None,
    data: _DataOption = None,
) -> None:
    """Start the contact point and the simulated member states, and watch them until Ctrl-C."""
    from mock_member_states.testbed.supervisor import CannotStart
    from mock_member_states.testbed.up import up as run

    folder = _data(data)
    try:
        run(folder, port, countries_port, lambda line: typer.echo(line), reference_exact or ())
    except (CannotStart, OSError, ValueError) as error:
        _end(error, folder)


def demo(
    out: Annotated[Path, typer.Option(help="Receives one folder of evidence per country.")] = Path(
        "build/demo"
    ),
    data: _DataOption = None,
) -> None:
    """Fetch one patient summary from each simulated country and show what came of it."""
    from mock_member_states.testbed import demo as demonstration
    from mock_member_states.testbed.supervisor import CannotStart
    from mock_member_states.testbed.table import show

    folder = _data(data)
    try:
        rows = demonstration.run(folder, out, lambda line: typer.echo(line))
    except (demonstration.DemoFailed, CannotStart, OSError, ValueError) as error:
        _end(error, folder)
    else:
        show(rows)


def pki_init(data: _DataOption = None) -> None:
    """Make the keys and certificates that are missing; those that are there stay."""
    from datetime import UTC, datetime

    from mock_member_states import country, pki

    folder = _data(data) / "pki"
    try:
        _, made = pki.ensure(folder, country.codes(), datetime.now(UTC))
    except (OSError, ValueError) as error:
        _end(error, folder.parent)
    else:
        typer.echo("\n".join([*(f"made {name}" for name in made), f"Keys and certificates are in {folder}"]))


def country_list() -> None:
    """List the simulated member states and their synthetic patients."""
    from mock_member_states.testbed.table import show_countries

    try:
        show_countries()
    except (OSError, ValueError) as error:
        _end(error)


def country_documents(
    country: Annotated[str, typer.Option("--country", metavar="CC", help="The country.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder that receives the files.")],
) -> None:
    """Write a country's prescriptions and dispensations as files: national, pivot, and the PDF original."""
    from mock_member_states.written_documents import write

    try:
        count = write(country, out)
    except (OSError, ValueError) as error:
        _end(error, out)
    else:
        typer.echo(f"{count} documents are in {out}")


def country_dispensations(
    country: Annotated[str, typer.Option("--country", metavar="CC", help="The country.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder that receives the documents as they came.")
    ] = None,
    data: _DataOption = None,
) -> None:
    """Show what was dispensed for a country's prescriptions, at home and abroad, and what was taken back."""
    from mock_member_states import kept_dispensations
    from mock_member_states.dispensation_kept import NotAvailable

    folder = _data(data)
    try:
        found = kept_dispensations.kept(country, folder)
        count = None if out is None else kept_dispensations.write(found, out)
    except (OSError, ValueError, NotAvailable) as error:
        _end(error, folder)
    else:
        kept_dispensations.show(found)
        if count is not None:
            typer.echo(f"{count} documents are in {out}")


def _data(given: Path | None) -> Path:
    return (given or Path(os.environ.get("NCP_DATA") or ".data")).resolve()


def _end(error: Exception, data: Path | None = None) -> None:
    """One sentence in red. One of the system says which file it is about, and for `data` what to do."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror is not None:
        where = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else data
        text = error.strerror
        if where is not None:
            text = f"{where} cannot be made, read or written: {error.strerror}."
        if where is not None and data is not None and where.is_relative_to(data):
            text += " Choose another folder for keys and state with --data or NCP_DATA."
    typer.secho(text, err=True, fg=typer.colors.RED)
    raise typer.Exit(1)
