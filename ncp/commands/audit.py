"""`ncp audit`: is the trail whole?"""

import typer

from ncp.commands.start import settings, stop
from ncp.error_tables import SETUP

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """The audit trail."""


@app.command()
def verify() -> None:
    """Walk the hash chain from its first row. Ends with an error at the first row that does not fit."""
    from ncp.audit import AuditStore
    from ncp.store import StoreDamaged, open_store

    try:
        engine = open_store(settings().database_file)
    except StoreDamaged as error:
        stop(str(error), SETUP)
    verified = AuditStore(engine).verify()
    engine.dispose()
    if verified.broken is not None:
        stop(f"the chain breaks at row {verified.broken}; {verified.rows} rows before it hold", SETUP)
    typer.echo(f"{verified.rows} rows, unbroken; the last hash is {verified.head}")
