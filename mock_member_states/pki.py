"""The hierarchy of trust of the simulated Europe, on disk: made once, kept, never in git.

```
Sim Root CA (RSA 4096)
 ├─ Central CA                       signs for the central services (service metadata, audit)
 └─ NO CA, PT CA, FI CA, CZ CA       one per country: TLS, SEAL
```

Layout below the folder (lower-case country codes):

```
ca/<name>.{crt,key}                  the authorities: sim-root, central, no, pt ...
<cc>/{tls,seal}.{crt,key}            the contact point's two key pairs (keys have mode 0600)
<cc>/tls.chain                       what a TLS side presents: leaf, then its country's authority
<cc>/trust/{tls,seal,smp}/<cc>.crt   anchors by role and country: that country's authority alone
<cc>/crl/<name>.crl                  revocation lists of every authority (PEM, seven days)
```

An anchor is the country's own intermediate, not the root: with the root as anchor every country could speak
for every other. OpenSSL needs `VERIFY_X509_PARTIAL_CHAIN` for that.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mock_member_states import atomic_file
from mock_member_states.certificate_issuing import (
    LeafProfile,
    Pair,
    Role,
    authority,
    leaf,
    revocation_list,
    root,
)

ROOT = "sim-root"
CENTRAL = "central"
TREATING = "no"
_RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pki:
    """Where everything lies. Reading is cheap; nothing is cached."""

    folder: Path

    def party(self, country: str) -> Path:
        return self.folder / country.lower()

    def authority(self, name: str) -> Pair:
        """An authority with its key, for issuing.  Raises: OSError, ValueError: not there or not readable."""
        return read_pair(
            self.folder / "ca" / f"{name.lower()}.crt", self.folder / "ca" / f"{name.lower()}.key"
        )

    def identity(self, country: str, role: Role) -> Pair:
        """A contact point's own key pair.  Raises: OSError, ValueError: as above."""
        return read_pair(self.party(country) / f"{role}.crt", self.party(country) / f"{role}.key")


def read_pair(certificate: Path, key: Path) -> Pair:
    """A certificate and its key from PEM files.

    Raises: OSError: a file is missing. ValueError: not PEM, not RSA, or the two do not belong together.
    """
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    public = x509.load_pem_x509_certificate(certificate.read_bytes())
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError(f"{key.name}: not an RSA key")
    if public.public_key() != private.public_key():
        raise ValueError(f"{certificate.name} does not belong to {key.name}")
    return Pair(private, public)


def ensure(folder: Path, countries: Sequence[str], now: datetime) -> tuple[Pki, list[str]]:
    """Make what is missing, damaged or about to run out, keep the rest, and renew the revocation lists.

    Args:    countries: member states (ISO codes); Norway is always there.
    Returns: the hierarchy and the names of the key pairs that were made now ([] = everything was there).
    Raises:  OSError: the folder cannot be written.
    """
    pki = Pki(folder)
    parties = sorted({TREATING, *(country.lower() for country in countries)})
    made: list[str] = []
    with _alone(folder):
        top = _kept(pki, "ca", ROOT, now) or _new_authority(pki, ROOT, None, now, made)
        for name in (CENTRAL, *parties):
            ca = _kept(pki, "ca", name, now, issuer=top) or _new_authority(pki, name, top, now, made)
            if name != CENTRAL:
                _ensure_party(pki, name, ca, now, made)
        _share_trust(pki, parties)
        renew_revocation_lists(pki, parties, now)
    return pki, made


def renew_revocation_lists(pki: Pki, parties: Sequence[str], now: datetime) -> None:
    """Issue every authority's list anew, with the revocations it holds, and give it to every party."""
    for name in (ROOT, CENTRAL, *parties):
        held = pki.folder / "ca" / f"{name}.crl"
        revoked = _revoked(held)
        content = revocation_list(pki.authority(name), now, revoked)
        for path in (held, *(pki.party(party) / "crl" / f"{name}.crl" for party in parties)):
            atomic_file.write(path, content)


def revoke(
    pki: Pki, country: str, certificate: x509.Certificate, parties: Sequence[str], now: datetime
) -> None:
    """Put a certificate on its country's revocation list and give the list to every party."""
    name = country.lower()
    held = pki.folder / "ca" / f"{name}.crl"
    revoked = {*_revoked(held), certificate.serial_number}
    content = revocation_list(pki.authority(name), now, sorted(revoked))
    for path in (held, *(pki.party(party) / "crl" / f"{name}.crl" for party in parties)):
        atomic_file.write(path, content)


def _revoked(path: Path) -> list[int]:
    if not path.exists():
        return []
    return [entry.serial_number for entry in x509.load_pem_x509_crl(path.read_bytes())]


def _kept(pki: Pki, folder: str, name: str, now: datetime, *, issuer: Pair | None = None) -> Pair | None:
    """The pair on disk if it can still be used; None means: make a new one."""
    where = pki.folder / folder
    try:
        pair = read_pair(where / f"{name}.crt", where / f"{name}.key")
    except (OSError, ValueError):
        return None
    certificate = pair.certificate
    if certificate.not_valid_after_utc < now + _RENEW_BEFORE or certificate.not_valid_before_utc > now:
        return None
    if issuer is not None:
        try:
            certificate.verify_directly_issued_by(issuer.certificate)
        except (ValueError, TypeError, InvalidSignature):  # not this issuer's: made anew
            return None
    return pair


def _new_authority(pki: Pki, name: str, top: Pair | None, now: datetime, made: list[str]) -> Pair:
    if top is None:
        pair = root("Sim Root CA", now)
    elif name == CENTRAL:
        pair = authority(top, None, "Central CA", now)
    else:
        pair = authority(top, name, f"{name.upper()} CA", now)
    _save(pki.folder / "ca", name, pair)
    (pki.folder / "ca" / f"{name}.crl").unlink(missing_ok=True)  # signed by the key that is gone
    made.append(f"ca/{name}")
    return pair


def _ensure_party(pki: Pki, country: str, ca: Pair, now: datetime, made: list[str]) -> None:
    for role in Role:
        pair = _kept(pki, country, role, now, issuer=ca)
        if pair is None:
            pair = leaf(ca, LeafProfile(country, role), now)
            _save(pki.party(country), role, pair)
            made.append(f"{country}/{role}")
        if role is Role.TLS:
            chain = pair.certificate_pem() + ca.certificate_pem()
            _write_if_changed(pki.party(country) / "tls.chain", chain)


def _share_trust(pki: Pki, parties: Sequence[str]) -> None:
    central = (pki.folder / "ca" / f"{CENTRAL}.crt").read_bytes()
    for party in parties:
        trust = pki.party(party) / "trust"
        for other in parties:
            anchor = (pki.folder / "ca" / f"{other}.crt").read_bytes()
            _write_if_changed(trust / "tls" / f"{other}.crt", anchor)
            _write_if_changed(trust / "seal" / f"{other}.crt", anchor)
        _write_if_changed(trust / "smp" / "eu.crt", central)


def _write_if_changed(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        atomic_file.write(path, content)


def _save(folder: Path, name: str, pair: Pair) -> None:
    """Key first: a crash between the two leaves a pair that does not match, which is made anew."""
    atomic_file.write(folder / f"{name}.key", pair.key_pem(), mode=0o600)
    atomic_file.write(folder / f"{name}.crt", pair.certificate_pem())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that start at once must not both make keys."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
