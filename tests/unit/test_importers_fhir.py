"""FHIR R4 resources and packages."""

import json

import pytest

from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import ATC, EDQM, ICD, SETS, SNOMED, imported, tarred, written

PREFERRED = {
    "system": "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra",
    "code": "preferredForLanguage",
}


def refusal(path, format=None, **options):
    with pytest.raises(Unreadable) as caught:
        list(read(path, format, ImportOptions(**options)))
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


def code_system(**more):
    return {
        "resourceType": "CodeSystem",
        "url": "http://standardterms.edqm.eu",
        "version": "2025-01-07",
        "name": "EDQM",
        "status": "active",
        "content": "fragment",
        **more,
    }


def value_set(number="12", **more):
    return {
        "resourceType": "ValueSet",
        "url": f"http://terminology.ehdsi.eu/ValueSet/x{number}",
        "identifier": [{"value": f"urn:oid:{SETS}{number}"}],
        "version": "8.1.0",
        "name": "Routes",
        "status": "active",
        **more,
    }


def test_a_code_system_with_a_hierarchy_and_texts(tmp_path):
    concepts = [
        {
            "code": "a",
            "display": "First",
            "designation": [
                {"language": "nb-NO", "use": PREFERRED, "value": "Første"},
                {"language": "nb-NO", "value": "Nummer én"},
                {"language": "en", "value": "First"},
            ],
            "concept": [
                {"code": "b", "display": "Second", "property": [{"code": "status", "valueCode": "retired"}]}
            ],
        },
        {
            "code": "c",
            "property": [{"code": "parent", "valueCode": "a"}, {"code": "inactive", "valueBoolean": False}],
        },
    ]
    got = imported(written(tmp_path / "a.json", code_system(concept=concepts)))
    (system,) = got.systems
    assert (system.oid, system.uri, system.version) == (EDQM, "http://standardterms.edqm.eu", "2025-01-07")
    assert {each.code: (each.parent, each.current) for each in got.concepts} == {
        "a": (None, True),
        "b": ("a", False),
        "c": ("a", True),
    }
    texts = [(each.code, each.language, each.text, each.preferred) for each in got.texts]
    assert sorted(texts) == [
        ("a", "en", "First", False),
        ("a", "nb-NO", "Første", True),
        ("a", "nb-NO", "Nummer én", False),
        ("b", "en", "Second", False),
    ]
    assert {each.code: each.where for each in got.concepts}["b"] == "/concept/0/concept/0"


def test_what_stands_behind_the_concepts_counts_too(tmp_path):
    """jq and other tools sort the keys: version and url then come last."""
    data = json.dumps(code_system(concept=[{"code": "a"}]), sort_keys=True)
    got = imported(written(tmp_path / "a.json", data))
    assert (got.concepts[0].system, got.concepts[0].version) == (EDQM, "2025-01-07")


def test_a_supplement_brings_texts_and_no_concepts(tmp_path):
    resource = code_system(
        url="http://example.org/nb",
        content="supplement",
        supplements="http://standardterms.edqm.eu|2025-01-07",
        language="nb-NO",
        concept=[
            {"code": "a", "display": "Tablett", "designation": [{"language": "nn-NO", "value": "Tablett"}]}
        ],
    )
    got = imported(written(tmp_path / "a.json", resource))
    assert not got.concepts and not got.systems
    assert [(each.version, each.language, each.basis) for each in got.texts] == [
        ("2025-01-07", "nb-NO", "fhir"),
        ("2025-01-07", "nn-NO", "fhir"),
    ]


