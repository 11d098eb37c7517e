"""Text files that are not what they should be: a clear refusal with the place, or a row in the report."""

import codecs

import pytest

from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.sources import MAX_LINE
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import (
    COUNTRY,
    COUNTRY_SYSTEM,
    EDQM,
    ICD,
    SETS,
    TERMS_HEADER,
    UNIT,
    imported,
    terms,
    written,
)

ROW = f"eHDSICountry,{COUNTRY},ISO 3166-1,{COUNTRY_SYSTEM},SE,SVERIGE,Sverige på norsk,cldr"
GOOD = f"{TERMS_HEADER}\n{ROW}\n"


def refusal(path, format=None, **options):
    """Why the file is refused; the sentence must exist in every language."""
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions(**options)))
    for language in ("nb", "nn", "en"):
        assert messages(language).text(caught.value.reason, **caught.value.params)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("format", [None, "csv"])
def test_another_encoding_is_named(tmp_path, encoding, format):
    error = refusal(written(tmp_path / "a.csv", GOOD.encode(encoding)), format)
    assert error.reason == "import.unreadable.encoding"
    assert error.params["found"] in ("UTF-16", "UTF-32") and error.params["wanted"] == "UTF-8"


def test_windows_1252_is_named_with_the_line(tmp_path):
    error = refusal(written(tmp_path / "a.csv", GOOD.encode("windows-1252")))
    assert (error.reason, error.where) == ("import.unreadable.encoding", "line 2")
    assert error.params["found"] == "Windows-1252"


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "iso-8859-1"])
def test_a_stated_encoding_is_read(tmp_path, encoding):
    got = imported(written(tmp_path / "a.csv", GOOD.encode(encoding)), "csv", encoding=encoding)
    assert got.words["SE", "nb-NO"] == "Sverige på norsk"


def test_an_encoding_that_does_not_fit_or_does_not_exist(tmp_path):
    file = written(tmp_path / "a.csv", GOOD)
    assert refusal(file, "csv", encoding="ascii").reason == "import.unreadable.encoding"
    assert refusal(file, "csv", encoding="klingon").reason == "import.unreadable.encoding_name"


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    got = imported(written(tmp_path / "a.csv", codecs.BOM_UTF8 + GOOD.encode()))
    assert got.codes == ["SE"] and not got.rejected


def test_a_byte_order_mark_inside_is_rejected_by_row(tmp_path):
    got = imported(terms(tmp_path, ROW.replace("SVERIGE", "\ufeffSVERIGE"), ROW.replace("SE,", "\ufeffSE,")))
    assert got.reasons == ["import.reject.invisible", "import.reject.code_blank"]


def test_a_missing_column_is_named(tmp_path):
    file = terms(tmp_path, ROW, header=TERMS_HEADER.replace("display_en,", ""))
    error = refusal(file)
    assert (error.reason, error.where) == ("import.unreadable.missing_column", "line 1")
    assert error.params == {"column": "display_en"}


def test_a_doubled_column_is_named(tmp_path):
    error = refusal(terms(tmp_path, ROW + ",X", header=TERMS_HEADER + ",Code"))
    assert error.reason == "import.unreadable.doubled_column" and error.params == {"column": "Code"}


def test_columns_in_another_order_and_another_separator(tmp_path):
    header = ";".join(reversed(TERMS_HEADER.split(",")))
    got = imported(terms(tmp_path, ";".join(reversed(ROW.split(","))), header=header))
    assert got.words["SE", "nb-NO"] == "Sverige på norsk"


def test_a_row_with_another_number_of_cells_is_rejected_with_its_line(tmp_path):
    got = imported(terms(tmp_path, ROW + ",extra", "only,two", ROW))
    assert [(each.where, each.reason) for each in got.rejected] == [
        ("line 2", "import.reject.cells"),
        ("line 3", "import.reject.cells"),
    ]
    assert got.codes == ["SE"]


def test_empty_rows_are_nothing(tmp_path):
    got = imported(terms(tmp_path, *[",,,,,,,"] * 50_000, ROW, *[""] * 50_000))
    assert got.codes == ["SE"] and not got.rejected


@pytest.mark.soak
def test_ten_million_empty_rows_are_nothing(tmp_path):
    file = tmp_path / "a.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(TERMS_HEADER + "\n")
        for _ in range(1000):
            out.write(",,,,,,,\n" * 10_000)
        out.write(ROW + "\n")
    assert imported(file).codes == ["SE"]


