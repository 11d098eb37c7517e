"""SNOMED CT release files (RF2): Norwegian texts of the concepts that the catalogue holds, and of no others.

Source: SNOMED CT Release File Specification (description and language reference set files); the Norwegian
extension, module 51000202101, with the language reference sets of Bokmål and Nynorsk.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from terminology import code_systems as systems
from terminology.importers.archives import Archive, zip_archive
from terminology.importers.columns import Columns
from terminology.importers.formats import ImportOptions
from terminology.importers.items import DesignationItem, Item, Noted, Rejected
from terminology.importers.sources import lines
from terminology.importers.unreadable import Unreadable

#: Language reference set -> the language it says what is preferred in.
REFERENCE_SETS = {"61000202103": "nb-NO", "91000202106": "nn-NO"}
SYNONYM = "900000000000013009"
PREFERRED, ACCEPTABLE = "900000000000548007", "900000000000549004"
BASIS = "snomed-no"
_CONCEPTS = re.compile(r"(?:.*/)?x?sct2_Concept_Snapshot[^/]*\.txt")
_DESCRIPTIONS = re.compile(r"(?:.*/)?x?sct2_Description_Snapshot[^/]*\.txt")
_LANGUAGES = re.compile(r"(?:.*/)?x?der2_cRefset_LanguageSnapshot[^/]*\.txt")


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The texts of a release.

    Args:    options: `held` states the concepts that are wanted; without it nothing can be read.
    Raises:  Unreadable: no such files in the archive, a column missing, or nothing stated as wanted.
    """
    wanted = (options.held or {}).get(systems.SNOMED_CT)
    if not wanted:
        raise Unreadable("option_held")
    with zip_archive(path, options) as archive:
        descriptions = [name for name in archive.names if _DESCRIPTIONS.fullmatch(name)]
        references = [name for name in archive.names if _LANGUAGES.fullmatch(name)]
        if not descriptions or not references:
            raise Unreadable("rf2")
        for name in filter(_CONCEPTS.fullmatch, archive.names):
            yield from _inactive(archive, name, wanted, options)
        texts: dict[str, tuple[str, str]] = {}  # description -> concept, term; of wanted concepts only
        for name in descriptions:
            texts.update(_texts(archive, name, wanted, options))
        for name in references:
            yield from _preferences(archive, name, texts, options)


def _inactive(archive: Archive, name: str, wanted: frozenset[str], options: ImportOptions) -> Iterator[Item]:
    for where, row in _rows(archive, name, ("id", "active"), options):
        if row["active"] == "0" and row["id"] in wanted:
            yield Noted(where, row["id"], "import.note.inactive")


def _texts(
    archive: Archive, name: str, wanted: frozenset[str], options: ImportOptions
) -> Iterator[tuple[str, tuple[str, str]]]:
    columns = ("id", "active", "conceptId", "typeId", "term")
    for _, row in _rows(archive, name, columns, options):
        if row["conceptId"] in wanted and row["active"] == "1" and row["typeId"] == SYNONYM:
            yield row["id"], (row["conceptId"], row["term"])


def _preferences(
    archive: Archive, name: str, texts: dict[str, tuple[str, str]], options: ImportOptions
) -> Iterator[Item]:
    columns = ("active", "refsetId", "referencedComponentId", "acceptabilityId")
    for where, row in _rows(archive, name, columns, options):
        language = REFERENCE_SETS.get(row["refsetId"])
        found = texts.get(row["referencedComponentId"])
        if language is None or found is None or row["active"] != "1":
            continue
        if row["acceptabilityId"] not in (PREFERRED, ACCEPTABLE):
            yield Rejected(where, row["acceptabilityId"], "import.reject.cell")
            continue
        concept, term = found
        yield DesignationItem(
            systems.SNOMED_CT,
            options.version or "",
            concept,
            language,
            term,
            row["acceptabilityId"] == PREFERRED,
            None,
            options.basis or BASIS,
            where,
        )


def _rows(
    archive: Archive, name: str, fields: tuple[str, ...], options: ImportOptions
) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a release file: tab-separated, and a quotation mark is a character like any other."""
    short = name.rpartition("/")[2]
    with archive.member(name) as stream:
        source = lines(stream, options, short)
        header = next(source, "").rstrip("\r\n").split("\t")
        columns = Columns(header, {field: (field,) for field in fields}, fields, short)
        for number, line in enumerate(source, 2):
            if not line.strip():
                continue
            cells = line.rstrip("\r\n").split("\t")
            if len(cells) != columns.width:
                if not line.endswith("\n"):
                    raise Unreadable("cut_off", f"{short} line {number}")
                yield from ()
                raise Unreadable("columns", f"{short} line {number}")
            yield f"{short} line {number}", {field: columns.cell(cells, field) for field in fields}
