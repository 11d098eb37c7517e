"""What every terminology command needs: the database, the person at work, sentences, tables."""

import getpass
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from terminology.workspace.actor import Actor, Refusal

NOT_WELL, USAGE, REFUSED, UNREADABLE, SETUP = 1, 2, 3, 5, 9
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
User = Annotated[
    str | None,
    typer.Option("--user", envvar="NCP_USER", help="Who does it; the name of the login when not given."),
]


def stop(text: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def now() -> datetime:
    """The clock of the commands."""
    return datetime.now(UTC)


def address() -> str:
    """Where the database is: as the environment says, else in the data folder of the installation."""
    from terminology.store.engine import store_url

    data = Path(os.environ.get("NCP_DATA") or ".data")
    return os.environ.get("NCP_TERMINOLOGY_STORE") or store_url(data)


@contextmanager
def store() -> "Iterator[Engine]":
    """The database for one command, with its first release. Refusals end the command with their sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    from terminology.first_release import ensure
    from terminology.releases.snapshot import Damaged
    from terminology.store.engine import StoreDamaged, open_store
    from terminology.workspace.actor import Refusal

    try:
        engine = open_store(address())
    except StoreDamaged as error:
        stop(str(error), SETUP)
    try:
        ensure(engine, now=now())
        yield engine
    except Refusal as error:
        stop(sentence(error), REFUSED)
    except (SQLAlchemyError, Damaged) as error:
        stop(f"the terminology database cannot be used: {getattr(error, 'orig', None) or error}", SETUP)
    finally:
        engine.dispose()


def actor(user: str | None) -> "Actor":
    """The person at work, with the roles that the installation's settings give."""
    from terminology.roles import RoleLists

    name = (user or "").strip() or _login()
    lists = {
        role: os.environ.get(f"NCP_TERMINOLOGY_{role.upper()}")
        for role in ("editors", "reviewers", "publishers")
    }
    return RoleLists(**{role: names for role, names in lists.items() if names is not None}).actor(name)


def sentence(error: "Refusal") -> str:
    """A refusal in English."""
    return said(error.key, detail=error.detail)


def said(key: str, **values: object) -> str:
    """A text of the message catalogue in English; a key that has none as it is, with its values."""
    from terminology.pages.messages import messages

    words = messages("en")
    return words.text(key, **values) if key in words else " ".join([key, *map(str, values.values())])


def print_json(content: Any) -> None:
    """Print for a machine."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print for a person: columns as wide as they need, nothing cut off, nothing wrapped."""
    cells = [tuple(str("" if cell is None else cell) for cell in row) for row in rows]
    widths = [max(len(row[place]) for row in [tuple(heads), *cells]) for place in range(len(heads))]
    for row in (tuple(heads), *cells):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number without a name
        return str(os.getuid())
