"""A national code list for the central server: `code|text`, a line per concept, no header.

Source: Danish practice for national code systems. The options say which code system and language it is.
"""

from collections.abc import Iterator
from pathlib import Path

from terminology.importers.formats import ImportOptions
from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem, Item, Rejected
from terminology.importers.sources import opened, rows
from terminology.importers.unreadable import Unreadable


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The concepts of the list. Raises Unreadable: no code system stated, and see `sources.rows`."""
    if options.system is None:
        raise Unreadable("option_system")
    system, version = options.system, options.version or ""
    sets = (options.value_set,) if options.value_set else ()
    yield CodeSystemItem(system, None, options.systems.get(system, path.stem), version, "")
    with opened(path, options) as stream:
        for line, row in rows(stream, options, "|"):
            where = f"line {line}"
            if len(row) != 2:
                yield Rejected(where, "|".join(row)[:200], "import.reject.pipe")
                continue
            code, text = row
            yield ConceptItem(system, version, code, True, None, sets, where)
            yield DesignationItem(
                system, version, code, options.language, text, False, None,
                options.basis or "national list", where,
            )  # fmt: skip
