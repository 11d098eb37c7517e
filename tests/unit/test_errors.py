"""The error table against the specification's list, and the classes that carry its codes."""

import re

import pytest

from ncp.wire import errors
from ncp.wire.errors import (
    ALIASES,
    ERRORS,
    TRANSFORMATION,
    Actor,
    ErrorCode,
    Malformed,
    NcpError,
    NotValid,
    NotValidKind,
    PeerFault,
    Refused,
    Severity,
    Unreachable,
    Untrusted,
    Where,
    canonical,
    is_transformation,
)

# Wire specification 6.8, each row as: code, number in 6.x ("-": none, "=": the same), severity, since.
LISTED = """
ERROR_GENERIC 4999 E 7
WARNING_GENERIC - W 7
ERROR_GENERIC_CONNECTION_NOT_POSSIBLE 5036 E 7
ERROR_GENERIC_DOCUMENT_MISSING - E 7
ERROR_GENERIC_SERVICE_SIGNIFIER_UNKNOWN - E 7
ERROR_HPI_GENERIC 5037 E 7
WARNING_HPI_GENERIC 5038 W 7
ERROR_HPI_NO_INFORMATION 5039 E 7
ERROR_HPI_INSUFFICIENT_INFORMATION 5040 E 7
ERROR_HPI_HAI_NO_INFORMATION 5041 E 7
ERROR_HPI_POC_NO_INFORMATION 5042 E 7
ERROR_HPI_AUTHENTICATION_NOT_RECEIVED 5043 E 7
ERROR_PI_GENERIC 5044 E 7
WARNING_PI_GENERIC 5045 W 7
ERROR_PI_NO_MATCH 5046 E 7
ERROR_PI_MULTIPLE_MATCHES 5047 E 7
ERROR_PI_INCORRECT_FORMATTING - E 9
ERROR_PI_MISSING_REQUIRED_FIELDS - E 9
ERROR_PI_REGISTRY_NOT_AVAILABLE - E 9
ERROR_PI_INTERNAL_ERROR - E 9
WARNING_PI_NO_CONSENT - W 9
ERROR_PS_GENERIC 5048 E 7
WARNING_PS_GENERIC 5049 W 7
ERROR_PS_MISSING_BASIC_SECTIONS 5050 E 7
WARNING_PS_MISSING_BASIC_DATA 5051 W 7
ERROR_PS_MISSING_BASIC_DATA - E 9
ERROR_PS_MISSING_EXPECTED_MAPPING - E 7
WARNING_PS_MISSING_EXPECTED_MAPPING 5052 W 7
EHDSI_WARNING_PS_MISSING_EXPECTED_TRANSLATION - W 7
ERROR_PS_PDF_FORMAT_NOT_PROVIDED 5053 E 7
ERROR_PS_NOT_FOUND - W 9
ERROR_PS_NO_CONSENT - E 9
ERROR_PS_INCORRECT_FORMATTING - E 9
ERROR_PS_MISSING_REQUIRED_FIELDS - E 9
ERROR_PS_INTERNAL_ERROR - E 9
ERROR_PS_REGISTRY_NOT_AVAILABLE - E 9
ERROR_EP_GENERIC 5000 E 7
WARNING_EP_GENERIC 5001 W 7
WARNING_EP_MISSING_BASIC_DATA 5002 W 7
ERROR_EP_MISSING_BASIC_DATA - E 9
ERROR_EP_MISSING_EXPECTED_MAPPING - E 7
WARNING_EP_MISSING_EXPECTED_MAPPING 5003 W 7
WARNING_EP_MISSING_EXPECTED_TRANSLATION - W 7
ERROR_EP_PDF_FORMAT_NOT_PROVIDED 5004 E 7
ERROR_EP_NOT_FOUND - W 9
ERROR_EP_NO_CONSENT - E 9
ERROR_EP_REGISTRY_NOT_AVAILABLE - E 9
ERROR_EP_INCORRECT_FORMATTING - E 9
ERROR_EP_MISSING_REQUIRED_FIELDS - E 9
ERROR_EP_INTERNAL_ERROR - E 9
ERROR_ED_GENERIC 5005 E 7
WARNING_ED_GENERIC 5006 W 7
ERROR_ED_NOT_DISPENSABLE_EPRESCRIPTION 5007 E 7
ERROR_ED_SUBSTITUTION_INFORMATION_NOT_ALLOWED 5008 E 7
ERROR_ED_EPRESCRIPTION_NOT_IDENTIFIABLE 5009 E 7
WARNING_ED_MISSING_BASIC_DATA 5010 W 7
ERROR_ED_MISSING_BASIC_DATA - E 9
ERROR_ED_INFORMATION_NOT_STORE 5011 E 7
ERROR_ED_MISSING_EXPECTED_MAPPING - E 7
WARNING_ED_MISSING_EXPECTED_MAPPING 5012 W 7
ERROR_ED_EDISPENSATION_ACK_NOT_RECEIVED 5013 E 7
ERROR_ED_EPRESCRIPTION_NOT_UPDATED 5014 E 7
ERROR_ED_EDISPENSATION_NOT_STORED 5015 E 7
ERROR_ED_DISCARD_SERVICE_NOT_AVAILABLE 5016 E 7
ERROR_ED_DISCARD_FAILED 5017 E 7
WARNING_ED_DISCARD_MISSING_MANDATORY_DATA 5018 W 7
ERROR_ED_INCORRECT_FORMATTING - E 9
ERROR_ED_MISSING_REQUIRED_FIELDS - E 9
ERROR_ED_INTERNAL_ERROR - E 9
ERROR_ED_REGISTRY_NOT_AVAILABLE - E 9
ERROR_ED_NO_CONSENT - E 9
ERROR_ORCD_GENERIC 5019 E 7
WARNING_ORCD_GENERIC 5020 W 7
ERROR_ORCD_SERVICE_NOT_AVAILABLE 5021 E 7
WARNING_ORCD_MISSING_MANDATORY_DATA 5022 W 7
ERROR_ORCD_INCORRECT_FORMAT 5023 E 7
WARNING_ORCD_MISSING_MANDATORY_METADATA 5024 W 7
ERROR_HQI_GENERIC 5025 E 7
WARNING_HQI_GENERIC 5026 W 7
WARNING_HQI_B_INFORMATION_NOT_PROPERLY_STRUCTURED 5027 W 7
WARNING_HQI_A_INFORMATION_NOT_PROPERLY_STRUCTURED 5028 W 7
ERROR_SEC_GENERIC 5029 E 7
WARNING_SEC_GENERIC 5030 W 7
ERROR_SEC_DATA_INTEGRITY_NOT_ENSURED 5031 E 7
WARNING_SEC_UNEXPECTED_NUMBER_OF_REQUESTS_FOR_UNIQUE_PATIENT 5032 W 7
WARNING_SEC_UNEXPECTED_NUMBER_OF_REQUESTS_FOR_UNIQUE_POINT_OF_CARE 5034 W 7
WARNING_SEC_UNEXPECTED_NUMBER_OF_REQUESTS 5035 W 7
ERROR_UI_TRANSFORMATION - E 7
1001 = E 7
1002 = E 7
1100 = W 7
1101 = W 7
1102 = W 7
1103 = W 7
1104 = W 7
2201 = E 7
4101 = E 7
4102 = E 7
4103 = W 7
4104 = E 7
4105 = E 7
4106 = E 7
4107 = E 7
4108 = E 7
4201 = E 7
4202 = E 7
4203 = E 7
4204 = E 7
4205 = E 7
4206 = E 7
4207 - E 7
4701 = E 7
4702 = E 7
4703 = E 7
4704 = E 7
4705 - E 7
4706 - E 7
XDSMissingDocument - E 7
XDSRepositoryError - E 7
"""
ROWS = [line.split() for line in LISTED.split("\n") if line]


