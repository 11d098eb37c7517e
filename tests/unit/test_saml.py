"""Assertions: written in the one form, read from every form the field sends."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.roles import PHARMACIST, Purpose, Role
from ncp.wire.saml import (
    EMAIL,
    UNSPECIFIED,
    AssertionKind,
    Flag,
    HcpAssertion,
    NokAssertion,
    TrcAssertion,
    kind_of,
)
from ncp.wire.saml_frame import instant
from schemas.namespaces import HL7, SAML, XSI, q
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC, signed
from tests.support.keys import NOON
from tests.support.outside import samples

EVERY = [HCP, TRC, NOK]
IDS = ["hcp", "trc", "nok"]
SUBJECT_ID = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"


def attributes(tree) -> dict:
    """Name -> (FriendlyName, [AttributeValue])."""
    statement = tree.find(q(SAML, "AttributeStatement"))
    return {el.get("Name"): (el.get("FriendlyName"), list(el)) for el in statement}


def again(tree):
    return parse(etree.tostring(tree, encoding="UTF-8"))


def changed(assertion, change):
    tree = assertion.to_xml()
    change(tree)
    return type(assertion).from_xml(again(tree))


def value_of(tree, name):
    return attributes(tree)[name][1][0]


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


# --- reading


@pytest.mark.parametrize("assertion", EVERY, ids=IDS)
def test_the_kind_is_decided_by_the_issuer_qualifier(assertion):
    tree = assertion.to_xml()
    assert kind_of(tree) is dict(zip(IDS, AssertionKind, strict=True))[assertion.id[1:]]
    tree[0].set("NameQualifier", "urn:ehdsi:assertions:other")
    assert kind_of(tree) is None
    del tree[0].attrib["NameQualifier"]
    assert kind_of(tree) is None
    tree.remove(tree[0])
    assert kind_of(tree) is None


def test_the_hcp_templates_are_read_without_loss():
    times = {"issue-instant": NOON, "not-before": NOON, "authn-instant": NOON}
    times["not-on-or-after"] = NOON + timedelta(hours=4)
    for name in ("hcp-template-xca.xml", "hcp-template-xcpd.xml"):
        text = (samples() / "wire" / name).read_text("utf-8").replace("{{assertion-id}}", "_a")
        for key, moment in times.items():
            text = text.replace(f"{{{{{key}}}}}", instant(moment))
        hcp = HcpAssertion.from_xml(parse(text.encode()))
        assert (hcp.subject_id, hcp.role) == ("Dr. Doolittle", Role("221", "Medical Doctors"))
        assert hcp.organization.strip() == "eHealth OpenNCP EU Portal"
        assert hcp.organization_id.strip() == "urn:hl7ii:1.2.3.4:ABCD"
        assert (hcp.purpose, hcp.facility_type, hcp.locality) == ("TREATMENT", "Hospital", "XSPA locality")
        assert (hcp.name_id, hcp.name_id_format) == ("drdoolittle", UNSPECIFIED)
        assert hcp.audience is None
        assert len(hcp.permissions) == (9 if "xca" in name else 7)
        assert hcp.home_community == (None if "xca" in name else "2.16.17.710.860.1000.990.1")
        assert hcp.not_on_or_after - hcp.not_before == timedelta(hours=4)
        assert hcp.flags == frozenset()


def test_the_trc_template_is_read_without_loss():
    text = (samples() / "wire" / "trc-template.xml").read_text("utf-8").replace("{{assertion-id}}", "_t")
    text = text.replace("{{hcp-assertion-id}}", "_a").replace("{{not-on-or-after}}", instant(NOON))
    for key in ("issue-instant", "not-before", "authn-instant"):
        text = text.replace(f"{{{{{key}}}}}", instant(NOON))
    trc = TrcAssertion.from_xml(parse(text.encode()))
    assert trc.patient == PatientId("1.2.208.176.1.2", "0410009234")
    assert (trc.hcp_id, trc.purpose, trc.issuer) == ("_a", Purpose.TREATMENT, "urn:tiani-spirit:sts")
    assert trc.issuer_country is None


def recorded(name):
    return list(parse((samples() / "wire" / name).read_bytes()).iter(q(SAML, "Assertion")))


def test_the_recorded_danish_header_is_read_without_loss():
    first, second = recorded("recorded-header-dk-2025.xml")
    hcp, trc = HcpAssertion.from_xml(first), TrcAssertion.from_xml(second)
    assert (hcp.issuer_country, hcp.name_id, hcp.name_id_format) == ("DK", "house@ehdsi.eu", EMAIL)
    assert (hcp.subject_id, hcp.role, hcp.npi) == ("John House", PHARMACIST, "Denmark")
    assert hcp.home_community == "urn:oid:1.2.208"
    assert hcp.organization == "eHealth OpenNCP EU Portal"
    assert hcp.organization_id == "urn:hl7ii:1.2.3.4:ABCD"
    assert (hcp.facility_type, hcp.locality) == ("Pharmacy", "eHDSI EU Testing MedCare Center")
    assert set(hcp.permissions) == set(Permission)
    assert trc.patient == PatientId("1.2.208.176.1.2", "1011649927")
    assert (trc.hcp_id, trc.name_id) == (hcp.id, hcp.name_id)
    assert hcp.flags == trc.flags == frozenset()


def test_the_recorded_finnish_assertion_is_read_without_loss():
    """Another issuer: inherited default namespace, offsets in times, prefix xs, no organisation name."""
    hcp = HcpAssertion.from_xml(recorded("recorded-header-fi-2026.xml")[0])
    assert hcp.issued == datetime(2026, 3, 20, 7, 55, 33, 383000, tzinfo=UTC)
    assert hcp.issued - hcp.not_before == timedelta(minutes=1)
    assert hcp.not_on_or_after - hcp.not_before == timedelta(hours=4)
    assert (hcp.role, hcp.organization, hcp.subject_id) == (PHARMACIST, None, "Helvi Inkinen")
    assert hcp.organization_id == "urn:oid:1.2.246.556.13001.48"
    assert len(hcp.permissions) == 9
    assert hcp.flags == frozenset()


def test_checklist_9_2_a_prefixed_role_is_accepted_and_flagged():
    tree = parse(etree.tostring(HCP.to_xml()).replace(b"<Role xmlns=", b"<hl7:Role xmlns:hl7="))
    hcp = HcpAssertion.from_xml(tree)
    assert hcp.role == HCP.role
    assert hcp.flags == {Flag.PREFIXED_CODED_VALUE}
    assert "would fail in OpenNCP" in Flag.PREFIXED_CODED_VALUE


def test_a_typed_role_is_accepted_and_flagged():
    def type_it(tree):
        value_of(tree, "urn:oasis:names:tc:xacml:2.0:subject:role")[0].set(q(XSI, "type"), "CE")

    assert changed(HCP, type_it).flags == {Flag.TYPED_CODED_VALUE}


def test_a_role_in_plain_text_counts_as_missing_and_is_flagged():
    def write_text(tree):
        value = value_of(tree, "urn:oasis:names:tc:xacml:2.0:subject:role")
        value.remove(value[0])
        value.text = "physician"

    hcp = changed(HCP, write_text)
    assert hcp.role == Role("", "")
    assert hcp.flags == {Flag.TEXT_INSTEAD_OF_CODE}


@pytest.mark.parametrize(
    ("name", "field", "empty"),
    [
        ("urn:oasis:names:tc:xacml:2.0:subject:role", "role", Role("", "")),
        ("urn:oasis:names:tc:xspa:1.0:subject:purposeofuse", "purpose", ""),
        (SUBJECT_ID, "subject_id", ""),
        ("urn:ehdsi:names:subject:healthcare-facility-type", "facility_type", ""),
        ("urn:oasis:names:tc:xspa:1.0:environment:locality", "locality", ""),
        ("urn:oasis:names:tc:xspa:1.0:subject:hl7:permission", "permissions", ()),
        ("urn:oasis:names:tc:xspa:1.0:subject:npi", "npi", None),
    ],
)
@pytest.mark.parametrize("only_value", [True, False])
def test_an_absent_attribute_reads_as_empty(name, field, empty, only_value):
    def drop(tree):
        el = value_of(tree, name).getparent()
        if only_value:
            for child in list(el):
                el.remove(child)
        else:
            el.getparent().remove(el)

    assert getattr(changed(HCP, drop), field) == empty


def test_an_unknown_purpose_stays_as_it_came():
    def rename(tree):
        value_of(tree, "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse")[0].set("code", "treatment")

    assert changed(HCP, rename).purpose == "treatment"
    assert isinstance(changed(HCP, lambda tree: None).purpose, Purpose)


def test_the_first_of_two_attributes_counts():
    def repeat(tree):
        statement = tree.find(q(SAML, "AttributeStatement"))
        copy = parse(etree.tostring(value_of(tree, SUBJECT_ID).getparent()))
        copy[0].text = "second"
        statement.append(copy)

    hcp = changed(HCP, repeat)
    assert hcp.subject_id == HCP.subject_id
    assert hcp.flags == {Flag.REPEATED_ATTRIBUTE}


def rename(old, new):
    def change(tree):
        value_of(tree, old).getparent().set("Name", new)

    return change


def test_the_old_name_of_subject_id_is_read_and_flagged():
    hcp = changed(HCP, rename(SUBJECT_ID, "urn:oasis:names:tc:xacml:1.0:subject:subject-id"))
    assert (hcp.subject_id, hcp.flags) == (HCP.subject_id, {Flag.OLD_SUBJECT_ID})


def test_a_patient_named_by_resource_id_is_read_and_flagged():
    trc = changed(TRC, rename(SUBJECT_ID, "urn:oasis:names:tc:xacml:1.0:resource:resource-id"))
    assert (trc.patient, trc.flags) == (TRC.patient, {Flag.RESOURCE_ID})


@pytest.mark.parametrize(
    "text",
    ["123456789^^^&2.16.17.710.820.1000.990.1.1", "\n 123456789^^^&2.16.17.710.820.1000.990.1.1&ISO\n"],
)
def test_a_patient_id_in_another_form_is_read_and_flagged(text):
    def write_it(tree):
        value_of(tree, SUBJECT_ID).text = text

    trc = changed(TRC, write_it)
    assert (trc.patient, trc.flags) == (TRC.patient, {Flag.PATIENT_ID_FORM})


def test_a_time_without_offset_is_utc_and_flagged():
    def strip(tree):
        tree.set("IssueInstant", "2026-11-22T12:00:00.5")

    hcp = changed(HCP, strip)
    assert hcp.issued == NOON + timedelta(milliseconds=500)
    assert hcp.flags == {Flag.LOCAL_TIME}


@pytest.mark.parametrize(
    ("issuer", "country"),
    [
        ("urn:idp:NO:countryB", "NO"),
        ("urn:initgw:pt:countryB", "PT"),
        ("urn:idp:NOR:countryB", None),
        ("https://idp.no", None),
        ("urn:idp:12:countryB", None),
        ("urn:idp:ÆØ:countryB", None),
        ("urn:idp:NO:countryB:x", None),
    ],
)
def test_the_issuer_names_the_country(issuer, country):
    assert replace(HCP, issuer=issuer).issuer_country == country


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
