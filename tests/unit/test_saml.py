"""Assertions: written in the one form and read back; what cannot be read is named."""

from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone

import pytest
from lxml import etree

from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.permissions import Permission
from ncp.wire.saml import (
    EMAIL,
    HcpAssertion,
    NokAssertion,
    TrcAssertion,
)
from ncp.wire.times import instant
from schemas.namespaces import HL7, SAML, XSI, q
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC, signed
from tests.support.saml_trees import SUBJECT_ID, again, attributes, changed, rename, value_of

EVERY = [HCP, TRC, NOK]
IDS = ["hcp", "trc", "nok"]


# --- writing


@pytest.mark.parametrize("assertion", EVERY, ids=IDS)
def test_an_assertion_survives_the_wire(assertion):
    found = type(assertion).from_xml(again(assertion.to_xml()))
    assert found == assertion
    assert found.flags == frozenset()


@pytest.mark.parametrize(
    ("assertion", "schema"),
    [(HCP, Schema.HCP_ASSERTION), (TRC, Schema.TRC_ASSERTION), (NOK, Schema.NOK_ASSERTION)],
    ids=IDS,
)
def test_a_signed_assertion_follows_its_schema(assertion, schema):
    assert violations(parse(signed(assertion)), schema) == []


def test_the_hcp_assertion_has_every_attribute_under_its_friendly_name():
    found = attributes(replace(HCP, on_behalf_of="221").to_xml())
    assert {name: friendly for name, (friendly, _) in found.items()} == {
        "urn:ihe:iti:xca:2010:homeCommunityId": "HCI Identifier",
        "urn:oasis:names:tc:xspa:1.0:subject:npi": "NPI Identifier",
        SUBJECT_ID: "XSPA Subject",
        "urn:oasis:names:tc:xacml:2.0:subject:role": "XSPA Role",
        "urn:oasis:names:tc:xspa:1.0:subject:organization": "XSPA Organization",
        "urn:oasis:names:tc:xspa:1.0:subject:organization-id": "XSPA Organization ID",
        "urn:ehdsi:names:subject:healthcare-facility-type": "eHealth DSI Healthcare Facility Type",
        "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse": "XSPA Purpose Of Use",
        "urn:oasis:names:tc:xspa:1.0:environment:locality": "XSPA Locality",
        "urn:ehdsi:names:subject:on-behalf-of": "OnBehalfOf",
        "urn:oasis:names:tc:xspa:1.0:subject:hl7:permission": "Hl7 Permissions",
    }
    assert [value.text for value in found["urn:oasis:names:tc:xspa:1.0:subject:hl7:permission"][1]] == list(
        Permission
    )


def test_the_trc_assertion_names_the_patient_as_subject():
    found = attributes(replace(TRC, pin_code="1234", prescription_id="RX-1").to_xml())
    assert {name: friendly for name, (friendly, _) in found.items()} == {
        SUBJECT_ID: "XSPA Subject",
        "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse": "XSPA Purpose Of Use",
        "urn:ehdsi:names:document:document-id:dispensationPinCode": "Dispensation Pin Code",
        "urn:ehdsi:names:document:document-id:prescriptionId": "Prescription ID",
    }
    assert found[SUBJECT_ID][1][0].text == "123456789^^^&2.16.17.710.820.1000.990.1.1&ISO"


def test_the_trc_assertion_builds_on_the_hcp_assertion():
    tree = TRC.to_xml()
    order = [etree.QName(el).localname for el in tree]
    assert order == ["Issuer", "Subject", "Conditions", "Advice", "AuthnStatement", "AttributeStatement"]
    assert tree.find(f"{q(SAML, 'Advice')}/{q(SAML, 'AssertionIDRef')}").text == HCP.id
    ref = tree.find(".//{*}AuthnContextClassRef").text
    assert ref == "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession"


def test_text_values_are_typed_and_the_prefixes_declared_on_the_assertion():
    tree = HCP.to_xml()
    assert tree.nsmap["xsd"] == "http://www.w3.org/2001/XMLSchema"
    assert tree.nsmap["xsi"] == XSI
    texts = [value for _, values in attributes(tree).values() for value in values if len(value) == 0]
    assert texts and all(value.get(q(XSI, "type")) == "xsd:string" for value in texts)
    assert etree.tostring(tree).count(b"xmlns:xsd") == 1


@pytest.mark.parametrize("assertion", [HCP, TRC], ids=["hcp", "trc"])
def test_checklist_9_2_our_own_output_never_prefixes_coded_values(assertion):
    codes = list(assertion.to_xml().iter(q(HL7, "Role"), q(HL7, "PurposeOfUse")))
    assert codes and all(code.prefix is None for code in codes)
    assert all(q(XSI, "type") not in code.attrib for code in codes)
    assert b"<hl7:" not in signed(assertion)


def test_coded_values_are_written_as_real_traffic_has_them():
    tree = HCP.to_xml()
    role = value_of(tree, "urn:oasis:names:tc:xacml:2.0:subject:role")[0]
    assert dict(role.attrib) == {
        "code": "221",
        "codeSystem": "2.16.840.1.113883.2.9.6.2.7",
        "codeSystemName": "ISCO",
        "displayName": "Medical Doctors",
    }
    purpose = value_of(tree, "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse")[0]
    assert dict(purpose.attrib) == {
        "code": "TREATMENT",
        "codeSystem": "3bc18518-d305-46c2-a8d6-94bd59856e9e",
        "codeSystemName": "eHDSI XSPA PurposeOfUse",
        "displayName": "TREATMENT",
    }


