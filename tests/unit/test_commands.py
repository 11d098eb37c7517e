"""The command line: everything explained, nonsense told in one line, the right exit code, no stack trace."""

import socket
import sqlite3
import threading
from contextlib import closing, contextmanager, suppress

import pytest

from mock_member_states.country import COUNTRIES
from ncp import __main__, error_tables
from ncp.commands import serve as serve_command
from ncp.directory import Directory
from ncp.opening import Opened
from ncp.settings import Settings
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


def test_help_names_every_command_and_exit_code(run):
    code, out, _ = run("--help")
    assert code == 0
    for word in ("summary", "serve", "cda", "data", "audit", "up", "demo", "pki", "Exit codes"):
        assert word in out


def test_without_arguments_there_is_help(run):
    code, out, err = run()
    assert code in (0, 2) and "Commands" in out + err


@pytest.mark.parametrize(
    "command", [("summary",), ("serve",), ("cda", "render"), ("data", "purge"), ("audit", "verify")]
)
def test_every_command_explains_itself(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0 and "Usage" in out


def test_version(run):
    code, out, _ = run("--version")
    assert code == 0 and out.startswith("ncp-norway 0.")


def test_a_package_whose_commands_are_broken_does_not_take_the_others_along(run, monkeypatch):
    class Broken:
        name = "odd"

        def load(self):
            raise ImportError("no module named odd")

    points = __main__.entry_points(group=__main__.GROUP)
    monkeypatch.setattr(__main__, "entry_points", lambda group: [*points, Broken()])
    code, out, err = run("--version")
    assert code == 0 and "'odd' are not available" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("summary",),
        ("summary", "--country", "PT"),
        ("summary", "--colour", "blue"),
        ("serve", "--port", "0"),
        ("serve", "--port", "70000"),
        ("serve", "--port", "eighty"),
        ("cda", "render"),
        ("cda", "render", "/does/not/exist.xml", "-o", "x.html"),
        ("cda", "render", ".", "-o", "x.html"),
        ("data", "nonsense"),
    ],
)
def test_wrong_arguments_end_with_2(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2 and err


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--purpose", "curiosity"), "--purpose"),
        (("--accept", "name"), "--accept"),
        (("--field", "nonsense"), "--field"),
        (("--candidate", "0"), "--candidate"),
    ],
)
def test_a_wrong_option_is_named(summary, europe, more, named):
    code, _, err = summary(*more)
    assert code == 2 and named in err


@pytest.mark.parametrize("patient", ["a^b", "900000011^^^&nonsense&ISO"])
def test_a_patient_id_that_is_none_is_refused(summary, europe, patient):
    code, _, err = summary(patient=patient)
    assert code == 2 and "--patient" in err and europe.exchanges == []


def test_an_id_of_another_register_is_asked_for_as_it_is(summary, europe):
    code, _, err = summary(patient="1^^^&2.16.999&ISO")
    assert code == 7 and "NO_MATCH" in err
    assert b'root="2.16.999"' in europe.exchanges[0].request


def test_a_wrong_setting_is_named_by_its_variable(run, monkeypatch):
    monkeypatch.setenv("NCP_READ_SECONDS", "soon")
    code, _, err = run("data", "path")
    assert code == 2 and err.startswith("NCP_READ_SECONDS:")


def test_an_installation_without_keys_says_what_to_do(summary):
    code, _, err = summary()
    assert code == error_tables.SETUP and "ncp pki init" in err and err.count("\n") == 1


@pytest.fixture
def document():
    return COUNTRIES / "pt" / "documents" / "900000011-ps-l3.xml"


@pytest.mark.parametrize(
    ("language", "word"), [("nb", "Overfølsomhet"), ("en", "Allerg"), ("nn", "Overfølsemd")]
)
def test_a_document_is_rendered_offline(run, document, tmp_path, language, word):
    page = tmp_path / "page.html"
    code, out, err = run("cda", "render", document, "-o", page, "--lang", language)
    assert (code, out, err) == (0, "", "")
    html = page.read_text(encoding="utf-8")
    assert html.startswith("<!") and f'lang="{language}"' in html and word in html


def test_a_page_may_go_to_standard_output(run, document):
    code, out, _ = run("cda", "render", document, "-o", "-")
    assert code == 0 and out.rstrip().endswith("</html>")


@pytest.mark.parametrize("content", [b"", b"hello", b"<html/>", b"<!DOCTYPE x []><x/>", b"\xff\xfe\x00\x01"])
def test_what_is_no_cda_is_malformed(run, tmp_path, content):
    (tmp_path / "x.xml").write_bytes(content)
    code, _, err = run("cda", "render", tmp_path / "x.xml", "-o", tmp_path / "x.html")
    assert code == 5 and err.startswith("ERROR_GENERIC: x.xml is not a CDA document")
    assert not (tmp_path / "x.html").exists()


