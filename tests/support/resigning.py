"""Signing an assertion again in the very form it has: prefixes, white space and prefix list stay as they are.

Written with lxml and cryptography alone, so that no code of ours decides what a foreign signature looks like.
"""

from __future__ import annotations

import base64
from copy import deepcopy
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from schemas.namespaces import DS, EC, q
from schemas.xml import standalone


def resigned(assertion, pair) -> bytes:
    """The bytes of a signed assertion whose content was changed, signed by `pair` in the same form."""
    tree = standalone(assertion)
    signature = tree.find(q(DS, "Signature"))
    prefixes = next(iter(signature.iter(q(EC, "InclusiveNamespaces")))).get("PrefixList").split()
    reference = signature.find(f"{q(DS, 'SignedInfo')}/{q(DS, 'Reference')}")
    reference.set("URI", f"#{tree.get('ID')}")
    digest = sha256(_canonical(_without_signature(tree), prefixes)).digest()
    _put(reference, "DigestValue", digest)
    signed_info = _canonical(signature.find(q(DS, "SignedInfo")))
    _put(signature, "SignatureValue", pair.key.sign(signed_info, PKCS1v15(), hashes.SHA256()))
    _put(
        signature.find(f"{q(DS, 'KeyInfo')}/{q(DS, 'X509Data')}"),
        "X509Certificate",
        pair.certificate.public_bytes(Encoding.DER),
    )
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=False)


def _without_signature(tree):
    """What the enveloped-signature transform leaves: the signature goes, the white space after it stays."""
    copy = deepcopy(tree)
    signature = copy.find(q(DS, "Signature"))
    before = signature.getprevious()
    before.tail = (before.tail or "") + (signature.tail or "")
    copy.remove(signature)
    return copy


def _canonical(el, prefixes=()) -> bytes:
    return etree.tostring(
        el, method="c14n", exclusive=True, inclusive_ns_prefixes=list(prefixes), with_tail=False
    )


def _put(parent, name: str, value: bytes) -> None:
    parent.find(q(DS, name)).text = base64.b64encode(value).decode()
