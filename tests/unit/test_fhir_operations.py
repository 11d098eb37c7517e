"""The FHIR operations on a release: what they answer, judged by models of another project."""

import pytest

from terminology.code_systems import ATC, ISO_3166_1
from terminology.value_sets import ACTIVE_INGREDIENT, COUNTRY, OBSERVATION_CATEGORY
from tests.support.fhir import body, fhir_client, judged, only, parts, properties, small_catalogue

LOOKUP = "/fhir/CodeSystem/$lookup"
ISO = "urn:iso:std:iso:3166"
ATC_URI = "http://www.whocc.no/atc"


@pytest.fixture(scope="module")
def client():
    return fhir_client()


def answer(client, path, **query):
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    return judged(response.json())


def refused(client, path, status, issue, /, **query):
    response = client.get(path, params=query)
    resource = judged(response.json())
    assert (response.status_code, resource["resourceType"]) == (status, "OperationOutcome")
    assert resource["issue"][0]["code"] == issue
    return resource["issue"][0]["details"]["text"]


@pytest.mark.parametrize("system", [ISO, "urn:oid:1.0.3166.1", "1.0.3166.1"])
def test_namibia_is_namibia_by_every_name_of_its_system(client, system):
    found = answer(client, LOOKUP, system=system, code="NA", displayLanguage="nb")
    assert only(found, "display") == "Namibia"
    assert only(found, "name") == "ISO 3166-1"
    assert parts(found, "version") == []  # the system has no versions


def test_display_is_english_unless_a_language_is_asked_for(client):
    found = answer(client, LOOKUP, system=ISO, code="NA")
    assert only(found, "display") == "NAMIBIA"
    texts = {each["language"]: each["value"] for each in parts(found, "designation")}
    assert texts == {"en": "NAMIBIA", "nb-NO": "Namibia"}


def test_language_comes_from_the_header_when_no_parameter_states_it(client):
    response = client.get(
        LOOKUP, params={"system": ISO, "code": "NO"}, headers={"Accept-Language": "de;q=0, nn, nb;q=0.5"}
    )
    assert only(response.json(), "display") == "Noreg"


def test_fallback_to_english_says_so(client):
    found = answer(client, LOOKUP, system=ISO, code="AN", displayLanguage="nb")
    assert only(found, "display") == "NETHERLANDS ANTILLES"
    assert properties(found, "language") == ["en"] and properties(found, "inactive") == [True]
    assert any("TSAM 4505" in issue for issue in properties(found, "issue"))


def test_code_without_any_text_is_answered_with_the_code(client):
    found = answer(client, LOOKUP, system=ISO, code="XK", displayLanguage="nb")
    assert only(found, "display") == "XK"
    assert properties(found, "language") == []


def test_unconfirmed_text_shows_its_status_and_retired_text_is_absent(client):
    found = answer(client, LOOKUP, system=ATC_URI, code="C01CA24", displayLanguage="nb-NO")
    assert only(found, "display") == "adrenalin"
    assert properties(found, "review") == ["draft"] and properties(found, "basis") == ["atc-no"]
    assert "epinefrin" not in [each["value"] for each in parts(found, "designation")]


def test_another_version_is_used_with_a_warning(client):
    found = answer(client, LOOKUP, system=ATC_URI, code="C01CA24", version="2016")
    assert only(found, "version") == "2025-01"
    assert any("TSAM 4502" in issue for issue in properties(found, "issue"))


def test_only_the_properties_asked_for_come(client):
    found = answer(client, LOOKUP, system=ISO, code="NA", property="value-set")
    assert [each["code"] for each in parts(found, "property")] == ["value-set"]
    assert properties(found, "value-set") == [COUNTRY]


def test_lookup_names_the_release_in_a_property_and_a_header(client):
    response = client.get(LOOKUP, params={"system": ISO, "code": "NA"})
    assert "prøve 1" in properties(response.json(), "release")[0]
    assert response.headers["Terminology-Release"] == "pr%C3%B8ve%201"


def test_coding_in_a_body_is_looked_up(client):
    response = client.post(LOOKUP, json=body(coding__valueCoding={"system": ISO, "code": "NA"}))
    assert only(judged(response.json()), "display") == "NAMIBIA"


