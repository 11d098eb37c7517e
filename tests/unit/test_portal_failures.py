"""Every failure has its own Norwegian sentence, the EU code in small print and a reference."""

import re
from dataclasses import replace

import pytest

from ncp.audit_event import AuditFailed
from ncp.connection import HttpAnswer, Stale, TimedOut
from ncp.declined import Declined
from ncp.exchange import Operation
from ncp.policy import NotPermitted
from ncp.portal.failures import failure_of
from ncp.wire.errors import (
    ERRORS,
    ErrorCode,
    Malformed,
    NcpError,
    PeerFault,
    Refused,
    Unreachable,
    Untrusted,
)
from ncp.wire.xcpd_reasons import XcpdReason
from terminology.pages.messages import LANGUAGES, messages
from tests.support.damage import altered, raising
from tests.support.desk import office
from tests.support.portal import fresh, portal_of

NB = messages("nb")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office"), "PT", "CZ") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


CLASSES = [
    (Refused("x"), 422, "stoppet før noe ble sendt"),
    (Refused("x", ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN), 422, "tilbyr ikke denne tjenesten"),
    (Refused("x", ErrorCode.PS_NOT_FOUND), 422, "har ingen pasientoppsummering"),
    (NotPermitted("x"), 403, "Yrket ditt har ikke tilgang"),
    (NotPermitted("x", "auth.principal_missing"), 403, "på vegne av en behandler"),
    (Unreachable("x"), 504, "får ikke kontakt med landet"),
    (Stale("x"), 504, "får ikke kontakt med landet"),
    (TimedOut("x"), 504, "Landet svarte ikke i tide"),
    (Malformed("x"), 502, "kunne ikke leses"),
    (Untrusted("x", reason="SIGNATURE"), 502, "kan ikke være sikre på at svaret kommer fra"),
    (Untrusted("x", reason="WRONG_PATIENT"), 502, "tilhører en annen pasient"),
    (Untrusted("x", reason="WRONG_DOCUMENT"), 502, "et annet dokument enn det du valgte"),
    (PeerFault("x", ErrorCode.NO_MATCH), 424, "Landet fant ikke pasienten"),
    (Declined("x", "4701"), 424, "Landet deler ikke opplysningene"),
    (AuditFailed("x"), 503, "vår egen tjeneste"),
    (NcpError("x"), 500, "vår egen tjeneste"),
]


@pytest.mark.parametrize(("error", "status", "said"), CLASSES, ids=lambda each: type(each).__name__)
def test_each_class_has_its_sentence_and_status(error, status, said):
    error.reference = "261122-7"
    failure = failure_of(error, NB, None)
    assert said in failure.sentence and failure.status == status
    assert (failure.code, failure.reference) == (str(error.code), "261122-7")
    assert failure.sentence[0].isupper()


def test_every_class_of_errors_is_tried_above():
    def below(kind):
        return {kind} | {each for child in kind.__subclasses__() for each in below(child)}

    ours = {each for each in below(NcpError) if each.__module__.startswith("ncp.")}
    tried = {type(error) for error, _, _ in CLASSES}
    assert {each.__name__ for each in ours - tried} <= {"TraitsRefused"}  # its own page: see the search


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_standard_has_a_sentence_of_its_own(language):
    words = messages(language)
    for code in ERRORS:
        sentence = failure_of(PeerFault("x", code), words, None).sentence
        assert f"error.{code}" in words and code not in sentence and "{" not in sentence, code


# portal.md 27: each situation is told apart.
SITUATIONS = {
    "patient not found": (PeerFault("x", ErrorCode.NO_MATCH), "fant ikke pasienten"),
    "several candidates": (PeerFault("x", ErrorCode.PI_MULTIPLE_MATCHES), "flere pasienter"),
    "no consent": (PeerFault("x", ErrorCode.PS_NO_CONSENT), "deler ikke"),
    "insufficient rights": (PeerFault("x", "4703"), "Rollen din gir ikke tilgang"),
    "service not offered": (PeerFault("x", ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN), "støtter ikke"),
    "timeout": (TimedOut("x"), "svarte ikke i tide"),
    "document invalid": (Malformed("x"), "kunne ikke leses"),
    "policy": (PeerFault("x", "4705"), "Reglene i"),
}


