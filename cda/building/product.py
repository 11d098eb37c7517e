"""A medicinal product as XML, in the vocabulary of Wave 6 and later or in the one before. Source: cda.md 5.1.

Containers nest outwards: the material lies in the innermost one. Wave 5 and earlier states how much a
container holds on the container itself, later waves beside it.
"""

from dataclasses import dataclass
from typing import Final

from terminology.code_systems import ATC

from ..datatypes import Coded, Name, Part, Quantity, Ratio, Text
from ..product import Ingredient, KitPart, Package, Product
from . import people, values
from .refusal import Unwritable
from .space import CDA, PHARMACY, PHARMACY_TO_WAVE_5, Element, Space, templates
from .values import Amount

KIND: Final = {"classCode": "MMAT", "determinerCode": "KIND"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that the pharmacy extension of a wave uses."""

    space: Space
    kind: str
    container: str
    outwards: str  # from a container to the one round it
    part: str
    substance: str


WAVE_8: Final = Vocabulary(
    PHARMACY,
    "generalizedMaterialKind",
    "containerPackagedProduct",
    "asContent",
    "partProduct",
    "ingredientSubstance",
)
WAVE_5: Final = Vocabulary(
    PHARMACY_TO_WAVE_5,
    "generalizedMedicineClass",
    "containerPackagedMedicine",
    "asSuperContent",
    "partMedicine",
    "ingredient",
)


def manufactured(one: Product, words: Vocabulary, roots: tuple[str, str]) -> Element:
    """manufacturedProduct round its material. `roots`: the templates of the two, several with blanks."""
    ids = () if words is WAVE_5 else one.ids
    material = CDA.el(
        "manufacturedMaterial",
        *templates(*roots[1].split()),
        *(values.identifiers(one.ids[:1], words.space) if words is WAVE_5 else ()),
        *(values.coded("code", code) for code in one.codes[:1]),
        *_names(one.names, CDA),
        *_description(one, words),
        *(values.text("lotNumberText", lot) for lot in one.lots[:1]),
        *_content(one, words),
        nullFlavor=one.null,
        **KIND,
    )
    holders = (people.organisation("manufacturerOrganization", holder) for holder in one.holders[:1])
    return CDA.el(
        "manufacturedProduct",
        *templates(*roots[0].split()),
        *values.identifiers(ids),
        material,
        *holders,
        classCode="MANU",
    )


def refuse_surplus(one: Product, place: str) -> None:
    """Say what the schema has no second place for.  Raises: Unwritable."""
    for name in ("codes", "names", "descriptions", "forms", "lots", "holders"):
        if len(getattr(one, name)) > 1:
            raise Unwritable(f"{place}.{name}", "a product has one")
    for index, ingredient in enumerate(one.ingredients):
        for name in ("codes", "strengths"):
            if len(getattr(ingredient, name)) > 1:
                raise Unwritable(f"{place}.ingredients[{index}].{name}", "an ingredient has one")
    for index, package in enumerate(one.packages):
        for name in ("amounts", "codes", "forms"):
            if len(getattr(package, name)) > 1:
                raise Unwritable(f"{place}.packages[{index}].{name}", "a package has one")
    for index, part in enumerate(one.parts):
        refuse_surplus(part.product, f"{place}.parts[{index}].product")


def _names(names: tuple[Text, ...], space: Space) -> list[Element]:
    return [
        values.name("name", Name((Part("text", one.text),) if one.text else (), null=one.null), space)
        for one in names
    ]


def _description(one: Product, words: Vocabulary) -> list[Element | None]:
    return [
        *(values.text("desc", text, words.space) for text in one.descriptions[:1]),
        *(values.coded("formCode", form, words.space) for form in one.forms[:1]),
    ]


def _content(one: Product, words: Vocabulary) -> list[Element]:
    """Packages, kinds, parts of a kit, ingredients: in this order."""
    chain = _chain(one.packages, words)
    return [
        *([chain] if chain is not None else []),
        *_kinds(one, words),
        *(_part(part, words) for part in one.parts),
        *(_ingredient(each, words) for each in one.ingredients),
    ]


def _chain(packages: tuple[Package, ...], words: Vocabulary) -> Element | None:
    """The containers, built from the outermost to the innermost."""
    inner: Element | None = None
    for level, package in reversed(list(enumerate(packages))):
        amount = next(iter(package.amounts), None)
        to_wave_5 = words is WAVE_5
        container = words.space.el(
            words.container,
            *(values.coded("code", code, words.space) for code in package.codes[:1]),
            *_names(package.names, words.space),
            *(values.coded("formCode", form, words.space) for form in package.forms[:1]),
            _amount("capacityQuantity", amount, words) if to_wave_5 else None,
            inner,
            classCode="CONT",
            determinerCode="KIND" if words is WAVE_8 else "INSTANCE",
        )
        inner = words.space.el(
            words.outwards if level else "asContent",
            None if to_wave_5 else _amount("quantity", amount, words),
            container,
            classCode="CONT",
        )
    return inner


def _amount(tag: str, amount: Amount | None, words: Vocabulary) -> Element | None:
    # Single amounts say their type: the element itself leaves it open in older schemas.
    return values.amount(tag, amount, words.space, "PQ" if words is WAVE_8 else None)


def _kinds(one: Product, words: Vocabulary) -> list[Element]:
    """ATC as the class of the product, anything else (PhPID) as its generic kind."""
    found = []
    for index, code in enumerate(one.kinds):
        names = _names(one.kind_names[index : index + 1], words.space)
        kind = words.space.el(words.kind, values.coded("code", code, words.space), *names, **KIND)
        found.append(words.space.el("asSpecializedKind", kind, classCode=_kind_class(code)))
    return found


def _kind_class(code: Coded) -> str:
    return "GRIC" if code.system in (ATC, None) else "GEN"


def _part(part: KitPart, words: Vocabulary) -> Element:
    product = part.product
    inside = words.space.el(
        words.part,
        *(values.coded("code", code, words.space) for code in product.codes[:1]),
        *_names(product.names, words.space),
        *_description(product, words),
        *_content(product, words),
        **KIND,
    )
    held = part.amount
    if words is WAVE_5 and isinstance(held, Quantity):
        held = Ratio(held, Quantity("1", "1"))  # that schema knows no single amount here
    amount = values.amount("quantity", held, words.space, "PQ" if words is WAVE_8 else None)
    return words.space.el("part", amount, inside, classCode="PART")


def _ingredient(one: Ingredient, words: Vocabulary) -> Element:
    substance = words.space.el(
        words.substance,
        *(values.coded("code", code, words.space) for code in one.codes[:1]),
        *_names(one.names, words.space),
        **KIND,
    )
    strengths = (values.amount("quantity", each, words.space) for each in one.strengths[:1])
    return words.space.el(
        "ingredient", *strengths, substance, classCode=one.class_code or "ACTI", nullFlavor=one.null
    )