def test_a_file_cut_off_inside_a_quoted_cell(tmp_path):
    error = refusal(written(tmp_path / "a.csv", f'{TERMS_HEADER}\n{ROW}\na,b,"cut of'))
    assert (error.reason, error.where) == ("import.unreadable.cut_off", "line 3")


def test_a_file_cut_off_inside_a_row_is_seen_in_the_report(tmp_path):
    got = imported(written(tmp_path / "a.csv", GOOD + f"eHDSICountry,{COUNTRY},ISO"))
    assert got.rejected[0].where == "line 3"


def test_a_quotation_mark_in_the_wrong_place(tmp_path):
    error = refusal(terms(tmp_path, ROW.replace("SVERIGE", '"SVER"IGE')))
    assert (error.reason, error.where) == ("import.unreadable.quotes", "line 2")


def test_an_empty_file_a_missing_one_and_a_folder(tmp_path):
    assert refusal(written(tmp_path / "a.csv", "")).reason == "import.unreadable.empty"
    assert refusal(tmp_path / "none.csv", "csv").reason == "import.unreadable.no_file"
    assert refusal(tmp_path, "csv").reason in ("import.unreadable.no_file", "import.unreadable.empty")


def test_a_line_without_end(tmp_path):
    error = refusal(written(tmp_path / "a.csv", GOOD + "x" * (MAX_LINE + 10)))
    assert (error.reason, error.where) == ("import.unreadable.long_line", "line 3")


def test_bytes_that_are_no_text(tmp_path):
    assert refusal(written(tmp_path / "a.csv", GOOD + "a\0b")).reason == "import.unreadable.not_text"
    assert (
        refusal(written(tmp_path / "a.bin", bytes(range(256)))).reason == "import.unreadable.format_unknown"
    )


def test_a_code_twice_in_a_set_is_rejected_with_its_texts(tmp_path):
    got = imported(terms(tmp_path, ROW, ROW.replace("Sverige på norsk", "Noe annet")))
    assert got.codes == ["SE"] and got.words["SE", "nb-NO"] == "Sverige på norsk"
    assert [(each.where, each.reason) for each in got.rejected] == [("line 3", "import.reject.duplicate")]


def test_a_code_in_two_sets_is_no_duplicate(tmp_path):
    rows = [f"x,{SETS}{n},EDQM,{EDQM},1,Blister,Brett,edqm-usage" for n in ("3", "56")]
    got = imported(terms(tmp_path, *rows))
    assert [each.value_sets for each in got.concepts] == [(SETS + "3",), (SETS + "56",)]
    assert len(got.texts) == 2 and not got.rejected  # the texts are the same and said once


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("two words", "code_blank"),
        ("a\u00a0b", "code_blank"),
        ("a\tb", "code_blank"),
        ("a\u200bb", "code_blank"),
        ("E03.", "code_dot"),
        (".9", "code_dot"),
        ("E03..9", "code_dot"),
        ("", "no_code"),
        ("   ", "no_code"),
        ("x" * 129, "long_code"),
        ("#REF!", "spreadsheet_error"),
        ("nan", "lost_code"),
    ],
)
def test_a_code_that_cannot_be_one(tmp_path, code, reason):
    got = imported(terms(tmp_path, f'x,{SETS}5,ICD-10,{ICD},"{code}",Text,,'))
    assert got.reasons == [f"import.reject.{reason}"] and got.rejected[0].where == "line 2"
    assert not got.concepts and not got.texts


@pytest.mark.parametrize("code", ["[in_i'H2O]", "10*3/uL", "%", "{score}", "m[H2O]", "1/min", "a.b", "-1"])
def test_codes_of_units_are_codes(tmp_path, code):
    got = imported(terms(tmp_path, f'x,{SETS}16,UCUM,2.16.840.1.113883.6.8,"{code}",Text,,'))
    assert got.codes == [code] and not got.rejected


def test_a_designation_of_5000_characters(tmp_path):
    got = imported(
        terms(
            tmp_path,
            ROW.replace("SVERIGE", "x" * 5000),
            ROW.replace("SE,", "NO,").replace("SVERIGE", "x" * 4000),
        )
    )
    assert got.reasons == ["import.reject.long_text"] and len(got.rejected[0].what) <= 200
    assert len(got.words["NO", "en"]) == 4000 and ("SE", "en") not in got.words


