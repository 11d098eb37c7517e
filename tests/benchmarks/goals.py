"""A goal, its figure, and whether it is met. Source: performance.md 4, clarifications 10."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Goal:
    """`figure` and `goal` have the same unit; met when the figure is at most the goal."""

    id: str
    what: str
    figure: float
    goal: float
    unit: str

    @property
    def met(self) -> bool:
        return self.figure <= self.goal

    def line(self) -> str:
        verdict = "met" if self.met else "missed"
        return f"{self.id:<10} {self.figure:>9.2f} {self.goal:>9.2f} {self.unit:<12} {verdict:<7} {self.what}"


def write(goals: list[Goal], path: Path) -> None:
    """The figures as JSON, for comparison between versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(each) | {"met": each.met} for each in goals], indent=2) + "\n")
