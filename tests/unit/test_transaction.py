"""One question and its answer: the one retry that is allowed, and what the envelope must say."""

import re
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from time import process_time

import pytest
from lxml import etree

from ncp.connection import Stale
from ncp.exchange import Operation
from ncp.patient_summary import identify, patient_summary
from ncp.traits import Traits
from ncp.transaction import query_text
from ncp.wire import iti38, iti39, soap
from ncp.wire.errors import Malformed, NcpError, Refused, Unreachable
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from tests.support.chain import RICH
from tests.support.desk import office


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


class ClosedAtFirst:
    """A kept connection that turns out to be closed, `times` times."""

    def __init__(self, office, times, error=Stale):
        self.office, self.left, self.error = office, times, error
        self.requests = []

    def __call__(self, operation, to, request):
        self.requests.append(request)
        if self.left:
            self.left -= 1
            raise self.error("PT had closed the connection")
        return self.office.send(operation, to, request)

    def desk(self):
        return replace(self.office.desk, send=self)


def ask(office, desk):
    return identify(office.traits("PT", "900000011"), office.peers["PT"], office.login(), desk)


def test_a_closed_kept_connection_costs_one_more_try_with_an_id_of_its_own(pt):
    closed = ClosedAtFirst(pt, 1)
    assert ask(pt, closed.desk())
    first, second = (soap.read(request) for request in closed.requests)
    assert first.message_id != second.message_id
    assert first.assertions == second.assertions
    assert etree.tostring(first.body, method="c14n") == etree.tostring(second.body, method="c14n")
    assert pt.trail[-1]["request_id"] == second.message_id and pt.trail[-1]["outcome"] == 0
    assert pt.numbers().count("EHDSI-11") == 1


def test_a_second_closed_connection_is_the_end(pt):
    closed = ClosedAtFirst(pt, 2)
    with pytest.raises(Unreachable):
        ask(pt, closed.desk())
    assert len(closed.requests) == 2


def test_no_other_failure_is_tried_again(pt):
    closed = ClosedAtFirst(pt, 1, Unreachable)
    with pytest.raises(Unreachable):
        ask(pt, closed.desk())
    assert len(closed.requests) == 1


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (iti38.ListRequest(PatientId("1.2", "3"), ("60591-5",)).to_xml(Profile.W9), "<rim:AdhocQuery"),
        (
            iti39.RetrieveRequest((iti39.DocumentRequest("urn:oid:1.2", "1.3", "1.4"),)).to_xml(Profile.W9),
            "<xdsb:DocumentRequest",
        ),
    ],
)
def test_the_audit_trail_quotes_the_question(body, start):
    assert query_text(body).startswith(start)


def test_a_message_of_ours_that_breaks_the_profile_is_not_sent(pt):
    broken = Traits((PatientId("not an oid", "1"),))
    with pytest.raises(Refused):
        identify(broken, pt.peers["PT"], pt.login(), pt.desk)
    assert pt.exchanges == []
    row = pt.trail[-1]
    assert (row["number"], row["outcome"], row["sent"]) == ("EHDSI-11", 12, False)


def answered_by(office, change):
    """Identify a patient while `change` turns every answer's bytes into others."""
    office.damage = lambda operation, answer: replace(answer, body=change(answer.body))
    return ask(office, office.desk)


def test_an_include_in_the_header_of_an_answer_is_refused_and_the_answer_is_still_on_record(pt):
    include = b'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:1"/>'
    with pytest.raises(Malformed, match="Include"):
        answered_by(pt, lambda body: body.replace(b"</env:Header>", include + b"</env:Header>"))
    row = pt.trail[-1]
    assert row["response_id"].startswith("urn:uuid:") and len(row["response_header"]) == 64


def test_attached_part_that_nothing_refers_to_is_a_finding(pt):
    def damage(asked, answer):
        if asked is not Operation.RETRIEVE:
            return answer
        boundary = answer.body.split(b"\r\n", 1)[0]
        part = boundary + b"\r\nContent-Type: text/xml\r\nContent-ID: <more@pt>\r\n\r\n<more/>\r\n"
        closing = boundary + b"--"
        assert answer.body.count(closing) == 1
        return replace(answer, body=answer.body.replace(closing, part + closing))

    pt.damage = damage
    done = patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    said = [each.text for each in done.fetched.findings]
    assert "1 attached parts that nothing refers to" in said
    row = next(row for row in pt.trail if row["number"] == "EHDSI-22")
    assert "attached parts" in row["detail"]


@pytest.mark.parametrize(
    ("operation", "pattern"),
    [
        (Operation.IDENTIFY, rb"(<family>)[^<]+"),
        (Operation.LIST, rb"(MessageID>)[^<]+"),
        (Operation.LIST, rb'(2e82c1f6-a085-4c72-9da3-8640a32e42ab" value=")[^"]+'),
        (Operation.RETRIEVE, rb"(RepositoryUniqueId>)[^<]+"),
    ],
)
def test_what_a_country_sends_does_not_fill_the_trail(pt, operation, pattern):
    """Names, ids and codes have no longest form in their schemas."""

    def damage(asked, answer):
        body, times = re.subn(pattern, rb"\g<1>" + b"Z" * 1_000_000, answer.body)
        assert times or asked is not operation
        return replace(answer, body=body) if asked is operation else answer

    pt.damage = damage
    with suppress(NcpError):
        patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)
    assert max(len(str(value)) for row in pt.trail for value in row.values()) < 50_000


def test_a_warning_about_the_peers_certificate_is_in_the_row(pt):
    pt.damage = lambda asked, answer: replace(answer, warnings=("CERT_REVOCATION_UNKNOWN",))
    ask(pt, pt.desk)
    row = pt.trail[-1]
    assert (row["number"], row["outcome"], row["error_reason"]) == ("EHDSI-11", 0, "CERT_REVOCATION_UNKNOWN")


def test_the_header_of_an_answer_is_hashed_as_it_stands(pt):
    headers = []

    def seen(body):
        headers.append(
            body[body.index(b"<env:Header") : body.index(b"</env:Header>") + len(b"</env:Header>")]
        )
        return body

    assert answered_by(pt, seen)
    (header,) = headers
    assert pt.trail[-1]["response_header"] == sha256(header).hexdigest()


@pytest.mark.parametrize("rubbish", [b"<Header ", b"<a:Header>", b"</Header ", b"<" + b"a" * 50])
def test_an_answer_full_of_beginnings_of_headers_costs_no_more_than_its_size(pt, rubbish):
    started = process_time()
    with pytest.raises(Malformed):
        answered_by(pt, lambda body: rubbish * 50_000)
    assert process_time() - started < 5
    assert pt.trail[-1]["response_header"] is None


@pytest.mark.parametrize(("country", "mtom"), [("PT", True), ("FI", False), ("CZ", False)])
def test_documents_come_beside_the_envelope_or_in_it(tmp_path, country, mtom):
    with office(tmp_path, country) as made:
        traits = made.traits(country, RICH[country].extension)
        patient_summary(traits, made.peers[country], made.login(), made.desk)
        answer = next(each for each in made.exchanges if each.operation is Operation.RETRIEVE).answer
        assert answer.header("content-type").startswith("multipart/related") is mtom
