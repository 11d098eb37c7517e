"""Every error code that an answer can carry, sent by a simulated country and read at the Norwegian desk.

Source: wire specification 6.7, 6.8 and 9.10.
"""

from dataclasses import replace

import pytest

from ncp.declined import Declined
from ncp.exchange import Operation
from ncp.finding import Source
from ncp.patient_summary import fetch, identify, list_summaries, preferred
from ncp.portal.failures import failure_of
from ncp.wire.errors import ALIASES, ERRORS, TRANSFORMATION, Severity
from ncp.wire.iti55 import AckDetail
from ncp.wire.registry import NOT_FOUND
from terminology.pages.messages import messages
from tests.support.chain import RICH
from tests.support.country_errors import (
    LEGS,
    codes,
    country_of,
    refusing_to_identify,
    remarking,
    rewritten,
)
from tests.support.damage import related
from tests.support.desk import office

BOKMAAL = messages("nb")
OLD_NUMBERS = sorted(number for number, code in ALIASES.items() if ERRORS[code].where & LEGS[Operation.LIST])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with office(tmp_path_factory.mktemp("desk"), "PT", "CZ") as desk:
        yield desk


@pytest.fixture(scope="module")
def known(made):
    """A confirmed relationship and a listed document in each country."""
    found = {}
    for country in ("PT", "CZ"):
        relationship = related(made, country)
        found[country] = relationship, preferred(list_summaries(relationship, made.desk))
    return found


@pytest.fixture
def answers(made):
    """Let the country answer one exchange with something else, for one test."""

    def put(country, operation, change):
        made.damage = rewritten(operation, made.peers[country].profile, change)

    yield put
    made.damage = None


def says_no(made, country, code, ask):
    """The desk raises the country's refusal with its code; a clinician reads the sentence of that code."""
    with pytest.raises(Declined) as caught:
        ask()
    error = caught.value
    assert error.code == code
    assert error.detail.startswith("In the country's words")
    row = made.trail[-1]
    assert (row["error_code"], row["outcome"], row["sent"]) == (code, 12, True)
    failure = failure_of(error, BOKMAAL, made.peers[country])
    assert f"error.{code}" in BOKMAAL
    assert failure.code.split()[0] == code
    name = made.peers[country].name("nb")
    by_reason = f"portal.reason.{error.reason}"  # says more where the code says next to nothing
    sentences = [BOKMAAL.error(code, country=name)]
    sentences += [BOKMAAL.text(by_reason, country=name)] if by_reason in BOKMAAL else []
    assert failure.sentence in sentences
    assert "country's words" not in failure.sentence and "Some.class" not in failure.sentence


# --- patient discovery


@pytest.mark.parametrize("code", codes(Operation.IDENTIFY))
def test_checklist_9_10_a_code_of_a_discovery_is_the_countrys_no(made, answers, code):
    country = country_of(code)
    answers(country, Operation.IDENTIFY, refusing_to_identify(code))
    traits = made.traits(country, RICH[country].extension)
    says_no(made, country, code, lambda: identify(traits, made.peers[country], made.login(), made.desk))


@pytest.mark.parametrize("code", codes(Operation.IDENTIFY, Severity.WARNING))
def test_checklist_9_10_a_warning_beside_a_person_is_kept(made, answers, code):
    country = country_of(code)
    answers(
        country,
        Operation.IDENTIFY,
        lambda answer: replace(answer, details=(AckDetail(code, "In the country's words"),)),
    )
    traits = made.traits(country, RICH[country].extension)
    (candidate,) = identify(traits, made.peers[country], made.login(), made.desk)
    assert candidate.ids[0] == RICH[country]
    assert code in made.trail[-1]["detail"]


# --- the list


@pytest.mark.parametrize("code", codes(Operation.LIST, Severity.ERROR))
def test_checklist_9_10_an_error_of_a_list_is_the_countrys_no(made, known, answers, code):
    country = country_of(code)
    relationship, _ = known[country]
    answers(country, Operation.LIST, remarking(code))
    says_no(made, country, code, lambda: list_summaries(relationship, made.desk))


