"""What every step of a use case needs: who we are, how to send, where to record, which words to use.

One desk serves all clinicians of a process. It is put together at the edge (`opening.py`, or by a test) and
handed down; nothing below reads a clock, a random source or a setting. A job works at `at_work()`, a desk
with the terminology release that is active when it begins, so that no document sees two.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cda.translate import Translation
from ncp.assertion_cache import AssertionCache
from ncp.audit import AuditStore
from ncp.exchange import Send
from ncp.own import Own
from ncp.policy import Policy
from terminology.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Desk:
    """The contact point at work."""

    own: Own
    send: Send
    audit: AuditStore
    policy: Policy
    assertions: AssertionCache
    terms: Catalogue
    clock: Callable[[], datetime]  # aware
    new_id: Callable[[], str]  # a fresh random UUID, bare
    audit_source: str = "NO-03"
    language: str = "nb"  # of the display
    test_environment: bool = True  # said on every page
    active_terms: Callable[[], Catalogue] | None = None  # the active release now; None: `terms` for good
    gaps: Callable[[Translation, str], None] | None = None  # told what a country's document lacks

    def at_work(self) -> "Desk":
        """The desk for one job, with the release that is active now."""
        return self if self.active_terms is None else replace(self, terms=self.active_terms())
