"""`ncp up`, `ncp demo`, `ncp pki init`, `ncp country list`: what they say and how they end."""

import io
import json
import os
import signal
import socket
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from mock_member_states import commands
from mock_member_states.testbed import demo, europe, probes, table
from mock_member_states.testbed import up as up_module
from mock_member_states.testbed.child import Service
from mock_member_states.testbed.demo import DemoFailed, Row
from mock_member_states.testbed.supervisor import CannotStart
from tests.support.chain import hierarchy

COUNTRIES = europe.all_countries()


@pytest.fixture
def ncp():
    app = typer.Typer()
    commands.register(app)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, list(arguments))


@pytest.fixture
def data(tmp_path):
    """A data folder whose keys are there already."""
    copytree(hierarchy().folder, tmp_path / "pki")
    return tmp_path


@contextmanager
def occupied():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_row(count):
    """The first of `count` free ports in a row."""
    while True:
        first = probes.free_ports(1)[0]
        if first + count <= 65536 and all(probes.port_is_free(first + n) for n in range(count)):
            return first


# --- up ------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_one_sentence_and_exit_code_1(ncp, data):
    with occupied() as port:
        done = ncp("up", "--port", str(port), "--data", str(data))
    assert done.exit_code == 1
    expected = (
        f"Port {port} (the portal) is in use: stop the program that uses it or choose another with --port."
    )
    assert done.output.strip() == expected


def test_a_countrys_port_in_use_names_the_country(ncp, data):
    free = probes.free_ports(1)[0]
    with occupied() as port:
        done = ncp("up", "--port", str(free), "--countries-port", str(port), "--data", str(data))
    assert done.exit_code == 1
    assert f"Port {port} (Portugal) is in use" in done.output and "--countries-port" in done.output


@pytest.mark.parametrize(("port", "words"), [(0, "0 is not a port"), (70000, "70000 is not a port")])
def test_a_number_that_is_no_port(port, words):
    with pytest.raises(CannotStart, match=words):
        up_module.check_ports(port, COUNTRIES, europe.ports(COUNTRIES, 9441))


def test_the_portals_port_must_not_be_a_countrys(monkeypatch):
    monkeypatch.setattr(probes, "port_is_free", lambda port: True)
    with pytest.raises(CannotStart, match="9442 is one of the countries' ports too"):
        up_module.check_ports(9442, COUNTRIES, europe.ports(COUNTRIES, 9441))


def test_a_data_folder_in_use_is_one_sentence(ncp, data):
    with up_module._only_one(data):
        done = ncp("up", "--data", str(data))
    assert (done.exit_code, "Another `ncp up` uses the data folder" in done.output) == (1, True)


def test_an_unknown_country_for_exact_refusals(ncp, data):
    done = ncp("up", "--reference-exact", "xx", "--data", str(data))
    assert done.exit_code == 1
    assert done.output.strip() == "No simulated country XX; there are: PT, FI, CZ."


def test_exact_refusals_reach_the_process():
    service = europe.member_state_service(Path("x"), COUNTRIES[0], 1, reference_exact=True)
    assert service.command[-1] == "--reference-exact"


@pytest.mark.parametrize("command", [("up",), ("demo",), ("pki", "init")])
def test_a_data_folder_that_cannot_be_is_one_sentence_that_says_what_to_do(ncp, tmp_path, command):
    (tmp_path / "file").write_text("")
    done = ncp(*command, "--data", str(tmp_path / "file" / "x"))
    assert done.exit_code == 1 and "Traceback" not in done.output and "Errno" not in done.output
    assert str(tmp_path / "file" / "x") in done.output and "cannot be made" in done.output
    assert "--data" in done.output and "NCP_DATA" in done.output


def test_up_says_where_to_go_and_whom_to_try(data, monkeypatch):
    """With services that start at once; stopped as Ctrl-C does it, once everything is ready."""
    idle = "import threading; threading.Event().wait()"

    def quick(name):
        return Service(name, name.upper(), [sys.executable, "-c", idle], lambda: None)

    monkeypatch.setattr(
        europe, "member_state_service", lambda data, country, port, **_: quick(country.code.lower())
    )
    monkeypatch.setattr(europe, "contact_point_service", lambda data, port: quick("no"))
    said, ports = [], probes.free_ports(1)
    first = free_row(3)

    def say(line):
        said.append(line)
        if line.startswith("Log:"):
            os.kill(os.getpid(), signal.SIGINT)

    up_module.up(data, ports[0], first, say)
    text = "\n".join(said)
    assert f"Portal:  http://localhost:{ports[0]}/" in text
    for words in ("healthCardNumber 900000011", "090451-911K", "SYN900011", "Everything has stopped."):
        assert words in text
    assert (data / "no" / "directory.toml").is_file()
    assert (data / "pt" / "documents").is_dir()


# --- pki and country -----------------------------------------------------------------------------------


def test_pki_init_makes_keys_once(ncp, tmp_path):
    first = ncp("pki", "init", "--data", str(tmp_path))
    assert first.exit_code == 0 and "made ca/sim-root" in first.output and "made pt/seal" in first.output
    second = ncp("pki", "init", "--data", str(tmp_path))
    assert second.exit_code == 0 and "made" not in second.output
    assert f"Keys and certificates are in {tmp_path / 'pki'}" in second.output.replace("\n", "")


