"""The items of a file on their way into the database, a few thousand at a time: memory stays flat."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Table

from terminology.designation import Status
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    Noted,
    Rejected,
    ValueSetItem,
)
from terminology.imports import runs
from terminology.imports.runs import Wishes
from terminology.languages import ENGLISH
from terminology.store.bulk import insert_many
from terminology.store.staging import (
    finding,
    staged_concept,
    staged_designation,
    staged_mapping,
    staged_member,
    staged_set,
    staged_version,
)

REMEMBERED = 1_000_000  # texts and mappings of which a hash is kept, about 60 bytes each
CHUNK = 10_000  # items between two signs of life
_COLUMNS: dict[Table, tuple[str, ...]] = {
    table: tuple(column.name for column in table.columns if column.name != "version_id")
    for table in (
        staged_version, staged_set, staged_concept, staged_member, staged_designation, staged_mapping, finding
    )
}  # fmt: skip


class Cancelled(Exception):
    """Somebody cancelled the import."""


class Staging:
    """Rows of one run, held until there are enough of them."""

    def __init__(self, engine: Engine, run_id: int, wishes: Wishes, clock: Callable[[], datetime]) -> None:
        self._engine, self._run, self._wishes, self._clock = engine, run_id, wishes, clock
        self._rows: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
        self._versions: dict[tuple[str, str], int] = {}
        self._described: dict[int, tuple[Any, ...]] = {}
        self._sets: set[str] = set()
        self.count = 0
        self._hashes: set[int] = set()
        self.doubled = False  # whether the file may say something twice

    def take(self, items: Iterable[Item]) -> int:
        """Stage all items; returns how many. Raises Cancelled, and whatever the items raise."""
        put: dict[type, Callable[[Any], None]] = {
            DesignationItem: self._designation,
            ConceptItem: self._concept,
            MappingItem: self._mapping,
            CodeSystemItem: self._code_system,
            ValueSetItem: self._value_set,
            Rejected: lambda item: self._finding("rejected", item),
            Noted: lambda item: self._finding("noted", item),
        }
        for item in items:
            put[type(item)](item)
            self.count += 1
            if self.count % CHUNK == 0:
                self._flush()
        for key, number in self._versions.items():
            row = self._described.get(number, (None, None, None))
            self._rows[staged_version].append((self._run, number, key[0], *row, key[1]))
        self._flush()
        return self.count

    def _flush(self) -> None:
        with self._engine.begin() as connection:
            if not runs.beat(connection, self._run, self.count, self._clock()):
                raise Cancelled
            for table, rows in self._rows.items():
                insert_many(connection, table, _COLUMNS[table], rows)
                rows.clear()

    def _number(self, system: str, version: str) -> int:
        """The number that stands for a code-system version in this run."""
        key = (system, version)
        number = self._versions.get(key)
        if number is None:
            number = self._versions[key] = len(self._versions)
        return number

    def _designation(self, item: DesignationItem) -> None:
        status = item.status or self._wishes.status
        if status is Status.ACTIVE and item.language != ENGLISH and not self._wishes.trusted:
            status = Status.IN_REVIEW
        number = self._number(item.system, item.version)
        self._remember(hash((number, item.code, item.language, item.text)))
        self._rows[staged_designation].append(
            (
                self._run, self.count, number, item.code, item.language, item.text,
                item.preferred, status.value, item.basis, item.where,
            )
        )  # fmt: skip

    def _concept(self, item: ConceptItem) -> None:
        number = self._number(item.system, item.version)
        row = (self._run, self.count, number, item.code, item.current, item.parent, item.where)
        self._rows[staged_concept].append(row)
        for oid in item.value_sets:
            self._rows[staged_member].append((self._run, number, item.code, oid))

    def _mapping(self, item: MappingItem) -> None:
        status = item.status or self._wishes.status
        if status is Status.ACTIVE and not self._wishes.trusted:
            status = Status.IN_REVIEW
        ends = [
            part for end in (item.source, item.target) for part in (end.system, end.version or "", end.code)
        ]
        self._remember(hash((None, *ends)))
        self._rows[staged_mapping].append(
            (self._run, self.count, *ends, item.relationship, item.preferred, status.value, item.where)
        )

    def _code_system(self, item: CodeSystemItem) -> None:
        number = self._number(item.oid or item.name, item.version)
        self._described[number] = (item.oid, item.uri, item.name)

    def _value_set(self, item: ValueSetItem) -> None:
        if item.oid not in self._sets:
            self._sets.add(item.oid)
            row = (self._run, item.oid, item.name, item.version, item.complete)
            self._rows[staged_set].append(row)

    def _remember(self, said: int) -> None:
        """Note what is said twice; where two hashes agree by chance, the database looks and finds nothing."""
        before = len(self._hashes)
        self._hashes.add(said)
        if len(self._hashes) == before or before >= REMEMBERED:
            self.doubled = True
            self._hashes.clear()

    def _finding(self, kind: str, item: Rejected | Noted) -> None:
        row = (self._run, kind, item.where, item.what[:200], None, None, item.reason)
        self._rows[finding].append(row)
