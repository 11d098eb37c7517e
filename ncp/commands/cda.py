"""`ncp cda`: documents without a country."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ncp.commands.facts import facts
from ncp.commands.start import stop
from ncp.commands.validate import validate
from ncp.error_tables import SETUP

app = typer.Typer(help="Work with CDA documents, offline.", no_args_is_help=True)
app.command("validate")(validate)
app.command("facts")(facts)


class Language(StrEnum):
    """Languages of the page."""

    NB = "nb"
    NN = "nn"
    EN = "en"


@app.callback()
def group() -> None:
    """Work with CDA documents, offline."""


@app.command()
def render(
    file: Annotated[Path, typer.Argument(help="A CDA document.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="HTML file to write; - is standard output.")],
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = Language.NB,
) -> None:
    """Show a CDA document as one self-contained page in Norwegian."""
    from cda.display import DisplayContext, page
    from cda.parse import NotCda, parse
    from ncp.norwegian import OSLO
    from ncp.wire.errors import Malformed
    from terminology.seed import seed_catalogue

    try:
        document = parse(file.read_bytes())
    except OSError as error:
        stop(f"{file}: {error.strerror}", SETUP)
    except NotCda as error:
        raise Malformed(f"{file.name} is not a CDA document: {error}") from error
    context = DisplayContext(today=datetime.now(OSLO).date())
    html = page(document, seed_catalogue(), language=lang.value, context=context).html
    if str(out) == "-":
        typer.echo(html, nl=False)
        return
    try:
        out.write_text(html, encoding="utf-8")
    except OSError as error:
        stop(f"{out}: {error.strerror}", SETUP)
