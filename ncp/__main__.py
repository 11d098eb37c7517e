"""`ncp`: every command of the project under one name.

Commands come from the entry-point group `ncp.commands`, so that each package brings its own and no import
crosses an arrow. A failure is one line on stderr, `CODE: text`, and the exit code of its class;
never a stack trace.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import entry_points, version
from typing import Annotated

import typer

from ncp.error_tables import exit_code
from ncp.wire.errors import NcpError

GROUP = "ncp.commands"
UNEXPECTED = 1


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ncp-norway {version('ncp-norway')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Norway's MyHealth@EU contact point for the country of treatment (NCP-B), with a simulated Europe.

    Try it: `ncp up` starts everything and prints the portal's address; `ncp demo` does the main job for every
    simulated country and shows what came of it; `ncp summary --help` explains the job for one patient.

    Exit codes: 0 done; 2 wrong arguments; 3 refused by us, nothing was sent; 4 country unreachable;
    5 answer malformed; 6 answer or peer not trusted; 7 the country says no; 8 other failure;
    9 our own files are not in order; 1 the simulated Europe could not do it (up, demo, pki), or unexpected.
    """


def command_line() -> typer.Typer:
    """The application with every installed command."""
    app = typer.Typer(
        name="ncp",
        callback=_root,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        try:
            point.load()(app)
        except ImportError as error:
            typer.echo(f"the commands of {point.name!r} are not available: {error}", err=True)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        command_line()(args=list(argv) if argv is not None else None)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else UNEXPECTED if end.code else 0
    except NcpError as error:
        print(f"{error.code}: {error.context}", file=sys.stderr)
        return exit_code(error)
    except Exception as error:  # a bug: its text may quote what it choked on, so only its type is shown
        print(f"unexpected {type(error).__name__}; please report it", file=sys.stderr)
        return UNEXPECTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
