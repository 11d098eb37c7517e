"""ConceptMap/$translate: only active mappings, in both directions, judged by models of another project."""

from dataclasses import replace

import pytest

from terminology.code_systems import ATC, ISO_3166_1
from terminology.concept import Concept
from terminology.designation import Status
from terminology.releases.reading import ReleasedMapping
from terminology.value_sets import ACTIVE_INGREDIENT, COUNTRY
from tests.support.fhir import body, fhir_client, judged, only, parts, small_catalogue

TRANSLATE = "/fhir/ConceptMap/$translate"
NATIONAL = "2.16.578.1.12.4.1.1.7180"
NATIONAL_URI = "http://helsedir.no/fhir/CodeSystem/no-kodeverk-7180"


def mapping(code, target, relationship="equivalent", status=Status.ACTIVE, preferred=False, system=ATC):
    source, to = Concept(code, NATIONAL), Concept(target, system)
    return ReleasedMapping(source, to, relationship, preferred, status, "hand", "test", None, None)


MAPPINGS = (
    mapping("N1", "C01CA24"),
    mapping("N2", "C01CA24", "broader"),
    mapping("N3", "C01CA99", "inexact"),
    mapping("N3", "C01CA24", "narrower", preferred=True),
    mapping("N4", "C01CA24", status=Status.DRAFT),
    mapping("N5", "NO", system=ISO_3166_1),
)


@pytest.fixture(scope="module")
def client():
    return fhir_client(replace(small_catalogue(), mappings=MAPPINGS))


def translated(client, **query):
    response = client.get(TRANSLATE, params=query)
    assert response.status_code == 200, response.text
    return judged(response.json())


def matches(resource):
    return [(each["equivalence"], each["concept"]["code"]) for each in parts(resource, "match")]


def test_mapping_leads_to_its_target_with_its_text(client):
    found = translated(client, system=NATIONAL_URI, code="N1")
    assert only(found, "result") is True
    (match,) = parts(found, "match")
    assert match == {
        "equivalence": "equivalent",
        "concept": {
            "system": "http://www.whocc.no/atc",
            "version": "2025-01",
            "code": "C01CA24",
            "display": "epinephrine",
        },
        "source": "urn:ncp-norway:concept-map|prøve 1",
    }


def test_equivalence_says_what_the_target_is_to_the_source(client):
    assert matches(translated(client, system=NATIONAL, code="N2")) == [("wider", "C01CA24")]


def test_preferred_mapping_comes_first(client):
    found = translated(client, system=NATIONAL, code="N3")
    assert matches(found) == [("narrower", "C01CA24"), ("inexact", "C01CA99")]


def test_reverse_turns_the_equivalence_round(client):
    found = translated(client, system="http://www.whocc.no/atc", code="C01CA24", reverse="true")
    assert sorted(matches(found)) == [("equivalent", "N1"), ("narrower", "N2"), ("wider", "N3")]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"code": "N4"}, "4509"),
        ({"code": "N9"}, "no mapping"),
        ({"code": "N1", "targetsystem": "urn:iso:std:iso:3166"}, "not to what was asked"),
        ({"code": "N5", "target": ACTIVE_INGREDIENT}, "not to what was asked"),
    ],
)
def test_no_match_is_a_result_with_a_reason(client, query, said):
    found = translated(client, system=NATIONAL, **query)
    assert only(found, "result") is False and said in only(found, "message")
    assert parts(found, "match") == []


def test_target_narrows_to_a_system_or_a_value_set(client):
    assert matches(translated(client, system=NATIONAL, code="N5", target=COUNTRY)) == [("equivalent", "NO")]
    found = translated(client, system=NATIONAL, code="N5", targetsystem="urn:iso:std:iso:3166")
    assert matches(found) == [("equivalent", "NO")]


def test_codings_of_one_concept_are_all_translated(client):
    concept = {"coding": [{"system": NATIONAL_URI, "code": "N1"}, {"system": NATIONAL_URI, "code": "N5"}]}
    response = client.post(TRANSLATE, json=body(codeableConcept__valueCodeableConcept=concept))
    assert matches(judged(response.json())) == [("equivalent", "C01CA24"), ("equivalent", "NO")]


@pytest.mark.parametrize(
    ("query", "status", "issue"),
    [
        ({"system": NATIONAL}, 400, "required"),
        ({"code": "N1"}, 400, "required"),
        ({"system": NATIONAL, "code": "N1", "url": "urn:other"}, 404, "not-found"),
        ({"system": NATIONAL, "code": "N1", "conceptMapVersion": "annen"}, 404, "not-found"),
        ({"system": NATIONAL, "code": "N1", "target": "1.2.3"}, 404, "not-found"),
        ({"system": "http://www.whocc.no/atc", "code": "C01CA24", "source": COUNTRY}, 404, "not-found"),
        ({"system": NATIONAL, "code": "N1", "dependency": "x"}, 400, "not-supported"),
    ],
)
def test_bad_translation_is_refused(client, query, status, issue):
    response = client.get(TRANSLATE, params=query)
    assert (response.status_code, judged(response.json())["issue"][0]["code"]) == (status, issue)


def test_each_release_has_its_own_mappings():
    first = replace(small_catalogue("a"), mappings=MAPPINGS[:1])
    client = fhir_client(first, replace(small_catalogue("b"), mappings=()))
    query = {"system": NATIONAL, "code": "N1"}
    assert only(client.get(TRANSLATE, params=query).json(), "result") is True
    assert only(client.get("/fhir/releases/b/ConceptMap/$translate", params=query).json(), "result") is False
