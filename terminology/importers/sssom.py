"""Mappings in SSSOM: a TSV file whose first lines, behind `#`, say what the prefixes of the identifiers mean.

Source: SSSOM 1.0 (mapping set metadata, `curie_map`; SKOS predicates).
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from terminology import code_system_uris as uris
from terminology import code_systems as systems
from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.columns import Columns
from terminology.importers.formats import ImportOptions
from terminology.importers.items import Item, MappingItem, Rejected, Relationship
from terminology.importers.sources import csv_rows, lines, opened
from terminology.importers.unreadable import Unreadable

PREDICATES = {
    "skos:exactMatch": Relationship.EQUIVALENT,
    "owl:equivalentClass": Relationship.EQUIVALENT,
    "skos:broadMatch": Relationship.BROADER,
    "rdfs:subClassOf": Relationship.BROADER,
    "skos:narrowMatch": Relationship.NARROWER,
    "skos:closeMatch": Relationship.INEXACT,
    "skos:relatedMatch": Relationship.INEXACT,
}
#: Prefixes that files use without explaining them.
PREFIXES = {
    "SCTID": systems.SNOMED_CT,
    "SNOMEDCT": systems.SNOMED_CT,
    "SNOMED": systems.SNOMED_CT,
    "SCT": systems.SNOMED_CT,
    "LOINC": systems.LOINC,
    "ICD10": systems.ICD_10,
    "ICD10WHO": systems.ICD_10,
    "ATC": systems.ATC,
    "UCUM": systems.UCUM,
    "EDQM": systems.EDQM,
    "ORPHA": "1.3.6.1.4.1.12559.11.10.1.3.1.44.5",
    "Orphanet": "1.3.6.1.4.1.12559.11.10.1.3.1.44.5",
}
_EXPANSIONS = {"http://snomed.info/id": systems.SNOMED_CT, "https://loinc.org/rdf": systems.LOINC}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: (name,)
    for name in (
        "subject_id subject_label predicate_id predicate_modifier object_id object_label "
        "mapping_justification subject_source_version object_source_version other"
    ).split()
}
MAX_HEAD = 10_000  # lines of metadata


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The mappings of the file. Raises Unreadable: a column is missing, and see `sources.rows`."""
    with opened(path, options) as stream:
        source = lines(stream, options)
        head: list[str] = []
        first = next(source, "")
        while first.startswith("#"):
            head.append(first.lstrip("#").rstrip())
            if len(head) > MAX_HEAD:
                raise Unreadable("columns", f"line {len(head)}")
            first = next(source, "")
        prefixes = PREFIXES | _curie_map(head)
        found = csv_rows(chain([first], source), "\t", before=len(head))
        line, header = next(found, (len(head) + 1, []))
        required = ("subject_id", "predicate_id", "object_id")
        columns = Columns(header, COLUMNS, required, f"line {line}")
        for line, row in found:
            if len(row) != columns.width:
                yield Rejected(f"line {line}", f"{len(row)} / {columns.width}", "import.reject.cells")
                continue
            yield from _mapping(columns.cells(row), prefixes, f"line {line}")


def _mapping(cells: Mapping[str, str], prefixes: Mapping[str, str], where: str) -> Iterator[Item]:
    if cells["object_id"] == "sssom:NoTermFound" or cells["subject_id"] == "sssom:NoTermFound":
        return
    if cells["predicate_modifier"]:
        yield Rejected(where, cells["predicate_modifier"], "import.reject.relationship")
        return
    relationship = PREDICATES.get(cells["predicate_id"])
    if relationship is None:
        yield Rejected(where, cells["predicate_id"], "import.reject.relationship")
        return
    ends: list[Concept] = []
    for end in ("subject", "object"):
        prefix, colon, code = cells[f"{end}_id"].partition(":")
        if not colon or prefix not in prefixes:
            yield Rejected(where, cells[f"{end}_id"], "import.reject.prefix")
            return
        ends.append(Concept(code, prefixes[prefix], cells[f"{end}_source_version"] or None))
    other = dict(part.split("=", 1) for part in cells["other"].split("|") if "=" in part)
    try:
        status = Status(other["status"]) if other.get("status") else None
    except ValueError:
        yield Rejected(where, other["status"], "import.reject.cell")
        return
    yield MappingItem(ends[0], ends[1], relationship, other.get("preferred") == "yes", status, where)


def _curie_map(head: list[str]) -> dict[str, str]:
    """The block `curie_map:` of the metadata: prefix -> code system."""
    found: dict[str, str] = {}
    inside = False
    for text in head:
        if not text.startswith((" ", "\t")):
            inside = text.strip() == "curie_map:"
            continue
        prefix, colon, expansion = text.strip().partition(":")
        if inside and colon:
            meant = expansion.strip().strip("\"'").rstrip("/#:")
            found[prefix.strip("\"' ")] = _EXPANSIONS.get(meant) or uris.oid_of(meant) or meant
    return found
