"""Exporters: a release, or the drafts, written in the formats that other people read.

    write(items_of_release(open_release(engine, name)), Path("terms.tgz"), "fhir-package")

What is written and read again by the importers is the same content; what a format cannot say is left out
(the display tool knows no status, SSSOM no texts).
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from terminology.exporters.catalogue_csv import write_csv
from terminology.exporters.display_tool import write_display_tool
from terminology.exporters.fhir_package import write_package
from terminology.exporters.gathered import Gathered
from terminology.exporters.sssom import write_sssom
from terminology.exporters.workbook import write_workbook
from terminology.importers.items import Item

#: Name -> (usual file name ending, writer). The names are those of the importers.
FORMATS: Mapping[str, tuple[str, Callable[[Gathered, Path], None]]] = MappingProxyType(
    {
        "csv": (".csv", write_csv),
        "workbook": (".xlsx", write_workbook),
        "fhir-package": (".tgz", write_package),
        "sssom": (".tsv", write_sssom),
        "display-tool": (".zip", write_display_tool),
    }
)


def write(items: Iterable[Item], path: Path, format: str) -> None:
    """Write the items to a file; it appears under its name only when it is complete.

    Raises: KeyError: no such format. OSError: the file cannot be written.
            ValueError: the format cannot hold so much (a sheet has 1,048,576 rows).
    """
    _, writer = FORMATS[format]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        writer(Gathered.of(items), unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
