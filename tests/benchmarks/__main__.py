"""`make bench`: one line per goal with its figure, the goal, and met or missed; the figures as JSON too."""

import logging
import warnings
from pathlib import Path

import structlog

from tests.benchmarks import display, fhir, job, refusing, rules, terminology, together
from tests.benchmarks.goals import write

warnings.simplefilter("ignore")


def main() -> None:
    # The product logs to a file; here the lines would drown the figures.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    goals, parse_ms = display.measure()
    goals += rules.measure()
    goals += job.measure(parse_ms)
    goals += refusing.measure()
    goals += together.measure()
    goals += fhir.measure()
    goals += terminology.measure()
    write(goals, Path("build/bench.json"))
    print(f"{'goal':<10} {'figure':>9} {'goal':>9}")
    for goal in goals:
        print(goal.line())


if __name__ == "__main__":
    main()
