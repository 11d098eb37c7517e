"""A member state at run time: what it is, whom it trusts, whom it knows, what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mock_member_states import country as countries
from mock_member_states import national, patients, trust
from mock_member_states.audit_trail import AuditTrail
from mock_member_states.country import Country
from mock_member_states.documents import DocumentStore
from mock_member_states.patients import Patient
from mock_member_states.prescription_register import PrescriptionRegister
from mock_member_states.register import Register, snapshot
from mock_member_states.replay import Replay
from mock_member_states.trust import Trust


@dataclass(slots=True)
class MemberState:
    """Everything `answer` may look at. The folders below it are read again when they change."""

    country: Country
    party: Path  # its own folder in the PKI
    listed: tuple[Patient, ...]
    store: DocumentStore
    audit: AuditTrail
    prescriptions: PrescriptionRegister
    replay: Replay = field(default_factory=Replay)
    _trust: Trust | None = None
    _trust_stamp: int = 0

    def register(self) -> Register:
        """Patients and documents as they are now."""
        return snapshot(self.listed, self.store)

    def trust(self) -> Trust:
        """Anchors and revocation lists; read again when a list was renewed.

        Raises: OSError, ValueError: a file of the PKI is missing or damaged.
        """
        stamp = (self.party / "crl").stat().st_mtime_ns
        if self._trust is None or stamp != self._trust_stamp:
            self._trust, self._trust_stamp = trust.load(self.party), stamp
        return self._trust


def load(code: str, data: Path, log: Callable[[str], None], *, reference_exact: bool = False) -> MemberState:
    """A country with its data below `data`: `pki/<cc>`, `<cc>/documents` (dropped in), `<cc>/audit`.

    Args:   reference_exact: refuse as OpenNCP of its profile does, whatever the country's file says.
    Raises: BadCountry, BadPatients: the country's own files are wrong. OSError, ValueError: no PKI there.
    """
    country = countries.load(code)
    if reference_exact:
        country = country.model_copy(update={"reference_exact": True})
    own, state = countries.COUNTRIES / code.lower(), data / code.lower()
    (state / "documents").mkdir(parents=True, exist_ok=True)
    found = MemberState(
        country=country,
        party=data / "pki" / code.lower(),
        listed=patients.load(own / "patients.toml"),
        store=DocumentStore([own / "documents", state / "documents"], log, national.transcoding(code)),
        audit=AuditTrail(state / "audit"),
        prescriptions=PrescriptionRegister(country, state / "dispensations.sqlite"),
    )
    found.trust()
    found.store.all()  # read once before the first request, so that bad files are reported at start
    return found