def test_the_data_folder_may_come_from_the_environment(ncp, tmp_path, monkeypatch):
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    copytree(hierarchy().folder, tmp_path / "elsewhere" / "pki")
    assert "elsewhere" in ncp("pki", "init").output.replace("\n", "")


def test_country_list_shows_every_patient(ncp):
    done = ncp("country", "list")
    assert done.exit_code == 0
    for words in ("PT", "FI", "CZ", "900000011"):
        assert words in done.output


# --- demo ----------------------------------------------------------------------------------------------

ROW = Row("Portugal", "900000011", 12, 30, 129, 18, {"identify": 26.0, "list": 25.6, "total": 276.4}, None)


def test_the_table_fits_80_columns_and_shows_every_figure(tmp_path):
    rows = [
        replace(ROW, folder=tmp_path),
        replace(ROW, country="Finland", hops={"identify": 1.0}, folder=tmp_path),
    ]
    console = Console(width=80, record=True, file=io.StringIO())
    table.show(rows, console)
    text = console.export_text()
    for words in ("Sections", "translated", "identify", "total", "129", "18", "276"):
        assert words in text
    assert "…" not in text and "-" in text


def fake_ncp(tmp_path, monkeypatch, body):
    """Put a small program in the place of `python -m ncp`."""
    program = tmp_path / "fake.py"
    program.write_text("import pathlib, sys, json\nout = pathlib.Path(sys.argv[-1])\n" + body)
    original = demo.subprocess.run

    def run(command, **more):
        return original([sys.executable, str(program), *command[3:]], **more)

    monkeypatch.setattr(demo.subprocess, "run", run)


class Stopped:
    stopping = False


GOOD = f"""
for name in {demo.EVIDENCE!r}:
    (out / name).write_text("x")
report = dict(sections=1, entries=2, translated=3, untranslated=4, hops=dict(identify=5))
(out / "report.json").write_text(json.dumps(report))
"""


KEY_HEADING = " ".join(("BEGIN", "PRIVATE", "KEY"))  # in pieces: no file here looks like a key


def test_a_row_is_what_the_report_says(tmp_path, monkeypatch):
    fake_ncp(tmp_path, monkeypatch, GOOD)
    row = demo._one(tmp_path, COUNTRIES[0], tmp_path / "out", Stopped())
    assert (row.sections, row.entries, row.translated, row.untranslated) == (1, 2, 3, 4)
    assert row.hops == {"identify": 5.0} and row.patient == "900000011"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("print('boom', file=sys.stderr); sys.exit(7)", "ended with code 7: boom"),
        ("sys.exit(3)", "ended with code 3: no output"),
        (GOOD + "(out / 'trc.xml').unlink()", "evidence is missing: trc.xml"),
        (GOOD + "(out / 'display.html').write_text('')", "evidence is missing: display.html"),
        (GOOD + f"(out / 'seal.pem').write_text('{KEY_HEADING}')", "holds a private key"),
        (GOOD + "(out / 'report.json').write_text('{}')", "report.json cannot be used"),
        (GOOD + "(out / 'report.json').unlink()", "report.json cannot be used"),
    ],
)
def test_the_demonstration_fails_with_the_reason(tmp_path, monkeypatch, body, words):
    fake_ncp(tmp_path, monkeypatch, body)
    with pytest.raises(DemoFailed) as failed:
        demo._one(tmp_path, COUNTRIES[0], tmp_path / "out", Stopped())
    assert words in str(failed.value) and "Portugal" in str(failed.value)


def test_a_job_that_hangs_is_given_up(tmp_path, monkeypatch):
    fake_ncp(tmp_path, monkeypatch, "import threading; threading.Event().wait()")
    monkeypatch.setattr(demo, "JOB_SECONDS", 0.5)
    with pytest.raises(DemoFailed, match="no result within 0.5 s"):
        demo._one(tmp_path, COUNTRIES[0], tmp_path / "out", Stopped())


def test_old_evidence_is_not_taken_for_new(tmp_path, monkeypatch):
    folder = tmp_path / "out" / "pt"
    folder.mkdir(parents=True)
    for name in (*demo.EVIDENCE, "report.json"):
        (folder / name).write_text(json.dumps({}))
    fake_ncp(tmp_path, monkeypatch, "")
    with pytest.raises(DemoFailed, match="evidence is missing"):
        demo._one(tmp_path, COUNTRIES[0], tmp_path / "out", Stopped())


def test_the_demonstration_reports_a_failure_with_exit_code_1(ncp, tmp_path, monkeypatch):
    def failing(*_):
        raise DemoFailed("Finland: nobody answered")

    monkeypatch.setattr(demo, "run", failing)
    done = ncp("demo", "--out", str(tmp_path))
    assert (done.exit_code, done.output.strip()) == (1, "Finland: nobody answered")


def test_the_first_patient_listed_is_the_rich_one():
    assert [demo.first_patient(country).note.split(":")[0] for country in COUNTRIES] == ["rich"] * 3
