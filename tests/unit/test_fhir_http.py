"""The FHIR surface over HTTP: forms, errors, capabilities, resources, OpenAPI."""

import json
import re

import pytest
from lxml import etree

from terminology.fhir.xml_form import FHIR, to_xml
from terminology.value_sets import ACTIVE_INGREDIENT, COUNTRY
from tests.support.fhir import Client, body, fhir_client, judged, only, small_catalogue

LOOKUP = "/fhir/CodeSystem/$lookup"
NAMIBIA = {"system": "urn:iso:std:iso:3166", "code": "NA"}
CODING = body(coding__valueCoding=NAMIBIA)
F = {"f": FHIR}


@pytest.fixture(scope="module")
def client():
    return fhir_client()


def display(response):
    root = etree.fromstring(response.content)
    return root.xpath("string(f:parameter[f:name/@value='display']/f:valueString/@value)", namespaces=F)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/fhir+json", "json"),
        ("application/json", "json"),
        ("*/*", "json"),
        ("text/html, application/xml;q=0.9, */*;q=0.1", "xml"),
        ("application/fhir+xml;fhirVersion=4.0", "xml"),
        ("application/fhir+json;q=0, application/xml", "xml"),
        ("application/fhir+json;q=nonsense, text/xml", "xml"),
    ],
)
def test_answer_has_the_form_that_is_accepted(client, accept, form):
    response = client.get(LOOKUP, params=NAMIBIA, headers={"Accept": accept})
    assert response.headers["content-type"] == f"application/fhir+{form}; charset=utf-8"


@pytest.mark.parametrize(
    ("stated", "form"),
    [("json", "json"), ("xml", "xml"), ("application/fhir xml", "xml"), ("text/xml", "xml")],
)
def test_format_goes_before_the_header(client, stated, form):
    response = client.get(LOOKUP, params=NAMIBIA | {"_format": stated}, headers={"Accept": "text/html"})
    assert response.headers["content-type"].startswith(f"application/fhir+{form}")


@pytest.mark.parametrize("headers", [{"Accept": "text/html"}, {"Accept": "application/fhir+turtle"}])
def test_other_forms_are_not_acceptable(client, headers):
    response = client.get(LOOKUP, params=NAMIBIA, headers=headers)
    assert response.status_code == 406
    assert judged(response.json())["resourceType"] == "OperationOutcome"
    assert client.get(LOOKUP, params=NAMIBIA | {"_format": "ttl"}).status_code == 406


def test_answer_and_body_in_xml(client):
    data = to_xml(CODING)
    headers = {"Content-Type": "application/fhir+xml", "Accept": "application/fhir+xml"}
    response = client.post(LOOKUP, content=data, headers=headers)
    assert response.status_code == 200 and display(response) == "NAMIBIA"


def test_codeable_concept_and_flags_in_xml(client):
    posted = body(
        url__valueUri=COUNTRY,
        codeableConcept__valueCodeableConcept={"coding": [{"system": "1.2.3", "code": "x"}, NAMIBIA]},
        abstract__valueBoolean=True,
    )
    response = client.post(
        "/fhir/ValueSet/$validate-code", content=to_xml(posted), headers={"Content-Type": "text/xml"}
    )
    assert only(judged(response.json()), "result") is True
    page = to_xml(body(url__valueUri=COUNTRY, count__valueInteger=1))
    response = client.post("/fhir/ValueSet/$expand", content=page, headers={"Content-Type": "text/xml"})
    assert len(response.json()["expansion"]["contains"]) == 1


@pytest.mark.parametrize("path", ["/fhir/metadata", f"/fhir/ValueSet/{COUNTRY}/$expand", "/fhir/ValueSet"])
def test_every_value_of_an_answer_is_in_its_xml_form(client, path):
    plain = client.get(path).json()
    root = etree.fromstring(client.get(path, params={"_format": "xml"}).content)
    assert etree.QName(root).localname == plain["resourceType"]
    assert sorted(root.xpath("//@value | //f:extension/@url", namespaces=F)) == sorted(_leaves(plain))


def _leaves(data):
    if isinstance(data, dict):
        return [leaf for name, value in data.items() if name != "resourceType" for leaf in _leaves(value)]
    if isinstance(data, list):
        return [leaf for value in data for leaf in _leaves(value)]
    return [str(data).lower() if isinstance(data, bool) else str(data)]


