"""Signatures in forms that are not ours, and why one is refused."""

import pytest
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import SignatureReference, XMLSigner

from ncp.wire import xmldsig
from ncp.wire.errors import Untrusted
from schemas.namespaces import DS, EC, SAML, q
from tests.support.keys import seal

C14N = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


def reason(data: bytes, certificate=None) -> str:
    with pytest.raises(Untrusted) as caught:
        xmldsig.verified(data, certificate or seal().certificate)
    return caught.value.reason


def foreign(tree, *, c14n=C14N, method=SignatureMethod.RSA_SHA256, digest=DigestAlgorithm.SHA256, **more):
    """A signature in another form than ours, made with the library's own signer."""
    pair = seal()
    tree.insert(1, etree.Element(q(DS, "Signature"), {"Id": "placeholder"}, nsmap={"ds": DS}))
    signer = XMLSigner(signature_algorithm=method, digest_algorithm=digest, c14n_algorithm=c14n)
    options = {"reference_uri": f"#{tree.get('ID')}", "id_attribute": "ID", "cert": [pair.certificate]} | more
    return etree.tostring(signer.sign(tree, key=pair.key, **options), encoding="UTF-8")


class _WithPrefixList(XMLSigner):
    """signxml 5.2 leaves the prefix list off an enveloped Transform, where verifiers look for it."""

    def _build_transforms_for_reference(self, *, transforms_node, reference, **more):
        super()._build_transforms_for_reference(transforms_node=transforms_node, reference=reference, **more)
        if reference.inclusive_ns_prefixes:
            prefixes = etree.SubElement(transforms_node[-1], q(EC, "InclusiveNamespaces"), nsmap={"ec": EC})
            prefixes.set("PrefixList", " ".join(reference.inclusive_ns_prefixes))


def library_signed(tree, prefixes: list[str] | None) -> bytes:
    """Our own form of signature, but made by signxml."""
    pair = seal()
    tree.find(q(SAML, "Issuer")).addnext(
        etree.Element(q(DS, "Signature"), {"Id": "placeholder"}, nsmap={"ds": DS})
    )
    signer = _WithPrefixList(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=C14N,
    )
    reference = SignatureReference(URI=f"#{tree.get('ID')}", c14n_method=C14N, inclusive_ns_prefixes=prefixes)
    signed = signer.sign(
        tree, key=pair.key, cert=[pair.certificate], reference_uri=[reference], id_attribute="ID"
    )
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=False)
