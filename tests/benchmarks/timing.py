"""CPU medians of interleaved rounds: what is compared is measured side by side, so that load hits both.

All of it with the garbage collector as it is in a serving process.
"""

import statistics
import time
from collections.abc import Callable, Mapping

from ncp.collector import settle

ROUNDS = 15


def medians(
    jobs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS, repeat: int = 5
) -> dict[str, float]:
    """CPU milliseconds of each job: the median over the rounds, each round `repeat` calls of every job."""
    for job in jobs.values():
        job()
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    settle()
    for _ in range(rounds):
        for name, job in jobs.items():
            started = time.process_time()
            for _ in range(repeat):
                job()
            taken[name].append((time.process_time() - started) * 1000 / repeat)
    return {name: statistics.median(values) for name, values in taken.items()}