@pytest.mark.parametrize(
    ("url", "oid"),
    [
        ("http://snomed.info/sct", SNOMED),
        ("http://snomed.info/sct/51000202101/version/20251215", SNOMED),
        ("http://hl7.org/fhir/sid/icd-10", ICD),
        ("http://hl7.org/fhir/sid/icd-10-no", "2.16.578.1.12.4.1.1.7110"),
        ("http://helsedir.no/fhir/CodeSystem/no-kodeverk-7448", "2.16.578.1.12.4.1.1.7448"),
        ("http://www.whocc.no/atc", ATC),
        (f"urn:oid:{EDQM}", EDQM),
        ("1.3.6.1.4.1.12559.11.10.1.3.1.44.1", EDQM),
        ("http://terminology.hl7.org/CodeSystem/observation-category", "Observation Category"),
        ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "2.16.840.1.113883.5.1008"),
    ],
)
def test_what_code_systems_are_called(tmp_path, url, oid):
    compose = {"include": [{"system": url, "concept": [{"code": "a", "display": "A"}]}]}
    got = imported(written(tmp_path / "a.json", value_set(compose=compose)))
    assert [each.system for each in got.concepts] == [oid] and not got.rejected


def test_a_value_set_of_two_systems(tmp_path):
    compose = {
        "include": [
            {"system": "http://www.whocc.no/atc", "version": "2025-01", "concept": [{"code": "J07"}]},
            {
                "concept": [{"code": "836374004", "designation": [{"language": "nb", "value": "Vaksine"}]}],
                "system": "http://snomed.info/sct",
            },
        ]
    }
    got = imported(written(tmp_path / "a.json", value_set("28", compose=compose)))
    assert [(each.system, each.version, each.code) for each in got.concepts] == [
        (ATC, "2025-01", "J07"),
        (SNOMED, "", "836374004"),
    ]
    assert got.sets[0].complete and got.words == {("836374004", "nb"): "Vaksine"}


def test_an_expansion_is_read_when_nothing_is_enumerated(tmp_path):
    contains = [
        {
            "abstract": True,
            "display": "Group",
            "contains": [{"system": f"urn:oid:{EDQM}", "code": "a", "display": "A"}],
        },
        {"system": f"urn:oid:{EDQM}", "code": "b", "inactive": True},
    ]
    got = imported(written(tmp_path / "a.json", value_set(expansion={"contains": contains})))
    assert {each.code: each.current for each in got.concepts} == {"a": True, "b": False}


@pytest.mark.parametrize(
    "rule",
    [
        {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]},
        {"valueSet": ["http://example.org/other"]},
        {"system": "http://loinc.org"},
    ],
)
def test_a_set_by_rule_is_no_list(tmp_path, rule):
    listed = {"system": f"urn:oid:{EDQM}", "concept": [{"code": "a"}]}
    got = imported(written(tmp_path / "a.json", value_set(compose={"include": [listed, rule]})))
    assert [(each.reason, each.where) for each in got.rejected] == [
        ("import.reject.filter", "/compose/include/1")
    ]
    assert got.codes == ["a"] and not got.sets[0].complete


def test_a_set_without_an_oid_binds_to_nothing(tmp_path):
    got = imported(written(tmp_path / "a.json", value_set(identifier=[], compose={"include": []})))
    assert got.reasons == ["import.reject.value_set_oid"] and not got.sets


def test_a_concept_map(tmp_path):
    def target(code, said):
        return {"code": code, "equivalence": said}

    group = {
        "source": "urn:oid:2.16.620.1.101.10.4.2",
        "target": "http://hl7.org/fhir/sid/icd-10",
        "targetVersion": "2019",
        "element": [
            {"code": "493", "target": [target("J45", "wider"), target("J459", "equal")]},
            {"code": "1", "target": [target("A00", "sort-of")]},
            {"code": "2", "target": [{"equivalence": "unmatched"}]},
        ],
    }
    resource = {"resourceType": "ConceptMap", "status": "active", "group": [group]}
    got = imported(written(tmp_path / "a.json", resource))
    assert [(each.source.code, each.target.code, each.relationship) for each in got.mappings] == [
        ("493", "J45", "broader"),
        ("493", "J45.9", "equivalent"),
    ]
    assert got.mappings[0].target.version == "2019"
    assert [(each.reason, each.where) for each in got.rejected] == [
        ("import.reject.relationship", "/group/0/element/1/target/0")
    ]


