"""Workbooks: the catalogue's layout, columns found by name, and everything a workbook can do to its cells."""

import pytest

from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.spreadsheet import MAX_ROWS
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import (
    COUNTRY,
    COUNTRY_SYSTEM,
    EDQM,
    MAIN,
    PACKAGE,
    SETS,
    book,
    imported,
    mvc,
    sheet_xml,
    written,
    zipped,
)

HEADER = ("Code System ID", "Code System Version", "Concept Code", "Description", "Norsk bokmål (nb-NO)")
ROW = (EDQM, "2025-01-07", "30007000", "Blister", "Blisterbrett")


def refusal(path, format=None):
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions()))
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value


def sheets(tmp_path, *rows, header=HEADER, more=()):
    return book(
        tmp_path / "a.xlsx", [("Package", mvc(PACKAGE, *rows, name="eHDSIPackage", header=header))], more
    )


def test_a_catalogue_sheet(tmp_path):
    got = imported(sheets(tmp_path, ROW))
    (value_set,) = got.sets
    assert (value_set.oid, value_set.name, value_set.version) == (PACKAGE, "eHDSIPackage", "8.1.0")
    (concept,) = got.concepts
    assert (concept.system, concept.version, concept.code) == (EDQM, "2025-01-07", "30007000")
    assert concept.value_sets == (PACKAGE,) and concept.where == "sheet Package row 6"
    assert got.words == {("30007000", "en"): "Blister", ("30007000", "nb-NO"): "Blisterbrett"}
    english, norwegian = got.texts
    assert (english.basis, english.status) == ("catalogue", "active")
    assert (norwegian.basis, norwegian.status) == ("workbook", None)


def test_columns_in_another_order_with_strange_ones_between(tmp_path):
    header = ("No", "fi-FI", "Concept Code", "Remarks", "nn-NO", "Code system OID", "English")
    got = imported(
        sheets(tmp_path, (1, "Läpipaino", "30007000", "?", "Blisterbrett", EDQM, "Blister"), header=header)
    )
    assert got.words == {
        ("30007000", "en"): "Blister",
        ("30007000", "fi-FI"): "Läpipaino",
        ("30007000", "nn-NO"): "Blisterbrett",
    }


def test_the_description_is_not_said_twice(tmp_path):
    got = imported(sheets(tmp_path, (*ROW[:4], "Blister"), header=(*HEADER[:4], "English (en-GB)")))
    assert [(each.language, each.text) for each in got.texts] == [("en", "Blister")]


def test_a_block_in_one_cell_and_an_oid_as_urn(tmp_path):
    rows = [(f"OID: urn:oid:{PACKAGE}",), ("Name: Pakning",), HEADER, ROW]
    (value_set,) = imported(book(tmp_path / "a.xlsx", [("P", rows)])).sets
    assert (value_set.oid, value_set.name) == (PACKAGE, "Pakning")


def test_sheets_without_a_table_are_left_alone(tmp_path):
    path = book(
        tmp_path / "a.xlsx",
        [("Read me", [("Hello",), ("Version", "8")]), ("Package", mvc(PACKAGE, ROW, header=HEADER))],
    )
    assert imported(path).codes == ["30007000"]


def test_no_table_in_any_sheet(tmp_path):
    error = refusal(book(tmp_path / "a.xlsx", [("Read me", [("Hello",)])]))
    assert error.reason == "import.unreadable.missing_column"


def test_a_doubled_column_is_named_with_its_place(tmp_path):
    error = refusal(sheets(tmp_path, (*ROW, "x"), header=(*HEADER, "Code")))
    assert (error.reason, error.where) == ("import.unreadable.doubled_column", "sheet Package row 5")
    error = refusal(sheets(tmp_path, (*ROW, "x"), header=(*HEADER, "nb-NO")))
    assert error.reason == "import.unreadable.doubled_column"


def test_numbers_are_read_as_the_digits_that_stand_there(tmp_path):
    row = (EDQM, "2025", 30007000, "Blister", 12)
    got = imported(sheets(tmp_path, row))
    assert got.codes == ["30007000"] and got.words["30007000", "nb-NO"] == "12"


