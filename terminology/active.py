"""The release in use: held in memory, replaced as a whole when another one is activated.

Whoever asks gets one catalogue and keeps it for the whole document: no document is translated with a mixture.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from terminology.catalogue import Catalogue
from terminology.releases.making import get, load
from terminology.releases.snapshot import Damaged
from terminology.releases.switching import Active, active
from terminology.seed import seed_catalogue
from terminology.workspace.actor import NotFound

CHECK_SECONDS = 0.5  # how often the pointer is looked at, at most
_KEPT = 3  # releases in memory: the active one, the one before it, and one that somebody asked for by name


class ActiveTerms:
    """Thread-safe holder of the active release of one database.

    A switch made by another process is seen within half a second, by a thread of its own that looks and reads
    while requests still get the release before it. A database out of reach, or slow, holds nobody up.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()  # one reader of releases at a time
        self._checking = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Catalogue] = OrderedDict()
        self._held: tuple[int, Catalogue] | None = None  # counter of the pointer, and its release
        self._next = clock()
        self._thread: threading.Thread | None = None
        self.failure: str | None = None  # why the pointer was not followed; None: it was

    def current(self) -> Catalogue:
        """The active release; the seed while there is none.

        Raises: SQLAlchemyError, Damaged: only before anything was ever read; later the release held stays.
        """
        held = self._held
        if held is None:
            return self.refresh()
        if self._clock() >= self._next and self._checking.acquire(blocking=False):
            try:
                self._next = self._clock() + CHECK_SECONDS
                self._send_to_look(held[0])
            finally:
                self._checking.release()
        return held[1]

    def refresh(self) -> Catalogue:
        """Follow the pointer now and return what it points at: for the process that has just moved it.

        Raises: SQLAlchemyError, Damaged: as `current`.
        """
        try:
            with self._lock:
                pointer = active(self._engine)
                if self._held is None or self._held[0] != pointer.counter:
                    self._held = (pointer.counter, self._at(pointer))
                self.failure = None
        except (SQLAlchemyError, Damaged, NotFound) as error:
            self.failure = type(error).__name__
            if self._held is None:
                raise
        return self._held[1]

    def named(self, name: str) -> Catalogue | None:
        """A release by name, whether active or not; None: there is no such release."""
        try:
            row = get(self._engine, name)
            with self._lock:
                return self._loaded(name, row.release.hash)
        except NotFound:
            return None

    def settle(self) -> None:
        """Wait until a look that was begun is over, and a switch that it saw has been followed."""
        if (thread := self._thread) is not None:
            thread.join()

    def _send_to_look(self, counter: int) -> None:
        """Look at the pointer in a thread: callers are the event loop and pages, the database may be slow."""
        if self._thread is not None and self._thread.is_alive():
            return
        thread = threading.Thread(target=self._look, args=(counter,), name="terminology release", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no thread to be had
            self.failure = type(error).__name__
        else:
            self._thread = thread

    def _look(self, counter: int) -> None:
        """Follow the pointer if it has moved."""
        try:
            moved = active(self._engine).counter != counter
        except SQLAlchemyError as error:
            self.failure = type(error).__name__
            return
        if moved:
            self.refresh()

    def _at(self, pointer: Active) -> Catalogue:
        if pointer.name is None or pointer.hash is None:
            return seed_catalogue()
        return self._loaded(pointer.name, pointer.hash)

    def _loaded(self, name: str, content: str) -> Catalogue:
        """A release by name and hash: after a restore another one may have the name."""
        key = (name, content)
        if (catalogue := self._kept.get(key)) is None:
            catalogue = self._kept[key] = load(self._engine, name)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return catalogue
