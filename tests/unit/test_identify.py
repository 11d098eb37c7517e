"""ITI-55 at a member state: who is found, who is told as nobody, and what is not answered."""

import pytest
from lxml import etree

from mock_member_states.call import Service
from ncp.wire.iti55 import Demographics, DiscoveryResponse, Match, NoMatch, RefusedBy, XcpdReason
from ncp.wire.patient_id import PatientId
from tests.support.chain import COUNTRIES, RICH, TWINS, body_of, fault_of


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_shared_number_finds_both_and_a_trait_tells_them_apart(asker, country):
    shared, own = TWINS[country]
    ask = asker(country)
    found = ask.discover(shared).candidates
    assert {candidate.ids[0].extension for candidate in found} == set(own)
    first = found[0]
    given = Demographics(given=first.demographics.given)
    only = ask.discover(shared, traits=given).candidates
    assert [candidate.ids[0] for candidate in only] == [first.ids[0]]


def test_checklist_9_6_two_identifiers_must_both_be_the_patients(asker):
    ask = asker("PT")
    shared, own = TWINS["PT"]
    both = ask.discover(PatientId(RICH["PT"].root, own[1]), shared).candidates
    assert [candidate.ids[0].extension for candidate in both] == [own[1]]
    assert isinstance(ask.discover(RICH["PT"], shared).outcome(), NoMatch)


@pytest.mark.parametrize(
    ("traits", "matches"),
    [
        (Demographics(family=("sousa",)), True),
        (Demographics(family=("Tavares",), given=("LEONOR",)), True),
        (Demographics(birth_time="19850312"), True),
        (Demographics(birth_time="198503"), True),
        (Demographics(gender="F", city="coimbra"), True),
        (Demographics(gender="UN"), True),
        (Demographics(street="elsewhere"), True),
        (Demographics(gender="M"), False),
        (Demographics(birth_time="19850313"), False),
        (Demographics(family=("Souza",)), False),
        (Demographics(postal_code="1000-001"), False),
    ],
)
def test_traits_narrow_the_search(asker, traits, matches):
    assert bool(asker("PT").discover(RICH["PT"], traits=traits).candidates) is matches


def test_checklist_9_6_an_address_may_say_street_line_or_street_name(asker):
    ask = asker("PT")
    traits = Demographics(street="Rua da Azinheira 12", city="Coimbra")
    body = ask.discovery_bytes(RICH["PT"], traits=traits)
    assert b"streetName" in body
    answered = ask.call(Service.XCPD, body)
    assert b"streetAddressLine" in answered.body
    assert DiscoveryResponse.from_xml(body_of(answered)).asked.city == "Coimbra"


@pytest.mark.parametrize("country", COUNTRIES)
def test_checklist_9_5_nobody_is_told_as_nobody(asker, country):
    ask = asker(country)
    answer = ask.discover(PatientId(RICH[country].root, "000000000"))
    assert isinstance(answer.outcome(), NoMatch)
    assert (answer.ack_code, answer.query_response, answer.detail_code) == ("AA", "NF", "ERROR_PI_NO_MATCH")
    assert answer.reason.code == XcpdReason.ANSWER_NOT_AVAILABLE
    assert ask.member.audit[-1]["codes"] == ["ERROR_PI_NO_MATCH"]


def test_checklist_9_5_a_success_says_so_and_the_reference_says_ae(asker):
    honest = asker("PT").discover(RICH["PT"])
    assert (honest.ack_code, honest.query_status, honest.query_response) == ("AA", "deliveredResponse", "OK")
    exact = asker("PT", reference_exact=True).discover(RICH["PT"])
    assert (exact.ack_code, exact.query_status, exact.query_response) == ("AA", "AE", "AE")
    assert isinstance(exact.outcome(), Match)


def test_checklist_9_6_a_request_for_another_country_is_not_answered(asker):
    answer = asker("PT").discover(RICH["PT"], receiver="1.2.246.556.12001.4.1000.990.1")
    assert answer.candidates == ()
    assert answer.reason.code == XcpdReason.ANSWER_NOT_AVAILABLE
    assert isinstance(answer.outcome(), RefusedBy)


@pytest.mark.parametrize(
    ("country", "code"),
    [("PT", "ERROR_PI_GENERIC"), ("FI", "ERROR_PI_MISSING_REQUIRED_FIELDS")],
)
def test_checklist_9_6_a_search_without_identifier_is_not_allowed(asker, country, code):
    ask = asker(country)
    traits = Demographics(family=("Sousa",), birth_time="19850312")
    tree = etree.fromstring(ask.discovery_bytes(RICH[country], traits=traits))
    for el in list(tree.iter("{urn:hl7-org:v3}livingSubjectId")):
        el.getparent().remove(el)
    answer = DiscoveryResponse.from_xml(body_of(ask.call(Service.XCPD, etree.tostring(tree))))
    assert answer.candidates == ()
    assert (answer.ack_code, answer.detail_code) == ("AE", code)
    assert answer.reason.code == XcpdReason.DEMOGRAPHICS_QUERY_NOT_ALLOWED
    assert answer.reason.branch == "triggerFor"


def test_a_discovery_without_readable_sender_is_a_fault(asker):
    ask = asker("PT")
    body = etree.fromstring(ask.discovery_bytes(RICH["PT"]))
    for el in list(body.iter("{urn:hl7-org:v3}sender")):
        el.getparent().remove(el)
    answered = ask.call(Service.XCPD, etree.tostring(body))
    assert (answered.status, fault_of(answered).code) == (400, "Sender")
