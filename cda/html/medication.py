"""Medicines: one line per drug with its dose, then everything else (cda.md 12, S-4 and P-1 to P-7)."""

from ..datatypes import Coded, Quantity, Range, Ratio, Text, Value
from ..sections.medication import Medication
from ..statement import Statement
from . import figures, people
from .block import Block, Tone, rows_html
from .dosing import dosing, route, stated
from .product import headline, more_rows
from .standing import status
from .values import amount, period, value_of
from .writer import Writer


def medication_block(w: Writer, m: Medication) -> Block:
    """Drug, strength and form · brand · dose in words · since or until · reason."""
    words = w.words
    block = Block()
    block.title = people.joined([headline(w, product) for product in m.products], "; ")
    if not block.title and m.statement.code is not None and m.absence is None and not m.statement.code.empty:
        block.title = w.coded(m.statement.code, words["display.product"])
    if m.absence is None or m.real:
        _dose_rows(w, m, block)
    block.row(words["medication.route"], route(w, m.dosing.routes))
    reasons = [_reason(w, reason) for reason in m.reasons]
    block.row(words["medication.indication"], people.joined(reasons, ", "))
    block.row(words["display.dispenser_instructions"], _texts(w, m.dispenser_instructions))
    for product in m.products:
        for label, html in more_rows(w, product):
            block.row(label, html)
    _supply_rows(w, m, block)
    for ordered in m.prescribed:
        inner = medication_block(w, ordered)
        block.quiet += inner.quiet
        ids = ", ".join([w.identifier(one) for one in ordered.statement.ids])
        head = f"{inner.title or words['display.unnamed']} <small>{words['display.id']} {ids}</small>"
        block.row(words["display.prescribed"], f"{head}<dl>{rows_html(inner.rows)}</dl>")
    _state(w, m, block)
    return block


def _dose_rows(w: Writer, m: Medication, block: Block) -> None:
    """The dose is never separated from its drug, and an unknown dose says so."""
    words = w.words
    steps = (m.dosing, *m.steps)
    line = dosing(w, steps, m.products)
    texts = _texts(w, m.texts) if m.real else ""  # without a product the text is the headline
    told = _texts(w, m.patient_instructions) or texts
    during = period(w, m.dosing.period) if m.dosing.period is not None else ""
    if stated(steps):
        dose = f'<b class="dose">{line}</b>'
    elif told and not m.dispensed:
        dose = f'<b class="dose">{told}</b> <span class="st st-raw">{words["dose.text_only"]}</span> {line}'
    elif m.dispensed:
        dose = line
    else:
        dose = f'<span class="missing">{words["absence.dose_unknown"]}</span> {line}'
    block.row(words["medication.dosage"], people.joined((dose.strip(), during), " – "))
    if texts and texts not in dose:
        block.row(words["translation.original_text"], texts)
    if m.patient_instructions and _texts(w, m.patient_instructions) not in dose:
        block.row(words["display.patient_instructions"], _texts(w, m.patient_instructions))


def _reason(w: Writer, reason: Statement) -> str:
    """Why the medicine is given, since when; words stand in where there is no code."""
    label = w.words["medication.indication"]
    shown = [value_of(w, value, label) for value in reason.values]
    if not any(shown):
        shown = [w.text(text) for text in reason.texts]
    when = period(w, reason.period) if reason.period is not None else ""
    return people.joined((", ".join(shown), f"({when})" if when else ""), " ")


def _texts(w: Writer, texts: tuple[Text, ...]) -> str:
    return "<br>".join([w.text(text) for text in texts])


def _supply_rows(w: Writer, m: Medication, block: Block) -> None:
    words = w.words
    for supply in m.supplies:
        block.row(words["display.packages_prescribed"], ", ".join([_packs(w, one) for one in supply.amounts]))
        block.quiet += [
            (words.find(f"flag.{name}") or words["display.further"], value_of(w, flag))
            for name, flag in supply.statement.flags
        ]
    if m.dispensed:
        amounts = [_packs(w, one) for kind, one in m.statement.amounts if kind == "quantity"]
        block.row(words["display.packages_dispensed"], ", ".join(amounts))
        key = "display.substituted" if m.substituted else "display.not_substituted"
        fact = m.substituted_code.fact if m.substituted_code else 0
        block.row(words["display.substitution"], w.mark(fact, words[key]))
    for value in m.substitution:
        block.row(words["display.substitution"], _substitution(w, value))


def _packs(w: Writer, value: Quantity | Range | Ratio) -> str:
    """A number of packages; one that is no whole positive number is marked."""
    count = figures.exact(value.value) if isinstance(value, Quantity) else None
    word = w.words("unit.package.one" if count == 1 else "unit.package.other")
    html = amount(w, value, word, trim=True)
    if count is None or count <= 0 or count != count.to_integral_value():
        html += f' <span class="st st-raw">{w.words["display.odd_amount"]}</span>'
    return html


def _substitution(w: Writer, value: Value) -> str:
    """Only the code N forbids; any other code allows, and is shown as it is."""
    shown = value_of(w, value, w.words["display.substitution"])
    if isinstance(value, Coded) and value.code:
        key = "substitution_forbidden" if value.code == "N" else "substitution_allowed"
        return f"<b>{w.words[f'prescription.{key}']}</b> ({shown})"
    return shown


def _state(w: Writer, m: Medication, block: Block) -> None:
    words = w.words
    code = m.status.code if m.status is not None else None
    if m.negated and m.absence is None:
        block.tone = Tone.DENIED
        block.badge(w.marks(m.statement.denials, words["display.not_taken"]), "denied")
    if m.status is not None and m.absence is None:
        html = status(w, m.status)
        if code in ("aborted", "cancelled", "suspended", "nullified", "completed") and not m.dispensed:
            block.tone = Tone.MUTED if block.tone is Tone.PLAIN else block.tone
            block.badge(html, "muted")
        else:
            block.row(words["display.status"], html)
