"""Which assertion is which, whatever their order."""

import pytest

from ncp.wire.assertion_rules import ProblemKind
from ncp.wire.assertion_selection import select
from ncp.wire.permissions import Operation
from ncp.wire.saml import AssertionKind
from tests.support.assertions import HCP, NOK, TRC, signed


def kinds(problems):
    return [problem.kind for problem in problems]


def chosen(*assertions, operation=Operation.PATIENT_SUMMARY, **more):
    return select(assertions, operation=operation, **more)


def ids(selection):
    found = [
        selection.by_kind.get(kind) for kind in (AssertionKind.HCP, AssertionKind.TRC, AssertionKind.NOK)
    ]
    return [None if el is None else el.get("ID") for el in found]


@pytest.mark.parametrize("order", [(NOK, HCP, TRC), (TRC, NOK, HCP), (HCP, TRC, NOK)])
def test_the_order_does_not_matter(order):
    selection = chosen(*map(signed, order))
    assert ids(selection) == ["_hcp", "_trc", "_nok"]
    assert selection.problems == ()


def test_checklist_9_4_a_missing_trc():
    selection = chosen(signed(HCP))
    assert kinds(selection.problems) == [ProblemKind.NO_TRC]
    assert chosen(signed(HCP), operation=Operation.IDENTIFY).problems == ()


def test_checklist_9_4_a_nok_after_the_trc_takes_its_place_in_openncp_7():
    after, before = map(signed, (HCP, TRC, NOK)), map(signed, (NOK, HCP, TRC))
    assert ids(chosen(*after, as_openncp_7=True)) == ["_hcp", "_nok", None]
    assert ids(chosen(*before, as_openncp_7=True)) == ["_hcp", "_trc", None]


def test_in_openncp_7_an_identification_selects_by_qualifier():
    selection = chosen(signed(HCP), signed(NOK), operation=Operation.IDENTIFY, as_openncp_7=True)
    assert ids(selection) == ["_hcp", None, "_nok"]


def test_no_assertion_at_all():
    assert kinds(chosen().problems) == [ProblemKind.NO_HCP, ProblemKind.NO_TRC]


@pytest.mark.parametrize("assertion", [HCP, TRC, NOK], ids=["hcp", "trc", "nok"])
def test_two_assertions_of_a_kind(assertion):
    selection = chosen(*map(signed, (HCP, TRC, NOK)), signed(assertion, id="_second"))
    assert kinds(selection.problems) == [ProblemKind.REPEATED_KIND]
    assert ids(selection) == ["_hcp", "_trc", "_nok"]


@pytest.mark.parametrize("as_openncp_7", [True, False])
@pytest.mark.parametrize("data", [b"<a/>", b"no xml"])
def test_an_assertion_of_no_known_kind(data, as_openncp_7):
    selection = chosen(data, signed(HCP), operation=Operation.IDENTIFY, as_openncp_7=as_openncp_7)
    assert kinds(selection.problems) == [ProblemKind.UNKNOWN_KIND]
