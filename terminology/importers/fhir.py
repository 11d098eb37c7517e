"""FHIR R4 terminology resources in JSON: CodeSystem and its supplements, ValueSet, ConceptMap, one per file.

Source: FHIR R4 (4.0.1), CodeSystem, ValueSet, ConceptMap.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from terminology.importers import fhir_code_system, fhir_concept_map, fhir_value_set
from terminology.importers.fhir_identity import BULK, Head, Known, head_of
from terminology.importers.formats import ImportOptions
from terminology.importers.items import Item
from terminology.importers.json_stream import records, skeleton, text
from terminology.importers.sources import Bytes, opened
from terminology.importers.unreadable import Unreadable

_READERS = {
    "CodeSystem": fhir_code_system.items,
    "ValueSet": fhir_value_set.items,
    "ConceptMap": fhir_concept_map.items,
}
TYPES = tuple(_READERS)


class Again(Protocol):
    """Opens the same bytes anew."""

    def __call__(self) -> AbstractContextManager[Bytes]: ...


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The items of one resource. Raises Unreadable: another kind of resource, or no JSON."""

    def again() -> AbstractContextManager[Bytes]:
        return opened(path, options)

    head = resource_head(again, "")
    if head is None:
        raise Unreadable("fhir_type")
    yield from resource(again, head, Known(), options)


def resource_head(again: Again, where: str) -> Head | None:
    """What a resource says of itself; None: it is no terminology resource."""
    with again() as stream:
        tree = skeleton(stream, BULK, where)
    if text(tree, "resourceType") not in _READERS:
        return None
    return head_of(tree, where)


def resource(again: Again, head: Head, known: Known, options: ImportOptions) -> Iterator[Item]:
    """The items of a resource whose head has been read."""
    with again() as stream:
        yield from _READERS[head.type](head, records(stream, BULK, head.where), known, options)
