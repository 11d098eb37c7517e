"""The documents of a member state: XML files in folders, seen as soon as they are there.

A file dropped into a folder is listed at the next request; its patient is taken from its recordTarget. A file
that is no document is skipped with one line in the log, and looked at again when it changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from mock_member_states import cda_header
from mock_member_states.cda_header import Header, NotADocument
from ncp.wire.patient_id import PatientId
from schemas.xml import MAX_BYTES, XmlRefused

_TWIN = re.compile(r"[._-]?L?[13]$", re.IGNORECASE)


Prepare = Callable[[bytes], bytes]


def as_it_is(document: bytes) -> bytes:
    """What lies in the folder is handed out."""
    return document


@dataclass(frozen=True, slots=True)
class Document:
    """One stored document."""

    header: Header
    path: Path
    prepare: Prepare

    def content(self) -> bytes:
        """The document as it is handed out.  Raises: OSError: the file is gone."""
        return self.prepare(self.path.read_bytes())


@dataclass(frozen=True, slots=True)
class _Known:
    stamp: tuple[int, int]  # modification time in ns, size
    document: Document | None  # None: looked at and no document


class DocumentStore:
    """All documents of the given folders. Reading is safe from several threads."""

    def __init__(
        self,
        folders: Sequence[Path],
        log: Callable[[str], None],
        national: Mapping[Path, Prepare] = MappingProxyType({}),
    ) -> None:
        """`national`: further folders, each with what makes pivot documents of the files in it."""
        self.folders = (*folders, *national)
        self._national = national
        self._log = log
        self._known: dict[Path, _Known] = {}
        self._replaced: set[Path] = set()
        self._lock = Lock()

    def all(self) -> tuple[Document, ...]:
        """What lies in the folders now, newest first; of two files with one id and patient the newer."""
        with self._lock:
            present = self._scan()
            for path in self._known.keys() - present:
                del self._known[path]
            by_id: dict[tuple[str, tuple[PatientId, ...]], Document] = {}
            for _, known in sorted(self._known.items(), key=lambda item: item[1].stamp):
                if known.document is not None:
                    self._remember(by_id, known.document)
        return tuple(
            sorted(by_id.values(), key=lambda d: (d.header.created, d.header.unique_id), reverse=True)
        )

    def _remember(self, by_id: dict[tuple[str, tuple[PatientId, ...]], Document], document: Document) -> None:
        """The newer of two replaces the older, which is told once."""
        key = (document.header.unique_id, document.header.patients)
        if (older := by_id.get(key)) and older.path not in self._replaced:
            self._replaced.add(older.path)
            self._log(f"document file {masked(older.path.name)} gives way to {masked(document.path.name)}")
        by_id[key] = document

    def _scan(self) -> set[Path]:
        """Read what is new or has changed; the paths that are there."""
        present = set()
        for folder in self.folders:
            for path in sorted(folder.glob("*")) if folder.is_dir() else ():
                if path.suffix.lower() != ".xml" or path.name.startswith("."):
                    continue
                try:
                    stat = path.stat()
                except OSError:
                    continue
                stamp = (stat.st_mtime_ns, stat.st_size)
                known = self._known.get(path)
                if known is None or known.stamp != stamp:
                    prepare = self._national.get(folder, as_it_is)
                    self._known[path] = _Known(stamp, self._read(path, stat.st_size, prepare))
                present.add(path)
        return present

    def _read(self, path: Path, size: int, prepare: Prepare) -> Document | None:
        try:
            if size > MAX_BYTES:
                raise NotADocument("larger than 16 MiB")
            return Document(cda_header.read(prepare(path.read_bytes())), path, prepare)
        except (NotADocument, XmlRefused) as error:
            self._log(f"document file {masked(path.name)} skipped: {error}")
        except OSError as error:
            self._log(f"document file {masked(path.name)} skipped: {error.strerror}")
        return None


def twins(documents: Sequence[Document]) -> tuple[tuple[Document, Document], ...]:
    """Pairs (level 1, level 3) of the same content.

    The one names the other as what it was transformed from, or their ids differ in the ending L1/L3 only.
    """
    pairs = []
    for first in documents:
        for third in documents:
            if (first.header.level, third.header.level) == (1, 3) and _are_twins(first.header, third.header):
                pairs.append((first, third))
                break
    return tuple(pairs)


def _are_twins(first: Header, third: Header) -> bool:
    if first.class_code != third.class_code:
        return False
    if third.unique_id in first.related or first.unique_id in third.related:
        return True
    endings = first.unique_id[-1:] == "1" and third.unique_id[-1:] == "3"
    return endings and _TWIN.sub("", first.unique_id) == _TWIN.sub("", third.unique_id)


def masked(name: str) -> str:
    """A file name for the log: people put identifiers into file names, so digits are hidden."""
    return re.sub(r"\d", "#", name)
