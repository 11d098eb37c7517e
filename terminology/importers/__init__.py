"""Importers: files of other people's making, read as a stream of neutral items. See `items` and `formats`.

    for item in read(path, None, ImportOptions()): ...

Everything is streamed: a file of 1 GB needs no more memory than a small one. Nothing is written anywhere.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from terminology.importers.checks import checked
from terminology.importers.formats import Format, ImportOptions
from terminology.importers.items import Item
from terminology.importers.unreadable import Unreadable

#: Name -> module of the reader, file name endings. The order is the one a person chooses from.
_FORMATS = {
    "csv": ("catalogue_csv", (".csv",)),
    "workbook": ("workbook", (".xlsx", ".xlsm")),
    "central-server": ("central_server", (".json",)),
    "fhir": ("fhir", (".json",)),
    "fhir-package": ("fhir_package", (".tgz", ".tar.gz")),
    "national-list": ("national_list", (".txt", ".psv", ".csv")),
    "fest": ("fest", (".xml", ".zip")),
    "finnkode": ("finnkode", (".json",)),
    "snomed-rf2": ("snomed_rf2", (".zip",)),
    "cldr": ("cldr", ()),
    "sssom": ("sssom", (".tsv",)),
    "snap2snomed": ("snap2snomed", (".csv", ".tsv", ".txt")),
    "display-tool": ("display_tool", (".xml", ".zip")),
}


@cache
def formats() -> Mapping[str, Format]:
    """Every format by its name."""
    return MappingProxyType(
        {
            name: Format(name, endings, import_module(f"terminology.importers.{module}").read)
            for name, (module, endings) in _FORMATS.items()
        }
    )


def read(path: Path | None, format: str | None, options: ImportOptions) -> Iterator[Item]:
    """The items of a file, checked.

    Args:    path: None for `cldr`, which is no file. format: None: told from the content.
    Raises:  Unreadable: the file cannot be taken; also after items were yielded, when the fault stands later.
    """
    if format is not None and format not in _FORMATS:
        raise Unreadable("format", name=format)
    if path is None:
        if format != "cldr":
            raise Unreadable("no_file", name="")
        path = Path()
    elif format is None:
        from terminology.importers.detect import detected

        format = detected(path, options)
    return checked(formats()[format].read(path, options), options)
