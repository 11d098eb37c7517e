"""A FHIR CodeSystem as items: concepts with their texts; of a supplement, only the texts.

Source: FHIR R4, CodeSystem (concept hierarchy, properties `status`, `inactive`, `parent`; supplements).
"""

from collections.abc import Iterator

from terminology import code_system_uris as uris
from terminology.designation import Status
from terminology.importers.fhir_identity import PREFERRED_USE, Head, Known, Records, identity, provenance
from terminology.importers.formats import ImportOptions
from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem, Item, Rejected
from terminology.importers.json_stream import Json, objects, pointer, text
from terminology.importers.unreadable import Unreadable
from terminology.languages import ENGLISH

_RETIRED = frozenset({"retired", "inactive", "withdrawn"})


def items(head: Head, records: Records, known: Known, options: ImportOptions) -> Iterator[Item]:
    """The items of a code system. Raises Unreadable: no canonical, or a supplement of nothing."""
    supplement = text(head.tree, "content") == "supplement"
    canonical = text(head.tree, "supplements") if supplement else head.url
    if not canonical:
        raise Unreadable("fhir_url", head.where)
    system, version = known.system(canonical)
    if not supplement:
        system, version = identity(head), head.version or options.version or ""
        oid = system if uris.is_oid(system) else None
        yield CodeSystemItem(oid, head.url, head.name if oid else system, version, head.where)
    else:
        version = version or options.version or ""
    own_language = text(head.tree, "language")
    if not own_language:
        own_language = options.language if supplement else assumed_language(system, options)
    for path, concept, outer in records:
        where = pointer(path, head.where)
        code = text(concept, "code")
        if not supplement:
            parent = text(outer, "code") if outer is not None else _property(concept, "parent")
            if retired := _is_retired(concept):
                known.retire(system, version, code)
            yield ConceptItem(system, version, code, not retired, parent or None, (), where)
        yield from texts(concept, (system, version, code), own_language, where, options)


def assumed_language(system: str, options: ImportOptions) -> str:
    """The language of displays that state none: Norwegian lists are in Norwegian, all others in English."""
    return options.language if system.startswith(uris.NORWEGIAN) else ENGLISH


def texts(
    concept: Json, identity: tuple[str, str, str], own_language: str, where: str, options: ImportOptions
) -> Iterator[Item]:
    """The display and the designations of a concept. The display is not said again as a designation."""
    designations = objects(concept, "designation")
    display = text(concept, "display")
    said = {text(each, "value") for each in designations if text(each, "language") in ("", own_language)}
    if display and display not in said:
        published = Status.ACTIVE if own_language == ENGLISH else None
        basis = "catalogue" if own_language == ENGLISH else (options.basis or "fhir")
        yield DesignationItem(*identity, own_language, display, False, published, basis, where)
    for number, each in enumerate(designations):
        place = f"{where}/designation/{number}"
        ours = provenance(each)
        try:
            status = Status(ours["status"]) if ours.get("status") else None
        except ValueError:
            yield Rejected(place, ours["status"], "import.reject.cell")
            continue
        use = each.get("use") if isinstance(each.get("use"), dict) else {}
        yield DesignationItem(
            *identity,
            text(each, "language") or own_language,
            text(each, "value"),
            text(use, "code") == PREFERRED_USE["code"],
            status,
            ours.get("basis") or options.basis or "fhir",
            place,
        )


def _is_retired(concept: Json) -> bool:
    for each in objects(concept, "property"):
        if each.get("code") == "inactive" and each.get("valueBoolean") is True:
            return True
        if each.get("code") == "status" and text(each, "valueCode").casefold() in _RETIRED:
            return True
    return False


def _property(concept: Json, code: str) -> str:
    return next(
        (text(each, "valueCode") for each in objects(concept, "property") if each.get("code") == code), ""
    )
