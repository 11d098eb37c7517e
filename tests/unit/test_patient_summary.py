"""The use case: what goes right, and one test per way in which it must not."""

import base64
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from ncp import patient_summary
from ncp.audit_event import AuditFailed
from ncp.clinician import Clinician
from ncp.declined import Declined
from ncp.exchange import Operation
from ncp.finding import Source
from ncp.guard import WRONG_DOCUMENT, WRONG_PATIENT
from ncp.patient_summary import confirm, despite_contradiction, fetch, identify, list_summaries
from ncp.policy import NotPermitted
from ncp.wire.document_classes import Level
from ncp.wire.errors import ErrorCode, Malformed, PeerFault, Refused, Unreachable, Untrusted
from ncp.wire.roles import Purpose
from tests.support.chain import COUNTRIES, RICH
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


def related(made, country="PT", patient=None, login=None):
    """A confirmed relationship with the rich patient."""
    login = login or made.login()
    peer = made.peers[country]
    (candidate,) = identify(made.traits(country, patient or RICH[country].extension), peer, login, made.desk)
    return confirm(candidate, peer, login, made.desk, notice_offered=True)


def altered(operation, *changes):
    """A damage that replaces bytes in the answer to one operation."""

    def damage(asked, answer):
        if asked is not operation:
            return answer
        body = answer.body
        for old, new in changes:
            assert old in body, f"{old!r} is not in the answer"
            body = body.replace(old, new)
        return replace(answer, body=body)

    return damage


def in_document(*changes):
    """A damage inside a document that travels as base64 (profiles 8 and 9)."""

    def damage(asked, answer):
        if asked is not Operation.RETRIEVE:
            return answer
        before, rest = answer.body.split(b"Document>", 1)
        encoded, after = rest.split(b"</", 1)
        content = base64.b64decode(encoded)
        for old, new in changes:
            assert old in content, f"{old!r} is not in the document"
            content = content.replace(old, new)
        return replace(answer, body=before + b"Document>" + base64.b64encode(content) + b"</" + after)

    return damage


# --- the whole way ---------------------------------------------------------------------------------------


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


# --- refused before anything is sent ------------------------------------------------------------------------


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


# --- who is it? ---------------------------------------------------------------------------------------------


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


# --- the list -----------------------------------------------------------------------------------------------


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


# --- same patient, same document ----------------------------------------------------------------------------


def fetched(made, country="PT"):
    relationship = related(made, country)
    listing = list_summaries(relationship, made.desk)
    return relationship, fetch(patient_summary.preferred(listing), relationship, made.desk)


def refused(made, country="PT"):
    with pytest.raises(Untrusted) as caught:
        fetched(made, country)
    row = made.trail[-1]
    assert (row["number"], row["outcome"], row["error_reason"]) == ("EHDSI-22", 12, caught.value.reason)
    return caught.value


def test_another_patients_document_is_refused_audited_and_never_shown(pt):
    pt.damage = altered(Operation.RETRIEVE, (b'extension="900000011"', b'extension="900000022"'))
    error = refused(pt)
    assert (error.reason, error.code) == (WRONG_PATIENT, ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED)
    assert "EHDSI-94" not in pt.numbers()


def test_the_same_number_of_another_register_is_another_patient(pt):
    pt.damage = altered(
        Operation.RETRIEVE, (b'root="2.16.620.1.101.10.1.1"', b'root="2.16.620.1.101.10.1.9"')
    )
    assert refused(pt).reason == WRONG_PATIENT


def test_a_document_of_two_patients_is_refused(fi):
    def doubled(operation, answer):
        if operation is not Operation.RETRIEVE:
            return answer
        before, rest = answer.body.split(b"Document>", 1)
        encoded, after = rest.split(b"</", 1)
        content = base64.b64decode(encoded)
        start, end = content.index(b"<recordTarget"), content.index(b"</recordTarget>") + 15
        content = content[:end] + content[start:end] + content[end:]
        return replace(answer, body=before + b"Document>" + base64.b64encode(content) + b"</" + after)

    fi.damage = doubled
    assert refused(fi, "FI").reason == WRONG_PATIENT


@pytest.mark.parametrize("name", [b"DocumentUniqueId", b"RepositoryUniqueId", b"HomeCommunityId"])
def test_another_document_than_asked_for_is_refused(pt, name):
    pt.damage = altered(Operation.RETRIEVE, (b"</xdsb:" + name, b"9</xdsb:" + name))
    assert refused(pt).reason == WRONG_DOCUMENT


