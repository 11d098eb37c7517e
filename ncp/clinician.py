"""Who is logged in: the synthetic people of the test login, and what a login carries through a job."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Self

from ncp.wire.errors import Refused
from ncp.wire.roles import AuthnClass, Purpose

LONGEST_REASON = 2000
# BankID and cards are two-factor; the test login stands in for a card. Source: wire.md 2.3.
TEST_LOGIN_CLASS = AuthnClass.SMARTCARD_PKI.value


class Page(StrEnum):
    """What a person of the test login gets to see."""

    PATIENT = "patient"
    TERMINOLOGY = "terminology"
    TEST = "test"
    OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal entity. `number` is its organisation number (2.16.578.1.12.4.1.4.101)."""

    name: str
    number: str
    facility: str  # healthcare facility type as wire.md 2.2 spells it

    @property
    def urn(self) -> str:
        """The organisation id of the assertion."""
        return f"urn:hl7ii:2.16.578.1.12.4.1.4.101:{self.number}"


@dataclass(frozen=True, slots=True)
class Clinician:
    """A person of the test login. `profession` is a Volven 9060 code; None: no health professional."""

    username: str
    family: str
    given: str
    hpr: str | None
    profession: str | None
    organisation: Organisation
    point_of_care: str
    pages: frozenset[Page]
    principal: "Clinician | None" = None  # on whose behalf the person works

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def user_id(self) -> str:
        """Who this is in the audit trail."""
        return self.hpr or self.username


@dataclass(frozen=True, slots=True)
class Login:
    """One login with the purpose of the work at hand.

    The purpose may change within a login: `for_purpose` gives a login of the same id, and the assertions of
    the two never mix.
    """

    id: str  # random, no meaning; in the audit trail
    clinician: Clinician
    at: datetime
    authn_class: str = TEST_LOGIN_CLASS
    purpose: Purpose = Purpose.TREATMENT
    reason: str | None = None  # why it is an emergency

    def for_purpose(self, purpose: Purpose, reason: str | None = None) -> Self:
        """The same login for another purpose.

        Raises: Refused: an emergency without a reason, or with one that is too long or no text.
        """
        text = (reason or "").strip()
        if purpose is Purpose.TREATMENT:
            return replace(self, purpose=purpose, reason=None)
        if not text:
            raise Refused("an emergency needs a reason")
        if len(text) > LONGEST_REASON:
            raise Refused(f"the reason is longer than {LONGEST_REASON} characters")
        if any("\ud800" <= each <= "\udfff" for each in text):
            raise Refused("the reason holds bytes that are no text")
        return replace(self, purpose=purpose, reason=text)


@cache
def clinicians() -> Mapping[str, Clinician]:
    """Everybody of the test login by user name, in the order of the file."""
    content = tomllib.loads(files("ncp").joinpath("clinicians.toml").read_text(encoding="utf-8"))
    organisations = {name: Organisation(**row) for name, row in content["organisations"].items()}
    people: dict[str, Clinician] = {}
    for username, row in content["clinicians"].items():  # a principal stands before those who work for them
        people[username] = _person(username, row, organisations, people)
    return MappingProxyType(people)


def _person(
    username: str,
    row: dict[str, Any],
    organisations: Mapping[str, Organisation],
    known: Mapping[str, Clinician],
) -> Clinician:
    organisation = organisations[row["organisation"]]
    return Clinician(
        username=username,
        family=row["family"],
        given=row["given"],
        hpr=row.get("hpr"),
        profession=row.get("profession"),
        organisation=organisation,
        point_of_care=row.get("point_of_care", organisation.name),
        pages=frozenset(Page(page) for page in row["pages"]),
        principal=known[row["principal"]] if "principal" in row else None,
    )


def clinician(username: str) -> Clinician:
    """Raises: Refused: nobody of that name; the text names those there are."""
    found = clinicians().get(username.strip().lower())
    if found is None:
        raise Refused(f"unknown user {username[:20]!r}; known: {', '.join(clinicians())}")
    return found
