"""The JSON of the central terminology server."""

import json

import pytest

from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import EDQM, SETS, imported, written


def refusal(path, format=None, **options):
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions(**options)))
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


def entry(code, **more):
    version = {"localName": "2025-01-07", "codeSystem": {"oid": EDQM, "name": "EDQM Standard Terms"}}
    return {"code": code, "description": f"Route {code}", "codeSystemVersion": version, **more}


def catalogue(*entries):
    version = {
        "versionId": "77",
        "versionName": "8.1.0",
        "valueSet": {"id": f"{SETS}12", "name": "eHDSIRoute"},
    }
    return {"name": "MVC", "valueSetVersions": [{**version, "entries": list(entries)}]}


def test_the_catalogue_of_the_central_server(tmp_path):
    designations = [
        {"name": "Oral bruk", "language": "nb-NO", "type": "Preferred"},
        {"name": "Gammel", "language": "nb-NO", "status": "Old"},
    ]
    source = {"code": "PO", "codeSystemVersion": {"codeSystem": {"oid": "2.16.620.1.101.10.4.2"}}}
    got = imported(
        written(
            tmp_path / "a.json",
            catalogue(
                entry("20053000", designations=designations, mappings=[{"source": {"concept": source}}])
            ),
        )
    )
    (value_set,) = got.sets
    assert (value_set.oid, value_set.version, value_set.complete) == (SETS + "12", "8.1.0", True)
    assert (got.concepts[0].system, got.concepts[0].version) == (EDQM, "2025-01-07")
    assert [(each.text, each.preferred, each.status) for each in got.texts] == [
        ("Route 20053000", False, "active"),
        ("Oral bruk", True, None),
        ("Gammel", False, "retired"),
    ]
    (mapping,) = got.mappings  # it hangs on the target
    assert (mapping.source.code, mapping.target.code) == ("PO", "20053000")


def test_the_description_is_not_said_twice(tmp_path):
    designations = [{"name": "Route 1", "language": "en-GB"}, {"name": "Route one", "language": "en"}]
    got = imported(written(tmp_path / "a.json", catalogue(entry("1", designations=designations))))
    assert [each.text for each in got.texts] == ["Route 1", "Route one"]


def test_a_bare_list_of_entries_needs_its_set(tmp_path):
    file = written(tmp_path / "a.json", [entry("1"), entry("2")])
    assert refusal(file) == "option_value_set"
    assert [each.value_sets for each in imported(file, value_set=SETS + "12").concepts] == [
        (SETS + "12",)
    ] * 2


def test_a_catalogue_that_names_no_set(tmp_path):
    assert (
        refusal(written(tmp_path / "a.json", {"valueSetVersions": [{"valueSet": {"id": 5}}]}))
        == "central_server"
    )
    got = imported(
        written(
            tmp_path / "a.json", catalogue(entry("1", codeSystemVersion=None), entry("", description="x"))
        )
    )
    assert got.reasons == ["import.reject.no_code"]
    assert got.concepts[0].system == EDQM  # the set of routes has a single code system


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_the_catalogue_cut_off_in_the_middle(tmp_path, keep):
    data = json.dumps(catalogue(*(entry(str(n)) for n in range(50))))
    assert refusal(written(tmp_path / "a.json", data[: int(len(data) * keep)]), "central-server") == "cut_off"
