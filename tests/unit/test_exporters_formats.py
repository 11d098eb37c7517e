"""What the exporters write, read by plain parsers: nothing here trusts our own importers."""

import csv
import gzip
import io
import json
import tarfile
import zipfile

import pytest
from lxml import etree

from terminology.concept import Concept
from terminology.designation import Status
from terminology.exporters import FORMATS, workbook, write
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    MappingItem,
    Rejected,
    Relationship,
    ValueSetItem,
)
from tests.support.terminology_files import EDQM, MAIN, SETS, SNOMED

ROUTES = SETS + "12"


def text(code, language, words, preferred=False, status=Status.ACTIVE, basis="edqm-usage"):
    return DesignationItem(EDQM, "2025", code, language, words, preferred, status, basis, "")


ITEMS = [
    CodeSystemItem(EDQM, "http://standardterms.edqm.eu", "EDQM Standard Terms", "2025", ""),
    ValueSetItem(ROUTES, "eHDSIRoute", "8.1.0", False, ""),
    Rejected("line 1", "x", "import.reject.no_code"),
    ConceptItem(EDQM, "2025", "20053000", True, None, (ROUTES,), ""),
    ConceptItem(EDQM, "2025", "00NA", False, "20053000", (), ""),
    text("20053000", "en", "Oral use", basis="catalogue"),
    text("20053000", "nb-NO", "Oral bruk", True),
    text("20053000", "nb-NO", "Gjennom munnen", status=Status.DRAFT),
    text("20053000", "nn-NO", "=1+1", status=Status.RETIRED),
    text("elsewhere", "nb-NO", "Løs tekst"),
    MappingItem(
        Concept("PO", "2.16.620.1.101.10.4.2"), Concept("20053000", EDQM, "2025"),
        Relationship.BROADER, True, Status.IN_REVIEW, "",
    ),
]  # fmt: skip


@pytest.fixture
def exported(tmp_path):
    def of(format, items=ITEMS):
        write(items, tmp_path / "export", format)
        assert [path.name for path in tmp_path.iterdir()] == ["export"]
        return tmp_path / "export"

    return of


def resources(path):
    with tarfile.open(path, "r:gz") as archive:
        return {name: json.load(archive.extractfile(name)) for name in archive.getnames()}


def test_the_package_is_one_that_fhir_tools_know(exported):
    found = resources(exported("fhir-package"))
    manifest = found.pop("package/package.json")
    assert manifest["fhirVersions"] == ["4.0.1"] and manifest["name"] and manifest["version"]
    for name, resource in found.items():
        assert name == f"package/{resource['resourceType']}-{resource['id']}.json"
        assert len(resource["id"]) <= 64 and resource["id"].replace("-", "").replace(".", "").isalnum()
        assert resource["status"] == "active" and resource["url"]
    kinds = sorted(resource["resourceType"] for resource in found.values())
    assert kinds == ["CodeSystem", "CodeSystem", "ConceptMap", "ValueSet"]


def test_a_code_system_holds_english_and_its_supplement_the_rest(exported):
    own, rest = (
        next(each for each in resources(exported("fhir-package")).values() if each.get("content") == content)
        for content in ("fragment", "supplement")
    )
    assert (own["url"], own["version"]) == ("http://standardterms.edqm.eu", "2025")
    assert own["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{EDQM}"}]
    oral, retired = own["concept"]
    assert oral["display"] == "Oral use"
    assert retired["property"] == [
        {"code": "inactive", "valueBoolean": True},
        {"code": "parent", "valueCode": "20053000"},
    ]
    assert rest["supplements"] == "http://standardterms.edqm.eu|2025"
    words = [(each["language"], each["value"], "use" in each) for each in rest["concept"][0]["designation"]]
    assert words == [
        ("nb-NO", "Oral bruk", True),
        ("nb-NO", "Gjennom munnen", False),
        ("nn-NO", "=1+1", False),
    ]
    said = rest["concept"][0]["designation"][1]["extension"][0]["extension"]
    assert said == [{"url": "status", "valueString": "draft"}, {"url": "basis", "valueString": "edqm-usage"}]


def test_a_value_set_enumerates_and_a_map_says_what_the_target_is(exported):
    found = resources(exported("fhir-package"))
    (value_set,) = (each for each in found.values() if each.get("resourceType") == "ValueSet")
    assert value_set["url"] == f"urn:oid:{ROUTES}" and value_set["version"] == "8.1.0"
    assert value_set["compose"]["include"] == [
        {"system": "http://standardterms.edqm.eu", "version": "2025", "concept": [{"code": "20053000"}]}
    ]
    (group,) = next(each for each in found.values() if each.get("resourceType") == "ConceptMap")["group"]
    assert (group["source"], group["target"], group["targetVersion"]) == (
        "urn:oid:2.16.620.1.101.10.4.2", "http://standardterms.edqm.eu", "2025",
    )  # fmt: skip
    assert group["element"][0]["target"][0]["equivalence"] == "wider"


def test_names_that_differ_only_in_what_an_id_cannot_hold(exported):
    systems = [CodeSystemItem(None, None, name, "", "") for name in ("A b", "A/b", "A_b")]
    names = [name for name in resources(exported("fhir-package", systems)) if "CodeSystem" in name]
    assert names == [
        "package/CodeSystem-cs-A-b.json",
        "package/CodeSystem-cs-A-b-2.json",
        "package/CodeSystem-cs-A-b-3.json",
    ]