def test_a_page_that_cannot_be_written_is_named(run, document, tmp_path):
    code, _, err = run("cda", "render", document, "-o", tmp_path / "no" / "page.html")
    assert code == error_tables.SETUP and "page.html" in err


def test_every_setting_is_listed_with_its_value(run, monkeypatch):
    monkeypatch.setenv("NCP_READ_SECONDS", "42.5")
    code, out, _ = run("settings")
    assert code == 0 and "42.5" in out
    for name in Settings.model_fields:
        assert f"NCP_{name.upper()}" in out


def test_the_data_folder_is_printed(run, data):
    assert run("data", "path") == (0, f"{data.resolve()}\n", "")


def test_kept_messages_are_removed_when_their_days_are_over(run, data):
    old, new = data / "no" / "kept" / "2020-01-01", data / "no" / "kept" / "2999-01-01"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "a.xml").write_text("x")
    code, out, _ = run("data", "purge")
    assert code == 0 and out.startswith("1 kept") and not old.exists() and new.exists()
    code, out, _ = run("data", "purge", "--all")
    assert out.startswith("1 kept") and not new.exists()
    assert run("data", "purge")[1].startswith("0 kept")


def test_the_audit_trail_is_verified(run, summary, europe):
    summary()
    code, out, _ = run("audit", "verify")
    assert code == 0 and out.startswith("7 rows, unbroken")


def test_a_broken_audit_trail_is_an_error(run, summary, europe, data):
    summary()
    with sqlite3.connect(data / "no" / "ncp.sqlite") as direct:
        direct.execute("DROP TRIGGER audit_event_no_update")
        direct.execute("UPDATE audit_event SET user_name = 'Someone Else' WHERE id = 3")
    direct.close()
    code, _, err = run("audit", "verify")
    assert code == error_tables.SETUP and "breaks at row 3" in err


def test_audit_trail_in_a_damaged_file_is_told_in_a_sentence(run, summary, europe, data):
    summary()
    file = data / "no" / "ncp.sqlite"
    with closing(sqlite3.connect(file)) as direct:
        direct.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = direct.execute("PRAGMA page_size").fetchone()
        (root,) = direct.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit_event'").fetchone()
    content = bytearray(file.read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    file.write_bytes(content)
    code, _, err = run("audit", "verify")
    assert code == error_tables.SETUP and "cannot be read" in err and err.count("\n") == 1


def test_no_audit_trail_is_not_an_unbroken_one(run, data):
    code, _, err = run("audit", "verify")
    assert code == error_tables.SETUP and "no audit trail" in err
    assert not data.exists()


def test_a_trail_whose_end_is_missing_is_told_by_its_last_hash(run, summary, europe, data):
    summary()
    last = run("audit", "verify")[1].split()[-1]
    assert run("audit", "verify", "--holds", last)[0] == 0
    with sqlite3.connect(data / "no" / "ncp.sqlite") as direct:
        direct.execute("DROP TRIGGER audit_event_no_delete")
        direct.execute("DELETE FROM audit_event WHERE id > 4")
    direct.close()
    assert run("audit", "verify")[0] == 0
    code, _, err = run("audit", "verify", "--holds", last)
    assert code == error_tables.SETUP and "missing" in err and err.count("\n") == 1


def test_a_port_in_use_is_one_sentence(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", port)
    assert code == error_tables.SETUP and f"port {port}" in err and err.count("\n") == 1


def test_an_address_that_is_not_ours_is_one_sentence(run):
    code, _, err = run("serve", "--host", "host.invalid")
    assert code == error_tables.SETUP and "host.invalid" in err


def test_an_address_that_no_host_can_have_is_one_sentence(run):
    code, _, err = run("serve", "--host", "\udcff")
    assert code == error_tables.SETUP and "no host name" in err and err.count("\n") == 1


async def _nothing(scope, receive, send):
    raise AssertionError("the request has no end")


def test_headers_without_end_are_cut_off():
    with serve_command._listen("127.0.0.1", 0) as listening:
        listening.listen()
        serving = serve_command.server(_nothing)
        serving.config.lifespan = "off"
        thread = threading.Thread(target=serving.run, args=([listening],), daemon=True)
        thread.start()
        sent = 0
        with socket.create_connection(listening.getsockname(), timeout=20) as client:
            with suppress(OSError):
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
                while sent < 40_000_000:
                    client.sendall(b"X-A: " + b"a" * 60_000 + b"\r\n")
                    sent += 60_000
        serving.should_exit = True
        thread.join(20)
    assert sent < 20_000_000 and not thread.is_alive()


def test_a_free_port_is_listened_on_once():
    with serve_command._listen("127.0.0.1", 0) as listening:
        assert listening.getsockname()[1] > 0
