"""What country A writes down about each transaction, refused ones too: JSON lines, only ever appended.

Audit is data, not logging: it names patient and professional, so only the owner may read the file.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(slots=True)
class Entry:
    """One transaction as country A saw it. Fields are filled in as they become known and trusted."""

    at: datetime
    transaction: str = "unknown"  # ITI-55, ITI-38, ITI-39
    message_id: str | None = None
    sender: str | None = None  # country of the TLS client certificate
    sender_certificate: str | None = None  # SHA-256 over DER
    professional: str | None = None
    role: str | None = None
    on_behalf_of: str | None = None
    organization: str | None = None
    purpose: str | None = None
    patient: str | None = None  # CX form, as asked for
    documents: list[str] = field(default_factory=list)
    outcome: str = "failure"  # success, refused, fault, failure
    codes: list[str] = field(default_factory=list)
    reason: str = ""  # what was wrong, for the operator
    remarks: list[str] = field(default_factory=list)  # accepted, but another implementation might not

    def line(self) -> bytes:
        content = {**asdict(self), "at": self.at.isoformat(timespec="milliseconds")}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class AuditTrail:
    """The file of one day in `folder`: `2026-11-22.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def append(self, entry: Entry) -> None:
        """Write the line through to the disk; the answer may leave only after that.

        Raises: OSError: it cannot be written (full disk, missing folder).
        """
        path = self.folder / f"{entry.at:%Y-%m-%d}.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            line = entry.line()
            if os.write(handle, line) != len(line):  # one write: lines of two threads do not mix
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(handle)

    def lines(self) -> list[dict[str, object]]:
        """All entries, oldest first."""
        return [
            json.loads(line)
            for path in sorted(self.folder.glob("*.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
