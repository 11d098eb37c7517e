"""One block per typed item: allergies, problems, devices, procedures, vaccines (cda.md 12, S-1 to S-7)."""

from terminology import value_sets as vs

from ..absence import AbsenceState
from ..datatypes import Coded, Value
from ..document import Item
from ..escape import e
from ..sections.allergies import Allergy, Reaction
from ..sections.medication import Medication
from ..sections.observations import Group, Observation
from ..sections.others import Device, Immunisation, Procedure
from ..sections.problems import Problem
from . import people
from .block import Block, Tone
from .medication import medication_block
from .observations import group_block, observation_block
from .product import headline, more_rows
from .remainder import status
from .values import period, value_of
from .writer import Writer

_ATC = "2.16.840.1.113883.6.73"
_ICD10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
_ORPHANET = "1.3.6.1.4.1.12559.11.10.1.3.1.44.5"
_SEVERE = frozenset({"24484000", "442452003", "399166001"})  # severe, life threatening, fatal
_INACTIVE = frozenset({"inactive", "resolved", "73425007", "413322009", "90734009"})


def item_block(w: Writer, item: Item) -> Block:
    """The block of one item; an absence and a real content of the same item are both in it."""
    match item:
        case Allergy():
            block = allergy_block(w, item)
        case Problem():
            block = problem_block(w, item)
        case Medication():
            block = medication_block(w, item)
        case Device():
            block = device_block(w, item)
        case Procedure():
            block = procedure_block(w, item)
        case Immunisation():
            block = immunisation_block(w, item)
        case Observation():
            block = observation_block(w, item)
        case Group():
            block = group_block(w, item)
    if item.absence is not None:
        _absence(w, item, block)
    if not block.title:
        block.title = e(w.words("display.unnamed"))
    return block


def _absence(w: Writer, item: Item, block: Block) -> None:
    """Put the wording of a coded absence in front: known none and no information never look alike."""
    assert item.absence is not None
    state = item.absence.state
    key = "absence.none_known" if state is AbsenceState.NONE_KNOWN else "absence.not_stated"
    coded = w.coded(item.absence.coded, label=w.words("display.absence"))
    own = f" · {block.title}" if item.real and block.title else ""
    if not own:
        block.row(w.words("display.text"), block.title)
    block.title = f'<span class="abs abs-{state}">{e(w.words(key))}</span> <small>{coded}</small>{own}'
    if item.absence.partial:
        block.badge(e(w.words("display.partial_absence")), "note")
    if item.negated:
        block.badge(w.mark(item.statement.fact, e(w.words("display.negated"))), "denied")
    if not item.real:
        block.tone = Tone.ABSENT


def codes_of(values: tuple[Value, ...]) -> set[str]:
    """The codes among some values."""
    return {value.code for value in values if isinstance(value, Coded) and value.code}


def _list(w: Writer, values: tuple[Value, ...], label: str, *sets: str) -> str:
    return ", ".join(value_of(w, value, *sets, label=label) for value in values)


def allergy_block(w: Writer, a: Allergy) -> Block:
    """Agent, reactions with their own severity, severity, criticality, certainty, date: in that order."""
    words = w.words
    block = Block()
    agents = [
        people.joined(
            (
                *(people.name(w, name) for name in agent.names),
                *(_agent(w, code) for code in agent.codes if not code.empty),
                *(w.text(text) for text in agent.texts),
            ),
            " ",
        )
        for agent in a.agents
    ]
    block.title = people.joined(agents, ", ")
    values = ", ".join(value_of(w, v, label=words("display.value")) for v in a.values)
    if not block.title and values:
        block.title, values = values, ""
    block.row(words("display.value"), values)
    for reaction in a.reactions:
        block.row(words("allergy.reaction"), _reaction(w, reaction))
    block.row(words("allergy.severity"), _list(w, a.severities, words("allergy.severity"), vs.SEVERITY))
    block.row(
        words("allergy.criticality"), _list(w, a.criticalities, words("allergy.criticality"), vs.CRITICALITY)
    )
    block.row(
        words("allergy.certainty"), _list(w, a.certainties, words("allergy.certainty"), vs.ALLERGY_CERTAINTY)
    )
    if a.period is not None:
        block.row(words("allergy.onset"), period(w, a.period))
    if a.kind is not None and not a.kind.empty:
        block.row(words("display.kind"), w.coded(a.kind, vs.ADVERSE_EVENT_TYPE, label=words("display.kind")))
    block.row(words("display.status"), _list(w, a.statuses, words("display.status"), vs.ALLERGY_STATUS))
    if a.concern is not None:
        block.row(words("display.concern"), status(w, a.concern))
    _allergy_tone(w, a, block)
    return block


