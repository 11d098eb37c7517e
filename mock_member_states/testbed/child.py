"""One supervised process: started, its output written to a log with its name, restarted, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

_BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before the 1st, 2nd ... restart in a row
_STABLE_SECONDS = 60.0  # a process that lived this long starts again at the shortest wait
_TAIL = 12  # last lines kept for the message about a process that would not start

# A process of its own between us and the command: it asks the kernel to end it when we die, then becomes
# the command. (`preexec_fn` would do it too, but is unsafe beside threads.) Only Linux knows prctl.
_BOUND = """
import ctypes, os, signal, sys
prctl = getattr(ctypes.CDLL(None), "prctl", None)
if prctl is not None:
    prctl(1, signal.SIGKILL, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execvpe(sys.argv[2], sys.argv[2:], os.environ)
"""


@dataclass(frozen=True, slots=True)
class Service:
    """What to run and how to see that it answers."""

    name: str
    title: str
    command: Sequence[str]
    probe: Callable[[], str | None]  # None: it answers; else why not
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A running service. Start it from the main thread only: the kernel ties its life to that thread."""

    def __init__(self, service: Service, log: Callable[[str, str], None]) -> None:
        self.service = service
        self.tail: deque[str] = deque(maxlen=_TAIL)
        self.restarts = 0
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._failures = 0
        self._started = 0.0
        self._due: float | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Raises: OSError: no process can be made."""
        bound = [sys.executable, "-I", "-S", "-c", _BOUND, str(os.getpid()), *self.service.command]
        self._process = subprocess.Popen(
            bound,
            env={**os.environ, **self.service.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone; we end the others in order
        )
        self._started, self._due = time.monotonic(), None
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._copy, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def exit_code(self) -> int | None:
        """None while it runs or waits for its restart."""
        return self._process.poll() if self._process else None

    def watch(self) -> str | None:
        """Restart after a crash, with growing waits. Returns a sentence when something happened."""
        code = self.exit_code()
        if code is None:
            return None
        now = time.monotonic()
        if self._due is None:
            if now - self._started > _STABLE_SECONDS:
                self._failures = 0
            wait = _BACK_OFF[min(self._failures, len(_BACK_OFF) - 1)]
            self._failures += 1
            self._due = now + wait
            return f"{self.service.title} ended with code {code}; starting it again in {wait:g} s"
        if now >= self._due:
            self._close()
            self.start()
            self.restarts += 1
            return f"{self.service.title} started again"
        return None

    def ask_to_end(self) -> None:
        self._signal(signal.SIGTERM)

    def end_now(self) -> None:
        self._signal(signal.SIGKILL)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within `seconds`; its output is then in the log, complete."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        self._close()
        return True

    def settle(self) -> None:
        """After an exit: until the last of its output has been read."""
        if self._reader:
            self._reader.join(timeout=2)

    def _signal(self, number: int) -> None:
        """To the whole session of the child, so that nothing it started is left behind."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            self._process.send_signal(number)

    def _close(self) -> None:
        self.settle()
        if self._process and self._process.stdout:
            self._process.stdout.close()

    def _copy(self, output: IO[bytes]) -> None:
        try:
            for line in output:
                text = line.decode("utf-8", "replace").rstrip()
                self.tail.append(text)
                self._log(self.service.name, text)
        except ValueError:
            return  # closed while reading: the process is gone
