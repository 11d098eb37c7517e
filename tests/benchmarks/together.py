"""Everything that `make run` starts: how soon it is ready and how much memory it takes."""

import subprocess
import sys
import tempfile
import time

import psutil

from tests.benchmarks.goals import Goal

LIMIT = 60


def measure() -> list[Goal]:
    """Start it twice: the first time makes the keys, the second is what a user sees from then on."""
    with tempfile.TemporaryDirectory() as data:
        first, _ = _start(data)
        again, resident = _start(data)
    return [
        Goal("UP-first", "ready after the first start, keys made", first, 15, "s"),
        Goal("UP-ready", "ready after any later start", again, 15, "s"),
        Goal("UP-rss", "resident memory of all processes", resident, 700, "MB"),
    ]


def _start(data: str) -> tuple[float, float]:
    started = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "ncp",
        "up",
        "--port",
        "18080",
        "--countries-port",
        "18441",
        "--data",
        data,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Portal:" in line:
                break
            assert time.monotonic() - started < LIMIT, said
        seconds = time.monotonic() - started
        assert process.poll() is None, "".join(said)
        parent = psutil.Process(process.pid)
        resident = sum(each.memory_info().rss for each in (parent, *parent.children(recursive=True))) / 2**20
        process.terminate()
        process.wait(20)
    return seconds, resident
