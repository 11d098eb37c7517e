"""The use case: the whole way, who may, who it is, and what the country has."""

from dataclasses import replace

import pytest

from ncp import patient_summary
from ncp.clinician import Clinician
from ncp.declined import Declined
from ncp.exchange import Operation
from ncp.finding import Source
from ncp.guard import WRONG_PATIENT
from ncp.patient_summary import confirm, fetch, identify, list_summaries
from ncp.policy import NotPermitted
from ncp.wire.document_classes import Level
from ncp.wire.errors import ErrorCode, Malformed, PeerFault, Refused, Untrusted
from ncp.wire.roles import Purpose
from tests.support.chain import COUNTRIES, RICH
from tests.support.damage import altered, related
from tests.support.desk import office

PT_ID = b"900000011"


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


@pytest.fixture
def fi(tmp_path):
    with office(tmp_path, "FI") as made:
        yield made


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_summary_of_each_country_is_shown_whole_in_norwegian(tmp_path, country):
    with office(tmp_path, country) as made:
        result = patient_summary.patient_summary(
            made.traits(country, RICH[country].extension), made.peers[country], made.login(), made.desk
        )
        counts = result.fetched.display.counts
        assert counts.entries == counts.entries_shown > 10
        assert counts.facts == counts.facts_shown
        assert "Overfølsomhet" in result.fetched.display.html
        assert result.fetched.release == made.desk.terms.release.name
        assert result.fetched.contradictions == ()


def test_every_step_leaves_its_row_in_order(pt):
    patient_summary.patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert pt.numbers() == ["EHDSI-91", "EHDSI-11", "EHDSI-92", "EHDSI-21", "EHDSI-22", "EHDSI-94"]
    assert {row["outcome"] for row in pt.trail} == {0}
    assert pt.desk.audit.verify().broken is None


def test_a_row_holds_what_the_audit_message_needs(pt):
    login = pt.login()
    patient_summary.patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], login, pt.desk)
    row = pt.trail[3]
    exchange = pt.exchanges[1]
    assert row["event_type"] == "ITI-38" and row["class_code"] == "60591-5"
    assert row["patient_id"] == "900000011^^^&2.16.620.1.101.10.1.1&ISO"
    assert (row["user_id"], row["role"], row["profession"]) == ("900000111", "221", "LE")
    assert (row["consumer"], row["provider"]) == (pt.desk.own.consumer, "ncp.pt.test")
    assert row["request_id"].encode() in exchange.request and row["response_id"].encode() in exchange.response
    assert row["query"].startswith("<rim:AdhocQuery") and len(row["documents"]) == 2
    assert row["hcp_id"].encode() in exchange.request and row["trc_id"].encode() in exchange.request
    assert len(row["request_header"]) == len(row["response_header"]) == 64
    assert row["notice_offered"] is True and row["login_id"] == login.id


def test_the_assertion_names_the_patient_as_returned_and_each_question_has_its_own_id(pt):
    patient_summary.patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    for exchange in pt.exchanges[1:]:
        assert b"900000011^^^&amp;2.16.620.1.101.10.1.1&amp;ISO" in exchange.request
    ids = [row["request_id"] for row in pt.trail if row["request_id"]]
    assert len(set(ids)) == len(ids) == 3


def test_the_secretary_asks_on_behalf_of_the_doctor(pt):
    related(pt, login=pt.login("sekretaer"))
    row = pt.trail[1]
    assert (row["role"], row["on_behalf_of_role"], row["on_behalf_of_name"]) == (
        "44",
        "221",
        "Amund Prøvestad",
    )
    assert b"urn:ehdsi:names:subject:on-behalf-of" in pt.exchanges[0].request


def test_a_nurse_may_read_a_summary(pt):
    assert list_summaries(related(pt, login=pt.login("sykepleier")), pt.desk).documents


def test_an_emergency_travels_as_such_and_keeps_its_reason(pt):
    login = pt.login("lege", Purpose.EMERGENCY, "unconscious")
    relationship = related(pt, login=login)
    list_summaries(relationship, pt.desk)
    assert all(b'code="EMERGENCY"' in exchange.request for exchange in pt.exchanges)
    assert {(row["purpose"], row["reason"]) for row in pt.trail} == {("EMERGENCY", "unconscious")}


