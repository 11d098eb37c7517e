"""Our own identity: country, home community, and the two key pairs (TLS and seal) that never swap roles."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from ncp.settings import Settings
from ncp.wire.certificates import country_of
from ncp.wire.errors import Untrusted


class IdentityDamaged(ValueError):
    """A key or certificate of ours is missing or unusable; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are towards the other countries."""

    country: str
    home_community: str  # bare OID
    seal_key: rsa.RSAPrivateKey = field(repr=False)
    seal: x509.Certificate = field(repr=False)
    tls: x509.Certificate = field(repr=False)
    tls_chain: Path  # PEM: leaf first, then its issuer
    tls_key: Path
    revocation_lists: Path  # folder of *.crl

    @property
    def consumer(self) -> str:
        """CN of the TLS certificate: our UserID as service consumer in every audit record."""
        return common_name(self.tls)

    @property
    def hcp_issuer(self) -> str:
        return f"urn:idp:{self.country}:countryB"

    @property
    def trc_issuer(self) -> str:
        return f"urn:initgw:{self.country}:countryB"

    def seal_pem(self) -> bytes:
        return self.seal.public_bytes(serialization.Encoding.PEM)


def load(settings: Settings) -> Own:
    """Read our identity from the keys folder.

    Raises: IdentityDamaged: a file is missing or no PEM, a key is not RSA or not its certificate's,
            one pair is used for both roles, or a certificate is another country's.
    """
    folder = settings.keys_folder
    seal_key, seal = _pair(folder / "seal.crt", folder / "seal.key")
    tls_key, tls = _pair(folder / "tls.crt", folder / "tls.key")
    if tls_key.public_key() == seal_key.public_key():
        raise IdentityDamaged(f"{folder}: TLS and seal must be two key pairs")
    for name, certificate in (("seal.crt", seal), ("tls.crt", tls)):
        _of_our_country(folder / name, certificate, settings.country)
    chain = folder / "tls.chain"
    return Own(
        country=settings.country,
        home_community=settings.home_community,
        seal_key=seal_key,
        seal=seal,
        tls=tls,
        tls_chain=chain if chain.exists() else folder / "tls.crt",
        tls_key=folder / "tls.key",
        revocation_lists=folder / "crl",
    )


def _pair(certificate: Path, key: Path) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        public = x509.load_pem_x509_certificate(certificate.read_bytes())
    except FileNotFoundError as error:
        raise IdentityDamaged(f"{error.filename} is missing: run `ncp pki init`") from error
    except (OSError, ValueError, TypeError) as error:
        raise IdentityDamaged(f"{certificate} and {key} cannot be read: {error}") from error
    if not isinstance(private, rsa.RSAPrivateKey):
        raise IdentityDamaged(f"{key}: not an RSA key")
    if private.public_key() != public.public_key():
        raise IdentityDamaged(f"{key} is not the key of {certificate}")
    return private, public


def _of_our_country(path: Path, certificate: x509.Certificate, country: str) -> None:
    """Other countries derive the country of treatment from the certificates and refuse if they differ."""
    try:
        found = country_of(certificate)
    except Untrusted as error:
        raise IdentityDamaged(f"{path}: {error.context}") from error
    if found != country:
        raise IdentityDamaged(f"{path} is a certificate of {found[:2]}, the settings say {country}")


def common_name(certificate: x509.Certificate) -> str:
    """The CN without outer white space (real ones start with a space); "" if there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value).strip() if names else ""