@pytest.mark.parametrize("name", [b"RepositoryUniqueId", b"HomeCommunityId"])
def test_a_missing_repository_or_community_is_a_finding(pt, name):
    relationship = related(pt)
    listing = list_summaries(relationship, pt.desk)

    def without(operation, answer):
        pattern = b"<xdsb:" + name + b">[^<]*</xdsb:" + name + b">"
        return replace(answer, body=re.sub(pattern, b"", answer.body))

    pt.damage = without
    shown = fetch(patient_summary.preferred(listing), relationship, pt.desk)
    assert shown.display is not None
    assert any(name.decode() in each.where for each in shown.findings)


def test_another_clinical_document_id_than_in_the_list_is_a_finding(fi):
    listed = fetched(fi, "FI")[1].entry.unique_id.encode()
    root, _, extension = listed.partition(b"^")
    old = b'extension="' + extension if extension else b'root="' + root
    fi.damage = in_document((old + b'"', old + b'9"'))
    found = fetched(fi, "FI")[1].findings
    assert any(each.where == "ClinicalDocument/id" for each in found)


@pytest.mark.parametrize(
    ("old", "new", "trait"),
    [
        (b'value="19850312"', b'value="19850313"', "birthDate"),
        (b'value="19850312"', b'value="1986"', "birthDate"),
        (b'<administrativeGenderCode code="F"', b'<administrativeGenderCode code="M"', "gender"),
    ],
)
def test_a_contradiction_is_shown_first_and_the_document_only_after_an_audited_yes(pt, old, new, trait):
    pt.damage = altered(Operation.RETRIEVE, (old, new))
    relationship, stopped = fetched(pt)
    assert [each.trait for each in stopped.contradictions] == [trait]
    assert stopped.display is None and stopped.translation is None
    assert "EHDSI-94" not in pt.numbers()
    shown = despite_contradiction(stopped, relationship, pt.desk)
    assert shown.display is not None
    assert pt.numbers()[-2:] == ["NO-01", "EHDSI-94"]
    assert trait in pt.trail[-2]["detail"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'value="19850312"', b'value="1985"'),
        (b'value="19850312"', b'value="198503"'),
        (b'<administrativeGenderCode code="F"', b'<administrativeGenderCode code="UN"'),
    ],
)
def test_less_is_no_contradiction(pt, old, new):
    pt.damage = altered(Operation.RETRIEVE, (old, new))
    assert fetched(pt)[1].contradictions == ()


def test_the_whole_job_stops_at_a_contradiction_that_nobody_accepted(pt):
    pt.damage = altered(Operation.RETRIEVE, (b'value="19850312"', b'value="19850313"'))
    arguments = pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk
    with pytest.raises(Refused, match="birthDate"):
        patient_summary.patient_summary(*arguments, accept=frozenset({"gender"}))
    result = patient_summary.patient_summary(*arguments, accept=frozenset({"birthDate"}))
    assert result.fetched.display is not None


def test_what_is_no_cda_is_malformed(fi):
    fi.damage = in_document((b"<ClinicalDocument", b"<Nonsense"), (b"</ClinicalDocument", b"</Nonsense"))
    with pytest.raises(Malformed, match="not a CDA"):
        fetched(fi, "FI")
    assert fi.trail[-1]["outcome"] == 12


def test_a_document_of_another_community_is_not_asked_for(pt):
    relationship = related(pt)
    entry = patient_summary.preferred(list_summaries(relationship, pt.desk))
    with pytest.raises(Malformed, match="community"):
        fetch(replace(entry, home="urn:oid:1.2.3"), relationship, pt.desk)
    with pytest.raises(Malformed, match="repository"):
        fetch(replace(entry, repository=None), relationship, pt.desk)
    assert Operation.RETRIEVE not in {exchange.operation for exchange in pt.exchanges}


def test_a_document_that_is_not_there_is_the_countrys_no(pt):
    relationship = related(pt)
    entry = patient_summary.preferred(list_summaries(relationship, pt.desk))
    with pytest.raises(PeerFault) as caught:
        fetch(replace(entry, unique_id="1.2.3^nothing"), relationship, pt.desk)
    assert caught.value.code in (ErrorCode.GENERIC_DOCUMENT_MISSING, "XDSMissingDocument")


