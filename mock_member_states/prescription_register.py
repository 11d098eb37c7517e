"""A country's prescriptions at run time: where each stands, and the way in for dispensations and discards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from mock_member_states import dispensation_judgement as judgement
from mock_member_states.country import Country
from mock_member_states.dispensation_kept import Kept, Rejection
from mock_member_states.dispensation_reading import Received
from mock_member_states.home_dispensations import at_home
from mock_member_states.prescription_documents import Held, Made, held
from mock_member_states.prescription_standing import Standing, Tally, key, standing
from ncp.wire.errors import ErrorCode

if TYPE_CHECKING:
    from mock_member_states.dispensation_store import DispensationStore

NO_MATCH = Rejection(ErrorCode.NO_MATCHING_EP, "the patient has no prescription of this id")


@dataclass(frozen=True, slots=True)
class Dispenser:
    """Who dispenses or takes back, as the assertions say. `patient` in CX form, from the TRC."""

    country: str
    organisation: str
    professional: str
    patient: str


@dataclass(slots=True)
class PrescriptionRegister:
    """The prescriptions of one country. Its database is opened when somebody first asks."""

    country: Country
    path: Path
    _store: DispensationStore | None = None
    _lock: Lock = field(default_factory=Lock)

    def all(self) -> tuple[Held, ...]:
        return held(self.country.code)

    def standings(self, of: tuple[Held, ...], now: datetime) -> tuple[Standing, ...]:
        """Where each of these stands, at one moment.  Raises: NotAvailable."""
        tallies = self.store().tallies([one.key for one in of])
        return tuple(standing(one.prescribed, tallies[one.key], self.country.dispensing, now) for one in of)

    def document(self, unique_id: str) -> tuple[Held, Made] | None:
        """The document of that id with the prescription it belongs to."""
        for one in self.all():
            for made in one.documents:
                if made.header.unique_id == unique_id:
                    return one, made
        return None

    def names(self, unique_id: str) -> bool:
        """Whether an id is of the kind that prescriptions have here, be there such a document or not."""
        root = unique_id.partition("^")[0]
        return any(root == one.structured.header.unique_id.partition("^")[0] for one in self.all())

    def dispense(
        self,
        received: Received,
        content: bytes,
        submission: str,
        *,
        by: Dispenser,
        is_mine: Callable[[Held], bool],
        now: datetime,
    ) -> Rejection | None:
        """Enter a dispensation; None if it was entered.

        Args:   is_mine: whether a prescription is of the patient confirmed.
        Raises: NotAvailable.
        """
        if found := judgement.of_form(received):
            return found
        answered = [one for one in self.all() if one.key in received.orders and is_mine(one)]
        if len(answered) != 1:
            return NO_MATCH
        one, rules = answered[0], self.country.dispensing

        def judge(tally: Tally) -> Rejection | None:
            stands = standing(one.prescribed, tally, rules, now)
            return judgement.of_dispensation(received, one.prescribed, stands, rules)

        kept = Kept(
            document_id=received.document_id,
            submission_id=submission,
            prescription=one.key,
            patient=by.patient,
            received=now,
            country=by.country,
            organisation=by.organisation,
            professional=by.professional,
            items=_items(received, one),
            content=content,
        )
        return self.store().dispense(kept, judge)

    def discard(self, document_id: str, discard_id: str, *, by: Dispenser, now: datetime) -> Rejection | None:
        """Take a dispensation back; None if it was.  Raises: NotAvailable."""

        def judge(kept: Kept, again: bool) -> Rejection | None:
            return judgement.of_discard(
                kept,
                again=again,
                country=by.country,
                organisation=by.organisation,
                patient=by.patient,
                now=now,
                rules=self.country.dispensing,
            )

        return self.store().discard(document_id, discard_id, now, judge)

    def store(self) -> DispensationStore:
        """The database, with what was dispensed at home.  Raises: NotAvailable.

        Its library costs a fifth of a second to load, which a country without prescriptions need not pay.
        """
        from mock_member_states.dispensation_store import DispensationStore

        with self._lock:
            if self._store is None:
                opened = DispensationStore(self.path)
                opened.seed(at_home(self.country))
                self._store = opened
            return self._store

    def close(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def _items(received: Received, one: Held) -> tuple[tuple[str, int], ...]:
    """Item and packages of each supply that names an item of the prescription; the judge refuses others."""
    own = {key(item.id) for item in one.prescribed.content.items}
    return tuple((item, supply.count) for supply in received.supplies for item in supply.items if item in own)
