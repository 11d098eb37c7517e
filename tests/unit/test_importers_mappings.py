"""Mappings in SSSOM and from Snap2SNOMED, the display tool, and how formats are told apart."""

import csv
import io
import re
from pathlib import Path

import pytest

import terminology.importers
from terminology.importers import formats, read
from terminology.importers.detect import detected
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.pages import messages as module
from terminology.pages.messages import messages, placeholders
from tests.support.terminology_files import (
    EDQM,
    ICD,
    SETS,
    SNOMED,
    book,
    imported,
    mvc,
    tarred,
    terms,
    written,
    zipped,
)

SSSOM_HEAD = "subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\n"


def refusal(path, format=None, **options):
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions(**options)))
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


def sssom(tmp_path, *rows, head="#curie_map:\n#  HERE: urn:oid:2.16.620.1.101.10.4.2:\n#license: x\n"):
    lines = "".join("\t".join(row) + "\n" for row in rows)
    return written(tmp_path / "a.sssom.tsv", head + SSSOM_HEAD + lines)


@pytest.mark.parametrize(
    ("predicate", "relationship"),
    [
        ("skos:exactMatch", "equivalent"),
        ("skos:broadMatch", "broader"),
        ("skos:narrowMatch", "narrower"),
        ("skos:closeMatch", "inexact"),
        ("skos:relatedMatch", "inexact"),
    ],
)
def test_sssom(tmp_path, predicate, relationship):
    got = imported(sssom(tmp_path, ("HERE:49:3", "Asma", predicate, "", "SCTID:195967001", "x")))
    (mapping,) = got.mappings
    assert (mapping.source.system, mapping.source.code) == ("2.16.620.1.101.10.4.2", "49:3")
    assert (mapping.target.system, mapping.target.code, mapping.relationship) == (
        SNOMED,
        "195967001",
        relationship,
    )


def test_sssom_rows_that_say_something_else(tmp_path):
    rows = [
        ("HERE:1", "", "skos:exactMatch", "Not", "SCTID:1", ""),
        ("HERE:1", "", "skos:mappingRelation", "", "SCTID:1", ""),
        ("THERE:1", "", "skos:exactMatch", "", "SCTID:1", ""),
        ("HERE:1", "", "skos:exactMatch", "", "sssom:NoTermFound", ""),
        ("HERE:1", "", "skos:exactMatch"),
    ]
    got = imported(sssom(tmp_path, *rows))
    assert [each.reason.rpartition(".")[2] for each in got.rejected] == [
        "relationship",
        "relationship",
        "prefix",
        "cells",
    ]
    assert [each.where for each in got.rejected] == [
        "line 5",
        "line 6",
        "line 7",
        "line 9",
    ] and not got.mappings


def test_the_same_mapping_twice(tmp_path):
    row = ("HERE:1", "", "skos:exactMatch", "", "SCTID:1", "")
    assert imported(sssom(tmp_path, row, row)).reasons == ["import.reject.duplicate"]


def test_a_target_in_a_system_that_nobody_knows(tmp_path):
    got = imported(sssom(tmp_path, ("SCTID:1", "", "skos:exactMatch", "", "HERE:1", "")))
    assert got.reasons == ["import.reject.unknown_system"]


def test_sssom_without_its_columns(tmp_path):
    assert refusal(written(tmp_path / "a.tsv", "#x: y\nsubject_id\tobject_id\n")) == "missing_column"


SNAP = (
    "Source code,Source display,Target code,Target display,Relationship type code,"
    "Relationship type display,No map flag,Status"
)


def test_snap2snomed(tmp_path):
    rows = [
        "A1,Astma,195967001,Asthma,TARGET_EQUIVALENT,x,false,ACCEPTED",
        "A2,Vondt,22253000,Pain,TARGET_BROADER,x,false,MAPPED",
        "A3,Ingen,,,,,true,ACCEPTED",
        "A4,Senere,,,,,false,UNMAPPED",
        "A5,Feil,1,x,TARGET_EQUIVALENT,x,false,REJECTED",
        "A6,Rart,1,x,TARGET_SIDEWAYS,x,false,MAPPED",
    ]
    file = terms(tmp_path, *rows, header=SNAP)
    assert refusal(file) == "option_system"
    got = imported(file, system=ICD)
    assert [
        (each.source.code, each.target.code, each.relationship, each.status) for each in got.mappings
    ] == [
        ("A1", "195967001", "equivalent", "in review"),  # accepted by others, reviewed by us
        ("A2", "22253000", "broader", None),
    ]
    assert got.reasons == ["import.reject.rejected_by_source", "import.reject.relationship"]


def test_snap2snomed_with_the_names_of_another_version(tmp_path):
    header = "source_code,source_display,target_code,target_display,relationship_type"
    got = imported(terms(tmp_path, "1,x,2,y,TARGET_NARROWER", header=header), system=ICD)
    assert got.mappings[0].relationship == "narrower"


