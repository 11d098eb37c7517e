"""A FHIR package of the content (`.tgz`). The same content gives the same bytes.

Source: FHIR NPM package specification.
"""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

from terminology.exporters.fhir import resources
from terminology.exporters.gathered import Gathered

NAME = "no.ncp-norway.terminology"


def write_package(content: Gathered, path: Path) -> None:
    """`package/package.json` and one file per resource."""
    manifest = {
        "name": NAME,
        "version": "1.0.0",
        "type": "fhir.ig",
        "fhirVersions": ["4.0.1"],
        "dependencies": {},
        "description": "Terminology of the Norwegian contact point for MyHealth@EU",
    }
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        _add(archive, "package.json", manifest)
        used: dict[str, int] = {}
        for resource in resources(content):
            name = f"{resource['resourceType']}-{resource['id']}"
            used[name] = used.get(name, 0) + 1
            if used[name] > 1:  # two names that differ only in letters an id cannot have
                suffix = f"-{used[name]}"
                resource["id"] = resource["id"][: 64 - len(suffix)] + suffix
                name = f"{resource['resourceType']}-{resource['id']}"
            _add(archive, f"{name}.json", resource)


def _add(archive: tarfile.TarFile, name: str, content: dict[str, Any]) -> None:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    info = tarfile.TarInfo(f"package/{name}")
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
