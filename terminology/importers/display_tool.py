"""The export for the reference display tool: a file `{OID}.xml` per value set, single or many in a ZIP.

`<ValueSet oid name><concept codeSystem codeSystemName code><designation lang>`.
Source: OpenNCP 7.1.0, display tool.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from terminology import code_system_uris as uris
from terminology.designation import Status
from terminology.importers.archives import zip_archive
from terminology.importers.formats import ImportOptions
from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem, Item, ValueSetItem
from terminology.importers.sources import Bytes, opened
from terminology.importers.unreadable import Unreadable
from terminology.importers.xml_stream import records, root
from terminology.languages import ENGLISH

FILE_NAME = re.compile(r"(?:.*/)?[0-2](?:\.[0-9]+)+\.xml", re.ASCII)


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The value sets of the export. Raises Unreadable: none in it, and see `xml_stream.records`."""
    if not zipfile.is_zipfile(path):
        with opened(path, options) as stream:
            head = _head(stream, "", options)
        with opened(path, options) as stream:
            yield from _value_set(stream, head, options)
        return
    with zip_archive(path, options) as archive:
        names = [name for name in archive.names if FILE_NAME.fullmatch(name)]
        if not names:
            raise Unreadable("display_tool")
        for name in names:
            with archive.member(name) as member:
                head = _head(member, name, options)
            with archive.member(name) as member:
                yield from _value_set(member, head, options)


def _value_set(stream: Bytes, head: ValueSetItem, options: ImportOptions) -> Iterator[Item]:
    yield head
    told = set[str]()
    for concept in records(stream, ["concept"], 2, head.where):
        where = f"{head.where} line {concept.sourceline}".lstrip()
        system, name = concept.get("codeSystem", ""), concept.get("codeSystemName", "")
        if not system and name not in told:
            told.add(name)
            yield CodeSystemItem(None, None, name, options.version or "", where)
        yield from _concept(concept, system or name, head.oid, where, options)


def _head(stream: Bytes, file: str, options: ImportOptions) -> ValueSetItem:
    top = root(stream, file)
    oid = top.get("oid", "")
    if top.tag != "ValueSet" or not uris.is_oid(oid):
        raise Unreadable("display_tool", file)
    return ValueSetItem(oid, top.get("name", ""), options.version or "", True, file)


def _concept(
    concept: etree._Element, system: str, oid: str, where: str, options: ImportOptions
) -> Iterator[Item]:
    version, code = options.version or "", concept.get("code", "")
    yield ConceptItem(system, version, code, True, None, (oid,), where)
    for each in concept.iterfind("designation"):
        language, text = each.get("lang", ""), each.text or ""
        english = language.partition("-")[0].casefold() == ENGLISH
        yield DesignationItem(
            system, version, code, language, text, False, Status.ACTIVE if english else None,
            "catalogue" if english else (options.basis or "display-tool"), where,
        )  # fmt: skip
