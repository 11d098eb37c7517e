"""CodeSystem and ValueSet resources of a release: found by address, read by id (their OID).

A value set is given whole; a code system is described without its concepts and says so, because a release
holds the concepts of the European value sets, not code systems.
Source: FHIR R4, CodeSystem, ValueSet and search.
"""

from collections.abc import Iterable, Mapping

from terminology.catalogue import Catalogue, Entry
from terminology.code_system_uris import oid_of
from terminology.code_systems import CodeSystem
from terminology.fhir.addresses import URN, VALUE_SET_BASE, system_uri, value_set_uri
from terminology.fhir.building import designation, usable
from terminology.fhir.lookup import PROPERTIES
from terminology.fhir.outcome import FhirError, Resource, not_found
from terminology.languages import ENGLISH
from terminology.release import Content
from terminology.value_sets import ValueSet

_SUBSETTED = {
    "tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]
}
SEARCHED = ("_id", "url", "identifier", "name", "version")


def value_set_head(terms: Catalogue, held: ValueSet) -> Resource:
    """A value set without its members."""
    return {
        "resourceType": "ValueSet",
        "id": held.oid,
        "url": value_set_uri(held),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": URN + held.oid}],
        "version": held.version or terms.release.name,
        "name": held.name,
        "title": held.name,
        "status": "active",
        "experimental": terms.release.content is Content.TEST,
        "date": terms.release.date.isoformat(),
    }


def value_set(terms: Catalogue, held: ValueSet) -> Resource:
    """A value set with all its members and their texts."""
    groups: dict[tuple[str, str], list[Resource]] = {}
    for entry in terms.members(held.oid):
        groups.setdefault((system_uri(entry.system), entry.version), []).append(_member(terms, entry))
    includes = [
        {"system": system} | ({"version": version} if version else {}) | {"concept": concepts}
        for (system, version), concepts in groups.items()
    ]
    return value_set_head(terms, held) | ({"compose": {"include": includes}} if includes else {})


def _member(terms: Catalogue, entry: Entry) -> Resource:
    texts = [designation(each) for each in usable(entry, terms.release)]
    english = next((each["value"] for each in texts if each["language"] == ENGLISH), None)
    data: Resource = {"code": entry.code} | ({"display": english} if english else {})
    return data | ({"designation": texts} if texts else {})


def code_system(terms: Catalogue, held: CodeSystem) -> Resource:
    """A code system without its concepts."""
    return {
        "resourceType": "CodeSystem",
        "id": held.oid or "",
        "meta": _SUBSETTED,
        "url": system_uri(held),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": URN + (held.oid or "")}],
        "version": held.versions[-1] or terms.release.name,
        "name": "".join(word for word in held.name.title() if word.isalnum()),
        "title": held.name,
        "status": "active",
        "experimental": terms.release.content is Content.TEST,
        "date": terms.release.date.isoformat(),
        "content": "fragment",
        "property": [
            {"code": name, "description": about, "type": kind} for name, (kind, about) in PROPERTIES.items()
        ],
    }


def read(terms: Catalogue, kind: str, oid: str) -> Resource:
    """A resource by its id. Raises: FhirError: none of that id."""
    if kind == "ValueSet" and (held := terms.value_sets.get(oid)) is not None:
        return value_set(terms, held)
    if kind == "CodeSystem" and (system := terms.code_systems.get(oid)) is not None:
        return code_system(terms, system)
    raise not_found(f"no {kind} {oid[:80]!r} in release {terms.release.name}")


def search(terms: Catalogue, kind: str, query: Iterable[tuple[str, str]], base: str) -> Resource:
    """The resources that match, without members, as a Bundle; all of them without a condition.

    Raises: FhirError: a condition that is not served.
    """
    wanted = dict[str, str]()
    for name, text in query:
        if name in ("_format", "_pretty", "_summary", "_total"):
            continue
        if name not in SEARCHED:
            raise FhirError(
                400, "not-supported", f"{kind} is searched by {', '.join(SEARCHED)}, not {name[:60]!r}"
            )
        wanted[name] = text
    found = [each for each in _heads(terms, kind) if all(_matches(each, *one) for one in wanted.items())]
    entries = [
        {"fullUrl": f"{base}/{kind}/{each['id']}", "resource": each, "search": {"mode": "match"}}
        for each in found
    ]
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    return bundle | ({"entry": entries} if entries else {})


def _heads(terms: Catalogue, kind: str) -> Iterable[Resource]:
    if kind == "ValueSet":
        for held in terms.value_sets.values():
            head = value_set_head(terms, held)
            yield {"resourceType": "ValueSet", "id": held.oid, "meta": _SUBSETTED} | head
    elif kind == "CodeSystem":
        for oid, system in terms.code_systems.items():
            if oid == system.oid:  # not again for the identifiers of older documents
                yield code_system(terms, system)


def _matches(head: Mapping[str, object], name: str, text: str) -> bool:
    if name == "_id":
        return head["id"] == text
    if name == "name":
        return str(head["title"]).casefold().startswith(text.casefold())
    if name == "version":
        return head["version"] == text
    if name == "url" and text.startswith(VALUE_SET_BASE):
        return head["url"] == text
    oid = text.rpartition("|")[2].removeprefix(URN)
    return head["id"] in (oid, oid_of(oid))
