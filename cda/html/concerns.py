"""Allergies and problems: what the patient reacts to, what the patient has, and how sure it is."""

from collections.abc import Sequence

from ..datatypes import Coded, Value
from ..document import Item
from ..escape import e
from ..sections.allergies import Allergy, Reaction
from ..sections.problems import Problem
from . import people
from .block import Block, Tone
from .standing import status
from .values import period, value_of
from .writer import Writer

_ORPHANET = "1.3.6.1.4.1.12559.11.10.1.3.1.44.5"
_SEVERE = frozenset({"24484000", "442452003", "399166001"})  # severe, life threatening, fatal
_REFUTED = frozenset({"refuted", "entered-in-error"})
# Over by its clinical status. Chronic (90734009) is not: it is the opposite of over.
_INACTIVE = frozenset({"inactive", "resolved", "73425007", "413322009"})


def codes_of(values: Sequence[Value]) -> set[str]:
    """The codes among some values."""
    return {value.code for value in values if isinstance(value, Coded) and value.code}


def listed(w: Writer, block: Block, key: str, values: tuple[Value, ...]) -> None:
    """Add several values as one row; no values add nothing. `key` is that of the label."""
    if values:
        label = w.words[key]
        block.row(label, ", ".join([value_of(w, value, label) for value in values]))


def agents(w: Writer, a: Allergy) -> str:
    """What the patient reacts to: names, codes and descriptions of every agent."""
    return people.joined(
        [
            people.joined(
                [
                    *[people.name(w, name) for name in agent.names],
                    *[w.coded(code, w.words["allergy.agent"]) for code in agent.codes if not code.empty],
                    *[w.text(text) for text in agent.texts],
                ],
                " ",
            )
            for agent in a.agents
        ],
        ", ",
    )


def allergy_block(w: Writer, a: Allergy) -> Block:
    """Agent, reactions with their own severity, severity, criticality, certainty, date: in that order."""
    words = w.words
    block = Block()
    block.title = agents(w, a)
    values = ", ".join([value_of(w, v, words["display.value"]) for v in a.values])
    if not block.title and values:
        block.title, values = values, ""
    block.row(words["display.value"], values)
    for reaction in a.reactions:
        block.row(words["allergy.reaction"], _reaction(w, reaction))
    listed(w, block, "allergy.severity", a.severities)
    listed(w, block, "allergy.criticality", a.criticalities)
    listed(w, block, "allergy.certainty", a.certainties)
    if a.period is not None:
        block.row(words["allergy.onset"], period(w, a.period))
    _concern_period(w, a, block)
    if a.kind is not None and not a.kind.empty:
        block.row(words["display.kind"], w.coded(a.kind, words["display.kind"]))
    listed(w, block, "display.status", a.statuses)
    if a.concern is not None:
        block.row(words["display.concern"], status(w, a.concern))
    _allergy_tone(w, a, block)
    return block


def reaction_words(w: Writer, a: Allergy) -> list[str]:
    """The manifestations of an allergy in a few words each, without those that were denied."""
    shown = [
        w.coded(v) for r in a.reactions if not r.negated for v in r.values if isinstance(v, Coded) and v.named
    ]
    return [html for html in shown if html]


def severe(a: Allergy) -> bool:
    """High criticality, or a severe or life-threatening reaction."""
    if a.criticalities and "high" in codes_of(a.criticalities):
        return True
    graded = [*a.severities, *[value for reaction in a.reactions for value in reaction.severities]]
    return bool(graded) and not _SEVERE.isdisjoint(codes_of(graded))


def refuted(a: Allergy | Problem) -> bool:
    """Denied, or found to be wrong: never to be read as an allergy or a diagnosis."""
    return (
        a.negated or a.nullified or (bool(a.certainties) and not _REFUTED.isdisjoint(codes_of(a.certainties)))
    )


def doubtful(item: Item) -> bool:
    """Whether an item that says that there is nothing takes it back: then nobody knows."""
    if item.absence is None:
        return False
    return item.negated or (isinstance(item, Allergy | Problem) and (refuted(item) or inactive(item)))


