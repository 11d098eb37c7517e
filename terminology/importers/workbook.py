"""MVC/MTC workbooks: a sheet per value set with a block about it and a table whose columns go by name.

Source: eHDSI Master Value Sets Catalogue and Master Translation/Transcoding Catalogue workbooks; the order of
the columns varies between sheets. Workbooks of our own have more columns, so that nothing is lost.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from terminology import code_system_uris as uris
from terminology import languages
from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.columns import Columns, plain
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    Rejected,
    Relationship,
    ValueSetItem,
)
from terminology.importers.spreadsheet import Formula, Number, Sheet, Workbook, workbook
from terminology.importers.unreadable import Unreadable
from terminology.languages import ENGLISH

COLUMNS: Mapping[str, Sequence[str]] = {
    "system": ("Code System ID", "Code system OID", "CodeSystem ID", "Code System Id", "Code system"),
    "version": ("Code System Version", "CodeSystem Version", "Version"),
    "code": ("Concept Code", "Code"),
    "english": ("Description", "English", "English display", "Display name", "Concept name", "Term"),
    "current": ("Current",),
    "parent": ("Parent", "Parent code"),
    "source_system": ("Source Code System ID",),
    "source_version": ("Source Code System Version",),
    "source_code": ("Source Code",),
    "relationship": ("Relationship",),
    "preferred": ("Preferred",),
    "status": ("Status",),
    "name": ("Name",),
    "uri": ("Canonical URL",),
    "language": ("Language",),
    "text": ("Text",),
    "basis": ("Basis",),
}
#: Labels of the block over the table.
BLOCK: Mapping[str, Sequence[str]] = {
    "name": ("Value Set Name", "Name", "Value set"),
    "oid": ("Value Set OID", "OID", "Value Set ID", "Value set identifier"),
    "version": ("Value Set Version", "Version", "MVC version"),
    "complete": ("Complete",),
}
MAPPINGS, SYSTEMS, TEXTS = "Mappings", "Code systems", "Texts"
#: Rows that may stand over the table.
MAX_BLOCK = 40
#: Languages that a column may be called by without a country, in small letters.
_BARE = frozenset(
    "bg hr cs da nl en et fi fr de el hu ga is it lv lt mt nb nn no pl pt ro sk sl es sv".split()
)
_LANGUAGE = re.compile(r"(?:.*\()?([A-Za-z]{2,3}(?:[-_][A-Za-z]{2})?)\)?")
_PART = re.compile(r"(.+?)(?: ([0-9]+))?(?: (status|basis|preferred))?")


@dataclass(slots=True)
class _Text:
    """The columns of one text of a concept."""

    language: str
    text: int = -1
    status: int = -1
    basis: int = -1
    preferred: int = -1


@dataclass(slots=True)
class _Table:
    """A sheet whose header row has been found."""

    sheet: Sheet
    columns: Columns
    texts: Sequence[_Text] = ()
    block: Mapping[str, str] = field(default_factory=dict)


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The items of a workbook. Raises Unreadable: no sheet with concepts, and see `spreadsheet.workbook`."""
    found = False
    with workbook(path, options) as book:
        ordered = sorted(book.sheets, key=lambda sheet: (sheet.name != SYSTEMS, sheet.name == MAPPINGS))
        for sheet in ordered:
            for item in _sheet(book, sheet, options):
                found = True
                yield item
    if not found:
        raise Unreadable("missing_column", column=COLUMNS["code"][0])


def _sheet(book: Workbook, sheet: Sheet, options: ImportOptions) -> Iterator[Item]:
    above: dict[str, str] = {}
    table: _Table | None = None
    for number, cells in book.rows(sheet):
        where = f"sheet {sheet.name} row {number}"
        if table is not None:
            yield from _row(table, cells, where, options)
        elif _is_header(cells):
            table = _table(sheet, cells, above, where)
            yield from _value_set(table, where)
        elif len(above) < MAX_BLOCK:
            _note_block(above, cells)


def _is_header(cells: Mapping[int, str]) -> bool:
    texts = {plain(text) for text in cells.values()}
    names = [{plain(text) for text in COLUMNS[name]} for name in ("system", "code")]
    sources = [{plain(text) for text in COLUMNS[name]} for name in ("system", "name", "uri")]
    return all(texts & name for name in names) or all(texts & name for name in sources)


def _note_block(above: dict[str, str], cells: Mapping[int, str]) -> None:
    """Remember `label: value`, in two cells or in one."""
    texts = [cells[at].strip() for at in sorted(cells)]
    if len(texts) == 1 and ":" in texts[0]:
        texts = [part.strip() for part in texts[0].split(":", 1)]
    label = plain(texts[0])
    for name, spellings in BLOCK.items():
        if len(texts) > 1 and label in {plain(text) for text in spellings}:
            above.setdefault(name, texts[1].removeprefix("urn:oid:"))


