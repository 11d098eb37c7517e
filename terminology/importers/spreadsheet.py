"""Office Open XML workbooks as rows of text, streamed.

Every cell is read as the text that stands in the file: `NA` is no missing value and `10108000` no number.
Macros and more rows than a sheet can have are refused; a cell that is calculated is marked as such.
Source: ECMA-376 part 1, SpreadsheetML (sheets, shared strings, number formats).
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO

from lxml import etree

from terminology.importers.archives import Archive, zip_archive
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.importers.xml_stream import local_name, records

MAX_ROWS = 1_048_576  # of a sheet, as the standard's applications have it
MAX_COLUMNS = 16_384
MAX_SHEETS = 1_000
_MAIN = "{*}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_COLUMN = re.compile(r"[A-Z]{1,3}", re.ASCII)
#: Characters that XML cannot say: a line break at the end of a cell is `_x000D_`.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:\.0*)?", re.ASCII)
#: Built-in number formats that show a date.
_DATES = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_DATE_LETTERS = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and the member of the archive that holds it."""

    name: str
    member: str


class Formula(str):
    """The formula of a cell that is calculated: what it is depends on who opens the file."""

    __slots__ = ()


class Number(str):
    """The text of a cell that is a number with decimals or too many digits: not what somebody typed."""

    __slots__ = ()


class Workbook:
    """An open workbook. Rows come as (row number, cells by column from 0); empty rows are left out."""

    def __init__(self, archive: Archive, strings: "_Strings", dates: frozenset[int], old_epoch: bool) -> None:
        self._archive, self._strings, self._dates = archive, strings, dates
        self._epoch = date(1904, 1, 1) if old_epoch else date(1899, 12, 30)
        self.sheets: tuple[Sheet, ...] = ()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, dict[int, str]]]:
        """The rows of a sheet. Raises Unreadable: cut off, damaged, or more rows than there can be."""
        where, number = f"sheet {sheet.name}", 0
        with self._archive.member(sheet.member) as stream:
            for row in records(stream, [f"{_MAIN}row"], 3, where):
                number = _row_number(row, number, where)
                if len(row) and (cells := self._cells(row, f"{where} row {number}")):
                    yield number, cells

    def _cells(self, row: etree._Element, where: str) -> dict[int, str]:
        found: dict[int, str] = {}
        at = -1
        for cell in row:
            at = _column(cell.get("r"), at, where)
            text = self._text(cell, where)
            if text:
                found[at] = text
        return found

    def _text(self, cell: etree._Element, where: str) -> str:
        kind, value, formula = cell.get("t", "n"), "", ""
        for part in cell:
            name = local_name(part)
            if name == "is":
                value = _rich_text(part)
            elif name == "v":
                value = part.text or ""
            elif name == "f":
                formula = f"={part.text or ''}"
        if kind == "s":
            value = self._strings.text(value, where)
        elif kind == "n" and value:
            value = self._number(value, cell.get("s", "0"))
        return Formula(formula) if formula else value

    def _number(self, value: str, style: str) -> str:
        if _whole(style) in self._dates:
            return _as_date(value, self._epoch)
        whole = _WHOLE.fullmatch(value)
        return whole[1] if whole else Number(value)


@contextmanager
def workbook(path: Path, options: ImportOptions) -> Iterator[Workbook]:
    """Open a workbook. Raises Unreadable: not a workbook, macros in it, or as `archives.zip_archive`."""
    with zip_archive(path, options) as archive, tempfile.TemporaryFile() as texts, \
            tempfile.TemporaryFile() as index:  # fmt: skip
        names = set(archive.names)
        if (
            any(name.casefold().endswith("vbaproject.bin") for name in names)
            or path.suffix.lower() == ".xlsm"
        ):
            raise Unreadable("macros")
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            raise Unreadable("not_workbook")
        strings = _Strings(texts, index)
        if "xl/sharedStrings.xml" in names:
            with archive.member("xl/sharedStrings.xml") as stream:
                for item in records(stream, [f"{_MAIN}si"], 2, "sharedStrings.xml"):
                    strings.add(_rich_text(item))
        book = Workbook(archive, strings, _date_styles(archive), _has_old_epoch(archive))
        book.sheets = tuple(_sheets(archive))
        yield book


