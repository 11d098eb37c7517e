"""`ncp summary`: the main job from the command line, its evidence, and every way in which it says no."""

import json
from contextlib import contextmanager

import pytest

from ncp import __main__, error_tables
from ncp.audit_event import AuditFailed
from ncp.connection import Stale
from ncp.declined import Declined
from ncp.directory import Directory
from ncp.opening import Opened
from ncp.policy import NotPermitted
from ncp.wire.errors import Malformed, NcpError, PeerFault, Refused, Unreachable, Untrusted
from tests.support.desk import office


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def run(capsys):
    """Run one command: exit code, stdout, stderr."""

    def ran(*arguments):
        code = __main__.main([str(each) for each in arguments])
        out = capsys.readouterr()
        assert "Traceback" not in out.err + out.out
        return code, out.out, out.err

    return ran


@pytest.fixture
def europe(data, monkeypatch):
    """Commands open this desk, whose countries answer in process."""
    with office(data) as made:

        @contextmanager
        def opened(settings):
            yield Opened(made.desk, Directory(made.peers), None, None)

        monkeypatch.setattr("ncp.opening.opened", opened)
        yield made


@pytest.fixture
def summary(run, tmp_path):
    def ran(*more, country="PT", patient="900000011"):
        return run("summary", "--country", country, "--patient", patient, "--out", tmp_path / "out", *more)

    return ran


def test_a_summary_leaves_evidence_and_says_what_happened(summary, europe, tmp_path):
    code, out, err = summary()
    assert code == 0, err
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["ok"] and f"{report['entries']} entries shown" in out
    for word in ("identify", "list", "retrieve", "total", "13 files"):
        assert word in out
    assert "Sousa" not in out and "900000011" not in out


def test_the_log_is_quiet_unless_asked_for(summary, europe, monkeypatch):
    _, _, err = summary()
    assert err == ""
    code, out, err = summary("--verbose")
    assert code == 0 and [json.loads(line)["event"] for line in err.splitlines()] and "{" not in out
    monkeypatch.setenv("NCP_LOG_LEVEL", "INFO")
    assert summary()[2].startswith("{")


def test_a_patient_may_be_given_in_full(summary, europe):
    code, _, err = summary(patient="900000011^^^&2.16.620.1.101.10.1.1&ISO")
    assert code == 0, err


@pytest.mark.parametrize(
    ("country", "patient", "more", "code", "line"),
    [
        ("XX", "1", (), 3, "known: "),
        ("PT", "12", (), 3, "ERROR_PI_INCORRECT_FORMATTING: "),
        ("PT", "900000011", ("--user", "nobody"), 3, "known: lege"),
        ("PT", "900000011", ("--user", "farmasoyt"), 3, "4703: "),
        ("PT", "900000011", ("--no-notice",), 3, "notice"),
        ("PT", "900000011", ("--purpose", "emergency"), 3, "reason"),
        ("PT", "900000099", (), 3, "ERROR_PI_MULTIPLE_MATCHES: "),
        ("PT", "900000099", ("--candidate", "3"), 3, "candidate 3"),
        ("PT", "999999999", (), 7, "ERROR_PI_NO_MATCH: "),
        ("PT", "900000055", (), 7, "ERROR_PI_GENERIC: "),
    ],
)
def test_a_failure_is_one_line_with_its_code(summary, europe, country, patient, more, code, line):
    found, _, err = summary(*more, country=country, patient=patient)
    assert found == code
    last = err.strip().splitlines()[-1]
    assert line in last and last.split(":")[0].replace("_", "").isalnum()


def test_an_emergency_with_a_reason_is_served(summary, europe):
    code, _, err = summary("--purpose", "emergency", "--reason", "unconscious", "--no-notice")
    assert code == 0, err
    assert europe.trail[-1]["reason"] == "unconscious"


def test_one_of_several_is_chosen_by_number(summary, europe):
    code, _, err = summary("--candidate", "2", patient="900000099")
    assert code == 0, err
    assert europe.trail[-1]["patient_id"].startswith("900000044")


def test_a_failed_job_leaves_its_evidence(summary, europe, tmp_path):
    code, _, _ = summary(patient="999999999")
    assert code == 7
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["error"]["code"] == "ERROR_PI_NO_MATCH"
    assert (tmp_path / "out" / "identify-response.xml").exists()


def test_a_folder_that_cannot_be_written_is_named(run, europe, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run(
        "summary", "--country", "PT", "--patient", "900000011", "--out", tmp_path / "file" / "x"
    )
    assert code == error_tables.SETUP and "--out" in err
    assert europe.exchanges == [] and europe.trail == []  # nobody was asked for nothing


def test_production_has_no_test_login(summary, europe, monkeypatch):
    monkeypatch.setenv("NCP_ENVIRONMENT", "production")
    code, _, err = summary()
    assert code == error_tables.SETUP and "test login" in err and europe.exchanges == []


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (Refused("x"), 3, 422),
        (NotPermitted("x"), 3, 403),
        (Unreachable("x"), 4, 504),
        (Stale("x"), 4, 504),
        (Malformed("x"), 5, 502),
        (Untrusted("x"), 6, 502),
        (PeerFault("x"), 7, 424),
        (Declined("x", "4701"), 7, 424),
        (AuditFailed("x"), 8, 503),
        (NcpError("x"), 8, 500),
    ],
)
def test_every_class_of_failure_has_its_numbers(error, code, status):
    assert (error_tables.exit_code(error), error_tables.http_status(error)) == (code, status)


def test_a_bug_is_one_line_without_its_text(run, monkeypatch):
    def broken():
        raise ZeroDivisionError("Maria Sousa")

    monkeypatch.setattr("ncp.commands.data.settings", broken)
    code, _, err = run("data", "path")
    assert (code, err) == (1, "unexpected ZeroDivisionError; please report it\n")
