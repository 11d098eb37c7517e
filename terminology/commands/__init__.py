"""`ncp terminology`: the terminology manager's work from the command line.

Heavy imports wait until their command runs: `ncp --help` must not pay for them.
"""

import typer

from terminology.commands import diff, export_file, gaps, import_file, lookup, release, serve, suggest, trail

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """The terminology: look up, import, release, roll back, and see what is lacking.

    The database is the one of NCP_TERMINOLOGY_STORE, else a SQLite file in NCP_DATA; an empty one gets its
    first release, test content, from the seed.

    Exit codes: 0 done; 1 done, but not all is well (each command says what); 2 wrong arguments; 3 refused;
    5 a file cannot be read; 9 the database cannot be used.
    """


app.command("lookup")(lookup.lookup)
app.command("import")(import_file.import_file)
app.command("export")(export_file.export_file)
app.command("diff")(diff.diff)
app.command("gaps")(gaps.gaps)
app.command("suggest")(suggest.suggest)
app.command("rollback")(release.rollback)
app.command("trail")(trail.trail)
app.command("serve")(serve.serve)
app.add_typer(release.app, name="release")


def register(root: typer.Typer) -> None:
    """Add the commands to `ncp`. Called through the entry-point group `ncp.commands`."""
    root.add_typer(app, name="terminology")
