"""Whether a statement stands: only planned, or withdrawn, it must not read as what is or was so."""

from ..datatypes import Coded
from ..escape import e
from ..statement import Statement
from .block import Block, Tone
from .writer import Writer

# Statuses of what does not stand, or not yet.
WITHDRAWN = frozenset({"cancelled", "aborted", "nullified", "obsolete", "held", "suspended"})
_HAPPENED = frozenset({"", "EVN"})
_ORDERED = _HAPPENED | {"INT", "RQO"}


def planned(w: Writer, s: Statement, block: Block, *, order: bool = False) -> None:
    """A badge for a statement of what has not happened. Args: order: a plan is what such a statement is."""
    if s.mood in (_ORDERED if order else _HAPPENED):
        return
    known = w.words.find(f"mood.{s.mood}")
    block.badge(known or w.words.fill("mood.other", mood=e(s.mood)), "muted")
    block.tone = block.tone or Tone.MUTED


def withdrawn(w: Writer, s: Statement, block: Block) -> None:
    """A badge for a statement that was taken back, or not finished."""
    code = s.status.code if s.status is not None and not s.status.null else None
    if s.status is None or code not in WITHDRAWN:
        return
    if code == "nullified" and block.tone is Tone.DENIED:  # said already
        return
    block.badge(status(w, s.status), "denied" if code == "nullified" else "muted")
    if code == "nullified":
        block.tone = Tone.DENIED
    else:
        block.tone = block.tone or Tone.MUTED


def status(w: Writer, coded: Coded) -> str:
    """A status code of an act in words; the code itself if it is none of HL7's."""
    known = w.words.find(f"act_status.{coded.code}") if coded.code and not coded.null else None
    return w.mark(coded.fact, known) if known else w.coded(coded, w.words["display.status"])
