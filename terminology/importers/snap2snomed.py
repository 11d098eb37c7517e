"""Mappings to SNOMED CT as Snap2SNOMED exports them: CSV or TSV, one row per source code and target.

The file does not name the code system of the sources: the options must.
Source: Snap2SNOMED, map export (columns, `TARGET_*` relationships, row states).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from terminology import code_systems as systems
from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.columns import Columns
from terminology.importers.formats import ImportOptions
from terminology.importers.items import Item, MappingItem, Rejected, Relationship
from terminology.importers.sources import opened, rows
from terminology.importers.unreadable import Unreadable

RELATIONSHIPS = {
    "TARGET_EQUIVALENT": Relationship.EQUIVALENT,
    "TARGET_BROADER": Relationship.BROADER,
    "TARGET_NARROWER": Relationship.NARROWER,
    "TARGET_INEXACT": Relationship.INEXACT,
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "source_code": ("Source code",),
    "source_display": ("Source display",),
    "target_code": ("Target code",),
    "target_display": ("Target display",),
    "relationship": ("Relationship type code", "Relationship type", "relationship_type"),
    "no_map": ("No map flag",),
    "status": ("Status",),
}
#: A mapping that others have accepted is still to be reviewed here.
_STATES = {"INREVIEW": Status.IN_REVIEW, "ACCEPTED": Status.IN_REVIEW, "DRAFT": Status.DRAFT}


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The mappings of the file. Raises Unreadable: no source system stated, and see `sources.rows`."""
    if options.system is None:
        raise Unreadable("option_system")
    with opened(path, options) as stream:
        found = rows(stream, options, None)
        line, header = next(found, (1, []))
        columns = Columns(header, COLUMNS, ("source_code", "target_code", "relationship"), f"line {line}")
        for line, row in found:
            where = f"line {line}"
            if len(row) != columns.width:
                yield Rejected(where, f"{len(row)} / {columns.width}", "import.reject.cells")
                continue
            yield from _mapping(columns.cells(row), where, options)


def _mapping(cells: Mapping[str, str], where: str, options: ImportOptions) -> Iterator[Item]:
    state = cells["status"].strip().upper()
    if cells["no_map"].strip().casefold() == "true" or state == "UNMAPPED" or not cells["target_code"]:
        return  # the mapper says that there is no target, or has not been here yet
    if state == "REJECTED":
        yield Rejected(where, cells["source_code"], "import.reject.rejected_by_source")
        return
    said = cells["relationship"].strip().upper()
    if (relationship := RELATIONSHIPS.get(said)) is None:
        yield Rejected(where, said, "import.reject.relationship")
        return
    source = Concept(cells["source_code"], options.system or "", options.version)
    target = Concept(cells["target_code"], systems.SNOMED_CT)
    yield MappingItem(source, target, relationship, False, _STATES.get(state), where)