# --- what the wire can do to us -----------------------------------------------------------------------------


def raising(error):
    def damage(operation, answer):
        raise error

    return damage


def test_an_unreachable_country_is_a_communication_failure_in_the_trail(pt):
    pt.damage = raising(Unreachable("PT did not answer"))
    with pytest.raises(Unreachable):
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    row = pt.trail[-1]
    assert (row["number"], row["attempted"], row["outcome"]) == ("EHDSI-CF", "EHDSI-11", 8)
    assert row["error_code"] == "ERROR_GENERIC_CONNECTION_NOT_POSSIBLE"


def test_an_untrusted_peer_is_recorded_with_its_reason(pt):
    pt.damage = raising(Untrusted("expired", reason="CERT_EXPIRED"))
    with pytest.raises(Untrusted):
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert pt.trail[-1]["error_reason"] == "CERT_EXPIRED"


def test_a_bug_is_recorded_by_its_type_alone(pt):
    pt.damage = raising(ZeroDivisionError("Maria Sousa"))
    with pytest.raises(ZeroDivisionError):
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert pt.trail[-1]["error_text"] == "unexpected ZeroDivisionError"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"<!DOCTYPE x []><x/>",
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a/></e:Body></e:Envelope>',
        b"\xff\xfe\x00",
    ],
)
def test_rubbish_is_malformed(pt, body):
    pt.damage = lambda operation, answer: replace(answer, body=body)
    with pytest.raises(Malformed):
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert pt.trail[-1]["outcome"] == 12 and pt.trail[-1]["sent"] is True


def test_the_answer_to_another_question_is_malformed(pt):
    first = []

    def stale(operation, answer):
        first.append(answer)
        return first[0]

    pt.damage = stale
    login = pt.login()
    identify(pt.traits("PT", "900000011"), pt.peers["PT"], login, pt.desk)
    with pytest.raises(Malformed, match="another request"):
        identify(pt.traits("PT", "900000022"), pt.peers["PT"], login, pt.desk)


def test_truncated_multipart_is_malformed(pt):
    relationship = related(pt)
    entry = patient_summary.preferred(list_summaries(relationship, pt.desk))
    pt.damage = lambda operation, answer: replace(answer, body=answer.body[:-200])
    with pytest.raises(Malformed):
        fetch(entry, relationship, pt.desk)


def test_a_fault_is_told_by_its_code_and_never_by_its_text(pt):
    text = b"NullPointerException for Maria Sousa"
    fault = (
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code>'
        b"<e:Value>e:Receiver</e:Value></e:Code><e:Reason><e:Text xml:lang='en'>" + text + b"</e:Text>"
        b"</e:Reason></e:Fault></e:Body></e:Envelope>"
    )
    pt.damage = lambda operation, answer: replace(answer, status=500, body=fault)
    with pytest.raises(PeerFault) as caught:
        identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert caught.value.code == ErrorCode.NO_CONNECTION
    assert "Maria" not in str(caught.value) and "Receiver" in str(caught.value)


def test_a_result_that_cannot_be_recorded_is_not_shown(pt):
    class Full:
        def write(self, event):
            raise AuditFailed("disk full")

    relationship = related(pt)
    with pytest.raises(AuditFailed):
        list_summaries(relationship, replace(pt.desk, audit=Full()))


def test_a_failure_that_cannot_be_recorded_still_says_what_failed(pt):
    class Full:
        def write(self, event):
            raise AuditFailed("disk full")

    relationship = related(pt)
    pt.damage = raising(Unreachable("PT did not answer"))
    with pytest.raises(AuditFailed) as caught:
        list_summaries(relationship, replace(pt.desk, audit=Full()))
    assert isinstance(caught.value.__context__, Unreachable)


def test_assertions_are_signed_once_and_renewed_before_they_run_out(pt):
    login = pt.login()
    relationship = related(pt, login=login)
    for _ in range(2):
        list_summaries(relationship, pt.desk)
    assert pt.numbers().count("EHDSI-91") == pt.numbers().count("EHDSI-92") == 1
    pt.ahead = timedelta(hours=2) - timedelta(minutes=4)
    with pytest.raises(PeerFault):  # the member state's clock did not move on: not yet valid there
        list_summaries(relationship, pt.desk)
    assert pt.numbers().count("EHDSI-92") == 2
