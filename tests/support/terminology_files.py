"""Terminology files of every format, made by code."""

import io
import json
import tarfile
import zipfile
from xml.sax.saxutils import escape

from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    MappingItem,
    Noted,
    Rejected,
    ValueSetItem,
)

ICD = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
SNOMED = "2.16.840.1.113883.6.96"
ATC = "2.16.840.1.113883.6.73"
EDQM = "0.4.0.127.0.16.1.1.2.1"
COUNTRY_SYSTEM = "1.0.3166.1"
SETS = "1.3.6.1.4.1.12559.11.10.1.3.1.42."
COUNTRY, PACKAGE, ROUTE, UNIT, PRESENCE = (SETS + number for number in ("4", "3", "12", "56", "77"))
TERMS_HEADER = "valueset_name,valueset_oid,codesystem_name,codesystem_oid,code,display_en,display_nb,nb_basis"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Got:
    """The items of a file, by kind."""

    def __init__(self, items):
        self.items = list(items)

        def of(kind):
            return [item for item in self.items if isinstance(item, kind)]

        self.systems, self.sets, self.concepts = of(CodeSystemItem), of(ValueSetItem), of(ConceptItem)
        self.texts, self.mappings = of(DesignationItem), of(MappingItem)
        self.rejected, self.noted = of(Rejected), of(Noted)

    @property
    def codes(self):
        return [item.code for item in self.concepts]

    @property
    def words(self):
        return {(item.code, item.language): item.text for item in self.texts}

    @property
    def reasons(self):
        return [item.reason for item in self.rejected]

    @property
    def notes(self):
        return [item.reason for item in self.noted]


def imported(path, format=None, **options):
    """The items of a file."""
    return Got(read(path, format, ImportOptions(**options)))


def written(path, content):
    """Write text (UTF-8), bytes, or anything else as JSON; returns the path."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content, ensure_ascii=False)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def terms(tmp_path, *rows, header=TERMS_HEADER, name="terms.csv"):
    """A list of terms with the rows given as lines."""
    return written(tmp_path / name, "\n".join([header, *rows, ""]))


def zipped(path, members, compression=zipfile.ZIP_DEFLATED):
    """A ZIP of (name, content) pairs."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def tarred(path, members):
    """A gzip-packed tar of (name, content) pairs; a content that is no bytes is JSON."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def cell(reference, value):
    """A cell of a sheet: text; a number when `value` is one; a dict states the XML."""
    if isinstance(value, dict):
        attributes = " ".join(f'{key}="{text}"' for key, text in value.items() if key != "xml")
        return f'<c r="{reference}" {attributes}>{value["xml"]}</c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def sheet_xml(rows):
    """A sheet of rows; None leaves a cell out."""
    body = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row) if value is not None
        )
        body.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(body)}</sheetData></worksheet>'


def book(path, sheets, more=()):
    """A workbook of (name, rows or XML) pairs, with further members."""
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="s{n}"/>' for n, (name, _) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="s{n}" Type="x" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    members = [
        (
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>',
        ),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="x">{links}</Relationships>'),
        *(
            (f"xl/worksheets/sheet{n}.xml", rows if isinstance(rows, str) else sheet_xml(rows))
            for n, (_, rows) in enumerate(sheets, 1)
        ),
        *more,
    ]
    return zipped(path, members)


def mvc(
    oid,
    *rows,
    name="eHDSICountry",
    header=("Code System ID", "Code System Version", "Concept Code", "Description"),
):
    """The rows of a catalogue sheet."""
    return [("Value Set Name", name), ("Value Set OID", oid), ("Version", "8.1.0"), (), header, *rows]
