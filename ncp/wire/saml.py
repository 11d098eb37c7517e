"""The assertions that travel with every request: HCP (who asks), TRC (about whom), NoK (for whom).

Each is written and read side by side. `from_xml` is tolerant of what the field sends and keeps a flag
for each tolerance; whether the content suffices is for `assertion_rules` to say. Read only elements that
`xmldsig.verified` returned. Source: wire specification 2 and 3.
"""

from dataclasses import dataclass, field, fields
from typing import Any, Self

from lxml.etree import _Element as Element

from ncp.wire.errors import NotValid
from ncp.wire.patient_id import PatientId
from ncp.wire.roles import ISCO, PREVIOUS_SESSION, Purpose, Role
from ncp.wire.saml_frame import (
    AUDIENCE,
    EMAIL,
    SENDER_VOUCHES,
    UNSPECIFIED,
    AssertionKind,
    Flag,
    Frame,
    Reader,
    attribute,
    coded,
    kind_of,
    write,
)

__all__ = [
    "AUDIENCE",
    "EMAIL",
    "PREVIOUS_SESSION",
    "SENDER_VOUCHES",
    "UNSPECIFIED",
    "AssertionKind",
    "Flag",
    "HcpAssertion",
    "NokAssertion",
    "Purpose",
    "Role",
    "TrcAssertion",
    "kind_of",
]

_XSPA = "urn:oasis:names:tc:xspa:1.0:"
_HOME_COMMUNITY = ("urn:ihe:iti:xca:2010:homeCommunityId", "HCI Identifier")
_NPI = (f"{_XSPA}subject:npi", "NPI Identifier")
_SUBJECT_ID = (f"{_XSPA}subject:subject-id", "XSPA Subject")
_ROLE = ("urn:oasis:names:tc:xacml:2.0:subject:role", "XSPA Role")
_ORGANIZATION = (f"{_XSPA}subject:organization", "XSPA Organization")
_ORGANIZATION_ID = (f"{_XSPA}subject:organization-id", "XSPA Organization ID")
_FACILITY = ("urn:ehdsi:names:subject:healthcare-facility-type", "eHealth DSI Healthcare Facility Type")
_PURPOSE = (f"{_XSPA}subject:purposeofuse", "XSPA Purpose Of Use")
_LOCALITY = (f"{_XSPA}environment:locality", "XSPA Locality")
_ON_BEHALF_OF = ("urn:ehdsi:names:subject:on-behalf-of", "OnBehalfOf")
_PERMISSION = (f"{_XSPA}subject:hl7:permission", "Hl7 Permissions")
_PIN_CODE = ("urn:ehdsi:names:document:document-id:dispensationPinCode", "Dispensation Pin Code")
_PRESCRIPTION_ID = ("urn:ehdsi:names:document:document-id:prescriptionId", "Prescription ID")
# Read only: names that older issuers used.
_OLD_SUBJECT_ID = "urn:oasis:names:tc:xacml:1.0:subject:subject-id"
_RESOURCE_ID = "urn:oasis:names:tc:xacml:1.0:resource:resource-id"

_PURPOSE_SYSTEM = "3bc18518-d305-46c2-a8d6-94bd59856e9e"
_PURPOSE_SYSTEM_NAME = "eHDSI XSPA PurposeOfUse"


def _frame_fields(frame: Frame) -> dict[str, Any]:
    return {each.name: getattr(frame, each.name) for each in fields(Frame)}


def _texts(*pairs: tuple[tuple[str, str], str | None]) -> list[Element]:
    """Text attributes in the given order, leaving out those without a value."""
    return [attribute(*name, [value]) for name, value in pairs if value is not None]


def _purpose(code: str) -> Element:
    return attribute(
        *_PURPOSE,
        [
            coded(
                "PurposeOfUse",
                code=code,
                codeSystem=_PURPOSE_SYSTEM,
                codeSystemName=_PURPOSE_SYSTEM_NAME,
                displayName=code,
            )
        ],
    )


