"""Which forms of an assertion a member state accepts: those of real traffic, not only our own.

Source: wire specification 1.3, 2.4 and 4.2.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from mock_member_states.certificate_issuing import Role
from ncp.wire.times import instant
from schemas.namespaces import HL7, SAML, WSSE, XSI, q
from schemas.xml import parse
from tests.support.assertions import NOK
from tests.support.chain import NOW, RICH, Asker, MemberStateForTests, identity
from tests.support.outside import samples, xmlsec1_accepts
from tests.support.refusing import INTEGRITY, NEEDS_TRC, PATIENT, sealed
from tests.support.resigning import resigned
from tests.support.saml_trees import SUBJECT_ID

HEADERS = ["recorded-header-dk-2025.xml", "recorded-header-fi-2026.xml"]
SPAN = {"hcp": timedelta(hours=4), "trc": timedelta(hours=2)}


def seal():
    return identity("NO", Role.SEAL)


# --- recorded traffic --------------------------------------------------------------------------------------


def moved(text: str, moment) -> str:
    """The moment in the form of `text`, which is UTC with Z or a local time with its offset."""
    if text.endswith("Z"):
        return instant(moment)
    offset = text[-6:]
    hours = timedelta(hours=int(offset[:3]))
    return instant(moment + hours).removesuffix("Z") + offset


def recorded(name: str):
    """HCP and TRC of a recorded header, issued by us a moment ago for our patient; the form is theirs."""
    header = parse((samples() / "wire" / name).read_bytes())
    hcp, trc = header.findall(f"{q(WSSE, 'Security')}/{q(SAML, 'Assertion')}")
    for kind, tree in (("hcp", hcp), ("trc", trc)):
        issuer = tree.find(q(SAML, "Issuer"))
        issuer.text = f"{issuer.text[: issuer.text.rindex(':') - 2]}NO:countryB"
        tree.set("IssueInstant", instant(NOW))
        conditions = tree.find(q(SAML, "Conditions"))
        conditions.set("NotBefore", moved(conditions.get("NotBefore"), NOW))
        conditions.set("NotOnOrAfter", moved(conditions.get("NotOnOrAfter"), NOW + SPAN[kind]))
        statement = tree.find(q(SAML, "AuthnStatement"))
        statement.set("AuthnInstant", moved(statement.get("AuthnInstant"), NOW))
    # The second header joins a Finnish HCP assertion and the Danish TRC of the first: make them one pair.
    name_id = hcp.find(f"{q(SAML, 'Subject')}/{q(SAML, 'NameID')}")
    copied = trc.find(f"{q(SAML, 'Subject')}/{q(SAML, 'NameID')}")
    copied.text = copied.text.replace(copied.text.strip(), name_id.text.strip())
    copied.set("Format", name_id.get("Format"))
    advice = trc.find(f"{q(SAML, 'Advice')}/{q(SAML, 'AssertionIDRef')}")
    advice.text = hcp.get("ID")
    for el in trc.find(q(SAML, "AttributeStatement")):
        if el.get("Name") == SUBJECT_ID:
            value = el[0]
            value.text = value.text.replace(value.text.strip(), PATIENT.cx())
    return [resigned(hcp, seal()), resigned(trc, seal())]


@pytest.mark.parametrize("name", HEADERS)
def test_assertions_in_the_form_of_recorded_traffic_are_accepted(ask, name):
    hcp, trc = recorded(name)
    assert ask.discover(PATIENT, assertions=[hcp]).candidates
    entries = ask.list(PATIENT, assertions=[hcp, trc]).entries
    assert entries
    wanted = ask.wanted(entries[0].unique_id)
    assert ask.retrieve(wanted, PATIENT, assertions=[hcp, trc]).documents
    lines = ask.member.audit[-3:]
    assert [(line["outcome"], line["role"]) for line in lines] == [("success", "2262")] * 3


@pytest.mark.parametrize("name", HEADERS)
def test_an_outside_program_accepts_the_recorded_form_signed_again(tmp_path, name):
    certificate = tmp_path / "seal.pem"
    certificate.write_bytes(seal().certificate.public_bytes(Encoding.PEM))
    for number, data in enumerate(recorded(name)):
        document = tmp_path / f"{number}.xml"
        document.write_bytes(data)
        assert xmlsec1_accepts(document, certificate)
        document.write_bytes(data.replace(b"countryB", b"countryC"))
        assert not xmlsec1_accepts(document, certificate)


@pytest.mark.parametrize("name", HEADERS)
def test_the_recorded_form_is_still_refused_once_it_is_damaged(refused, name):
    hcp, trc = recorded(name)
    assert refused([hcp.replace(b'"2262"', b'"2221"'), trc]) == INTEGRITY
    assert refused([hcp, trc.replace(PATIENT.extension.encode(), b"900000012")], NEEDS_TRC) == INTEGRITY


# --- forms that SAML leaves open ----------------------------------------------------------------------------


def attributes_first(tree):
    """The attribute statement before the authentication statement."""
    tree.find(q(SAML, "AuthnStatement")).addprevious(tree.find(q(SAML, "AttributeStatement")))


def without_name_format(tree):
    for el in tree.iter(q(SAML, "Attribute")):
        del el.attrib["NameFormat"]


def basic_name_format(tree):
    for el in tree.iter(q(SAML, "Attribute")):
        el.set("NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic")


def with_confirmation_data(tree):
    etree.SubElement(next(tree.iter(q(SAML, "SubjectConfirmation"))), q(SAML, "SubjectConfirmationData"))


def with_session(tree):
    statement = tree.find(q(SAML, "AuthnStatement"))
    statement.set("SessionIndex", "_s1")
    statement.insert(0, etree.Element(q(SAML, "SubjectLocality"), Address="192.0.2.1"))


def used_once(tree):
    etree.SubElement(tree.find(q(SAML, "Conditions")), q(SAML, "OneTimeUse"))


def twice_the_same_attribute(tree):
    """The first one counts, as it does in OpenNCP."""
    locality = next(el for el in tree.iter(q(SAML, "Attribute")) if el.get("Name").endswith("purposeofuse"))
    locality.addnext(etree.fromstring(etree.tostring(locality, with_tail=False)))


def without_xsi_type(tree):
    for el in tree.iter(q(SAML, "AttributeValue")):
        el.attrib.pop(q(XSI, "type"), None)


FORMS = [
    attributes_first,
    without_name_format,
    basic_name_format,
    with_confirmation_data,
    with_session,
    used_once,
    twice_the_same_attribute,
    without_xsi_type,
]


@pytest.mark.parametrize("change", FORMS, ids=lambda change: change.__name__)
def test_a_form_that_saml_leaves_open_is_accepted(ask, change):
    trees = [ask.hcp.to_xml(), ask.trc(PATIENT).to_xml()]
    for tree in trees:
        change(tree)
    assert ask.list(PATIENT, assertions=[sealed(tree) for tree in trees]).entries


def test_a_default_namespace_instead_of_prefixes_is_accepted(ask):
    """Every SAML element without a prefix, as a serialiser may write it."""
    data = etree.tostring(ask.hcp.to_xml(), encoding="unicode")
    bare = data.replace("saml2:", "").replace("xmlns:saml2=", "xmlns=")
    assert "saml2" not in bare
    assert ask.discover(PATIENT, assertions=[sealed(parse(bare.encode()))]).candidates


@pytest.mark.parametrize(
    "break_it",
    [
        lambda tree: tree.set("ID", f"urn:uuid:{tree.get('ID')}"),
        lambda tree: tree.find(q(SAML, "Subject")).addprevious(tree.find(q(SAML, "Conditions"))),
        lambda tree: etree.SubElement(tree, q(SAML, "Extra")),
        lambda tree: next(tree.iter(q(HL7, "PurposeOfUse"))).set("colour", "blue"),
    ],
    ids=["ID is no NCName", "conditions before the subject", "unknown element", "unknown attribute"],
)
def test_what_breaks_saml_itself_is_an_integrity_error(ask, refused, break_it):
    tree = ask.hcp.to_xml()
    break_it(tree)
    assert refused([sealed(tree)], ("identify",)) == INTEGRITY
    assert "SAML schema" in ask.member.audit[-2]["reason"]


# --- which assertion is which ------------------------------------------------------------------------------


def kin(ask) -> bytes:
    changes = {"issued": NOW, "not_before": NOW, "not_on_or_after": NOW + timedelta(hours=2)}
    return ask.sign(replace(NOK, **changes, hcp_id=ask.hcp.id))


def test_checklist_9_4_a_next_of_kin_after_the_trc_takes_its_place_at_a_country_exactly_as_openncp_7(
    tmp_path,
):
    ask = Asker(MemberStateForTests.load("PT", tmp_path, reference_exact=True))
    hcp, trc = ask.assertions(PATIENT)
    listed = ask.list(PATIENT, assertions=[hcp, trc, kin(ask)])
    assert [error.code for error in listed.errors] == ["1001"]
    assert ask.member.audit[-1]["reason"].startswith("TRC: ")
    assert ask.list(PATIENT, assertions=[kin(ask), hcp, trc]).errors == ()


@pytest.mark.parametrize(("country", "exact"), [("PT", False), ("FI", True), ("CZ", True)])
def test_checklist_9_4_elsewhere_a_next_of_kin_may_stand_anywhere(tmp_path, country, exact):
    ask = Asker(MemberStateForTests.load(country, tmp_path, reference_exact=exact))
    patient = RICH[country]
    hcp, trc = ask.assertions(patient)
    for order in ([hcp, trc, kin(ask)], [kin(ask), hcp, trc]):
        listed = ask.list(patient, assertions=order)
        assert listed.entries and listed.errors == ()


def test_checklist_9_4_a_next_of_kin_in_an_identification_is_no_trc_for_openncp_7(tmp_path):
    ask = Asker(MemberStateForTests.load("PT", tmp_path, reference_exact=True))
    assert ask.discover(PATIENT, assertions=[ask.sign(ask.hcp), kin(ask)]).candidates
