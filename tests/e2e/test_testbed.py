"""`ncp up` and `ncp demo` as a newcomer starts them: real processes, real sockets, and nobody left behind."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from shutil import copytree

import psutil
import pytest

from mock_member_states.testbed import demo, probes
from mock_member_states.testbed.europe import PROBE_PATH
from tests.support.chain import hierarchy
from tests.support.outside import samlsign_accepts, xmlsec1_accepts
from tests.support.serving import client_context

NCP = [sys.executable, "-m", "ncp"]


@pytest.fixture
def data(tmp_path):
    copytree(hierarchy().folder, tmp_path / "pki")
    return tmp_path


def free_row(count):
    while True:
        first = probes.free_ports(1)[0]
        if first + count <= 65536 and all(probes.port_is_free(first + n) for n in range(count)):
            return first


class Up:
    """A running `ncp up`."""

    def __init__(self, data):
        self.portal, self.first = probes.free_ports(1)[0], free_row(3)
        command = [*NCP, "up", "--port", str(self.portal), "--countries-port", str(self.first)]
        self.process = subprocess.Popen(
            [*command, "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines = []

    def read_until(self, words):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if words in line:
                return
        raise AssertionError("ended early:\n" + "\n".join(self.lines))

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def up(data):
    running = Up(data)
    try:
        running.read_until("Stop with Ctrl-C")
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.stdout.close()
        running.process.wait(60)


def gone(processes):
    return not psutil.wait_procs(processes, timeout=60)[1]


def wait_until(condition, seconds=60):
    limit, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        pause.wait(0.05)


def member_state_answers(port):
    return probes.member_state_probe(port, hierarchy().party("no"), "PT", PROBE_PATH)() is None


def test_everything_answers_in_little_memory_and_ends_with_ctrl_c(up, data):
    text = "\n".join(up.lines)
    assert f"http://localhost:{up.portal}/" in text and "900000011" in text
    connection = http.client.HTTPConnection("localhost", up.portal, timeout=60)
    connection.request("GET", "/")
    assert connection.getresponse().status < 500
    connection.close()
    assert member_state_answers(up.first)
    children = up.children()
    assert len(children) == 4
    resident = sum(one.memory_info().rss for one in [psutil.Process(up.process.pid), *children])
    assert resident < 700 * 1024 * 1024
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(60) == 0
    assert gone(children)
    assert probes.port_is_free(up.portal) and probes.port_is_free(up.first)
    log = (data / "log" / "testbed.log").read_text()
    assert "[pt]" in log and "Traceback" not in log


def test_a_crashed_member_state_comes_back_and_sigterm_ends_all(up):
    children = up.children()
    portugal = next(one for one in children if "PT" in one.cmdline())
    portugal.kill()
    up.read_until("started again")
    wait_until(lambda: member_state_answers(up.first))
    children = up.children()
    up.process.terminate()
    assert up.process.wait(60) == 0
    assert gone(children)


def test_nobody_survives_a_killed_supervisor(up):
    children = up.children()
    assert len(children) == 4
    up.process.kill()
    up.process.wait(60)
    assert gone(children)


def test_a_client_of_another_country_reaches_the_answer_and_is_refused_there(up):
    context = client_context("FI", trusts="PT")
    connection = http.client.HTTPSConnection("localhost", up.first, timeout=60, context=context)
    connection.request(
        "POST", PROBE_PATH.partition("?")[0], b"<x/>", {"Content-Type": "application/soap+xml"}
    )
    response = connection.getresponse()
    assert (response.status, b"Fault" in response.read()) == (400, True)
    connection.close()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """What `ncp demo` printed, and the evidence it left."""
    folder = tmp_path_factory.mktemp("data")
    copytree(hierarchy().folder, folder / "pki")
    command = [*NCP, "demo", "--data", str(folder), "--out", str(folder / "out")]
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, folder / "out"


def test_the_demonstration_leaves_complete_evidence(demonstration):
    said, out = demonstration
    for country in ("Portugal", "Finland", "Czechia"):
        assert country in said
    assert "…" not in said
    for code in ("pt", "fi", "cz"):
        folder = out / code
        assert set(demo.EVIDENCE) <= {path.name for path in folder.iterdir()}
        report = json.loads((folder / "report.json").read_text())
        assert report["sections"] >= 5 and report["entries"] > 10 and report["translated"] > 20
        assert "PRIVATE" not in (folder / "seal.pem").read_text()
        assert b"ClinicalDocument" in (folder / "document.xml").read_bytes()
        assert "<html" in (folder / "display.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("accepts", [xmlsec1_accepts, samlsign_accepts])
@pytest.mark.parametrize("name", ["hcp.xml", "trc.xml"])
def test_others_accept_what_was_sent_and_reject_one_changed_byte(demonstration, tmp_path, name, accepts):
    folder = demonstration[1] / "pt"
    assert accepts(folder / name, folder / "seal.pem")
    content = (folder / name).read_bytes()
    changed = tmp_path / name
    changed.write_bytes(content.replace(b"TREATMENT", b"TREATMENU", 1))
    assert changed.read_bytes() != content
    assert not accepts(changed, folder / "seal.pem")
