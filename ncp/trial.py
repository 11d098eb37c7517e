"""A draft tried on documents before it becomes a release: which elements gain, change or lose their words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from cda.bindings import local
from cda.parse import NotCda, parse
from cda.translate import Translation, translate
from terminology.catalogue import Catalogue


class Kind(StrEnum):
    """What happens to an element."""

    GAINED = "gained"  # it has words now, and had none
    CHANGED = "changed"
    LOST = "lost"  # it had words, and has none now


@dataclass(frozen=True, slots=True)
class Change:
    """One element that reads differently. None: no words in the language, so the page shows the original."""

    kind: Kind
    element: str  # name of its parent and its own
    path: str
    code: str
    system: str
    original: str | None  # displayName as it arrived
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One document. `problem`: why it could not be tried; there are no changes then."""

    document: str
    changes: tuple[Change, ...] = ()
    same: int = 0  # elements with the same words under both
    without: int = 0  # elements without words under either
    problem: str | None = None

    def count(self, kind: Kind) -> int:
        return sum(change.kind is kind for change in self.changes)


def tried(
    documents: Iterable[tuple[str, bytes]], before: Catalogue, after: Catalogue, language: str = "nb-NO"
) -> Iterator[Tried]:
    """Each document under both, one at a time.

    Raises: ValueError: `language` is no language tag.
    """
    for name, content in documents:
        try:
            tree = parse(content).tree
        except NotCda as error:
            yield Tried(name, problem=str(error))
            continue
        first, second = translate(tree, before, language), translate(tree, after, language)
        changes = tuple(_changes(first, second))
        kept = set(first.words) & set(second.words)
        without = first.untranslated - sum(change.kind is Kind.GAINED for change in changes)
        yield Tried(name, changes, len(kept), without)


def _changes(first: Translation, second: Translation) -> Iterator[Change]:
    elements, tree = first.elements, first.source.getroottree()
    before, after = dict(first.words), dict(second.words)
    for place in sorted(before.keys() | after.keys()):
        was, becomes = before.get(place), after.get(place)
        if was != becomes:
            yield _change(elements[place], tree, was, becomes)


def _change(el: etree._Element, tree: etree._ElementTree, was: str | None, becomes: str | None) -> Change:
    kind = Kind.GAINED if was is None else Kind.LOST if becomes is None else Kind.CHANGED
    parent = el.getparent()
    name = local(el) if parent is None else f"{local(parent)}/{local(el)}"
    code, system = el.get("code") or "", el.get("codeSystem") or ""
    return Change(kind, name, tree.getpath(el), code, system, el.get("displayName"), was, becomes)
