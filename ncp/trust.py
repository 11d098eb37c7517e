"""Whom we talk to: the TLS context of each peer and our own look at the certificate it presents.

OpenSSL checks chain, host name and dates during the handshake; then, on each new connection and before a byte
of a request is sent, `ncp.wire.certificates` checks what OpenSSL does not: key usage, extended key usage,
strength, revocation, and that the certificate is that country's.
"""

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ncp.directory import Endpoint
from ncp.own import Own
from ncp.wire import certificates
from ncp.wire.errors import ErrorCode, Untrusted

# TLS 1.2 with forward secrecy and AES-GCM only; TLS 1.3 keeps the library's suites. Source: wire.md 1.1.
CIPHERS_12 = "ECDHE+AESGCM"

# X509_V_ERR_* of OpenSSL, in the reason codes of the trust specification, 1.3.
_REASONS = {
    9: "CERT_NOT_YET_VALID",
    10: "CERT_EXPIRED",
    18: "CERT_UNTRUSTED",
    19: "CERT_UNTRUSTED",
    20: "CERT_UNTRUSTED",
    21: "CERT_UNTRUSTED",
    23: "CERT_REVOKED",
    24: "CERT_BAD_CHAIN",
    25: "CERT_BAD_CHAIN",
    26: "CERT_EKU",
    62: "CERT_HOSTNAME",
    64: "CERT_HOSTNAME",
    66: "CERT_WEAK",
    67: "CERT_WEAK",
    68: "CERT_WEAK",
}


def refused_by_openssl(error: ssl.SSLCertVerificationError, peer: str) -> Untrusted:
    """The handshake failed on the peer's certificate."""
    reason = _REASONS.get(error.verify_code, "CERT_UNTRUSTED")
    text = f"certificate of {peer}: {error.verify_message or error.reason}"
    return Untrusted(text, ErrorCode.SEC_GENERIC, reason=reason)


class Trust:
    """TLS contexts, one per peer and built once, and the check of what a peer presents. Thread-safe."""

    def __init__(self, own: Own, clock: Callable[[], datetime]) -> None:
        self._own = own
        self._clock = clock
        self._lock = Lock()
        self._contexts: dict[tuple[x509.Certificate, ...], ssl.SSLContext] = {}
        self._lists: dict[Path, tuple[int, x509.CertificateRevocationList]] = {}

    def context(self, endpoint: Endpoint) -> ssl.SSLContext:
        """The context that trusts this peer's anchors and nobody else's.

        Raises: Untrusted: our own key pair cannot be loaded.
        """
        with self._lock:
            known = self._contexts.get(endpoint.anchors)
            if known is None:
                known = self._contexts[endpoint.anchors] = self._build(endpoint)
            return known

    def _build(self, endpoint: Endpoint) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and host name
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS_12)
        context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        # The anchor is the country's own authority, not a root above several countries.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(
            cadata="".join(anchor.public_bytes(Encoding.PEM).decode() for anchor in endpoint.anchors)
        )
        try:
            context.load_cert_chain(self._own.tls_chain, self._own.tls_key)
        except (OSError, ValueError) as error:
            raise Untrusted("our own TLS key pair cannot be loaded", ErrorCode.SEC_GENERIC) from error
        return context

    def check(
        self, connection: ssl.SSLSocket, endpoint: Endpoint
    ) -> tuple[x509.Certificate, tuple[str, ...]]:
        """The peer's certificate, once everything about it holds, and what is to be recorded as a warning.

        Raises: Untrusted: with the reason code of the trust specification, 1.3.
        """
        leaf, *above = _presented(connection)
        warnings = certificates.check(
            leaf,
            intermediates=above,
            anchors=endpoint.anchors,
            role=certificates.CertificateRole.TLS_SERVER,
            now=self._clock(),
            host=endpoint.server_name,
            country=endpoint.country,
            eku_lenient=endpoint.eku_lenient,
            crls=self._revocation_lists(),
        )
        return leaf, warnings

    def _revocation_lists(self) -> tuple[x509.CertificateRevocationList, ...]:
        """Every list in our folder; a file is read again when it has changed."""
        lists = []
        for path in sorted(self._own.revocation_lists.glob("*.crl")):
            try:
                changed = path.stat().st_mtime_ns
                read, held = self._lists.get(path, (None, None))
                if held is None or read != changed:
                    held = x509.load_pem_x509_crl(path.read_bytes())
                    self._lists[path] = changed, held
            except (OSError, ValueError) as error:
                raise Untrusted(
                    f"revocation list {path.name} cannot be read",
                    ErrorCode.SEC_GENERIC,
                    reason="CERT_REVOCATION_UNKNOWN",
                ) from error
            lists.append(held)
        return tuple(lists)


def _presented(connection: ssl.SSLSocket) -> list[x509.Certificate]:
    """Leaf first. Raises: Untrusted: nothing readable was presented."""
    try:
        if hasattr(connection, "get_unverified_chain"):  # public from Python 3.13
            ders = list(connection.get_unverified_chain())
        else:
            inner = connection._sslobj  # type: ignore[attr-defined]
            # 2 is _ssl.ENCODING_DER
            ders = [each.public_bytes(2) for each in inner.get_unverified_chain() or ()]
        chain = [x509.load_der_x509_certificate(der) for der in ders]
    except ValueError as error:
        raise Untrusted(
            "the presented certificate cannot be read", ErrorCode.SEC_GENERIC, reason="CERT_MALFORMED"
        ) from error
    if not chain:
        raise Untrusted("no certificate presented", ErrorCode.SEC_GENERIC, reason="CERT_MALFORMED")
    return chain
