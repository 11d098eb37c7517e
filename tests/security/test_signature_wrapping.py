"""Ways to make a verifier and a reader look at different things; each must end in a refusal.

Source: performance specification 5; "On Breaking SAML" (Somorovsky et al. 2012) for the families.
"""

import copy

import pytest
from lxml import etree

from ncp.wire import soap, xmldsig
from ncp.wire.errors import NotValid, NotValidKind, Untrusted
from ncp.wire.xmldsig import SignatureReason
from schemas.namespaces import DS, SAML, q
from schemas.xml import parse
from tests.support.assertions import HCP, TRC, signed
from tests.support.keys import seal


@pytest.fixture
def genuine():
    return parse(signed(HCP))


@pytest.fixture
def evil(genuine):
    """A copy whose name was changed, with an id of its own and without signature."""
    tree = copy.deepcopy(genuine)
    tree.remove(tree.find(q(DS, "Signature")))
    tree.set("ID", "_evil")
    tree.find(f"{q(SAML, 'Subject')}/{q(SAML, 'NameID')}").text = "evil"
    return tree


def reason(tree) -> str:
    with pytest.raises(Untrusted) as caught:
        xmldsig.verified(etree.tostring(tree), seal().certificate)
    return caught.value.reason


def test_the_genuine_assertion_hidden_in_an_object_of_the_evil_one(genuine, evil):
    signature = genuine.find(q(DS, "Signature"))
    genuine.remove(signature)
    etree.SubElement(signature, q(DS, "Object")).append(genuine)
    evil.insert(1, signature)
    assert reason(evil) == SignatureReason.FORM


def test_the_genuine_assertion_as_child_of_the_evil_one(genuine, evil):
    evil.append(genuine)
    assert reason(evil) == SignatureReason.FORM


def test_the_signature_moved_up_while_the_signed_one_stays_below(genuine, evil):
    signature = genuine.find(q(DS, "Signature"))
    evil.insert(1, signature)
    evil.append(genuine)
    assert reason(evil) == SignatureReason.COVERAGE


def test_the_evil_one_takes_the_id_of_the_genuine_one(genuine, evil):
    evil.insert(1, genuine.find(q(DS, "Signature")))
    evil.append(genuine)
    evil.set("ID", HCP.id)
    assert reason(evil) == SignatureReason.FORM


