"""Issued assertions, kept until shortly before they run out: HCP per login and purpose, TRC per patient."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from ncp.wire.saml import HcpAssertion, TrcAssertion

A = TypeVar("A", HcpAssertion, TrcAssertion)


@dataclass(frozen=True, slots=True)
class Sealed(Generic[A]):
    """An assertion and the exact bytes that were signed; only the bytes go on the wire."""

    assertion: A
    xml: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Source: wire.md 2.1 and 3.1 (4 h and 2 h are the limits)."""

    hcp: timedelta = timedelta(hours=4)
    trc: timedelta = timedelta(hours=2)
    renew_before: timedelta = timedelta(minutes=5)


class AssertionCache:
    """Thread-safe; two threads that need the same assertion get the same one, signed once."""

    def __init__(self, lifetimes: Lifetimes | None = None) -> None:
        self.lifetimes = lifetimes or Lifetimes()
        self._hcp: dict[Hashable, Sealed[HcpAssertion]] = {}
        self._trc: dict[Hashable, Sealed[TrcAssertion]] = {}
        self._hcp_lock, self._trc_lock = Lock(), Lock()

    def hcp(
        self, key: Hashable, now: datetime, issue: Callable[[], Sealed[HcpAssertion]]
    ) -> Sealed[HcpAssertion]:
        """The current HCP assertion of `key` (login id first), issued if there is none."""
        with self._hcp_lock:
            return self._current(self._hcp, key, now, issue)

    def trc(
        self, key: Hashable, now: datetime, issue: Callable[[], Sealed[TrcAssertion]]
    ) -> Sealed[TrcAssertion]:
        """The current TRC assertion of `key` (login id first), issued if there is none."""
        with self._trc_lock:
            return self._current(self._trc, key, now, issue)

    def forget(self, login_id: str) -> None:
        """Drop everything of a login that has ended."""
        for lock, kept in ((self._hcp_lock, self._hcp), (self._trc_lock, self._trc)):
            with lock:
                for key in [key for key in kept if isinstance(key, tuple) and key[0] == login_id]:
                    del kept[key]

    def _current(
        self, kept: dict[Hashable, Sealed[A]], key: Hashable, now: datetime, issue: Callable[[], Sealed[A]]
    ) -> Sealed[A]:
        found = kept.get(key)
        if found is not None and now < found.assertion.not_on_or_after - self.lifetimes.renew_before:
            return found
        for old in [old for old, sealed in kept.items() if sealed.assertion.not_on_or_after <= now]:
            del kept[old]
        kept[key] = issued = issue()
        return issued
