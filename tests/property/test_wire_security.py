"""Whatever goes in comes out: ids, assertions, envelopes, multipart; rubbish is refused by name."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ncp.wire import media_type, mtom, multipart, soap, xmldsig
from ncp.wire.errors import NotValid, Untrusted
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.roles import ROLES, Purpose
from ncp.wire.saml import HcpAssertion, TrcAssertion
from schemas.namespaces import XDSB, q
from schemas.xml import parse
from tests.support.assertions import HCP, TRC, signed
from tests.support.keys import seal

xml_text = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
oid = st.from_regex(r"[0-2](\.(0|[1-9][0-9]{0,8})){1,8}", fullmatch=True)
extension = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="^&"), min_size=1
)
patient_id = st.builds(PatientId, oid, extension)
millisecond = st.integers(0, 4_000_000_000_000).map(
    lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=n)
)


@given(patient_id)
def test_a_patient_id_survives_cx(patient):
    assert PatientId.parse(patient.cx()) == patient
    assert PatientId.parse(patient.cx().removesuffix("&ISO")) == patient


@given(st.text())
def test_any_text_is_a_patient_id_or_refused(text):
    try:
        patient = PatientId.parse(text)
    except NotValid:
        return
    assert PatientId.parse(patient.cx()) == patient


@given(
    st.builds(
        replace,
        st.just(HCP),
        issued=millisecond,
        not_before=millisecond,
        not_on_or_after=millisecond,
        authn_instant=millisecond,
        name_id=xml_text,
        subject_id=xml_text,
        role=st.sampled_from(list(ROLES.values())),
        organization=st.none() | xml_text,
        organization_id=st.none() | xml_text,
        purpose=st.sampled_from(Purpose) | xml_text,
        locality=xml_text,
        permissions=st.lists(xml_text).map(tuple),
        on_behalf_of=st.none() | xml_text,
        npi=st.none() | xml_text,
        audience=st.none() | xml_text,
        sp_provided_id=st.none() | xml_text,
    )
)
def test_an_hcp_assertion_survives_the_wire(hcp):
    assert HcpAssertion.from_xml(parse(etree.tostring(hcp.to_xml(), encoding="UTF-8"))) == hcp


@settings(max_examples=25)
@given(patient_id, st.none() | xml_text, st.none() | xml_text)
def test_a_signed_trc_assertion_survives_envelope_and_verification(patient, pin, prescription):
    data = signed(TRC, patient=patient, pin_code=pin, prescription_id=prescription)
    envelope = soap.request(
        action="urn:a",
        to="https://a",
        message_id="urn:uuid:1",
        assertions=[data],
        body=etree.Element("{urn:x}x"),
        profile=Profile.W8,
    )
    assert data in envelope
    found = xmldsig.verified(soap.read(envelope).assertions[0], seal().certificate)
    trc = TrcAssertion.from_xml(found)
    assert (trc.patient, trc.pin_code, trc.prescription_id) == (patient, pin, prescription)


@settings(max_examples=60)
@given(st.data())
def test_a_signed_assertion_with_any_byte_replaced_is_refused_or_says_the_same(data):
    """Some bytes, such as a quote style or white space inside a tag, are not content and not signed."""
    genuine = signed(HCP)
    at = data.draw(st.integers(0, len(genuine) - 1))
    byte = data.draw(st.integers(0, 255))
    mutant = genuine[:at] + bytes([byte]) + genuine[at + 1 :]
    try:
        element = xmldsig.verified(mutant, seal().certificate)
    except Untrusted:
        return
    assert HcpAssertion.from_xml(element) == HCP


@given(st.binary(max_size=400))
def test_any_bytes_are_an_envelope_or_refused(data):
    with pytest.raises(NotValid):
        soap.read(data)


@given(st.text(max_size=100), st.binary(max_size=300))
def test_any_content_type_and_body_are_unpacked_or_refused(content_type, body):
    try:
        mtom.unpack(content_type, body)
    except NotValid:
        return
    assert media_type.parse(content_type).name in (media_type.SOAP, media_type.MULTIPART_RELATED)


noise = st.sampled_from(
    [b"\r\n", b"--", b"b1", b"--b1", b"\r\n--b1", b"\r\n--b1--", b"\n", b"x", b"Content-ID: a"]
)


@given(st.lists(noise, max_size=30).map(b"".join))
def test_multipart_noise_ends_in_parts_or_a_refusal(body):
    try:
        found = multipart.parts(body, "b1")
    except NotValid:
        return
    assert all(b"\r\n--b1\r\n" not in part.content for part in found)


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=4))
def test_documents_survive_mtom(contents):
    boundary = "boundary-7f2b9c"
    payload = etree.Element(q(XDSB, "RetrieveDocumentSetResponse"))
    for content in contents:
        etree.SubElement(payload, q(XDSB, "Document")).text = base64.b64encode(content).decode()
    envelope = soap.response(action="urn:a", message_id="m", relates_to="r", body=payload, profile=Profile.W7)
    content_type, body = mtom.pack(envelope, boundary=boundary, action="urn:a")
    assert list(mtom.unpack(content_type, body)[1].values()) == contents


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.text(st.characters(codec="ascii", exclude_categories=["C"])),
        max_size=5,
    )
)
def test_parameters_of_a_media_type_survive_quoting(parameters):
    quoted = "".join(
        f'; {name}="' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for name, value in parameters.items()
    )
    assert media_type.parse("multipart/related" + quoted).parameters == parameters
