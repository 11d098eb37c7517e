"""JSON as a stream of records: what stands in the long arrays one by one, and the rest of the file aside."""

import codecs
import io
from collections.abc import Collection, Iterator
from typing import Any

import ijson

from terminology.importers.sources import Bytes, foreign_encoding
from terminology.importers.unreadable import Unreadable

MAX_DEPTH = 64
#: Values outside the long arrays that are kept, far more than the head of any resource has.
MAX_SKELETON = 50_000
#: Values of one record.
MAX_RECORD = 200_000
#: A single text, in bytes: a package's narrative may be some megabytes, nothing is longer.
MAX_TEXT = 64 * 1024 * 1024

Json = Any
Path = tuple[str | int, ...]


def skeleton(stream: Bytes, bulk: Collection[str], where: str = "") -> Json:
    """The file without its long arrays: every array under a key in `bulk` is left empty.

    A file that is one array gives an empty list. Raises: Unreadable: not JSON, cut off, too deep, too much.
    """
    stack: list[Json] = []
    root: Json = None
    skipped, key, count = 0, "", 0
    for event, value in _events(stream, where):
        opens = event in ("start_map", "start_array")
        if skipped:
            skipped += opens - (event in ("end_map", "end_array"))
            continue
        if event == "map_key":
            key = value
            continue
        if event in ("end_map", "end_array"):
            stack.pop()
            continue
        count += 1
        if count > MAX_SKELETON:
            raise Unreadable("json_size", where)
        node = ({} if event == "start_map" else []) if opens else value
        if not stack:
            root = node
        elif isinstance(stack[-1], dict):
            stack[-1][key] = node
        else:
            stack[-1].append(node)
        if event == "start_array" and (not stack or key in bulk):
            skipped = 1
        elif opens:
            stack.append(node)
    return root


def records(
    stream: Bytes, bulk: Collection[str], where: str = ""
) -> Iterator[tuple[Path, dict[str, Json], Json]]:
    """The objects of the arrays under a key in `bulk`, at any depth, and of the array that is the whole file.

    Yields: the path to the object, the object without its own long arrays, the object it lies in (or None).
            Inner objects come before the one they lie in.
    Raises: Unreadable: as `skeleton`, or a record that is larger than any real one.
    """
    frames: list[_Frame] = []
    key, open_records, count = "", list[dict[str, Json]](), 0
    for event, value in _events(stream, where):
        if event == "map_key":
            key = value
            continue
        if event in ("end_map", "end_array"):
            done = frames.pop()
            if done.is_record:
                open_records.pop()
                count = 0
                outer = open_records[-1] if open_records else None
                yield (*(frame.at for frame in frames[1:]), done.at), done.node, outer
            continue
        top = frames[-1] if frames else None
        at: str | int = key if top is None or not top.is_array else top.next()
        frame = _Frame(at, event, value, top, bulk)
        count += frame.node is not None
        if count > MAX_RECORD:
            raise Unreadable("json_size", f"{where} {'/'.join(str(f.at) for f in frames)}".lstrip())
        if event in ("start_map", "start_array"):
            frames.append(frame)
            if frame.is_record:
                open_records.append(frame.node)


class _Frame:
    """A value that is being read: where it stands, and the node it is built into, if any."""

    __slots__ = ("at", "count", "is_array", "is_bulk", "is_record", "node")

    def __init__(
        self, at: str | int, event: str, value: Json, top: "_Frame | None", bulk: Collection[str]
    ) -> None:
        self.at, self.count, self.is_array = at, 0, event == "start_array"
        self.is_bulk = self.is_array and (top is None or at in bulk)
        self.is_record = event == "start_map" and top is not None and top.is_bulk
        self.node: Json = None
        if self.is_bulk or (top is not None and top.node is None and not self.is_record):
            return
        if top is None:
            return
        self.node = {} if event == "start_map" else [] if self.is_array else value
        if isinstance(top.node, dict):
            top.node[at] = self.node
        elif top.node is not None:
            top.node.append(self.node)

    def next(self) -> int:
        self.count += 1
        return self.count - 1


def pointer(path: Path, where: str = "") -> str:
    """A path as a JSON pointer, behind the name of the file in an archive."""
    return f"{where} /{'/'.join(map(str, path))}".lstrip()


def _events(stream: Bytes, where: str) -> Iterator[tuple[str, Json]]:
    """What the parser finds, with its errors under our name."""
    depth = 0
    try:
        for event, value in ijson.basic_parse(_Guarded(stream, where)):
            if event in ("start_map", "start_array"):
                depth += 1
                if depth > MAX_DEPTH:
                    raise Unreadable("json_deep", where)
            elif event in ("end_map", "end_array"):
                depth -= 1
            yield event, value
    except ijson.JSONError as error:
        said = str(error)
        if "UTF" in said or isinstance(error.__cause__, UnicodeError):
            raise Unreadable("encoding", where, found="Windows-1252", wanted="UTF-8") from error
        if depth and ("premature" in said or "ncomplete" in said) and "parse error" not in said:
            raise Unreadable("cut_off", where) from error
        raise Unreadable("json", where, detail=said.splitlines()[0] if said else "") from error
    except UnicodeError as error:
        raise Unreadable("encoding", where, found="Windows-1252", wanted="UTF-8") from error


class _Guarded(io.RawIOBase):
    """The bytes for the parser: UTF-8 without a byte order mark, and without a text that fills the memory."""

    def __init__(self, stream: Bytes, where: str) -> None:
        self._stream, self._where = stream, where
        self._first, self._run = True, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size == 0:  # the parser asks for nothing, to learn whether it gets bytes or text
            return b""
        data = self._stream.read(size)
        if self._first and data:
            self._first = False
            if found := foreign_encoding(data[:4096]):
                raise Unreadable("encoding", self._where, found=found, wanted="UTF-8")
            data = data.removeprefix(codecs.BOM_UTF8) or self._stream.read(size)
        quote = data.rfind(b'"')
        self._run = self._run + len(data) if quote < 0 else len(data) - quote
        if self._run > MAX_TEXT:
            raise Unreadable("json_size", self._where)
        return data
