"""Mappings as SSSOM: a TSV file with its metadata in the lines that begin with `#`.

Source: SSSOM 1.0; predicates of SKOS, justifications of SEMAPV. What has no column of its own is in `other`.
"""

import csv
from pathlib import Path

from terminology import code_system_uris as uris
from terminology.concept import Concept
from terminology.exporters.gathered import Gathered
from terminology.importers.items import MappingItem, Relationship
from terminology.importers.sssom import COLUMNS, PREFIXES

_PREDICATES = {
    Relationship.EQUIVALENT: "skos:exactMatch",
    Relationship.BROADER: "skos:broadMatch",
    Relationship.NARROWER: "skos:narrowMatch",
    Relationship.INEXACT: "skos:closeMatch",
}


def write_sssom(content: Gathered, path: Path) -> None:
    """UTF-8, tabs, LF. Prefixes are explained in `curie_map`."""
    prefixes = _prefixes(content.mappings)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("#curie_map:\n")
        for system, prefix in prefixes.items():
            uri = uris.uri_of(system)
            file.write(f"#  {prefix}: {uri}{':' if uri.startswith('urn:') else '/'}\n")
        file.write("#mapping_set_id: urn:ncp-norway:mappings\n")
        writer = csv.DictWriter(file, list(COLUMNS), restval="", delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for mapping in content.mappings:
            writer.writerow(_row(mapping, prefixes, content))


def _row(mapping: MappingItem, prefixes: dict[str, str], content: Gathered) -> dict[str, str]:
    source, target = mapping.source, mapping.target
    other = [f"status={mapping.status}"] if mapping.status else []
    if mapping.preferred:
        other.append("preferred=yes")
    return {
        "subject_id": f"{prefixes[source.system]}:{source.code}",
        "subject_label": _label(source, content),
        "predicate_id": _PREDICATES[Relationship(mapping.relationship)],
        "object_id": f"{prefixes[target.system]}:{target.code}",
        "object_label": _label(target, content),
        "mapping_justification": "semapv:ManualMappingCuration",
        "subject_source_version": source.version or "",
        "object_source_version": target.version or "",
        "other": "|".join(other),
    }


def _label(concept: Concept, content: Gathered) -> str:
    """The first text of a concept, for readers; it is not read back."""
    held = content.texts.get((concept.system, concept.version or ""), {}).get(concept.code, [])
    return held[0].text if held else ""


def _prefixes(mappings: list[MappingItem]) -> dict[str, str]:
    """Code system -> prefix: the usual one, else one made up."""
    usual: dict[str, str] = {}
    for prefix, system in PREFIXES.items():
        usual.setdefault(system, prefix)
    used = dict.fromkeys(end.system for mapping in mappings for end in (mapping.source, mapping.target))
    return {system: usual.get(system, f"CS{number}") for number, system in enumerate(used, 1)}
