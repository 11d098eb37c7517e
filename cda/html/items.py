"""One block per typed item: allergies, problems, devices, procedures, vaccines (cda.md 12, S-1 to S-7)."""

from ..absence import AbsenceState
from ..datatypes import Period
from ..document import Item, text_only
from ..sections.allergies import Allergy
from ..sections.medication import Medication
from ..sections.observations import Group, Observation
from ..sections.others import Device, Immunisation, Procedure
from ..sections.problems import Problem
from . import people
from .block import Block, Tone
from .concerns import allergy_block, doubtful, listed, problem_block
from .medication import medication_block
from .observations import group_block, observation_block
from .product import headline, more_rows
from .standing import WITHDRAWN, planned, status, withdrawn
from .values import period
from .writer import Writer


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
    if not isinstance(item, Observation | Group):  # a member of a group needs it too
        planned(w, item.statement, block, order=isinstance(item, Medication))
    if isinstance(item, Allergy | Problem | Device | Immunisation):
        withdrawn(w, item.statement, block)
    if item.absence is not None:
        _absence(w, item, block)
    elif text_only(item):
        _text_only(w, item, block)
    if not block.title:
        block.title = w.words["display.unnamed"]
    return block


def _text_only(w: Writer, item: Item, block: Block) -> None:
    """Words without a code are the item itself: they stand in front, beside why the code is missing."""
    said = " ".join([w.text(text) for text in item.statement.texts if text.text])
    missing = f" <small>({block.title})</small>" if block.title and block.title != said else ""
    block.title = said + missing
    block.badge(w.words["display.text_only"], "note")


def _absence(w: Writer, item: Item, block: Block) -> None:
    """Put the wording of a coded absence in front: known none and no information never look alike."""
    assert item.absence is not None
    state = item.absence.state
    key = "absence.none_known" if state is AbsenceState.NONE_KNOWN else "absence.not_stated"
    if doubtful(item):
        state, key = AbsenceState.FLAVOUR, "display.check_original"
    coded = w.coded(item.absence.coded, w.words["display.absence"])
    own = f" · {block.title}" if item.real and block.title else ""
    if not own:
        block.row(w.words["display.text"], block.title)
    block.title = f'<span class="abs abs-{state}">{w.words[key]}</span> <small>{coded}</small>{own}'
    if item.absence.partial:
        block.badge(w.words["display.partial_absence"], "note")
    if item.negated and not any(tone == "denied" for _, tone in block.badges):
        block.badge(w.marks(item.statement.denials, w.words["display.negated"]), "denied")
    if not item.real:
        block.tone = Tone.ABSENT


def device_block(w: Writer, d: Device) -> Block:
    """Device, identifiers, implanted and removed."""
    words = w.words
    block = Block()
    codes = [w.coded(code, words["display.device"]) for code in d.codes if not code.empty]
    block.title = people.joined([*codes, *[people.name(w, one) for one in d.names]], ", ")
    block.row(words["display.model"], ", ".join([w.text(text) for text in d.models]))
    block.row(words["display.device_id"], ", ".join([w.identifier(one) for one in d.ids]))
    if d.period is not None:
        block.row(words[_device_label(d.period)], period(w, d.period))
    if removed(w, d):
        block.tone = Tone.MUTED
        block.badge(words["display.removed"], "muted")
    if d.negated and d.absence is None:
        block.tone = Tone.DENIED
        block.badge(w.marks(d.statement.denials, words["display.negated"]), "denied")
    return block


def removed(w: Writer, d: Device) -> bool:
    """Whether the device is out again by today, in the precision that its end is stated in."""
    end = d.period.high if d.period is not None else None
    day = (end.value or "")[:8] if end is not None else ""
    return bool(day) and (w.today is None or day <= w.today.strftime("%Y%m%d")[: len(day)])


def _device_label(when: Period) -> str:
    """What the dates say: put in, taken out, or both, never left to the reader."""
    start, end = (one is not None and bool(one.value) for one in (when.start, when.high))
    if start and end:
        return "display.device_both"
    return "display.device_removed" if end else "display.device_implanted"


def procedure_block(w: Writer, p: Procedure) -> Block:
    """Procedure, body site with side, date, reason, performer, status."""
    words = w.words
    block = Block()
    if p.code is not None and not p.code.empty:
        block.title = w.coded(p.code, words["display.procedure"])
    if p.period is not None:
        block.row(words["display.time"], period(w, p.period))
    listed(w, block, "display.site", p.sites)
    listed(w, block, "display.reason", p.reasons)
    block.row(words["party.performer"], "; ".join([people.party(w, one) for one in p.performers]))
    if p.status is not None and (p.absence is None or p.status.code != "completed"):
        block.row(words["display.status"], status(w, p.status))
    ended = p.status.code if p.status is not None else None
    if p.negated and p.absence is None:
        block.tone = Tone.DENIED
        block.badge(w.marks(p.statement.denials, words["status.not_done"]), "denied")
    elif ended in WITHDRAWN:  # the first never began, the second broke off
        block.tone = Tone.MUTED
        block.badge(words[f"act_status.{ended}"], "muted")
    return block


def immunisation_block(w: Writer, v: Immunisation) -> Block:
    """Vaccine and brand; given or not given in words, for negation and status alike."""
    words = w.words
    block = Block()
    label = words["display.vaccine"]
    codes = [w.coded(code, label) for p in v.products for code in p.codes if not code.empty]
    heads = [headline(w, p) for p in v.products]
    block.title = people.joined([*codes, *heads], " · ")
    if v.absence is None:
        given = words["display.given" if v.given else "display.not_given"]
        mark = w.marks(v.statement.denials, given) if v.negated else given
        block.badge(mark, "" if v.given else "denied")
        block.tone = Tone.PLAIN if v.given else Tone.DENIED
    if v.period is not None:
        block.row(words["display.time"], period(w, v.period))
    label = words["display.disease"]
    diseases = [w.coded(code, label) for one in v.diseases for code in (*one.role_codes, *one.codes)]
    block.row(label, people.joined(diseases, ", "))
    listed(w, block, "display.dose_number", v.dose_numbers)
    for product in v.products:
        block.rows += [row for row in more_rows(w, product) if row[0] != words["display.product_code"]]
    listed(w, block, "medication.route", v.routes)
    block.row(words["party.performer"], "; ".join([people.party(w, one) for one in v.performers]))
    listed(w, block, "display.adverse", v.reactions)
    if v.status is not None and v.status.code != "completed":
        block.row(words["display.status"], status(w, v.status))
    return block
