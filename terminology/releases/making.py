"""Making a release of the workspace, and finding and loading what was made."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from terminology.catalogue import Catalogue
from terminology.release import Content, Release
from terminology.releases import content as workspace
from terminology.releases.checking import Finding, validate
from terminology.releases.reading import Opened, opened
from terminology.releases.snapshot import GROUP, RECORD, chunks
from terminology.store import moments, trail
from terminology.store.engine import snapshot
from terminology.store.schema import activation, active_release, release, release_chunk
from terminology.workspace.actor import Actor, NotFound, NotPossible, Role

DRAFT = "utkast"  # the name of the workspace when it is tried as if it were a release
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as the list shows it."""

    number: int
    release: Release
    at: str  # UTC
    actor: str
    note: str
    base: int | None  # number of the release that was active when it was made
    concepts: int
    designations: int
    mappings: int


class NotPublishable(Exception):
    """The workspace contradicts itself; `findings` says where. Nothing was made."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(f"{len(findings)} errors in the workspace")
        self.findings = findings


@dataclass(slots=True)
class _Counts:
    concepts: int = 0
    designations: int = 0
    mappings: int = 0
    in_mappings: bool = False

    def of(self, lines: Iterator[str]) -> Iterator[str]:
        """The lines, counted while they pass."""
        yield next(lines)  # the header
        for line in lines:
            if line.startswith(GROUP):
                self.in_mappings = line == GROUP
            elif self.in_mappings:
                self.mappings += 1
            else:
                self.concepts += 1
                self.designations += line.count(RECORD)
            yield line


def build(
    engine: Engine, actor: Actor, name: str, content: Content, *, now: datetime, note: str = ""
) -> ReleaseRow:
    """Make a release of the workspace as it is.

    Raises: NotAllowed: no publisher. NotPossible: the name is taken or no name. NotPublishable: validation
            finds errors.
    """
    actor.must_be(Role.PUBLISHER)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name == DRAFT:
        raise NotPossible("terminology.refused.release_name", name[:LONGEST_NAME])
    errors = [each for each in validate(engine, content) if each.error]
    if errors:
        raise NotPublishable(errors)
    digest, counts = hashlib.sha256(), _Counts()
    with snapshot(engine).connect() as connection:
        held = list(chunks(counts.of(workspace.lines(connection, content)), digest))
    made = Release(name, now.date(), content, digest.hexdigest())
    found = {
        "concepts": counts.concepts, "designations": counts.designations, "mappings": counts.mappings
    }  # fmt: skip
    with engine.begin() as connection:
        if connection.execute(select(release.c.id).where(release.c.name == name)).first():
            raise NotPossible("terminology.refused.release_exists", name)
        number = write(connection, actor, made, held, found, now=now, note=note)
        trail.append(connection, now, actor.id, "build", name, {"hash": made.hash, "number": number})
    return get(engine, name)


def write(
    connection: Connection,
    actor: Actor,
    made: Release,
    held: list[bytes],
    counts: Mapping[str, int],
    *,
    now: datetime,
    note: str,
) -> int:
    """Put a release with its chunks into the database, in the caller's transaction; returns its number."""
    values: dict[str, Any] = {
        "name": made.name,
        "date": made.date.isoformat(),
        "content": made.content.value,
        "hash": made.hash,
        "at": moments.written(now),
        "actor": actor.id,
        "note": note.strip(),
        "base_id": _active_id(connection),
        **counts,
    }
    row = connection.execute(release.insert(), values)
    assert row.inserted_primary_key is not None
    number = int(row.inserted_primary_key[0])
    rows = [{"release_id": number, "seq": seq, "data": data} for seq, data in enumerate(held)]
    connection.execute(release_chunk.insert(), rows)
    return number


def listed(engine: Engine) -> list[ReleaseRow]:
    """All releases, newest first."""
    with snapshot(engine).connect() as connection:
        return [_row(row) for row in connection.execute(select(release).order_by(release.c.id.desc()))]


def find(engine: Engine, name: str) -> ReleaseRow | None:
    """The release of this name, or None."""
    with snapshot(engine).connect() as connection:
        row = connection.execute(select(release).where(release.c.name == name)).first()
        return _row(row) if row else None


def get(engine: Engine, name: str) -> ReleaseRow:
    """Raises NotFound: no release of this name."""
    if (row := find(engine, name)) is None:
        raise NotFound("terminology.refused.no_such_release", name)
    return row


def load(engine: Engine, name: str) -> Catalogue:
    """The release as a catalogue. Raises NotFound; snapshot.Damaged."""
    return open_release(engine, name).catalogue


def open_release(engine: Engine, name: str) -> Opened:
    """The whole release. Raises NotFound; snapshot.Damaged."""
    row = get(engine, name)
    with snapshot(engine).connect() as connection:
        return opened(row.release, packed(connection, row.number))


def packed(connection: Connection, number: int) -> Iterator[bytes]:
    """The chunks of a release in order."""
    query = select(release_chunk.c.data).where(release_chunk.c.release_id == number)
    yield from connection.execute(query.order_by(release_chunk.c.seq)).scalars().all()


def draft(engine: Engine, content: Content, *, now: datetime) -> Opened:
    """The workspace as if it had been released: for trying, comparing and exporting."""
    digest = hashlib.sha256()
    with snapshot(engine).connect() as connection:
        held = list(chunks(workspace.lines(connection, content), digest))
    return opened(Release(DRAFT, now.date(), content, digest.hexdigest()), held)


def _active_id(connection: Connection) -> int | None:
    query = select(activation.c.release_id).join(
        active_release, active_release.c.activation_id == activation.c.id
    )
    found: int | None = connection.execute(query).scalar()
    return found


def _row(row: Row[Any]) -> ReleaseRow:
    c = row._mapping
    named = Release(c["name"], date.fromisoformat(c["date"]), Content(c["content"]), c["hash"])
    return ReleaseRow(
        c["id"], named, c["at"], c["actor"], c["note"], c["base_id"],
        c["concepts"], c["designations"], c["mappings"],
    )  # fmt: skip