def _read_purpose(reader: Reader) -> str:
    """The purpose's code, "" if absent; an unknown code stays as it came."""
    el = reader.attribute_code(_PURPOSE[0], "PurposeOfUse")
    code = "" if el is None else (el.get("code") or "")
    return Purpose(code) if code in set(Purpose) else code


@dataclass(frozen=True, slots=True, kw_only=True)
class HcpAssertion(Frame):
    """The health professional who asks: identity, role, place, purpose and rights.

    `subject_id` is the name to display; `organization_id` is `urn:oid:<oid>` or
    `urn:hl7ii:<root>:<extension>`; `permissions` are full URNs; `on_behalf_of` is the ISCO code of the
    delegating professional. An absent required attribute reads as "".
    """

    subject_id: str
    role: Role
    organization: str | None = None
    organization_id: str | None = None
    facility_type: str
    purpose: str
    locality: str
    permissions: tuple[str, ...]
    home_community: str | None = None
    on_behalf_of: str | None = None
    npi: str | None = None
    flags: frozenset[Flag] = frozenset()

    def to_xml(self) -> Element:
        """The unsigned assertion. Raises: ValueError: a time without offset, or text XML cannot hold."""
        role = coded(
            "Role",
            code=self.role.code,
            codeSystem=ISCO,
            codeSystemName="ISCO",
            displayName=self.role.display_name,
        )
        attributes = [
            *_texts((_HOME_COMMUNITY, self.home_community), (_NPI, self.npi), (_SUBJECT_ID, self.subject_id)),
            attribute(*_ROLE, [role]),
            *_texts(
                (_ORGANIZATION, self.organization),
                (_ORGANIZATION_ID, self.organization_id),
                (_FACILITY, self.facility_type),
            ),
            _purpose(self.purpose),
            *_texts((_LOCALITY, self.locality), (_ON_BEHALF_OF, self.on_behalf_of)),
            attribute(*_PERMISSION, self.permissions),
        ]
        return write(self, AssertionKind.HCP, attributes, advice=None)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Raises: NotValid: a field outside the attribute statement is missing."""
        reader = Reader(el)
        frame = reader.frame(AssertionKind.HCP)
        subject_id = reader.attribute_text(_SUBJECT_ID[0])
        if subject_id is None and (subject_id := reader.attribute_text(_OLD_SUBJECT_ID)) is not None:
            reader.flags.add(Flag.OLD_SUBJECT_ID)
        role = reader.attribute_code(_ROLE[0], "Role")
        purpose = _read_purpose(reader)
        reader.finish()
        return cls(
            **_frame_fields(frame),
            subject_id=subject_id or "",
            role=Role("", "") if role is None else Role(role.get("code", ""), role.get("displayName", "")),
            organization=reader.attribute_text(_ORGANIZATION[0]),
            organization_id=reader.attribute_text(_ORGANIZATION_ID[0]),
            facility_type=reader.attribute_text(_FACILITY[0]) or "",
            purpose=purpose,
            locality=reader.attribute_text(_LOCALITY[0]) or "",
            permissions=reader.attribute_texts(_PERMISSION[0]),
            home_community=reader.attribute_text(_HOME_COMMUNITY[0]),
            on_behalf_of=reader.attribute_text(_ON_BEHALF_OF[0]),
            npi=reader.attribute_text(_NPI[0]),
            flags=frozenset(reader.flags),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrcAssertion(Frame):
    """The confirmed treatment relationship with one patient.

    `patient` is the id that country A returned; `hcp_id` the HCP assertion it builds on. PIN and
    prescription id travel only to countries that demand them to give out a prescription.
    """

    patient: PatientId
    hcp_id: str
    purpose: str
    authn_class: str = PREVIOUS_SESSION
    pin_code: str | None = field(default=None, repr=False)
    prescription_id: str | None = field(default=None, repr=False)
    flags: frozenset[Flag] = frozenset()

    def to_xml(self) -> Element:
        """The unsigned assertion. Raises: ValueError: a time without offset, or text XML cannot hold."""
        attributes = [
            attribute(*_SUBJECT_ID, [self.patient.cx()]),
            _purpose(self.purpose),
            *_texts((_PIN_CODE, self.pin_code), (_PRESCRIPTION_ID, self.prescription_id)),
        ]
        return write(self, AssertionKind.TRC, attributes, advice=self.hcp_id)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Raises: NotValid: a field, the reference to the HCP assertion or the patient id is missing."""
        reader = Reader(el)
        frame = reader.frame(AssertionKind.TRC)
        hcp_id = _advice(reader)
        patient = _read_patient(reader)
        purpose = _read_purpose(reader)
        reader.finish()
        return cls(
            **_frame_fields(frame),
            patient=patient,
            hcp_id=hcp_id,
            purpose=purpose,
            pin_code=reader.attribute_text(_PIN_CODE[0]),
            prescription_id=reader.attribute_text(_PRESCRIPTION_ID[0]),
            flags=frozenset(reader.flags),
        )


