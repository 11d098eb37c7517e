"""Settings: safe defaults, limits of the profile, and what only a test environment may do."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from ncp.settings import Environment, Settings


def test_the_defaults_are_those_of_the_specification():
    found = Settings()
    assert (found.connect_seconds, found.read_seconds, found.total_seconds) == (10, 60, 180)
    assert found.max_body == 16 * 1024 * 1024
    assert (found.hcp_lifetime, found.trc_lifetime) == (timedelta(hours=4), timedelta(hours=2))
    assert found.home_community == "2.16.578.1.12.4.5.10.1"
    assert not found.keep_messages and found.environment is Environment.TEST


def test_every_setting_is_explained():
    assert all(field.description for field in Settings.model_fields.values())


def test_the_environment_sets_them(monkeypatch):
    monkeypatch.setenv("NCP_PS_FOR_PHARMACISTS", "true")
    monkeypatch.setenv("NCP_DATA", "/somewhere")
    found = Settings()
    assert found.ps_for_pharmacists and str(found.database_file) == "/somewhere/no/ncp.sqlite"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HCP_MINUTES", "241"),
        ("TRC_MINUTES", "121"),
        ("CONNECT_SECONDS", "0"),
        ("TOTAL_SECONDS", "-1"),
        ("MAX_BODY", "many"),
        ("HOME_COMMUNITY", "Norway"),
        ("COUNTRY", "NOR"),
        ("ENVIRONMENT", "playground"),
        ("KEEP_DAYS", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_value_out_of_bounds_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"NCP_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_production_never_keeps_messages(monkeypatch):
    monkeypatch.setenv("NCP_KEEP_MESSAGES", "true")
    assert Settings().keeps_messages
    monkeypatch.setenv("NCP_ENVIRONMENT", "production")
    assert not Settings().keeps_messages
