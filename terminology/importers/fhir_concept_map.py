"""A FHIR ConceptMap as items: one mapping per target.

Source: FHIR R4, ConceptMap; `equivalence` says what the target is to the source (wider: it means more).
"""

from collections.abc import Iterator

from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.fhir_identity import Head, Known, Records, provenance
from terminology.importers.formats import ImportOptions
from terminology.importers.items import Item, MappingItem, Rejected, Relationship
from terminology.importers.json_stream import Json, at, objects, pointer, text

#: R4 `equivalence`, and R5 `relationship` for files of newer tools.
RELATIONSHIPS = {
    "equivalent": Relationship.EQUIVALENT,
    "equal": Relationship.EQUIVALENT,
    "wider": Relationship.BROADER,
    "subsumes": Relationship.BROADER,
    "source-is-narrower-than-target": Relationship.BROADER,
    "narrower": Relationship.NARROWER,
    "specializes": Relationship.NARROWER,
    "source-is-broader-than-target": Relationship.NARROWER,
    "inexact": Relationship.INEXACT,
    "relatedto": Relationship.INEXACT,
    "related-to": Relationship.INEXACT,
}
_NO_MAPPING = frozenset({"unmatched", "disjoint", "not-related-to"})


def items(head: Head, records: Records, known: Known, options: ImportOptions) -> Iterator[Item]:
    """The mappings of a concept map."""
    for path, element, _ in records:
        group = at(head.tree, path[:-2])
        source = _concept(group, "source", text(element, "code"), known)
        for number, target in enumerate(objects(element, "target")):
            where = f"{pointer(path, head.where)}/target/{number}"
            yield from _mapping(source, group, target, known, where)


def _mapping(source: Concept, group: Json, target: Json, known: Known, where: str) -> Iterator[Item]:
    said = (text(target, "equivalence") or text(target, "relationship")).casefold()
    if said in _NO_MAPPING:
        return  # the map says that there is no target
    ours = provenance(target)
    if (relationship := RELATIONSHIPS.get(said)) is None:
        yield Rejected(where, said, "import.reject.relationship")
        return
    try:
        status = Status(ours["status"]) if ours.get("status") else None
    except ValueError:
        yield Rejected(where, ours["status"], "import.reject.cell")
        return
    aim = _concept(group, "target", text(target, "code"), known)
    yield MappingItem(source, aim, relationship, ours.get("preferred") == "yes", status, where)


def _concept(group: Json, end: str, code: str, known: Known) -> Concept:
    canonical = text(group, end)
    system, _ = known.system(canonical)
    return Concept(code, system, text(group, f"{end}Version") or canonical.partition("|")[2] or None)
