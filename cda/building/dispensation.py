"""An eDispensation as XML, and its discard. Source: cda.md 7, wire.md 6.6."""

from lxml import etree

from schemas.namespaces import HL7, q
from schemas.xml import parse

from ..datatypes import Quantity, Text
from ..node import Node
from ..statement import Relation, Statement
from . import fixed, frame, medicine
from .content import Dispensation, DispensedItem
from .narrative import Story
from .prescription import refuse_count
from .product import WAVE_8, refuse_surplus
from .refusal import Unwritable, refuse_unwritable
from .repetition import repeated
from .statement import Writer
from .words import Words, national, words

SECTION = fixed.loinc("60590-7", "Medication dispensed.brief Document")
TITLE = "Dispensations"
DISCARD_CODE = "DISCARD-60593-1"
DISCARD_TEMPLATE = f"{fixed.E}.1.2-DISCARD"
_HEADINGS = (
    "dispensed",
    "substance",
    "form",
    "package",
    "packages",
    "substituted",
    "prescribed",
    "by",
    "when",
)
_SUPPLY = (f"{fixed.E}.3.3", f"{fixed.IHE}.4.7.3", f"{fixed.CCD}.34")


def dispensation(one: Dispensation) -> bytes:
    """Write an eDispensation in the vocabulary of Wave 6 and later.

    Raises: Unwritable: the content cannot stand in a document, a reason stands without a substitution, or the
            ids do not link it to its prescription; nothing has been built.
    """
    refuse_unwritable(one, "dispensation")
    _refuse(one)
    said = words(one.frame.language)
    story = Story("disp", [said(key) for key in _HEADINGS])
    writer = Writer(WAVE_8, fixed.PRODUCT_OF_PRESCRIPTION)
    entries = [writer.statement(_supply(item, story, said)) for item in one.items]
    roots = (f"{fixed.E}.2.2", f"{fixed.CCD}.8")
    section = frame.section(SECTION, TITLE, story.element(), entries, roots, one.id)
    head = frame.model(one.frame, "60593-1", fixed.DOCUMENT_TEMPLATES["60593-1"], [one.order])
    return frame.document(head, frame.structured([section]))


def discard(sent: bytes) -> bytes:
    """The document that discards a dispensation: the one that was sent, with another code and template.

    Its template id is no `uid`, so it breaks the schema by design: validate the one that was sent.
    Raises: Unwritable: `sent` is no eDispensation of level 3, or is itself a discard.
            schemas.xml.XmlRefused: not acceptable XML.
    """
    root = parse(sent)
    code, template = root.find(q(HL7, "code")), root.find(q(HL7, "templateId"))
    if root.tag != q(HL7, "ClinicalDocument") or code is None or code.get("code") != "60593-1":
        raise Unwritable("sent", "no eDispensation")
    if template is None or template.get("root") != fixed.DOCUMENT_TEMPLATES["60593-1"]:
        raise Unwritable("sent", "another first templateId than an eDispensation has")
    code.set("code", DISCARD_CODE)
    template.set("root", DISCARD_TEMPLATE)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _refuse(one: Dispensation) -> None:
    if not one.items:
        raise Unwritable("dispensation.items", "a dispensation has an item")
    if one.order.root is None:
        raise Unwritable("dispensation.order", "the id of the prescription has a root")
    for index, item in enumerate(one.items):
        place = f"dispensation.items[{index}]"
        refuse_count(item.packages, f"{place}.packages")
        refuse_surplus(item.product, f"{place}.product")
        refuse_surplus(item.prescribed.product, f"{place}.prescribed.product")
        if item.prescribed.id.root is None:
            raise Unwritable(f"{place}.prescribed.id", "the id of the prescribed item has a root")
        if item.reason is not None and not item.substituted:
            raise Unwritable(f"{place}.reason", "a reason for a substitution without a substitution")


def _supply(item: DispensedItem, story: Story, words: Words) -> Statement:
    row = story.row(_cells(item, words))
    relations = [Relation("REFR", _prescribed(item, story, words))]
    if item.substituted:
        relations.append(Relation("COMP", _substitution(item, story, words)))
    return Statement(
        "supply",
        Node("supply"),
        templates=frozenset(_SUPPLY),
        ids=(item.id,),
        texts=(Text("", row),),
        amounts=(("quantity", Quantity(str(item.packages), "1")),),
        products=(item.product,),
        parties=(item.dispenser,),
        relations=tuple(relations),
    )


def _prescribed(item: DispensedItem, story: Story, words: Words) -> Statement:
    """The prescribed item again, under the id that links the two: see `repetition`."""
    what = repeated(item.prescribed)
    whole = Statement(
        "substanceAdministration",
        Node("substanceAdministration"),
        mood="INT",
        ids=(what.id,),
        code=fixed.DRUG,
        products=(what.product,),
        routes=(what.route,) if what.route else (),
        relations=(*medicine.steps(what.steps), *medicine.instructions(what, story, words)),
    )
    return medicine.dosed(whole, what.posology)


def _substitution(item: DispensedItem, story: Story, words: Words) -> Statement:
    """That another product was handed out, and why."""
    texts: tuple[Text, ...] = ()
    if item.reason is not None:
        before, _, after = words("substitution_reason", said="\0").partition("\0")
        texts = (story.paragraph(item.reason, before, after),)
    return Statement("act", Node("act"), code=fixed.SUBSTITUTION, texts=texts)


def _cells(item: DispensedItem, words: Words) -> tuple[str, ...]:
    product = item.product
    by = item.dispenser
    people = [name.text for name in by.names] + [n.text for org in by.organisations for n in org.names]
    return (
        medicine.name(product),
        medicine.substances(product, words),
        ", ".join(national(code) for code in product.forms),
        medicine.packages(product, words),
        str(item.packages),
        words("substituted" if item.substituted else "not_substituted"),
        medicine.name(item.prescribed.product),
        ", ".join(filter(None, people)),
        words.date(by.time.start if by.time else None),
    )