def test_times_are_utc_with_milliseconds():
    oslo = timezone(timedelta(hours=2))
    assert instant(datetime(2026, 7, 1, 14, 0, 0, 123999, tzinfo=oslo)) == "2026-07-01T12:00:00.123Z"
    with pytest.raises(ValueError, match="offset"):
        instant(datetime(2026, 7, 1))


def test_what_xml_cannot_hold_is_not_written():
    with pytest.raises(ValueError):
        replace(HCP, locality="a\x00b").to_xml()


def test_absent_values_leave_no_attribute_behind():
    bare = replace(HCP, organization=None, organization_id=None, home_community=None, npi=None, audience=None)
    tree = bare.to_xml()
    assert len(attributes(tree)) == 6
    assert tree.find(f"{q(SAML, 'Conditions')}/{q(SAML, 'AudienceRestriction')}") is None
    assert HcpAssertion.from_xml(again(tree)) == bare


def test_a_provided_id_is_carried():
    known = replace(HCP, sp_provided_id="alias", name_id_format=EMAIL, name_id="a@b.no")
    assert HcpAssertion.from_xml(again(known.to_xml())) == known


# --- what cannot be read


PATHS = [
    ("ID", lambda tree: tree.attrib.pop("ID")),
    ("IssueInstant", lambda tree: tree.attrib.pop("IssueInstant")),
    ("Version", lambda tree: tree.set("Version", "1.1")),
    ("Issuer", lambda tree: tree.remove(tree[0])),
    ("Issuer", lambda tree: setattr(tree[0], "text", " ")),
    ("NameQualifier", lambda tree: tree[0].set("NameQualifier", "urn:x")),
    ("NameID", lambda tree: tree[1].remove(tree[1][0])),
    ("NameID", lambda tree: tree[1].insert(0, parse(etree.tostring(tree[1][0])))),
    ("Format", lambda tree: tree[1][0].attrib.pop("Format")),
    ("Method", lambda tree: tree[1].remove(tree[1][1])),
    ("NotBefore", lambda tree: tree.find(q(SAML, "Conditions")).attrib.pop("NotBefore")),
    ("NotOnOrAfter is no time", lambda tree: tree[2].set("NotOnOrAfter", "2026-11-22")),
    ("NotOnOrAfter is no time", lambda tree: tree[2].set("NotOnOrAfter", "2026-13-22T12:00:00Z")),
    ("AuthnInstant", lambda tree: tree.find(q(SAML, "AuthnStatement")).attrib.pop("AuthnInstant")),
    ("AuthnContextClassRef", lambda tree: tree.find(q(SAML, "AuthnStatement")).clear()),
    ("AttributeStatement", lambda tree: tree.append(etree.Element(q(SAML, "AttributeStatement")))),
    ("not a saml:Assertion", lambda tree: setattr(tree, "tag", q(SAML, "Response"))),
]


@pytest.mark.parametrize("assertion", EVERY, ids=IDS)
@pytest.mark.parametrize(("name", "change"), PATHS)
def test_a_missing_field_is_named(assertion, name, change):
    with pytest.raises(NotValid) as caught:
        changed(assertion, change)
    assert caught.value.kind is NotValidKind.ASSERTION
    assert name in str(caught.value)


def test_all_missing_fields_are_named_at_once():
    with pytest.raises(NotValid) as caught:
        HcpAssertion.from_xml(etree.fromstring(f'<Assertion xmlns="{SAML}"/>'))
    for name in ("@ID", "@IssueInstant", "Issuer", "Subject/NameID", "Conditions/@NotBefore", "@Version"):
        assert name in caught.value.what


@pytest.mark.parametrize("assertion", [TRC, NOK], ids=["trc", "nok"])
@pytest.mark.parametrize("text", [None, " "])
def test_a_missing_reference_to_the_hcp_assertion(assertion, text):
    def drop(tree):
        advice = tree.find(q(SAML, "Advice"))
        if text is None:
            tree.remove(advice)
        else:
            advice[0].text = text

    with pytest.raises(NotValid, match="AssertionIDRef"):
        changed(assertion, drop)


@pytest.mark.parametrize("text", ["", "123", "1^^^&x&ISO", "1^2^^&1.2&ISO", "^^^&1.2&ISO"])
def test_a_patient_id_that_is_none(text):
    def write_it(tree):
        value_of(tree, SUBJECT_ID).text = text

    with pytest.raises(NotValid, match="patient"):
        changed(TRC, write_it)


def test_a_trc_without_subject_id():
    with pytest.raises(NotValid, match="patient"):
        changed(TRC, rename(SUBJECT_ID, "urn:x"))


def test_the_error_names_no_value():
    with pytest.raises(NotValid) as caught:
        changed(TRC, lambda tree: tree.attrib.pop("ID"))
    assert TRC.patient.extension not in str(caught.value)


def test_every_field_of_the_dataclasses_is_covered_by_the_round_trip():
    """A field that both directions forgot would pass a round trip of its default."""
    full = {
        HcpAssertion: replace(HCP, on_behalf_of="221", sp_provided_id="x"),
        TrcAssertion: replace(TRC, pin_code="1", prescription_id="2", sp_provided_id="x"),
        NokAssertion: replace(NOK, sp_provided_id="x"),
    }
    for kind, assertion in full.items():
        assert kind.from_xml(again(assertion.to_xml())) == assertion
        for field in fields(assertion):
            assert field.name == "flags" or getattr(assertion, field.name) not in (None, ""), field.name


def test_the_repr_of_an_assertion_names_neither_patient_nor_secrets():
    text = repr(replace(TRC, pin_code="PIN-4711", prescription_id="RX-4711")) + repr(NOK)
    for secret in (TRC.patient.extension, "PIN-4711", "RX-4711", NOK.family_name, NOK.birth_date, NOK.kin_id):
        assert secret not in text
