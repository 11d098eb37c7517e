"""Any clinical statement of CDA, read without knowing its purpose.

The section readers take what they know out of it; what they do not know is still typed and still shown.
"""

from dataclasses import dataclass

from .datatypes import (
    Coded,
    Flag,
    Identifier,
    Moment,
    Name,
    Period,
    Quantity,
    Range,
    Ratio,
    Text,
    Timing,
    Value,
)
from .node import READ, Node
from .people import Party, party
from .product import Product, manufactured
from .read import Reader

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
_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Participant:
    """participant: a substance, device, place or person taking part, with all its codes, names and ids."""

    type_code: str
    role_class: str
    role_codes: tuple[Coded, ...] = ()
    codes: tuple[Coded, ...] = ()
    names: tuple[Name, ...] = ()
    texts: tuple[Text, ...] = ()
    ids: tuple[Identifier, ...] = ()
    time: Period | None = None
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What a result is compared with."""

    values: tuple[Value, ...] = ()
    interpretations: tuple[Coded, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """entryRelationship or component: how the statement hangs on the one above it."""

    type_code: str
    statement: "Statement"
    negated_fact: int = 0
    sequence: Text | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A clinical statement: `kind` is the element name, the rest its typed content in document order."""

    kind: str
    node: Node
    class_code: str = ""
    mood: str = ""
    negated: bool = False
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
    externals: tuple["External", ...] = ()
    products: tuple[Product, ...] = ()
    conditions: tuple[Text | Coded, ...] = ()  # precondition: when to take
    flags: tuple[tuple[str, Flag], ...] = ()

    @property
    def fact(self) -> int:
        """The fact of the statement itself: that it is negated, or why it is missing."""
        return self.node.fact

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
        return [r.statement for r in self.relations if not type_codes or r.type_code in type_codes]


@dataclass(frozen=True, slots=True)
class External:
    """reference: an outside document or act, by id or by address."""

    ids: tuple[Identifier, ...] = ()
    codes: tuple[Coded, ...] = ()
    texts: tuple[Text, ...] = ()


_SINGLE_CODES = ("priorityCode", "administrationUnitCode", "approachSiteCode", "languageCode")
_AMOUNTS = ("doseQuantity", "rateQuantity", "maxDoseQuantity", "quantity", "repeatNumber", "expectedUseTime")
_PARTIES = ("author", "performer", "informant", "subject", "specimen")


def statement(read: Reader, node: Node, depth: int = 0) -> Statement:
    """Read one clinical statement and those below it, to _MAX_DEPTH levels; deeper ones stay unread."""
    node.read = READ
    kids: dict[str, list[Node]] = {}
    for kid in node.kids:
        kids.setdefault(kid.name, []).append(kid)

    def codes(*names: str) -> tuple[Coded, ...]:
        found = (read.coded(kid) for name in names for kid in kids.get(name, ()))
        return tuple(code for code in found if code is not None)

    def parts(names: tuple[str, ...]) -> list[Node]:
        return [kid for name in names for kid in kids.get(name, ())]

    relations = _relations(read, kids, depth)
    return Statement(
        kind=node.name,
        node=node,
        class_code=node.get("classCode") or "",
        mood=node.get("moodCode") or "",
        negated=node.get("negationInd") == "true",
        uncertain="uncertaintyCode" in kids,
        templates=frozenset(kid.get("root") or "" for kid in kids.get("templateId", ())),
        ids=read.identifiers(node) if "id" in kids else (),
        code=read.coded(kids["code"][0]) if "code" in kids else None,
        texts=read.texts(kids.get("text", ())),
        status=read.coded(kids["statusCode"][0]) if "statusCode" in kids else None,
        times=tuple(read.timing(kid) for kid in kids.get("effectiveTime", ())),
        values=tuple(read.value(kid) for kid in kids.get("value", ())),
        interpretations=codes("interpretationCode"),
        methods=codes("methodCode"),
        sites=codes("targetSiteCode"),
        routes=codes("routeCode"),
        amounts=tuple(
            (kid.name, amount) for kid in parts(_AMOUNTS) if (amount := read.amount(kid)) is not None
        ),
        others=tuple(
            (kid.name, code) for kid in parts(_SINGLE_CODES) if (code := read.coded(kid)) is not None
        ),
        parties=tuple(party(read, kid) for kid in parts(_PARTIES)),
        participants=tuple(_participant(read, kid) for kid in kids.get("participant", ())),
        relations=relations,
        ranges=tuple(_range(read, kid) for kid in kids.get("referenceRange", ())),
        externals=tuple(_external(read, kid) for kid in kids.get("reference", ())),
        products=_products(read, parts(("consumable", "product"))),
        conditions=_conditions(read, kids.get("precondition", [])),
        flags=tuple((kid.name, _flag(kid)) for kid in kids.get("independentInd", ())),
    )


