"""What an assertion may say a professional is, and where: roles, facilities, purposes, logins.

The lists are those that OpenNCP 7 and 9 accept; any other code is refused abroad. Source: wire
specification 2.2 and 2.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

ISCO = "2.16.840.1.113883.2.9.6.2.7"


@dataclass(frozen=True, slots=True)
class Role:
    """An ISCO-08 code with its display name; XCPD compares them as a pair."""

    code: str
    display_name: str


MEDICAL_DOCTOR = Role("221", "Medical Doctors")
NURSE = Role("2221", "Nursing professionals")
MIDWIFE = Role("2222", "Midwifery professionals")
DENTIST = Role("2261", "Dentists")
PHARMACIST = Role("2262", "Pharmacists")
PHYSIOTHERAPIST = Role("2264", "Physiotherapists")
DIETICIAN = Role("2265", "Dieticians and nutritionists")
AUDIOLOGIST = Role("2266", "Audiologists and speech therapists")
OPTOMETRIST = Role("2267", "Optometrists and ophthalmic opticians")
OTHER_HEALTH_PROFESSIONAL = Role("2269", "Health professionals not elsewhere classified")
IMAGING_TECHNICIAN = Role("3211", "Medical imaging and therapeutic equipment technicians")
PHARMACEUTICAL_TECHNICIAN = Role("3213", "Pharmaceutical technicians and assistants")
CLERK = Role("44", "Other Clerical Support Workers")

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        role.code: role
        for role in (
            MEDICAL_DOCTOR,
            NURSE,
            MIDWIFE,
            DENTIST,
            PHARMACIST,
            PHYSIOTHERAPIST,
            DIETICIAN,
            AUDIOLOGIST,
            OPTOMETRIST,
            OTHER_HEALTH_PROFESSIONAL,
            IMAGING_TECHNICIAN,
            PHARMACEUTICAL_TECHNICIAN,
            CLERK,
        )
    }
)
"""The thirteen accepted roles by code."""


class FacilityType(StrEnum):
    """Kinds of point of care; compared without regard to case."""

    HOSPITAL = "Hospital"
    RESIDENT_PHYSICIAN = "Resident Physician"
    PHARMACY = "Pharmacy"
    OTHER = "Other"


class Purpose(StrEnum):
    """Why the patient's data are asked for; compared with regard to case."""

    TREATMENT = "TREATMENT"
    EMERGENCY = "EMERGENCY"


class AuthnClass(StrEnum):
    """How the professional logged in: the accepted two-factor classes of an HCP assertion."""

    MOBILE_TWO_FACTOR_UNREGISTERED = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered"
    MOBILE_TWO_FACTOR_CONTRACT = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract"
    X509 = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
    SPKI = "urn:oasis:names:tc:SAML:2.0:ac:classes:SPKI"
    SMARTCARD_PKI = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
    SOFTWARE_PKI = "urn:oasis:names:tc:SAML:2.0:ac:classes:SoftwarePKI"
    TLS_CLIENT = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient"


PREVIOUS_SESSION = "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession"
"""The only login class of TRC and NoK: they build on the HCP assertion's login."""
