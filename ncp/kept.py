"""Messages kept for testers: a setting of a test environment, off elsewhere, gone after some days.

One folder per day, one pair of files per exchange. The audit trail is not part of it and stays.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import structlog

from ncp.connection import HttpAnswer
from ncp.directory import Endpoint
from ncp.exchange import Operation, Send
from ncp.settings import Settings

log = structlog.get_logger(__name__)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAME = re.compile(
    r"(?P<time>\d{6})-[0-9a-f]{8}-(?P<country>[A-Z]{2})-(?P<operation>[a-z]+)-(request\.xml|response\.bin)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept exchange. `request` and `response` are file names; no answer came if `response` is None."""

    day: str  # 2026-11-22
    time: str  # 091502, UTC
    country: str
    operation: str
    request: str
    response: str | None


def keeping(send: Send, settings: Settings, clock: Callable[[], datetime]) -> Send:
    """Wrap `send` so that every message is written to the folder of its day, and old days are dropped.

    What cannot be kept is told in the log: a full disk of testers' messages stops no look-up.
    """

    def kept(operation: Operation, to: Endpoint, request: bytes) -> HttpAnswer:
        now = clock()
        folder = settings.kept_folder / now.date().isoformat()
        name = f"{now:%H%M%S}-{uuid4().hex[:8]}-{to.country}-{operation.label}"
        with _told():
            _prepare(folder, now.date() - timedelta(days=settings.keep_days))
            _write(folder / f"{name}-request.xml", request)
        answer = send(operation, to, request)
        with _told():
            _write(folder / f"{name}-response.bin", answer.body)
        return answer

    return kept


def exchanges(folder: Path, most: int) -> list[Kept]:
    """The newest kept exchanges, newest first. Files of other names are not ours and are left out."""
    found: list[Kept] = []
    days = [day for day in folder.glob("*") if day.is_dir() and _DAY.fullmatch(day.name)]
    for day in sorted(days, reverse=True):
        names = {path.name for path in day.iterdir() if path.is_file()}
        for name in sorted(names, reverse=True):
            parts = _NAME.fullmatch(name)
            if parts is None or not name.endswith("-request.xml"):
                continue
            response = name.replace("-request.xml", "-response.bin")
            answered = response if response in names else None
            found.append(Kept(day.name, parts["time"], parts["country"], parts["operation"], name, answered))
            if len(found) == most:
                return found
    return found


def file_of(folder: Path, day: str, name: str) -> Path | None:
    """The file of one kept message; None for any name that `keeping` does not write."""
    if not _DAY.fullmatch(day) or not _NAME.fullmatch(name):
        return None
    path = folder / day / name
    return path if path.is_file() else None


def purge(folder: Path, before: date | None = None) -> int:
    """Remove the days before `before`, or all of them. Returns how many files that were.

    Raises: OSError: a file cannot be removed.
    """
    removed = 0
    for day in sorted(folder.glob("*")) if folder.is_dir() else ():
        if not _DAY.fullmatch(day.name) or not day.is_dir():
            continue
        if before is None or day.name < before.isoformat():  # ISO dates sort as text, impossible ones too
            removed += sum(1 for path in day.iterdir() if path.is_file())
            shutil.rmtree(day)
    return removed


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.warning("message not kept", reason=error.strerror)


def _prepare(folder: Path, before: date) -> None:
    """The folder of a day; the first message of a day drops the days that are over."""
    if folder.exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _told():  # another thread may be at it
        purge(folder.parent, before)


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
