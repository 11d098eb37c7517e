"""Refusals as OpenNCP of each profile sends them, and as the simulated countries do, in whole answers.

Source: wire specification 4.3 and 7.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from mock_member_states.call import Service
from mock_member_states.refusals import Shape, Transaction, ours, reference_exact
from ncp.wire import soap
from ncp.wire.assertion_rules import Problem, ProblemKind
from ncp.wire.iti38 import ListResponse
from ncp.wire.iti39 import RetrieveResponse
from ncp.wire.iti55 import DiscoveryResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.roles import Role
from ncp.wire.saml import AssertionKind
from schemas.namespaces import SAML, q
from tests.support.chain import NOW, RICH, Asker, MemberStateForTests, body_of
from tests.support.refusing import sealed

OTHER = {"PT": "900000022", "CZ": "SYN900022"}
FAULT = "fault"


def broken(ask, what):
    """The assertions of a request with one thing wrong, for the patient of the country."""
    patient = RICH[ask.country.code]
    hcp, trc = ask.hcp, ask.trc(patient)
    match what:
        case "no HCP":
            return []
        case "HCP content":
            hcp = replace(hcp, not_on_or_after=NOW + timedelta(hours=5))
        case "role":
            hcp = replace(hcp, role=Role("224", "Paramedical practitioners"))
        case "rights":
            hcp = replace(hcp, permissions=())
        case "TRC content":
            trc = replace(trc, not_on_or_after=NOW + timedelta(hours=3))
        case "advice":
            trc = replace(trc, hcp_id="_another")
        case "patient":
            trc = replace(trc, patient=PatientId(patient.root, OTHER[ask.country.code]))
        case "signature":
            return [ask.sign(hcp).replace(b'"221"', b'"222"'), ask.sign(trc)]
        case "no TRC":
            return [ask.sign(hcp)]
        case "schema":
            return [_with_unknown_element(hcp), ask.sign(trc)]
    return [ask.sign(hcp), ask.sign(trc)]


def _with_unknown_element(hcp):
    tree = hcp.to_xml()
    etree.SubElement(tree, q(SAML, "Extra"))
    return sealed(tree)


def seen(answered, kind):
    """Status and first code of an answer, or the fault."""
    try:
        answer = kind.from_xml(body_of(answered))
    except soap.FaultReceived as fault:
        return FAULT, fault.code
    if kind is DiscoveryResponse:
        return answer.ack_code, answer.detail_code, answer.reason.code if answer.reason else None
    return answer.status.name if answer.status else None, answer.errors[0].code if answer.errors else None


@pytest.fixture
def asker(tmp_path):
    def of(country):
        return Asker(MemberStateForTests.load(country, tmp_path, reference_exact=True))

    return of


DISCOVERY = [
    ("PT", "no HCP", "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED"),
    ("PT", "HCP content", "ERROR_HPI_GENERIC"),
    ("PT", "role", "ERROR_HPI_GENERIC"),
    ("PT", "rights", "4703"),
    ("PT", "schema", "ERROR_SEC_DATA_INTEGRITY_NOT_ENSURED"),
    ("PT", "signature", "ERROR_PI_GENERIC"),
    ("CZ", "no HCP", "4703"),
    ("CZ", "HCP content", "4703"),
    ("CZ", "role", "4703"),
    ("CZ", "schema", "4703"),
    ("CZ", "signature", "4703"),
]


@pytest.mark.parametrize(("country", "what", "code"), DISCOVERY)
def test_discovery_as_the_reference_refuses_it(asker, country, what, code):
    ask = asker(country)
    assertions = broken(ask, what)[:1]
    answered = ask.call(Service.XCPD, ask.discovery_bytes(RICH[country], assertions=assertions))
    # 7 writes InternalError without a branch, so that it never reaches the wire
    reason = None if (country, what) == ("PT", "signature") else "InsufficientRights"
    assert seen(answered, DiscoveryResponse) == ("AE", code, reason)


LIST = [
    ("PT", "no HCP", ("FAILURE", "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED")),
    ("PT", "TRC content", ("FAILURE", "1001")),
    ("PT", "no TRC", ("FAILURE", "1001")),
    ("PT", "advice", ("FAILURE", "4703")),
    ("PT", "schema", ("FAILURE", "4703")),
    ("PT", "patient", ("SUCCESS", "1102")),
    ("PT", "signature", (FAULT, "Receiver")),
    ("CZ", "no HCP", (None, None)),
    ("CZ", "HCP content", (None, None)),
    ("CZ", "TRC content", (None, None)),
    ("CZ", "no TRC", (None, None)),
    ("CZ", "advice", (None, None)),
    ("CZ", "schema", (None, None)),
    ("CZ", "rights", (None, None)),
    ("CZ", "signature", (None, None)),
    ("CZ", "patient", ("FAILURE", "ERROR_PS_NOT_FOUND")),
]


@pytest.mark.parametrize(("country", "what", "expected"), LIST)
def test_checklist_9_4_the_list_as_the_reference_refuses_it(asker, country, what, expected):
    """7 searches on, but the search decides the status for another patient only; 9 leaves the status out."""
    ask = asker(country)
    body = ask.list_bytes(RICH[country], assertions=broken(ask, what))
    assert seen(ask.call(Service.XCA, body), ListResponse) == expected
    assert ask.member.audit[-1]["outcome"] in ("refused", "success")


RETRIEVE = [
    ("PT", "no HCP", ("PARTIAL_SUCCESS", "ERROR_HPI_AUTHENTICATION_NOT_RECEIVED")),
    ("PT", "HCP content", ("PARTIAL_SUCCESS", "ERROR_HPI_GENERIC")),
    ("PT", "TRC content", ("PARTIAL_SUCCESS", "1001")),
    ("PT", "no TRC", ("PARTIAL_SUCCESS", "1001")),
    ("PT", "advice", ("PARTIAL_SUCCESS", "4703")),
    ("PT", "schema", ("PARTIAL_SUCCESS", "4703")),
    ("PT", "patient", ("FAILURE", "4206")),
    ("PT", "rights", ("PARTIAL_SUCCESS", "4703")),
    ("PT", "signature", ("PARTIAL_SUCCESS", "ERROR_SEC_GENERIC")),
    ("CZ", "no HCP", (FAULT, "Sender")),
    ("CZ", "TRC content", (FAULT, "Sender")),
    ("CZ", "no TRC", (FAULT, "Sender")),
    ("CZ", "advice", (FAULT, "Sender")),
    ("CZ", "schema", (FAULT, "Sender")),
    ("CZ", "patient", ("FAILURE", "4206")),
    ("CZ", "signature", (FAULT, "Sender")),
]


@pytest.mark.parametrize(("country", "what", "expected"), RETRIEVE)
def test_checklist_9_4_the_retrieve_as_the_reference_refuses_it(asker, country, what, expected):
    ask, patient = asker(country), RICH[country]
    unique = ask.list(patient).entries[0].unique_id
    body = ask.retrieve_bytes(ask.wanted(unique), patient, assertions=broken(ask, what))
    answered = ask.call(Service.XCA, body)
    assert seen(answered, RetrieveResponse) == expected
    assert b"ClinicalDocument" not in answered.body


PROBLEMS = [
    Problem(kind, subject, "text")
    for kind in ProblemKind
    for subject in (None, AssertionKind.HCP, AssertionKind.TRC)
]


@pytest.mark.parametrize("transaction", list(Transaction))
def test_every_problem_has_an_answer_in_the_form_of_its_transaction(transaction):
    in_xcpd = transaction is Transaction.IDENTIFY
    for problem in PROBLEMS:
        assert (ours(problem, transaction).shape is Shape.XCPD_ERROR) is in_xcpd
        for profile in Profile:
            refusal = reference_exact(problem, transaction, profile)
            if problem.kind is not ProblemKind.PATIENT:  # a discovery has no TRC to differ from
                assert (refusal.shape is Shape.XCPD_ERROR) is in_xcpd
            assert not refusal.continues or transaction is Transaction.LIST


def test_ours_has_one_code_per_kind():
    codes = {
        (problem.kind, problem.subject): {ours(problem, transaction).code for transaction in Transaction}
        for problem in PROBLEMS
    }
    assert all(len(found) == 1 for found in codes.values())
    assert codes[ProblemKind.FIELD, AssertionKind.TRC] == {"1001"}
    assert codes[ProblemKind.FIELD, AssertionKind.HCP] == {"ERROR_HPI_GENERIC"}
