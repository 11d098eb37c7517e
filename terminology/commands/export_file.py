"""`ncp terminology export`: a release, or the draft, in a format that others read."""

from pathlib import Path
from typing import Annotated

import typer

from terminology.commands.releases import RELEASE_HELP, opened
from terminology.commands.start import SETUP, USAGE, stop, store

File = Annotated[Path, typer.Argument(help="File to write.")]
FormatName = Annotated[
    str | None,
    typer.Option("--format", help="csv, workbook, fhir-package, sssom or display-tool; else by the name."),
]
ReleaseName = Annotated[str | None, typer.Option("--release", help=RELEASE_HELP)]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


def export_file(
    file: File, format: FormatName = None, release: ReleaseName = None, force: Force = False
) -> None:
    """Write a release to a file. The importers read it again without loss.

    Exit codes: 0 written; 2 wrong arguments; 3 refused: no such release; 9 the database cannot be used, or
    the file cannot be written.
    """
    from terminology.exporters import FORMATS, write
    from terminology.exporters.released import items_of_release
    from terminology.release import Content

    if format is None:
        name = file.name.lower()
        format = next((each for each, (ending, _) in FORMATS.items() if name.endswith(ending)), None)
    if format is None or format not in FORMATS:
        stop(f"--format: {', '.join(FORMATS)} are written", USAGE)
    if file.exists() and not force:
        stop(f"{file} is there already; --force writes over it", USAGE)
    with store() as engine:
        content = opened(engine, release, Content.TEST)
    try:
        write(items_of_release(content), file, format)
    except OSError as error:
        stop(f"{file}: {error.strerror or error}", SETUP)
    except ValueError as error:
        stop(f"{file}: {error}", SETUP)
    typer.echo(f"{file}: {content.catalogue.release.name} as {format}, {file.stat().st_size} bytes")
