"""One medicine as a clinical statement: prescribed (eP, and repeated in an eD) or in use (PS).

The statement is made in the classes of the document model; `statement.Writer` writes it.
"""

from collections.abc import Sequence
from dataclasses import replace

from ..datatypes import (
    Coded,
    Flag,
    Identifier,
    Moment,
    Period,
    Periodic,
    Quantity,
    Range,
    Ratio,
    Text,
    Time,
    Timing,
)
from ..node import Node
from ..product import Product
from ..statement import Relation, Statement
from . import fixed
from .content import Posology, PrescribedItem
from .dosing_words import amount, dosing
from .narrative import Story
from .words import Words, national

HEADINGS = ("medicine", "substance", "form", "package", "dose", "route", "packages")
_ITEM = (f"{fixed.CCD}.24", f"{fixed.IHE}.4.7", f"{fixed.E}.3.2")
_IN_USE = (f"{fixed.E}.3.4", f"{fixed.CCD}.24", f"{fixed.IHE}.4.7")
# A period or a dosing time that nobody states: the templates demand both.
NOT_KNOWN = Period(low=Time(null="UNK"), high=Time(null="UNK"))
NO_TIME = Periodic(Quantity(null="UNK"))  # null inside: outside, the period beside it forbids it
# Which medicine a step is of stands above it; the schema wants a product all the same.
SAME = Product(null="NA")
# IHE names the way of dosing by a template of its own.
_PLAIN, _TAPERED = f"{fixed.IHE}.4.7.1", f"{fixed.IHE}.4.7.8"


def prescribed(item: PrescribedItem, story: Story, words: Words) -> Statement:
    """An item of a prescription, with its row in the narrative."""
    row = story.row(cells(item, words))
    number = Quantity(str(item.packages), "1")
    flag = ("independentInd", Flag("false"))
    amounts = (("quantity", number),)
    supply = Statement("supply", Node("supply"), mood="RQO", amounts=amounts, flags=(flag,))
    relations = [*steps(item.steps), *_reason(item, story, words)]
    if item.packages is not None:
        relations.append(Relation("COMP", supply))
    relations += _substitution(item, story, words)
    relations += instructions(item, story, words)
    whole = Statement(
        "substanceAdministration",
        Node("substanceAdministration"),
        mood="INT",
        templates=frozenset((*_ITEM, _TAPERED if item.steps else _PLAIN)),
        ids=(item.id,),
        code=fixed.DRUG,
        texts=(Text("", row),),
        status=Coded(item.status),
        relations=tuple(relations),
        products=(item.product,),
        routes=(item.route,) if item.route else (),
    )
    return dosed(whole, item.posology)


def in_use(item: PrescribedItem, taken: bool, story: Story, words: Words) -> Statement:
    """A medicine of a summary, with its row in the narrative."""
    row = story.row(cells(item, words)[:-1])
    whole = Statement(
        "substanceAdministration",
        Node("substanceAdministration"),
        mood="INT",
        negated=not taken,
        templates=frozenset((*_IN_USE, _TAPERED if item.steps else _PLAIN)),
        ids=(item.id,),
        code=fixed.DRUG,
        texts=(Text("", row),),
        status=Coded(item.status),
        relations=(*steps(item.steps), *_reason(item, story, words), *instructions(item, story, words)),
        products=(item.product,),
        routes=(item.route,) if item.route else (),
    )
    return dosed(whole, item.posology)


def not_listed(ids: tuple[Identifier, ...], why: Coded, text: Text) -> Statement:
    """The entry of a summary that lists no medicine and says why."""
    whole = Statement(
        "substanceAdministration",
        Node("substanceAdministration"),
        mood="INT",
        templates=frozenset((*_IN_USE, _PLAIN)),
        ids=ids,
        code=why,
        texts=(text,),
        status=fixed.COMPLETED,
        products=(SAME,),
    )
    return dosed(whole, Posology())


def dosed(whole: Statement, one: Posology) -> Statement:
    """The statement with the times, amounts and conditions of an administration."""
    first = Moment(one.period or NOT_KNOWN)
    amounts: tuple[tuple[str, Quantity | Range | Ratio | None], ...] = (
        ("doseQuantity", one.dose),
        ("rateQuantity", one.rate),
        ("maxDoseQuantity", one.maximum),
    )
    return replace(
        whole,
        times=(first, *one.timings, *(() if any(map(_stated, one.timings)) else (NO_TIME,))),
        amounts=tuple((name, value) for name, value in amounts if value is not None),
        conditions=(Text(one.condition),) if one.condition else (),
    )