@pytest.mark.parametrize("name", ["Id", "id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_the_id_repeated_in_another_kind_of_id_attribute(genuine, name):
    genuine[2].set(name, HCP.id)
    assert reason(genuine) == SignatureReason.FORM


def test_two_signatures(genuine):
    genuine.insert(2, copy.deepcopy(genuine[1]))
    assert reason(genuine) == SignatureReason.FORM


def test_a_signature_that_is_no_child_of_the_assertion(genuine):
    genuine.find(q(SAML, "Subject")).append(genuine.find(q(DS, "Signature")))
    assert reason(genuine) == SignatureReason.FORM


def test_an_object_anywhere_in_the_assertion(genuine):
    genuine.find(q(SAML, "Subject")).append(etree.Element(q(DS, "Object")))
    assert reason(genuine) == SignatureReason.FORM


def test_a_comment_in_the_name(genuine):
    """Canonicalisation drops it, so the signature would hold, and `.text` would end before it."""
    name = genuine.find(f"{q(SAML, 'Subject')}/{q(SAML, 'NameID')}")
    name.text, comment = "900", etree.Comment("x")
    comment.tail = "000111"
    name.append(comment)
    assert reason(genuine) == SignatureReason.FORM


def test_a_processing_instruction_in_the_name(genuine):
    genuine.find(q(SAML, "Subject")).append(etree.ProcessingInstruction("x"))
    assert reason(genuine) == SignatureReason.FORM


def test_another_root_than_an_assertion(genuine):
    genuine.tag = q(SAML, "Response")
    assert reason(genuine) == SignatureReason.FORM


@pytest.mark.parametrize("uri", ["", "#", "#_other", "#xpointer(/)", "https://example.org/"])
def test_a_reference_to_something_else(genuine, uri):
    next(genuine.iter(q(DS, "Reference"))).set("URI", uri)
    assert reason(genuine) == SignatureReason.COVERAGE


def test_an_assertion_without_id(genuine):
    del genuine.attrib["ID"]
    next(genuine.iter(q(DS, "Reference"))).set("URI", "#")
    assert reason(genuine) == SignatureReason.COVERAGE


def test_two_references(genuine):
    reference = next(genuine.iter(q(DS, "Reference")))
    reference.addnext(copy.deepcopy(reference))
    assert reason(genuine) == SignatureReason.FORM


def test_more_or_other_transforms(genuine):
    transforms = next(genuine.iter(q(DS, "Transforms")))
    for algorithm in (
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
    ):
        tree = copy.deepcopy(genuine)
        etree.SubElement(next(tree.iter(q(DS, "Transforms"))), q(DS, "Transform"), Algorithm=algorithm)
        assert reason(tree) == SignatureReason.FORM
    transforms.remove(transforms[0])
    assert reason(genuine) == SignatureReason.FORM


def test_a_transform_with_content(genuine):
    transform = next(genuine.iter(q(DS, "Transform")))
    etree.SubElement(transform, q(DS, "XPath")).text = "not(.)"
    assert reason(genuine) == SignatureReason.FORM


def test_an_element_that_is_no_transform(genuine):
    next(genuine.iter(q(DS, "Transform"))).tag = q(DS, "Transfer")
    assert reason(genuine) == SignatureReason.FORM


@pytest.mark.parametrize(
    "tag", ["{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces", q(DS, "XPath")]
)
def test_other_content_than_one_prefix_list_in_the_second_transform(genuine, tag):
    etree.SubElement(list(genuine.iter(q(DS, "Transform")))[1], tag)
    assert reason(genuine) == SignatureReason.FORM


def _envelope(*assertions, body=""):
    head = "".join(etree.tostring(one, encoding="unicode") for one in assertions)
    return (
        '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:wsa="http://www.w3.org/2005/08/addressing"><env:Header><wsa:Action>urn:a</wsa:Action>'
        "<wsa:MessageID>urn:uuid:1</wsa:MessageID><wsse:Security xmlns:wsse="
        '"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
        f"{head}</wsse:Security></env:Header><env:Body><x:x xmlns:x='urn:x'>{body}</x:x>"
        "</env:Body></env:Envelope>"
    ).encode()


def test_an_evil_sibling_with_the_same_id_in_the_envelope(genuine, evil):
    evil.set("ID", HCP.id)
    for order in ((evil, genuine), (genuine, evil)):
        with pytest.raises(NotValid) as caught:
            soap.read(_envelope(*order))
        assert caught.value.kind is NotValidKind.SIGNATURE


def test_a_copy_of_the_assertion_elsewhere_in_the_envelope(genuine):
    with pytest.raises(NotValid) as caught:
        soap.read(_envelope(genuine, body=etree.tostring(genuine, encoding="unicode")))
    assert caught.value.kind is NotValidKind.SIGNATURE


def test_an_evil_sibling_with_its_own_id_is_not_covered(genuine, evil):
    message = soap.read(_envelope(evil, genuine))
    with pytest.raises(Untrusted) as caught:
        xmldsig.verified(message.assertions[0], seal().certificate)
    assert caught.value.reason == SignatureReason.MISSING
    assert xmldsig.verified(message.assertions[1], seal().certificate).get("ID") == HCP.id


def test_a_signature_of_one_assertion_put_on_another():
    hcp, trc = parse(signed(HCP)), parse(signed(TRC))
    trc.replace(trc[1], hcp[1])
    assert reason(trc) == SignatureReason.COVERAGE


def test_a_digest_replaced_by_that_of_the_changed_content(genuine):
    other = parse(signed(HCP, name_id="evil"))
    name = genuine.find(f"{q(SAML, 'Subject')}/{q(SAML, 'NameID')}")
    name.text = "evil"
    next(genuine.iter(q(DS, "DigestValue"))).text = next(other.iter(q(DS, "DigestValue"))).text
    assert reason(genuine) == SignatureReason.INVALID