def _products(read: Reader, nodes: list[Node]) -> tuple[Product, ...]:
    found = (manufactured(read, node) for node in nodes)
    return tuple(product for product in found if product is not None)


def _conditions(read: Reader, nodes: list[Node]) -> tuple[Text | Coded, ...]:
    found: list[Text | Coded | None] = []
    for criterion in (kid for node in nodes for kid in node.children("criterion")):
        found += [read.text(kid) for kid in criterion.children("text")]
        found += [read.coded(kid) for kid in criterion.children("code", "value")]
    return tuple(item for item in found if item is not None)


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
                negated = kid.fact if kid.get("negationInd") == "true" else 0
                found.append(Relation(type_code, statement(read, inner, depth + 1), negated, sequence))
    return tuple(found)


def _participant(read: Reader, node: Node) -> Participant:
    role = node.child("participantRole")
    if role is None:
        whole = party(read, node)
        return Participant(node.get("typeCode") or "", "", party=whole)
    node.read = role.read = READ
    entities = role.children("playingEntity", "playingDevice", "scopingEntity")
    names: list[Name] = []
    texts: list[Text] = []
    codes: list[Coded] = []
    ids = list(read.identifiers(role))
    for outer in (node, role):
        if outer.get("nullFlavor"):
            codes.append(Coded(null=outer.get("nullFlavor"), fact=outer.fact))
    for entity in entities:
        entity.read = READ
        if entity.get("nullFlavor"):
            codes.append(Coded(null=entity.get("nullFlavor"), fact=entity.fact))
        codes += [code for kid in entity.children("code") if (code := read.coded(kid)) is not None]
        names += [name for kid in entity.children("name") if (name := read.name(kid)) is not None]
        texts += read.texts(entity.children("desc", "manufacturerModelName", "softwareName"))
        ids += read.identifiers(entity)
    role_codes = tuple(code for kid in role.children("code") if (code := read.coded(kid)) is not None)
    contact = party(read, role) if role.children("addr", "telecom") else None
    return Participant(
        node.get("typeCode") or "",
        role.get("classCode") or "",
        role_codes,
        tuple(codes),
        tuple(names),
        tuple(texts),
        tuple(ids),
        read.period(node.child("time")),
        contact,
    )


def _range(read: Reader, node: Node) -> ReferenceRange:
    inner = node.child("observationRange") or node
    codes = (read.coded(kid) for kid in inner.children("interpretationCode", "code"))
    return ReferenceRange(
        tuple(read.value(kid) for kid in inner.children("value")),
        tuple(code for code in codes if code is not None),
        read.texts(inner.children("text")),
    )


def _external(read: Reader, node: Node) -> External:
    inner = next((kid for kid in node.kids if kid.name.startswith("external")), node)
    codes = (read.coded(kid) for kid in inner.children("code"))
    texts = []
    for kid in inner.children("text"):
        text = read.text(kid)
        if text is not None:  # an address is not a narrative id: keep it as it stands
            texts.append(text if text.text else Text(text.reference or "", None, text.reference_fact))
    return External(read.identifiers(inner), tuple(code for code in codes if code is not None), tuple(texts))
