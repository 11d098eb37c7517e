"""What the content of assertions must satisfy before a request is served: every check, all collected.

Signature and certificate come first and elsewhere (`xmldsig`, `certificates`); nothing here is worth
anything on an assertion that was not verified. Source: wire specification 4.2, 4.4 and 2.1 to 3.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Operation, missing
from ncp.wire.profile import Profile
from ncp.wire.roles import CLERK, PREVIOUS_SESSION, ROLES, AuthnClass, FacilityType, Purpose
from ncp.wire.saml import AssertionKind, HcpAssertion, NokAssertion, TrcAssertion
from ncp.wire.saml_frame import AUDIENCE, SENDER_VOUCHES, Frame

SKEW = timedelta(seconds=60)
"""Tolerance of both ends of the validity for clocks that differ."""

LONGEST = {
    AssertionKind.HCP: timedelta(hours=4),
    AssertionKind.TRC: timedelta(hours=2),
    AssertionKind.NOK: timedelta(hours=2),
}
"""Longest lifetime, without any tolerance."""


class ProblemKind(StrEnum):
    """What is wrong, as far as it decides the answer's code and form."""

    NO_HCP = "no HCP assertion"
    NO_TRC = "no TRC assertion"
    UNKNOWN_KIND = "issuer qualifier unknown"
    REPEATED_KIND = "two assertions of a kind"
    SCHEMA = "schema violated"
    TRUST = "signature or certificate not trusted"
    COUNTRY = "countries of TLS, seal and issuer differ"
    FIELD = "field missing or invalid"
    ROLE = "role not accepted"
    RIGHTS = "rights insufficient"
    ADVICE = "does not belong to the HCP assertion"
    PATIENT = "patient of the request is not the TRC's"
    DOCUMENT_ID = "PIN or prescription id of the request is not the TRC's"


@dataclass(frozen=True, slots=True)
class Problem:
    """One failed check. `text` names the field and holds no patient data."""

    kind: ProblemKind
    subject: AssertionKind | None
    text: str


def hcp_problems(hcp: HcpAssertion, *, now: datetime, operation: Operation) -> list[Problem]:
    """Everything that keeps this professional from `operation` at the time `now`."""
    return [
        *_frame_problems(hcp, AssertionKind.HCP, now, allowed_classes=set(AuthnClass)),
        *_hcp_fields(hcp, operation),
        *_role_problems(hcp, operation),
        *_rights_problems(hcp, operation),
    ]


def trc_problems(trc: TrcAssertion, *, hcp: HcpAssertion, now: datetime) -> list[Problem]:
    """Everything that is wrong with the TRC, also beside the HCP assertion it claims to build on."""
    found = list(_frame_problems(trc, AssertionKind.TRC, now, allowed_classes={PREVIOUS_SESSION}))
    if trc.confirmation_method != SENDER_VOUCHES:
        found.append(_field(AssertionKind.TRC, "SubjectConfirmation/@Method is not sender-vouches"))
    if trc.purpose not in set(Purpose):
        found.append(Problem(ProblemKind.RIGHTS, AssertionKind.TRC, "purpose of use is not accepted"))
    if trc.hcp_id != hcp.id:
        found.append(
            Problem(ProblemKind.ADVICE, AssertionKind.TRC, "Advice does not refer to the HCP assertion")
        )
    if not _same_subject(trc, hcp):
        found.append(Problem(ProblemKind.ADVICE, AssertionKind.TRC, "issued for another professional"))
    return found


def nok_problems(nok: NokAssertion, *, hcp: HcpAssertion, now: datetime, profile: Profile) -> list[Problem]:
    """Everything that is wrong with the NoK; 7 checks none of it and wrote a placeholder as NameID."""
    if not profile.next_of_kin_is_checked:
        return []
    found = list(_frame_problems(nok, AssertionKind.NOK, now, allowed_classes={PREVIOUS_SESSION}))
    if not (nok.kin_id or "").strip():
        found.append(_field(AssertionKind.NOK, "id of the next of kin is missing"))
    if nok.hcp_id != hcp.id or not _same_subject(nok, hcp):
        found.append(Problem(ProblemKind.ADVICE, AssertionKind.NOK, "does not belong to the HCP assertion"))
    return found


def patient_problems(trc: TrcAssertion, asked: PatientId) -> list[Problem]:
    """The patient of the query must be the TRC's: root and extension count, not the spelling."""
    if trc.patient == asked:
        return []
    return [Problem(ProblemKind.PATIENT, AssertionKind.TRC, "the patient of the query is another one")]


