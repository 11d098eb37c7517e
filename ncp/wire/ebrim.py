"""The building blocks of ebRIM registry objects: slots, classifications, external identifiers, associations.

Source: ebRIM 3.0; IHE ITI TF-3 4.2; wire specification 6.3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1
from typing import TypeAlias

from lxml import etree

from ncp.wire.building import add
from ncp.wire.coded import Coded
from ncp.wire.reading import attribute, children, descend, optional_attribute, optional_child, texts
from schemas.namespaces import RIM

Element: TypeAlias = etree._Element
M = f"{{{RIM}}}"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
EXTERNAL_IDENTIFIER = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:ExternalIdentifier"
TRANSFORMS = "urn:ihe:iti:2007:AssociationType:XFRM"

Slots: TypeAlias = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Association:
    """Attributes:
    source, target: ids of registry objects; of a pair, the PDF and the structured document.
    kind:           `associationType`.
    """

    source: str
    target: str
    kind: str = TRANSFORMS


def part_id(owner: str, part: str) -> str:
    """An id for a part of a registry object: the schema demands one, nobody refers to it, it is derived.

    Laid out as a UUID of version 5, without the cost of building one.
    """
    digest = sha1(f"{owner} {part}".encode(), usedforsecurity=False).hexdigest()
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def write_slot(parent: Element, name: str, values: Iterable[str]) -> None:
    """Append a slot, unless it has no values."""
    if listed := tuple(values):
        value_list = add(add(parent, f"{M}Slot", {"name": name}), f"{M}ValueList")
        for value in listed:
            add(value_list, f"{M}Value", text=value)


def read_slots(parent: Element) -> Slots:
    """Name and values of every slot; of a name that occurs twice, the first counts."""
    slots: Slots = {}
    for slot in children(parent, f"{M}Slot"):
        values = optional_child(slot, f"{M}ValueList")
        found = () if values is None else texts(values.iterchildren(f"{M}Value"))
        slots.setdefault(attribute(slot, "name"), found)
    return slots


def write_text(parent: Element, name: str, value: str | None) -> None:
    """Append a `Name` or `Description`, unless there is no text."""
    if value:
        add(add(parent, f"{M}{name}"), f"{M}LocalizedString", {"value": value})


def read_text(parent: Element, name: str) -> str | None:
    """The first non-empty text of a `Name` or `Description`, whatever its language."""
    el = descend(parent, f"{M}{name}")
    strings = () if el is None else children(el, f"{M}LocalizedString")
    return next((text for each in strings if (text := optional_attribute(each, "value"))), None)


def write_coded(owner: Element, owner_id: str, scheme: str, coded: Coded, part: str) -> None:
    """Append a classification by code."""
    el = _classification(owner, owner_id, scheme, coded.code, part)
    write_slot(el, "codingScheme", (coded.scheme,))
    write_text(el, "Name", coded.name)


def write_slotted(owner: Element, owner_id: str, scheme: str, slots: Slots, part: str) -> None:
    """Append a classification that is described by slots: an author."""
    el = _classification(owner, owner_id, scheme, "", part)
    for name, values in slots.items():
        write_slot(el, name, values)


def read_coded(el: Element) -> Coded:
    """Read a classification by code; the scheme is "" if it is not named."""
    scheme = read_slots(el).get("codingScheme", ())
    return Coded(
        (el.get("nodeRepresentation") or "").strip(), scheme[0] if scheme else "", read_text(el, "Name")
    )


def write_external_identifier(owner: Element, owner_id: str, scheme: str, value: str, name: str) -> None:
    """Append an identifier that another authority has given."""
    whole = {
        "id": part_id(owner_id, name),
        "objectType": EXTERNAL_IDENTIFIER,
        "registryObject": owner_id,
        "identificationScheme": scheme,
        "value": value,
    }
    write_text(add(owner, f"{M}ExternalIdentifier", whole), "Name", name)


def write_association(parent: Element, association: Association) -> None:
    """Append an association."""
    owner = f"{association.source} {association.target}"
    whole = {
        "id": part_id(owner, association.kind),
        "associationType": association.kind,
        "sourceObject": association.source,
        "targetObject": association.target,
    }
    add(parent, f"{M}Association", whole)


def read_association(el: Element) -> Association:
    """Read an association.

    Raises:  NotValid: source, target or type is missing.
    """
    return Association(
        source=attribute(el, "sourceObject"),
        target=attribute(el, "targetObject"),
        kind=attribute(el, "associationType"),
    )


def _classification(owner: Element, owner_id: str, scheme: str, code: str, part: str) -> Element:
    whole = {
        "id": part_id(owner_id, part),
        "classificationScheme": scheme,
        "classifiedObject": owner_id,
        "nodeRepresentation": code,
    }
    return add(owner, f"{M}Classification", whole)
