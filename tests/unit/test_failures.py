"""What the wire can do to us: each failure by its class, recorded, and nothing shown that is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ncp import patient_summary
from ncp.audit_event import AuditFailed
from ncp.patient_summary import fetch, identify, list_summaries
from ncp.wire.errors import ErrorCode, Malformed, PeerFault, Unreachable, Untrusted
from tests.support.damage import raising, related
from tests.support.desk import office


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


@pytest.fixture
def fi(tmp_path):
    with office(tmp_path, "FI") as made:
        yield made


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
