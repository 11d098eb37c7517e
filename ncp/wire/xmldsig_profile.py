"""The form that the signature of an assertion must have, judged before any value is computed.

Each rule closes a known way to make a verifier and a reader look at different things. Source: SAML 2.0
core 5.4.2 to 5.4.6; wire specification 2.4.
"""

from enum import StrEnum

from lxml import etree
from lxml.etree import _Element as Element

from ncp.wire.errors import Untrusted
from schemas.namespaces import DS, EC, SAML, q

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_TRANSFORMS = (
    [ENVELOPED, EXC_C14N],
    # Comments are refused anyway, so this canonicalisation yields the same bytes.
    [ENVELOPED, f"{EXC_C14N}WithComments"],
)
_ID_ATTRIBUTES = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")


class SignatureReason(StrEnum):
    """Stable reason words for the audit trail and the operator."""

    MISSING = "SIGNATURE_MISSING"
    FORM = "SIGNATURE_FORM"
    ALGORITHM = "SIGNATURE_ALGORITHM"
    SIGNER = "SIGNATURE_SIGNER"
    INVALID = "SIGNATURE_INVALID"
    COVERAGE = "SIGNATURE_COVERAGE"


def check_form(assertion: Element) -> None:
    """Check the form of the one signature of an assertion that is a document of its own.

    Raises:  Untrusted: with the reason MISSING, FORM, ALGORITHM or COVERAGE.
    """
    if assertion.tag != q(SAML, "Assertion"):
        raise _form("the signed element is not a saml:Assertion")
    if next(assertion.iter(etree.Comment, etree.ProcessingInstruction), None) is not None:
        raise _form("a comment or processing instruction inside the assertion")
    _unique_ids(assertion)
    signature = _own_signature(assertion)
    _children(signature, "SignedInfo", "SignatureValue", "KeyInfo")
    signed_info = signature[0]
    _children(signed_info, "CanonicalizationMethod", "SignatureMethod", "Reference")
    _algorithm(signed_info[0], EXC_C14N)
    _algorithm(signed_info[1], RSA_SHA256)
    _reference(signed_info[2], assertion.get("ID", ""))


def single_certificate(assertion: Element) -> str:
    """Base64 of the only certificate in the signature's KeyInfo.

    Raises:  Untrusted: anything but one X509Data with one X509Certificate is there.
    """
    key_info = _own_signature(assertion).find(q(DS, "KeyInfo"))
    if key_info is None:
        raise _form("KeyInfo is missing")
    _children(key_info, "X509Data")
    _children(key_info[0], "X509Certificate")
    return key_info[0][0].text or ""


def _form(text: str) -> Untrusted:
    return Untrusted(f"signature: {text}", reason=SignatureReason.FORM)


def _unique_ids(assertion: Element) -> None:
    seen: set[str] = set()
    for el in assertion.iter(etree.Element):
        for name in _ID_ATTRIBUTES:
            if (value := el.get(name)) is None:
                continue
            if value in seen:
                raise _form("an ID occurs twice")
            seen.add(value)


def _own_signature(assertion: Element) -> Element:
    """The only ds:Signature in the assertion, a child of it, with no ds:Object to hide things in."""
    signatures = list(assertion.iter(q(DS, "Signature")))
    if not signatures:
        raise Untrusted("the assertion is not signed", reason=SignatureReason.MISSING)
    if len(signatures) > 1:
        raise _form("more than one signature")
    if signatures[0].getparent() is not assertion:
        raise _form("the signature is not a child of the assertion")
    if next(assertion.iter(q(DS, "Object")), None) is not None:
        raise _form("ds:Object inside the assertion")
    return signatures[0]


def _children(parent: Element, *names: str) -> None:
    """Exactly these children, once each and in this order."""
    if [child.tag for child in parent] != [q(DS, name) for name in names]:
        raise _form(f"{etree.QName(parent).localname} must hold {', '.join(names)} and nothing else")


def _algorithm(el: Element, expected: str) -> None:
    if el.get("Algorithm") != expected:
        name, found = etree.QName(el).localname, (el.get("Algorithm") or "")[:100]
        raise Untrusted(f"signature: {name} {found!r} is not accepted", reason=SignatureReason.ALGORITHM)


def _reference(reference: Element, own_id: str) -> None:
    if not own_id or reference.get("URI") != f"#{own_id}":
        raise Untrusted("the signature does not refer to this assertion", reason=SignatureReason.COVERAGE)
    _children(reference, "Transforms", "DigestMethod", "DigestValue")
    transforms = list(reference[0])
    if [transform.get("Algorithm") for transform in transforms] not in _TRANSFORMS:
        raise _form("transforms must be enveloped-signature and exclusive c14n")
    if any(transform.tag != q(DS, "Transform") for transform in transforms) or len(transforms[0]):
        raise _form("a transform with content")
    if any(child.tag != q(EC, "InclusiveNamespaces") for child in transforms[-1]) or len(transforms[-1]) > 1:
        raise _form("a transform with other content than one prefix list")
    _algorithm(reference[1], SHA256)
