"""All context paths of one document kind as one tree of places, shared by every group."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.rules import Context
from schemas.rules.notation import Notation, Step

from .filters import name_test


@dataclass(eq=False, slots=True)
class Place:
    """A place in the tree: the step that leads to it, what applies there and where it goes on."""

    number: int
    step: Step
    contexts: list[Context] = field(default_factory=list)
    below: "dict[Step, Place]" = field(default_factory=dict)

    def onward(self, tag: str) -> "list[Place]":
        """Places that a child of that name may reach, its filters aside."""
        return [place for place in self.below.values() if name_test(place.step.name)(tag)]


class Places:
    """The tree: where paths start at the root of a document, and where they start anywhere else."""

    def __init__(self, notation: Notation) -> None:
        self._notation = notation
        self._root = Place(0, Step(None))
        self._anywhere = Place(0, Step(None))
        self._count = 0

    def add(self, context: Context) -> list[str | None]:
        """Add the path of a context and return the element names in it.

        Raises: ValueError: it does not follow the notation.
        """
        place = self._root if context.anchor.startswith("/") else self._anywhere
        first = self._notation.step(context.anchor.removeprefix("/"))
        path = (first, *self._notation.steps(context.steps))
        for step in path:
            place = self._under(place, step)
        place.contexts.append(context)
        return [step.name for step in path]

    def at_root(self, tag: str) -> list[Place]:
        """Places that the root element may reach."""
        return self._root.onward(tag)

    def starts(self, tag: str) -> list[Place]:
        """Places where a path may start at any other element."""
        return self._anywhere.onward(tag)

    def _under(self, place: Place, step: Step) -> Place:
        if (found := place.below.get(step)) is None:
            self._count += 1
            found = place.below[step] = Place(self._count, step)
        return found


def first_contexts(places: Iterable[Place]) -> list[Context]:
    """Of the contexts at these places, the first of each group: the only ones that apply."""
    best: dict[str, Context] = {}
    for place in places:
        for context in place.contexts:
            known = best.get(context.group)
            if known is None or context.order < known.order:
                best[context.group] = context
    return sorted(best.values(), key=lambda context: context.number)