def test_the_situations_have_different_sentences():
    sentences = {}
    for name, (error, said) in SITUATIONS.items():
        sentences[name] = failure_of(error, NB, None).sentence
        assert said in sentences[name], name
    assert len(set(sentences.values())) == len(SITUATIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_says_more_than_a_vague_code(language):
    words = messages(language)
    vague = words.error(ErrorCode.PI_GENERIC, country="X")
    sentences = set()
    for reason in set(XcpdReason) - {XcpdReason.ANSWER_NOT_AVAILABLE}:
        failure = failure_of(Declined("x", ErrorCode.PI_GENERIC, reason=reason.value), words, None)
        sentences.add(failure.sentence)
        assert reason.value in failure.code
    assert len(sentences) == len(XcpdReason) - 1 and vague not in sentences
    known = failure_of(Declined("x", ErrorCode.NO_MATCH, reason="AnswerNotAvailable"), words, None)
    assert known.sentence.lower().endswith(words.text("error.ERROR_PI_NO_MATCH", country="X")[5:].lower())


def test_a_code_that_nobody_knows_is_quoted_and_cut():
    failure = failure_of(PeerFault("x", "<b>Geheim</b>" * 40), NB, None)
    assert failure.sentence == "Det oppstod en uventet feil i landet. Prøv igjen om litt."
    assert len(failure.code) == 80


# --- through the portal ----------------------------------------------------------------------------------


def failed(visitor, status, said, code):
    """The page says it with code and reference, shows nothing else, and the next request is served."""
    assert visitor.status == status and said in visitor.text, (visitor.status, visitor.text[-600:])
    assert f"EU-kode: {code}" in visitor.text
    assert re.search(r"Referansenummer: \d{6}-\d+", visitor.text)
    assert 'role="alert" tabindex="-1" data-focus' in visitor.page.text
    assert "Traceback" not in visitor.page.text and "Overfølsomhet" not in visitor.text
    assert visitor.get("/logg").status == 200


def test_nobody_of_that_number(site):
    doctor = site.visitor("lege").search("PT", "900000098")
    assert 'value="900000098"' in doctor.page.text  # the input is kept
    failed(doctor, 424, "Portugal fant ikke pasienten", "ERROR_PI_NO_MATCH")


@pytest.mark.parametrize(
    ("country", "number", "said", "code"),
    [
        (
            "PT",
            "900000055",
            "pasienten har ikke samtykket til deling",
            "ERROR_PI_GENERIC (InsufficientRights)",
        ),
        ("CZ", "SYN900055", "Pasienten har ikke samtykket til deling i Tsjekkia", "WARNING_PI_NO_CONSENT"),
    ],
)
def test_no_consent(site, country, number, said, code):
    failed(site.visitor("lege").search(country, number), 424, said, code)


def test_no_documents(site):
    doctor = site.visitor("lege").search("PT", "900000066").confirm()
    failed(doctor, 424, "Portugal har ingen pasientoppsummering", "1102")


@pytest.mark.parametrize(
    ("operation", "steps"), [(Operation.IDENTIFY, 0), (Operation.LIST, 1), (Operation.RETRIEVE, 2)]
)
@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Unreachable("down"), 504, "får ikke kontakt med Tsjekkia"),
        (TimedOut("slow"), 504, "Tsjekkia svarte ikke i tide"),
        (Malformed("rubbish"), 502, "Svaret fra Tsjekkia kunne ikke leses"),
        (Untrusted("forged", reason="CERT_EXPIRED"), 502, "sikre på at svaret kommer fra Tsjekkia"),
    ],
)
def test_each_step_tells_who_failed_and_can_be_tried_again(site, operation, steps, error, status, said):
    doctor = site.visitor("lege")
    walk = [lambda: doctor.search("CZ"), doctor.confirm, doctor.open]
    for step in walk[:steps]:
        step()

    def damage(asked, answer):
        if asked is operation:
            raise type(error)(error.context)
        return answer

    site.office.damage = damage
    walk[steps]()
    failed(doctor, status, said, error.code)
    site.office.damage = None
    doctor.get("/pasient/dokumenter" if steps else "/?land=CZ")
    if steps == 0:
        doctor.search("CZ").confirm()
    assert doctor.open().status == 200 and "Overfølsomhet" in doctor.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"\x00\xff" * 100,
        b"<soap:Envelope",
    ],
)
def test_rubbish_is_told_as_rubbish(site, body):
    doctor = site.visitor("lege").search()
    site.office.damage = lambda operation, answer: replace(answer, body=body)
    failed(doctor.confirm(), 502, "Svaret fra Portugal kunne ikke leses", "ERROR_GENERIC")


def test_a_wrong_patients_document_is_never_shown(site):
    doctor = site.visitor("lege").search().confirm()
    site.office.damage = altered(Operation.RETRIEVE, (b'extension="900000011"', b'extension="900000022"'))
    doctor.open()
    failed(doctor, 502, "tilhører en annen pasient", ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED)
    assert site.session(doctor).patient.documents == {}


def test_a_soap_fault_is_a_failure_of_the_country(site):
    fault = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>'
        b"s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang='en'>Maria is not here</s:Text></s:Reason>"
        b"</s:Fault></s:Body></s:Envelope>"
    )
    kind = (("Content-Type", "application/soap+xml"),)
    doctor = site.visitor("lege").search().confirm()
    site.office.damage = lambda operation, answer: HttpAnswer(500, kind, fault)
    doctor.open()
    assert "Maria is not here" not in doctor.text
    failed(doctor, 424, "uventet feil i Portugal", "ERROR_GENERIC")


def test_what_cannot_be_recorded_is_not_shown(site, monkeypatch):
    doctor = site.visitor("lege").search().confirm()

    def full(self, event):
        raise AuditFailed("the audit row could not be written: disk full")

    monkeypatch.setattr(type(site.office.desk.audit), "write", full)
    doctor.open()
    assert doctor.status == 503 and "vår egen tjeneste" in doctor.text and "disk full" not in doctor.text
    assert site.session(doctor).patient.documents == {}
    monkeypatch.undo()
    assert doctor.get("/pasient/dokumenter").open().status == 200


def test_a_bug_of_ours_is_a_page_without_detail_and_the_next_request_is_served(site):
    doctor = site.visitor("lege").search().confirm()
    site.office.damage = raising(ZeroDivisionError("Maria Leonor, 900000011"))
    doctor.open()
    assert doctor.status == 500 and "vår egen tjeneste" in doctor.text
    assert re.search(r"Referansenummer: [0-9a-f]{8}", doctor.text)
    assert (
        "ZeroDivisionError" not in doctor.page.text
        and "900000011 " not in doctor.text.split("Noe gikk galt")[-1]
    )
    assert site.office.trail[-1]["error_text"] == "unexpected ZeroDivisionError"
    site.office.damage = None
    assert doctor.get("/pasient/dokumenter").open().status == 200
