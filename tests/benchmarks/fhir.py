"""T-FHIR: $lookup, $validate-code and $translate over HTTP, two workers, a full catalogue.

Closed loop without pauses, the load tool in its own process, warm, ten seconds. The worst of the three
operations counts. Source: clarifications 29.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from terminology.release import Content
from terminology.releases.making import build
from terminology.releases.switching import activate, roll_back
from terminology.store.engine import open_store
from tests.benchmarks.full_catalogue import BUILDER, NOON, store_with_release
from tests.benchmarks.goals import Goal

SECONDS = 10
WORKERS = 2
GOALS = {1: 5.0, 50: 50.0}  # users -> p95 in milliseconds


def measure() -> list[Goal]:
    """The goals for one user and for fifty."""
    with tempfile.TemporaryDirectory() as folder:
        url = store_with_release(Path(folder))
        with serving(url) as (port, process):
            goals = [goal for users in GOALS for goal in _goals(port, process, users)]
            return [*goals, _switching(port, url)]


def _goals(port: int, process: psutil.Process, users: int) -> Iterator[Goal]:
    before = _cpu_seconds(process)
    found = _load(port, users)
    spent = _cpu_seconds(process) - before
    worst = max(found[name]["p95"] for name in ("lookup", "validate-code", "translate"))
    assert found["failed"] == 0, found
    rate = found["per_second"]
    said = f"p95, {users} users, {rate:.0f} requests/s, {spent * 1000 / (rate * SECONDS):.2f} ms CPU each"
    yield Goal(f"T-FHIR-{users}", said, worst, GOALS[users], "ms")


def _load(port: int, users: int) -> dict:  # type: ignore[type-arg]
    done = subprocess.run(
        _tool(port, users), capture_output=True, text=True, check=True, timeout=SECONDS * 20
    )
    return json.loads(done.stdout)


def _tool(port: int, users: int, every: float = 0.0) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.fhir_load", *map(str, (port, users, SECONDS, every))]


def _switching(port: int, url: str) -> Goal:
    """Releases change hands while 200 questions a second are asked: how long it takes; none may fail."""
    engine, taken = open_store(url), list[float]()
    build(engine, BUILDER, "bench 2", Content.APPROVED, now=NOON)
    load = subprocess.Popen(_tool(port, 20, 0.1), stdout=subprocess.PIPE, text=True)
    while load.poll() is None:
        started = time.monotonic()
        if len(taken) % 2 == 0:
            activate(engine, BUILDER, "bench 2", now=NOON)
        else:
            roll_back(engine, BUILDER, now=NOON)
        taken.append(time.monotonic() - started)
        time.sleep(1.0)
    engine.dispose()
    found = json.loads(load.stdout.read() if load.stdout else "")
    assert found["failed"] == 0, found
    worst = max(found[name]["p99"] for name in ("lookup", "validate-code", "translate"))
    said = f"slowest of {len(taken)} switches at {found['per_second']:.0f} requests/s, p99 {worst:.0f} ms"
    return Goal("T-FHIR-switch", said, max(taken), 1.0, "s")


def _cpu_seconds(process: psutil.Process) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in process.children(recursive=True))


@contextmanager
def serving(url: str) -> Iterator[tuple[int, psutil.Process]]:
    """`ncp terminology serve` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "ncp",
        "terminology",
        "serve",
        "--workers",
        str(WORKERS),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        command, env=os.environ | {"NCP_TERMINOLOGY_STORE": url}, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    """Until both workers answer, as far as that can be seen from outside."""
    for _ in range(600):
        try:
            for _ in range(20):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/fhir/metadata", timeout=5) as answer:
                    answer.read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    for goal in measure():
        print(goal.line())
