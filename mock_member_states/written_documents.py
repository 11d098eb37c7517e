"""Every prescription and dispensation of a country as files: as kept, as it crosses the border, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mock_member_states.national import mappings, pivot
from mock_member_states.prescriptions import dispensed, friendly, load, load_dispensations, printed


def documents(code: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file.  Raises: BadCountry: the country's definitions are wrong."""
    held = mappings(code)
    for one in load(code):
        kept = friendly(one)
        yield f"{one.number}-national.xml", kept
        yield f"{one.number}-l3.xml", pivot(kept, held)
        if one.printed:
            yield f"{one.number}-l1.xml", printed(one)
    for content in load_dispensations(code):
        yield f"{content.id.extension}.xml", pivot(dispensed(content), held)


def write(code: str, folder: Path) -> int:
    """Write them into a folder, made if need be; how many.  Raises: BadCountry. OSError: not writable."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, content in documents(code):
        (folder / name).write_bytes(content)
        written += 1
    return written
