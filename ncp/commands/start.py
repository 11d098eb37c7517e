"""What every command needs first: the settings, and a clear sentence when our own files are not in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from ncp.error_tables import SETUP, USAGE

if TYPE_CHECKING:
    from ncp.opening import Opened
    from ncp.settings import Settings


def stop(text: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def settings(*, quiet: bool = False) -> "Settings":
    """The settings of the environment; a wrong one ends the command, naming the variable.

    Args: quiet: log warnings only, unless the environment asks for a level.
    """
    from pydantic import ValidationError

    from ncp.logs import configure
    from ncp.settings import Settings

    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        stop(f"NCP_{name}: {first['msg']}", USAGE)
    asked_for = "log_level" in found.model_fields_set
    configure("WARNING" if quiet and not asked_for else found.log_level)
    return found


@contextmanager
def contact_point(*, quiet: bool = False) -> Iterator["Opened"]:
    """The contact point, open for one command; `quiet` as for the settings."""
    from ncp.opening import SETUP_ERRORS, opened

    found = settings(quiet=quiet)
    try:
        with opened(found) as ready:
            yield ready
    except SETUP_ERRORS as error:
        stop(str(error), SETUP)