def inactive(a: Allergy | Problem) -> bool:
    """No longer the case according to its clinical status.

    The status of the concern does not count: many countries close every concern that is written down.
    """
    return bool(a.statuses) and not _INACTIVE.isdisjoint(codes_of(a.statuses))


def _allergy_tone(w: Writer, a: Allergy, block: Block) -> None:
    if refuted(a):
        block.tone = Tone.DENIED
        _denied(w, a, block)
    elif severe(a) and not inactive(a):
        block.tone = Tone.SEVERE
        block.badge(w.words["display.severe"], "severe")
    if inactive(a):
        block.tone = Tone.MUTED if block.tone is not Tone.DENIED else block.tone
        block.badge(w.words["status.inactive"], "muted")


def _denied(w: Writer, item: Allergy | Problem, block: Block) -> None:
    """Say why it does not hold: denied by the country, found to be wrong, or never meant."""
    if item.negated:
        block.badge(w.marks(item.statement.denials, w.words["display.negated"]), "denied")
    if item.nullified:
        block.badge(w.words["act_status.nullified"], "denied")
    if not _REFUTED.isdisjoint(codes_of(item.certainties)):
        error = "entered-in-error" in codes_of(item.certainties)
        block.badge(w.words["status.entered_in_error" if error else "status.refuted"], "denied")


def _reaction(w: Writer, r: Reaction) -> str:
    words = w.words
    html = ", ".join([value_of(w, value, words["allergy.reaction"]) for value in r.values])
    severity = words["allergy.severity"]
    if graded := ", ".join([value_of(w, value, severity) for value in r.severities]):
        html += f" – {severity.lower()}: {graded}"
    if r.negated:
        negated = w.marks(r.statement.denials, words["display.negated"])
        html += f' <span class="badge b-denied">{negated}</span>'
    if r.period is not None:
        html += f" ({period(w, r.period)})"
    if r.kind is not None and not r.kind.empty:
        html += f" <small>{w.coded(r.kind, words['display.kind'])}</small>"
    return html


def problem_block(w: Writer, p: Problem) -> Block:
    """The diagnosis in any code system or in words, with everything said about it."""
    words = w.words
    block = Block()
    block.title = ", ".join([_diagnosis(w, value) for value in p.values])
    if p.period is not None:
        block.row(words["display.time"], period(w, p.period))
    _concern_period(w, p, block)
    listed(w, block, "allergy.severity", p.severities)
    listed(w, block, "allergy.certainty", p.certainties)
    listed(w, block, "display.status", p.statuses)
    listed(w, block, "display.health", p.health)
    if p.kind is not None and not p.kind.empty:
        block.row(words["display.kind"], w.coded(p.kind, words["display.kind"]))
    if p.concern is not None:
        block.row(words["display.concern"], status(w, p.concern))
    block.row(words["display.professional"], "; ".join([people.party(w, one) for one in p.professionals]))
    for external in p.externals:
        parts = [w.text(text) for text in external.texts]
        parts += [w.coded(code) for code in external.codes]
        parts += [w.identifier(one) for one in external.ids]
        block.row(words["display.external"], people.joined(parts, ", "))
    if refuted(p):
        block.tone = Tone.DENIED
        _denied(w, p, block)
    if inactive(p):
        block.badge(words["status.inactive"], "muted")
    return block


def _concern_period(w: Writer, item: Allergy | Problem, block: Block) -> None:
    """The dates of the concern: shown where they differ from those of the observation."""
    if item.concern_period is not None:
        same = item.period is not None and _plain(item.concern_period) == _plain(item.period)
        row = (w.words["display.concern_time"], period(w, item.concern_period))
        (block.quiet if same else block.rows).append(row)


def _diagnosis(w: Writer, value: Value) -> str:
    if not isinstance(value, Coded):
        return value_of(w, value)
    html = w.coded(value, w.words["display.diagnosis"])
    if value.system == _ORPHANET:
        html += f' <span class="badge b-note">{w.words["display.rare"]}</span>'
    return f"{html} <small>({e(value.code)})</small>" if value.code else html


def _plain(value: object) -> tuple[object, ...]:
    return tuple(getattr(getattr(value, end, None), "value", None) for end in ("at", "low", "high"))
