"""A medicinal product: names, form, ingredients with strength, packages to any depth, kits with parts.

Reads both extension namespaces; they share one vocabulary here (see node.py). Source: cda.md 5.1 to 5.3.
"""

from .datatypes import Coded, Identifier, Quantity, Range, Ratio, Text
from .node import READ, Node
from .people import Organisation, organisation
from .read import Reader
from .record import record

Amount = Quantity | Range | Ratio
_MAX_DEPTH = 10


@record
class Ingredient:
    """One substance; `active` is False for an adjuvant or other inactive one. `class_code` as received."""

    codes: tuple[Coded, ...] = ()
    names: tuple[Text, ...] = ()
    strengths: tuple[Amount, ...] = ()
    class_code: str = ""
    null: str | None = None
    fact: int = 0

    @property
    def active(self) -> bool:
        """ACTI and its finer kinds; an ingredient that does not say is taken as active, never hidden."""
        return self.class_code in ("", "ACTI", "ACTIB", "ACTIM", "ACTIR")


@record
class Package:
    """One container level: `amount` of what lies inside goes into this container."""

    amounts: tuple[Amount, ...] = ()
    codes: tuple[Coded, ...] = ()
    ids: tuple[Identifier, ...] = ()
    names: tuple[Text, ...] = ()
    forms: tuple[Coded, ...] = ()


@record
class KitPart:
    """A component of a kit: how many of which product."""

    amount: Amount | None
    product: "Product"


@record
class Product:
    """The product as one whole. `packages` run from the innermost container outwards."""

    codes: tuple[Coded, ...] = ()
    ids: tuple[Identifier, ...] = ()
    names: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    forms: tuple[Coded, ...] = ()
    kinds: tuple[Coded, ...] = ()  # ATC, PhPID
    kind_names: tuple[Text, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    packages: tuple[Package, ...] = ()
    parts: tuple[KitPart, ...] = ()
    lots: tuple[Text, ...] = ()
    holders: tuple[Organisation, ...] = ()
    null: str | None = None
    fact: int = 0

    @property
    def named(self) -> bool:
        """Whether anything tells which product it is."""
        return (
            any(text.text for text in (*self.names, *self.descriptions, *self.kind_names))
            or any(kind.named for kind in self.kinds)
            or any(code.named for one in self.ingredients for code in one.codes)
            or any(name.text for one in self.ingredients for name in one.names)
            or any(part.product.named for part in self.parts)
        )


def manufactured(read: Reader, node: Node) -> Product | None:
    """Read `consumable` or `product`: the manufactured product with its material and holder."""
    wrapper = node.child("manufacturedProduct")
    if wrapper is None:
        return None
    node.read = wrapper.read = READ
    material = wrapper.child("manufacturedMaterial") or wrapper.child("manufacturedLabeledDrug")
    holders = (
        organisation(read, kid)
        for kid in wrapper.children("manufacturerOrganization", "marketingAuthorizationHolder")
    )
    ids = read.identifiers(wrapper)
    empty = Node("manufacturedMaterial")
    return product(read, material or empty, ids, tuple(org for org in holders if org is not None))


def product(
    read: Reader,
    node: Node,
    ids: tuple[Identifier, ...] = (),
    holders: tuple[Organisation, ...] = (),
    depth: int = 0,
) -> Product:
    """Read a material or a part of a kit."""
    node.read = READ
    kinds = [
        kind
        for kid in node.children("asSpecializedKind")
        for kind in kid.children(
            "generalizedMaterialKind", "generalizedMedicineClass", "generalizedPharmaceuticalProduct"
        )
    ]
    return Product(
        codes=codes(read, node, "code"),
        ids=(*ids, *read.identifiers(node)),
        names=read.texts(node.children("name")),
        descriptions=read.texts(node.children("desc")),
        forms=codes(read, node, "formCode"),
        kinds=tuple(code for kind in kinds for code in codes(read, kind, "code")),
        kind_names=tuple(text for kind in kinds for text in read.texts(kind.children("name"))),
        ingredients=tuple(_ingredient(read, kid) for kid in node.children("ingredient")),
        packages=_packages(read, node),
        parts=tuple(_part(read, kid, depth) for kid in node.children("part")) if depth < _MAX_DEPTH else (),
        lots=read.texts(node.children("lotNumberText")),
        holders=holders,
        null=node.get("nullFlavor"),
        fact=node.fact,
    )


def codes(read: Reader, node: Node, name: str) -> tuple[Coded, ...]:
    """Every coded child of one name."""
    found = (read.coded(kid) for kid in node.children(name))
    return tuple(code for code in found if code is not None)


def _ingredient(read: Reader, node: Node) -> Ingredient:
    node.read = READ
    substance = node.child("ingredientSubstance") or node.child("ingredient") or node
    substance.read = READ
    strengths = (read.amount(kid) for kid in node.children("quantity"))
    return Ingredient(
        codes(read, substance, "code"),
        read.texts(substance.children("name")),
        tuple(amount for amount in strengths if amount is not None),
        node.get("classCode") or "",
        node.get("nullFlavor"),
        node.fact,
    )


def _packages(read: Reader, node: Node) -> tuple[Package, ...]:
    """The chain of containers, innermost first."""
    levels: list[Package] = []
    pending = [(kid, 0) for kid in node.children("asContent")]
    while pending:
        content, depth = pending.pop(0)
        container = content.child("containerPackagedProduct") or content.child("containerPackagedMedicine")
        content.read = READ
        amounts = [read.amount(kid) for kid in content.children("quantity")]
        if container is None:
            levels.append(Package(tuple(a for a in amounts if a is not None)))
            continue
        container.read = READ
        amounts += [read.amount(kid) for kid in container.children("capacityQuantity")]
        levels.append(
            Package(
                tuple(amount for amount in amounts if amount is not None),
                codes(read, container, "code"),
                read.identifiers(container),
                read.texts(container.children("name", "desc")),
                codes(read, container, "formCode"),
            )
        )
        if depth < _MAX_DEPTH:
            outer = container.children("asContent", "asSuperContent")
            pending += [(kid, depth + 1) for kid in outer]
    return tuple(levels)


def _part(read: Reader, node: Node, depth: int) -> KitPart:
    node.read = READ
    inner = node.child("partProduct") or node.child("partMedicine")
    amount = read.amount(node.child("quantity"))
    if inner is None:
        return KitPart(amount, Product())
    return KitPart(amount, product(read, inner, depth=depth + 1))
