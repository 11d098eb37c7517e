"""Every message that differs from a valid one by a single element or attribute left out, doubled or moved."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from schemas.namespaces import PREFIXES


@dataclass(frozen=True)
class Mutant:
    """A damaged copy: what was done (`-` left out, `+` doubled, `>` moved behind the next) and where."""

    how: str
    where: str
    tree: etree._Element


def _name(tag: str) -> str:
    name = etree.QName(tag)
    prefix = PREFIXES.get(name.namespace or "", "")
    return f"{prefix}:{name.localname}" if prefix and prefix != "hl7" else name.localname


def _where(el: etree._Element) -> str:
    """The path below the root, with a position only where names repeat."""
    steps = []
    while (parent := el.getparent()) is not None:
        twins = [one for one in parent if one.tag == el.tag]
        steps.append(_name(el.tag) + (f"[{twins.index(el) + 1}]" if len(twins) > 1 else ""))
        el = parent
    return "/".join(reversed(steps))


def _copy_with(root: etree._Element, index: int) -> tuple[etree._Element, etree._Element]:
    twin = copy.deepcopy(root)
    return twin, list(twin.iter(etree.Element))[index]


def mutants(root: etree._Element) -> Iterator[Mutant]:
    """Yield all of them, in document order."""
    for index, el in enumerate(root.iter(etree.Element)):
        where = _where(el)
        for name in el.attrib:
            if etree.QName(name).namespace is None:
                twin, target = _copy_with(root, index)
                del target.attrib[name]
                yield Mutant("-", f"{where}/@{name}".lstrip("/"), twin)
        if index == 0:
            continue
        twin, target = _copy_with(root, index)
        target.getparent().remove(target)
        yield Mutant("-", where, twin)
        twin, target = _copy_with(root, index)
        target.addnext(copy.deepcopy(target))
        yield Mutant("+", where, twin)
        after = el.getnext()
        if after is not None and after.tag != el.tag:
            twin, target = _copy_with(root, index)
            target.getnext().addnext(target)
            yield Mutant(">", where, twin)
