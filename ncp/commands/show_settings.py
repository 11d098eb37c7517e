"""`ncp settings`: every setting, what it is now, and what it is for."""

import re

import typer

from ncp.commands.start import settings

_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")  # in the address of a database


def show_settings() -> None:
    """List every setting with its environment variable, its value now and its default."""
    from rich.console import Console
    from rich.table import Table

    found = settings()
    table = Table("Variable", "Value", "Default", "Meaning")
    for name, field in type(found).model_fields.items():
        values = (_PASSWORD.sub(r"\1***@", str(getattr(found, name))), str(field.default))
        table.add_row(f"NCP_{name.upper()}", *values, field.description)
    Console(width=None if typer.get_text_stream("stdout").isatty() else 120).print(table)
