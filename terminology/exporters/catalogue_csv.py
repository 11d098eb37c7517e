"""The complete export as CSV: one row per thing, told apart by the column `kind`. It loses nothing."""

import csv
from collections.abc import Iterator
from pathlib import Path

from terminology.exporters.gathered import Gathered
from terminology.importers.catalogue_csv import COMPLETE, NO, YES


def write_csv(content: Gathered, path: Path) -> None:
    """UTF-8, commas, LF."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COMPLETE), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(_rows(content))


def _rows(content: Gathered) -> Iterator[dict[str, str]]:
    for (key, version), system in content.systems.items():
        yield {
            "kind": "system", "system": key, "name": system.name, "uri": system.uri or "", "version": version,
        }  # fmt: skip
    for each in content.sets.values():
        yield {
            "kind": "value_set", "system": each.oid, "name": each.name, "version": each.version,
            "complete": _flag(each.complete),
        }  # fmt: skip
    for held in content.concepts.values():
        for concept in held.values():
            yield {
                "kind": "concept", "system": concept.system, "version": concept.version, "code": concept.code,
                "current": _flag(concept.current), "parent": concept.parent or "",
                "value_sets": " ".join(concept.value_sets),
            }  # fmt: skip
    for by_code in content.texts.values():
        for texts in by_code.values():
            for text in texts:
                yield {
                    "kind": "text", "system": text.system, "version": text.version, "code": text.code,
                    "language": text.language, "text": text.text, "preferred": _flag(text.preferred),
                    "status": text.status or "", "basis": text.basis,
                }  # fmt: skip
    for mapping in content.mappings:
        source, target = mapping.source, mapping.target
        yield {
            "kind": "mapping", "system": source.system, "version": source.version or "", "code": source.code,
            "target_system": target.system, "target_version": target.version or "",
            "target_code": target.code, "relationship": mapping.relationship,
            "preferred": _flag(mapping.preferred), "status": mapping.status or "",
        }  # fmt: skip


def _flag(value: bool) -> str:
    return YES if value else NO
