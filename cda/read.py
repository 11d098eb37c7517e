"""Readers from nodes to data types. What a reader takes is marked as read; the rest is found afterwards."""

from collections.abc import Iterable
from dataclasses import replace

from .datatypes import (
    Address,
    Coded,
    Combination,
    EventBound,
    Flag,
    Identifier,
    Moment,
    Name,
    Part,
    Period,
    Periodic,
    Qualifier,
    Quantity,
    Range,
    Ratio,
    Telecom,
    Text,
    Time,
    Timing,
    Value,
)
from .narrative import Narrative
from .node import HISTORY, READ, Node

_ENDS = frozenset({"low", "high", "center"})
_TERMS = frozenset({"numerator", "denominator"})
_MAX_TRANSLATIONS = 20  # levels; deeper ones stay unread and are shown raw


class Reader:
    """Reads data types out of nodes, with the document's narrative at hand for references."""

    def __init__(self, narrative: Narrative) -> None:
        self.narrative = narrative

    def coded(self, node: Node | None, depth: int = 0) -> Coded | None:
        """CD, CE, CV or CS. None for a missing element."""
        if node is None:
            return None
        node.read = HISTORY if depth else READ
        get = node.attrs.get
        original: Text | None = None
        translations: tuple[Coded, ...] = ()
        qualifiers: tuple[Qualifier, ...] = ()
        for kid in node.kids:
            if kid.name == "originalText":
                original = self.text(kid)
                kid.read = HISTORY
                for inner in kid.kids:
                    inner.read = inner.read and HISTORY
            elif kid.name == "translation" and depth < _MAX_TRANSLATIONS:
                if (translation := self.coded(kid, depth + 1)) is not None:
                    translations += (translation,)
            elif kid.name == "qualifier":
                kid.read = READ
                name, value = self.coded(kid.child("name")), self.coded(kid.child("value"))
                qualifiers += (Qualifier(name, value),)
        return Coded(
            get("code"),
            get("codeSystem"),
            get("codeSystemName"),
            get("codeSystemVersion"),
            get("displayName"),
            get("nullFlavor"),
            original,
            translations,
            qualifiers,
            node.fact,
            node.text,
        )

    def text(self, node: Node | None) -> Text | None:
        """ED or ST: the words themselves, or those of the narrative that it refers to."""
        if node is None:
            return None
        node.read = READ
        reference = node.child("reference")
        if reference is None:
            return Text(node.text, None, node.fact, 0, node.attrs.get("nullFlavor"))
        reference.read = READ
        target = reference.attrs.get("value") or ""
        found = self.narrative.texts(target)
        words = " | ".join(found)
        inline = node.text
        both = words if not inline or inline == words else f"{inline} {words}".strip()
        null = node.attrs.get("nullFlavor")
        return Text(both, target, node.fact, reference.fact, null, len(found) > 1)

    def texts(self, nodes: Iterable[Node]) -> tuple[Text, ...]:
        """Several texts, in order."""
        return tuple(text for node in nodes if (text := self.text(node)) is not None)

    def quantity(self, node: Node | None) -> Quantity | None:
        """PQ, INT or REAL; the unit word of `translation/originalText` is kept."""
        if node is None:
            return None
        node.read = READ
        word, translations = None, []
        for kid in node.kids:
            if kid.name == "translation" and (translation := self.coded(kid)) is not None:
                if translation.original is not None and word is None:
                    word = translation.original
                amount, unit = kid.get("value"), kid.get("unit")
                translations.append(replace(translation, amount=amount, unit=unit))
        get = node.attrs.get
        return Quantity(
            get("value") or node.text or None,
            get("unit"),
            get("nullFlavor"),
            word,
            tuple(translations),
            node.type() or "PQ",
            node.fact,
        )

    def amount(self, node: Node | None) -> Quantity | Range | Ratio | None:
        """A quantity, or an interval or ratio of quantities where the element has such children."""
        if node is None:
            return None
        if not node.kids:
            return self.quantity(node)
        names = [kid.name for kid in node.kids]
        if not _ENDS.isdisjoint(names):
            return self.range(node)
        if not _TERMS.isdisjoint(names):
            return self.ratio(node)
        return self.quantity(node)

    def range(self, node: Node | None) -> Range | None:
        """IVL_PQ and its like."""
        if node is None:
            return None
        node.read = READ
        low, high, width, center = (
            self.quantity(node.child(name)) for name in ("low", "high", "width", "center")
        )
        return Range(low, high, width, center, node.get("nullFlavor"), node.fact)

    def ratio(self, node: Node | None) -> Ratio | None:
        """RTO; numerator and denominator lie in the v3 namespace whatever the element's own one is."""
        if node is None:
            return None
        node.read = READ
        numerator, denominator = (self.amount(node.child(name)) for name in ("numerator", "denominator"))
        return Ratio(numerator, denominator, node.get("nullFlavor"), node.fact)

    def time(self, node: Node | None) -> Time | None:
        """TS, as received."""
        if node is None:
            return None
        node.read = READ
        get = node.attrs.get
        return Time(get("value"), get("nullFlavor"), node.fact, node.text)

    def period(self, node: Node | None) -> Period | None:
        """TS or IVL_TS: a point, an interval, or a point that also states its ends."""
        if node is None:
            return None
        node.read = READ
        value, null = node.get("value"), node.get("nullFlavor")
        at = Time(value, None, node.fact) if value else None
        if not node.kids:
            return Period(at, null=null, fact=node.fact)
        low, high = self.time(node.child("low")), self.time(node.child("high"))
        width, center = self.quantity(node.child("width")), self.time(node.child("center"))
        return Period(at, low, high, width, center, null, node.fact)

    def timing(self, node: Node) -> Timing:
        """One dosing time: TS, IVL_TS, PIVL_TS, EIVL_TS or SXPR_TS, told by type or by children."""
        kind, null, operator = node.type(), node.get("nullFlavor"), node.get("operator")
        names = [kid.name for kid in node.kids] if node.kids else ()
        if kind == "SXPR_TS" or "comp" in names:
            node.read = READ
            parts = tuple(self.timing(kid) for kid in node.children("comp"))
            return Combination(parts, operator, null, node.fact)
        if kind == "EIVL_TS" or "event" in names:
            node.read = READ
            event, offset = self.coded(node.child("event")), self.range(node.child("offset"))
            return EventBound(event, offset, operator, null, node.fact)
        if kind == "PIVL_TS" or "period" in names or "phase" in names:
            node.read = READ
            period, phase = self.quantity(node.child("period")), self.period(node.child("phase"))
            counted = (node.get("institutionSpecified") or "").strip() in ("true", "1")
            return Periodic(period, phase, counted, operator, null, node.fact)
        found = self.period(node)
        assert found is not None
        return Moment(found, operator)

    def identifier(self, node: Node) -> Identifier:
        """II."""
        node.read = READ
        get = node.attrs.get
        return Identifier(
            get("root"), get("extension"), get("nullFlavor"), node.fact, get("assigningAuthorityName")
        )

    def identifiers(self, node: Node | None) -> tuple[Identifier, ...]:
        """Every `id` child."""
        return tuple([self.identifier(kid) for kid in node.children("id")]) if node else ()

    def name(self, node: Node | None) -> Name | None:
        """PN, ON, EN or TN."""
        if node is None:
            return None
        return Name(self._parts(node), node.get("use"), node.get("nullFlavor"), node.fact)

    def address(self, node: Node) -> Address:
        """AD."""
        period = self.period(node.child("useablePeriod"))
        parts = tuple(part for part in self._parts(node) if part.kind != "useablePeriod")
        return Address(parts, node.get("use"), node.get("nullFlavor"), node.fact, period)

    def _parts(self, node: Node) -> tuple[Part, ...]:
        node.read = READ
        parts = []
        for kid in node.kids:
            null = kid.attrs.get("nullFlavor")
            if kid.text or null:
                parts.append(Part(kid.name, kid.text, null, kid.attrs.get("qualifier"), kid.fact))
            if not kid.kids:
                kid.read = READ
        if node.text:
            parts.append(Part("text", node.text, None, None, node.fact))
        return tuple(parts)

    def telecom(self, node: Node) -> Telecom:
        """TEL."""
        node.read = READ
        return Telecom(node.get("value"), node.get("use"), node.get("nullFlavor"), node.fact)

    def value(self, node: Node) -> Value:
        """An observation value of any type, told by xsi:type where there is one, else by what it carries."""
        kind = node.type()
        if kind in ("TS",) or kind.startswith(("IVL_TS",)):
            return self.period(node) or Period()
        if kind in ("BL",):
            node.read = READ
            return Flag(node.get("value"), node.get("nullFlavor"), node.fact)
        if kind in ("II",):
            return self.identifier(node)
        if kind in ("PQ", "INT", "REAL", "MO") or kind.startswith(("IVL_", "RTO")):
            return self.amount(node) or Quantity()
        if kind in ("ST", "ED"):
            return self.text(node) or Text("")
        if not kind and node.get("code") is None and (node.get("value") is not None or node.child("low")):
            return self.amount(node) or Quantity()
        if not kind and node.text and node.get("code") is None and node.get("nullFlavor") is None:
            return self.text(node) or Text("")
        return self.coded(node) or Coded()
