"""`ncp data backup` and `restore`: whole or not at all, and a running service follows."""

import pytest
import typer

from ncp.settings import Settings
from ncp.terminology import opened_terminology
from terminology.release import Content
from terminology.releases.making import build, listed
from terminology.releases.switching import activate
from terminology.store import trail
from tests.support.command_line import ncp  # noqa: F401 -- a fixture
from tests.support.fhir import NOON
from tests.support.terminology_store import KARI


@pytest.fixture
def running(_sqlite_stores, tmp_path, monkeypatch):
    """The terminology of a service that runs while commands are given."""
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NCP_TERMINOLOGY_STORE", _sqlite_stores.url("filled"))
    with opened_terminology(Settings(), lambda: NOON) as terminology:
        yield terminology


def test_restore_brings_back_what_was_backed_up_and_the_service_follows(ncp, running, tmp_path):  # noqa: F811
    file = tmp_path / "kopi.gz"
    ran = ncp("data", "backup", file)
    assert ran.code == 0 and "rows" in ran.out
    build(running.engine, KARI, "ny", Content.TEST, now=NOON)
    activate(running.engine, KARI, "ny", now=NOON)
    assert running.active.refresh().release.name == "ny"
    ran = ncp("data", "restore", file, "--yes")
    assert ran.code == 0 and "testinnhold 8.1.0 is in use" in ran.out
    assert running.active.refresh().release.name == "testinnhold 8.1.0"
    assert [row.release.name for row in listed(running.engine)] == ["testinnhold 8.1.0"]
    assert trail.verify(running.engine).broken is None
    assert trail.newest(running.engine, 1)[0].action == "restore"


def test_backup_moves_to_another_installation(ncp, running, tmp_path, monkeypatch):  # noqa: F811
    build(running.engine, KARI, "ny", Content.TEST, now=NOON)
    activate(running.engine, KARI, "ny", now=NOON)
    ncp("data", "backup", tmp_path / "kopi.gz")
    monkeypatch.delenv("NCP_TERMINOLOGY_STORE")
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "other"))
    assert ncp("data", "restore", tmp_path / "kopi.gz", "--yes").code == 0
    with opened_terminology(Settings(data=tmp_path / "other"), lambda: NOON) as moved:
        assert moved.active.current().release.name == "ny"


def test_damaged_backup_changes_nothing(ncp, running, tmp_path):  # noqa: F811
    ncp("data", "backup", tmp_path / "kopi.gz")
    whole = (tmp_path / "kopi.gz").read_bytes()
    for name, content in {"cut": whole[:-200], "none": b"nothing", "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        ran = ncp("data", "restore", tmp_path / name, "--yes")
        assert (ran.code, ran.out, len(ran.err.strip().splitlines())) == (5, "", 1)
    assert running.active.refresh().release.name == "testinnhold 8.1.0"


def test_nothing_is_written_over_or_restored_unasked(ncp, running, tmp_path, monkeypatch):  # noqa: F811
    file = tmp_path / "kopi.gz"
    file.write_bytes(b"mine")
    assert ncp("data", "backup", file).code == 2
    assert file.read_bytes() == b"mine"
    assert ncp("data", "backup", tmp_path / "none" / "kopi.gz").code == 9
    assert ncp("data", "restore", tmp_path / "missing.gz", "--yes").code == 9
    ncp("data", "backup", tmp_path / "whole.gz")
    monkeypatch.setattr("typer.confirm", _refused)
    assert ncp("data", "restore", tmp_path / "whole.gz").code == 1


def _refused(question, abort):
    assert "Replace the whole terminology store" in question and abort
    raise typer.Abort


def test_store_that_cannot_be_opened_is_one_sentence(ncp, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("NCP_TERMINOLOGY_STORE", "mysql://a:geheim@h/x")
    ran = ncp("data", "backup", tmp_path / "kopi.gz")
    assert (ran.code, ran.out) == (9, "") and "geheim" not in ran.err
