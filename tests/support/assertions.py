"""Assertions as a Norwegian doctor's request carries them, for tests to change and to sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ncp.wire import xmldsig
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.roles import MEDICAL_DOCTOR, AuthnClass, FacilityType, Purpose
from ncp.wire.saml import UNSPECIFIED, HcpAssertion, NokAssertion, TrcAssertion
from tests.support.keys import NOON, Pair, seal

PATIENT = PatientId("2.16.17.710.820.1000.990.1.1", "123456789")

HCP = HcpAssertion(
    id="_hcp",
    issued=NOON,
    issuer="urn:idp:NO:countryB",
    name_id="900000111",
    name_id_format=UNSPECIFIED,
    not_before=NOON,
    not_on_or_after=NOON + timedelta(hours=4),
    authn_instant=NOON - timedelta(minutes=5),
    authn_class=AuthnClass.SMARTCARD_PKI,
    subject_id="Åse Nærø Prøvestad",
    role=MEDICAL_DOCTOR,
    organization="Fjordbyen sykehus & legevakt (TEST)",
    organization_id="urn:hl7ii:2.16.578.1.12.4.1.4.101:100100673",
    facility_type=FacilityType.HOSPITAL,
    purpose=Purpose.TREATMENT,
    locality="Prøveby",
    permissions=tuple(Permission),
    home_community="urn:oid:2.16.578.1.12.4.5.10.1",
    npi="900000111",
)
_ON_TOP_OF_HCP = {
    "issued": NOON,
    "issuer": "urn:initgw:NO:countryB",
    "name_id": HCP.name_id,
    "name_id_format": HCP.name_id_format,
    "not_before": NOON,
    "not_on_or_after": NOON + timedelta(hours=2),
    "authn_instant": NOON,
    "hcp_id": HCP.id,
}
TRC = TrcAssertion(**_ON_TOP_OF_HCP, id="_trc", patient=PATIENT, purpose=Purpose.TREATMENT)
NOK = NokAssertion(
    **_ON_TOP_OF_HCP,
    id="_nok",
    kin_id="NOK-1",
    first_name="Kåre",
    family_name="Prøvestad",
    gender="M",
    birth_date="1951-02-28",
    street="Testveien 1",
    city="Prøveby",
    postal_code="0000",
    country="NO",
)


def signed(assertion, pair: Pair | None = None, **changes) -> bytes:
    """The assertion with `changes`, signed with the Norwegian seal or with `pair`."""
    pair = pair or seal()
    tree = replace(assertion, **changes).to_xml()
    return xmldsig.sign(tree, key=pair.key, certificate=pair.certificate)
