"""Clinical statements as XML: what `cda.statement` reads, written in the order of the schema.

The order holds for every kind of statement, because each schema type takes its elements from the same row.
Source: CDA R2, clinical statement; cda.md 4 to 7.
"""

from dataclasses import dataclass

from ..datatypes import Coded, Moment, Text, Timing
from ..parts import External, Participant, ReferenceRange
from ..statement import Relation, Statement
from . import people, product, values
from .fixed import E
from .product import Vocabulary
from .space import CDA, Element, templates
from .timing import timing

_CLASSES = {
    "act": "ACT",
    "observation": "OBS",
    "substanceAdministration": "SBADM",
    "supply": "SPLY",
    "procedure": "PROC",
    "organizer": "CLUSTER",
    "encounter": "ENC",
}
_TYPED_TIMES = frozenset({"substanceAdministration", "supply"})
# Statements that are about the one above them rather than part of it, by their code.
_ABOUT = frozenset({"SEV", "SUBST", "PINSTRUCT", "FINSTRUCT", "48767-8"})
_CERTAINTY_OF_PROBLEM, _ALLERGY = f"{E}.3.49", f"{E}.3.17"
# Observations whose value is a CE, that is a code without qualifiers; elsewhere it is a CD.
_SIMPLE_VALUES = frozenset(f"{E}.3.{number}" for number in (9, 10, 25, 33, 34, 35, 41, 45, 49))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes statements: `words` is the pharmacy vocabulary, `products` the templates of a product in it."""

    words: Vocabulary
    products: tuple[str, str]

    def statement(self, one: Statement) -> Element:
        """One statement with everything below it."""
        return CDA.el(
            one.kind,
            *templates(*sorted(one.templates)),
            *values.identifiers(one.ids),
            values.coded("code", one.code),
            *(values.text("text", said) for said in one.texts[:1]),
            values.coded("statusCode", one.status),
            *(_time(one.kind, when) for when in one.times),
            *self._details(one),
            *(people.party(each) for kind in _TAKING_PART for each in one.parties if each.kind == kind),
            *(_participant(each) for each in one.participants),
            *(self._relation(each) for each in one.relations if one.kind != "organizer"),
            *(_external(each) for each in one.externals),
            *(_condition(each) for each in one.conditions),
            *(_reference_range(each) for each in one.ranges),
            *(self._component(each) for each in one.relations if one.kind == "organizer"),
            classCode=one.class_code or _CLASSES[one.kind],
            moodCode=one.mood or "EVN",
            negationInd="true" if one.negated else None,
            nullFlavor=one.null,
        )

    def _details(self, one: Statement) -> list[Element | None]:
        """What stands between the times and the people, in the common order."""
        others, amounts = one.others, one.amounts
        tag = "product" if one.kind == "supply" else "consumable"
        wrapped = (product.manufactured(each, self.words, self.products) for each in one.products)
        simple = not one.templates.isdisjoint(_SIMPLE_VALUES)
        type_code = "PRD" if tag == "product" else "CSM"
        return [
            *(values.coded(name, code) for name, code in others if name in ("priorityCode", "languageCode")),
            *(values.amount(name, each) for name, each in amounts if name == "repeatNumber"),
            *(values.value(each, simple) for each in one.values),
            *(values.coded("interpretationCode", code) for code in one.interpretations),
            *(values.coded("methodCode", code) for code in one.methods),
            *(values.coded("routeCode", code) for code in one.routes),
            *(values.coded(name, code) for name, code in others if name == "approachSiteCode"),
            *(values.coded("targetSiteCode", code) for code in one.sites),
            *(values.amount(name, each) for wanted in _DOSES for name, each in amounts if name == wanted),
            *(values.coded(name, code) for name, code in others if name == "administrationUnitCode"),
            *(CDA.el(name, value=flag.value, nullFlavor=flag.null) for name, flag in one.flags),
            *(values.amount(name, each) for name, each in amounts if name == "quantity"),
            *(CDA.el(tag, each, typeCode=type_code) for each in wrapped),
        ]

    def _relation(self, one: Relation) -> Element:
        return CDA.el(
            "entryRelationship",
            CDA.el("sequenceNumber", value=one.sequence.text) if one.sequence else None,
            self.statement(one.statement),
            typeCode=one.type_code,
            inversionInd=_inversion(one),
        )

    def _component(self, one: Relation) -> Element:
        return CDA.el("component", self.statement(one.statement))


def _inversion(one: Relation) -> str | None:
    """Whether the statement is about the one above it; the templates ask for a word in some places only."""
    code = one.statement.code.code if one.statement.code else None
    roots = one.statement.templates
    if one.type_code == "MFST" or (
        one.type_code == "SUBJ" and (code in _ABOUT or _CERTAINTY_OF_PROBLEM in roots)
    ):
        return "true"
    return "false" if one.type_code == "SUBJ" and _ALLERGY in roots else None


_TAKING_PART = ("subject", "specimen", "performer", "author", "informant")
_DOSES = ("doseQuantity", "rateQuantity", "maxDoseQuantity")


def _time(kind: str, when: Timing) -> Element | None:
    if kind in _TYPED_TIMES:
        return timing("effectiveTime", when)
    return values.period("effectiveTime", when.period) if isinstance(when, Moment) else None


def _participant(one: Participant) -> Element:
    """A substance (CSM), a device (DEV), or what is stated about a role itself, such as the disease (IND)."""
    device = one.type_code == "DEV"
    entity = CDA.el(
        "playingDevice" if device else "playingEntity",
        *(values.coded("code", code) for code in one.codes[:1]),
        *(values.name("name", name) for name in one.names),
        *(CDA.el("manufacturerModelName", said=text.text) for text in one.texts if device),
        classCode="DEV" if device else "MMAT",
        determinerCode="INSTANCE" if device else None,
    )
    role = CDA.el(
        "participantRole",
        *values.identifiers(one.ids),
        *(values.coded("code", code) for code in one.role_codes[:1]),
        entity
        if one.codes or one.names
        else CDA.el("playingEntity", classCode="ENT")
        if one.role_codes
        else None,
        classCode=one.role_class or None,
    )
    return CDA.el("participant", values.period("time", one.time), role, typeCode=one.type_code)


def _external(one: External) -> Element:
    texts = (
        CDA.el("text", CDA.el("reference", value=text.text if text.reference is None else text.reference))
        for text in one.texts
    )
    document = CDA.el(
        "externalDocument",
        *values.identifiers(one.ids),
        *(values.coded("code", code) for code in one.codes[:1]),
        *texts,
        classCode="DOC",
        moodCode="EVN",
    )
    return CDA.el("reference", document, typeCode="REFR")


def _condition(one: Text | Coded) -> Element:
    said = values.text("text", one) if isinstance(one, Text) else values.coded("code", one)
    return CDA.el("precondition", CDA.el("criterion", said), typeCode="PRCN")


def _reference_range(one: ReferenceRange) -> Element:
    inner = CDA.el(
        "observationRange",
        *(values.text("text", text) for text in one.texts[:1]),
        *(values.value(each) for each in one.values[:1]),
        *(values.coded("interpretationCode", code) for code in one.interpretations[:1]),
        classCode="OBS",
        moodCode="EVN.CRT",
    )
    return CDA.el("referenceRange", inner, typeCode="REFV")
