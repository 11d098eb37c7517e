"""Whom a member state believes: anchors by role and country, and revocation lists, from its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from cryptography import x509

from ncp.wire import certificates
from ncp.wire.certificates import CertificateRole
from ncp.wire.errors import Untrusted


@dataclass(frozen=True, slots=True)
class Trust:
    """Immutable; loaded at start and again when the revocation lists change."""

    tls: Mapping[str, tuple[x509.Certificate, ...]]  # anchors by ISO code
    seal: Mapping[str, tuple[x509.Certificate, ...]]
    crls: Sequence[x509.CertificateRevocationList]

    def check_client(self, leaf: x509.Certificate, now: datetime) -> tuple[str, tuple[str, ...]]:
        """The country of a TLS client certificate, and what is to be recorded of it.  Raises: Untrusted."""
        country = certificates.country_of(leaf)
        return country, self._check(leaf, CertificateRole.TLS_CLIENT, self.tls, country, now)

    def check_seal(self, leaf: x509.Certificate, country: str, now: datetime) -> None:
        """The signer of an assertion must hold a seal of `country`.  Raises: Untrusted."""
        self._check(leaf, CertificateRole.SEAL, self.seal, country, now)

    def _check(
        self,
        leaf: x509.Certificate,
        role: CertificateRole,
        trusted: Mapping[str, tuple[x509.Certificate, ...]],
        country: str,
        now: datetime,
    ) -> tuple[str, ...]:
        if not (anchors := trusted.get(country)):
            raise Untrusted(f"no trust anchor for {country[:2]!r}", reason="CERT_UNTRUSTED")
        return certificates.check(
            leaf,
            intermediates=(),
            anchors=anchors,
            role=role,
            now=now,
            country=country,
            crls=self.crls,
            # Unknown is a soft failure for TLS, a hard one for a seal.
            revocation_required=role is CertificateRole.SEAL,
        )


def load(party: Path) -> Trust:
    """Read `trust/{tls,seal}/*.crt` and `crl/*.crl` of one party.

    Raises: OSError, ValueError: a file cannot be read or is not PEM.
    """
    return Trust(
        tls=_anchors_in(party / "trust" / "tls"),
        seal=_anchors_in(party / "trust" / "seal"),
        crls=tuple(
            x509.load_pem_x509_crl(path.read_bytes()) for path in sorted((party / "crl").glob("*.crl"))
        ),
    )


def _anchors_in(folder: Path) -> Mapping[str, tuple[x509.Certificate, ...]]:
    found = {
        path.stem.upper(): tuple(x509.load_pem_x509_certificates(path.read_bytes()))
        for path in sorted(folder.glob("*.crt"))
    }
    if not found:
        raise ValueError(f"no trust anchors in {folder.parent.name}/{folder.name}")
    return MappingProxyType(found)