@pytest.mark.parametrize("code", codes(Operation.LIST, Severity.WARNING))
def test_checklist_9_10_a_warning_of_a_list_is_noted_beside_its_documents(made, known, answers, code):
    country = country_of(code)
    relationship, _ = known[country]
    answers(country, Operation.LIST, remarking(code))
    listing = list_summaries(relationship, made.desk)
    assert listing.documents
    noted(made, listing.findings, code)


@pytest.mark.parametrize("code", codes(Operation.LIST, Severity.WARNING))
def test_checklist_9_10_a_warning_instead_of_documents_is_the_countrys_no(made, known, answers, code):
    """Not found, or a registry that is down: neither may look like an empty list."""
    country = country_of(code)
    relationship, _ = known[country]
    answers(country, Operation.LIST, remarking(code, empty=True))
    says_no(made, country, code, lambda: list_summaries(relationship, made.desk))


@pytest.mark.parametrize("number", OLD_NUMBERS)
def test_checklist_9_10_a_number_of_the_6x_line_is_read_as_todays_code(made, known, answers, number):
    relationship, _ = known["PT"]
    code = ALIASES[number]

    def by_number(answer):
        changed = remarking(code, empty=True)(answer)
        return replace(changed, errors=tuple(replace(each, code=number) for each in changed.errors))

    answers("PT", Operation.LIST, by_number)
    says_no(made, "PT", code, lambda: list_summaries(relationship, made.desk))


# --- the retrieve


@pytest.mark.parametrize("code", codes(Operation.RETRIEVE, Severity.ERROR))
def test_checklist_9_10_an_error_of_a_retrieve_is_the_countrys_no(made, known, answers, code):
    country = country_of(code)
    relationship, entry = known[country]
    answers(country, Operation.RETRIEVE, remarking(code, empty=True))
    says_no(made, country, code, lambda: fetch(entry, relationship, made.desk))


@pytest.mark.parametrize("code", codes(Operation.RETRIEVE, Severity.WARNING))
def test_checklist_9_10_a_warning_of_a_retrieve_is_noted_with_the_document(made, known, answers, code):
    country = country_of(code)
    relationship, entry = known[country]
    answers(country, Operation.RETRIEVE, remarking(code))
    fetched = fetch(entry, relationship, made.desk)
    assert fetched.display.html
    noted(made, fetched.findings, code, number="EHDSI-22")


@pytest.mark.parametrize("code", sorted(TRANSFORMATION))
def test_checklist_9_10_a_transformation_code_is_noted_with_the_document(made, known, answers, code):
    relationship, entry = known["PT"]
    answers("PT", Operation.RETRIEVE, remarking(code))
    fetched = fetch(entry, relationship, made.desk)
    noted(made, fetched.findings, code, number="EHDSI-22")


@pytest.mark.parametrize("code", sorted(code for code in TRANSFORMATION if code.startswith("45")))
def test_checklist_9_10_a_transformation_that_failed_explains_the_missing_document(
    made, known, answers, code
):
    relationship, entry = known["PT"]
    answers("PT", Operation.RETRIEVE, remarking(code, empty=True))
    says_no(made, "PT", code, lambda: fetch(entry, relationship, made.desk))


# --- helpers


def noted(made, findings, code, number=None):
    """The country's remark is a finding with its code, the exchange a partial success, the sentence there."""
    (found,) = [each for each in findings if each.source is Source.COUNTRY]
    assert (found.code, found.text) == (code, "In the country's words^national detail")
    rows = [row for row in made.trail if number in (None, row["number"])]
    assert rows[-1]["outcome"] == 4 and code in rows[-1]["detail"]
    assert f"error.{code}" in BOKMAAL


def test_checklist_9_10_every_code_is_sent_by_a_country_or_not_for_these_exchanges():
    """What is left over belongs to dispensing, to the audit trail, or arises at the desk alone."""
    sent = {code for operation in LEGS for code in codes(operation)}
    rest = {code: info for code, info in ERRORS.items() if code not in sent}
    assert all(
        {where.value for where in info.where} <= {"dispense", "discard", "audit", "NCP-B"}
        for info in rest.values()
    )
    assert NOT_FOUND <= sent and len(sent) > 60
