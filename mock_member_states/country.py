"""A simulated member state is data: `countries/<cc>/country.toml` and what lies beside it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ncp.wire.profile import Profile

COUNTRIES = Path(__file__).parent / "countries"
_OID = r"^[0-2](\.(0|[1-9][0-9]*))+$"
Oid = Annotated[str, Field(pattern=_OID)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Identifier(_Strict):
    """One input of the country's search mask, as NCP-B's directory publishes it to the clinician."""

    kind: Literal["id", "textField", "birthDate", "gender"]
    label: str = Field(min_length=1)
    domain: Oid | None = None
    format: str | None = Field(default=None, max_length=200)
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
        return value


class Names(_Strict):
    """The country's name in the languages of the pages."""

    nb: str = Field(min_length=1)
    nn: str = Field(min_length=1)
    en: str = Field(min_length=1)


class DispensingRules(_Strict):
    """What a country demands of a dispensation abroad, beyond what the prescriber says."""

    substitution: bool = True  # False: no other product, whatever the prescriber allows
    same_package: bool = False  # only the package sizes that were prescribed
    dispensations: Annotated[int, Field(ge=1)] | None = None  # per prescription; None: until nothing is left
    discard_hours: int = Field(default=24, ge=0)  # how long a dispensation can be taken back


class Country(_Strict):
    """What is fixed about a member state. Everything that changes (documents, consent) is elsewhere."""

    code: str = Field(pattern=r"^[A-Z]{2}$")
    home_community: Oid
    repository: Oid
    wire_profile: Profile
    reference_exact: bool = False  # refusals as OpenNCP of this profile sends them, defects included
    port_offset: int = Field(ge=0, le=100)
    services: tuple[Literal["PS", "EP"], ...] = ("PS",)
    languages: tuple[str, ...] = Field(min_length=1)
    names: Names
    identifiers: tuple[Identifier, ...] = Field(min_length=1)
    dispensing: DispensingRules = DispensingRules()

    @property
    def identifier_domains(self) -> frozenset[str]:
        """Roots under which this country knows its patients."""
        return frozenset(item.domain for item in self.identifiers if item.kind == "id" and item.domain)


class BadCountry(ValueError):
    """A country's own file is wrong: names the file and what is wrong in it."""


def load(code: str, folder: Path = COUNTRIES) -> Country:
    """Read one country.

    Raises: BadCountry: no such country, or its file is not what `Country` demands.
    """
    path = folder / code.lower() / "country.toml"
    try:
        with path.open("rb") as file:
            country = Country.model_validate(tomllib.load(file))
    except FileNotFoundError:
        known = ", ".join(codes(folder)) or "none"
        raise BadCountry(f"no simulated country {code.upper()!r}; there are: {known}") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadCountry(f"{path.name} of {code.upper()}: {error}") from error
    if country.code != code.upper():
        raise BadCountry(f"{path.name} in folder {code.lower()} says code = {country.code!r}")
    return country


def codes(folder: Path = COUNTRIES) -> tuple[str, ...]:
    """Every simulated country, in the order of its port."""
    found = [path.parent.name for path in folder.glob("*/country.toml")]
    return tuple(
        code.upper() for code in sorted(found, key=lambda code: (load(code, folder).port_offset, code))
    )