class _Strings:
    """The texts that cells share, kept in temporary files: a workbook may have millions."""

    def __init__(self, texts: IO[bytes], index: IO[bytes]) -> None:
        self._texts, self._index, self._count = texts, index, 0
        self._at = 0
        self._cached = lru_cache(maxsize=10_000)(self._read)

    def add(self, text: str) -> None:
        data = text.encode("utf-8")
        self._texts.write(data)
        self._at += len(data)
        self._index.write(self._at.to_bytes(8, "big"))
        self._count += 1

    def text(self, number: str, where: str) -> str:
        at = _whole(number)
        if not 0 <= at < self._count:
            raise Unreadable("not_workbook", where)
        return self._cached(at)

    def _read(self, number: int) -> str:
        self._index.seek(max(0, number - 1) * 8)
        ends = self._index.read(16 if number else 8)
        start = int.from_bytes(ends[:8], "big") if number else 0
        self._texts.seek(start)
        return self._texts.read(int.from_bytes(ends[-8:], "big") - start).decode("utf-8")


def _sheets(archive: Archive) -> Iterator[Sheet]:
    targets: dict[str, str] = {}
    with archive.member("xl/_rels/workbook.xml.rels") as stream:
        for relation in records(stream, [f"{_MAIN}Relationship"], 2, "workbook.xml.rels"):
            target = relation.get("Target", "")
            targets[relation.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    with archive.member("xl/workbook.xml") as stream:
        for count, sheet in enumerate(records(stream, [f"{_MAIN}sheet"], 3, "workbook.xml")):
            member = targets.get(sheet.get(_RELATIONS) or sheet.get(_STRICT_RELATIONS) or "", "")
            if count >= MAX_SHEETS:
                raise Unreadable("not_workbook")
            if "/worksheets/" in f"/{member}" and member not in archive.names:
                raise Unreadable("not_workbook", f"sheet {sheet.get('name', '')}")
            if "/worksheets/" in f"/{member}":  # charts have no rows
                yield Sheet(sheet.get("name", ""), member)


def _date_styles(archive: Archive) -> frozenset[int]:
    """The cell styles that show a number as a date."""
    if "xl/styles.xml" not in archive.names:
        return frozenset()
    own, found = set[int](), set[int]()
    with archive.member("xl/styles.xml") as stream:
        for node in records(stream, [f"{_MAIN}numFmts", f"{_MAIN}cellXfs"], 2, "styles.xml"):
            if local_name(node) == "numFmts":
                own |= {
                    _whole(each.get("numFmtId"))
                    for each in node
                    if {"y", "d"} & set(_DATE_LETTERS.sub("", each.get("formatCode", "")).lower())
                }
                continue
            for place, style in enumerate(node):
                used = _whole(style.get("numFmtId"))
                if used in _DATES or used in own:
                    found.add(place)
    return frozenset(found)


def _has_old_epoch(archive: Archive) -> bool:
    with archive.member("xl/workbook.xml") as stream:
        for properties in records(stream, [f"{_MAIN}workbookPr"], 2, "workbook.xml"):
            return properties.get("date1904") in ("1", "true")
    return False


def _rich_text(node: etree._Element) -> str:
    """The text of a string item: its runs together, without the reading aids for Japanese."""
    if len(node) == 1 and not len(node[0]):
        text = node[0].text or ""
    else:
        text = "".join(
            part.text or ""
            for part in node.iter(f"{_MAIN}t")
            if (above := part.getparent()) is None or local_name(above) != "rPh"
        )
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _as_date(value: str, epoch: date) -> str:
    try:
        return (epoch + timedelta(days=int(float(value)))).isoformat()
    except (ValueError, OverflowError):
        return Number(value)


def _row_number(row: etree._Element, before: int, where: str) -> int:
    stated = row.get("r")
    number = before + 1 if stated is None else _whole(stated)
    if number > MAX_ROWS or number <= before:
        raise Unreadable("rows", where, number=stated or str(number))
    return number


def _whole(text: str | None) -> int:
    """A number that a program wrote; -1 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _column(reference: str | None, before: int, where: str) -> int:
    at = before + 1 if reference is None else _place(reference.rstrip("0123456789"))
    if at >= MAX_COLUMNS or at <= before:
        raise Unreadable("not_workbook", where)
    return at


@lru_cache(maxsize=1024)
def _place(letters: str) -> int:
    """`A` is 0, `AA` 26; -1 for what names no column."""
    if not _COLUMN.fullmatch(letters):
        return -1
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1