def _agent(w: Writer, code: Coded) -> str:
    value_set = vs.ACTIVE_INGREDIENT if code.system == _ATC else vs.ALLERGEN_NO_DRUG
    return w.coded(code, value_set, label=w.words("allergy.agent"))


def severe(a: Allergy) -> bool:
    """High criticality, or a severe or life-threatening reaction."""
    graded = codes_of(a.severities).union(*(codes_of(r.severities) for r in a.reactions))
    return "high" in codes_of(a.criticalities) or bool(graded & _SEVERE)


def refuted(a: Allergy | Problem) -> bool:
    """Denied, or found to be wrong: never to be read as an allergy or a diagnosis."""
    return a.negated or bool(codes_of(a.certainties) & {"refuted", "entered-in-error"})


def inactive(a: Allergy | Problem) -> bool:
    """No longer the case according to its clinical status or its concern."""
    closed = a.concern is not None and a.concern.code in ("suspended", "aborted", "completed")
    return closed or bool(codes_of(a.statuses) & _INACTIVE)


def _allergy_tone(w: Writer, a: Allergy, block: Block) -> None:
    if refuted(a):
        block.tone = Tone.DENIED
        words = e(w.words("display.negated")) if a.negated else e(w.words("status.refuted"))
        block.badge(w.mark(a.statement.fact, words) if a.negated else words, "denied")
    elif severe(a) and not inactive(a):
        block.tone = Tone.SEVERE
        block.badge(e(w.words("display.severe")), "severe")
    if inactive(a):
        block.tone = Tone.MUTED if block.tone is not Tone.DENIED else block.tone
        block.badge(e(w.words("status.inactive")), "muted")


def _reaction(w: Writer, r: Reaction) -> str:
    words = w.words
    sets = {_ICD10: vs.ILLNESS_AND_DISORDER}
    shown = [
        value_of(
            w,
            value,
            *((sets.get(value.system or "", vs.REACTION_ALLERGY),) if isinstance(value, Coded) else ()),
            label=words("allergy.reaction"),
        )
        for value in r.values
    ]
    html = ", ".join(shown)
    graded = _list(w, r.severities, words("allergy.severity"), vs.SEVERITY)
    if graded:
        html += f" – {e(words('allergy.severity').lower())}: {graded}"
    if r.negated:
        html += (
            f' <span class="badge b-denied">{w.mark(r.statement.fact, e(words("display.negated")))}</span>'
        )
    if r.period is not None:
        html += f" ({period(w, r.period)})"
    if r.kind is not None and not r.kind.empty:
        html += f" <small>{w.coded(r.kind, vs.CODE_PROB, label=words('display.kind'))}</small>"
    return html


def problem_block(w: Writer, p: Problem) -> Block:
    """The diagnosis in any code system or in words, with everything said about it."""
    words = w.words
    block = Block()
    block.title = ", ".join(_diagnosis(w, value) for value in p.values)
    for text in p.texts:
        if not block.title:
            block.title = w.text(text)
    if p.period is not None:
        block.row(words("display.time"), period(w, p.period))
    if p.concern_period is not None:
        same = p.period is not None and _plain(p.concern_period) == _plain(p.period)
        row = (words("display.concern_time"), period(w, p.concern_period))
        (block.quiet if same else block.rows).append(row)
    block.row(words("allergy.severity"), _list(w, p.severities, words("allergy.severity"), vs.SEVERITY))
    block.row(words("allergy.certainty"), _list(w, p.certainties, words("allergy.certainty"), vs.CERTAINTY))
    block.row(words("display.status"), _list(w, p.statuses, words("display.status"), vs.STATUS_CODE))
    block.row(words("display.health"), _list(w, p.health, words("display.health"), vs.RESOLUTION_OUTCOME))
    if p.kind is not None and not p.kind.empty:
        block.row(words("display.kind"), w.coded(p.kind, vs.CODE_PROB, label=words("display.kind")))
    if p.concern is not None:
        block.row(words("display.concern"), status(w, p.concern))
    block.row(words("display.professional"), "; ".join(people.party(w, one) for one in p.professionals))
    for external in p.externals:
        parts = [w.text(text) for text in external.texts]
        parts += [w.coded(code) for code in external.codes]
        parts += [w.identifier(one) for one in external.ids]
        block.row(words("display.external"), people.joined(parts, ", "))
    if refuted(p):
        block.tone = Tone.DENIED
        said = e(words("display.negated")) if p.negated else e(words("status.refuted"))
        block.badge(w.mark(p.statement.fact, said) if p.negated else said, "denied")
    if inactive(p) and codes_of(p.statuses) & _INACTIVE:
        block.badge(e(words("status.inactive")), "muted")
    return block