def _stated(when: Timing) -> bool:
    """Whether it tells when to take the dose; an interval alone does not."""
    return not isinstance(when, Moment) or when.period.at is not None


def steps(of: Sequence[Posology]) -> list[Relation]:
    """The steps of a split or tapered dose, numbered."""
    found = []
    for number, step in enumerate(of, 1):
        inner = Statement(
            "substanceAdministration",
            Node("substanceAdministration"),
            mood="INT",
            status=fixed.ACTIVE,
            products=(SAME,),
        )
        found.append(Relation("COMP", dosed(inner, step), sequence=Text(str(number))))
    return found


def _reason(item: PrescribedItem, story: Story, words: Words) -> list[Relation]:
    if item.reason is None:
        return []
    before, _, after = words("reason", said="\0").partition("\0")
    said = story.paragraph(national(item.reason), before, after)
    why = Statement(
        "observation",
        Node("observation"),
        templates=frozenset((f"{fixed.E}.3.41",)),
        code=Coded("ASSERTION", fixed.ACT_CODE, "ActCode", display="Assertion"),
        texts=(said,),
        status=fixed.COMPLETED,
        values=(item.reason,),
    )
    return [Relation("RSON", why)]


def _substitution(item: PrescribedItem, story: Story, words: Words) -> list[Relation]:
    if item.substitution is None:
        return []
    if item.substitution.code == "N":
        story.paragraph(words("no_substitution"))
    allowed = Statement(
        "observation", Node("observation"), code=fixed.SUBSTITUTION, values=(item.substitution,)
    )
    return [Relation("SUBJ", allowed)]


def instructions(item: PrescribedItem, story: Story, words: Words) -> list[Relation]:
    """What the patient and the dispenser are told, in the narrative and by reference."""
    found = []
    for key, said, code, roots in (
        ("patient", item.patient_instructions, fixed.TO_PATIENT, (f"{fixed.CCD}.49", f"{fixed.IHE}.4.3")),
        (
            "dispenser",
            item.dispenser_instructions,
            fixed.TO_DISPENSER,
            (f"{fixed.CCD}.43", f"{fixed.IHE}.4.3.1"),
        ),
    ):
        if said is None:
            continue
        before, _, after = words(key, said="\0").partition("\0")
        act = Statement(
            "act",
            Node("act"),
            mood="INT",
            templates=frozenset(roots),
            code=code,
            texts=(story.paragraph(said, before, after),),
            status=fixed.COMPLETED,
        )
        found.append(Relation("SUBJ", act))
    return found


def cells(item: PrescribedItem, words: Words) -> tuple[str, ...]:
    """The row of a medicine, under HEADINGS."""
    product = item.product
    then = f"; {words('then')} "
    doses = [dosing(one, words) for one in (item.posology, *item.steps)]
    return (
        name(product),
        substances(product, words),
        ", ".join(national(code) for code in product.forms),
        packages(product, words),
        then.join(filter(None, doses)),
        national(item.route),
        str(item.packages) if item.packages is not None else "",
    )


def name(product: Product) -> str:
    """Brand and strength as the country writes them, else the substance."""
    said = [text.text for text in (*product.names, *product.descriptions) if text.text]
    return " ".join(said) or ", ".join(national(kind) for kind in product.kinds)


def substances(product: Product, words: Words) -> str:
    """Every substance with its strength, those of the parts of a kit after them."""
    found = []
    for one in product.ingredients:
        called = [national(code) for code in one.codes if national(code)] or [n.text for n in one.names]
        strength = [amount(each, words) for each in one.strengths]
        found.append(" ".join([*called[:1], *strength]))
    found += [substances(part.product, words) for part in product.parts]
    return "; ".join(filter(None, found))


def packages(product: Product, words: Words) -> str:
    """The containers from the innermost outwards; those of the parts of a kit after them."""
    levels = []
    for one in product.packages:
        form = ", ".join(national(code) for code in one.forms)
        levels.append(" ".join(filter(None, (", ".join(amount(a, words) for a in one.amounts), form))))
    whole = " × ".join(levels)
    parts = [packages(part.product, words) for part in product.parts]
    return "; ".join(filter(None, (whole, *parts)))
