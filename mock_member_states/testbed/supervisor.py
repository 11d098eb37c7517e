"""Starts services, shows when each answers, restarts what crashes, and ends everything in order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Lock
from types import FrameType

from mock_member_states.testbed.child import Child, Service

READY_SECONDS = 60.0  # until every service answers; two busy cores need a few seconds
END_SECONDS = 8.0  # for an orderly end, before it is killed
_LOOK_EVERY = 0.1
_PROBE_EVERY = 20.0
_DEAF = 3  # probes in a row without an answer: it hangs


class CannotStart(Exception):
    """A service did not come up. The text is for the person who started it."""


class Log:
    """One file for the output of every service: time, name, line. Kept small: a new one at each start."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.replace(path.with_suffix(".previous.log"))
        self.path = path
        self._lock = Lock()
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def __call__(self, name: str, line: str) -> None:
        with self._lock:
            if not self._file.closed:
                self._file.write(f"{datetime.now():%H:%M:%S} [{name}] {line}\n")

    def close(self) -> None:
        with self._lock:
            self._file.close()


class Supervisor:
    """Everything that one `ncp up` or `ncp demo` has started.

    Use from the main thread: the kernel ends the children when the thread that started them ends.
    """

    def __init__(self, services: Sequence[Service], log: Log, say: Callable[[str], None]) -> None:
        self.children = [Child(service, log) for service in services]
        self._say = say
        self._log = log
        self._stop = Event()
        self._silent: dict[str, int] = {}
        self._next_probe = 0.0

    def start(self, seconds: float = READY_SECONDS) -> None:
        """Start all at once and return when all answer.

        Raises: CannotStart: one ended, or does not answer in time; all are ended then.
        """
        started = time.monotonic()
        try:
            for child in self.children:
                child.start()
            waiting = list(self.children)
            while waiting and not self._stop.is_set():
                waiting = [child for child in waiting if not self._answers(child, started)]
                if waiting and time.monotonic() - started > seconds:
                    names = ", ".join(child.service.title for child in waiting)
                    raise CannotStart(f"No answer within {seconds:g} s from: {names}. Log: {self._log.path}")
                if waiting:
                    self._stop.wait(_LOOK_EVERY)
        except BaseException:
            self.end()
            raise
        self._next_probe = time.monotonic() + _PROBE_EVERY

    def run(self) -> None:
        """Watch until `stop` is called (by a signal or another thread)."""
        while not self.wait_a_little():
            self.look()

    def wait_a_little(self) -> bool:
        """Pause until the next round. True: the end was asked for."""
        return self._stop.wait(_LOOK_EVERY)

    def look(self) -> None:
        """One round: restart what has ended, ask what runs whether it still answers."""
        for child in self.children:
            if happened := child.watch():
                self._log("ncp", happened)
                self._say(happened)
        if time.monotonic() >= self._next_probe:
            self.probe()
            self._next_probe = time.monotonic() + _PROBE_EVERY

    def probe(self) -> None:
        """Kill what no longer answers; `look` starts it again."""
        for child in self.children:
            name = child.service.name
            if child.exit_code() is not None or child.service.probe() is None:
                self._silent[name] = 0
                continue
            self._silent[name] = self._silent.get(name, 0) + 1
            if self._silent[name] >= _DEAF:
                self._say(f"{child.service.title} no longer answers; ending it")
                self._silent[name] = 0
                child.end_now()

    def stop(self) -> None:
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def end(self, seconds: float = END_SECONDS) -> None:
        """Ask all to end, wait, kill the rest. Never raises; calling it twice does nothing more."""
        for child in self.children:
            child.ask_to_end()
        limit = time.monotonic() + seconds
        for child in self.children:
            if not child.wait(limit - time.monotonic()):
                self._log("ncp", f"{child.service.title} did not end in time and was killed")
                child.end_now()
                child.wait(5)

    def _answers(self, child: Child, started: float) -> bool:
        code = child.exit_code()
        if code is not None:
            child.settle()
            tail = "\n  ".join(child.tail) or "(no output)"
            raise CannotStart(f"{child.service.title} ended at once with code {code}:\n  {tail}")
        if child.service.probe() is not None:
            return False
        self._say(f"{child.service.title} is ready ({time.monotonic() - started:.1f} s)")
        return True


@contextmanager
def signals(supervisor: Supervisor) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal ask for an orderly end; a second Ctrl-C ends at once."""

    def handler(number: int, _frame: FrameType | None) -> None:
        if supervisor.stopping and number == signal.SIGINT:
            for child in supervisor.children:
                child.end_now()
        supervisor.stop()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
