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
_PERSON = "person-"  # begins the id of a session in which somebody has logged in


def opaque() -> str:
    """A fresh identifier that says nothing: for cookies, addresses and forms."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A fetched document, the language its display is written in, and when it came."""

    fetched: Fetched = field(repr=False)
    language: str
    at: datetime


@dataclass(slots=True)
class PatientContext:
    """One patient, from search to end. Its `key` stands in every form, so that a stale tab is noticed."""

    peer: Peer
    login: Login  # with the purpose of the search: another purpose is another search
    entered: Mapping[str, str] = field(repr=False)
    candidates: tuple[Candidate, ...] = field(repr=False)
    key: str = field(default_factory=opaque)
    relationship: Relationship | None = field(default=None, repr=False)
    listing: Listing | None = field(default=None, repr=False)
    documents: dict[str, OpenDocument] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Session:
    """One browser. `lock` guards what an answer changes; it is never held while a country is asked.

    `search` marks the newest search: an answer to an older one, or to one that was cancelled, is thrown away.
    """

    seen: datetime
    id: str = field(default_factory=opaque)
    token: str = field(default_factory=opaque)
    language: str = "nb"
    user: Clinician | None = None
    login: Login | None = None
    patient: PatientContext | None = None
    search: object = None
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def end_patient(self) -> None:
        """Forget the patient with everything fetched; an answer that is still on its way finds no place."""
        with self.lock:
            self.patient = self.search = None

    def begin_search(self) -> object:
        """End the patient and start a search. Returns its mark, for `found`."""
        with self.lock:
            self.end_patient()
            self.search = object()
            return self.search

    def found(self, search: object, context: PatientContext) -> bool:
        """Open the patient that a search found; False if that search is no longer the newest one."""
        with self.lock:
            if self.search is not search:
                return False
            self.patient, self.search = context, None
            return True


def of_somebody(session_id: str | None) -> bool:
    """Whether this was the session of somebody logged in, also when it is long forgotten."""
    return session_id is not None and session_id.startswith(_PERSON)


class Sessions:
    """All sessions of this process. Thread-safe; the oldest goes when there are too many.

    `ended` is told of every login that is over, however it ended.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        idle: timedelta = IDLE,
        *,
        ended: Callable[[Login], None] = lambda login: None,
    ) -> None:
        self._clock, self._idle, self._ended = clock, idle, ended
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

    def start(self, user: Clinician | None = None) -> Session:
        """A new, empty session; of a person, if somebody has just logged in."""
        with self._lock:
            now = self._clock()
            self._forget_idle(now)
            while len(self._sessions) >= MOST_SESSIONS:  # visitors give way before anybody who is at work
                least = min(self._sessions.values(), key=lambda each: (each.user is not None, each.seen))
                self._forget(least)
            session = Session(seen=now, id=(_PERSON if user else "") + opaque(), user=user)
            self._sessions[session.id] = session
            return session

    def end(self, session: Session) -> None:
        """Forget the session with everything in it."""
        with self._lock:
            self._forget(session)

    def sweep(self) -> None:
        """Forget the sessions that idled too long, also when nobody asks for anything."""
        with self._lock:
            self._forget_idle(self._clock())

    def _forget_idle(self, now: datetime) -> None:
        for session in [each for each in self._sessions.values() if now - each.seen > self._idle]:
            self._forget(session)

    def _forget(self, session: Session) -> None:
        session.end_patient()
        self._sessions.pop(session.id, None)
        if session.login is not None:
            self._ended(session.login)
