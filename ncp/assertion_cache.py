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
    """Thread-safe; two threads that need the same assertion get the same one, signed once.

    One assertion of a kind is issued at a time, and issuing writes to the audit trail, which may take long.
    Whoever has an assertion, or only wants to forget some, does not wait for it.
    """

    def __init__(self, lifetimes: Lifetimes | None = None) -> None:
        self.lifetimes = lifetimes or Lifetimes()
        self._hcp: dict[Hashable, Sealed[HcpAssertion]] = {}
        self._trc: dict[Hashable, Sealed[TrcAssertion]] = {}
        self._lock = Lock()  # of both dictionaries, held for a moment
        self._issuing_hcp, self._issuing_trc = Lock(), Lock()

    def hcp(
        self, key: Hashable, now: datetime, issue: Callable[[], Sealed[HcpAssertion]]
    ) -> Sealed[HcpAssertion]:
        """The current HCP assertion of `key` (login id first), issued if there is none."""
        return self._current(self._issuing_hcp, self._hcp, key, now, issue)

    def trc(
        self, key: Hashable, now: datetime, issue: Callable[[], Sealed[TrcAssertion]]
    ) -> Sealed[TrcAssertion]:
        """The current TRC assertion of `key` (login id first), issued if there is none."""
        return self._current(self._issuing_trc, self._trc, key, now, issue)

    def forget(self, login_id: str) -> None:
        """Drop everything of a login that has ended."""
        with self._lock:
            _drop(self._hcp, lambda key, _: isinstance(key, tuple) and key[0] == login_id)
            _drop(self._trc, lambda key, _: isinstance(key, tuple) and key[0] == login_id)

    def _current(
        self,
        issuing: Lock,
        kept: dict[Hashable, Sealed[A]],
        key: Hashable,
        now: datetime,
        issue: Callable[[], Sealed[A]],
    ) -> Sealed[A]:
        if (found := self._living(kept, key, now)) is not None:
            return found
        with issuing:
            if (found := self._living(kept, key, now)) is not None:  # issued while we waited
                return found
            issued = issue()
            with self._lock:
                _drop(kept, lambda _, sealed: sealed.assertion.not_on_or_after <= now)
                kept[key] = issued
            return issued

    def _living(self, kept: dict[Hashable, Sealed[A]], key: Hashable, now: datetime) -> Sealed[A] | None:
        with self._lock:
            found = kept.get(key)
        if found is None or now >= found.assertion.not_on_or_after - self.lifetimes.renew_before:
            return None
        return found


def _drop(kept: dict[Hashable, Sealed[A]], unwanted: Callable[[Hashable, Sealed[A]], bool]) -> None:
    for key in [key for key, sealed in kept.items() if unwanted(key, sealed)]:
        del kept[key]
