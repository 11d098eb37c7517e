"""How a release is written down: lines of text, one per concept, the same bytes for the same content.

    header      JSON: format, languages, value sets, code systems
    a version   GS system US version              -- followed by the concepts of that version, ordered by code
    a concept   code US current US parent US value sets (RS language US text US status US preferred US basis
                US origin US approved by US approved on)*
    mappings    GS                                -- followed by one line per mapping, ordered
    a mapping   source system US version US code US target system US version US code US relationship US
                preferred US status US basis US origin US approved by US approved on

US, RS and GS are the information separators of ASCII, which no text may contain; `approved on` is a day. The
database makes the concept lines itself, so that a release costs one row per concept and not one per text; a
catalogue splits a line when its concept is first asked for. The SHA-256 of these bytes is the release's hash.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from terminology.code_systems import CodeSystem
from terminology.value_sets import ValueSet

UNIT, RECORD, GROUP = "\x1f", "\x1e", "\x1d"
CHUNK_LINES = 2000  # a chunk is unpacked in one go: short enough not to hold up anybody
_FORMAT = 1


class Damaged(Exception):
    """A release does not have the hash it was made with."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the concepts."""

    systems: tuple[CodeSystem, ...]  # versions oldest first
    uris: tuple[str | None, ...]  # of the systems, in their order
    value_sets: tuple[ValueSet, ...]
    languages: tuple[str, ...]  # primary subtags of the texts that the release shows

    def line(self) -> str:
        systems = [
            [each.oid, uri, each.name, each.versions, each.other_names, each.other_oids]
            for each, uri in zip(self.systems, self.uris, strict=True)
        ]
        sets = [[each.oid, each.name, each.version, each.complete] for each in self.value_sets]
        return json.dumps(
            {
                "format": _FORMAT,
                "languages": self.languages,
                "value_sets": sets,
                "systems": systems,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def of(cls, line: str) -> "Header":
        read: dict[str, Any] = json.loads(line)
        if read["format"] != _FORMAT:
            raise Damaged(f"format {read['format']} of a release is newer than this program")
        systems = tuple(
            CodeSystem(oid, name, tuple(versions), tuple(names), tuple(oids))
            for oid, _, name, versions, names, oids in read["systems"]
        )
        uris = tuple(each[1] for each in read["systems"])
        return cls(
            systems, uris, tuple(ValueSet(*each) for each in read["value_sets"]), tuple(read["languages"])
        )


def key_of(system: CodeSystem) -> str:
    """How lines name a code system: by OID, or by name if it has none."""
    return system.oid or system.name


def chunks(lines: Iterable[str], digest: "hashlib._Hash") -> Iterator[bytes]:
    """The lines packed; `digest` is fed with them."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == CHUNK_LINES:
            yield _packed(held, digest)
            held = []
    if held:
        yield _packed(held, digest)


def lines(packed: Iterable[bytes], expected: str) -> Iterator[list[str]]:
    """The lines of each chunk. Raises Damaged at the end if they do not have the hash `expected`."""
    digest = hashlib.sha256()
    try:
        for chunk in packed:
            data = zlib.decompress(chunk)
            digest.update(data)
            yield data.decode().split("\n")[:-1]
    except (zlib.error, UnicodeDecodeError) as error:
        raise Damaged("a release is damaged") from error
    if digest.hexdigest() != expected:
        raise Damaged("a release is damaged")


def verify(packed: Iterable[bytes], expected: str) -> None:
    """Raises Damaged: the chunks do not have the hash `expected`."""
    digest = hashlib.sha256()
    try:
        for chunk in packed:
            digest.update(zlib.decompress(chunk))
    except zlib.error as error:
        raise Damaged("a release is damaged") from error
    if digest.hexdigest() != expected:
        raise Damaged("a release is damaged")


def _packed(held: list[str], digest: "hashlib._Hash") -> bytes:
    data = "\n".join([*held, ""]).encode()
    digest.update(data)
    return zlib.compress(data, 1)
