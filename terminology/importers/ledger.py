"""What an import has to remember of a file, in memory while it is small and on disk when it is not."""

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from types import TracebackType
from typing import Self

#: Entries kept in memory, about 250 bytes each.
IN_MEMORY = 300_000
#: Characters of a key that is kept as it is.
MAX_KEY = 120


class Ledger:
    """A dictionary of strings that keeps `limit` entries in memory and the rest in a temporary file.

    Long keys, and all on disk, are kept as 16-byte digests. Leaving the context removes the file.
    """

    def __init__(self, limit: int = IN_MEMORY) -> None:
        self._near: dict[str | bytes, str] = {}
        self._far: sqlite3.Connection | None = None
        self._limit = limit

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._far is not None:
            self._far.close()

    def add(self, key: str, value: str = "") -> bool:
        """Keep a value unless the key is there already; True when it was new."""
        short = key if len(key) < MAX_KEY else _digest(key)
        if short in self._near:
            return False
        if len(self._near) < self._limit:
            self._near[short] = value
            return True
        insert = "INSERT OR IGNORE INTO held VALUES (?, ?)"
        return self._store().execute(insert, (_digest(key), value)).rowcount > 0

    def get(self, key: str) -> str | None:
        """The value kept under the key, or None."""
        short = key if len(key) < MAX_KEY else _digest(key)
        if (value := self._near.get(short)) is not None or self._far is None:
            return value
        row = self._far.execute("SELECT value FROM held WHERE digest = ?", (_digest(key),)).fetchone()
        return None if row is None else str(row[0])

    def values(self) -> Iterator[str]:
        """All values kept."""
        yield from self._near.values()
        if self._far is not None:
            for (value,) in self._far.execute("SELECT value FROM held"):
                yield value

    def _store(self) -> sqlite3.Connection:
        if self._far is None:
            # An empty name makes SQLite keep a temporary file of its own, gone when the connection closes.
            self._far = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            for pragma in (
                "journal_mode = OFF",
                "synchronous = OFF",
                "cache_size = -65536",
                "temp_store = FILE",
            ):
                self._far.execute(f"PRAGMA {pragma}").close()
            self._far.execute("CREATE TABLE held (digest BLOB PRIMARY KEY, value TEXT) WITHOUT ROWID")
            self._far.execute("BEGIN")
        return self._far


def _digest(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