def _advice(reader: Reader) -> str:
    """ID of the HCP assertion; only the first reference is read, by us as by the reference."""
    if not (hcp_id := reader.optional("Advice", "AssertionIDRef")):
        reader.faults.append("Advice/AssertionIDRef")
    return hcp_id or ""


def _read_patient(reader: Reader) -> PatientId:
    text = reader.attribute_text(_SUBJECT_ID[0])
    if text is None and (text := reader.attribute_text(_RESOURCE_ID)) is not None:
        reader.flags.add(Flag.RESOURCE_ID)
    try:
        patient = PatientId.parse(text or "")
    except NotValid:
        reader.faults.append("subject-id (patient)")
        return PatientId("", "")
    if text != patient.cx():
        reader.flags.add(Flag.PATIENT_ID_FORM)
    return patient


_NOK = "urn:ehdsi:names:subject:nextofkin:"
_NOK_ATTRIBUTES: dict[str, tuple[str, str]] = {
    "kin_id": (f"{_NOK}id", "NextOfKinId"),
    "first_name": (f"{_NOK}firstname", "NextOfKinFirstName"),
    "family_name": (f"{_NOK}familyname", "NextOfKinFamilyName"),
    "gender": (f"{_NOK}gender", "NextOfKinGender"),
    "birth_date": (f"{_NOK}birthdate", "NextOfKinBirthDate"),
    "street": (f"{_NOK}address:street", "NextOfKinAddressStreet"),
    "city": (f"{_NOK}address:city", "NextOfKinAddressCity"),
    "postal_code": (f"{_NOK}address:postalcode", "NextOfKinPostalCode"),
    "country": (f"{_NOK}address:country", "NextOfKinAddressCountry"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NokAssertion(Frame):
    """The next of kin who acts for the patient. `birth_date` is ISO when we write it, else as received."""

    hcp_id: str
    authn_class: str = PREVIOUS_SESSION
    kin_id: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    gender: str | None = field(default=None, repr=False)
    birth_date: str | None = field(default=None, repr=False)
    street: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    postal_code: str | None = field(default=None, repr=False)
    country: str | None = field(default=None, repr=False)
    flags: frozenset[Flag] = frozenset()

    def to_xml(self) -> Element:
        """The unsigned assertion. Raises: ValueError: a time without offset, or text XML cannot hold."""
        pairs = ((name, getattr(self, key)) for key, name in _NOK_ATTRIBUTES.items())
        return write(self, AssertionKind.NOK, _texts(*pairs), advice=self.hcp_id)

    @classmethod
    def from_xml(cls, el: Element) -> Self:
        """Raises: NotValid: a field or the reference to the HCP assertion is missing."""
        reader = Reader(el)
        frame = reader.frame(AssertionKind.NOK)
        hcp_id = _advice(reader)
        reader.finish()
        details: dict[str, Any] = {
            key: reader.attribute_text(name) for key, (name, _) in _NOK_ATTRIBUTES.items()
        }
        return cls(**_frame_fields(frame), hcp_id=hcp_id, **details, flags=frozenset(reader.flags))