@pytest.mark.parametrize("number", ["3.0007E7", "1E+2", "0.1", "12345678901234567"])
def test_a_code_whose_digits_a_program_has_lost_is_rejected(tmp_path, number):
    got = imported(sheets(tmp_path, (EDQM, "", {"xml": f"<v>{number}</v>"}, "Blister")))
    assert got.reasons == ["import.reject.number"] and got.rejected[0].where == "sheet Package row 6"


def test_a_version_that_a_program_made_a_date_of(tmp_path):
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    rows = [(EDQM, {"s": style, "xml": "<v>45664</v>"}, f"{style}", "x") for style in (1, 2, 0)]
    got = imported(sheets(tmp_path, *rows, more=[("xl/styles.xml", styles)]))
    assert [each.version for each in got.concepts] == ["2025-01-07", "2025-01-07", "45664"]


def test_shared_strings_with_runs_and_escapes(tmp_path):
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>{EDQM}</t></si>'
        "<si><r><t>Blis</t></r><r><t>ter</t></r><rPh><t>X</t></rPh></si><si><t>a_x000A_b</t></si><si><t/></si></sst>"
    )
    row = (
        [{"t": "s", "xml": f"<v>{n}</v>"} for n in (0, 3)]
        + ["1"]
        + [{"t": "s", "xml": f"<v>{n}</v>"} for n in (1, 2)]
    )
    got = imported(sheets(tmp_path, tuple(row), more=[("xl/sharedStrings.xml", strings)]))
    assert got.words == {("1", "en"): "Blister", ("1", "nb-NO"): "a b"}
    assert got.concepts[0].version == ""


def test_half_a_character_is_no_text(tmp_path):
    """A workbook can spell out signs that no database takes."""
    xml = {"t": "inlineStr", "xml": "<is><t>a_xD800_b</t></is>"}
    got = imported(sheets(tmp_path, (EDQM, "", "1", xml), (EDQM, "", xml, "x"), (EDQM, xml, "2", "x")))
    assert sorted(each.reason.rpartition(".")[2] for each in got.rejected) == [
        "code_blank",
        "invisible",
        "label",
    ]
    assert all(each.what.isascii() and "ud800" in each.what for each in got.rejected)


def test_a_shared_string_that_is_not_there(tmp_path):
    error = refusal(sheets(tmp_path, (EDQM, "", "1", {"t": "s", "xml": "<v>9</v>"})))
    assert error.reason == "import.unreadable.not_workbook" and error.where == "sheet Package row 6"


def test_a_formula_is_rejected_whatever_value_it_last_had(tmp_path):
    formula = {"t": "str", "xml": "<f>A1&amp;B1</f><v>Blister</v>"}
    got = imported(sheets(tmp_path, (EDQM, "", "1", formula), ROW))
    assert got.reasons == ["import.reject.formula"] and got.codes == ["30007000"]
    assert got.rejected[0].what == "=A1&B1"


def test_an_error_of_the_program_is_no_text(tmp_path):
    error = {"t": "e", "xml": "<v>#REF!</v>"}
    got = imported(sheets(tmp_path, (EDQM, "", "1", error, "Brett"), (EDQM, "", error, "x")))
    assert got.reasons == ["import.reject.spreadsheet_error"] * 2 and got.words == {("1", "nb-NO"): "Brett"}


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN"])
def test_macros_are_refused(tmp_path, name):
    assert refusal(sheets(tmp_path, ROW, more=[(name, "x")])).reason == "import.unreadable.macros"


def test_a_macro_workbook_is_refused_by_its_name(tmp_path):
    path = sheets(tmp_path, ROW)
    assert refusal(path.rename(tmp_path / "a.xlsm")).reason == "import.unreadable.macros"


