"""The order of entries within a section: what counts most first, then newest, undated last."""

from ..datatypes import Moment
from ..document import Entry, Section
from ..sections.allergies import Allergy
from ..sections.medication import Medication
from ..sections.observations import Group, Observation
from .concerns import inactive, refuted, severe

_DATED = frozenset({"11450-4", "11348-0", "47519-4", "11369-6", "30954-2", "8716-3", "46264-8"})


def arranged(section: Section) -> list[Entry]:
    """What counts most comes first: grave allergies, then newest; undated last; absences at the end.

    Medicines keep the order of the document. Source: portal.md 6, items 5 and 24.
    """
    if section.loinc == "48765-2":
        return sorted(section.entries, key=lambda entry: (not entry.real, _gravity(entry)))
    if section.loinc in _DATED:
        newest = sorted(section.entries, key=_newest, reverse=True)
        return sorted(newest, key=lambda entry: (not entry.real, not _newest(entry)))
    return sorted(section.entries, key=lambda entry: not entry.real)


def _gravity(entry: Entry) -> int:
    """0 for a grave and current allergy, then other current ones, inactive ones, refuted ones."""
    found = [item for item in entry.items if isinstance(item, Allergy)]
    ranks = [3 if refuted(a) else 2 if inactive(a) else 0 if severe(a) else 1 for a in found]
    return min(ranks, default=1)


def _newest(entry: Entry) -> str:
    """The date of an entry as digits that sort, empty when it has none."""
    periods = [item.period for item in entry.items if not isinstance(item, Medication | Observation | Group)]
    for item in entry.items:
        if isinstance(item, Observation | Group):
            members = item.members if isinstance(item, Group) else ()
            times = [*item.times, *(time for member in members for time in member.times)]
            periods += [time.period for time in times if isinstance(time, Moment)]
    starts = [period.start for period in periods if period is not None]
    return max((start.value or "" for start in starts if start is not None), default="")


def first_undated(section: Section, entries: list[Entry]) -> Entry | None:
    """The first entry without a date, where others have one: a heading goes before it."""
    if section.loinc not in _DATED or not any(_newest(entry) for entry in entries):
        return None
    return next((entry for entry in entries if entry.real and not _newest(entry)), None)
