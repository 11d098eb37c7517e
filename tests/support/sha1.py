"""Certificates signed with SHA-1: the library refuses to make them, so the DER is rebuilt by hand."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

# AlgorithmIdentifier of sha256WithRSAEncryption and sha1WithRSAEncryption: equally long.
_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")
_SHA1 = bytes.fromhex("300d06092a864886f70d0101050500")


def resigned_with_sha1(certificate: x509.Certificate, key: RSAPrivateKey) -> x509.Certificate:
    """The same certificate, signed by `key` with SHA-1 instead of SHA-256."""
    body = certificate.tbs_certificate_bytes.replace(_SHA256, _SHA1, 1)
    signature = key.sign(body, PKCS1v15(), hashes.SHA1())
    whole = certificate.public_bytes(Encoding.DER)
    start = whole.index(certificate.tbs_certificate_bytes)
    head, tail = whole[:start], whole[start + len(body) :].replace(_SHA256, _SHA1, 1)
    return x509.load_der_x509_certificate(head + body + tail.replace(certificate.signature, signature))
