"""Workbooks (XLSX) in the layout of the catalogue: a sheet per value set, texts side by side.

Every cell is text, so that no program makes a number, a date, a formula or a missing value of it.
Source: ECMA-376 part 1, SpreadsheetML; columns as in `terminology.importers.workbook`.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from terminology.exporters.display_tool import MOMENT
from terminology.exporters.gathered import Gathered
from terminology.importers.items import ConceptItem, DesignationItem
from terminology.importers.spreadsheet import MAX_ROWS
from terminology.importers.workbook import BLOCK, COLUMNS, MAPPINGS, SYSTEMS, TEXTS

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_ESCAPE_LIKE = re.compile(r"_(x[0-9A-Fa-f]{4}_)")
_NAMES = {"nb-NO": "Bokmål", "nn-NO": "Nynorsk", "en": "English", "no": "Norsk"}
LOOSE = "No value set"
YES, NO = "yes", "no"

Row = Sequence[str]


def write_workbook(content: Gathered, path: Path) -> None:
    """Raises ValueError: a sheet would have more rows than there can be."""
    sheets: list[tuple[str, Iterable[Row]]] = []
    if content.systems:
        sheets.append((SYSTEMS, _systems(content)))
    for oid in content.sets:
        sheets.append((content.sets[oid].name or oid, _value_set(content, oid)))
    loose = [each for held in content.concepts.values() for each in held.values() if not each.value_sets]
    if loose:
        sheets.append((LOOSE, _table(loose, content)))
    if any(content.loose_texts()):
        sheets.append((TEXTS, _texts(content)))
    if content.mappings or not sheets:
        sheets.append((MAPPINGS, _mappings(content)))
    names = _names([name for name, _ in sheets])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in _frame(names):
            _member(archive, member, [text])
        for number, (_, rows) in enumerate(sheets, 1):
            _member(archive, f"xl/worksheets/sheet{number}.xml", _sheet(rows))


def _systems(content: Gathered) -> Iterator[Row]:
    yield _titles("system", "version", "name", "uri")
    for (key, version), item in content.systems.items():
        yield (key, version, item.name, item.uri or "")


def _value_set(content: Gathered, oid: str) -> Iterator[Row]:
    item = content.sets[oid]
    values = {
        "name": item.name, "oid": oid, "version": item.version, "complete": YES if item.complete else NO
    }  # fmt: skip
    for label, value in values.items():
        yield (BLOCK[label][0], value)
    yield ()
    yield from _table(list(content.members(oid)), content)


def _table(concepts: list[ConceptItem], content: Gathered) -> Iterator[Row]:
    """Concepts with a group of columns per language; a second text of a language has a group of its own."""
    groups: dict[tuple[str, int], None] = {}
    for concept in concepts:
        groups.update(dict.fromkeys(_numbered(content.texts_of(concept))))
    ordered = sorted(groups)
    header = list(_titles("system", "version", "code", "current", "parent"))
    for language, number in ordered:
        title = f"{_NAMES.get(language, language)} ({language})" + (f" {number}" if number > 1 else "")
        header += [title, f"{title} status", f"{title} basis", f"{title} preferred"]
    yield header
    for concept in concepts:
        row = [
            concept.system, concept.version, concept.code, YES if concept.current else NO,
            concept.parent or "",
        ]  # fmt: skip
        texts = _numbered(content.texts_of(concept))
        for group in ordered:
            text = texts.get(group)
            row += (
                ["", "", "", ""]
                if text is None
                else [text.text, text.status or "", text.basis, YES if text.preferred else NO]
            )
        yield row


def _numbered(texts: list[DesignationItem]) -> dict[tuple[str, int], DesignationItem]:
    """The texts by language and by number within it."""
    counts: dict[str, int] = {}
    found: dict[tuple[str, int], DesignationItem] = {}
    for text in texts:
        counts[text.language] = counts.get(text.language, 0) + 1
        found[text.language, counts[text.language]] = text
    return found


def _texts(content: Gathered) -> Iterator[Row]:
    yield _titles("system", "version", "code", "language", "text", "preferred", "status", "basis")
    for each in content.loose_texts():
        preferred = YES if each.preferred else NO
        yield (
            each.system, each.version, each.code, each.language, each.text, preferred, each.status or "",
            each.basis,
        )  # fmt: skip


def _mappings(content: Gathered) -> Iterator[Row]:
    yield _titles(
        "source_system", "source_version", "source_code", "system", "version", "code", "relationship",
        "preferred", "status",
    )  # fmt: skip
    for each in content.mappings:
        source, target = each.source, each.target
        preferred = YES if each.preferred else NO
        yield (
            source.system, source.version or "", source.code, target.system, target.version or "",
            target.code, each.relationship, preferred, each.status or "",
        )  # fmt: skip


def _titles(*fields: str) -> Row:
    return [COLUMNS[name][0] for name in fields]


def _sheet(rows: Iterable[Row]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise ValueError(f"more than {MAX_ROWS} rows")
        cells = "".join(_cell(_column(at) + str(number), text) for at, text in enumerate(row) if text)
        if cells:
            yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData></worksheet>"


def _cell(reference: str, text: str) -> str:
    # The standard writes characters as _x0041_: an underscore that would be read so is written so itself.
    safe = escape(_ESCAPE_LIKE.sub(r"_x005F_\1", text))
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _column(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _names(wanted: list[str]) -> list[str]:
    """Sheet names: at most 31 characters, none twice, letter case aside."""
    used: set[str] = set()
    found = []
    for name in wanted:
        plain = _NOT_IN_NAME.sub(" ", name)[:31].strip() or "Sheet"
        number = 1
        while plain.casefold() in used:
            number += 1
            plain = f"{plain[: 30 - len(str(number))]} {number}"
        used.add(plain.casefold())
        found.append(plain)
    return found


def _frame(names: list[str]) -> Iterator[tuple[str, str]]:
    """The members of a workbook beside its sheets."""
    numbers = range(1, len(names) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="s{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="s{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
    )


def _member(archive: zipfile.ZipFile, name: str, texts: Iterable[str]) -> None:
    info = zipfile.ZipInfo(name, MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w") as member:
        for text in texts:
            member.write(text.encode("utf-8"))