@pytest.mark.parametrize(
    ("content", "kind", "status", "issue"),
    [
        (b"{", "application/json", 400, "structure"),
        (b"[]", "application/json", 400, "structure"),
        (b'{"resourceType":"Patient"}', "application/json", 400, "structure"),
        (b'{"resourceType":"Parameters","parameter":{}}', "application/json", 400, "structure"),
        (
            b'{"resourceType":"Parameters","parameter":[{"valueCode":"NA"}]}',
            "application/json",
            400,
            "structure",
        ),
        (json.dumps(CODING).encode("utf-16"), "application/json", 400, "structure"),
        (b"[" * 100_000, "application/json", 400, "structure"),
        (b"{" + b" " * 1024 * 1024, "application/json", 413, "too-long"),
        (b"code=NA", "application/x-www-form-urlencoded", 415, "not-supported"),
        (b"<Parameters", "application/xml", 400, "structure"),
        (b"<Parameters/>", "application/xml", 400, "structure"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "application/xml", 400, "structure"),
        (b"<Patient xmlns='http://hl7.org/fhir'/>", "application/xml", 400, "structure"),
    ],
)
def test_bad_body_is_refused_and_the_next_one_served(client, content, kind, status, issue):
    response = client.post(LOOKUP, content=content, headers={"Content-Type": kind})
    outcome = judged(response.json())
    assert (response.status_code, outcome["issue"][0]["code"]) == (status, issue)
    assert client.post(LOOKUP, json=CODING).status_code == 200


@pytest.mark.parametrize(
    "parameter",
    [
        {"name": "code"},
        {"name": "code", "valueInteger": 1},
        {"name": "code", "valueCode": ""},
        {"name": "code", "valueCode": "N\x00A"},
        {"name": "code", "valueCode": "N\ud800"},
        {"name": "coding", "valueCoding": {"system": "urn:iso:std:iso:3166"}},
        {"name": "coding", "valueCoding": "NA"},
        {"name": "coding", "valueCoding": {"code": 5, "system": "1.0.3166.1"}},
    ],
)
def test_bad_value_in_a_body_is_refused(client, parameter):
    posted = {
        "resourceType": "Parameters",
        "parameter": [parameter, {"name": "system", "valueUri": "1.0.3166.1"}],
    }
    content = json.dumps(posted).encode()
    response = client.post(LOOKUP, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert judged(response.json())["issue"][0]["code"] == "value"


def test_nested_xml_without_end_is_refused(client):
    nested = b"<part>" * 200 + b"</part>" * 200
    content = b"<Parameters xmlns='http://hl7.org/fhir'><parameter>" + nested + b"</parameter></Parameters>"
    response = client.post(LOOKUP, content=content, headers={"Content-Type": "application/xml"})
    assert (response.status_code, response.json()["issue"][0]["code"]) == (400, "structure")


@pytest.mark.parametrize(
    "path", ["/fhir", "/fhir/", "/fhir/Patient", "/fhir/CodeSystem/$subsumes", "/fhir/x/y/z"]
)
def test_unknown_address_is_answered_with_an_outcome(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert judged(response.json())["issue"][0]["code"] == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", LOOKUP, "GET, HEAD, POST"),
        ("POST", "/fhir/metadata", "GET, HEAD"),
        ("PUT", "/fhir/ValueSet/1", "GET, HEAD"),
    ],
)
def test_wrong_method_is_answered_with_an_outcome(client, method, path, allowed):
    response = client.request(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    assert judged(response.json())["resourceType"] == "OperationOutcome"


def test_bug_of_ours_shows_no_detail():
    from fastapi import FastAPI

    from terminology.fhir.router import fhir_router

    def broken():
        raise RuntimeError("secret")

    app = FastAPI()
    app.include_router(fhir_router(broken, lambda name: None, broken))
    response = Client(app).get(LOOKUP, params=NAMIBIA)
    assert response.status_code == 500 and "secret" not in response.text
    assert judged(response.json())["issue"][0]["code"] == "exception"


def test_capabilities_name_every_operation_that_is_served(client):
    statement = judged(client.get("/fhir/metadata").json())
    assert (statement["fhirVersion"], statement["implementation"]["url"]) == (
        "4.0.1",
        "http://localhost/fhir",
    )
    served = {
        (each["type"], operation["name"])
        for each in statement["rest"][0]["resource"]
        for operation in each["operation"]
    }
    assert served == {
        ("CodeSystem", "lookup"),
        ("CodeSystem", "validate-code"),
        ("ValueSet", "validate-code"),
        ("ValueSet", "expand"),
        ("ConceptMap", "translate"),
    }
    for kind, name in served:  # an operation that is served asks for its parameters, others do not exist
        assert client.get(f"/fhir/{kind}/${name}").status_code == 400


def test_terminology_capabilities_list_code_systems_with_versions(client):
    found = judged(client.get("/fhir/metadata", params={"mode": "terminology"}).json())
    assert found["resourceType"] == "TerminologyCapabilities"
    held = {each["uri"]: [v.get("code") for v in each.get("version", [])] for each in found["codeSystem"]}
    assert held == {"urn:iso:std:iso:3166": [], "http://www.whocc.no/atc": ["2024-01", "2025-01"]}


def test_capabilities_of_a_named_release_have_its_address():
    client = fhir_client(small_catalogue(), small_catalogue("prøve 2/a"))
    statement = client.get("/fhir/releases/prøve 1/metadata").json()
    assert statement["implementation"]["url"] == "http://localhost/fhir/releases/pr%C3%B8ve%201"


def test_value_sets_are_found_and_read(client):
    found = judged(
        client.get(
            "/fhir/ValueSet", params={"url": "http://terminology.ehdsi.eu/ValueSet/eHDSICountry"}
        ).json()
    )
    (entry,) = found["entry"]
    assert (found["total"], entry["resource"]["id"]) == (1, COUNTRY)
    whole = judged(client.get(entry["fullUrl"].removeprefix("http://localhost")).json())
    concepts = whole["compose"]["include"][0]["concept"]
    assert [each["code"] for each in concepts] == ["NA", "NO", "AN", "XK"]
    assert {"language": "nb-NO", "value": "Namibia"}.items() <= concepts[0]["designation"][1].items()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"identifier": f"urn:ietf:rfc:3986|urn:oid:{COUNTRY}"}, [COUNTRY]),
        ({"url": f"urn:oid:{ACTIVE_INGREDIENT}"}, [ACTIVE_INGREDIENT]),
        ({"name": "ehdsicoun"}, [COUNTRY]),
        ({"_id": COUNTRY, "version": "8.1.0"}, [COUNTRY]),
        ({"_id": COUNTRY, "version": "7"}, []),
    ],
)
def test_search_conditions(client, query, ids):
    found = judged(client.get("/fhir/ValueSet", params=query).json())
    assert [each["resource"]["id"] for each in found.get("entry", [])] == ids