def sheet(path, number):
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
    return [["".join(cell.itertext()) for cell in row] for row in tree.iter(f"{{{MAIN}}}row")]


def test_a_workbook_has_a_sheet_per_set_with_its_block(exported):
    path = exported("workbook")
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read("xl/workbook.xml"))
    names = [each.get("name") for each in tree.iter(f"{{{MAIN}}}sheet")]
    assert names == ["Code systems", "eHDSIRoute", "No value set", "Texts", "Mappings"]
    name, oid, version, complete, header, row = sheet(path, 2)
    assert (name, oid) == (["Value Set Name", "eHDSIRoute"], ["Value Set OID", ROUTES])
    assert (version, complete) == (["Value Set Version", "8.1.0"], ["Complete", "no"])
    assert header[:5] == ["Code System ID", "Code System Version", "Concept Code", "Current", "Parent"]
    assert "Bokmål (nb-NO)" in header and "Bokmål (nb-NO) 2 status" in header
    assert row[:4] == [EDQM, "2025", "20053000", "yes"] and "Gjennom munnen" in row


def test_every_cell_is_text_so_that_nothing_is_calculated(exported):
    with zipfile.ZipFile(exported("workbook")) as archive:
        for name in archive.namelist():
            tree = etree.fromstring(archive.read(name))
            assert {each.get("t") for each in tree.iter(f"{{{MAIN}}}c")} <= {"inlineStr"}
            assert not list(tree.iter(f"{{{MAIN}}}f"))


def test_sheet_names_that_a_workbook_can_have(exported):
    names = ["a/b", "A B", "x" * 40, "x" * 40, "", "Texts"]
    sets = [ValueSetItem(f"{SETS}{n}", name, "", True, "") for n, name in enumerate(names, 1)]
    with zipfile.ZipFile(exported("workbook", sets)) as archive:
        tree = etree.fromstring(archive.read("xl/workbook.xml"))
    found = [each.get("name") for each in tree.iter(f"{{{MAIN}}}sheet")]
    assert len(found) == len({name.casefold() for name in found}) == 6
    assert all(0 < len(name) <= 31 and "/" not in name for name in found)


def test_more_rows_than_a_sheet_can_have(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    with pytest.raises(ValueError, match="more than 3 rows"):
        write(ITEMS, tmp_path / "export", "workbook")
    assert list(tmp_path.iterdir()) == []


def test_the_csv_has_a_row_per_thing(exported):
    rows = list(csv.DictReader(io.StringIO(exported("csv").read_text("utf-8"))))
    assert [row["kind"] for row in rows] == [
        "system",
        "value_set",
        "concept",
        "concept",
        *["text"] * 5,
        "mapping",
    ]
    assert rows[3]["code"] == "00NA" and rows[3]["current"] == "no"


def test_sssom_explains_its_prefixes(exported):
    lines = exported("sssom").read_text("utf-8").splitlines()
    assert lines[:3] == [
        "#curie_map:",
        "#  CS1: urn:oid:2.16.620.1.101.10.4.2:",
        "#  EDQM: http://standardterms.edqm.eu/",
    ]
    row = dict(zip(lines[4].split("\t"), lines[5].split("\t"), strict=True))
    assert (row["subject_id"], row["predicate_id"], row["object_id"]) == (
        "CS1:PO",
        "skos:broadMatch",
        "EDQM:20053000",
    )
    assert row["object_label"] == "Oral use" and row["other"] == "status=in review|preferred=yes"


def test_the_display_tool_gets_no_retired_text(exported):
    with zipfile.ZipFile(exported("display-tool")) as archive:
        assert archive.namelist() == [f"{ROUTES}.xml"]
        root = etree.fromstring(archive.read(f"{ROUTES}.xml"))
    assert dict(root.attrib) == {"oid": ROUTES, "name": "eHDSIRoute"}
    (concept,) = root
    assert dict(concept.attrib) == {
        "codeSystem": EDQM,
        "codeSystemName": "EDQM Standard Terms",
        "code": "20053000",
    }
    assert [(each.get("lang"), each.text) for each in concept] == [
        ("en", "Oral use"),
        ("nb-NO", "Oral bruk"),
        ("nb-NO", "Gjennom munnen"),
    ]


@pytest.mark.parametrize("format", [*FORMATS])
def test_nothing_to_export_is_a_file_that_says_so(exported, format):
    path = exported(format, [])
    assert path.stat().st_size > 0
    if format == "fhir-package":
        assert list(resources(path)) == ["package/package.json"]
        assert gzip.decompress(path.read_bytes())


def test_an_export_that_fails_leaves_the_old_file(tmp_path):
    old = tmp_path / "export"
    old.write_text("old")
    items = [MappingItem(Concept("a", SNOMED), Concept("b", EDQM), "nonsense", False, None, "")]
    with pytest.raises(ValueError, match="nonsense"):
        write(items, old, "sssom")
    assert old.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_unknown_format(tmp_path):
    with pytest.raises(KeyError):
        write([], tmp_path / "export", "word")
