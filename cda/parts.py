"""Parts of a clinical statement: who or what takes part, what a result is compared with."""

from .datatypes import Coded, Identifier, Name, Period, Text, Value
from .node import READ, Node
from .people import Party, party
from .read import Reader
from .record import record


@record
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


@record
class ReferenceRange:
    """What a result is compared with."""

    values: tuple[Value, ...] = ()
    interpretations: tuple[Coded, ...] = ()
    texts: tuple[Text, ...] = ()


@record
class External:
    """reference: an outside document or act, by id or by address."""

    ids: tuple[Identifier, ...] = ()
    codes: tuple[Coded, ...] = ()
    texts: tuple[Text, ...] = ()


def participant(read: Reader, node: Node) -> Participant:
    """Read who or what takes part, with the entity that plays the role."""
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


def reference_range(read: Reader, node: Node) -> ReferenceRange:
    """Read what a result is compared with."""
    inner = node.child("observationRange") or node
    codes = (read.coded(kid) for kid in inner.children("interpretationCode", "code"))
    return ReferenceRange(
        tuple(read.value(kid) for kid in inner.children("value")),
        tuple(code for code in codes if code is not None),
        read.texts(inner.children("text")),
    )


def external(read: Reader, node: Node) -> External:
    """Read a reference to something outside the document."""
    inner = next((kid for kid in node.kids if kid.name.startswith("external")), node)
    codes = (read.coded(kid) for kid in inner.children("code"))
    texts = []
    for kid in inner.children("text"):
        text = read.text(kid)
        if text is not None:  # an address is not a narrative id: keep it as it stands
            texts.append(text if text.text else Text(text.reference or "", None, text.reference_fact))
    return External(read.identifiers(inner), tuple(code for code in codes if code is not None), tuple(texts))