DISPLAY = (
    f'<?xml version="1.0"?><ValueSet oid="{SETS}12" name="eHDSIRoute"><concept codeSystem="{EDQM}" '
    'codeSystemName="EDQM" code="20053000"><designation lang="en-GB">Oral use</designation>'
    '<designation lang="nb-NO">Oral bruk</designation></concept></ValueSet>'
)


def test_the_display_tool(tmp_path):
    for file in (
        written(tmp_path / "a.xml", DISPLAY),
        zipped(tmp_path / "a.zip", [(f"{SETS}12.xml", DISPLAY), ("readme.txt", "x")]),
    ):
        got = imported(file)
        assert got.words == {("20053000", "en"): "Oral use", ("20053000", "nb-NO"): "Oral bruk"}
        assert (got.sets[0].oid, got.sets[0].name) == (SETS + "12", "eHDSIRoute")
        assert [each.status for each in got.texts] == ["active", None]


def test_a_display_tool_file_without_an_oid(tmp_path):
    assert refusal(written(tmp_path / "a.xml", '<ValueSet name="x"/>')) == "display_tool"
    assert refusal(zipped(tmp_path / "a.zip", [("x.xml", DISPLAY)]), "display-tool") == "display_tool"


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ("kind,system,code\n", "csv"),
        ("\ufeffvalueset_name,valueset_oid,codesystem_name,codesystem_oid,code,display_en\n", "csv"),
        (SNAP + "\n", "snap2snomed"),
        ("#curie_map:\n", "sssom"),
        ("subject_id\tpredicate_id\tobject_id\n", "sssom"),
        ("1|En\n", "national-list"),
        ('{"resourceType": "CodeSystem"}', "fhir"),
        (' [{"Kode": "E03"}]', "finnkode"),
        ('{"name": "x", "valueSetVersions": []}', "central-server"),
        ('[{"description": "x", "code": "1"}]', "central-server"),
        ("<FEST/>", "fest"),
        (DISPLAY, "display-tool"),
    ],
)
def test_a_format_is_told_from_the_content(tmp_path, content, format):
    assert detected(written(tmp_path / "misleading.name", content), ImportOptions()) == format
    assert format in formats()


def test_a_format_is_told_from_what_an_archive_holds(tmp_path):
    def format_of(path):
        return detected(path, ImportOptions())

    assert format_of(book(tmp_path / "a", [("A", mvc(SETS + "12"))])) == "workbook"
    assert format_of(zipped(tmp_path / "b", [("x/Snapshot/sct2_Concept_Snapshot.txt", "")])) == "snomed-rf2"
    assert format_of(zipped(tmp_path / "c", [("fest251.xml", "")])) == "fest"
    assert format_of(zipped(tmp_path / "d", [(f"{SETS}12.xml", "")])) == "display-tool"
    assert format_of(tarred(tmp_path / "e", [("package/package.json", {})])) == "fhir-package"


def test_other_resources_and_formats_are_named(tmp_path):
    assert refusal(written(tmp_path / "a.json", {"resourceType": "Patient"})) == "fhir_type"
    assert refusal(written(tmp_path / "a.json", {"hello": 1})) == "format_unknown"
    assert refusal(written(tmp_path / "a.json", {"resourceType": "CodeSystem"})) == "fhir_url"
    assert refusal(written(tmp_path / "a.xml", '<CodeSystem xmlns="http://hl7.org/fhir"/>')) == "fhir_xml"


def test_every_sentence_that_the_importers_need_is_there():
    """Every reason in the source has its sentence, with the placeholders that it is given."""
    folder = Path(terminology.importers.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    texts = messages("nb")
    unreadable = set(re.findall(r'Unreadable\(\s*"([a-z0-9_]+)"', source))
    rejected = set(re.findall(r'_Refused\(\s*"([a-z_]+)"', source)) | set(
        re.findall(r'"import\.reject\.([a-z_]+)"', source)
    )
    noted = set(re.findall(r'"import\.note\.([a-z_]+)"', source)) | set(
        re.findall(r'_not(?:e|ing)\((?:note, |True, )?"([a-z_]+)"', source)
    )
    assert len(unreadable) > 30 and len(rejected) > 20 and len(noted) > 8
    for key in unreadable:
        assert f"import.unreadable.{key}" in texts, key
    for kind, keys in (("reject", rejected), ("note", noted)):
        for key in keys:
            assert placeholders(texts._texts[f"import.{kind}.{key}"]) == {"what"}, key


def test_no_sentence_is_left_over():
    folder = Path(terminology.importers.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    file = Path(module.__file__).parent / "messages" / "imports.csv"
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))[1:]
    assert len(rows) > 70
    assert [row[0] for row in rows if f'{row[0].rpartition(".")[2]}"' not in source] == []
