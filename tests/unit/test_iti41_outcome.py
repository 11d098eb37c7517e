"""What an answer to a submission proves: stored, not stored, or nothing."""

import pytest

from ncp.wire.errors import Severity
from ncp.wire.iti41 import ProvideResponse
from ncp.wire.iti41_outcome import Accepted, Doubt, PartlyAccepted, Refused, StoredOnly, Unclear
from ncp.wire.registry import RegistryError, Status
from schemas.xml import parse
from tests.support import registry_messages as registry

REFUSED = RegistryError("4106", "already dispensed")
HINT = RegistryError("WARNING_ED_GENERIC", "a remark", Severity.WARNING)


def outcome(status, *errors):
    return ProvideResponse(status, errors).outcome()


def test_success_is_stored():
    assert outcome(Status.SUCCESS) == Accepted()


def test_success_with_a_warning_is_stored_and_tells_it():
    assert outcome(Status.SUCCESS, HINT) == Accepted((HINT,))


def test_success_with_an_error_proves_nothing():
    assert outcome(Status.SUCCESS, HINT, REFUSED) == Unclear(Doubt.SUCCESS_WITH_ERRORS, (HINT, REFUSED))


def test_partial_success_is_stored_in_part():
    assert outcome(Status.PARTIAL_SUCCESS, REFUSED) == PartlyAccepted((REFUSED,))


def test_failure_is_refused_with_the_error_before_a_warning():
    assert outcome(Status.FAILURE, HINT, REFUSED) == Refused(REFUSED, (HINT,))


def test_failure_with_a_warning_only_is_refused():
    assert outcome(Status.FAILURE, HINT) == Refused(HINT)


def test_failure_without_a_reason_is_refused_all_the_same():
    got = outcome(Status.FAILURE)
    assert isinstance(got, Refused) and got.error.code == "ERROR_ED_GENERIC"


@pytest.mark.parametrize("code", ["ERROR_ED_EPRESCRIPTION_NOT_UPDATED", "5014"])
def test_a_prescription_that_could_not_be_updated_means_that_the_dispensation_is_stored(code):
    error = RegistryError(code, "the prescription still looks open")
    assert outcome(Status.FAILURE, REFUSED, error) == StoredOnly(error)


@pytest.mark.parametrize("status", ["", ' status="urn:made:up"'])
def test_an_answer_without_a_known_status_proves_nothing(status):
    text = registry.REGISTRY_RESPONSE.replace(f' status="{registry.FAILURE}"', status)
    got = ProvideResponse.from_xml(parse(text.encode()))
    assert got.findings and isinstance(got.outcome(), Unclear) and got.outcome().why is Doubt.NO_STATUS


def test_an_error_without_severity_counts_as_error():
    severity = ' severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning"'
    got = ProvideResponse.from_xml(parse(registry.REGISTRY_RESPONSE.replace(severity, "").encode()))
    assert got.outcome().error.severity is Severity.ERROR
