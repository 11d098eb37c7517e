"""Signatures in forms that are not ours, and why one is refused."""

import pytest
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from ncp.wire import xmldsig
from ncp.wire.errors import Untrusted
from schemas.namespaces import DS, q
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
