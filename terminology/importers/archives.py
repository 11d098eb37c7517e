"""Archives read member by member, never unpacked by their own names, and refused when they are a trap.

What is refused: names that lead out of the archive, links, encryption, members twice, more than `MAX_MEMBERS`
of them, and content that grows beyond all reason when it is unpacked (a bomb, overlapping members included).
"""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminology.importers.formats import ImportOptions
from terminology.importers.sources import Bytes, opened
from terminology.importers.unreadable import Unreadable

MAX_MEMBERS = 10_000
#: Unpacked bytes per byte of the archive. Text of terminologies packs 5 to 40 times; deflate can do 1,000.
MAX_RATIO = 200
#: Below this many unpacked bytes no ratio is a danger.
HARMLESS = 64 * 1024 * 1024
#: Largest directory of a ZIP, and largest header of a tar member, that are read into memory.
MAX_DIRECTORY = 4 * 1024 * 1024
_TAR_HEADERS = frozenset(b"xgXLKS")  # types whose content tarfile reads at once
_END = struct.Struct("<4s4H2LH")  # end of central directory
#: Nonsense in an archive makes the modules raise these, down to a seek before the start of the file.
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error,
    EOFError, OSError, ValueError,
)  # fmt: skip


class Archive:
    """A ZIP that was looked through before anything is unpacked."""

    def __init__(self, archive: zipfile.ZipFile, limit: "_Limit") -> None:
        self._archive, self._limit = archive, limit
        self.names = tuple(info.filename for info in archive.infolist() if not info.is_dir())

    @contextmanager
    def member(self, name: str) -> Iterator[Bytes]:
        """The bytes of a member. Raises Unreadable: cut off, damaged, encrypted, or a bomb."""
        with _renamed(name):
            stream = self._archive.open(name)
        with stream:
            yield _Bounded(stream, self._limit, name)


@contextmanager
def zip_archive(path: Path, options: ImportOptions) -> Iterator[Archive]:
    """Open a ZIP file. Raises Unreadable: not a ZIP, cut off, or one of the tricks above."""
    with opened(path, options) as stream:
        with _renamed(""):
            _refuse_large_directory(stream)
            archive = zipfile.ZipFile(stream)
        with archive:
            _refuse_tricks(archive.infolist())
            yield Archive(archive, _Limit(path.stat().st_size))


def _refuse_tricks(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise Unreadable("archive_members", number=str(len(infos)))
    seen = set[str]()
    for info in infos:
        name = _safe(info.filename)
        if name in seen:
            raise Unreadable("archive_twice", name=name)
        seen.add(name)
        if info.flag_bits & 1:
            raise Unreadable("encrypted", info.filename)
        if (info.external_attr >> 28) == 0xA:  # symbolic link
            raise Unreadable("archive_path", name=info.filename)


def tar_members(path: Path, options: ImportOptions) -> Iterator[tuple[str, Bytes]]:
    """The regular files of a gzip-packed tar, in their order; read each before asking for the next.

    Raises: Unreadable: as for a ZIP.
    """
    with opened(path, options) as stream:
        bounded = _Bounded(gzip.GzipFile(fileobj=stream), _Limit(path.stat().st_size), path.name)
        with _renamed(""):
            archive = tarfile.open(fileobj=bounded, mode="r|", tarinfo=_Header)
        seen = set[str]()
        with archive:
            while (info := _next(archive)) is not None:
                if len(seen) >= MAX_MEMBERS:
                    raise Unreadable("archive_members", number=f"> {MAX_MEMBERS}")
                name = _safe(info.name)
                if not (info.isfile() or info.isdir()):
                    raise Unreadable("archive_path", name=info.name)
                if name in seen:
                    raise Unreadable("archive_twice", name=name)
                seen.add(name)
                if (content := archive.extractfile(info)) is not None:
                    yield name, _Named(content, name)


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    """The next member, and no other remembered: tarfile keeps every header it has seen."""
    with _renamed(""):
        archive.members.clear()  # type: ignore[attr-defined]
        return archive.next()


class _Header(tarfile.TarInfo):
    """A tar header whose extended records stay small: tarfile reads them into memory whole."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type[:1] and self.type[0] in _TAR_HEADERS and self.size > MAX_DIRECTORY:
            raise Unreadable("bomb", name=self.name[:60])
        member: tarfile.TarInfo = super()._proc_member(tar)  # type: ignore[misc]
        return member


class _Named:
    """A member of a tar: errors come up when it is read, which is outside of the loop over the members."""

    def __init__(self, stream: Bytes, name: str) -> None:
        self._stream, self._name = stream, name

    def read(self, size: int = -1, /) -> bytes:
        with _renamed(self._name):
            return self._stream.read(size)


class _Limit:
    """How much an archive may grow to in all."""

    def __init__(self, size: int) -> None:
        self._left = max(HARMLESS, size * MAX_RATIO)

    def spend(self, count: int, name: str) -> None:
        self._left -= count
        if self._left < 0:
            raise Unreadable("bomb", name=name)


class _Bounded(io.RawIOBase):
    """A stream that counts what it gives."""

    def __init__(self, stream: Bytes, limit: _Limit, name: str) -> None:
        self._stream, self._limit, self._name = stream, limit, name

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = 1 << 18 if size < 0 else min(size, 1 << 18)
        with _renamed(self._name):
            data = self._stream.read(size)
        self._limit.spend(len(data), self._name)
        return data


@contextmanager
def _renamed(name: str) -> Iterator[None]:
    """Give the errors of the archive modules our name; put round calls of theirs only."""
    try:
        yield
    except Unreadable:
        raise
    except (NotImplementedError, RuntimeError) as error:  # a packing method, or a password
        raise Unreadable("encrypted", name) from error
    except _BROKEN as error:
        raise Unreadable("archive_damaged", name) from error


def _refuse_large_directory(stream: io.BufferedReader) -> None:
    """zipfile reads the whole directory of a ZIP into memory: look at its size first."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise Unreadable("archive_damaged")
    _, _, _, _, members, directory, _, _ = _END.unpack_from(tail, at)
    if members == 0xFFFF or members > MAX_MEMBERS:
        raise Unreadable("archive_members", number=str(members))
    if directory > MAX_DIRECTORY:
        raise Unreadable("archive_members", number=str(members))


def _safe(name: str) -> str:
    """The name of a member, if it stays inside the archive."""
    parts = name.replace("\\", "/").split("/")
    if "\\" in name or name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        raise Unreadable("archive_path", name=name)
    return "/".join(part for part in parts if part not in ("", "."))