def document_id_problems(
    trc: TrcAssertion, *, pin_code: str | None = None, prescription_id: str | None = None
) -> list[Problem]:
    """PIN and prescription id given in a query must be the TRC's; what it leaves out is not compared."""
    pairs = ((pin_code, trc.pin_code, "PIN"), (prescription_id, trc.prescription_id, "prescription id"))
    return [
        Problem(ProblemKind.DOCUMENT_ID, AssertionKind.TRC, f"the {name} of the query is another one")
        for asked, confirmed, name in pairs
        if asked is not None and asked != confirmed
    ]


def country_problems(
    frames: Iterable[Frame], *, seal_countries: Iterable[str], tls_country: str | None
) -> list[Problem]:
    """Issuers, seals and the TLS client must all name one country of treatment."""
    issuers = {frame.issuer_country for frame in frames if frame.issuer.lower().startswith("urn:")}
    countries = issuers | set(seal_countries) | ({tls_country} if tls_country is not None else set())
    if len(countries) <= 1:
        return []
    named = ", ".join(sorted(str(country) for country in countries))
    return [Problem(ProblemKind.COUNTRY, None, f"countries of TLS, seal and issuer differ: {named}")]


def _field(subject: AssertionKind, text: str) -> Problem:
    return Problem(ProblemKind.FIELD, subject, text)


def _same_subject(one: Frame, other: Frame) -> bool:
    return (one.name_id, one.name_id_format) == (other.name_id, other.name_id_format)


def _frame_problems(
    frame: Frame, kind: AssertionKind, now: datetime, *, allowed_classes: Iterable[str]
) -> Iterable[Problem]:
    """Times, lifetime, login class and audience."""
    if frame.not_before > now + SKEW:
        yield _field(kind, "NotBefore lies in the future")
    if frame.not_on_or_after < now - SKEW:
        yield _field(kind, "NotOnOrAfter lies in the past")
    if frame.not_on_or_after <= frame.not_before:
        yield _field(kind, "NotOnOrAfter is not after NotBefore")
    if frame.not_on_or_after - frame.not_before > LONGEST[kind]:
        yield _field(kind, f"valid for longer than {LONGEST[kind]}")
    if frame.authn_class not in set(allowed_classes):
        yield _field(kind, "AuthnContextClassRef is not accepted")
    if frame.audience is not None and frame.audience != AUDIENCE:
        yield _field(kind, "Audience is another one")


def _hcp_fields(hcp: HcpAssertion, operation: Operation) -> Iterable[Problem]:
    for value, name in ((hcp.subject_id, "subject-id"), (hcp.locality, "locality")):
        if not value.strip():
            yield _field(AssertionKind.HCP, f"{name} is missing or blank")
    if hcp.facility_type.strip().lower() not in {kind.value.lower() for kind in FacilityType}:
        yield _field(AssertionKind.HCP, "healthcare-facility-type is not accepted")
    if operation is Operation.DISCARD and not (hcp.organization_id or "").strip():
        yield _field(AssertionKind.HCP, "organization-id is missing, which a discard needs")


def _role_problems(hcp: HcpAssertion, operation: Operation) -> Iterable[Problem]:
    """The role is one of the thirteen; identification compares its name too; a clerk acts for somebody."""
    role = ROLES.get(hcp.role.code)
    if role is None:
        yield Problem(ProblemKind.ROLE, AssertionKind.HCP, "role is missing or not in the list")
        return
    named = hcp.role.display_name.strip().lower() == role.display_name.lower()
    if operation is Operation.IDENTIFY and not named:
        yield Problem(ProblemKind.ROLE, AssertionKind.HCP, "display name does not go with the role's code")
    principal = (hcp.on_behalf_of or "").strip()
    if role == CLERK and (principal not in ROLES or principal == CLERK.code):
        yield Problem(ProblemKind.ROLE, AssertionKind.HCP, "a clerk must act on behalf of a professional")


def _rights_problems(hcp: HcpAssertion, operation: Operation) -> Iterable[Problem]:
    if hcp.purpose not in set(Purpose):
        yield Problem(ProblemKind.RIGHTS, AssertionKind.HCP, "purpose of use is not accepted")
    if lacking := missing(hcp.permissions, operation):
        codes = ", ".join(permission.rpartition(":")[2] for permission in lacking)
        yield Problem(ProblemKind.RIGHTS, AssertionKind.HCP, f"permissions missing for {operation}: {codes}")
