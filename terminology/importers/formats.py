"""The formats an importer reads, what they are called and how they are told apart."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from terminology.importers.items import Item

#: OID of a code system -> the codes that the catalogue holds of it.
Held = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the file cannot say itself. The defaults fit every format that describes itself."""

    encoding: str = "utf-8"  # of text formats; another one is used only when stated here
    system: str | None = None  # OID of the code system, where the file names none (pipe-separated lists)
    version: str | None = None  # of the code system, where the file names none
    value_set: str | None = None  # OID of the set that all concepts of the file belong to
    language: str = "nb-NO"  # of texts whose language the file does not say
    basis: str | None = None  # where the words come from; None: as the format says
    held: Held | None = None  # needed by RF2, and to tell which of two spellings of a code is meant
    systems: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # known OID -> name
    watch: Callable[[int], None] | None = None  # told how many bytes of the file have been read


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, the file name endings it usually has, and its reader.

    `read` streams items, unchecked; `terminology.importers.read` puts the checks round it.
    """

    name: str
    extensions: tuple[str, ...]
    read: Callable[[Path, ImportOptions], Iterator[Item]]
