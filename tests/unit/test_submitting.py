"""ITI-41 at a member state: what is dispensed counts once, and each refusal has its code."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from mock_member_states.call import Service
from mock_member_states.country import DispensingRules
from mock_member_states.prescriptions import printed
from ncp.wire import iti41, mtom
from ncp.wire.iti41 import ProvideRequest, ProvideResponse
from ncp.wire.iti41_outcome import Accepted, Refused
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.profile import Profile
from ncp.wire.registry import Status
from ncp.wire.source_patient import SourcePatient
from ncp.wire.submission import Submitted, compose
from ncp.wire.submission_kinds import SubmissionKind
from schemas.namespaces import XDSB, q
from tests.support.chain import NOW, RICH, body_of, fault_of
from tests.support.dispensed import discarded, dispensed, prescribed
from tests.support.submissions import SENDER

EP = ("57833-6",)
FOUR = ("FI", "FI-2026-0005")  # four packages, substitution not forbidden
OURS = "urn:hl7ii:2.16.578.1.12.4.1.4.101:999999999"


def patient_of(which):
    (one,) = prescribed(which[0].lower(), which[1]).content.frame.patient.ids
    return PatientId(one.root, one.extension)


def request(content, patient, kind=SubmissionKind.DISPENSATION, document="2.999.578.1^ED-1"):
    what = Submitted(document, patient, SourcePatient(patient), "nb-NO", content)
    ids = {name: uuid4() for name in ("document_uuid", "set_uuid", "submission")}
    return compose(kind, what, SENDER, at=NOW, **ids)


def dispensing(which, *, document="ED-1", patient=None, **changes):
    content = dispensed(which[0].lower(), which[1], document=document, **changes)
    return request(content, patient or patient_of(which), document=f"2.999.578.1^{document}")


def taking_back(sent: ProvideRequest):
    return request(discarded(sent.content), sent.patient, SubmissionKind.DISCARD, sent.document.unique_id)


@pytest.fixture
def pharmacy(asker):
    """A pharmacy that asks the country named; its organisation is the one in the documents."""

    def of(country="FI", **changes):
        ask = asker(country, **changes)
        ask.hcp = replace(ask.hcp, organization_id=OURS)
        return ask

    return of


def said(answer):
    """Accepted, or the code of the refusal; the status must agree."""
    outcome = answer.outcome()
    if isinstance(outcome, Accepted):
        return "accepted"
    assert isinstance(outcome, Refused) and answer.status is Status.FAILURE
    return outcome.error.code


def left(ask, which):
    """Packages left and whether more may be dispensed, as the list says."""
    listed = ask.list(patient_of(which), EP)
    (entry,) = [one for one in listed.entries if one.unique_id.endswith(f"{which[1]}-L3")]
    return entry.description.rpartition("(")[2].rstrip(")"), entry.event_codes.dispensable


def kept(ask):
    return [one for one in ask.member.state.prescriptions.store().all() if one.country == "NO"]


# --- dispensing


def test_packages_count_down_until_the_prescription_is_closed(pharmacy):
    ask = pharmacy()
    assert left(ask, FOUR) == ("4/4", True)
    assert said(ask.submit(dispensing(FOUR, packages=1, document="A"))) == "accepted"
    assert left(ask, FOUR) == ("3/4", True)
    assert said(ask.submit(dispensing(FOUR, packages=4, document="B"))) == "4106"
    assert said(ask.submit(dispensing(FOUR, packages=3, document="C"))) == "accepted"
    assert left(ask, FOUR) == ("0/4", False)
    assert said(ask.submit(dispensing(FOUR, packages=1, document="D"))) == "4106"
    assert [one.document_id for one in kept(ask)] == ["2.999.578.1^A", "2.999.578.1^C"]


def test_what_is_kept_is_the_document_as_it_was_sent(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR, packages=2)
    assert ask.submit(sent) == ProvideResponse(Status.SUCCESS)
    (one,) = kept(ask)
    assert one.content == sent.content
    assert (one.submission_id, one.organisation) == (sent.submission_set.unique_id, OURS)
    assert (one.patient, one.professional) == (sent.patient.cx(), ask.hcp.name_id)
    line = ask.member.audit[-1]
    assert (line["transaction"], line["outcome"], line["documents"]) == (
        "ITI-41",
        "success",
        ["2.999.578.1^ED-1"],
    )


def test_the_same_document_twice_is_dispensed_once(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR)
    assert said(ask.submit(sent)) == "accepted"
    assert said(ask.submit(sent)) == "4106"
    assert said(ask.submit(dispensing(FOUR))) == "4106"
    assert len(kept(ask)) == 1 and left(ask, FOUR) == ("3/4", True)


def test_the_same_message_twice_is_a_fault_and_dispensed_once(pharmacy):
    ask = pharmacy()
    sent = ask.submit_bytes(dispensing(FOUR))
    assert said(ProvideResponse.from_xml(body_of(ask.call(Service.XDR, sent)))) == "accepted"
    assert "used before" in fault_of(ask.call(Service.XDR, sent)).reason
    assert len(kept(ask)) == 1


def test_of_many_pharmacies_at_once_only_as_many_as_there_are_packages(pharmacy):
    ask = pharmacy()
    ask.list(patient_of(FOUR), EP)
    bodies = [ask.submit_bytes(dispensing(FOUR, packages=2, document=f"P{n}")) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: ask.call(Service.XDR, body), bodies))
    outcomes = [said(ProvideResponse.from_xml(body_of(each))) for each in answers]
    assert sorted(outcomes) == ["4106"] * 6 + ["accepted"] * 2
    assert len(kept(ask)) == 2


def test_a_dispensation_may_come_as_mtom(pharmacy):
    ask = pharmacy("PT")
    which = ("PT", "2011000260002")
    content_type, body = mtom.pack(ask.submit_bytes(dispensing(which)), boundary="b", action=iti41.ACTION)
    answered = ask.call(Service.XDR, body, content_type=content_type)
    assert answered.content_type.startswith("application/soap+xml")
    assert said(ProvideResponse.from_xml(body_of(answered))) == "accepted"


def test_another_organisation_in_the_document_is_accepted_and_said(asker):
    answer = asker("FI").submit(dispensing(FOUR))
    assert answer.status is Status.SUCCESS
    assert [error.code for error in answer.errors] == ["WARNING_ED_GENERIC"]


# --- the countries' own rules


def test_portugal_lets_a_prescription_be_dispensed_once(pharmacy):
    which, ask = ("PT", "2011000260001"), pharmacy("PT")
    assert said(ask.submit(dispensing(which, packages=1, document="A"))) == "accepted"
    assert left(ask, which) == ("1/2", False)
    assert said(ask.submit(dispensing(which, packages=1, document="B"))) == "4106"


def test_finland_allows_no_substitution(pharmacy):
    answer = pharmacy("FI").submit(dispensing(FOUR, substituted=True, reason="not in stock"))
    assert said(answer) == "ERROR_ED_SUBSTITUTION_INFORMATION_NOT_ALLOWED"


def test_czechia_demands_the_package_that_was_prescribed(pharmacy):
    which, ask = ("CZ", "CZRX0002"), pharmacy("CZ")
    product = prescribed("cz", which[1]).content.items[0].product
    smaller = replace(product, packages=product.packages[:1])
    assert said(ask.submit(dispensing(which, product=smaller, document="A"))) == "4106"
    assert said(ask.submit(dispensing(which, document="B"))) == "accepted"


# --- refusals


@pytest.mark.parametrize(
    ("which", "code"),
    [
        (("FI", "FI-2026-0002"), "4106"),
        (("FI", "FI-2026-0003"), "ERROR_ED_NOT_DISPENSABLE_EPRESCRIPTION"),
        (("FI", "FI-2026-0004"), "ERROR_ED_NOT_DISPENSABLE_EPRESCRIPTION"),
        (("FI", "FI-2026-0007"), "ERROR_ED_NOT_DISPENSABLE_EPRESCRIPTION"),
        (("CZ", "CZRX0005"), "ERROR_ED_NOT_DISPENSABLE_EPRESCRIPTION"),
        (("CZ", "CZRX0001"), "4106"),
    ],
    ids=["dispensed", "narcotic", "cancelled", "expired", "cancelled-cz", "dispensed-cz"],
)
def test_a_prescription_that_is_not_open_is_refused(pharmacy, which, code):
    ask = pharmacy(which[0])
    assert said(ask.submit(dispensing(which))) == code
    assert kept(ask) == []


def test_a_prescription_that_the_country_withdraws_is_closed_at_once(pharmacy):
    ask = pharmacy()
    ask.member.state.prescriptions.store().cancel("2.999.246.30^FI-2026-0005", NOW)
    assert left(ask, FOUR) == ("4/4", False)
    assert said(ask.submit(dispensing(FOUR))) == "ERROR_ED_NOT_DISPENSABLE_EPRESCRIPTION"


def test_an_unknown_prescription_is_refused(pharmacy):
    order = replace(prescribed("fi", FOUR[1]).content.id, extension="FI-2026-9999")
    assert said(pharmacy().submit(dispensing(FOUR, order=order))) == "4105"


def test_a_patient_whom_nobody_knows_has_no_prescription(pharmacy):
    stranger = PatientId("1.2.246.21", "010101-999X")
    assert said(pharmacy().submit(dispensing(FOUR, patient=stranger))) == "4105"


def test_a_document_of_another_patient_is_refused(pharmacy):
    assert said(pharmacy().submit(dispensing(FOUR, patient=RICH["FI"]))) == "4206"


def test_a_document_that_names_somebody_else_too_is_refused(pharmacy):
    other = RICH["FI"]
    identifier = f'<id root="{other.root}" extension="{other.extension}"/>'.encode()
    content = dispensed(FOUR[0].lower(), FOUR[1], document="ED-1")
    role = content.index(b">", content.index(b"<patientRole")) + 1
    assert (
        said(pharmacy().submit(request(content[:role] + identifier + content[role:], patient_of(FOUR))))
        == "4206"
    )
    end = content.index(b"</recordTarget>") + len(b"</recordTarget>")
    target = content[content.index(b"<recordTarget") : end]
    twice = content[:end] + target + content[end:]
    assert said(pharmacy().submit(request(twice, patient_of(FOUR)))) == "ERROR_ED_INCORRECT_FORMATTING"


def test_another_patient_than_the_one_confirmed_is_refused(pharmacy):
    ask = pharmacy()
    assert said(ask.submit(dispensing(FOUR), assertions=ask.assertions(RICH["FI"]))) == "4206"


@pytest.mark.parametrize(
    ("country", "code"), [("PT", "ERROR_ED_GENERIC"), ("FI", "ERROR_ED_INCORRECT_FORMATTING")]
)
@pytest.mark.parametrize("content", [b"no xml", b"<x/>", b"%PDF-1.4"])
def test_what_is_no_dispensation_is_refused(pharmacy, country, code, content):
    assert said(pharmacy(country).submit(request(content, RICH[country]))) == code


def test_a_pdf_alone_is_no_dispensation(pharmacy):
    content = printed(prescribed("fi", "FI-2026-0001")).replace(b'"57833-6"', b'"60593-1"')
    assert said(pharmacy().submit(request(content, RICH["FI"]))) == "4108"


def test_an_unknown_format_is_refused(pharmacy):
    sent = dispensing(FOUR)
    shouted = replace(sent.document.format, code=sent.document.format.code.upper())
    assert said(pharmacy().submit(replace(sent, document=replace(sent.document, format=shouted)))) == "4202"


def test_a_request_whose_parts_do_not_belong_together_is_refused(pharmacy):
    ask = pharmacy()
    body = dispensing(FOUR).to_xml(Profile.W9)
    body.find(q(XDSB, "Document")).set("id", "urn:uuid:00000000-0000-4000-8000-000000000000")
    envelope = ask.envelope(body, iti41.ACTION, ask.assertions(patient_of(FOUR)))
    answer = ProvideResponse.from_xml(body_of(ask.call(Service.XDR, envelope)))
    assert said(answer) == "ERROR_ED_INCORRECT_FORMATTING"
    assert ask.is_served()


@pytest.mark.parametrize("country", ["PT", "FI"])
def test_who_may_not_dispense_is_refused(pharmacy, country):
    ask = pharmacy(country)
    rights = tuple(set(Permission) - {Permission.RECORD_MEDICATION})
    ask.hcp = replace(ask.hcp, permissions=rights)
    which = FOUR if country == "FI" else ("PT", "2011000260001")
    assert said(ask.submit(dispensing(which))) == "4703"
    assert kept(ask) == []


def test_without_a_treatment_relationship_nothing_is_dispensed(pharmacy):
    ask = pharmacy()
    assert said(ask.submit(dispensing(FOUR), assertions=ask.assertions())) == "1001"


@pytest.mark.parametrize(("country", "code"), [("PT", "4701"), ("FI", "ERROR_ED_NO_CONSENT")])
def test_without_consent_nothing_is_dispensed(pharmacy, country, code):
    ask = pharmacy(country)
    which = FOUR if country == "FI" else ("PT", "2011000260001")
    ask.member.state.listed = tuple(replace(one, consent=False) for one in ask.member.state.listed)
    assert said(ask.submit(dispensing(which))) == code


@pytest.mark.parametrize(
    ("country", "code"),
    [("PT", "ERROR_ED_EDISPENSATION_NOT_STORED"), ("FI", "ERROR_ED_REGISTRY_NOT_AVAILABLE")],
)
def test_a_store_that_cannot_be_reached_is_said(pharmacy, country, code):
    ask = pharmacy(country)
    (ask.member.data / country.lower() / "dispensations.sqlite").write_bytes(b"no database" * 500)
    which = FOUR if country == "FI" else ("PT", "2011000260001")
    assert said(ask.submit(dispensing(which))) == code
    assert ask.is_served()


def test_the_document_is_named_beside_the_reason_from_profile_8(pharmacy):
    (error,) = pharmacy("CZ").submit(dispensing(("CZ", "CZRX0001"))).errors
    assert error.national_detail == "2.999.578.1^ED-1" and "already" in error.description


# --- discarding


def test_a_discard_restores_what_was_dispensed(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR, packages=4)
    ask.submit(sent)
    back = taking_back(sent)
    assert said(ask.submit(back)) == "accepted"
    assert left(ask, FOUR) == ("4/4", True)
    (one,) = kept(ask)
    assert (one.discarded, one.discard_id) == (NOW, back.submission_set.unique_id)
    assert ask.member.audit[-2]["transaction"] == "ITI-41 discard"
    assert said(ask.submit(taking_back(sent))) == "ERROR_ED_DISCARD_FAILED"
    assert said(ask.submit(dispensing(FOUR, document="again"))) == "accepted"


def test_an_unchanged_document_takes_back_too(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR)
    ask.submit(sent)
    back = request(sent.content, sent.patient, SubmissionKind.DISCARD)
    assert said(ask.submit(back)) == "accepted"


def test_an_unknown_dispensation_cannot_be_taken_back(pharmacy):
    assert said(pharmacy().submit(taking_back(dispensing(FOUR)))) == "4105"


def test_a_document_without_an_id_takes_nothing_back(pharmacy):
    back = request(b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>", RICH["FI"], SubmissionKind.DISCARD)
    assert said(pharmacy().submit(back)) == "ERROR_ED_DISCARD_FAILED"


def test_another_pharmacy_cannot_take_back(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR)
    ask.submit(sent)
    ask.hcp = replace(ask.hcp, organization_id="urn:oid:2.999.8")
    assert said(ask.submit(taking_back(sent))) == "4703"
    assert left(ask, FOUR) == ("3/4", True)


def test_a_discard_for_another_patient_finds_nothing(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR)
    ask.submit(sent)
    other = request(discarded(sent.content), RICH["FI"], SubmissionKind.DISCARD)
    assert said(ask.submit(other)) == "4105"


def test_a_discard_after_the_countrys_time_is_refused(pharmacy):
    ask = pharmacy(dispensing=DispensingRules(discard_hours=0))
    sent = dispensing(FOUR)
    ask.submit(sent)
    ask.now = NOW + timedelta(minutes=1)
    assert said(ask.submit(taking_back(sent))) == "ERROR_ED_DISCARD_FAILED"


def test_a_discard_after_a_later_dispensation_is_refused(pharmacy):
    ask = pharmacy()
    first = dispensing(FOUR, document="A")
    ask.submit(first)
    ask.now = NOW + timedelta(minutes=1)
    ask.submit(dispensing(FOUR, document="B"))
    assert said(ask.submit(taking_back(first))) == "ERROR_ED_DISCARD_FAILED"


def test_a_discard_needs_the_rights_and_the_organisation(pharmacy):
    ask = pharmacy()
    sent = dispensing(FOUR)
    ask.submit(sent)
    full = ask.hcp
    ask.hcp = replace(full, permissions=tuple(set(Permission) - {Permission.RECORD_MEDICATION}))
    assert said(ask.submit(taking_back(sent))) == "4703"
    ask.hcp = replace(full, organization_id=None)
    assert said(ask.submit(taking_back(sent))) == "ERROR_HPI_GENERIC"


@pytest.mark.parametrize("country", ["PT", "CZ"])
def test_the_reference_answers_a_discard_without_rights_with_one_code(pharmacy, country):
    ask = pharmacy(country, reference_exact=True)
    ask.hcp = replace(ask.hcp, permissions=tuple(set(Permission) - {Permission.RECORD_MEDICATION}))
    which = ("CZ", "CZRX0002") if country == "CZ" else ("PT", "2011000260001")
    assert said(ask.submit(dispensing(which))) == "4703"
    assert said(ask.submit(taking_back(dispensing(which)))) == "ERROR_SEC_GENERIC"
