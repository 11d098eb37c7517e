"""Which format a file is in, told from its content; its name decides nothing."""

import re
import zipfile
from pathlib import Path

from terminology.importers.archives import zip_archive
from terminology.importers.catalogue_csv import TERMS
from terminology.importers.columns import plain
from terminology.importers.display_tool import FILE_NAME
from terminology.importers.formats import ImportOptions
from terminology.importers.json_stream import first_keys
from terminology.importers.snap2snomed import COLUMNS as SNAP2SNOMED
from terminology.importers.sources import foreign_encoding, lines, opened
from terminology.importers.unreadable import Unreadable
from terminology.importers.xml_stream import root

#: Bytes that a text has at most by mistake, in whatever encoding of one byte per character.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def detected(path: Path, options: ImportOptions) -> str:
    """The name of the format. Raises Unreadable: none of ours, or not readable at all."""
    quiet = ImportOptions(encoding=options.encoding)
    with opened(path, quiet) as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        return _in_zip(path, quiet)
    if head.startswith(b"\x1f\x8b"):
        return "fhir-package"
    if head.startswith(
        b"\xd0\xcf\x11\xe0"
    ):  # the old binary container of Office, also of encrypted workbooks
        raise Unreadable("old_workbook")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<" and not foreign_encoding(head):
        return _in_xml(path, quiet)
    if start in (b"{", b"["):
        return _in_json(path, quiet)
    if len(_CONTROLS.findall(head)) * 20 > len(head) and not foreign_encoding(head):
        raise Unreadable("format_unknown")
    return _in_text(path, quiet)


def _in_zip(path: Path, options: ImportOptions) -> str:
    if not zipfile.is_zipfile(path):
        raise Unreadable("archive_damaged")
    with zip_archive(path, options) as archive:
        if "xl/workbook.xml" in archive.names:
            return "workbook"
        if any("sct2_" in name for name in archive.names):
            return "snomed-rf2"
        if any(FILE_NAME.fullmatch(name) for name in archive.names):
            return "display-tool"
        if any(name.casefold().endswith(".xml") for name in archive.names):
            return "fest"
    raise Unreadable("format_unknown")


def _in_xml(path: Path, options: ImportOptions) -> str:
    with opened(path, options) as stream:
        tag = str(root(stream).tag)
    if tag.rpartition("}")[2] == "FEST":
        return "fest"
    if tag == "ValueSet":
        return "display-tool"
    raise Unreadable("fhir_xml" if tag.startswith("{http://hl7.org/fhir}") else "format_unknown")


def _in_json(path: Path, options: ImportOptions) -> str:
    by_key = {
        "resourceType": "fhir",
        "valueSetVersions": "central-server",
        "concepts": "finnkode",
        "Kode": "finnkode",
        "code": "central-server",
    }
    with opened(path, options) as stream:
        for key in first_keys(stream):
            if key in by_key:
                return by_key[key]
    raise Unreadable("format_unknown")


def _in_text(path: Path, options: ImportOptions) -> str:
    with opened(path, options) as stream:
        first = next(lines(stream, options), "")
    titles = {plain(cell) for cell in first.replace(";", ",").replace("\t", ",").split(",")}
    if first.startswith("#") or {"subjectid", "objectid"} <= titles:
        return "sssom"
    if "kind" in titles or {plain(name) for name in list(TERMS)[:5]} <= titles:
        return "csv"
    if {plain(SNAP2SNOMED[name][0]) for name in ("source_code", "target_code")} <= titles:
        return "snap2snomed"
    if "|" in first:
        return "national-list"
    if titles & {plain(name) for name in TERMS}:
        return "csv"  # a list of terms with a column missing: its reader says which
    raise Unreadable("format_unknown")