def test_an_old_or_protected_workbook(tmp_path):
    file = written(tmp_path / "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(file).reason == "import.unreadable.old_workbook"


def test_empty_rows_are_nothing(tmp_path):
    rows = sheet_xml([*mvc(PACKAGE, ROW, header=HEADER)])
    empty = "".join(f'<row r="{n}" spans="1:4"><c r="A{n}"/></row>' for n in range(20, 30_000))
    path = book(tmp_path / "a.xlsx", [("P", rows.replace("</sheetData>", empty + "</sheetData>"))])
    assert imported(path).codes == ["30007000"]


@pytest.mark.parametrize("number", [MAX_ROWS + 1, 10_000_000, 10**15])
def test_more_rows_than_a_sheet_can_have(tmp_path, number):
    rows = sheet_xml(mvc(PACKAGE, ROW, header=HEADER)).replace(
        "</sheetData>", f'<row r="{number}"/></sheetData>'
    )
    error = refusal(book(tmp_path / "a.xlsx", [("P", rows)]))
    assert error.reason == "import.unreadable.rows" and error.where == "sheet P"


@pytest.mark.soak
def test_ten_million_empty_rows_are_refused(tmp_path):
    rows = f'<worksheet xmlns="{MAIN}"><sheetData>' + "<row/>" * 10_000_000 + "</sheetData></worksheet>"
    assert refusal(book(tmp_path / "a.xlsx", [("P", rows)])).reason == "import.unreadable.rows"


@pytest.mark.parametrize("rows", ['<row r="2"/><row r="2"/>', '<row r="3"/><row r="1"/>'])
def test_rows_that_go_back(tmp_path, rows):
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    assert refusal(book(tmp_path / "a.xlsx", [("P", xml)])).reason == "import.unreadable.rows"


@pytest.mark.parametrize("reference", ["A1", "1", "XFE1", "ZZZ1"])
def test_cells_that_go_back_or_too_far(tmp_path, reference):
    cells = f'<c r="B1" t="inlineStr"><is><t>x</t></is></c><c r="{reference}"/>'
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    assert refusal(book(tmp_path / "a.xlsx", [("P", xml)])).reason == "import.unreadable.not_workbook"


def test_an_entity_bomb_in_a_sheet(tmp_path):
    xml = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    error = refusal(book(tmp_path / "a.xlsx", [("P", xml)]))
    assert (error.reason, error.where) == ("import.unreadable.xml_doctype", "sheet P")


def test_a_sheet_cut_off_in_the_middle(tmp_path):
    xml = sheet_xml(mvc(PACKAGE, ROW, header=HEADER))
    assert refusal(book(tmp_path / "a.xlsx", [("P", xml[:-60])])).reason == "import.unreadable.cut_off"


def test_a_workbook_with_parts_missing(tmp_path):
    path = zipped(tmp_path / "a.xlsx", [("xl/other.xml", "<x/>")])
    assert refusal(path, "workbook").reason == "import.unreadable.not_workbook"
    workbook = f'<workbook xmlns="{MAIN}"><sheets><sheet name="P"/></sheets></workbook>'
    path = zipped(tmp_path / "b.xlsx", [("xl/workbook.xml", workbook)])
    assert refusal(path).reason == "import.unreadable.not_workbook"


def test_the_code_system_of_countries_comes_from_the_set(tmp_path):
    path = book(tmp_path / "a.xlsx", [("C", mvc(COUNTRY, ("https://iso.org/3166", "", "NO", "NORWAY")))])
    assert imported(path).concepts[0].system == COUNTRY_SYSTEM


def test_mappings_of_a_translation_catalogue(tmp_path):
    header = (
        "Source Code System ID",
        "Source Code",
        "Code System ID",
        "Concept Code",
        "Relationship",
        "Preferred",
    )
    rows = [
        header,
        ("2.16.620.1.101.10.4.2", "493", EDQM, "1", "broader", "yes"),
        ("2.16.620.1.101.10.4.2", "4", EDQM, "2"),
    ]
    got = imported(book(tmp_path / "a.xlsx", [("Mappings", rows)]))
    first, second = got.mappings
    assert (first.source.code, first.target.code, first.relationship, first.preferred) == (
        "493",
        "1",
        "broader",
        True,
    )
    assert second.relationship == "equivalent"
    assert got.notes == ["import.note.unknown_system"]  # said once


def test_a_cell_that_is_none_of_those_allowed(tmp_path):
    header = (*HEADER, "Norsk bokmål (nb-NO) status")
    got = imported(sheets(tmp_path, (*ROW, "godkjent"), header=header))
    assert got.reasons == ["import.reject.cell"] and SETS in got.concepts[0].value_sets[0]
