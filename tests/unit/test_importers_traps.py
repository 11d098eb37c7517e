"""The traps that the public terminology files are known to hold, one test or more for each."""

import pytest

from tests.support.terminology_files import (
    COUNTRY,
    COUNTRY_SYSTEM,
    EDQM,
    ICD,
    PACKAGE,
    PRESENCE,
    ROUTE,
    SETS,
    SNOMED,
    UNIT,
    book,
    imported,
    mvc,
    terms,
    written,
)


def country_set(*concepts, system="https://www.iso.org/iso-3166-country-codes.html"):
    """The country set as it was published: its code system is the address of a web page."""
    return {
        "resourceType": "ValueSet",
        "id": "eHDSICountry-8.1.0",
        "url": "http://terminology.ehdsi.eu/ValueSet/eHDSICountry",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{COUNTRY}"}],
        "version": "0.2.0",
        "name": "eHDSICountry",
        "status": "active",
        "compose": {"include": [{"system": system, "concept": list(concepts)}]},
    }


def test_1_na_is_namibia_in_a_list(tmp_path):
    got = imported(
        terms(tmp_path, f"eHDSICountry,{COUNTRY},ISO 3166-1,{COUNTRY_SYSTEM},NA,NAMIBIA,Namibia,cldr")
    )
    assert got.codes == ["NA"] and got.words["NA", "nb-NO"] == "Namibia" and not got.rejected


def test_1_na_is_namibia_in_a_workbook(tmp_path):
    got = imported(
        book(tmp_path / "a.xlsx", [("Country", mvc(COUNTRY, (COUNTRY_SYSTEM, "", "NA", "NAMIBIA")))])
    )
    assert got.codes == ["NA"] and got.words["NA", "en"] == "NAMIBIA"


def test_1_namibia_is_put_back_where_the_published_set_lost_it(tmp_path):
    file = written(tmp_path / "a.json", country_set({"code": "nan", "display": "NAMIBIA"}))
    got = imported(file)
    assert got.codes == ["NA"] and got.words == {("NA", "en"): "NAMIBIA"}
    assert "import.note.lost_code" in got.notes and not got.rejected


def test_1_the_null_flavor_na_is_put_back_too(tmp_path):
    got = imported(terms(tmp_path, f"x,{SETS}37,NullFlavor,2.16.840.1.113883.5.1008,nan,not applicable,,"))
    assert got.codes == ["NA"]


def test_2_a_lost_text_is_put_back_where_it_is_known(tmp_path):
    got = imported(terms(tmp_path, f"x,{PRESENCE},SNOMED CT,{SNOMED},260413007,nan,Ingen,snomed-local"))
    assert got.words == {("260413007", "en"): "None", ("260413007", "nb-NO"): "Ingen"}
    assert got.notes == ["import.note.lost_text"]


def test_2_any_other_lost_text_is_rejected(tmp_path):
    got = imported(terms(tmp_path, f"x,{PRESENCE},SNOMED CT,{SNOMED},260385009,nan,Negativ,snomed-local"))
    assert got.words == {("260385009", "nb-NO"): "Negativ"}
    assert got.reasons == ["import.reject.lost_text"] and got.rejected[0].where == "line 2"


def test_3_a_lost_route_is_rejected_because_nobody_knows_which(tmp_path):
    got = imported(terms(tmp_path, f"x,{ROUTE},EDQM,{EDQM},nan,Not applicable,Ikke relevant,edqm-usage"))
    assert got.reasons == ["import.reject.lost_code"] and not got.concepts and not got.texts


def test_3_the_route_na_is_no_missing_value(tmp_path):
    got = imported(terms(tmp_path, f"x,{ROUTE},EDQM,{EDQM},NA,Not applicable,Ikke relevant,edqm-usage"))
    assert got.codes == ["NA"] and not got.rejected


def test_4_trailing_blanks_go_and_are_noted(tmp_path):
    got = imported(terms(tmp_path, f"x,{UNIT},EDQM,{EDQM},15007000 ,Blister \u00a0, Blister,edqm-usage"))
    assert got.codes == ["15007000"] and set(got.words.values()) == {"Blister"}
    assert got.notes == ["import.note.blanks"] * 3


