"""A product in words: substances with strength, form, brand, packages, parts of a kit."""

from ..datatypes import Quantity, Range, Ratio
from ..escape import e
from ..product import Ingredient, Package, Product
from . import people
from .block import Row, list_html
from .values import amount
from .writer import Writer


def headline(w: Writer, product: Product) -> str:
    """Substances with strength and form, then the brand as given, then what kind of product it is."""
    words = w.words
    substances = " + ".join([ingredient(w, one) for one in product.ingredients if one.active])
    brand = " ".join([w.text(name) for name in product.names if name.text or name.null])
    forms = " ".join([w.coded(form, words["medication.form"]) for form in product.forms])
    codes = " / ".join([w.coded(kind, words["display.atc"]) for kind in product.kinds])
    names = " ".join([w.text(name) for name in product.kind_names])
    first = people.joined((substances or codes, forms), " ")
    rest = codes if substances else ""
    if product.null:
        first = people.joined((first, w.flavour(product.null, product.fact)), " ")
    html = people.joined((first, f'<b class="brand">{brand}</b>' if brand else ""), " · ")
    for more in (rest, names):
        html += f' <span class="kind">{more}</span>' if more else ""
    return html


def ingredient(w: Writer, one: Ingredient) -> str:
    """Substance and strength; the name stands in for a code that is missing, and beside one that is not."""
    codes = [w.coded(code, w.words["medication.substance"]) for code in one.codes if not code.empty]
    names = [w.text(name) for name in one.names]
    strengths = [amount(w, strength, trim=True) for strength in one.strengths]
    missing = w.flavour(one.null, one.fact) if one.null else ""
    return people.joined([*names, *codes, *strengths, missing], " ") or w.words["value.not_stated"]


def product_rows(w: Writer, product: Product) -> list[Row]:
    """Everything about a product as labelled rows, for places without a headline."""
    words = w.words
    rows = [(words["display.product"], headline(w, product))]
    return rows + more_rows(w, product)


def more_rows(w: Writer, product: Product) -> list[Row]:
    """What does not stand in the headline: strength as text, codes, packages, parts, batch, holder."""
    words = w.words
    rows = [(words["display.strength_text"], w.text(text)) for text in product.descriptions]
    inactive = [ingredient(w, one) for one in product.ingredients if not one.active]
    rows.append((words["display.inactive"], ", ".join(inactive)))
    rows.append((words["display.package"], packages(w, product.packages)))
    rows += [(words["display.part"], _part_html(w, part.amount, part.product)) for part in product.parts]
    rows.append((words["display.batch"], ", ".join([w.text(lot) for lot in product.lots])))
    codes = [w.coded(code, words["display.product_code"]) for code in product.codes if not code.empty]
    rows.append((words["display.product_code"], ", ".join(codes)))
    rows.append((words["display.product_id"], ", ".join([w.identifier(one) for one in product.ids])))
    rows.append(
        (words["display.holder"], "; ".join([people.organisation(w, one) for one in product.holders]))
    )
    return [(label, html) for label, html in rows if html]


def packages(w: Writer, levels: tuple[Package, ...]) -> str:
    """The chain of containers from the innermost outwards, and the total where every level only counts."""
    if not levels:
        return ""
    words = w.words
    lines = []
    for level in levels:
        html = people.joined([amount(w, one, trim=True) for one in level.amounts], ", ")
        forms = [w.coded(form, words["display.package"]) for form in level.forms if not form.empty]
        names = [w.text(name) for name in level.names if name.text or name.null]
        codes = [w.coded(code, words["display.package_code"]) for code in level.codes if not code.empty]
        ids = [w.identifier(one) for one in level.ids]
        container = people.joined([*forms, *names, *codes, *ids], ", ")
        if html and container:
            lines.append(f"{html} {words['display.in']} {container}")
        else:
            lines.append(html or container)
    html = f"{words['display.then']} ".join(filter(None, lines))
    if (total := _total(levels)) is not None:
        html += f" ({e(words('display.total', count=total))})"
    return html


def _total(levels: tuple[Package, ...]) -> int | None:
    """The product of all levels, only if each is one whole countable number and there are several."""
    total = 1
    for level in levels:
        if len(level.amounts) != 1 or not isinstance(one := level.amounts[0], Quantity):
            return None
        if one.unit not in (None, "1") or not (one.value or "").isascii() or not (one.value or "").isdigit():
            return None
        total *= int((one.value or "0")[:9])
    return total if len(levels) > 1 and total > 0 else None


def _part_html(w: Writer, count: object, product: Product) -> str:
    """One component of a kit: how many, what, in which package."""
    shown = amount(w, count, trim=True) if isinstance(count, Quantity | Range | Ratio) else ""
    rows = list_html(more_rows(w, product))
    return people.joined((f"{shown} ×" if shown else "", headline(w, product)), " ") + rows