@pytest.mark.parametrize(
    ("status", "code", "query"),
    [
        (404, "not-found", {"system": ISO, "code": "nan"}),
        (404, "not-found", {"system": "http://example.org/none", "code": "NA"}),
        (400, "required", {"code": "NA"}),
        (400, "required", {"system": ISO}),
        (400, "value", {"system": ISO, "code": "NA", "displayLanguage": "norsk bokmål"}),
        (400, "value", {"system": ISO, "code": ["NA", "NO"]}),
        (400, "value", {"system": ISO, "code": "  "}),
        (400, "value", {"system": ISO, "code": "N" * 5001}),
        (400, "value", {"system": ISO, "coding": "NA"}),
        (400, "invalid", {"system": ISO, "code": "NA", "sprak": "nb"}),
        (400, "not-supported", {"system": ISO, "code": "NA", "date": "2020-01-01"}),
    ],
)
def test_bad_lookup_is_refused_with_an_outcome(client, status, code, query):
    refused(client, LOOKUP, status, code, **query)


def test_unknown_parameter_is_left_out_when_the_client_is_lenient(client):
    headers = {"Prefer": "handling=lenient"}
    response = client.get(LOOKUP, params={"system": ISO, "code": "NA", "sprak": "nb"}, headers=headers)
    assert response.status_code == 200


CS_VALIDATE = "/fhir/CodeSystem/$validate-code"
VS_VALIDATE = "/fhir/ValueSet/$validate-code"


def test_code_of_a_code_system_is_valid_also_on_the_instance(client):
    for found in (
        answer(client, CS_VALIDATE, url=ISO, code="NA", displayLanguage="nb"),
        answer(client, f"/fhir/CodeSystem/{ISO_3166_1}/$validate-code", code="NA", displayLanguage="nb"),
    ):
        assert (only(found, "result"), only(found, "display")) == (True, "Namibia")


def test_code_that_is_not_held_is_not_valid_and_says_why(client):
    found = answer(client, CS_VALIDATE, url=ISO, code="nan")
    assert only(found, "result") is False and "4503" in only(found, "message")


def test_wrong_display_is_not_valid_and_the_right_one_is_told(client):
    found = answer(client, CS_VALIDATE, url=ISO, code="NA", display="Nambia", displayLanguage="nb")
    assert only(found, "result") is False
    assert "Nambia" in only(found, "message") and only(found, "display") == "Namibia"
    assert only(answer(client, CS_VALIDATE, url=ISO, code="NA", display=" namibia "), "result") is True


def test_coding_of_another_system_is_not_valid(client):
    posted = body(url__valueUri=ISO, coding__valueCoding={"system": ATC_URI, "code": "C01CA24"})
    found = judged(client.post(CS_VALIDATE, json=posted).json())
    assert only(found, "result") is False and "another code system" in only(found, "message")


def test_one_valid_coding_of_a_concept_is_enough(client):
    codings = [{"system": ATC_URI, "code": "nix"}, {"system": ISO, "code": "NO"}]
    posted = body(
        url__valueUri=f"urn:oid:{COUNTRY}", codeableConcept__valueCodeableConcept={"coding": codings}
    )
    found = judged(client.post(VS_VALIDATE, json=posted).json())
    assert (
        only(found, "result") is True and only(found, "display") == "NORWAY" and parts(found, "message") == []
    )


@pytest.mark.parametrize(
    "url", [f"urn:oid:{COUNTRY}", COUNTRY, "http://terminology.ehdsi.eu/ValueSet/eHDSICountry|8.1.0"]
)
def test_member_of_a_value_set_is_valid(client, url):
    found = answer(client, VS_VALIDATE, url=url, system=ISO, code="NA", displayLanguage="nb")
    assert (only(found, "result"), only(found, "display")) == (True, "Namibia")


def test_member_without_an_oid_of_its_system_is_valid(client):
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    found = answer(client, VS_VALIDATE, url=OBSERVATION_CATEGORY, system=system, code="laboratory")
    assert only(found, "result") is True


def test_false_for_a_set_held_in_part_says_that_it_proves_nothing(client):
    found = answer(client, VS_VALIDATE, url=ACTIVE_INGREDIENT, system=ATC_URI, code="C01CA99")
    assert only(found, "result") is False and "in part" in only(found, "message")
    whole = answer(client, VS_VALIDATE, url=COUNTRY, system=ATC_URI, code="C01CA24")
    assert only(whole, "result") is False and "in part" not in only(whole, "message")


def test_unknown_system_of_a_code_is_not_valid_rather_than_an_error(client):
    found = answer(client, VS_VALIDATE, url=COUNTRY, system="http://example.org/none", code="NA")
    assert only(found, "result") is False and "no code system" in only(found, "message")


