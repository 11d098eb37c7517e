"""`ncp audit`: is the trail whole?"""

from typing import Annotated

import typer

from ncp.commands.start import settings, stop
from ncp.error_tables import SETUP

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """The audit trail."""


Holds = Annotated[
    str | None,
    typer.Option(
        metavar="HASH", help="The last hash of an earlier run, kept elsewhere: must still be there."
    ),
]


@app.command()
def verify(holds: Holds = None) -> None:
    """Walk the hash chain from its first row. Ends with an error at the first row that does not fit.

    Rows that were taken off the end leave a chain that fits: keep the last hash that this command prints in
    another place, and give it back with --holds.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from ncp.audit import AuditStore
    from ncp.store import StoreDamaged, open_store

    file = settings().database_file
    if not file.exists():  # opening would make an empty one, and an empty trail is unbroken
        stop(f"{file}: there is no audit trail", SETUP)
    try:
        engine = open_store(file)
    except StoreDamaged as error:
        stop(str(error), SETUP)
    try:
        store = AuditStore(engine)
        verified = store.verify()
        held = holds is None or store.holds(holds.strip().lower())
    except SQLAlchemyError as error:  # the file itself is damaged, or rows hold what no program wrote
        stop(f"{file}: the trail cannot be read: {getattr(error, 'orig', None) or error}", SETUP)
    finally:
        engine.dispose()
    if verified.broken is not None:
        stop(f"the chain breaks at row {verified.broken}; {verified.rows} rows before it hold", SETUP)
    if not held:
        stop(f"no row has the hash of --holds: rows are missing from the end of {verified.rows}", SETUP)
    typer.echo(f"{verified.rows} rows, unbroken; the last hash is {verified.head}")
