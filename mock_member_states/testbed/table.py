"""The tables that `ncp demo` and `ncp country list` print."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from mock_member_states import country as countries
from mock_member_states import patients
from mock_member_states.testbed import europe
from mock_member_states.testbed.demo import Row, hop_names


def show(rows: Sequence[Row], console: Console | None = None) -> None:
    """One line per country: what is shown, what is translated, how long each hop took."""
    title = "Patient summaries fetched and shown in Norwegian"
    table = Table(title=title, box=None, padding=(0, 1, 0, 0))  # fits 80 columns
    table.add_column("Country", no_wrap=True)
    for name in ("Sections", "Entries\nshown", "Codes\ntranslated", "Codes not\ntranslated"):
        table.add_column(name, justify="right", no_wrap=True)
    hops = hop_names(rows)
    for hop in hops:
        table.add_column(f"{hop}\nms", justify="right", no_wrap=True)
    for row in rows:
        counts = (row.sections, row.entries, row.translated, row.untranslated)
        times = (f"{row.hops[hop]:.0f}" if hop in row.hops else "-" for hop in hops)
        table.add_row(row.country, *map(str, counts), *times)
    console = console or Console()
    console.print(table)
    for row in rows:
        console.print(f"Evidence {row.country}: {row.folder}", highlight=False, soft_wrap=True)


def show_countries(console: Console | None = None) -> None:
    """Every simulated country with the patients to try."""
    table = Table(title="Simulated member states")
    for name in ("Country", "Profile", "Identifier", "Patient", "What to expect"):
        table.add_column(name)
    for country in europe.all_countries():
        listed = patients.load(countries.COUNTRIES / country.code.lower() / "patients.toml")
        label = next((one.label for one in country.identifiers if one.kind == "id"), "")
        for index, patient in enumerate(listed):
            head = (f"{country.code} {country.names.en}", country.wire_profile.value, label)
            table.add_row(*(head if index == 0 else ("", "", "")), patient.ids[0].extension, patient.note)
    (console or Console()).print(table)
