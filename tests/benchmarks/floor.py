"""The floor: what one whole job costs when nothing but bare library calls is paid for.

Two RSA-2048 signatures, three kept-alive mutual-TLS calls to canned answers, one hardened parse, one XSD run,
a dictionary look-up and a copy of each coded element, one flat template. No checks, no audit, no model.
Source: performance.md 2 and 4 (P3), with the keys the product uses.
"""

import copy
import http.client
from collections.abc import Callable
from dataclasses import dataclass

import jinja2
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner

TEMPLATE = jinja2.Environment(autoescape=True).from_string(
    "<html><body><table>{% for code, system, text in rows %}"
    "<tr><td>{{ code }}</td><td>{{ system }}</td><td>{{ text }}</td></tr>{% endfor %}</table></body></html>"
)


@dataclass(frozen=True)
class Canned:
    """What the floor works on: the bytes that one recorded job sent and received."""

    assertions: tuple[bytes, bytes]
    calls: tuple[tuple[str, bytes], ...]  # path, request envelope
    document: bytes
    key: rsa.RSAPrivateKey  # loaded: reading a key from PEM costs more than signing with it
    certificate_pem: str


def signed(assertion: bytes, key: rsa.RSAPrivateKey, certificate: str) -> bytes:
    """One enveloped RSA-SHA256 signature by the library alone."""
    root = etree.fromstring(assertion)
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    result = signer.sign(root, key=key, cert=certificate, reference_uri=root.get("ID"), id_attribute="ID")
    return etree.tostring(result)


def job(
    canned: Canned,
    connection: http.client.HTTPSConnection,
    schema: etree.XMLSchema,
    texts: dict[tuple[str, str], str],
    parser: etree.XMLParser,
) -> int:
    """One floor job. Returns the number of characters of the page."""
    for assertion in canned.assertions:
        signed(assertion, canned.key, canned.certificate_pem)
    for path, body in canned.calls:
        connection.request("POST", path, body, {"Content-Type": "application/soap+xml"})
        connection.getresponse().read()
    root = etree.fromstring(canned.document, parser)
    schema.validate(root)
    rows = []
    for element in root.iter("{urn:hl7-org:v3}*", "{urn:hl7-org:pharm}*"):
        code = element.get("code")
        if code is not None:
            system = element.get("codeSystem", "")
            text = texts.get((system, code), element.get("displayName", ""))
            copy.copy(element)
            rows.append((code, system, text))
    return len(TEMPLATE.render(rows=rows))


def prepared(
    canned: Canned,
    connection: http.client.HTTPSConnection,
    schema: etree.XMLSchema,
    texts: dict[tuple[str, str], str],
) -> Callable[[], int]:
    """A floor job ready to be called again and again on one connection."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)
    return lambda: job(canned, connection, schema, texts, parser)