def test_the_table_is_complete_and_holds_nothing_else():
    assert set(ERRORS) == {code for code, *_ in ROWS} == {code.value for code in ErrorCode}
    assert len(ROWS) == len(ERRORS) == len(ErrorCode)


@pytest.mark.parametrize(("code", "w6", "severity", "since"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_is_that_of_the_list(code, w6, severity, since):
    info = ERRORS[code]
    assert info.code == code
    assert info.w6 == {"-": None, "=": code}.get(w6, w6)
    assert (info.severity, info.since) == (Severity(severity), int(since))
    assert info.where and info.meaning


def test_only_the_numbers_for_no_document_ended_with_7():
    assert {code for code, info in ERRORS.items() if info.until is not None} == {"1101", "1102"}


def test_old_numbers_lead_to_the_current_code():
    assert canonical("4999") == ErrorCode.GENERIC
    assert canonical("5046") == ErrorCode.NO_MATCH
    assert canonical("4703") == ErrorCode.INSUFFICIENT_RIGHTS
    assert canonical("ERROR_NO_CONSENT") == ErrorCode.NO_CONSENT
    assert canonical("ERROR_GENERIC") == "ERROR_GENERIC"
    assert canonical("SOMETHING_NATIONAL") == "SOMETHING_NATIONAL"


def test_every_old_number_belongs_to_one_code():
    numbers = [info.w6 for info in ERRORS.values() if info.w6]
    assert len(numbers) == len(set(numbers))
    assert set(ALIASES) == {*numbers, "ERROR_NO_CONSENT"}


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("ERROR_PI_NO_MATCH", {Where.XCPD}),
        ("ERROR_GENERIC_CONNECTION_NOT_POSSIBLE", {Where.B}),
        ("ERROR_PS_NOT_FOUND", {Where.PS_LIST}),
        ("ERROR_ED_DISCARD_FAILED", {Where.DISCARD}),
        ("4106", {Where.DISPENSE, Where.DISCARD}),
        ("1001", set(Where) - {Where.B, Where.AUDIT}),
        ("WARNING_SEC_UNEXPECTED_NUMBER_OF_REQUESTS", {Where.AUDIT}),
    ],
)
def test_where_a_code_occurs(code, where):
    assert ERRORS[code].where == where