def test_5_capitals_stay_and_are_noted(tmp_path):
    got = imported(terms(tmp_path, f"x,{COUNTRY},ISO,{COUNTRY_SYSTEM},AX,ÅLAND ISLANDS,Åland,cldr"))
    assert got.words["AX", "en"] == "ÅLAND ISLANDS" and got.notes == ["import.note.capitals"]


@pytest.mark.parametrize("text", ["mmHg", "DNA", "pH 7", "10"])
def test_5_short_words_in_capitals_are_nothing_to_note(tmp_path, text):
    assert imported(terms(tmp_path, f"x,{UNIT},EDQM,{EDQM},1,{text},,")).notes == []


def test_6_a_text_of_three_lines_becomes_one(tmp_path):
    row = f'x,{SETS}46,Labels,1.3.6.1.4.1.12559.11.10.1.3.1.44.4,116,"Date of\n the first \r\nevent",,'
    got = imported(terms(tmp_path, row, f"x,{COUNTRY},ISO,{COUNTRY_SYSTEM},nan nan,a,,"))
    assert got.words["116", "en"] == "Date of the first event"
    assert got.notes == ["import.note.line_breaks"]
    assert got.rejected[0].where == "line 5"  # lines of the file are counted, not rows


def test_7_equal_texts_of_two_sets_stay_two_concepts(tmp_path):
    rows = [
        f"Package,{PACKAGE},EDQM,{EDQM},30007000,Blister,,",
        f"Unit,{UNIT},EDQM,{EDQM},15007000,Blister,Brett,edqm-usage",
    ]
    got = imported(terms(tmp_path, *rows))
    assert got.codes == ["30007000", "15007000"]
    assert ("30007000", "nb-NO") not in got.words and got.words["15007000", "nb-NO"] == "Brett"


@pytest.mark.parametrize(
    ("code", "dotted"), [("E039", "E03.9"), ("E03", "E03"), ("M450", "M45.0"), ("S7201", "S72.01")]
)
def test_8_an_icd_10_code_gets_its_dot(tmp_path, code, dotted):
    got = imported(terms(tmp_path, f"x,{SETS}5,ICD-10,{ICD},{code},Text,,"))
    assert got.codes == [dotted] and [each.code for each in got.texts] == [dotted]
    assert got.notes == (["import.note.dot_added"] if code != dotted else [])


def test_8_norwegian_codes_without_a_dot_meet_those_with_one(tmp_path):
    file = written(tmp_path / "a.json", [row("E039", "Hypotyreose")])
    assert imported(file).words == {("E03.9", "nb-NO"): "Hypotyreose"}


def row(code, text, **more):
    return {"Kode": code, "Tekst_uten_lengdebegrensning": text, "Tekst_med_maksimalt_60_tegn": "kort", **more}


def test_9_a_placeholder_stays(tmp_path):
    got = imported(terms(tmp_path, f"x,{SETS}5,ICD-10,{ICD},M45.X0,Text,,"))
    assert got.codes == ["M45.X0"] and got.notes == []


def test_9_a_norwegian_code_meets_the_placeholder_only_where_nothing_else_fits(tmp_path):
    file = written(tmp_path / "a.json", [row("M450", "Bekhterev, flere steder"), row("E039", "Hypotyreose")])
    held = {ICD: frozenset({"M45.X0", "E03.9"})}
    got = imported(file, held=held)
    assert got.words == {("M45.X0", "nb-NO"): "Bekhterev, flere steder", ("E03.9", "nb-NO"): "Hypotyreose"}
    assert got.notes == ["import.note.placeholder"]
    both = imported(file, held={ICD: frozenset({"M45.X0", "M45.0", "E03.9"})})
    assert ("M45.0", "nb-NO") in both.words and both.notes == []


def test_10_a_web_page_as_code_system_is_read_by_its_value_set(tmp_path):
    file = written(tmp_path / "a.json", country_set({"code": "NO", "display": "NORWAY"}))
    got = imported(file)
    assert {each.system for each in got.concepts + got.texts} == {COUNTRY_SYSTEM}
    assert got.concepts[0].value_sets == (COUNTRY,)
    assert got.sets[0].version == "8.1.0"  # the label of the release, not the number of the package


def test_a_value_set_in_the_place_of_a_code_system_is_its_sole_system(tmp_path):
    got = imported(terms(tmp_path, f"x,{SETS}5,ICD-10,{SETS}5,E03.9,Hypothyroidism,,"))
    assert got.concepts[0].system == ICD and "import.note.value_set_as_system" in got.notes
