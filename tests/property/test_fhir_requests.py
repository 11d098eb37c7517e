"""Whatever is asked, the FHIR surface answers with a FHIR resource and never breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminology.fhir.definitions import OPERATIONS
from terminology.fhir.xml_form import to_xml
from terminology.value_sets import COUNTRY
from tests.support.fhir import body, fhir_client

REFUSALS = {200, 400, 404, 406, 413, 415}
PATHS = [f"/fhir/{each.resource}/${each.name}" for each in OPERATIONS]
NAMES = sorted({name for each in OPERATIONS for name in each.parameters} | {"_format", "_pretty", "x"})
words = st.text(max_size=30) | st.sampled_from(
    [
        "NA",
        "1.0.3166.1",
        "urn:iso:std:iso:3166",
        COUNTRY,
        "nb",
        "true",
        "0",
        "|",
        "-1",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
kinds = st.sampled_from(
    ["valueCode", "valueUri", "valueCoding", "valueCodeableConcept", "valueBoolean", "part"]
)
parameters = st.fixed_dictionaries({"name": st.sampled_from(NAMES)}, optional={"x": values}) | st.builds(
    lambda name, kind, value: {"name": name, kind: value}, st.sampled_from(NAMES), kinds, values
)
bodies = values | st.builds(
    lambda found: {"resourceType": "Parameters", "parameter": found},
    st.lists(parameters | values, max_size=4),
)


@pytest.fixture(scope="module")
def client():
    return fhir_client()


def answered(response):
    assert response.status_code in REFUSALS, response.text
    if "xml" not in response.headers["content-type"]:
        assert "resourceType" in response.json()
    elif response.status_code != 200:
        assert b"OperationOutcome" in response.content


@settings(max_examples=120, deadline=None)
@given(path=st.sampled_from(PATHS), query=st.lists(st.tuples(st.sampled_from(NAMES), words), max_size=6))
def test_every_query_is_answered(client, path, query):
    answered(client.get(path, params=query))


@settings(max_examples=120, deadline=None)
@given(path=st.sampled_from(PATHS), sent=bodies)
def test_every_body_is_answered(client, path, sent):
    answered(client.post(path, json=sent))


NAMIBIA = to_xml(body(coding__valueCoding={"system": "1.0.3166.1", "code": "NA"}))


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0, len(NAMIBIA)), cut=st.integers(0, 30), put=st.binary(max_size=12))
def test_every_damaged_xml_body_is_answered(client, at, cut, put):
    damaged = NAMIBIA[:at] + put + NAMIBIA[at + cut :]
    answered(client.post(PATHS[0], content=damaged, headers={"Content-Type": "application/fhir+xml"}))


@settings(max_examples=60, deadline=None)
@given(header=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60))
def test_every_header_is_answered(client, header):
    headers = {"Accept": header.encode("latin-1"), "Accept-Language": header.encode("latin-1")}
    answered(client.get(PATHS[0], params={"system": "1.0.3166.1", "code": "NA"}, headers=headers))
