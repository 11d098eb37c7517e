"""Observations and groups of them: pregnancy, social history, vital signs, results, functional status."""

from ..datatypes import Coded, Value
from ..sections.observations import Group, Observation
from . import people
from .block import Block, Tone, list_html
from .standing import WITHDRAWN, planned, status, withdrawn
from .timing import timing
from .values import value_of
from .writer import Writer


def observation_block(w: Writer, o: Observation) -> Block:
    """What was asked, what was found; then when, and how to read it."""
    words = w.words
    block = Block()
    found = [value_of(w, one, words["display.value"]) for one in o.values if not _absent(o, one)]
    value = people.joined(found, ", ")
    code = w.coded(o.code, words["display.asked"]) if o.code is not None and not o.code.empty else ""
    block.title = people.joined((code, f'<b class="val">{value}</b>' if value else ""), ": ")
    block.row(words["display.time"], people.joined([timing(w, time) for time in o.times], "; "))
    _reading(w, o, block)
    for below in o.below:
        inner = observation_block(w, below)
        rows = "; ".join([f"{label}: {html}" for label, html in inner.rows])
        badges = "".join([f'<span class="badge b-{tone}">{word}</span>' for word, tone in inner.badges])
        further = people.joined((inner.title, badges, f"<small>{rows}</small>" if rows else ""), " ")
        block.row(words["display.further"], further)
    planned(w, o.statement, block)
    withdrawn(w, o.statement, block)
    state = o.statement.status
    if state is not None and state.code not in WITHDRAWN and state.code not in (None, "", "completed"):
        block.row(words["display.status"], status(w, state))
    if o.negated:
        block.tone = Tone.DENIED
        block.badge(w.marks(o.statement.denials, words["display.negated"]), "denied")
    return block


def _absent(o: Observation, value: Value) -> bool:
    return o.absence is not None and value is o.absence.coded


def _reading(w: Writer, o: Observation, block: Block) -> None:
    """How the result is to be read: abnormal or not, against what, found how and where."""
    words = w.words
    _codes(w, block, "display.interpretation", o.interpretations)
    for found in o.ranges:
        parts = [value_of(w, value) for value in found.values]
        parts += [w.coded(code, words["display.reference"]) for code in found.interpretations]
        parts += [w.text(text) for text in found.texts]
        block.row(words["display.reference"], people.joined(parts, "; "))
    _codes(w, block, "display.method", o.methods)
    _codes(w, block, "display.site", o.sites)
    for party in o.parties:
        block.row(*people.labelled(w, party))


def _codes(w: Writer, block: Block, key: str, codes: tuple[Coded, ...]) -> None:
    if codes:
        label = w.words[key]
        block.row(label, people.joined([w.coded(code, label) for code in codes], ", "))


def group_block(w: Writer, g: Group) -> Block:
    """A group: its kind and time, then one row per member."""
    words = w.words
    block = Block()
    if g.code is not None and not g.code.empty:
        block.title = w.coded(g.code, words["display.group"])
    block.row(words["display.time"], people.joined([timing(w, time) for time in g.times], "; "))
    for member in g.members:
        inner = observation_block(w, member)
        badges = "".join([f' <span class="badge b-{tone}">{word}</span>' for word, tone in inner.badges])
        block.row(words["display.finding"], f"{inner.title}{badges}{list_html(inner.rows)}")
    if g.dates_differ:
        block.badge(words["display.dates_differ"], "note")
    for party in g.parties:
        block.row(*people.labelled(w, party))
    if g.status is not None and g.status.code != "completed":
        block.row(words["display.status"], status(w, g.status))
    planned(w, g.statement, block)
    if g.negated:
        block.tone = Tone.DENIED
        block.badge(w.marks(g.statement.denials, words["display.negated"]), "denied")
    return block
