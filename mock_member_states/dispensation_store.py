"""What a country keeps of dispensations: once each, whoever asks at the same time, also after a crash.

Judging and writing are one transaction: nobody can dispense between the look and the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from mock_member_states.dispensation_kept import REPEATED, UNKNOWN, Kept, NotAvailable, Rejection
from mock_member_states.dispensation_tables import (
    cancelled,
    dispensation,
    dispensed_item,
    open_database,
)
from mock_member_states.prescription_standing import Tally
from terminology.store.sqlite_file import READ_ONLY

_COLUMNS = tuple(column for column in dispensation.columns if column.name != "content")


class DispensationStore:
    """The dispensations of one country in a database. Safe under several threads and processes.

    Every method raises NotAvailable when the database does not answer; then nothing has been entered.
    """

    def __init__(self, path: Path) -> None:
        """Raises: StoreDamaged: the database cannot be opened."""
        self._engine = open_database(path)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self, *, read_only: bool = False) -> Iterator[Connection]:
        options = READ_ONLY if read_only else {}
        try:
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise NotAvailable(type(error).__name__) from error

    def seed(self, kept: Sequence[Kept]) -> None:
        """What was dispensed at home before this store existed; entered once, then left alone."""
        with self._transaction() as connection:
            for one in kept:
                if not _known(connection, one):
                    _enter(connection, one)

    def tallies(self, prescriptions: Sequence[str]) -> Mapping[str, Tally]:
        """What has been dispensed of each of these prescriptions, at one moment."""
        with self._transaction(read_only=True) as connection:
            return {one: _tally(connection, one) for one in prescriptions}

    def dispense(self, one: Kept, judge: Callable[[Tally], Rejection | None]) -> Rejection | None:
        """Enter a dispensation if `judge` has nothing against it; None if it was entered.

        A document or submission received before is refused, also one that was discarded since.
        """
        with self._transaction() as connection:
            if _known(connection, one):
                return REPEATED
            rejection = judge(_tally(connection, one.prescription))
            if rejection is None:
                _enter(connection, one)
            return rejection

    def discard(
        self, document_id: str, discard_id: str, at: datetime, judge: Callable[[Kept, bool], Rejection | None]
    ) -> Rejection | None:
        """Take a dispensation back; None if it was.

        Args: judge: is told the dispensation, and whether the same prescription was dispensed again later.
        """
        with self._transaction() as connection:
            found = _read(connection, document_id)
            if found is None:
                return UNKNOWN
            rejection = judge(found, _dispensed_again(connection, found))
            if rejection is None:
                row = dispensation.c.document_id == document_id
                values = {"discarded": _iso(at), "discard_id": discard_id}
                connection.execute(update(dispensation).where(row).values(values))
            return rejection

    def cancel(self, prescription: str, at: datetime) -> None:
        """The prescriber withdraws a prescription; twice is as good as once."""
        with self._transaction() as connection:
            if not _is_cancelled(connection, prescription):
                connection.execute(insert(cancelled).values(prescription=prescription, at=_iso(at)))

    def all(self) -> tuple[Kept, ...]:
        """Everything, in the order received."""
        with self._transaction(read_only=True) as connection:
            order = (dispensation.c.received, dispensation.c.document_id)
            ids = connection.execute(select(dispensation.c.document_id).order_by(*order)).scalars()
            return tuple(found for one in ids.all() if (found := _read(connection, one)) is not None)


def _known(connection: Connection, one: Kept) -> bool:
    same = (dispensation.c.document_id == one.document_id) | (
        dispensation.c.submission_id == one.submission_id
    )
    return connection.execute(select(dispensation.c.document_id).where(same)).first() is not None


def _enter(connection: Connection, one: Kept) -> None:
    values = {column.name: getattr(one, column.name) for column in _COLUMNS}
    values |= {"received": _iso(one.received), "discarded": None, "content": one.content}
    connection.execute(insert(dispensation).values(values))
    for number, (item, packages) in enumerate(one.items):
        row = {"document_id": one.document_id, "number": number, "item": item, "packages": packages}
        connection.execute(insert(dispensed_item).values(row))


def _tally(connection: Connection, prescription: str) -> Tally:
    mine = (dispensation.c.prescription == prescription) & dispensation.c.discarded.is_(None)
    acts = connection.execute(select(func.count()).select_from(dispensation).where(mine)).scalar_one()
    summed = (
        select(dispensed_item.c.item, func.sum(dispensed_item.c.packages))
        .join(dispensation)
        .where(mine)
        .group_by(dispensed_item.c.item)
    )
    packages = {str(item): int(count) for item, count in connection.execute(summed)}
    return Tally(packages, acts, _is_cancelled(connection, prescription))


def _is_cancelled(connection: Connection, prescription: str) -> bool:
    return (
        connection.execute(select(cancelled).where(cancelled.c.prescription == prescription)).first()
        is not None
    )


def _dispensed_again(connection: Connection, one: Kept) -> bool:
    later = (
        (dispensation.c.prescription == one.prescription)
        & dispensation.c.discarded.is_(None)
        & (dispensation.c.received > _iso(one.received))
    )
    return connection.execute(select(dispensation.c.document_id).where(later)).first() is not None


def _read(connection: Connection, document_id: str) -> Kept | None:
    row = (
        connection.execute(select(dispensation).where(dispensation.c.document_id == document_id))
        .mappings()
        .first()
    )
    if row is None:
        return None
    mine = dispensed_item.c.document_id == document_id
    items = connection.execute(
        select(dispensed_item.c.item, dispensed_item.c.packages).where(mine).order_by(dispensed_item.c.number)
    )
    values = dict(row)
    values["received"] = datetime.fromisoformat(values["received"])
    values["discarded"] = values["discarded"] and datetime.fromisoformat(values["discarded"])
    return Kept(**values, items=tuple((str(item), int(count)) for item, count in items))


def _iso(at: datetime) -> str:
    """In UTC with microseconds always, so that the texts sort as the times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
