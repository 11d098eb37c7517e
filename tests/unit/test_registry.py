"""Status and error list of registry answers, and the rule by which the asking side gives up."""

import pytest

from ncp.wire import registry
from ncp.wire.errors import ERRORS, ErrorCode, Severity
from ncp.wire.iti38 import ListResponse
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from tests.support.wire_edits import again, named, through_bytes

NOT_FOUND = ("1101", "1102", "ERROR_EP_NOT_FOUND", "ERROR_PS_NOT_FOUND")


@pytest.mark.parametrize("code", [*ERRORS, "4501", "2502", "2401", "ERROR_UNHEARD_OF", "error_generic"])
@pytest.mark.parametrize("severity", Severity)
def test_the_rule_of_the_asking_side(code, severity):
    coding = len(code) == 4 and code[:2] in ("45", "25", "24")
    stops = not coding and (severity is Severity.ERROR or code in NOT_FOUND)
    assert RegistryError(code, "", severity).stops is stops


def test_an_error_is_reported_before_a_not_found():
    none = RegistryError(ErrorCode.PS_NOT_FOUND, "none", Severity.WARNING)
    error = RegistryError("4703", "no")
    assert registry.stopping((none, error)) == error
    assert registry.stopping((none,)) == none
    assert registry.stopping((RegistryError("1100", "", Severity.WARNING),)) is None
    assert registry.stopping(()) is None


@pytest.mark.parametrize("code", [*ERRORS, "4501", "x"])
@pytest.mark.parametrize("severity", Severity)
def test_every_error_survives_the_wire(code, severity):
    error = RegistryError(code, "description^national detail", severity, "somewhere")
    assert again(ListResponse(Status.FAILURE, errors=(error,))).errors == (error,)
    assert (error.description, error.national_detail) == ("description", "national detail")


@pytest.mark.parametrize(
    ("given", "read", "finding"),
    [
        ("urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning", Severity.WARNING, False),
        ("urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:warning", Severity.WARNING, False),
        ("urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error", Severity.ERROR, False),
        ("urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Fatal", Severity.ERROR, True),
        (None, Severity.ERROR, True),
    ],
)
def test_a_severity_that_is_not_warning_is_an_error(given, read, finding):
    el = through_bytes(ListResponse(Status.FAILURE, errors=(RegistryError("4703"),)))
    error = named(el, "RegistryError")
    del error.attrib["severity"]
    if given:
        error.set("severity", given)
    answer = ListResponse.from_xml(el)
    assert answer.errors[0].severity is read
    assert any("counts as Error" in each.what for each in answer.findings) is finding


def test_an_error_without_a_code_is_generic():
    el = through_bytes(ListResponse(Status.FAILURE, errors=(RegistryError("4703"),)))
    del named(el, "RegistryError").attrib["errorCode"]
    answer = ListResponse.from_xml(el)
    assert answer.outcome().error.code == "ERROR_GENERIC"
    assert any(each.what == "no errorCode" for each in answer.findings)


@pytest.mark.parametrize(
    ("profile", "retrieve", "written"),
    [
        (Profile.W7, False, "what"),
        (Profile.W7, True, "what^detail"),
        (Profile.W8, False, "what^detail"),
        (Profile.W9, True, "what^detail"),
    ],
)
def test_the_national_detail_follows_as_the_generation_has_it(profile, retrieve, written):
    assert registry.context("what", "detail", profile, retrieve=retrieve) == written
    assert registry.context("what", "", profile, retrieve=retrieve) == "what"


def test_the_status_follows_the_errors():
    warning, error = RegistryError("2502", "", Severity.WARNING), RegistryError("4501")
    assert registry.status_of(()) is registry.status_of((warning,)) is Status.SUCCESS
    assert registry.status_of((warning, error)) is Status.PARTIAL_SUCCESS
    assert registry.status_of((), failed=True) is Status.FAILURE