@pytest.mark.parametrize("text", ["a\u200bb", "a\x07b", "a\u2028b", "a\x1fb"])
def test_a_text_with_an_invisible_character(tmp_path, text):
    got = imported(terms(tmp_path, ROW.replace("SVERIGE", text)))
    assert got.reasons == ["import.reject.invisible"]


def test_an_unknown_oid_and_one_that_is_none(tmp_path):
    rows = [
        f"x,{UNIT},X,1.2.3.4.5,1,Text,,",
        f"x,{UNIT},X,1.2..3,2,Text,,",
        "x,1.2.3.4,X,1.0.3166.1,SE,Text,,",
        "x,not an oid,X,1.0.3166.1,SE,Text,,",
    ]
    got = imported(terms(tmp_path, *rows))
    assert [each.reason.rpartition(".")[2] for each in got.rejected] == [
        "unknown_system",
        "oid",
        "oid",
        "oid",
    ]
    assert got.codes == ["SE"]  # a set that the file describes is known, whoever's it is
    known = imported(terms(tmp_path, rows[0]), systems={"1.2.3.4.5": "X"})
    assert known.codes == ["1"]


def test_a_basis_that_nobody_knows(tmp_path):
    got = imported(terms(tmp_path, ROW.replace(",cldr", ",hearsay")))
    assert got.reasons == ["import.reject.basis"] and got.codes == ["SE"]


def test_the_complete_export_says_which_cell_is_wrong(tmp_path):
    header = "kind,system,code,status,current,language,text,relationship"
    rows = [
        f"concept,{EDQM},1,,maybe,,,",
        f"text,{EDQM},1,approved,,nb,Tekst,",
        f"text,{EDQM},1,active,,norsk bokmål,Tekst,",
        f"song,{EDQM},1,,,,,",
        f"mapping,{EDQM},1,,,,,sameish",
    ]
    got = imported(terms(tmp_path, *rows, header=header))
    assert [each.reason.rpartition(".")[2] for each in got.rejected][:4] == [
        "cell",
        "cell",
        "language",
        "kind",
    ]
    assert len(got.rejected) == 5 and not got.texts


def test_a_version_with_control_characters_never_reaches_the_store(tmp_path):
    got = imported(terms(tmp_path, f'concept,{EDQM},1,"1\x1f2"', header="kind,system,code,version"))
    assert got.reasons == ["import.reject.label"]
    nbsp = terms(tmp_path, f"value_set,{UNIT},,,Two\u00a0words", header="kind,system,code,version,name")
    assert imported(nbsp).sets[0].name == "Two\u00a0words"


def test_parents_in_a_circle_are_named(tmp_path):
    header = "kind,system,version,code,parent,current"
    rows = [f"concept,{EDQM},,{code},{parent},yes" for code, parent in ("ab", "bc", "ca", "de")]
    error = refusal(terms(tmp_path, *rows, header=header))
    assert error.reason == "import.unreadable.circle" and error.where in ("line 2", "line 3", "line 4")
    assert set(error.params["codes"].split(" > ")) == {"a", "b", "c"}


def test_a_code_that_is_its_own_parent(tmp_path):
    file = terms(tmp_path, f"concept,{EDQM},a,a,yes", header="kind,system,code,parent,current")
    assert refusal(file).params["codes"] == "a > a"


def test_a_tree_is_no_circle(tmp_path):
    header = "kind,system,version,code,parent,current"
    rows = [
        f"concept,{EDQM},{v},{c},{p},yes"
        for v, c, p in (("1", "a", "b"), ("1", "b", ""), ("2", "b", "a"), ("2", "a", ""))
    ]
    assert len(imported(terms(tmp_path, *rows, header=header)).concepts) == 4


def test_the_reader_tells_how_far_it_is(tmp_path):
    told = []
    file = terms(tmp_path, *[ROW] * 20_000)
    imported(file, watch=told.append)
    assert told and told == sorted(told) and told[-1] == file.stat().st_size


def test_an_unknown_format_and_no_file_at_all(tmp_path):
    assert refusal(terms(tmp_path, ROW), "word").reason == "import.unreadable.format"
    assert refusal(None, None).reason == "import.unreadable.no_file"
