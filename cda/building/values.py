"""Data types as XML: what `cda.read` reads, written. An absent value writes nothing."""

from collections.abc import Iterable

from ..datatypes import (
    Address,
    Coded,
    Flag,
    Identifier,
    Name,
    Part,
    Period,
    Quantity,
    Range,
    Ratio,
    Telecom,
    Text,
    Time,
    Value,
)
from .space import CDA, Element, Space

Amount = Quantity | Range | Ratio


def coded(tag: str, code: Coded | None, space: Space = CDA, type: str | None = None) -> Element | None:
    """CD, CE, CV or CS: attributes, original words, translations, qualifiers, in the order of the schema."""
    if code is None:
        return None
    inner = space.inside
    return space.el(
        tag,
        text("originalText", code.original, inner),
        *(
            inner.el("qualifier", coded("name", one.name, inner), coded("value", one.value, inner))
            for one in code.qualifiers
        ),
        *(coded("translation", one, inner) for one in code.translations),
        said=code.inline or None,
        type=type,
        nullFlavor=code.null,
        code=code.code,
        codeSystem=code.system,
        codeSystemName=code.system_name,
        codeSystemVersion=code.version,
        displayName=code.display,
    )


def text(tag: str, said: Text | None, space: Space = CDA, type: str | None = None) -> Element | None:
    """ED or ST: a reference into the narrative where there is one, else the words themselves."""
    if said is None:
        return None
    if said.reference is not None:
        reference = space.inside.el("reference", value=said.reference)
        return space.el(tag, reference, type=type, nullFlavor=said.null)
    return space.el(tag, said=said.text or None, type=type, nullFlavor=said.null)


def quantity(
    tag: str, amount: Quantity | None, space: Space = CDA, type: str | None = None
) -> Element | None:
    """PQ, INT or REAL with its unit, and the producer's own word for the unit."""
    if amount is None:
        return None
    kids = [coded("translation", one, space.inside) for one in amount.translations]
    return space.el(
        tag,
        *kids,
        type=type,
        nullFlavor=amount.null,
        value=amount.value,
        unit=amount.unit,
    )


def range_(tag: str, ends: Range, space: Space = CDA, type: str | None = None) -> Element:
    """IVL_PQ."""
    inner = space.inside
    high = quantity("high", ends.high, inner)
    if high is not None and ends.high is not None and ends.high.value is not None:
        # The words of both ends are alike; the rules want their translations to differ, by the number.
        for kid in high.iterchildren("{*}translation"):
            if kid.get("code") is None:
                kid.set("value", ends.high.value)
    return space.el(
        tag,
        quantity("low", ends.low, inner),
        quantity("center", ends.center, inner),
        quantity("width", ends.width, inner),
        high,
        type=type,
        nullFlavor=ends.null,
    )


def ratio(tag: str, parts: Ratio, space: Space = CDA, type: str | None = None) -> Element:
    """RTO; its two terms say their type, because the schema leaves it open."""
    inner = space.inside
    terms = (("numerator", parts.numerator), ("denominator", parts.denominator))
    kids = [
        amount(name, one, inner, "PQ") for name, one in terms if isinstance(one, Quantity | Range | Ratio)
    ]
    return space.el(tag, *kids, type=type, nullFlavor=parts.null)


def amount(tag: str, value: Amount | None, space: Space = CDA, type: str | None = None) -> Element | None:
    """A quantity, an interval or a ratio. `type` is the xsi:type of a single quantity."""
    if isinstance(value, Range):
        return range_(tag, value, space)
    return ratio(tag, value, space) if isinstance(value, Ratio) else quantity(tag, value, space, type)


def time(tag: str, point: Time | None, space: Space = CDA) -> Element | None:
    """TS, the digits as given."""
    return None if point is None else space.el(tag, nullFlavor=point.null, value=point.value)


def period(tag: str, when: Period | None, space: Space = CDA, type: str | None = None) -> Element | None:
    """TS or IVL_TS."""
    if when is None:
        return None
    inner = space.inside
    return space.el(
        tag,
        time("low", when.low, inner),
        time("center", when.center, inner),
        quantity("width", when.width, inner),
        time("high", when.high, inner),
        type=type,
        nullFlavor=when.null or (when.at.null if when.at else None),
        value=when.at.value if when.at else None,
    )


def identifier(tag: str, one: Identifier, space: Space = CDA, type: str | None = None) -> Element:
    """II."""
    return space.el(
        tag,
        type=type,
        nullFlavor=one.null,
        root=one.root,
        extension=one.extension,
        assigningAuthorityName=one.authority,
    )


def identifiers(ids: Iterable[Identifier], space: Space = CDA) -> list[Element]:
    """One `id` each."""
    return [identifier("id", one, space) for one in ids]


def _parts(parts: Iterable[Part], space: Space) -> list[Element]:
    return [
        space.el(one.kind, said=one.text or None, nullFlavor=one.null, qualifier=one.qualifier)
        for one in parts
        if one.kind != "text"
    ]


def name(tag: str, one: Name, space: Space = CDA) -> Element:
    """PN or ON: parts in the order given; a part of kind `text` is the name of an organisation."""
    plain = " ".join(part.text for part in one.parts if part.kind == "text")
    kids = _parts(one.parts, space.inside)
    return space.el(tag, *kids, said=plain or None, use=one.use, nullFlavor=one.null)


def address(one: Address, space: Space = CDA) -> Element:
    """AD."""
    return space.el("addr", *_parts(one.parts, space), use=one.use, nullFlavor=one.null)


def telecom(one: Telecom, space: Space = CDA) -> Element:
    """TEL."""
    return space.el("telecom", use=one.use, nullFlavor=one.null, value=one.value)


def value(one: Value, simple: bool = False) -> Element:
    """The value of an observation, with the type that the schema asks for. `simple`: CE rather than CD."""
    if isinstance(one, Coded):
        made = coded("value", one, CDA, "CE" if simple and not one.qualifiers else "CD")
    elif isinstance(one, Quantity):
        made = quantity("value", one, CDA, one.kind)
    elif isinstance(one, Range):
        made = range_("value", one, CDA, "IVL_PQ")
    elif isinstance(one, Ratio):
        made = ratio("value", one, CDA, "RTO_PQ_PQ" if one.null is None else "RTO")
    elif isinstance(one, Period):
        made = period("value", one, CDA, "TS" if _is_point(one) else "IVL_TS")
    elif isinstance(one, Text):
        made = text("value", one, CDA, "ED" if one.reference is not None else "ST")
    elif isinstance(one, Flag):
        made = CDA.el("value", type="BL", value=one.value, nullFlavor=one.null)
    else:
        made = identifier("value", one, CDA, "II")
    assert made is not None
    return made


def _is_point(when: Period) -> bool:
    return not (when.low or when.high or when.width or when.center)
