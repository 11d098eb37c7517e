"""The order of entries within a section: what counts most first, then newest, undated last."""

from collections.abc import Mapping

from ..datatypes import Moment, Period
from ..document import Entry, Section
from ..sections.allergies import Allergy
from ..sections.medication import Medication
from ..sections.observations import Group, Observation
from .concerns import inactive, refuted, severe

_DATED = frozenset({"11450-4", "11348-0", "47519-4", "11369-6", "30954-2", "8716-3", "46264-8"})


def arranged(section: Section, real: Mapping[int, bool]) -> tuple[list[Entry], Entry | None]:
    """The entries in the order of the page, and the first one without a date, where others have one.

    What counts most comes first: grave allergies, then newest; undated last, under a heading; absences at the
    end. Medicines keep the order of the document. Source: portal.md 6, items 5 and 24.
    Args: real: by number of the entry, whether it tells something rather than that there is nothing.
    """
    if section.loinc == "48765-2":
        return sorted(section.entries, key=lambda entry: (not real[entry.number], _gravity(entry))), None
    if section.loinc not in _DATED:
        return sorted(section.entries, key=lambda entry: not real[entry.number]), None
    dated = [(_newest(entry), entry) for entry in section.entries]
    dated.sort(key=lambda one: one[0], reverse=True)
    dated.sort(key=lambda one: (not real[one[1].number], not one[0]))
    undated = [entry for date, entry in dated if not date and real[entry.number]]
    some = len(undated) > 0 and any([date for date, _ in dated])
    return [entry for _, entry in dated], undated[0] if some else None


def _gravity(entry: Entry) -> int:
    """0 for a grave and current allergy, then other current ones, inactive ones, refuted ones."""
    found = [item for item in entry.items if isinstance(item, Allergy)]
    ranks = [3 if refuted(a) else 2 if inactive(a) else 0 if severe(a) else 1 for a in found]
    return min(ranks, default=1)


def _newest(entry: Entry) -> str:
    """The date of an entry as digits that sort, empty when it has none."""
    periods: list[Period | None] = []
    for item in entry.items:
        if isinstance(item, (Observation, Group)):
            members = item.members if isinstance(item, Group) else ()
            times = [*item.times, *[time for member in members for time in member.times]]
            periods += [time.period for time in times if isinstance(time, Moment)]
        elif not isinstance(item, Medication):
            periods.append(item.period)
    starts = [period.start for period in periods if period is not None]
    return max([start.value or "" for start in starts if start is not None], default="")
