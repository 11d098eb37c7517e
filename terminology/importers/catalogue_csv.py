"""CSV of our own: the list of terms (one row per concept and value set), and the complete export.

The complete export has a row per thing that the catalogue holds, told apart by the column `kind`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from terminology import code_system_uris as uris
from terminology.concept import Concept
from terminology.designation import Status
from terminology.importers.columns import Columns
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    Rejected,
    ValueSetItem,
)
from terminology.importers.sources import opened, rows
from terminology.languages import ENGLISH
from terminology.seed import BASES

#: Columns of the list of terms, in the order of the file.
TERMS: Mapping[str, Sequence[str]] = {
    "valueset_name": ("valueset_name",),
    "valueset_oid": ("valueset_oid",),
    "codesystem_name": ("codesystem_name",),
    "codesystem_oid": ("codesystem_oid",),
    "code": ("code",),
    "display_en": ("display_en",),
    "display_nb": ("display_nb",),
    "nb_basis": ("nb_basis",),
}
#: Columns of the complete export, in the order of the file.
COMPLETE: Mapping[str, Sequence[str]] = {
    name: (name,)
    for name in (
        "kind system name uri version code current parent value_sets complete language text preferred status "
        "basis target_system target_version target_code relationship"
    ).split()
}
KINDS = ("system", "value_set", "concept", "text", "mapping")
YES, NO = "yes", "no"


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The items of either file. Raises Unreadable: see `sources.rows` and `Columns`."""
    with opened(path, options) as stream:
        found = rows(stream, options, None)
        line, header = next(found, (1, []))
        if "kind" in header:
            yield from _complete(found, Columns(header, COMPLETE, ("kind", "system", "code"), f"line {line}"))
        else:
            required = [name for name in TERMS if name not in ("display_nb", "nb_basis")]
            columns = Columns(header, TERMS, required, f"line {line}")
            yield from _terms(found, columns, options)


def _terms(
    found: Iterator[tuple[int, list[str]]], columns: Columns, options: ImportOptions
) -> Iterator[Item]:
    sets, systems = set[str](), set[str]()
    version = options.version or ""
    for line, row in found:
        where = f"line {line}"
        if len(row) != columns.width:
            yield Rejected(where, f"{len(row)} / {columns.width}", "import.reject.cells")
            continue
        value_set, name, oid, system_name, code, english, norwegian, basis = (
            columns.cell(row, field)
            for field in (
                "valueset_oid", "valueset_name", "codesystem_oid", "codesystem_name",
                "code", "display_en", "display_nb", "nb_basis",
            )
        )  # fmt: skip
        system = oid or system_name
        if value_set not in sets:
            sets.add(value_set)
            yield ValueSetItem(value_set, name, version, False, where)
        if not oid and system not in systems:
            systems.add(system)
            yield CodeSystemItem(None, None, system_name, version, where)
        yield ConceptItem(system, version, code, True, None, (value_set,), where)
        # The English text is the catalogue's own, published text.
        yield DesignationItem(
            system, version, code, ENGLISH, english, False, Status.ACTIVE, "catalogue", where
        )
        if norwegian.strip() and basis not in BASES:
            yield Rejected(where, basis, "import.reject.basis")
        elif norwegian.strip():
            yield DesignationItem(
                system, version, code, "nb-NO", norwegian, False, BASES[basis], basis, where
            )


def _complete(found: Iterator[tuple[int, list[str]]], columns: Columns) -> Iterator[Item]:
    for line, row in found:
        where = f"line {line}"
        if len(row) != columns.width:
            yield Rejected(where, f"{len(row)} / {columns.width}", "import.reject.cells")
            continue
        yield _item(columns.cells(row), where)


def _item(cells: Mapping[str, str], where: str) -> Item:
    kind, system, version, code = cells["kind"], cells["system"], cells["version"], cells["code"]
    try:
        status = Status(cells["status"]) if cells["status"] else None
        preferred = _flag(cells["preferred"])
        match kind:
            case "system":
                oid = system if uris.is_oid(system) else None
                return CodeSystemItem(oid, cells["uri"] or None, cells["name"], version, where)
            case "value_set":
                return ValueSetItem(system, cells["name"], version, _flag(cells["complete"]), where)
            case "concept":
                sets = tuple(cells["value_sets"].split())
                return ConceptItem(
                    system, version, code, _flag(cells["current"]), cells["parent"] or None, sets, where
                )
            case "text":
                language, text, basis = cells["language"], cells["text"], cells["basis"]
                return DesignationItem(system, version, code, language, text, preferred, status, basis, where)
            case "mapping":
                source = Concept(code, system, version or None)
                target = Concept(
                    cells["target_code"], cells["target_system"], cells["target_version"] or None
                )
                return MappingItem(source, target, cells["relationship"], preferred, status, where)
    except ValueError as error:
        return Rejected(where, str(error), "import.reject.cell")
    return Rejected(where, kind, "import.reject.kind")


def _flag(cell: str) -> bool:
    if cell not in (YES, NO, ""):
        raise ValueError(cell)
    return cell == YES