# --- transformation codes


def test_the_two_layers_mean_different_things_by_one_number():
    code = TRANSFORMATION["4501"]
    assert (code.tm, code.tsam) == ("input document null", "code system unknown")
    assert TRANSFORMATION["2507"].tm != TRANSFORMATION["2507"].tsam


def test_the_transformation_table_is_complete():
    numbers = [*range(4500, 4514), *range(2401, 2407), *range(2500, 2510)]
    assert set(TRANSFORMATION) == {str(number) for number in numbers}
    for code, info in TRANSFORMATION.items():
        assert info.code == code
        assert info.tm or info.tsam
        assert info.severity is (Severity.ERROR if code.startswith("45") else Severity.WARNING)
    assert {code for code, info in TRANSFORMATION.items() if info.tm is None} == {"4504", "2509"}
    assert {code for code, info in TRANSFORMATION.items() if info.tsam is None} == {
        *("4511", "4512", "4513", "2500", "2501"),
        *(str(number) for number in range(2401, 2407)),
    }


@pytest.mark.parametrize("code", [*TRANSFORMATION, "4599", "2400"])
def test_transformation_codes_are_told_by_their_number(code):
    assert is_transformation(code)


@pytest.mark.parametrize("code", ["4203", "4703", "45", "45000", "ERROR_GENERIC", "", "45x1", "45²1", "٤٥٠٠"])
def test_other_codes_are_not(code):
    assert not is_transformation(code)


# --- exceptions


@pytest.mark.parametrize(
    ("kind", "actor", "code"),
    [
        (NcpError, Actor.OPERATIONS, ErrorCode.GENERIC),
        (Refused, Actor.REQUESTER, ErrorCode.GENERIC),
        (Unreachable, Actor.OPERATIONS, ErrorCode.NO_CONNECTION),
        (Malformed, Actor.PEER, ErrorCode.GENERIC),
        (Untrusted, Actor.OPERATIONS, ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED),
        (PeerFault, Actor.PEER, ErrorCode.GENERIC),
    ],
)
def test_the_class_says_who_has_to_act(kind, actor, code):
    error = kind("what happened")
    assert isinstance(error, NcpError)
    assert (error.actor, error.code, error.context) == (actor, code, "what happened")
    assert str(error) == f"{code.value}: what happened"


def test_an_unknown_code_of_a_peer_is_kept():
    assert PeerFault("x", "NATIONAL_42").code == "NATIONAL_42"


def test_a_broken_trust_has_a_reason():
    assert Untrusted("x", reason="CERT_EXPIRED").reason == "CERT_EXPIRED"
    assert Untrusted("x").reason == "UNTRUSTED"


def test_not_valid_says_what_and_where():
    error = NotValid("is missing", where="wsa:Action", kind=NotValidKind.HEADER_MISSING)
    assert str(error) == "wsa:Action: is missing"
    assert (error.what, error.where, error.kind) == ("is missing", "wsa:Action", NotValidKind.HEADER_MISSING)
    assert str(NotValid("broken")) == "broken"
    assert not isinstance(error, NcpError)


def test_everything_public_is_exported():
    assert all(hasattr(errors, name) for name in errors.__all__)


def test_member_names_follow_the_wire_string():
    """Except the names of numbers, the shortened ones, and those that the guide itself uses."""
    own = {"NO_CONNECTION", "NO_MATCH", "WARNING_PS_MISSING_EXPECTED_TRANSLATION"}
    for code in ErrorCode:
        short = re.sub(r"^ERROR_", "", code.value)
        if code.value[0].isdigit() or code.value.startswith("XDS") or code.name in own:
            continue
        assert short == code.name or code.name.startswith(("WARNING_SEC_", "WARNING_HQI_")), code
