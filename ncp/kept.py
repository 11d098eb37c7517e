"""Messages kept for testers: a setting of a test environment, off elsewhere, gone after some days.

One folder per day, one pair of files per exchange. The audit trail is not part of it and stays.
"""

import os
import re
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from ncp.connection import HttpAnswer
from ncp.directory import Endpoint
from ncp.exchange import Operation, Send
from ncp.settings import Settings

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def keeping(send: Send, settings: Settings, clock: Callable[[], datetime]) -> Send:
    """Wrap `send` so that every message is written to the folder of its day, and old days are dropped."""

    def kept(operation: Operation, to: Endpoint, request: bytes) -> HttpAnswer:
        now = clock()
        folder = settings.kept_folder / now.date().isoformat()
        if not folder.exists():
            purge(settings.kept_folder, now.date() - timedelta(days=settings.keep_days))
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{now:%H%M%S}-{uuid4().hex[:8]}-{to.country}-{operation.label}"
        _write(folder / f"{name}-request.xml", request)
        answer = send(operation, to, request)
        _write(folder / f"{name}-response.bin", answer.body)
        return answer

    return kept


def purge(folder: Path, before: date | None = None) -> int:
    """Remove the days before `before`, or all of them. Returns how many files that were.

    Raises: OSError: a file cannot be removed.
    """
    removed = 0
    for day in sorted(folder.glob("*")) if folder.is_dir() else ():
        if not _DAY.fullmatch(day.name) or not day.is_dir():
            continue
        if before is None or date.fromisoformat(day.name) < before:
            removed += sum(1 for path in day.iterdir() if path.is_file())
            shutil.rmtree(day)
    return removed


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
