"""The supervisor with small processes of its own: order, failures, restarts, and nobody left behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import tomllib

import pytest

from mock_member_states import country as countries
from mock_member_states.testbed import directory_file, probes
from mock_member_states.testbed.child import Child, Service
from mock_member_states.testbed.supervisor import CannotStart, Log, Supervisor, signals

SERVER = """
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()
print("hello from", sys.argv[1], flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
"""
IDLE = "print('up', flush=True); import threading; threading.Event().wait()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {IDLE}"


def wait_until(condition, seconds=20.0):
    """Poll; the condition decides, the time only limits."""
    limit = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        pause.wait(0.02)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def server(port, name="web"):
    return Service(name, f"Server {name}", [sys.executable, "-c", SERVER, str(port)], probes.http_probe(port))


@pytest.fixture
def log(tmp_path):
    log = Log(tmp_path / "log" / "testbed.log")
    yield log
    log.close()


@pytest.fixture
def supervise(log):
    started = []

    def make(*services):
        said = []
        supervisor = Supervisor(services, log, said.append)
        supervisor.said = said
        started.append(supervisor)
        return supervisor

    yield make
    for supervisor in started:
        supervisor.end(1)


def test_services_start_answer_and_end(supervise, log):
    ports = probes.free_ports(2)
    supervisor = supervise(server(ports[0], "one"), server(ports[1], "two"))
    supervisor.start()
    pids = [child.pid for child in supervisor.children]
    assert {line.split(" (")[0] for line in supervisor.said} == {
        "Server one is ready",
        "Server two is ready",
    }
    supervisor.end()
    assert not any(alive(pid) for pid in pids)
    assert f"[one] hello from {ports[0]}" in log.path.read_text()
    assert all(probes.port_is_free(port) for port in ports)


def test_a_service_that_ends_at_once_is_named_with_its_last_words(supervise):
    port = probes.free_ports(1)[0]
    bad = Service("bad", "Bad one", [sys.executable, "-c", "import sys; sys.exit('no keys')"], lambda: "no")
    supervisor = supervise(server(port), bad)
    with pytest.raises(CannotStart, match=r"Bad one ended at once with code 1:\s+no keys"):
        supervisor.start()
    assert not any(alive(child.pid) for child in supervisor.children)


def test_a_service_that_never_answers_is_named(supervise):
    silent = Service("silent", "Silent one", [sys.executable, "-c", IDLE], lambda: "refused")
    supervisor = supervise(silent)
    with pytest.raises(CannotStart, match=r"No answer within 0.3 s from: Silent one"):
        supervisor.start(seconds=0.3)


def test_a_crashed_service_is_started_again(supervise):
    port = probes.free_ports(1)[0]
    supervisor = supervise(server(port))
    supervisor.start()
    first = supervisor.children[0].pid
    os.kill(first, signal.SIGKILL)

    def again():
        supervisor.look()
        return supervisor.children[0].restarts == 1 and probes.http_probe(port)() is None

    wait_until(again)
    assert supervisor.children[0].pid != first
    assert any("ended with code -9; starting it again in 0.5 s" in line for line in supervisor.said)


def test_waits_grow_with_every_crash(log, monkeypatch):
    child = Child(Service("x", "X", [sys.executable, "-c", "raise SystemExit(3)"], lambda: "no"), log)
    now = [1000.0]
    monkeypatch.setattr("mock_member_states.testbed.child.time.monotonic", lambda: now[0])
    said = []
    child.start()
    for _ in range(3):
        child._process.wait()
        said.append(child.watch())
        assert child.watch() is None  # not due yet
        now[0] += 31
        child.watch()
    child.wait(5)
    assert [line.rsplit(" in ", 1)[1] for line in said] == ["0.5 s", "1 s", "2 s"]


def test_a_service_that_hangs_is_killed_and_started_again(supervise):
    answers = [None, "timed out", "timed out", "timed out"]
    hanging = Service("h", "Hanging", [sys.executable, "-c", DEAF], lambda: answers.pop(0))
    supervisor = supervise(hanging)
    supervisor.start()
    pid = supervisor.children[0].pid
    for _ in range(3):
        supervisor.probe()
    wait_until(lambda: not alive(pid) or supervisor.children[0].exit_code() is not None)
    assert "Hanging no longer answers; ending it" in supervisor.said


def test_a_service_that_ignores_the_request_to_end_is_killed(supervise, log):
    child_up = threading.Event()
    deaf = Service(
        "d", "Deaf", [sys.executable, "-c", DEAF], lambda: None if child_up.is_set() else "not yet"
    )
    supervisor = supervise(deaf)
    original = log.__call__

    def heard(name, line):
        original(name, line)
        if line == "up":
            child_up.set()

    supervisor.children[0]._log = heard
    supervisor.start()
    pid = supervisor.children[0].pid
    supervisor.end(seconds=0.2)
    assert not alive(pid)
    assert "did not end in time and was killed" in log.path.read_text()


def test_children_die_with_a_killed_supervisor(tmp_path):
    port = probes.free_ports(1)[0]
    program = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from mock_member_states.testbed import probes
        from mock_member_states.testbed.child import Service
        from mock_member_states.testbed.supervisor import Log, Supervisor
        service = Service("w", "W", [sys.executable, "-c", {SERVER!r}, "{port}"], probes.http_probe({port}))
        supervisor = Supervisor([service], Log(Path({str(tmp_path)!r}) / "t.log"), print)
        supervisor.start()
        print(supervisor.children[0].pid, flush=True)
        supervisor.run()
        """
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with process:
        process.stdout.readline()
        child = int(process.stdout.readline())
        assert alive(child)
        process.kill()
    wait_until(lambda: not alive(child))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(supervise, number):
    port = probes.free_ports(1)[0]
    supervisor = supervise(server(port))
    supervisor.start()
    before = signal.getsignal(number)
    with signals(supervisor):
        signal.raise_signal(number)
        supervisor.run()  # returns at once, the signal has asked for the end
    supervisor.end()
    assert signal.getsignal(number) is before
    assert not alive(supervisor.children[0].pid)


def test_a_port_in_use_is_seen():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not probes.port_is_free(other.getsockname()[1])
    assert len(set(probes.free_ports(4))) == 4


def test_the_log_keeps_the_previous_run(tmp_path):
    path = tmp_path / "testbed.log"
    first = Log(path)
    first("pt", "old")
    first.close()
    second = Log(path)
    second("pt", "new")
    second.close()
    second("pt", "after the end: dropped")
    assert "old" in path.with_suffix(".previous.log").read_text()
    assert "new" in path.read_text() and "dropped" not in path.read_text()


def test_the_endpoint_table_says_what_the_countries_are():
    all_of_them = [countries.load(code) for code in countries.codes()]
    ports = {country.code: 9441 + country.port_offset for country in all_of_them}
    table = tomllib.loads(directory_file.content(all_of_them, ports))["countries"]
    assert list(table) == ["PT", "FI", "CZ"]
    portugal = table["PT"]
    assert portugal["xcpd"] == "https://localhost:9441/openncp-ws-server/services/XCPD_Service"
    assert portugal["anchors_tls"] == "../pki/no/trust/tls/pt.crt"
    assert portugal["identifiers"][0]["domain"] == "2.16.620.1.101.10.1.1"
    assert table["FI"]["identifiers"][0]["format"] == r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]"
    assert [table[code]["wire_profile"] for code in table] == ["7", "8", "9"]
