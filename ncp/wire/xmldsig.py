"""XML signatures on SAML assertions: one pinned profile, written from a template, verified by signxml.

The profile has one form, so what is signed is a canonical text with five values in it. Library defaults
never decide about what is read: `xmldsig_profile` judges the form first, then signxml the values, and callers
read only what `verified` returns. Source: wire specification 2.4; SAML 2.0 core, 5.4.
"""

import base64
import hashlib
import logging
import re
from functools import lru_cache
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.etree import _Element as Element
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from ncp.wire.errors import Untrusted
from ncp.wire.xmldsig_profile import (
    ENVELOPED,
    EXC_C14N,
    RSA_SHA256,
    SHA256,
    SignatureReason,
    check_form,
    single_certificate,
)
from schemas.namespaces import DS, EC, SAML, XSD, q
from schemas.xml import XmlRefused, parse, standalone

__all__ = ["SignatureReason", "embedded_certificate", "sign", "verified"]

# signxml writes whatever it canonicalises, and so the patient's identifier, into its debug log.
logging.getLogger("signxml").setLevel(logging.INFO)

_PREFIX = "xsd"


_ID: Final = re.compile(r"[^\W\d][\w.-]*")  # xs:ID: nothing in it has to be escaped
_DSIG: Final = f'xmlns:ds="{DS}"'
_TRANSFORM_LIST: Final = (
    f'<ec:InclusiveNamespaces xmlns:ec="{EC}" PrefixList="{_PREFIX}"></ec:InclusiveNamespaces>'
)
# In canonical form, because these bytes are what is signed: no white space, no empty-element tags.
_SIGNED_INFO: Final = (
    f"<ds:SignedInfo {_DSIG}>"
    f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
    f'<ds:SignatureMethod Algorithm="{RSA_SHA256}"></ds:SignatureMethod>'
    '<ds:Reference URI="#{id}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
    f'<ds:Transform Algorithm="{EXC_C14N}">{{prefixes}}</ds:Transform></ds:Transforms>'
    f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_SIGNATURE: Final = (
    f"<ds:Signature {_DSIG}>{{signed_info}}<ds:SignatureValue>{{value}}</ds:SignatureValue>"
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>"
    "</ds:KeyInfo></ds:Signature>"
)


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
    own_id = assertion.get("ID") or ""
    if assertion.tag != q(SAML, "Assertion") or issuer is None or not _ID.fullmatch(own_id):
        raise ValueError("not an assertion with ID and Issuer")
    if next(assertion.iter(q(DS, "Signature"), etree.Comment, etree.ProcessingInstruction), None) is not None:
        raise ValueError("the assertion is signed already or holds a comment or processing instruction")
    # The prefix is used in content (xsi:type="xsd:string"), where exclusive c14n does not see it.
    prefixes = [_PREFIX] if assertion.nsmap.get(_PREFIX) == XSD else None
    covered = etree.tostring(assertion, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes)
    signed_info = _SIGNED_INFO.format(
        id=own_id,
        prefixes=_TRANSFORM_LIST if prefixes else "",
        digest=_base64(hashlib.sha256(covered).digest()),
    )
    value = key.sign(signed_info.encode(), PKCS1v15(), hashes.SHA256())
    signature = _SIGNATURE.format(
        signed_info=signed_info, value=_base64(value), certificate=_pem_body(certificate)
    )
    issuer.addnext(parse(signature.encode()))
    return etree.tostring(assertion, encoding="UTF-8", xml_declaration=False)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@lru_cache(maxsize=8)
def _pem_body(certificate: x509.Certificate) -> str:
    """The lines of a PEM file between its first and its last."""
    return certificate.public_bytes(Encoding.PEM).decode().partition("\n")[2].partition("-----")[0]


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
