"""The content to export, put together by code system, value set and concept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    ValueSetItem,
)

#: Key and version of a code system.
Version = tuple[str, str]


@dataclass(slots=True)
class Gathered:
    """Everything in one place, in the order in which it came."""

    systems: dict[Version, CodeSystemItem] = field(default_factory=dict)
    sets: dict[str, ValueSetItem] = field(default_factory=dict)
    concepts: dict[Version, dict[str, ConceptItem]] = field(default_factory=dict)
    texts: dict[Version, dict[str, list[DesignationItem]]] = field(default_factory=dict)
    mappings: list[MappingItem] = field(default_factory=list)

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Gathered":
        """Gather; what several items say of one concept adds up. Rejected and noted rows are no content."""
        made = cls()
        for item in items:
            match item:
                case CodeSystemItem():
                    made.systems.setdefault((item.oid or item.name, item.version), item)
                case ValueSetItem():
                    made.sets.setdefault(item.oid, item)
                case ConceptItem():
                    held = made.concepts.setdefault((item.system, item.version), {})
                    held[item.code] = merged(held[item.code], item) if item.code in held else item
                case DesignationItem():
                    of_version = made.texts.setdefault((item.system, item.version), {})
                    of_version.setdefault(item.code, []).append(item)
                case MappingItem():
                    made.mappings.append(item)
        return made

    def versions(self) -> list[Version]:
        """Every code system version that is declared or has concepts."""
        return list(dict.fromkeys([*self.systems, *self.concepts]))

    def members(self, oid: str) -> Iterator[ConceptItem]:
        """The concepts of a value set."""
        for held in self.concepts.values():
            for concept in held.values():
                if oid in concept.value_sets:
                    yield concept

    def texts_of(self, concept: ConceptItem) -> list[DesignationItem]:
        """The texts of a concept."""
        return self.texts.get((concept.system, concept.version), {}).get(concept.code, [])

    def loose_texts(self) -> Iterator[DesignationItem]:
        """The texts of concepts that are not in the content themselves."""
        for version, by_code in self.texts.items():
            held = self.concepts.get(version, {})
            for code, texts in by_code.items():
                if code not in held:
                    yield from texts


def merged(first: ConceptItem, second: ConceptItem) -> ConceptItem:
    """What two items say of one concept: the value sets of both, retired if either says so."""
    sets = tuple(dict.fromkeys([*first.value_sets, *second.value_sets]))
    parent = first.parent if first.parent is not None else second.parent
    return replace(first, value_sets=sets, parent=parent, current=first.current and second.current)
