"""The generations differ exactly as the profile's table says."""

from ncp.wire.profile import Profile


def of_each(name: str) -> list:
    return [getattr(profile, name) for profile in Profile]


def test_the_setting_is_the_number():
    assert [Profile(number) for number in ("7", "8", "9")] == list(Profile)


def test_form_of_messages():
    assert of_each("security_must_understand") == [None, "false", "false"]
    assert of_each("retrieve_response_is_mtom") == [True, False, False]
    assert of_each("provide_request_is_mtom") == [True, False, False]
    assert of_each("class_codes_quoted_one_by_one") == [False, True, True]
    assert of_each("detail_follows_description") == [False, True, True]
    assert of_each("registry_error_has_location") == [True, False, False]


def test_codes_and_checks():
    assert of_each("not_found_codes_are_numbers") == [True, False, False]
    assert of_each("consent_refusal_code") == ["4701", "ERROR_PS_NO_CONSENT", "ERROR_PS_NO_CONSENT"]
    assert of_each("dispensation_consent_code") == ["4701", "ERROR_ED_NO_CONSENT", "ERROR_ED_NO_CONSENT"]
    assert of_each("next_of_kin_is_checked") == [False, True, True]
