"""Assertions in every form the field sends: templates, recordings, tolerated variations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from ncp.wire.patient_id import PatientId
from ncp.wire.permissions import Permission
from ncp.wire.roles import PHARMACIST, Purpose, Role
from ncp.wire.saml import (
    EMAIL,
    UNSPECIFIED,
    AssertionKind,
    Flag,
    HcpAssertion,
    TrcAssertion,
    kind_of,
)
from ncp.wire.times import instant
from schemas.namespaces import SAML, XSI, q
from schemas.xml import parse
from tests.support.assertions import HCP, NOK, TRC
from tests.support.keys import NOON
from tests.support.outside import samples
from tests.support.saml_trees import SUBJECT_ID, changed, rename, value_of

EVERY = [HCP, TRC, NOK]
IDS = ["hcp", "trc", "nok"]


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
