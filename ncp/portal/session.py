"""Who sits at the screen, and the one patient in front of them. In memory, gone with the process.

A fetched document lives here and nowhere else: it ends with the patient, the logout or the idle limit.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ncp.clinician import Clinician, Login
from ncp.directory import Peer
from ncp.patient_summary import Fetched, Listing, Relationship
from ncp.wire.iti55 import Candidate

IDLE = timedelta(minutes=15)
MOST_SESSIONS = 1000


def opaque() -> str:
    """A fresh identifier that says nothing: for cookies, addresses and forms."""
    return secrets.token_urlsafe(18)


@dataclass(slots=True)
class PatientContext:
    """One patient, from search to end. Its `key` stands in every form, so that a stale tab is noticed."""

    peer: Peer
    entered: Mapping[str, str] = field(repr=False)
    candidates: tuple[Candidate, ...] = field(repr=False)
    key: str = field(default_factory=opaque)
    relationship: Relationship | None = field(default=None, repr=False)
    listing: Listing | None = field(default=None, repr=False)
    listed: datetime | None = None
    documents: dict[str, Fetched] = field(default_factory=dict, repr=False)
    fetched: dict[str, datetime] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Session:
    """One browser. `lock` makes its requests take turns: two tabs cannot race each other's patient."""

    seen: datetime
    id: str = field(default_factory=opaque)
    token: str = field(default_factory=opaque)
    language: str = "nb"
    user: Clinician | None = None
    login: Login | None = None
    patient: PatientContext | None = None
    expired: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def end_patient(self) -> None:
        """Forget the patient with everything fetched."""
        self.patient = None


class Sessions:
    """All sessions of this process. Thread-safe; the oldest goes when there are too many."""

    def __init__(self, clock: Callable[[], datetime], idle: timedelta = IDLE) -> None:
        self._clock, self._idle = clock, idle
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def find(self, session_id: str | None) -> Session | None:
        """The living session with this id, now counted as seen. One that idled too long is forgotten."""
        if not session_id:
            return None
        with self._lock:
            now = self._clock()
            self._forget_idle(now)
            session = self._sessions.get(session_id)
            if session is not None:
                session.seen = now
            return session

    def start(self) -> Session:
        """A new, empty session."""
        with self._lock:
            now = self._clock()
            self._forget_idle(now)
            while len(self._sessions) >= MOST_SESSIONS:
                oldest = min(self._sessions.values(), key=lambda each: each.seen)
                del self._sessions[oldest.id]
            session = Session(seen=now)
            self._sessions[session.id] = session
            return session

    def end(self, session: Session) -> None:
        """Forget the session with everything in it."""
        session.end_patient()
        with self._lock:
            self._sessions.pop(session.id, None)

    def _forget_idle(self, now: datetime) -> None:
        for session in [each for each in self._sessions.values() if now - each.seen > self._idle]:
            session.end_patient()
            del self._sessions[session.id]
