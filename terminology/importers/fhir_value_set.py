"""A FHIR ValueSet as items: its enumerated members, from `compose.include` or else from `expansion.contains`.

Source: FHIR R4, ValueSet.
"""

from collections.abc import Iterator

from terminology import code_system_uris as uris
from terminology.importers.fhir_code_system import assumed_language, texts
from terminology.importers.fhir_identity import PARTIAL, Head, Known, Records
from terminology.importers.formats import ImportOptions
from terminology.importers.items import ConceptItem, Item, Rejected, ValueSetItem
from terminology.importers.json_stream import Json, at, objects, pointer, text


def items(head: Head, records: Records, known: Known, options: ImportOptions) -> Iterator[Item]:
    """The items of a value set; of one without an OID none, because nothing could bind to it."""
    oid = head.oid or options.value_set or (uris.oid_of(head.url) if "urn:oid:" in head.url else None)
    if oid is None:
        yield Rejected(head.where, head.url or head.name, "import.reject.value_set_oid")
        return
    yield from _declared(head, oid)
    stated = text(head.tree, "language")
    composed = False
    for path, concept, _ in records:
        where = pointer(path, head.where)
        if path[:2] == ("compose", "exclude"):
            yield Rejected(where, text(concept, "code"), "import.reject.filter")
            continue
        if path[:2] == ("compose", "include"):
            composed = True
            source: Json = at(head.tree, path[:-2])
        elif path[0] == "expansion" and not composed:
            source = concept
            if concept.get("abstract") is True or not text(concept, "code"):
                continue
        else:
            continue  # an expansion beside the enumeration says the same again
        system, version = known.system(text(source, "system"))
        if not uris.oid_of(system):
            # The published catalogue names countries by a web page: the value set tells the system.
            system = uris.SOLE_SYSTEM.get(oid, system)
        version = text(source, "version") or version or options.version or ""
        code = text(concept, "code")
        current = concept.get("inactive") is not True and not known.is_retired(system, version, code)
        yield ConceptItem(system, version, code, current, None, (oid,), where)
        language = stated or assumed_language(system, options)
        yield from texts(concept, (system, version, code), language, where, options)


def _declared(head: Head, oid: str) -> Iterator[Item]:
    """The set itself, and what of it is no list of codes: a rule, another set, a whole code system."""
    compose = head.tree.get("compose")
    includes = objects(compose, "include")
    by_rule = [
        number
        for number, each in enumerate(includes)
        if objects(each, "filter") or each.get("valueSet") or "concept" not in each
    ]
    partial = any(each.get("url") == PARTIAL for each in objects(head.tree, "extension"))
    complete = not (by_rule or partial or objects(compose, "exclude"))
    yield ValueSetItem(oid, head.name, head.version, complete, head.where)
    for number in by_rule:
        where = pointer(("compose", "include", number), head.where)
        yield Rejected(where, text(includes[number], "system") or head.name, "import.reject.filter")
