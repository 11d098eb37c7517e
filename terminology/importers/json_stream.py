"""JSON as a stream of records: what stands in the long arrays one by one, and the rest of the file aside."""

import codecs
from collections.abc import Collection, Iterator
from contextlib import contextmanager
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

_OPENING = frozenset({"start_map", "start_array"})
_CLOSING = frozenset({"end_map", "end_array"})

Json = Any
Path = tuple[str | int, ...]


def skeleton(stream: Bytes, bulk: Collection[str], where: str = "") -> Json:
    """The file without its long arrays: every array under a key in `bulk` is left empty.

    A file that is one array gives an empty list. Raises: Unreadable: not JSON, cut off, too deep, too much.
    """
    stack: list[Json] = []
    root: Json = None
    skipped, key, count = 0, "", 0
    with _renamed(where):
        for event, value in ijson.basic_parse(_Guarded(stream, where)):
            if skipped:
                skipped += (event in _OPENING) - (event in _CLOSING)
                continue
            if event == "map_key":
                key = value
                continue
            if event in _CLOSING:
                stack.pop()
                continue
            count += 1
            if count > MAX_SKELETON or len(stack) > MAX_DEPTH:
                raise Unreadable("json_size" if count > MAX_SKELETON else "json_deep", where)
            node = {} if event == "start_map" else [] if event == "start_array" else value
            if not stack:
                root = node
            else:
                _attach(stack[-1], key, node)
            if event == "start_array" and (not stack or key in bulk):
                skipped = 1
            elif event in _OPENING:
                stack.append(node)
    return root


def first_keys(stream: Bytes, where: str = "") -> Iterator[str]:
    """The keys of the object that is the file, or of the first object in the array that is the file."""
    depth = 0
    with _renamed(where):
        for event, value in ijson.basic_parse(_Guarded(stream, where)):
            if event == "map_key" and depth == 1:
                yield value
            elif event in _OPENING:
                # An array at the very beginning is no level of its own.
                depth += depth > 0 or event == "start_map"
            elif event in _CLOSING:
                depth -= 1
                if depth <= 0:
                    return


def records(
    stream: Bytes, bulk: Collection[str], where: str = ""
) -> Iterator[tuple[Path, dict[str, Json], Json]]:
    """The objects of the arrays under a key in `bulk`, at any depth, and of the array that is the whole file.

    Yields: the path to the object, the object without its own long arrays, the object it lies in (or None).
            Inner objects come before the one they lie in.
    Raises: Unreadable: as `skeleton`, or a record that is larger than any real one.
    """
    with _renamed(where):
        yield from _Records(bulk, where).of(ijson.basic_parse(_Guarded(stream, where)))


class _Records:
    """Builds the records. `None` as the node being filled means: outside of every record."""

    def __init__(self, bulk: Collection[str], where: str) -> None:
        self._bulk, self._where = bulk, where
        self._stack: list[
            tuple[Json, bool, int | str | None]
        ] = []  # node, is it a long array, step of the path
        self._counts: list[int] = []  # members so far of each array outside of records
        self._open: list[dict[str, Json]] = []

    def of(self, events: Iterator[tuple[str, Json]]) -> Iterator[tuple[Path, dict[str, Json], Json]]:
        node: Json = None
        key, count = "", 0
        for event, value in events:
            if event == "map_key":
                key = value
            elif event in _OPENING:
                node = self._enter(event == "start_array", key, node)
            elif event in _CLOSING:
                done, is_long, step = self._stack.pop()
                if self._open and done is self._open[-1]:
                    self._open.pop()
                    count = 0
                    yield (*self._path(), step or 0), done, self._open[-1] if self._open else None
                if step is not None and (done is None or is_long):
                    self._counts.pop()
                node = self._stack[-1][0] if self._stack else None
            elif node is not None:
                count += 1
                if type(node) is dict:
                    node[key] = value
                else:
                    node.append(value)
                if count > MAX_RECORD:
                    raise Unreadable("json_size", pointer(self._path(), self._where))

    def _enter(self, is_array: bool, key: str, node: Json) -> Json:
        """The node to fill from here on."""
        if len(self._stack) > MAX_DEPTH:
            raise Unreadable("json_deep", self._where)
        in_long = bool(self._stack) and self._stack[-1][1]
        is_long = is_array and (not self._stack or (key in self._bulk and not in_long))
        if node is not None and not is_long:  # inside of a record
            inner: Json = [] if is_array else {}
            _attach(node, key, inner)
            self._stack.append((inner, False, None))
            return inner
        step: int | str = key
        if self._counts and self._counts[-1] >= 0 and node is None:
            step = self._counts[-1]
            self._counts[-1] += 1
        made: Json = {} if in_long and not is_array else None
        self._stack.append((made, is_long, step))
        if made is None:
            self._counts.append(0 if is_array else -1)
        else:
            self._open.append(made)
        return made

    def _path(self) -> Path:
        """The steps to the node being read: the file itself is none."""
        return tuple(step for _, _, step in self._stack[1:] if step is not None)


def _attach(node: Json, key: str, value: Json) -> None:
    if type(node) is dict:
        node[key] = value
    else:
        node.append(value)


def text(node: Json, key: str) -> str:
    """A text or a whole number under a key, as text; "" for anything else."""
    value = node.get(key) if type(node) is dict else None
    if type(value) is str:
        return value
    return str(value) if type(value) is int else ""


def objects(node: Json, key: str) -> list[dict[str, Json]]:
    """The objects of an inner array, [] when there is none."""
    found = node.get(key) if type(node) is dict else None
    return [each for each in found if type(each) is dict] if type(found) is list else []


def at(node: Json, path: Path) -> Json:
    """What stands at a path in a file without its long arrays; None: nothing does."""
    for step in path:
        if isinstance(node, dict) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def pointer(path: Path, where: str = "") -> str:
    """A path as a JSON pointer, behind the name of the file in an archive."""
    return f"{where} /{'/'.join(map(str, path))}".lstrip()


@contextmanager
def _renamed(where: str) -> Iterator[None]:
    """Give the parser's errors our name."""
    try:
        yield
    except ijson.JSONError as error:
        said = str(error)
        if "UTF" in said:
            raise Unreadable("encoding", where, found="Windows-1252", wanted="UTF-8") from error
        if "premature EOF" in said or "ncomplete JSON" in said:
            raise Unreadable("cut_off", where) from error
        raise Unreadable("json", where, detail=said.splitlines()[0] if said else "") from error
    except UnicodeError as error:
        raise Unreadable("encoding", where, found="Windows-1252", wanted="UTF-8") from error


class _Guarded:
    """The bytes for the parser: UTF-8 without a byte order mark, and without a text that fills the memory."""

    def __init__(self, stream: Bytes, where: str) -> None:
        self._stream, self._where = stream, where
        self._first, self._run = True, 0

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
