"""The wire profile of a country: which OpenNCP generation it speaks.

Every version-dependent choice of the transactions we speak hangs on this one setting. It decides the
form of what we send; what we accept is the union ("emit the strict form, accept both").
"""

from enum import StrEnum


class Profile(StrEnum):
    """One generation of the reference implementation. Source: wire specification, section 7."""

    W7 = "7"
    W8 = "8"
    W9 = "9"

    @property
    def security_must_understand(self) -> str | None:
        """Value of `env:mustUnderstand` on wsse:Security: absent in 7, `false` from 8."""
        return None if self is Profile.W7 else "false"

    @property
    def retrieve_response_is_mtom(self) -> bool:
        """ITI-39 answers: MTOM in 7, inline base64 from 8."""
        return self is Profile.W7

    @property
    def provide_request_is_mtom(self) -> bool:
        """ITI-41 requests: MTOM to 7, inline base64 from 8, which cannot read a multipart body."""
        return self is Profile.W7

    @property
    def class_codes_quoted_one_by_one(self) -> bool:
        """ITI-38 with several class codes: `('a,b')` in 7, `('a','b')` from 8."""
        return self is not Profile.W7

    @property
    def not_found_codes_are_numbers(self) -> bool:
        """No document: `1101`/`1102` in 7, `ERROR_EP_NOT_FOUND`/`ERROR_PS_NOT_FOUND` from 8."""
        return self is Profile.W7

    @property
    def consent_refusal_code(self) -> str:
        """Code of XCA when the patient has not consented."""
        return "4701" if self is Profile.W7 else "ERROR_PS_NO_CONSENT"

    @property
    def dispensation_consent_code(self) -> str:
        """Code of XDR when the patient has not consented."""
        return "4701" if self is Profile.W7 else "ERROR_ED_NO_CONSENT"

    @property
    def detail_follows_description(self) -> bool:
        """codeContext is `description^national detail` everywhere from 8; in 7 only in retrieve."""
        return self is not Profile.W7

    @property
    def registry_error_has_location(self) -> bool:
        """7 writes `location=""` into a registry error that has no location."""
        return self is Profile.W7

    @property
    def next_of_kin_is_checked(self) -> bool:
        """From 8 the NoK assertion needs an id and the HCP's NameID; 7 wrote a placeholder there."""
        return self is not Profile.W7
