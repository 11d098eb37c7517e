"""Any clinical statement of CDA, read without knowing its purpose.

The section readers take what they know out of it; what they do not know is still typed and still shown.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .datatypes import (
    Coded,
    Flag,
    Identifier,
    Moment,
    Period,
    Quantity,
    Range,
    Ratio,
    Text,
    Timing,
    Value,
)
from .node import READ, Node
from .parts import External, Participant, ReferenceRange, external, participant, reference_range
from .people import Party, party
from .product import Product, manufactured
from .read import Reader
from .record import record

STATEMENTS = frozenset(
    {
        "act",
        "observation",
        "substanceAdministration",
        "supply",
        "procedure",
        "organizer",
        "encounter",
        "observationMedia",
        "regionOfInterest",
    }
)


@record
class Relation:
    """entryRelationship or component: how the statement hangs on the one above it."""

    type_code: str
    statement: "Statement"
    negated_fact: int = 0
    sequence: Text | None = None


@record
class Statement:
    """A clinical statement: `kind` is the element name, the rest its typed content in document order."""

    kind: str
    node: Node
    class_code: str = ""
    mood: str = ""
    negated: bool = False  # by itself, or by the relation that it hangs on
    denied_by: int = 0  # fact of that relation
    uncertain: bool = False
    templates: frozenset[str] = frozenset()
    ids: tuple[Identifier, ...] = ()
    code: Coded | None = None
    texts: tuple[Text, ...] = ()
    status: Coded | None = None
    times: tuple[Timing, ...] = ()
    values: tuple[Value, ...] = ()
    interpretations: tuple[Coded, ...] = ()
    methods: tuple[Coded, ...] = ()
    sites: tuple[Coded, ...] = ()
    routes: tuple[Coded, ...] = ()
    amounts: tuple[tuple[str, Quantity | Range | Ratio], ...] = ()  # element name and amount
    others: tuple[tuple[str, Coded], ...] = ()  # priorityCode, administrationUnitCode, ...
    parties: tuple[Party, ...] = ()
    participants: tuple[Participant, ...] = ()
    relations: tuple[Relation, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()
    externals: tuple[External, ...] = ()
    products: tuple[Product, ...] = ()
    conditions: tuple[Text | Coded, ...] = ()  # precondition: when to take
    flags: tuple[tuple[str, Flag], ...] = ()

    @property
    def fact(self) -> int:
        """The fact of the statement itself: that it is negated, or why it is missing."""
        return self.node.fact

    @property
    def denials(self) -> tuple[int, ...]:
        """The facts that deny it: its own, and that of the relation above it."""
        own = (self.fact,) if self.node.denies else ()
        return (*own, self.denied_by) if self.denied_by else own

    @property
    def null(self) -> str | None:
        """Why the whole statement is missing."""
        return self.node.get("nullFlavor")

    @property
    def period(self) -> Period | None:
        """The first stated time that is a point or an interval."""
        return next((time.period for time in self.times if isinstance(time, Moment)), None)

    def related(self, *type_codes: str) -> list["Statement"]:
        """Statements hanging below by one of the type codes; all of them when none is named."""
        if not self.relations:
            return []
        return [r.statement for r in self.relations if not type_codes or r.type_code in type_codes]


def statement(read: Reader, node: Node, depth: int = 0, denied_by: int = 0) -> Statement:
    """Read one clinical statement and those below it, to _MAX_DEPTH levels; deeper ones stay unread.

    Args: denied_by: the fact of the relation that denies it, 0 if none does.
    """
    node.read = READ
    attrs = node.attrs
    kids: dict[str, list[Node]] = {}
    for kid in node.kids:
        if kid.name in kids:
            kids[kid.name].append(kid)
        else:
            kids[kid.name] = [kid]
    said: dict[str, Any] = {}
    for name, found in kids.items():
        if (take := _TAKE.get(name)) is not None:
            field, reader = take
            values = said.get(field, ())
            for kid in found:  # hardly ever more than two
                if (value := reader(read, kid)) is not None:
                    values = (*values, value)
            said[field] = values
    if "code" in kids:
        said["code"] = read.coded(kids["code"][0])
    if "statusCode" in kids:
        said["status"] = read.coded(kids["statusCode"][0])
    if depth < _MAX_DEPTH and ("entryRelationship" in kids or "component" in kids):
        said["relations"] = _relations(read, kids, depth)
    if "templateId" in kids:
        said["templates"] = frozenset([kid.attrs.get("root", "") for kid in kids["templateId"]])
    return Statement(
        kind=node.name,
        node=node,
        class_code=attrs.get("classCode", ""),
        mood=attrs.get("moodCode", ""),
        negated=node.denies or denied_by > 0,
        denied_by=denied_by,
        uncertain="uncertaintyCode" in kids,
        **said,
    )


def _named(
    read_one: Callable[[Reader, Node], object | None],
) -> Callable[[Reader, Node], tuple[str, object] | None]:
    """A reader whose value keeps the name of its element."""

    def named(read: Reader, kid: Node) -> tuple[str, object] | None:
        value = read_one(read, kid)
        return None if value is None else (kid.name, value)

    return named


def _conditions(read: Reader, node: Node) -> Text | Coded | None:
    """The criterion of a precondition: its text, or else its code."""
    criterion = node.child("criterion")
    if criterion is None:
        return None
    text = criterion.child("text")
    return (
        read.text(text)
        if text is not None
        else read.coded(criterion.child("code") or criterion.child("value"))
    )


def _flag(node: Node) -> Flag:
    node.read = READ
    return Flag(node.get("value"), node.get("nullFlavor"), node.fact)


def _relations(read: Reader, kids: dict[str, list[Node]], depth: int) -> tuple[Relation, ...]:
    if depth >= _MAX_DEPTH:
        return ()
    found = []
    for kid in (*kids.get("entryRelationship", ()), *kids.get("component", ())):
        kid.read = READ
        number = kid.child("sequenceNumber")
        if number is not None:
            number.read = READ
        sequence = Text(number.get("value") or "", None, number.fact) if number else None
        for inner in kid.kids:
            if inner.name in STATEMENTS:
                type_code = kid.get("typeCode") or "COMP"
                negated = kid.fact if kid.denies else 0
                below = statement(read, inner, depth + 1, negated)
                found.append(Relation(type_code, below, negated, sequence))
    return tuple(found)


# What each child element is, by the field of the statement that holds it.
_TAKE: Mapping[str, tuple[str, Callable[[Reader, Node], Any]]] = {
    "id": ("ids", Reader.identifier),
    "text": ("texts", Reader.text),
    "effectiveTime": ("times", Reader.timing),
    "value": ("values", Reader.value),
    "interpretationCode": ("interpretations", Reader.coded),
    "methodCode": ("methods", Reader.coded),
    "targetSiteCode": ("sites", Reader.coded),
    "routeCode": ("routes", Reader.coded),
    "consumable": ("products", manufactured),
    "product": ("products", manufactured),
    "precondition": ("conditions", _conditions),
    "participant": ("participants", participant),
    "referenceRange": ("ranges", reference_range),
    "reference": ("externals", external),
    "independentInd": ("flags", _named(lambda read, kid: _flag(kid))),
    **{
        name: ("amounts", _named(Reader.amount))
        for name in ("doseQuantity", "rateQuantity", "maxDoseQuantity", "quantity", "repeatNumber")
    },
    "expectedUseTime": ("amounts", _named(Reader.amount)),
    **{
        name: ("others", _named(Reader.coded))
        for name in (
            "priorityCode",
            "administrationUnitCode",
            "approachSiteCode",
            "languageCode",
            "uncertaintyCode",
        )
    },
    **{name: ("parties", party) for name in ("author", "performer", "informant", "subject", "specimen")},
}
_MAX_DEPTH = 12
