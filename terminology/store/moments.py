"""Moments as the tables keep them."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """UTC to the millisecond, e.g. `2026-11-22T09:15:02.114Z`; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> datetime:
    """The moment that `written` wrote."""
    return datetime.fromisoformat(text)
