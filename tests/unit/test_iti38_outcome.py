"""What a list answer means: documents, none, or a refusal that must not look like none."""

from dataclasses import replace

import pytest

from ncp.wire import iti38
from ncp.wire.errors import ErrorCode, NotValid, Severity
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from tests.support.messages import PATIENT, listed, pair_of
from tests.support.wire_edits import (
    again,
    every,
    named,
    through_bytes,
    without,
)

read = iti38.ListResponse.from_xml


def identifier(el, name):
    return next(
        each
        for each in every(el, "ExternalIdentifier")
        if named(each, "LocalizedString").get("value") == name
    )


@pytest.mark.parametrize(
    ("code", "status", "severity"),
    [
        (ErrorCode.PS_NOT_FOUND, Status.SUCCESS, Severity.WARNING),
        (ErrorCode.NO_PS_W7, Status.SUCCESS, Severity.WARNING),
        (ErrorCode.EP_NOT_FOUND, Status.FAILURE, Severity.WARNING),
        (ErrorCode.NO_EP_W7, Status.FAILURE, Severity.WARNING),
    ],
)
def test_checklist_9_7_empty_results_are_not_found(code, status, severity):
    answer = again(iti38.ListResponse(status, errors=(RegistryError(code, "none", severity),)))
    outcome = answer.outcome()
    assert isinstance(outcome, iti38.ListRefused)
    assert outcome.error.not_found and outcome.error.code == code


def test_checklist_9_7_an_answer_without_status_is_a_failure_and_never_no_documents():
    el = through_bytes(iti38.ListResponse(None), Profile.W9, reference_exact=True)
    assert el.get("status") is None
    answer = read(el)
    assert answer.status is None and answer.findings
    with pytest.raises(NotValid, match="neither status nor documents"):
        answer.outcome()


def test_documents_without_a_status_are_listed_with_a_finding():
    el = through_bytes(pair_of())
    del el.attrib["status"]
    answer = read(el)
    assert len(answer.outcome().documents) == 1
    assert any(each.what == "no status" for each in answer.findings)


def test_an_unknown_status_is_none_and_a_finding():
    el = through_bytes(iti38.ListResponse(Status.SUCCESS))
    el.set("status", "urn:fine")
    answer = read(el)
    assert answer.status is None and any(each.what == "unknown status" for each in answer.findings)
    with pytest.raises(NotValid):
        answer.outcome()


def test_success_without_anything_is_an_empty_list():
    assert iti38.ListResponse(Status.SUCCESS).outcome() == iti38.Listed(())


def test_no_orcd_documents_is_an_empty_list_with_a_notice():
    notice = RegistryError(ErrorCode.NO_ORCD, "none", Severity.WARNING)
    assert iti38.ListResponse(Status.SUCCESS, errors=(notice,)).outcome() == iti38.Listed((), (notice,))


def test_a_failure_with_a_warning_only_is_not_an_empty_list():
    down = RegistryError(ErrorCode.EP_REGISTRY_NOT_ACCESSIBLE, "down", Severity.WARNING)
    assert iti38.ListResponse(Status.FAILURE, errors=(down,)).outcome() == iti38.ListRefused(down)


@pytest.mark.parametrize("status", [Status.FAILURE, Status.PARTIAL_SUCCESS])
def test_a_failure_without_a_reason_is_a_refusal(status):
    outcome = iti38.ListResponse(status).outcome()
    assert isinstance(outcome, iti38.ListRefused) and outcome.error.code == "ERROR_GENERIC"


def test_an_error_outranks_the_documents_beside_it():
    error = RegistryError("4703", "no rights")
    warning = RegistryError("WARNING_PS_GENERIC", "hm", Severity.WARNING)
    assert replace(pair_of(), errors=(warning, error)).outcome() == iti38.ListRefused(error)
    assert replace(pair_of(), errors=(warning,)).outcome().notices == (warning,)


@pytest.mark.parametrize("severity", Severity)
def test_not_found_beside_documents_does_not_hide_them(severity):
    contradiction = RegistryError(ErrorCode.PS_NOT_FOUND, "none", severity)
    outcome = replace(pair_of(), errors=(contradiction,)).outcome()
    if severity is Severity.ERROR:
        assert outcome == iti38.ListRefused(contradiction)
    else:
        assert len(outcome.documents) == 1 and outcome.notices == (contradiction,)


def test_not_found_does_not_hide_a_document_that_cannot_be_read():
    none = RegistryError(ErrorCode.PS_NOT_FOUND, "none", Severity.WARNING)
    with pytest.raises(NotValid, match="no document can be read"):
        iti38.ListResponse(Status.SUCCESS, errors=(none,), unreadable=1).outcome()


def test_coding_errors_do_not_stop_a_list():
    error = RegistryError("4501", "no input")
    assert replace(pair_of(), errors=(error,)).outcome().notices == (error,)


def test_a_document_without_unique_id_is_counted_and_told():
    el = through_bytes(pair_of())
    gone = identifier(el, "XDSDocumentEntry.uniqueId")
    gone.getparent().remove(gone)
    answer = read(el)
    assert (len(answer.entries), answer.unreadable) == (1, 1)
    assert answer.outcome().unreadable == 1
    assert any("cannot be listed: uniqueId is missing" in each.what for each in answer.findings)


def test_a_list_of_which_nothing_can_be_read_is_not_valid():
    el = through_bytes(iti38.ListResponse(Status.SUCCESS, (listed(),)))
    without(el, "ExternalIdentifier")
    without(el, "ExternalIdentifier")
    with pytest.raises(NotValid, match="no document can be read"):
        read(el).outcome()


@pytest.mark.parametrize("field", ["patient", "source_patient"])
def test_entries_of_another_patient_are_found(field):
    own, other = listed(number=1), listed(number=2, **{field: PatientId(PATIENT.root, "999999999")})
    answer = iti38.ListResponse(Status.SUCCESS, (own, other))
    assert iti38.foreign_entries(answer, PATIENT) == (other,)
    assert iti38.foreign_entries(iti38.ListResponse(Status.SUCCESS, (own,)), PATIENT) == ()
    unknown = listed(patient=None, source_patient=None)
    assert iti38.foreign_entries(iti38.ListResponse(Status.SUCCESS, (unknown,)), PATIENT) == ()
