"""FHIR R4 resources of the content: CodeSystem, supplement with the other languages, ValueSet, ConceptMap.

Status and origin of a text, for which FHIR has no place, go into an extension.
Source: FHIR R4 (4.0.1), CodeSystem, ValueSet, ConceptMap.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from terminology import code_system_uris as uris
from terminology.exporters.gathered import Gathered, Version
from terminology.importers.fhir_identity import PARTIAL, PREFERRED_USE, PROVENANCE
from terminology.importers.items import ConceptItem, DesignationItem, MappingItem, Relationship, ValueSetItem
from terminology.languages import ENGLISH

Resource = dict[str, Any]
EQUIVALENCE = {
    Relationship.EQUIVALENT: "equivalent",
    Relationship.BROADER: "wider",
    Relationship.NARROWER: "narrower",
    Relationship.INEXACT: "inexact",
}
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9.-]+")


def resources(content: Gathered) -> Iterator[Resource]:
    """Every resource of the content, code systems first."""
    for version in content.versions():
        yield code_system(content, version)
    for version in content.texts:
        if (made := supplement(content, version)) is not None:
            yield made
    for each in content.sets.values():
        yield value_set(content, each)
    if content.mappings:
        yield concept_map(content.mappings)


def code_system(content: Gathered, version: Version) -> Resource:
    """The concepts of a code system version with their English texts: a fragment of the published one."""
    system, label = version
    item = content.systems.get(version)
    name = item.name if item else system
    url = item.uri if item and item.uri else uris.uri_of(system)
    made: Resource = {
        "resourceType": "CodeSystem",
        "id": _id("cs", name, label),
        "language": ENGLISH,
        "url": url,
        **({"identifier": [_oid(system)]} if uris.is_oid(system) else {}),
        **({"version": label} if label else {}),
        "name": _computable(name),
        "title": name,
        "status": "active",
        "content": "fragment",
        "concept": [_concept(each, content) for each in content.concepts.get(version, {}).values()],
    }
    return made if made["concept"] else {**made, "content": "not-present", "concept": []}


def supplement(content: Gathered, version: Version) -> Resource | None:
    """The texts that the code system resource has not: other languages, and texts of concepts elsewhere."""
    system, label = version
    held = content.concepts.get(version, {})
    concepts = [
        {"code": code, "designation": [_designation(each) for each in others]}
        for code, texts in content.texts[version].items()
        if (others := [each for each in texts if each.language != ENGLISH or code not in held])
    ]
    if not concepts:
        return None
    item = content.systems.get(version)
    name = item.name if item else system
    url = item.uri if item and item.uri else uris.uri_of(system)
    return {
        "resourceType": "CodeSystem",
        "id": _id("texts", name, label),
        "url": f"{url}/texts" if url.startswith("http") else f"{url}:texts",
        "name": _computable(f"{name} texts"),
        "status": "active",
        "content": "supplement",
        "supplements": f"{url}|{label}" if label else url,
        "concept": concepts,
    }


def value_set(content: Gathered, item: ValueSetItem) -> Resource:
    """A value set with its members enumerated."""
    members = sorted(content.members(item.oid), key=lambda each: (each.system, each.version))
    return {
        "resourceType": "ValueSet",
        "id": _id("vs", item.name or item.oid, ""),
        **({} if item.complete else {"extension": [{"url": PARTIAL, "valueBoolean": True}]}),
        "url": f"urn:oid:{item.oid}",
        "identifier": [_oid(item.oid)],
        **({"version": item.version} if item.version else {}),
        "name": _computable(item.name or item.oid),
        "title": item.name,
        "status": "active",
        "compose": {
            "include": [
                {
                    "system": _url(content, system, label),
                    **({"version": label} if label else {}),
                    "concept": [{"code": each.code} for each in group],
                }
                for (system, label), group in groupby(members, key=lambda each: (each.system, each.version))
            ]
        },
    }


def concept_map(mappings: Iterable[MappingItem]) -> Resource:
    """All mappings, grouped by the systems and versions that they link."""

    def ends(each: MappingItem) -> tuple[str, str, str, str]:
        source, target = each.source, each.target
        return source.system, source.version or "", target.system, target.version or ""

    groups = []
    for (source, source_version, target, target_version), group in groupby(
        sorted(mappings, key=ends), key=ends
    ):
        groups.append(
            {
                "source": uris.uri_of(source),
                **({"sourceVersion": source_version} if source_version else {}),
                "target": uris.uri_of(target),
                **({"targetVersion": target_version} if target_version else {}),
                "element": [
                    {"code": code, "target": [_target(each) for each in to]}
                    for code, to in groupby(
                        sorted(group, key=lambda each: each.source.code), key=lambda each: each.source.code
                    )
                ],
            }
        )
    return {
        "resourceType": "ConceptMap",
        "id": "mappings",
        "url": "urn:ncp-norway:concept-map",
        "name": "Mappings",
        "status": "active",
        "group": groups,
    }


def _concept(concept: ConceptItem, content: Gathered) -> Resource:
    english = [each for each in content.texts_of(concept) if each.language == ENGLISH]
    properties: list[Resource] = []
    if not concept.current:
        properties.append({"code": "inactive", "valueBoolean": True})
    if concept.parent is not None:
        properties.append({"code": "parent", "valueCode": concept.parent})
    shown = next((each for each in english if each.preferred), english[0] if english else None)
    return {
        "code": concept.code,
        **({"display": shown.text} if shown else {}),
        **({"designation": [_designation(each) for each in english]} if english else {}),
        **({"property": properties} if properties else {}),
    }


def _designation(text: DesignationItem) -> Resource:
    said = [("status", str(text.status) if text.status else ""), ("basis", text.basis)]
    return {
        "extension": [_provenance(said)],
        "language": text.language,
        **({"use": PREFERRED_USE} if text.preferred else {}),
        "value": text.text,
    }


def _target(mapping: MappingItem) -> Resource:
    said = [
        ("status", str(mapping.status) if mapping.status else ""),
        ("preferred", "yes" if mapping.preferred else ""),
    ]
    return {
        **({"extension": [_provenance(said)]} if any(value for _, value in said) else {}),
        "code": mapping.target.code,
        "equivalence": EQUIVALENCE[Relationship(mapping.relationship)],
    }


def _provenance(said: list[tuple[str, str]]) -> Resource:
    return {
        "url": PROVENANCE,
        "extension": [{"url": name, "valueString": value} for name, value in said if value],
    }


def _url(content: Gathered, system: str, label: str) -> str:
    item = content.systems.get((system, label))
    return item.uri if item and item.uri else uris.uri_of(system)


def _oid(oid: str) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{oid}"}


def _id(kind: str, name: str, label: str) -> str:
    return _NOT_IN_ID.sub("-", "-".join(part for part in (kind, name, label) if part))[:64].strip("-")


def _computable(name: str) -> str:
    """A name as FHIR wants it for programs: letters and digits, a capital first."""
    words = re.sub(r"[^A-Za-z0-9]+", " ", name).title().replace(" ", "")
    return words if words[:1].isalpha() else f"Cs{words}"
