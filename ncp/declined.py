"""A trusted, well-formed answer that says no."""

from ncp.wire.errors import PeerFault

_LONGEST = 100  # of a code; the longest of the table has 66 characters


class Declined(PeerFault):
    """The country's refusal.

    Attributes:
        reason: what it asks for or objects to in patient discovery, e.g. `AdditionalDemographicsRequested`.
        detail: its own words, for testers: they may name a patient and never reach a log.
    """

    def __init__(
        self, context: str, code: str, *, reason: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(context, code[:_LONGEST])
        self.reason, self.detail = reason and reason[:_LONGEST], detail
