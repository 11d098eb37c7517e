"""What a dispensation repeats of the prescribed item: product, dosing and instructions, under its id.

Prescriptions of real countries break rules that a dispensation of ours must keep. What the templates have no
place for (a strength that is only said to be missing, a container without an amount, a code without a system)
is left out of the repetition; the id tells what was prescribed, and nothing is made up in its place.
"""

from dataclasses import replace

from ..datatypes import Coded, Quantity, Ratio
from ..product import Ingredient, Package, Product
from .content import PrescribedItem
from .values import Amount

NO_INFORMATION = Coded(null="NI")


def repeated(item: PrescribedItem) -> PrescribedItem:
    """The item as its dispensation repeats it; a second time it stays the same.

    Why it was prescribed, how much and with what freedom stays in the prescription.
    """
    product = repeatable(item.product)
    return replace(item, product=product, reason=None, packages=None, substitution=None, status="active")


def repeatable(product: Product) -> Product:
    """The product without what the templates have no place for."""
    return replace(
        product,
        codes=tuple(code for code in map(_code, product.codes) if code is not None),
        ingredients=tuple(one for one in product.ingredients if _has_strength(one)),
        packages=_packages(product.packages),
        parts=tuple(replace(part, product=repeatable(part.product)) for part in product.parts),
    )


def _code(code: Coded, name: str = "") -> Coded | None:
    """A code with a system and words of its own or of the thing; None for one that has none of them."""
    if code.code is None or (code.system and code.display):
        return code
    return replace(code, display=name) if code.system and name else None


def _has_strength(one: Ingredient) -> bool:
    return bool(one.strengths) and all(_stated(strength) for strength in one.strengths)


def _stated(amount: Amount) -> bool:
    if isinstance(amount, Ratio):
        terms = (amount.numerator, amount.denominator)
        return all(isinstance(term, Quantity) and _stated(term) for term in terms)
    return isinstance(amount, Quantity) and amount.value is not None and amount.unit is not None


def _packages(chain: tuple[Package, ...]) -> tuple[Package, ...]:
    """The chain of containers up to the first one that does not say how much is in it."""
    found = []
    for one in chain:
        if not any(isinstance(amount, Quantity) and amount.value for amount in one.amounts):
            break
        name = next((text.text for text in one.names if text.text), "")
        codes = tuple(code for each in one.codes if (code := _code(each, name)) is not None)
        found.append(replace(one, codes=codes, forms=one.forms or (NO_INFORMATION,)))
    return tuple(found)
