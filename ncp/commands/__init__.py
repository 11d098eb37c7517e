"""The contact point's own commands. Each parses, calls one use case and prints.

Heavy imports wait until their command runs: `ncp --help` must not pay for them.
"""

import typer

from ncp.commands import audit, cda, data, serve, show_settings, summary, terminology_try
from terminology.commands import app as terminology

# It reads documents, which terminology knows nothing of; for who uses it, it belongs to the others.
terminology.command("try")(terminology_try.try_draft)


def register(app: typer.Typer) -> None:
    """Add the commands to `ncp`. Called through the entry-point group `ncp.commands`."""
    app.command("summary")(summary.summary)
    app.command("serve")(serve.serve)
    app.command("settings")(show_settings.show_settings)
    app.add_typer(cda.app, name="cda")
    app.add_typer(data.app, name="data")
    app.add_typer(audit.app, name="audit")