def test_a_package_is_read_code_systems_first(tmp_path):
    own = {
        **code_system(url="http://example.org/own", name="Own", concept=[{"code": "a", "display": "A"}]),
        "identifier": [{"value": "urn:oid:1.2.3.4"}],
    }
    members = [
        ("package/package.json", {"name": "x"}),
        (
            "package/ValueSet-a.json",
            value_set(
                "13", compose={"include": [{"system": "http://example.org/own", "concept": [{"code": "a"}]}]}
            ),
        ),
        ("package/StructureDefinition-a.json", {"resourceType": "StructureDefinition"}),
        ("package/example/Bundle.json", {"resourceType": "CodeSystem"}),
        (
            "package/Texts.json",
            code_system(
                url="http://example.org/nb",
                content="supplement",
                supplements="http://example.org/own",
                concept=[{"code": "a", "designation": [{"language": "nb", "value": "Aa"}]}],
            ),
        ),
        ("package/Own.json", own),
    ]
    got = imported(tarred(tmp_path / "a.tgz", members))
    assert [type(each).__name__ for each in got.items] == [
        "CodeSystemItem", "ConceptItem", "DesignationItem", "DesignationItem", "ValueSetItem", "ConceptItem",
    ]  # fmt: skip
    assert {(each.system, each.version) for each in got.concepts + got.texts} == {("1.2.3.4", "2025-01-07")}
    assert got.concepts[-1].where == "package/ValueSet-a.json /compose/include/0/concept/0"


def test_a_concept_that_its_system_has_retired_is_retired_in_every_set(tmp_path):
    inactive = {"code": "a", "property": [{"code": "inactive", "valueBoolean": True}]}
    include = {"system": "http://standardterms.edqm.eu", "concept": [{"code": "a"}, {"code": "b"}]}
    members = [
        ("package/a.json", value_set(compose={"include": [include]})),
        ("package/b.json", code_system(concept=[inactive, {"code": "b"}])),
    ]
    got = imported(tarred(tmp_path / "a.tgz", members))
    assert [(each.code, each.current) for each in got.concepts] == [("a", False), ("b", True)] * 2


def test_a_package_without_terminology_and_one_with_a_broken_file(tmp_path):
    assert refusal(tarred(tmp_path / "a.tgz", [("package/package.json", {})])) == "fhir_package"
    broken = tarred(tmp_path / "b.tgz", [("package/a.json", b'{"resourceType": "CodeSystem", "concept": [')])
    assert refusal(broken) == "cut_off"


def test_a_duplicate_code_in_a_code_system(tmp_path):
    concepts = [
        {"code": "a", "display": "A"},
        {"code": "a", "display": "B", "designation": [{"language": "nb", "value": "C"}]},
    ]
    got = imported(written(tmp_path / "a.json", code_system(concept=concepts)))
    assert got.reasons == ["import.reject.duplicate"] and list(got.words.values()) == ["A"]


def test_parents_in_a_circle(tmp_path):
    concepts = [{"code": a, "property": [{"code": "parent", "valueCode": b}]} for a, b in ("ab", "ba")]
    assert refusal(written(tmp_path / "a.json", code_system(concept=concepts))) == "circle"


def test_a_code_system_from_the_national_list_service_goes_by_its_number(tmp_path):
    resource = code_system(
        url="http://helsedir.no/fhir/CodeSystem/no-kodeverk-9060", concept=[{"code": "LE"}]
    )
    assert imported(written(tmp_path / "a.json", resource)).systems[0].oid == "2.16.578.1.12.4.1.1.9060"


def test_displays_without_a_language_are_norwegian_in_norwegian_lists_only(tmp_path):
    own = "http://helsedir.no/fhir/CodeSystem/no-kodeverk-9060"
    concepts = [{"code": "LE", "display": "Lege"}]
    got = imported(written(tmp_path / "a.json", code_system(url=own, concept=concepts)))
    assert [(each.language, each.status, each.basis) for each in got.texts] == [("nb-NO", None, "fhir")]
    compose = {"include": [{"system": own, "concept": concepts}]}
    assert [
        each.language for each in imported(written(tmp_path / "b.json", value_set(compose=compose))).texts
    ] == ["nb-NO"]
    stated = code_system(url=own, language="en", concept=[{"code": "LE", "display": "Physician"}])
    assert [each.language for each in imported(written(tmp_path / "c.json", stated)).texts] == ["en"]