def _table(sheet: Sheet, cells: Mapping[int, str], above: Mapping[str, str], where: str) -> _Table:
    header = [cells.get(at, "") for at in range(max(cells) + 1)]
    required = ("code", "system") if sheet.name != SYSTEMS else ("system", "name")
    columns = Columns(header, COLUMNS, required, where)
    texts: dict[str, _Text] = {}
    for at, title in enumerate(header):
        if at in columns.places.values() or not title.strip():
            continue
        if (parts := _PART.fullmatch(title.strip())) is None or (tag := _language(parts[1])) is None:
            continue
        text = texts.setdefault(f"{tag} {parts[2] or ''}", _Text(tag))
        role = parts[3] or "text"
        if getattr(text, role) >= 0:
            raise Unreadable("doubled_column", where, column=title.strip())
        setattr(text, role, at)
    return _Table(sheet, columns, [text for text in texts.values() if text.text >= 0], dict(above))


def _language(title: str) -> str | None:
    """The language that a column title names: `nb-NO`, `Norsk bokmål (nb-NO)`, `fi_FI`."""
    match = _LANGUAGE.fullmatch(title.strip())
    # "No" and "ID" over a column are a row number and an identifier.
    if match is None or ("(" not in title and len(match[1]) < 5 and title.strip() not in _BARE):
        return None
    try:
        return languages.stored(match[1].replace("_", "-"))
    except ValueError:
        return None


def _value_set(table: _Table, where: str) -> Iterator[Item]:
    oid = table.block.get("oid", "")
    if oid and table.sheet.name not in (MAPPINGS, SYSTEMS, TEXTS):
        name = table.block.get("name") or table.sheet.name
        complete = table.block.get("complete", "yes").casefold() == "yes"
        yield ValueSetItem(oid, name, table.block.get("version", ""), complete, where)


def _row(table: _Table, cells: Mapping[int, str], where: str, options: ImportOptions) -> Iterator[Item]:
    calculated = next((text for text in cells.values() if isinstance(text, Formula)), None)
    if calculated is not None:
        yield Rejected(where, calculated, "import.reject.formula")
        return
    row = [cells.get(at, "") for at in range(max(cells) + 1)]
    code = table.columns.cell(row, "code")
    if isinstance(code, Number):
        yield Rejected(where, code, "import.reject.number")
        return
    try:
        if table.sheet.name == SYSTEMS:
            yield _code_system(table, row, where)
        elif table.sheet.name == TEXTS:
            yield _text(table, row, where)
        elif "source_code" in table.columns:
            yield _mapping(table, row, where)
        else:
            yield from _concept(table, row, where, options)
    except ValueError as error:
        yield Rejected(where, str(error), "import.reject.cell")


def _concept(table: _Table, row: Sequence[str], where: str, options: ImportOptions) -> Iterator[Item]:
    cell = table.columns.cell
    identifier, version, code = cell(row, "system"), cell(row, "version").strip(), cell(row, "code")
    system = uris.oid_of(identifier) or uris.SOLE_SYSTEM.get(table.block.get("oid", "")) or identifier
    version = version or options.version or ""
    sets = (table.block["oid"],) if table.block.get("oid") else ()
    current = cell(row, "current", "yes").casefold() != "no"
    yield ConceptItem(system, version, code, current, cell(row, "parent") or None, sets, where)
    english = cell(row, "english")
    if english:
        # What the catalogue says in English is its own, published text.
        yield DesignationItem(
            system, version, code, ENGLISH, english, False, Status.ACTIVE, "catalogue", where
        )
    for text in table.texts:
        said = _at(row, text.text)
        if said and not (said == english and text.language == ENGLISH):  # the description once more
            status = _at(row, text.status).casefold()
            preferred = _at(row, text.preferred).casefold() == "yes"
            basis = _at(row, text.basis) or options.basis or "workbook"
            yield DesignationItem(
                system,
                version,
                code,
                text.language,
                said,
                preferred,
                Status(status) if status else None,
                basis,
                where,
            )


def _mapping(table: _Table, row: Sequence[str], where: str) -> MappingItem:
    cell = table.columns.cell
    source = Concept(
        cell(row, "source_code"), cell(row, "source_system"), cell(row, "source_version").strip() or None
    )
    target = Concept(cell(row, "code"), cell(row, "system"), cell(row, "version").strip() or None)
    status = cell(row, "status").casefold()
    relationship = cell(row, "relationship").casefold() or Relationship.EQUIVALENT
    preferred = cell(row, "preferred").casefold() == "yes"
    return MappingItem(source, target, relationship, preferred, Status(status) if status else None, where)


def _text(table: _Table, row: Sequence[str], where: str) -> DesignationItem:
    """A text of a concept that the workbook does not hold itself."""
    cell = table.columns.cell
    status = cell(row, "status").casefold()
    return DesignationItem(
        cell(row, "system"),
        cell(row, "version"),
        cell(row, "code"),
        cell(row, "language"),
        cell(row, "text"),
        cell(row, "preferred").casefold() == "yes",
        Status(status) if status else None,
        cell(row, "basis") or "workbook",
        where,
    )


def _code_system(table: _Table, row: Sequence[str], where: str) -> CodeSystemItem:
    cell = table.columns.cell
    oid = cell(row, "system")
    return CodeSystemItem(
        oid if uris.is_oid(oid) else None, cell(row, "uri") or None, cell(row, "name"),
        cell(row, "version"), where,
    )  # fmt: skip


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""
