"""A FHIR package (`.tgz`): its terminology resources, code systems first, then supplements, sets and maps.

Source: FHIR NPM package specification; resources lie in `package/`, examples and tests elsewhere.
"""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from terminology.importers.archives import tar_members
from terminology.importers.fhir import TYPES, resource, resource_head
from terminology.importers.fhir_identity import Head, Known, identity
from terminology.importers.formats import ImportOptions
from terminology.importers.items import Item
from terminology.importers.json_stream import text
from terminology.importers.ledger import Ledger
from terminology.importers.sources import Bytes
from terminology.importers.unreadable import Unreadable

_NOT_RESOURCES = frozenset({"package.json", ".index.json", ".index.db"})


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The items of a package. Raises Unreadable: no terminology resource in it, or as `tar_members`."""
    # The members are copied under names of our own, because the order in a package is not the one we need.
    with tempfile.TemporaryDirectory() as folder, Ledger() as retired:
        found = list(_unpacked(path, Path(folder), options))
        if not found:
            raise Unreadable("fhir_package")
        known = Known(retired=retired)
        for head, _ in found:
            if head.type == "CodeSystem" and text(head.tree, "content") != "supplement":
                known.oids[head.url] = identity(head)
                known.versions[head.url] = "" if head.url in known.versions else head.version
        for head, file in sorted(found, key=lambda each: _order(each[0])):
            yield from resource(partial(_opened, file), head, known, options)


def _unpacked(path: Path, folder: Path, options: ImportOptions) -> Iterator[tuple[Head, Path]]:
    for number, (name, content) in enumerate(tar_members(path, options)):
        parts = name.split("/")
        if len(parts) != 2 or parts[0] != "package" or not name.endswith(".json"):
            continue
        if parts[1] in _NOT_RESOURCES:
            continue
        file = folder / f"{number}.json"
        with file.open("wb") as copy:
            while chunk := content.read(1 << 18):
                copy.write(chunk)
        head = resource_head(partial(_opened, file), name)
        if head is None:
            file.unlink()
            continue
        yield head, file


def _opened(file: Path) -> AbstractContextManager[Bytes]:
    return file.open("rb")


def _order(head: Head) -> tuple[int, bool, str]:
    return TYPES.index(head.type), text(head.tree, "content") == "supplement", head.where
