"""XML signatures on SAML assertions: one pinned profile, made and verified by signxml.

Library defaults never decide: `xmldsig_profile` judges the form first, then signxml the values, and callers
read only what `verified` returns. Source: wire specification 2.4; SAML 2.0 core, 5.4.
"""

import base64
import logging
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.etree import _Element as Element
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.signer import SignatureReference, XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from ncp.wire.errors import Untrusted
from ncp.wire.xmldsig_profile import SignatureReason, check_form, single_certificate
from schemas.namespaces import DS, EC, SAML, XSD, q
from schemas.xml import XmlRefused, parse, standalone

__all__ = ["SignatureReason", "embedded_certificate", "sign", "verified"]

# signxml writes whatever it canonicalises, and so the patient's identifier, into its debug log.
logging.getLogger("signxml").setLevel(logging.INFO)

_EXC_C14N = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
_PREFIX = "xsd"


class _Signer(XMLSigner):
    """signxml 5.2 leaves the prefix list off an enveloped Transform, where verifiers look for it."""

    def _build_transforms_for_reference(
        self,
        *,
        transforms_node: Element,
        reference: SignatureReference,
        exclude_c14n_transform_element: bool = True,
    ) -> None:
        super()._build_transforms_for_reference(
            transforms_node=transforms_node,
            reference=reference,
            exclude_c14n_transform_element=exclude_c14n_transform_element,
        )
        if reference.inclusive_ns_prefixes:
            prefixes = etree.SubElement(transforms_node[-1], q(EC, "InclusiveNamespaces"), nsmap={"ec": EC})
            prefixes.set("PrefixList", " ".join(reference.inclusive_ns_prefixes))


def sign(el: Element, *, key: RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    """Sign an assertion with the seal key of the contact point.

    Args:    el: an unsigned saml:Assertion with an `ID` and an Issuer; it is not changed.
    Returns: the exact bytes to put into an envelope and to keep: UTF-8 without XML declaration.
    Raises:  ValueError: not an unsigned assertion, or the key is not that of the certificate.
    """
    if key.public_key() != certificate.public_key():
        raise ValueError("the key does not belong to the certificate")
    assertion = standalone(el)
    issuer = assertion.find(q(SAML, "Issuer"))
    if assertion.tag != q(SAML, "Assertion") or issuer is None or not assertion.get("ID"):
        raise ValueError("not an assertion with ID and Issuer")
    if next(assertion.iter(q(DS, "Signature"), etree.Comment, etree.ProcessingInstruction), None) is not None:
        raise ValueError("the assertion is signed already or holds a comment or processing instruction")
    issuer.addnext(etree.Element(q(DS, "Signature"), {"Id": "placeholder"}, nsmap={"ds": DS}))
    # The prefix is used in content (xsi:type="xsd:string"), where exclusive c14n does not see it.
    prefixes = [_PREFIX] if assertion.nsmap.get(_PREFIX) == XSD else None
    signer = _Signer(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=_EXC_C14N,
    )
    reference = SignatureReference(
        URI=f"#{assertion.get('ID')}", c14n_method=_EXC_C14N, inclusive_ns_prefixes=prefixes
    )
    signed = signer.sign(assertion, key=key, cert=[certificate], reference_uri=[reference], id_attribute="ID")
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=False)


def _expected(signer: x509.Certificate) -> SignatureConfiguration:
    """What a signature must be; location, count and algorithms are never left to the library.

    The validity of the certificate is judged with the caller's clock by `certificates.check`; giving
    signxml the first second of its life keeps the wall clock out of here.
    """
    return SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=1,
        signature_methods=frozenset({SignatureMethod.RSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        verification_time=signer.not_valid_before_utc,
    )


def verified(data: bytes | Element, signer: x509.Certificate) -> Element:
    """Return the signed element, rebuilt from the signed bytes; read nothing else afterwards.

    The element returned has no ds:Signature child: it is exactly what was signed.

    Args:    data: a signed assertion, alone or still inside its envelope.
             signer: the certificate whose trust has been established (`certificates.check`).
    Raises:  Untrusted: with a `SignatureReason` as reason.
    """
    assertion = _document(data)
    check_form(assertion)
    if embedded_certificate(assertion) != signer:
        raise Untrusted("signed with another certificate", reason=SignatureReason.SIGNER)
    try:
        result = XMLVerifier().verify(
            assertion, x509_cert=signer, id_attribute="ID", expect_config=_expected(signer)
        )
    except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise Untrusted(
            f"the signature does not hold ({type(error).__name__})", reason=SignatureReason.INVALID
        ) from error
    signed: Any = None if isinstance(result, list) else result.signed_xml
    if signed is None or signed.tag != assertion.tag or signed.get("ID") != assertion.get("ID"):
        raise Untrusted("the signature does not cover this element", reason=SignatureReason.COVERAGE)
    element: Element = signed
    return element


def embedded_certificate(el: Element) -> x509.Certificate:
    """The one certificate in the KeyInfo of the assertion's own signature. It proves nothing by itself.

    Raises:  Untrusted: there is none, there are several, or it cannot be read.
    """
    text = single_certificate(el)
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        certificate.public_bytes(Encoding.DER)
    except ValueError as error:
        raise Untrusted("the embedded certificate cannot be read", reason="CERT_MALFORMED") from error
    return certificate


def _document(data: bytes | Element) -> Element:
    """The assertion as a document of its own; cutting from a larger tree may lose namespace context."""
    try:
        return parse(data) if isinstance(data, bytes) else standalone(data)
    except XmlRefused as error:
        raise Untrusted(f"not acceptable as XML: {error.reason}", reason=SignatureReason.FORM) from error
