"""How the pages say things: moments in Norwegian time, statuses and origins in words."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from terminology.designation import Status
from terminology.first_release import INSTALLER
from terminology.pages.messages import Messages
from terminology.store import moments

OSLO = ZoneInfo("Europe/Oslo")


def moment(at: str | datetime | None) -> str:
    """`22.11.2026 10:15`, as the reader's clock shows it; "" for none."""
    if not at:
        return ""
    found = moments.read(at) if isinstance(at, str) else at
    return found.astimezone(OSLO).strftime("%d.%m.%Y %H:%M")


def status(value: Status | str, words: Messages) -> str:
    return words.text(f"wb.status.{str(value).replace(' ', '_')}")


def basis(value: str, words: Messages) -> str:
    """Where words come from; a name that only an import knows stands as it is."""
    return words.text(key) if (key := f"basis.{value}") in words else value


def deed(action: str, words: Messages) -> str:
    """What a row of the trail tells of; a deed that the catalogue does not know stands as it is."""
    return words.text(key) if (key := f"wb.trail.did.{action.replace(' ', '_')}") in words else action


def person(value: str | None, people: Mapping[str, str], words: Messages) -> str:
    """The name of a person, or what the installation itself did; "" for nobody."""
    if value == INSTALLER.id:
        return words.text("wb.installation")
    return people.get(value or "", value or "")


def said(key: str, words: Messages, **values: object) -> str:
    """A sentence of the catalogue, or the key where the catalogue lacks it or a value for it."""
    try:
        return words.text(key, **values)
    except (KeyError, IndexError):
        return key
