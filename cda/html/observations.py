"""Observations and groups of them: pregnancy, social history, vital signs, results, functional status."""

from terminology import value_sets as vs

from ..datatypes import Coded, Value
from ..escape import e
from ..sections.observations import Group, Observation
from . import people
from .block import Block, Tone, rows_html
from .dosing import timing
from .remainder import status
from .values import value_of
from .writer import Writer

_VALUE_SETS = {"34530-6": vs.BLOOD_GROUP, "82810-3": vs.CURRENT_PREGNANCY_STATUS}
_CODES = {
    "8480-6": vs.BLOOD_PRESSURE,
    "8462-4": vs.BLOOD_PRESSURE,
    "11778-8": vs.PREGNANCY_INFORMATION,
    "11779-6": vs.PREGNANCY_INFORMATION,
    "11780-4": vs.PREGNANCY_INFORMATION,
}


def observation_block(w: Writer, o: Observation) -> Block:
    """What was asked, what was found; then when, and how to read it."""
    words = w.words
    block = Block()
    value = people.joined([_value(w, o, one) for one in o.values if not _absent(o, one)], ", ")
    code = _code(w, o) if o.code is not None and not o.code.empty else ""
    block.title = people.joined((code, f'<b class="val">{value}</b>' if value else ""), ": ")
    block.row(words("display.time"), people.joined([timing(w, time) for time in o.times], "; "))
    _reading(w, o, block)
    for below in o.below:
        inner = observation_block(w, below)
        rows = "; ".join(f"{e(label)}: {html}" for label, html in inner.rows)
        block.row(
            words("display.further"),
            people.joined((inner.title, f"<small>{rows}</small>" if rows else ""), " "),
        )
    if o.negated:
        block.tone = Tone.DENIED
        block.badge(w.mark(o.statement.fact, e(words("display.negated"))), "denied")
    return block


def _code(w: Writer, o: Observation) -> str:
    assert o.code is not None
    sets = (_CODES[o.code.code],) if o.code.code in _CODES else ()
    return w.coded(o.code, *sets, label=w.words("display.asked"))


def _value(w: Writer, o: Observation, value: Value) -> str:
    value_set = _VALUE_SETS.get((o.code.code if o.code else None) or "")
    sets = (value_set,) if value_set and isinstance(value, Coded) else ()
    return value_of(w, value, *sets, label=w.words("display.value"))


def _absent(o: Observation, value: Value) -> bool:
    return o.absence is not None and value is o.absence.coded


def _reading(w: Writer, o: Observation, block: Block) -> None:
    """How the result is to be read: abnormal or not, against what, found how and where."""
    words = w.words
    shown = [
        w.coded(c, vs.OBSERVATION_INTERPRETATION, label=words("display.interpretation"))
        for c in o.interpretations
    ]
    block.row(words("display.interpretation"), people.joined(shown, ", "))
    for found in o.ranges:
        parts = [value_of(w, value) for value in found.values]
        parts += [
            w.coded(c, vs.OBSERVATION_INTERPRETATION, label=words("display.reference"))
            for c in found.interpretations
        ]
        parts += [w.text(text) for text in found.texts]
        block.row(words("display.reference"), people.joined(parts, "; "))
    block.row(
        words("display.method"),
        people.joined([w.coded(c, label=words("display.method")) for c in o.methods], ", "),
    )
    sites = [w.coded(c, vs.BODY_SITE, label=words("display.site")) for c in o.sites]
    block.row(words("display.site"), people.joined(sites, ", "))
    for party in o.parties:
        label = words.find(f"party.{party.kind}") or words("display.participant")
        block.row(label, people.party(w, party))


def group_block(w: Writer, g: Group) -> Block:
    """A group: its kind and time, then one row per member."""
    words = w.words
    block = Block()
    if g.code is not None and not g.code.empty:
        block.title = w.coded(g.code, label=words("display.group"))
    block.row(words("display.time"), people.joined([timing(w, time) for time in g.times], "; "))
    for member in g.members:
        inner = observation_block(w, member)
        rows = rows_html(inner.rows)
        badges = "".join(f' <span class="badge b-{tone}">{word}</span>' for word, tone in inner.badges)
        block.row(words("display.finding"), f"{inner.title}{badges}" + (f"<dl>{rows}</dl>" if rows else ""))
    if g.dates_differ:
        block.badge(e(words("display.dates_differ")), "note")
    for party in g.parties:
        label = words.find(f"party.{party.kind}") or words("display.participant")
        block.row(label, people.party(w, party))
    if g.status is not None and g.status.code != "completed":
        block.row(words("display.status"), status(w, g.status))
    if g.negated:
        block.tone = Tone.DENIED
        block.badge(w.mark(g.statement.fact, e(words("display.negated"))), "denied")
    return block