def test_bad_validation_is_refused(client):
    refused(client, VS_VALIDATE, 404, "not-found", url="urn:oid:1.2.3", system=ISO, code="NA")
    refused(
        client, VS_VALIDATE, 404, "not-found", url=COUNTRY, valueSetVersion="7.0.0", system=ISO, code="NA"
    )
    refused(client, VS_VALIDATE, 400, "required", system=ISO, code="NA")
    refused(client, VS_VALIDATE, 400, "required", url=COUNTRY, code="NA")
    refused(client, CS_VALIDATE, 400, "required", code="NA")
    refused(client, f"/fhir/CodeSystem/{ATC}/$validate-code", 400, "invalid", url=ISO, code="NA")


EXPAND = "/fhir/ValueSet/$expand"


def test_expansion_has_every_member_in_order(client):
    found = answer(client, EXPAND, url=COUNTRY, displayLanguage="nb")
    contains = found["expansion"]["contains"]
    assert [(each["code"], each["display"]) for each in contains] == [
        ("NA", "Namibia"),
        ("NO", "Norge"),
        ("AN", "NETHERLANDS ANTILLES"),
        ("XK", "XK"),
    ]
    assert found["expansion"]["total"] == 4 and contains[2]["inactive"] is True
    assert "extension" not in found["expansion"]
    assert any("prøve 1" in str(each) for each in found["expansion"]["parameter"])


def test_pages_of_an_expansion_join_to_the_whole(client):
    whole = answer(client, EXPAND, url=COUNTRY)["expansion"]["contains"]
    pages = []
    for offset in range(4):
        page = answer(client, EXPAND, url=COUNTRY, offset=offset, count=1)["expansion"]
        assert (page["total"], page["offset"]) == (4, offset)
        pages += page["contains"]
    assert pages == whole


def test_page_after_the_last_and_page_of_nothing_have_no_members(client):
    for query in ({"offset": 4}, {"count": 0}):
        expansion = answer(client, EXPAND, url=COUNTRY, **query)["expansion"]
        assert expansion["total"] == 4 and "contains" not in expansion


@pytest.mark.parametrize(
    ("words", "codes"),
    [("namib", ["NA"]), ("NORGE", ["NO"]), ("no", ["NO"]), ("netherlands ant", ["AN"]), ("zzz", [])],
)
def test_filter_searches_texts_in_every_language_and_codes(client, words, codes):
    expansion = answer(client, EXPAND, url=COUNTRY, filter=words)["expansion"]
    assert [each["code"] for each in expansion.get("contains", [])] == codes


def test_retired_members_can_be_left_out(client):
    expansion = answer(client, EXPAND, url=COUNTRY, activeOnly="true")["expansion"]
    assert "AN" not in [each["code"] for each in expansion["contains"]]


def test_designations_come_when_asked_for_all_or_one_language(client):
    norway = {"filter": "norge", "url": COUNTRY}
    all_of_them = answer(client, EXPAND, includeDesignations="true", **norway)["expansion"]["contains"][0]
    assert [each["value"] for each in all_of_them["designation"]] == ["NORWAY", "Norge", "Noreg"]
    one = answer(client, EXPAND, designation="urn:ietf:bcp:47|nn-NO", **norway)["expansion"]["contains"][0]
    assert [each["value"] for each in one["designation"]] == ["Noreg"]
    assert "designation" not in answer(client, EXPAND, **norway)["expansion"]["contains"][0]


def test_set_held_in_part_says_that_it_is_not_closed(client):
    expansion = answer(client, f"/fhir/ValueSet/{ACTIVE_INGREDIENT}/$expand")["expansion"]
    assert expansion["extension"][0]["valueBoolean"] is True
    assert {"name": "version", "valueUri": f"{ATC_URI}|2025-01"} in expansion["parameter"]


def test_same_question_gives_the_same_expansion_and_another_one_another(client):
    first, again, other = (
        answer(client, EXPAND, url=COUNTRY, count=count)["expansion"]["identifier"] for count in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize(
    "query",
    [{"offset": "-1"}, {"count": "ten"}, {"count": "1" * 12}, {"activeOnly": "yes"}, {"designation": "!"}],
)
def test_bad_expansion_is_refused(client, query):
    refused(client, EXPAND, 400, "value", url=COUNTRY, **query)


def test_named_release_answers_from_its_own_content():
    client = fhir_client(small_catalogue(), small_catalogue("prøve 2/a", "Namibia (ny)"))
    old = answer(client, LOOKUP, system=ISO, code="NA", displayLanguage="nb")
    new = answer(
        client,
        "/fhir/releases/pr%C3%B8ve%201/CodeSystem/$lookup",
        system=ISO,
        code="NA",
        displayLanguage="nb",
    )
    assert only(old, "display") == only(new, "display") == "Namibia"
    assert (
        client.get(
            "/fhir/releases/ukjent/CodeSystem/$lookup", params={"system": ISO, "code": "NA"}
        ).status_code
        == 404
    )
