"""The prescriptions of a member state: defined in `countries/<cc>/prescriptions.toml` in national codes.

From a definition comes the friendly document, from that the pivot document by the country's own mappings, and
for some of them the PDF original. Nothing here changes: which of them are open is state, kept elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cda.build import Dispensation as DispensationContent
from cda.build import FileDocument, Prescription, dispensation, file_document, prescription
from mock_member_states.country import COUNTRIES, BadCountry
from mock_member_states.national import mappings
from mock_member_states.prescription_definition import Definition
from mock_member_states.prescription_pdf import prescription_pdf


@dataclass(frozen=True, slots=True)
class Prescribed:
    """One prescription as the country keeps it. `content` is in national codes and words."""

    content: Prescription
    narcotic: bool  # never dispensed across a border
    printed: bool  # there is a PDF of it, and that is legally the original
    note: str
    cancelled: bool = False  # by the prescriber, before anybody dispensed it
    valid_until: date | None = None  # the last day; None: no end

    @property
    def number(self) -> str:
        """The country's own number of the prescription."""
        return self.content.id.shown


@cache
def load(code: str, folder: Path = COUNTRIES) -> tuple[Prescribed, ...]:
    """The prescriptions of a country, in the order of its file.

    Raises: BadCountry: its definitions or mappings are not as they should be.
    """
    definition = _definition(code, folder)
    found = []
    for one in definition.raw.get("prescriptions", ()):
        content = definition.prescription(one)
        narcotic, printed = bool(one.get("narcotic")), bool(one.get("printed"))
        note, cancelled = str(one.get("note", "")), bool(one.get("cancelled"))
        found.append(Prescribed(content, narcotic, printed, note, cancelled, one.get("valid_until")))
    return tuple(found)


@cache
def load_dispensations(code: str, folder: Path = COUNTRIES) -> tuple[DispensationContent, ...]:
    """What has been dispensed at home, in national codes.  Raises: BadCountry: as `load`."""
    definition = _definition(code, folder)
    by_number = {one.number: one.content for one in load(code, folder)}
    return tuple(definition.dispensation(one, by_number) for one in definition.raw.get("dispensations", ()))


def _definition(code: str, folder: Path) -> Definition:
    path = folder / code.lower() / "prescriptions.toml"
    people = folder / code.lower() / "patients.toml"
    try:
        raw: Mapping[str, Any] = tomllib.loads(path.read_text("utf-8"))
        patients = tomllib.loads(people.read_text("utf-8"))["patients"]
        return Definition(raw, patients, mappings(code, folder))
    except (OSError, ValueError, KeyError) as error:
        raise BadCountry(f"{path.name} of {code.upper()}: {error}") from error


def friendly(one: Prescribed) -> bytes:
    """The national document: level 3, in the codes and words of the country."""
    return prescription(one.content)


def printed(one: Prescribed) -> bytes:
    """The level 1 twin: the PDF original with a header of its own, which names the same parent."""
    frame = one.content.frame
    own = f"{frame.id.extension}".removesuffix("-L3") + "-L1"
    header = replace(frame, id=replace(frame.id, extension=own))
    return file_document(FileDocument(header, "57833-6", prescription_pdf(one.content)))


def dispensed(one: DispensationContent) -> bytes:
    """The eDispensation in the country's own codes."""
    return dispensation(one)
