"""JSON of the central terminology server: value sets with their entries, as its synchronisation sends them.

Two files are read: the catalogue with the entries of its value sets in it (`valueSetVersions[].entries`), and
the bare list of entries of one value set, whose OID the options state. Mappings hang on the target.
Source: OpenNCP 7.1.0, interface `api/sync` (catalogue, value set definition entries).
"""

from collections.abc import Iterator
from pathlib import Path

from terminology import code_system_uris as uris
from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    Rejected,
    Relationship,
    ValueSetItem,
)
from terminology.importers.json_stream import Json, pointer, records, skeleton
from terminology.importers.json_stream import Path as Place
from terminology.importers.sources import opened
from terminology.importers.unreadable import Unreadable
from terminology.languages import ENGLISH

_BULK = ("entries",)


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The items of the file. Raises Unreadable: no value sets in it, or a bare list without a stated set."""
    with opened(path, options) as stream:
        head = skeleton(stream, _BULK)
    described = head.get("valueSetVersions") if isinstance(head, dict) else None
    if isinstance(described, list):
        sets: dict[Place, ValueSetItem] = {
            ("valueSetVersions", place, "entries"): _value_set(each, place)
            for place, each in enumerate(described)
        }
    elif not isinstance(head, list):
        raise Unreadable("central_server")
    elif options.value_set is None:
        raise Unreadable("option_value_set")
    else:
        sets = {(): ValueSetItem(options.value_set, "", options.version or "", False, "")}
    yield from sets.values()
    reader = _Entries(options)
    with opened(path, options) as stream:
        for place, entry, _ in records(stream, _BULK):
            if (value_set := sets.get(place[:-1])) is not None:
                yield from reader.of(entry, value_set.oid, pointer(place))


def _value_set(version: Json, place: int) -> ValueSetItem:
    where = f"/valueSetVersions/{place}"
    inner = _dict(_dict(version).get("valueSet"))
    oid = next((str(inner[key]) for key in ("oid", "id") if uris.is_oid(str(inner.get(key, "")))), "")
    if not oid:
        raise Unreadable("central_server", where)
    name = _said(inner, "epsosName", "name")
    return ValueSetItem(oid, name, _said(_dict(version), "versionName", "version", "versionId"), True, where)


class _Entries:
    """Reads entries, and says each code system once."""

    def __init__(self, options: ImportOptions) -> None:
        self._options = options
        self._told = set[tuple[str, str]]()

    def of(self, entry: Json, value_set: str, where: str) -> Iterator[Item]:
        system, version, name = _code_system(entry, value_set, self._options)
        if (system, version) not in self._told and name:
            self._told.add((system, version))
            yield CodeSystemItem(system if uris.is_oid(system) else None, None, name, version, where)
        code = _said(entry, "code")
        current = _said(entry, "status").casefold() in ("", "current")
        yield ConceptItem(system, version, code, current, None, (value_set,), where)
        english = _said(entry, "description")
        if english:
            yield DesignationItem(
                system, version, code, ENGLISH, english, False, Status.ACTIVE, "catalogue", where
            )
        for place, each in enumerate(_list(entry.get("designations"))):
            if _said(each, "name", "designation") == english and _is_english(each):
                continue  # the description once more
            yield from self._designation(each, (system, version, code), f"{where}/designations/{place}")
        target = Concept(code, system, version or None)
        for place, each in enumerate(_list(entry.get("mappings"))):
            yield _mapping(each, target, f"{where}/mappings/{place}", self._options)

    def _designation(self, each: Json, concept: tuple[str, str, str], where: str) -> Iterator[Item]:
        language = _said(each, "language", "languageCode")
        said = _said(each, "status").casefold()
        yield DesignationItem(
            *concept,
            language,
            _said(each, "name", "designation"),
            _said(each, "type").casefold().startswith("pref"),
            {"": None, "current": None}.get(said, Status.RETIRED),
            self._options.basis or "central-server",
            where,
        )


def _mapping(each: Json, target: Concept, where: str, options: ImportOptions) -> Item:
    source = _dict(_dict(each).get("source"))
    concept = _dict(source.get("concept")) or source
    system, version, _ = _code_system(concept, "", options)
    if not system:
        return Rejected(where, _said(concept, "code"), "import.reject.unknown_system")
    status = Status.ACTIVE if _said(_dict(each), "status").casefold() in ("", "valid") else Status.RETIRED
    return MappingItem(
        Concept(_said(concept, "code"), system, version or None),
        target,
        _said(_dict(each), "relationship").casefold() or Relationship.EQUIVALENT,
        False,
        status if "status" in each else None,
        where,
    )


def _code_system(entry: Json, value_set: str, options: ImportOptions) -> tuple[str, str, str]:
    """OID, version and name of the code system of an entry."""
    stated = entry.get("codeSystemVersion")
    version = _dict(stated)
    inner = _dict(version.get("codeSystem"))
    oid = next((str(inner[key]) for key in ("oid", "id") if uris.is_oid(str(inner.get(key, "")))), "")
    oid = oid or _said(version, "codeSystemOid", "oid") or uris.SOLE_SYSTEM.get(value_set, "")
    label = stated if isinstance(stated, str) else _said(version, "version", "localName", "fullName", "name")
    return oid or options.system or "", label or options.version or "", _said(inner, "name")


def _said(node: Json, *keys: str) -> str:
    """The first of the keys that has a value, as text."""
    for key in keys:
        if isinstance(node, dict) and isinstance(value := node.get(key), str | int) and value != "":
            return str(value)
    return ""


def _is_english(designation: Json) -> bool:
    return _said(designation, "language", "languageCode").partition("-")[0].casefold() == ENGLISH


def _dict(node: Json) -> dict[str, Json]:
    return node if isinstance(node, dict) else {}


def _list(node: Json) -> list[Json]:
    return [each for each in node if isinstance(each, dict)] if isinstance(node, list) else []
