"""A release, the drafts or a catalogue as the neutral items that exporters write."""

from collections.abc import Iterator

from terminology import code_system_uris as uris
from terminology.catalogue import Catalogue, Entry
from terminology.designation import Designation
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    ValueSetItem,
)
from terminology.releases.reading import Opened, designation_of
from terminology.releases.snapshot import RECORD, UNIT, key_of


def items_of_release(opened: Opened) -> Iterator[Item]:
    """Everything in a release (or in the drafts, see `releases.making.draft`), texts of every status."""
    for system, uri in zip(opened.header.systems, opened.header.uris, strict=True):
        for version in system.versions:
            yield CodeSystemItem(system.oid, uri, system.name, version, "")
    for each in opened.header.value_sets:
        yield ValueSetItem(each.oid, each.name, each.version, each.complete, "")
    for (key, version), concepts in opened.by_version.items():
        for line in concepts.lines.values():
            head, *texts = line.split(RECORD)
            code, current, parent, sets = head.split(UNIT)
            of_sets = tuple(sets.split(",")) if sets else ()
            yield ConceptItem(key, version, code, current == "1", parent or None, of_sets, "")
            for text in texts:
                yield _text(key, version, code, designation_of(text))
    for mapping in opened.mappings:
        yield MappingItem(
            mapping.source, mapping.target, mapping.relationship, mapping.preferred, mapping.status, ""
        )


def items_of_catalogue(catalogue: Catalogue) -> Iterator[Item]:
    """What a catalogue holds in its value sets, and what look-ups reach; the texts that it would show."""
    for system in dict.fromkeys(catalogue.code_systems.values()):
        for version in system.versions:
            yield CodeSystemItem(system.oid, uris.uri_of(key_of(system)), system.name, version, "")
    for each in catalogue.value_sets.values():
        yield ValueSetItem(each.oid, each.name, each.version, each.complete, "")
    seen = set[tuple[str, str, str]]()
    for oid in catalogue.value_sets:
        for entry in catalogue.members(oid):
            identity = (key_of(entry.system), entry.version, entry.code)
            if identity not in seen:
                seen.add(identity)
                yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[Item]:
    key, version, code = key_of(entry.system), entry.version, entry.code
    if entry.system.oid is None:
        yield CodeSystemItem(None, uris.uri_of(key), entry.system.name, version, "")
    yield ConceptItem(key, version, code, entry.current, None, entry.value_sets, "")
    for designation in entry.designations:
        yield _text(key, version, code, designation)


def _text(key: str, version: str, code: str, text: Designation) -> DesignationItem:
    return DesignationItem(
        key, version, code, text.language, text.text, text.preferred, text.status, text.basis, ""
    )