@pytest.mark.parametrize("user", ["farmasoyt", "psykolog", "tester", "terminolog1", "drift"])
def test_who_may_not_is_refused_before_anything_is_sent_and_recorded(pt, user):
    with pytest.raises(NotPermitted):
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(user), pt.desk)
    assert pt.exchanges == []
    (row,) = pt.trail
    assert (row["number"], row["outcome"], row["error_code"], row["sent"]) == ("EHDSI-11", 12, "4703", False)


def test_a_profession_is_looked_at_again_in_every_step(pt):
    relationship = related(pt)
    doctor: Clinician = relationship.login.clinician
    login = replace(relationship.login, clinician=replace(doctor, profession="FA1"))
    with pytest.raises(NotPermitted):
        list_summaries(replace(relationship, login=login), pt.desk)
    assert len(pt.exchanges) == 1


def test_a_country_without_summaries_is_not_asked(pt):
    peer = replace(pt.peers["PT"], services=frozenset())
    with pytest.raises(Refused) as caught:
        identify(pt.traits("PT", "900000011"), peer, pt.login(), pt.desk)
    assert caught.value.code == ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN and pt.exchanges == []


def test_without_the_notice_there_is_no_treatment_relationship(pt):
    login, peer = pt.login(), pt.peers["PT"]
    (candidate,) = identify(pt.traits("PT", "900000011"), peer, login, pt.desk)
    with pytest.raises(Refused, match="notice"):
        confirm(candidate, peer, login, pt.desk, notice_offered=False)
    assert pt.trail[-1]["number"] == "EHDSI-92" and pt.trail[-1]["outcome"] == 12


def test_an_emergency_needs_no_notice(pt):
    login, peer = pt.login("lege", Purpose.EMERGENCY, "unconscious"), pt.peers["PT"]
    (candidate,) = identify(pt.traits("PT", "900000011"), peer, login, pt.desk)
    assert confirm(candidate, peer, login, pt.desk, notice_offered=False).notice_offered is False


def test_nobody_found_says_so_by_its_code(pt):
    with pytest.raises(PeerFault) as caught:
        identify(pt.traits("PT", "999999999"), pt.peers["PT"], pt.login(), pt.desk)
    assert caught.value.code == ErrorCode.NO_MATCH
    row = pt.trail[-1]
    assert (row["number"], row["outcome"], row["error_code"]) == ("EHDSI-11", 12, "ERROR_PI_NO_MATCH")


def test_several_candidates_are_returned_and_nobody_is_chosen(pt):
    traits, login = pt.traits("PT", "900000099"), pt.login()
    candidates = identify(traits, pt.peers["PT"], login, pt.desk)
    assert {each.demographics.given for each in candidates} == {("Inês",), ("Marta",)}
    assert pt.trail[-1]["patient_name"] is None
    with pytest.raises(Refused) as caught:
        patient_summary.patient_summary(traits, pt.peers["PT"], login, pt.desk)
    assert caught.value.code == ErrorCode.PI_MULTIPLE_MATCHES
    assert Operation.LIST not in {exchange.operation for exchange in pt.exchanges}


@pytest.mark.parametrize(("choice", "ids"), [(0, "900000033"), (1, "900000044")])
def test_the_chosen_candidate_is_the_one_asked_about(pt, choice, ids):
    result = patient_summary.patient_summary(
        pt.traits("PT", "900000099"), pt.peers["PT"], pt.login(), pt.desk, choose=choice
    )
    assert result.relationship.patient.extension == ids


def test_a_choice_that_is_not_there_is_refused(pt):
    with pytest.raises(Refused, match="candidate 3"):
        patient_summary.patient_summary(
            pt.traits("PT", "900000099"), pt.peers["PT"], pt.login(), pt.desk, choose=2
        )


def test_success_is_decided_by_the_patient_not_by_query_ack(tmp_path):
    with office(tmp_path, "PT", reference_exact=True) as made:
        assert related(made).patient == RICH["PT"]


def test_a_refusal_of_rights_keeps_its_reason(pt):
    pt.members["PT"].state.country = pt.members["PT"].state.country.model_copy(
        update={"home_community": "1.2.3"}
    )
    with pytest.raises(Declined) as caught:
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert caught.value.reason == "AnswerNotAvailable"
    assert pt.trail[-1]["error_reason"] == "AnswerNotAvailable"


