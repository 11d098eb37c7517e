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


def settings() -> "Settings":
    """The settings of the environment; a wrong one ends the command, naming the variable."""
    from pydantic import ValidationError

    from ncp.logs import configure
    from ncp.settings import Settings

    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        stop(f"NCP_{name}: {first['msg']}", USAGE)
    configure(found.log_level)
    return found


@contextmanager
def contact_point() -> Iterator["Opened"]:
    """The contact point, open for one command."""
    from ncp.opening import SETUP_ERRORS, opened

    found = settings()
    try:
        with opened(found) as ready:
            yield ready
    except SETUP_ERRORS as error:
        stop(str(error), SETUP)
