"""Who may do what: professions, the role code sent abroad, tiers, permissions and services.

The table is `policy.toml`, loaded and checked once. A right is granted or refused here, before anything
is sent.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from ncp.wire.errors import Refused

RIGHTS_MISSING = "4703"  # eHDSI: insufficient rights
PRINCIPALS = frozenset({"221", "2261", "2262", "2221", "2222"})  # norway.md 2.4
CLERICAL = "44"
PS_PERMISSIONS = ("PRD-003", "PRD-005", "PRD-010", "PRD-016")


class Service(StrEnum):
    """What a clinician asks for."""

    IDENTIFY = "identify"
    PATIENT_SUMMARY = "PS"
    EPRESCRIPTION = "EP"
    EDISPENSATION = "ED"


class NotPermitted(Refused):
    """The profession may not use the service. `key` picks the sentence in the message catalogue."""

    def __init__(self, context: str, key: str = "auth.role_not_permitted") -> None:
        super().__init__(context, RIGHTS_MISSING)
        self.key = key


class Profession(BaseModel):
    """One row of Volven 9060 as we use it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str  # Norwegian
    isco: str = ""  # ISCO-08: on screen, in the audit trail, in documents
    display: str = ""
    sent: str | None = None  # ISCO-08 in the assertion; None: never sent
    tier: str


class Tier(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    permissions: tuple[str, ...]
    services: frozenset[Service]


@dataclass(frozen=True, slots=True)
class Rights:
    """What one clinician may do, and what the assertion says of it."""

    role: str  # ISCO code sent
    permissions: tuple[str, ...]
    services: frozenset[Service]
    on_behalf_of: str | None = None  # the principal's ISCO code


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: dict[str, Tier]
    professions: dict[str, Profession] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """The table and the two switches of the organisation."""

    professions: Mapping[str, Profession]
    tiers: Mapping[str, Tier]
    ps_for_nurses: bool = True
    ps_for_pharmacists: bool = False

    def rights(self, profession: str, principal: str | None = None) -> Rights:
        """The rights of a profession (Volven 9060), for tier B those of the principal.

        Raises: NotPermitted: the profession uses nothing abroad, is unknown, or works only on behalf of
                someone and names nobody, or nobody who may be a principal.
        """
        own = self.professions.get(profession)
        if own is None or own.sent is None or own.tier not in ("M", "N", "F", "B"):
            title = own.title if own else profession
            raise NotPermitted(f"profession {title} may not request foreign health data")
        if own.tier != "B":
            return Rights(own.sent, *self._granted(own.tier))
        if principal is None:
            raise NotPermitted(
                f"profession {own.title} works on behalf of a clinician, and none is named",
                "auth.principal_missing",
            )
        theirs = self.rights(principal) if self.professions.get(principal, own).tier != "B" else None
        if theirs is None or theirs.role not in PRINCIPALS:
            raise NotPermitted(f"nobody can work on behalf of profession {principal}")
        services = theirs.services - {Service.EDISPENSATION}
        permissions = tuple(code for code in theirs.permissions if code != "PPD-046")
        return Rights(own.sent, permissions, services, theirs.role)

    def _granted(self, tier: str) -> tuple[tuple[str, ...], frozenset[Service]]:
        granted = self.tiers[tier]
        if tier == "N" and not self.ps_for_nurses:
            return granted.permissions, granted.services - {Service.PATIENT_SUMMARY}
        if tier == "F" and self.ps_for_pharmacists:
            permissions = tuple(dict.fromkeys((*granted.permissions, *PS_PERMISSIONS)))
            return permissions, granted.services | {Service.PATIENT_SUMMARY}
        return granted.permissions, granted.services


def load(*, ps_for_nurses: bool = True, ps_for_pharmacists: bool = False) -> Policy:
    """The shipped table with the organisation's switches."""
    table = _table()
    return Policy(table.professions, table.tiers, ps_for_nurses, ps_for_pharmacists)


@cache
def _table() -> _File:
    content = tomllib.loads(files("ncp").joinpath("policy.toml").read_text(encoding="utf-8"))
    for code, row in content["professions"].items():
        row["code"] = code
    return _File.model_validate(content)