def test_coded_document_and_pdf_are_one_summary(pt):
    listing = list_summaries(related(pt), pt.desk)
    (summary,) = listing.summaries
    assert summary.l3 and summary.l1 and len(listing.documents) == 2
    assert patient_summary.preferred(listing).level is Level.L3


def test_the_pdf_is_fetched_like_any_document(pt):
    relationship = related(pt)
    listing = list_summaries(relationship, pt.desk)
    fetched = fetch(listing.summaries[0].l1, relationship, pt.desk)
    assert fetched.document.level == 1 and fetched.document.attachment.content.startswith(b"%PDF")


def test_no_summary_is_the_countrys_no(pt):
    relationship = related(pt, patient="900000066")
    with pytest.raises(PeerFault) as caught:
        list_summaries(relationship, pt.desk)
    assert caught.value.code in (ErrorCode.PS_NOT_FOUND, "1102")
    assert pt.trail[-1]["outcome"] == 12


def test_no_consent_is_the_countrys_no(pt):
    """Profile 7 refuses already to identify, with a code of its own."""
    with pytest.raises(Declined) as caught:
        related(pt, patient="900000055")
    assert (caught.value.code, caught.value.reason) == (ErrorCode.PI_GENERIC, "InsufficientRights")
    row = pt.trail[-1]
    assert (row["error_code"], row["error_reason"]) == ("ERROR_PI_GENERIC", "InsufficientRights")


def test_an_entry_of_another_patient_is_refused_with_the_whole_list(pt):
    relationship = related(pt)
    pt.damage = altered(Operation.LIST, (PT_ID + b"^^^", b"900000022^^^"))
    with pytest.raises(Untrusted) as caught:
        list_summaries(relationship, pt.desk)
    assert caught.value.reason == WRONG_PATIENT
    assert pt.trail[-1]["error_reason"] == WRONG_PATIENT


def test_an_answer_without_status_is_no_empty_list(pt):
    relationship = related(pt)

    def emptied(operation, answer):
        start = answer.body.index(b"<query:AdhocQueryResponse")
        end = answer.body.index(b"</query:AdhocQueryResponse>")
        names = b'<query:AdhocQueryResponse xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0">'
        return replace(answer, body=answer.body[:start] + names + answer.body[end:])

    pt.damage = emptied
    with pytest.raises(Malformed):
        list_summaries(relationship, pt.desk)


def test_an_answer_that_breaks_the_schema_is_read_and_the_violation_kept(pt):
    relationship = related(pt)
    pt.damage = altered(Operation.LIST, (b"<rim:VersionInfo", b"<rim:Odd/><rim:VersionInfo"))
    listing = list_summaries(relationship, pt.desk)
    assert listing.documents
    assert any(each.source is Source.SCHEMA for each in listing.findings)
    assert pt.trail[-1]["detail"]


def test_a_list_without_a_usable_document_is_refused(pt):
    listing = patient_summary.Listing((), (), ())
    with pytest.raises(Refused) as caught:
        patient_summary.preferred(listing)
    assert caught.value.code == ErrorCode.PS_NOT_FOUND


def test_a_document_of_another_class_is_told_and_never_taken_for_the_summary(tmp_path):
    with office(tmp_path, "CZ") as cz:
        cz.damage = altered(
            Operation.LIST, (b'nodeRepresentation="60591-5"', b'nodeRepresentation="57833-6"')
        )
        listing = list_summaries(related(cz, "CZ"), cz.desk)
        assert len(listing.documents) == 1
        assert "1 documents of the list are of another class" in cz.trail[-1]["detail"]
        with pytest.raises(Refused) as caught:
            patient_summary.preferred(listing)
        assert caught.value.code == ErrorCode.PS_NOT_FOUND


def test_a_summary_that_is_not_in_force_is_told_and_is_the_last_choice(pt):
    listing = list_summaries(related(pt), pt.desk)
    coded, pdf = listing.documents
    outdated = replace(coded, status="urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated")
    assert patient_summary.preferred(listing) == coded
    assert patient_summary.preferred(replace(listing, documents=(outdated, pdf))) == pdf
    pt.damage = altered(Operation.LIST, (b"StatusType:Approved", b"StatusType:Deprecated"))
    list_summaries(related(pt), pt.desk)
    assert "2 documents of the list are not approved" in pt.trail[-1]["detail"]
