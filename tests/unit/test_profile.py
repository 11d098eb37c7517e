"""The generations differ exactly as the profile's table says."""

from ncp.wire.profile import Profile

W7, W8, W9 = Profile


def test_the_setting_is_the_number():
    assert [Profile(number) for number in ("7", "8", "9")] == [W7, W8, W9]


def test_form_of_messages():
    assert [profile.security_must_understand for profile in Profile] == [None, "false", "false"]
    assert [profile.addresses_every_request for profile in Profile] == [False, True, True]
    assert [profile.retrieve_response_is_mtom for profile in Profile] == [True, False, False]
    assert [profile.provide_request_is_mtom for profile in Profile] == [True, False, False]
    assert [profile.class_codes_quoted_one_by_one for profile in Profile] == [False, True, True]
    assert [profile.registry_error_has_location for profile in Profile] == [True, False, False]
    assert [profile.detail_follows_description for profile in Profile] == [False, True, True]


def test_codes():
    assert [profile.not_found_codes_are_numbers for profile in Profile] == [True, False, False]
    assert [profile.knows_codes_since for profile in Profile] == [7, 9, 9]
    assert [profile.consent_refusal_code for profile in Profile] == ["4701"] + ["ERROR_PS_NO_CONSENT"] * 2
    assert [profile.purpose_code_system_name for profile in Profile] == [
        "eHDSI XSPA PurposeOfUse",
        "eHDSI PurposeOfUse",
        "eHDSI PurposeOfUse",
    ]


def test_behaviour():
    assert [profile.assertion_order_matters for profile in Profile] == [True, False, False]
    assert [profile.next_of_kin_is_checked for profile in Profile] == [False, True, True]
    assert [profile.has_legacy_documents for profile in Profile] == [True, False, False]
    assert [profile.terminology_wave for profile in Profile] == ["W7", "W8", "W9"]