def _diagnosis(w: Writer, value: Value) -> str:
    if not isinstance(value, Coded):
        return value_of(w, value)
    sets = {_ICD10: (vs.ILLNESS_AND_DISORDER,), _ORPHANET: (vs.RARE_DISEASE,)}.get(value.system or "", ())
    html = w.coded(value, *sets, label=w.words("display.diagnosis"))
    if value.system == _ORPHANET:
        html += f' <span class="badge b-note">{e(w.words("display.rare"))}</span>'
    return f"{html} <small>({e(value.code)})</small>" if value.code else html


def _plain(value: object) -> tuple[object, ...]:
    return tuple(getattr(getattr(value, end, None), "value", None) for end in ("at", "low", "high"))


def device_block(w: Writer, d: Device) -> Block:
    """Device, identifiers, implanted and removed."""
    words = w.words
    block = Block()
    codes = [
        w.coded(code, vs.MEDICAL_DEVICE, label=words("display.device")) for code in d.codes if not code.empty
    ]
    block.title = people.joined((*codes, *(people.name(w, one) for one in d.names)), ", ")
    block.row(words("display.model"), ", ".join(w.text(text) for text in d.models))
    block.row(words("display.device_id"), ", ".join(w.identifier(one) for one in d.ids))
    if d.period is not None:
        block.row(words("display.device_time"), period(w, d.period))
    if d.negated and d.absence is None:
        block.tone = Tone.DENIED
        block.badge(w.mark(d.statement.fact, e(words("display.negated"))), "denied")
    return block


def procedure_block(w: Writer, p: Procedure) -> Block:
    """Procedure, body site with side, date, reason, performer, status."""
    words = w.words
    block = Block()
    if p.code is not None and not p.code.empty:
        block.title = w.coded(p.code, vs.PROCEDURE, label=words("display.procedure"))
    if not block.title:
        block.title = " ".join(w.text(text) for text in p.texts)
    if p.period is not None:
        block.row(words("display.time"), period(w, p.period))
    sites = [w.coded(site, vs.BODY_SITE, label=words("display.site")) for site in p.sites]
    block.row(words("display.site"), ", ".join(sites))
    block.row(words("display.reason"), _list(w, p.reasons, words("display.reason"), vs.ILLNESS_AND_DISORDER))
    block.row(words("party.performer"), "; ".join(people.party(w, one) for one in p.performers))
    if p.status is not None and (p.absence is None or p.status.code != "completed"):
        block.row(words("display.status"), status(w, p.status))
    cancelled = p.status is not None and p.status.code in ("cancelled", "aborted")
    if p.negated and p.absence is None:
        block.tone = Tone.DENIED
        block.badge(w.mark(p.statement.fact, e(words("status.not_done"))), "denied")
    elif cancelled:
        block.tone = Tone.MUTED
        block.badge(e(words("status.cancelled")), "muted")
    return block


def immunisation_block(w: Writer, v: Immunisation) -> Block:
    """Vaccine and brand; given or not given in words, for negation and status alike."""
    words = w.words
    block = Block()
    codes = [
        w.coded(code, vs.VACCINE, label=words("display.vaccine"))
        for p in v.products
        for code in p.codes
        if not code.empty
    ]
    heads = [headline(w, p) for p in v.products]
    block.title = people.joined((*codes, *heads), " · ")
    if v.absence is None:
        given = e(words("display.given" if v.given else "display.not_given"))
        mark = w.mark(v.statement.fact, given) if v.negated else given
        block.badge(mark, "" if v.given else "denied")
        block.tone = Tone.PLAIN if v.given else Tone.DENIED
    if v.period is not None:
        block.row(words("display.time"), period(w, v.period))
    diseases = [
        people.joined(
            [
                w.coded(c, vs.ILLNESS_AND_DISORDER, label=words("display.disease"))
                for c in (*one.role_codes, *one.codes)
            ],
            ", ",
        )
        for one in v.diseases
    ]
    block.row(words("display.disease"), people.joined(diseases, ", "))
    block.row(words("display.dose_number"), _list(w, v.dose_numbers, words("display.dose_number")))
    for product in v.products:
        for label, html in more_rows(w, product):
            if label != words("display.product_code"):
                block.row(label, html)
    routes = [w.coded(code, vs.ROUTE_OF_ADMINISTRATION, label=words("medication.route")) for code in v.routes]
    block.row(words("medication.route"), ", ".join(routes))
    block.row(words("party.performer"), "; ".join(people.party(w, one) for one in v.performers))
    block.row(
        words("display.adverse"), _list(w, v.reactions, words("display.adverse"), vs.ILLNESS_AND_DISORDER)
    )
    if v.status is not None and v.status.code != "completed":
        block.row(words("display.status"), status(w, v.status))
    return block
