"""What a tester reads of a country's store: every dispensation, taken back or not, and its document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mock_member_states import country as countries
from mock_member_states.dispensation_kept import Kept
from mock_member_states.prescription_register import PrescriptionRegister


def kept(code: str, data: Path) -> tuple[Kept, ...]:
    """Everything in the store of a country, also while it is served.

    Raises: BadCountry: no such country. NotAvailable: its store cannot be read.
    """
    country = countries.load(code)
    register = PrescriptionRegister(country, data / country.code.lower() / "dispensations.sqlite")
    try:
        return register.store().all()
    finally:
        register.close()


def show(found: Sequence[Kept], console: Console | None = None) -> None:
    """One line per dispensation."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    for name in ("Received", "From", "Prescription", "Packages", "Document", "Taken back"):
        table.add_column(name, overflow="fold")
    for one in found:
        packages = ", ".join(str(count) for _, count in one.items)
        back = f"{one.discarded:%Y-%m-%d %H:%M}" if one.discarded else ""
        received = f"{one.received:%Y-%m-%d %H:%M}"
        table.add_row(received, one.country, one.prescription, packages, one.document_id, back)
    (console or Console()).print(table)


def write(found: Sequence[Kept], folder: Path) -> int:
    """Each document as it was received, into a folder made if need be; how many.  Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        (folder / f"{re.sub(r'[^A-Za-z0-9.-]', '_', one.document_id)[:150]}.xml").write_bytes(one.content)
    return len(found)
