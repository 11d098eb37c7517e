"""The reference's REST surface, without a document transformer behind it."""

import base64
import json

import pytest
from fastapi import FastAPI

from terminology import issues
from terminology.issues import Source
from terminology.rest import Rest, Transformed, Untransformable, rest_router
from terminology.value_sets import COUNTRY
from tests.support.fhir import NOON, Client, judged, small_catalogue

API = "/terminologi/api"
PIVOT = base64.b64encode(b"<pivot/>").decode()


def translate(content, language, name):
    if content == b"broken":
        raise Untransformable(issues.error(Source.TM, "4513"))
    if content == b"bug":
        raise RuntimeError("a patient's name")
    error = (issues.error(Source.TM, "4512"), "/document/code")
    warning = (issues.warning(Source.TSAM, "2509", "AN"), "/document/country")
    return Transformed(content + language.encode() + name.encode(), "ERROR", (error,), (warning,))


def transcode(content, name):
    return Transformed(content, "SUCCESS", (), ())


def client_of(**changes):
    terms = small_catalogue()
    rest = Rest(lambda: terms, translate, transcode, lambda: "id-1", lambda: NOON)
    app = FastAPI(openapi_url=None)
    app.include_router(rest_router(Rest(**{name: getattr(rest, name) for name in rest.__slots__} | changes)))
    return Client(app)


@pytest.fixture(scope="module")
def client():
    return client_of()


def code_of(response):
    reply = response.json()
    assert (reply["status"], reply["responseCDA"], reply["warnings"]) == ("ERROR", None, [])
    (error,) = reply["errors"]
    return error["source"], error["code"]


def test_languages_are_those_of_the_release(client):
    assert client.get(f"{API}/languages").json() == ["en-GB", "nb-NO", "nn-NO"]


def test_value_set_comes_in_the_language_asked_for(client):
    found = judged(
        client.get(f"{API}/translateVS", params={"oid": COUNTRY, "targetLanguage": "nb-NO"}).json()
    )
    displays = {each["code"]: each["display"] for each in found["expansion"]["contains"]}
    assert (displays["NA"], displays["AN"]) == ("Namibia", "NETHERLANDS ANTILLES")


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ({"oid": COUNTRY}, 400, ("TM", "4503")),
        ({"targetLanguage": "nb-NO"}, 400, ("TM", "4503")),
        ({"oid": "1.2.3", "targetLanguage": "nb"}, 404, ("TSAM", "4501")),
        ({"oid": COUNTRY, "targetLanguage": "fi"}, 400, ("TM", "2505")),
        ({"oid": COUNTRY, "targetLanguage": "norsk bokmål"}, 400, ("TM", "2505")),
    ],
)
def test_bad_question_for_a_value_set_is_refused(client, query, status, error):
    response = client.get(f"{API}/translateVS", params=query)
    assert (response.status_code, code_of(response)) == (status, error)


def test_document_is_translated_and_the_reply_names_everything(client):
    response = client.post(f"{API}/translate", json={"pivotCDA": PIVOT, "targetLanguageCode": "nb-NO"})
    reply = response.json()
    assert response.status_code == 200
    assert base64.b64decode(reply["responseCDA"]) == b"<pivot/>nb-NOid-1"
    assert (reply["requestId"], reply["status"]) == ("id-1", "ERROR")
    assert reply["errors"] == [
        {
            "code": "4512",
            "description": "required element not translated",
            "context": "/document/code",
            "source": "TM",
        }
    ]
    assert [each["code"] for each in reply["warnings"]] == ["2509"]


def test_document_is_transcoded(client):
    reply = client.post(f"{API}/transcode", json={"friendlyCDA": PIVOT}).json()
    assert (base64.b64decode(reply["responseCDA"]), reply["status"]) == (b"<pivot/>", "SUCCESS")


def encoded(content):
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"pivotCDA": "***", "targetLanguageCode": "nb"}, 400, ("TM", "4513")),
        ({"pivotCDA": "", "targetLanguageCode": "nb"}, 400, ("TM", "4501")),
        ({"targetLanguageCode": "nb"}, 400, ("TM", "4501")),
        ({"pivotCDA": PIVOT}, 400, ("TM", "4513")),
        ({"pivotCDA": 5, "targetLanguageCode": "nb"}, 400, ("TM", "4513")),
        ({"pivotCDA": PIVOT, "targetLanguageCode": "nb", "more": 1}, 400, ("TM", "4513")),
        ({"pivotCDA": PIVOT, "targetLanguageCode": "fi"}, 400, ("TM", "2505")),
        ({"pivotCDA": encoded(b"broken"), "targetLanguageCode": "nb"}, 400, ("TM", "4513")),
        ({"pivotCDA": encoded(b"bug"), "targetLanguageCode": "nb"}, 500, ("TM", "4500")),
        ([], 400, ("TM", "4513")),
    ],
)
def test_bad_request_is_refused_by_its_number_and_repeats_nothing(client, body, status, error):
    response = client.post(f"{API}/translate", json=body)
    assert (response.status_code, code_of(response)) == (status, error)
    assert "patient" not in response.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{", json.dumps({}).encode("utf-16")])
def test_body_that_is_no_json_is_refused(client, content):
    assert code_of(client.post(f"{API}/translate", content=content)) == ("TM", "4513")


def test_large_body_is_refused_before_it_is_read_whole():
    small = client_of(largest=100)
    response = small.post(f"{API}/transcode", json={"friendlyCDA": encoded(b"x" * 200)})
    assert (response.status_code, code_of(response)) == (413, ("TM", "4503"))
    assert small.post(f"{API}/transcode", json={"friendlyCDA": PIVOT}).status_code == 200


def test_what_is_not_offered_is_refused_by_name():
    bare = client_of(translate=None, transcode=None)
    assert bare.post("/terminologi/api/translate", content=b"x" * 100_000).status_code == 501
    response = bare.post(f"{API}/translate", json={"pivotCDA": PIVOT, "targetLanguageCode": "nb"})
    assert (response.status_code, code_of(response)) == (501, ("TM", "2504"))
    response = bare.post(f"{API}/transcode", json={"friendlyCDA": PIVOT})
    assert (response.status_code, code_of(response)) == (501, ("TM", "2502"))


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/x", 404), ("GET", "/translate", 405)])
def test_other_addresses_and_methods_are_refused_in_the_same_form(client, method, path, status):
    response = client.request(method, f"{API}{path}")
    assert (response.status_code, code_of(response)) == (status, ("TM", "4503"))


def test_openapi_describes_the_four_doors(client):
    described = client.get(f"{API}/openapi.json").json()
    assert sorted(described["paths"]) == [
        f"{API}/languages",
        f"{API}/transcode",
        f"{API}/translate",
        f"{API}/translateVS",
    ]
    for name in _references(described):
        assert name.removeprefix("#/components/schemas/") in described["components"]["schemas"]
    request = described["components"]["schemas"]["TranslateRequest"]
    assert request["required"] == ["pivotCDA", "targetLanguageCode"]


def _references(data):
    if isinstance(data, dict):
        own = [data["$ref"]] if "$ref" in data else []
        return own + [each for value in data.values() for each in _references(value)]
    return [each for value in data for each in _references(value)] if isinstance(data, list) else []
