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

from tests.benchmarks.full_catalogue import store_with_release
from tests.benchmarks.goals import Goal

SECONDS = 10
WORKERS = 2
GOALS = {1: 5.0, 50: 50.0}  # users -> p95 in milliseconds


def measure() -> list[Goal]:
    """The goals for one user and for fifty."""
    with tempfile.TemporaryDirectory() as folder:
        url = store_with_release(Path(folder))
        with serving(url) as (port, process):
            return [goal for users in GOALS for goal in _goals(port, process, users)]


def _goals(port: int, process: psutil.Process, users: int) -> Iterator[Goal]:
    before = _cpu_seconds(process)
    found = _load(port, users)
    spent = _cpu_seconds(process) - before
    worst = max(found[name]["p95"] for name in ("lookup", "validate-code", "translate"))
    assert found["failed"] == 0, found
    rate = found["per_second"]
    said = f"p95, {users} users, {rate:.0f} requests/s, {spent * 1000 / (rate * SECONDS):.2f} ms CPU each"
    print(json.dumps(found))
    yield Goal(f"T-FHIR-{users}", said, worst, GOALS[users], "ms")


def _load(port: int, users: int) -> dict:  # type: ignore[type-arg]
    command = [sys.executable, "-m", "tests.benchmarks.fhir_load", str(port), str(users), str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS * 20)
    return json.loads(done.stdout)


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