def test_code_system_is_found_by_its_canonical_and_says_that_it_is_a_fragment(client):
    found = judged(client.get("/fhir/CodeSystem", params={"url": "http://www.whocc.no/atc"}).json())
    (entry,) = found["entry"]
    assert entry["resource"]["content"] == "fragment"
    assert client.get(f"/fhir/CodeSystem/{entry['resource']['id']}").status_code == 200
    assert client.get("/fhir/CodeSystem/1.2.3").status_code == 404


def test_unknown_search_condition_is_refused(client):
    response = client.get("/fhir/ValueSet", params={"publisher": "x"})
    assert (response.status_code, response.json()["issue"][0]["code"]) == (400, "not-supported")


def test_openapi_describes_every_operation_with_its_parameters(client):
    described = client.get("/fhir/openapi.json").json()
    assert described["openapi"].startswith("3.")
    get = described["paths"]["/fhir/ValueSet/$expand"]["get"]
    assert {"url", "filter", "offset", "count", "_format"} <= {each["name"] for each in get["parameters"]}
    assert "post" in described["paths"]["/fhir/releases/{release}/CodeSystem/$lookup"]
    identifiers = [
        operation["operationId"] for path in described["paths"].values() for operation in path.values()
    ]
    assert len(identifiers) == len(set(identifiers))
    used = set(re.findall(r"#/components/schemas/([A-Za-z]+)", json.dumps(described)))
    assert used == set(described["components"]["schemas"])


def test_openapi_describes_just_what_is_served(client):
    for path, operations in client.get("/fhir/openapi.json").json()["paths"].items():
        served = path.replace("{release}", "prøve 1").replace("{id}", COUNTRY)
        for method in operations:
            response = client.request(method.upper(), served)
            assert "nothing is served" not in response.text and response.status_code != 405


def test_head_is_answered_as_get_is(client):
    response = client.request("HEAD", LOOKUP, params=NAMIBIA)
    assert (response.status_code, response.headers["content-type"]) == (
        200,
        "application/fhir+json; charset=utf-8",
    )
