"""A release as a file: what one installation has reviewed and released, another takes over as it is.

The file is gzip: a line of JSON that names the release, then its lines as `snapshot` describes them. It does
not pass through the workspace, so that nobody reviews it again; it is the same release with the same hash.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from terminology import languages
from terminology.designation import Status
from terminology.release import Content, Release
from terminology.releases.making import ReleaseRow, get, packed, write
from terminology.releases.snapshot import GROUP, RECORD, UNIT, Damaged, Header, chunks, lines
from terminology.store import trail
from terminology.store.engine import snapshot
from terminology.store.schema import release
from terminology.workspace.actor import Actor, NotPossible, Role

_FORMAT = "ncp release 1"
_STATUSES = frozenset(status.value for status in Status)
_LONGEST = 1 << 24  # bytes of a line


def write_file(engine: Engine, name: str, path: Path) -> None:
    """Write a release to a new file. Raises NotFound; Damaged; OSError: it exists or cannot be written."""
    row = get(engine, name)
    head = {
        "format": _FORMAT, "name": name, "date": row.release.date.isoformat(),
        "content": row.release.content.value, "hash": row.release.hash, "note": row.note,
    }  # fmt: skip
    with snapshot(engine).connect() as connection, gzip.open(path, "xb", compresslevel=6) as file:
        file.write(json.dumps(head, ensure_ascii=False).encode() + b"\n")
        for chunk in lines(packed(connection, row.number), row.release.hash):
            file.write("\n".join([*chunk, ""]).encode())


def read_file(engine: Engine, actor: Actor, path: Path, *, now: datetime) -> ReleaseRow:
    """Take a release over from a file; it is not activated.

    Raises: NotAllowed: no publisher. Damaged: cut off, changed, or no release. NotPossible: a release of that
            name is there. OSError: the file cannot be read.
    """
    actor.must_be(Role.PUBLISHER)
    digest, counts = hashlib.sha256(), {"concepts": 0, "designations": 0, "mappings": 0}
    try:
        with gzip.open(path, "rb") as file:
            made, note = _head(file.readline(_LONGEST))
            held = list(chunks(_checked(_read(file), counts), digest))
    except (EOFError, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise Damaged(f"the file is damaged or cut off: {error}") from error
    if digest.hexdigest() != made.hash:
        raise Damaged("the file is damaged or cut off: its content does not have its hash")
    with engine.begin() as connection:
        if connection.execute(select(release.c.id).where(release.c.name == made.name)).first():
            raise NotPossible("terminology.refused.release_exists", made.name)
        number = write(connection, actor, made, held, counts, now=now, note=note)
        detail = {"hash": made.hash, "number": number, "file": path.name}
        trail.append(connection, now, actor.id, "take over release", made.name, detail)
    return get(engine, made.name)


def _head(line: bytes) -> tuple[Release, str]:
    try:
        head: dict[str, Any] = json.loads(line)
        if head["format"] != _FORMAT:
            raise Damaged("this is no release file")
        day, content = date.fromisoformat(head["date"]), Content(head["content"])
        return Release(str(head["name"]), day, content, str(head["hash"])), str(head["note"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("this is no release file") from error


def _read(file: gzip.GzipFile) -> Iterator[str]:
    for line in file:
        yield line.decode().removesuffix("\n")


def _checked(found: Iterable[str], counts: dict[str, int]) -> Iterator[str]:
    """The lines, if each is one that a release may hold. Raises Damaged."""
    header, in_mappings, in_version = True, False, False
    for line in found:
        if header:
            _header(line)
            header = False
        elif line.startswith(GROUP):
            in_mappings, in_version = line == GROUP, line != GROUP
        elif in_mappings:
            counts["mappings"] += 1
            if line.count(UNIT) != 12 or line.split(UNIT)[8] not in _STATUSES:
                raise Damaged("a line is none of a release")
        else:
            counts["concepts"] += 1
            counts["designations"] += _concept(line, in_version)
        yield line


def _header(line: str) -> None:
    try:
        Header.of(line)
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("the header is none of a release") from error


def _concept(line: str, in_version: bool) -> int:
    head, *texts = line.split(RECORD)
    right = in_version and head.count(UNIT) == 3
    for text in texts:
        fields = text.split(UNIT)
        right = right and len(fields) == 8 and fields[2] in _STATUSES
        if right:
            try:
                languages.stored(fields[0])
            except ValueError:
                right = False
    if not right:
        raise Damaged("a line is none of a release")
    return len(texts)
