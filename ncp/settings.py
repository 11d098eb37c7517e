"""Every setting of the contact point, read once at the edge from `NCP_*` environment variables.

Nothing below the edges reads a setting: values arrive as arguments.
"""

from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from terminology.roles import RoleLists

OID = r"[0-2](\.(0|[1-9][0-9]*))+"


class Environment(StrEnum):
    """What the installation is for. Only a test environment may keep messages and offers the test login."""

    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """The settings with their defaults; `NCP_DATA=/srv/ncp` sets `data`, and so on."""

    model_config = SettingsConfigDict(env_prefix="NCP_", frozen=True, extra="ignore")

    data: Path = Field(default=Path(".data"), description="folder of keys, directory and databases")
    environment: Environment = Field(default=Environment.TEST, description="test or production")
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(
        default="NO", description="our ISO country code"
    )
    home_community: Annotated[str, Field(pattern=f"^{OID}$")] = Field(
        default="2.16.578.1.12.4.5.10.1", description="our home community id, a bare OID"
    )
    audit_source: str = Field(
        default="NO-03", min_length=1, description="audit source id, an ISO 3166-2 subdivision"
    )

    connect_seconds: float = Field(
        default=10, gt=0, le=60, description="limit for name, TCP and TLS handshake"
    )
    read_seconds: float = Field(
        default=60, gt=0, le=180, description="limit for each wait for bytes of an answer"
    )
    total_seconds: float = Field(default=180, gt=0, le=600, description="limit for one exchange as a whole")
    max_body: int = Field(default=16 * 1024 * 1024, gt=0, description="largest answer accepted, in bytes")

    hcp_minutes: int = Field(
        default=240, gt=5, le=240, description="lifetime of an HCP assertion; 4 h is the limit"
    )
    trc_minutes: int = Field(
        default=120, gt=5, le=120, description="lifetime of a TRC assertion; 2 h is the limit"
    )
    renew_minutes: int = Field(
        default=5, gt=0, lt=60, description="renew an assertion this long before it runs out"
    )

    ps_for_nurses: bool = Field(default=True, description="nursing professions may read Patient Summaries")
    ps_for_pharmacists: bool = Field(default=False, description="pharmacists may read Patient Summaries")

    keep_messages: bool = Field(
        default=False, description="keep messages and documents (test environments only)"
    )
    keep_days: int = Field(default=7, ge=1, le=365, description="days that kept messages and documents live")

    terminology_store: str | None = Field(
        default=None,
        description="terminology database, e.g. postgresql+psycopg://ncp@host/ncp; "
        "without it a SQLite file in the data folder",
    )
    terminology_editors: str = Field(
        default="*", description="users who may edit and import terminology; * is every terminology manager"
    )
    terminology_reviewers: str = Field(
        default="*", description="users who may approve texts and mappings, never their own"
    )
    terminology_publishers: str = Field(
        default="*", description="users who may make, activate and roll back releases"
    )

    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level logged"
    )

    @cached_property
    def own_folder(self) -> Path:
        """Our own state: directory, audit store, kept messages."""
        return self.data / "no"

    @cached_property
    def keys_folder(self) -> Path:
        """Our keys, certificates, anchors and revocation lists."""
        return self.data / "pki" / "no"

    @cached_property
    def directory_file(self) -> Path:
        return self.own_folder / "directory.toml"

    @cached_property
    def database_file(self) -> Path:
        return self.own_folder / "ncp.sqlite"

    @cached_property
    def kept_folder(self) -> Path:
        return self.own_folder / "kept"

    @property
    def terminology_roles(self) -> RoleLists:
        """Who may do what with the terminology."""
        return RoleLists(self.terminology_editors, self.terminology_reviewers, self.terminology_publishers)

    @property
    def keeps_messages(self) -> bool:
        """Keeping is possible in a test environment only, whatever the switch says."""
        return self.keep_messages and self.environment is Environment.TEST

    @property
    def hcp_lifetime(self) -> timedelta:
        return timedelta(minutes=self.hcp_minutes)

    @property
    def trc_lifetime(self) -> timedelta:
        return timedelta(minutes=self.trc_minutes)

    @property
    def renew_before(self) -> timedelta:
        return timedelta(minutes=self.renew_minutes)
