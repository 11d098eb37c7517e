"""Refuses a message that was sent before: per sender, for 24 hours, in bounded memory."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(hours=24)
LIMIT = 50_000  # messages remembered per sender; beyond it the oldest are forgotten first


@dataclass(slots=True)
class _Seen:
    digest: bytes
    at: datetime
    undelivered: bool = False  # the sender was gone when the answer was ready
    repeated: bool = False


@dataclass(slots=True)
class Replay:
    """What each sender has sent.

    One identical repeat is let through when the first answer could not be delivered: OpenNCP then sends the
    same bytes with the same MessageID again.
    """

    limit: int = LIMIT
    _seen: dict[str, OrderedDict[bytes, _Seen]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_new(self, sender: str, message_id: str, message: bytes, now: datetime) -> bool:
        """Remember the message. False: this sender has used the id before and this is no allowed repeat."""
        digest, key = hashlib.sha256(message).digest(), _key(message_id)
        with self._lock:
            known = self._seen.setdefault(sender, OrderedDict())
            self._forget(known, now)
            before = known.get(key)
            if before is None:
                known[key] = _Seen(digest, now)
                return True
            if before.undelivered and not before.repeated and before.digest == digest:
                before.repeated = True
                return True
            return False

    def not_delivered(self, sender: str, message_id: str) -> None:
        """The sender hung up before its answer was ready: it may ask once more."""
        with self._lock:
            if (known := self._seen.get(sender)) and (seen := known.get(_key(message_id))):
                seen.undelivered = True

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._seen.values()))

    def _forget(self, known: OrderedDict[bytes, _Seen], now: datetime) -> None:
        while known and (
            len(known) >= self.limit or now - next(iter(known.values())).at > WINDOW
        ):  # oldest first: entries stand in the order of their arrival
            known.popitem(last=False)


def _key(message_id: str) -> bytes:
    """Of one length, however long an id a sender makes up."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).digest()
