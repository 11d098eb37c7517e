"""The endpoint table: which countries there are, where they answer, whom we trust to answer for them.

Discovery replaces the file later; what callers get is a `Peer` either way.
"""

import re
import tomllib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ncp.settings import OID
from ncp.wire.errors import ErrorCode, Refused
from ncp.wire.profile import Profile


class TraitKind(StrEnum):
    """What a field of the search mask asks for."""

    ID = "id"
    TEXT = "textField"
    BIRTH_DATE = "birthDate"
    GENDER = "gender"


class IdentityField(BaseModel):
    """One field of a country's search mask. Source: International Search Mask, `ism:identifier`.

    `label` is the mask's name (`label.ism.<label>`) and the key of the entered value. Fields with the same
    `choice` belong together; where a country has several choices, the clinician fills exactly one of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: TraitKind
    label: str = Field(min_length=1)
    domain: Annotated[str, Field(pattern=f"^{OID}$")] | None = None
    format: str | None = None
    mandatory: bool = False
    description: str = ""
    choice: str | None = None

    @field_validator("format")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except (re.error, OverflowError, RecursionError) as error:  # pydantic reports a ValueError, no other
            raise ValueError(f"not a regular expression: {error}") from error
        return value or None


class _Country(BaseModel):
    """One `[countries.XX]` table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[str, str] = Field(min_length=1)
    home_community: Annotated[str, Field(pattern=f"^{OID}$")]
    wire_profile: Profile
    xcpd: str
    xca: str
    server_name: str = Field(min_length=1)
    anchors_tls: str
    anchors_seal: str
    eku: Literal["strict", "lenient"] = "strict"
    services: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    identifiers: tuple[IdentityField, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send, and whom to find there."""

    url: str
    country: str  # the certificate must be this country's
    server_name: str  # the certificate must be for this host name
    eku_lenient: bool
    anchors: tuple[x509.Certificate, ...] = field(repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 443

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def party(self) -> Hashable:
        """Everything but the path: services of one server with the same trust share their connections."""
        return self.host, self.port, self.country, self.server_name, self.eku_lenient, self.anchors


@dataclass(frozen=True, slots=True)
class Peer:
    """A country that treats us as one of its own: addresses, trust, profile and search mask."""

    country: str
    names: Mapping[str, str]
    home_community: str  # bare OID
    profile: Profile
    xcpd: Endpoint
    xca: Endpoint
    anchors_seal: tuple[x509.Certificate, ...] = field(repr=False)
    services: frozenset[str]
    languages: tuple[str, ...]
    identifiers: tuple[IdentityField, ...]

    def name(self, language: str) -> str:
        """The country's name in `language`, else in Bokmål or English, else its code."""
        return self.names.get(language) or self.names.get("nb") or self.names.get("en") or self.country

    def offers(self, service: str) -> None:
        """Raises: Refused: the country does not offer `service` ("PS", "EP", ...)."""
        if service not in self.services:
            raise Refused(
                f"{self.country} does not offer {service}", ErrorCode.GENERIC_SERVICE_SIGNIFIER_UNKNOWN
            )


class DirectoryDamaged(ValueError):
    """The file cannot be used; the text says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Directory:
    """All known countries by ISO code."""

    peers: Mapping[str, Peer]

    def peer(self, country: str) -> Peer:
        """The country with this ISO code, in either case.

        Raises: Refused: it is not in the table; the text names those that are.
        """
        found = self.peers.get(country.strip().upper())
        if found is None:
            known = ", ".join(sorted(self.peers)) or "none"
            raise Refused(f"unknown country {country[:10]!r}; known: {known}")
        return found

    def __iter__(self) -> Iterator[Peer]:
        return iter(self.peers.values())


def load(path: Path) -> Directory:
    """Read the endpoint table.

    Raises: DirectoryDamaged: missing or unreadable file, unknown or missing key, wrong value, missing anchor.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DirectoryDamaged(f"no endpoint table at {path}: start the simulated Europe first") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DirectoryDamaged(f"{path}: {error}") from error
    tables = content.get("countries")
    if set(content) != {"countries"} or not isinstance(tables, dict):
        raise DirectoryDamaged(f"{path}: expected [countries.XX] tables and nothing else")
    peers = {}
    for code, table in tables.items():
        if not re.fullmatch("[A-Z]{2}", code):
            raise DirectoryDamaged(f"{path}: countries.{code}: not a two-letter country code")
        try:
            peers[code] = _peer(code, _Country.model_validate(table), path.parent)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise DirectoryDamaged(f"{path}: countries.{code}.{where}: {first['msg']}") from error
    return Directory(MappingProxyType(peers))


def _peer(code: str, table: _Country, folder: Path) -> Peer:
    tls = _anchors(folder / table.anchors_tls, code)

    def endpoint(url: str) -> Endpoint:
        if not _is_https(url):
            raise DirectoryDamaged(f"countries.{code}: {url!r} is not an https address")
        return Endpoint(url, code, table.server_name, table.eku == "lenient", tls)

    return Peer(
        country=code,
        names=MappingProxyType(table.names),
        home_community=table.home_community,
        profile=table.wire_profile,
        xcpd=endpoint(table.xcpd),
        xca=endpoint(table.xca),
        anchors_seal=_anchors(folder / table.anchors_seal, code),
        services=frozenset(table.services),
        languages=table.languages,
        identifiers=table.identifiers,
    )


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:  # an impossible port or bracket
        return False


def _anchors(path: Path, code: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise DirectoryDamaged(f"countries.{code}: no trust anchors in {path}") from error
