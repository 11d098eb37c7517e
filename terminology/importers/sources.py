"""Files as bytes and as lines: opened once, watched while they are read, and refused in a wrong encoding."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable

#: Longest line of a text file, and with it the most that a cell may hold, in characters.
MAX_LINE = 1_000_000
_FOREIGN = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16: its mark begins with the one of UTF-16
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

csv.field_size_limit(MAX_LINE)  # a constant of the module, the same for every reader of the process


class Bytes(Protocol):
    """Anything that gives bytes in pieces."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""


class _Watched(io.FileIO):
    """A file that tells how far it has been read."""

    def __init__(self, path: Path, watch: Callable[[int], None]) -> None:
        super().__init__(path, "r")
        self._watch = watch

    def readinto(self, buffer: Any) -> int | None:
        count = super().readinto(buffer)
        self._watch(self.tell())
        return count


def opened(path: Path, options: ImportOptions) -> io.BufferedReader:
    """The file's bytes. Raises Unreadable: there is no such file, it may not be read, or it is empty."""
    try:
        if path.stat().st_size == 0:
            raise Unreadable("empty")
        raw = io.FileIO(path, "r") if options.watch is None else _Watched(path, options.watch)
    except OSError as error:
        raise Unreadable("no_file", name=path.name) from error
    return io.BufferedReader(raw, 256 * 1024)


def foreign_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 when the first bytes of a file look like it, with a mark or without; else None."""
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            return name
    # Text has no NUL; ASCII in UTF-16 has one in every second place.
    if len(head) >= 4 and (
        head[1::2].count(0) * 2 > len(head) // 2 or head[::2].count(0) * 2 > len(head) // 2
    ):
        return "UTF-16"
    return None


def lines(stream: Bytes, options: ImportOptions, where: str = "") -> Iterator[str]:
    """The lines of a text file with their ends, a byte order mark removed.

    Raises: Unreadable: not in the encoding that the options state, a NUL, or a line without end.
    """
    head = stream.read(4096)
    plain = _is_utf8(options.encoding)
    if plain and (found := foreign_encoding(head)):
        raise Unreadable("encoding", where, found=found, wanted="UTF-8")
    if plain:
        head = head.removeprefix(codecs.BOM_UTF8)
    try:
        text = io.TextIOWrapper(
            cast(Any, _Rejoined(head, stream)),
            options.encoding,
            # Bytes that are no UTF-8 are let through here, marked, so that the line can be named below.
            "surrogateescape" if plain else "strict",
            newline="",
        )
    except LookupError as error:
        raise Unreadable("encoding_name", where, wanted=options.encoding) from error
    return _checked(text, options.encoding, plain, where)


def _checked(text: Any, encoding: str, plain: bool, where: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        place = f"{where} line {number}".lstrip()
        try:
            line = text.readline(MAX_LINE)
        except UnicodeError as error:
            raise Unreadable("encoding", place, found="?", wanted=encoding) from error
        if not line:
            return
        if len(line) >= MAX_LINE:
            raise Unreadable("long_line", place)
        if "\0" in line:
            raise Unreadable("not_text", place)
        if plain and not line.isascii():
            _refuse_other_bytes(line, place)
        yield line


def _refuse_other_bytes(line: str, place: str) -> None:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unreadable("encoding", place, found="Windows-1252", wanted="UTF-8") from error


def rows(
    stream: Bytes, options: ImportOptions, delimiter: str | None, where: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the number of their last line; rows of empty cells are left out.

    Args:    delimiter: None: the comma, semicolon or tab that the first line has most of.
    Raises:  Unreadable: as `lines`, or a quotation mark that never closes.
    """
    source = lines(stream, options, where)
    first = next(source, "")
    if delimiter is None:
        delimiter = max(",;\t", key=first.count)
    return csv_rows(_with(first, source), delimiter, where)


def csv_rows(
    source: Iterator[str], delimiter: str, where: str = "", before: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """As `rows`, from lines. `before`: how many lines of the file were taken already."""
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(row):
                yield before + reader.line_num, row
    except csv.Error as error:
        reason = "cut_off" if "end of data" in str(error) else "quotes"
        raise Unreadable(reason, f"{where} line {before + reader.line_num}".lstrip()) from error


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _is_utf8(encoding: str) -> bool:
    return encoding.casefold().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")


class _Rejoined(io.RawIOBase):
    """A stream with the bytes in front of it that were read to look at them."""

    def __init__(self, head: bytes, rest: Bytes) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)

    def read(self, size: int = -1) -> bytes:
        if self._head:
            size = len(self._head) if size < 0 else size
            given, self._head = self._head[:size], self._head[size:]
            return given
        return self._rest.read(size)
